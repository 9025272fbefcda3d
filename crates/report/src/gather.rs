//! The first pass: what is told over all articles.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use sink::{RecordPlace, Records, Stories};
use wire::{OverArticles, Quotation, Record, Speaker, Story};

use crate::error::{At, ReportError};
use crate::text::shortened;

/// Characters of a quotation that lists show.
const LISTED: usize = 600;

/// Everything but the texts.
pub(crate) struct Gathered {
    pub(crate) articles: Vec<Article>,
    /// Stories that were not merged into another.
    pub(crate) stories: Vec<Story>,
    /// The row of each of them among all, merged ones included.
    pub(crate) story_rows: Vec<usize>,
    /// Whoever is quoted, most quoted first.
    pub(crate) people: Vec<Person>,
    pub(crate) said: Vec<Said>,
    pub(crate) letters: Vec<Letter>,
    /// Corrections by hand that do not fit.
    pub(crate) stale: Vec<Stale>,
    /// The figures of the last run.
    pub(crate) run: Map<String, Value>,
    /// The number of each article, by id.
    by_id: HashMap<String, usize>,
    /// The number of each story, by its id and those of the ones that it took in.
    by_story: HashMap<String, usize>,
    over_articles: OverArticles,
    /// The number of each person, by key over articles.
    by_key: HashMap<String, usize>,
}

/// What lists say of an article.
pub(crate) struct Article {
    place: RecordPlace,
    pub(crate) title: String,
    pub(crate) outlet: Option<String>,
    /// The day of publication, an ISO date.
    pub(crate) day: Option<String>,
    pub(crate) language: Option<String>,
    /// The number of its story.
    pub(crate) story: Option<usize>,
    /// Whole quotations.
    pub(crate) quotations: usize,
    /// Code points of its text.
    pub(crate) characters: usize,
}

/// Somebody who is quoted.
pub(crate) struct Person {
    /// How many others were quoted before, in the order of the records.
    pub(crate) rank_of_arrival: usize,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) roles: BTreeSet<String>,
    /// Their quotations: numbers in [`Gathered::said`].
    pub(crate) said: Vec<usize>,
    /// Articles that quote them.
    pub(crate) articles: BTreeSet<usize>,
}

/// One quotation, shortened.
pub(crate) struct Said {
    pub(crate) article: usize,
    /// Its `id` in the record.
    pub(crate) number: u32,
    pub(crate) speaker: String,
    pub(crate) text: String,
}

/// A line of `corrections.jsonl` that does not fit its article.
pub(crate) struct Stale {
    pub(crate) article: usize,
    pub(crate) line: String,
    pub(crate) why: String,
}

/// A dead letter.
#[derive(Deserialize)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) stage: Option<String>,
    pub(crate) class: String,
    pub(crate) message: String,
}

impl Gathered {
    /// Reads what the folder says.
    pub(crate) fn read(dir: &Path, records: &mut Records) -> Result<Self, ReportError> {
        let mut gathered = Self {
            articles: Vec::new(),
            stories: Vec::new(),
            story_rows: Vec::new(),
            people: Vec::new(),
            said: Vec::new(),
            letters: Vec::new(),
            stale: Vec::new(),
            run: Map::new(),
            by_id: HashMap::new(),
            by_story: HashMap::new(),
            over_articles: OverArticles::default(),
            by_key: HashMap::new(),
        };
        gathered.read_stories(dir)?;
        for place in records.in_order() {
            let record = parse(records, place)?;
            gathered.add(place, &record);
        }
        gathered.order_people();
        each_line(&dir.join("dead-letters.jsonl"), &mut |line| {
            gathered.letters.push(serde_json::from_slice(line).map_err(|error| error.to_string())?);
            Ok(())
        })?;
        let run = dir.join("run.json");
        if run.exists() {
            let json = std::fs::read(&run).at(&run)?;
            gathered.run = serde_json::from_slice(&json)
                .map_err(|error| ReportError::Damaged { path: run, message: error.to_string() })?;
        }
        Ok(gathered)
    }

    /// The record of an article.
    pub(crate) fn record(
        &self,
        records: &mut Records,
        number: usize,
    ) -> Result<Record, ReportError> {
        parse(records, self.articles[number].place)
    }

    /// The number of the article with this id.
    pub(crate) fn article(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The number of the person that a speaker is, if they have a page.
    pub(crate) fn person(&self, record: &Record, speaker: &Speaker) -> Option<usize> {
        self.by_key.get(&self.key_of(record, speaker)?).copied()
    }

    /// The number of the person that an entity of a record is, if they have a page.
    pub(crate) fn person_of_entity(&self, record: &Record, entity: u32) -> Option<usize> {
        let key = &record.entities.as_ref()?.get(entity as usize)?.key;
        self.by_key.get(self.over_articles(record, key)).copied()
    }

    /// The number of the person with this key over articles, if they have a page.
    pub(crate) fn person_by_key(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    fn key_of(&self, record: &Record, speaker: &Speaker) -> Option<String> {
        let entity = speaker.entity.and_then(|id| record.entities.as_ref()?.get(id as usize));
        match entity {
            Some(entity) => Some(self.over_articles(record, &entity.key).to_owned()),
            None => Some(format!("name:{}", speaker.name.as_ref()?.to_lowercase())),
        }
    }

    fn over_articles<'k>(&'k self, record: &Record, key: &'k str) -> &'k str {
        let known = self.over_articles.get(record.story.as_deref(), key);
        known.map_or(key, |(key, _)| key)
    }

    fn read_stories(&mut self, dir: &Path) -> Result<(), ReportError> {
        let (mut merged, mut row) = (Vec::new(), 0);
        let mut stories = Stories::open(dir, sink::read_manifest(dir)?.stories.as_ref())?;
        while let Some((_, story)) = stories.read()? {
            self.over_articles.add(&story);
            if let Some(into) = story.merged_into {
                merged.push((story.id, into));
            } else {
                self.stories.push(story);
                self.story_rows.push(row);
            }
            row += 1;
        }
        for (number, story) in self.stories.iter().enumerate() {
            self.by_story.insert(story.id.clone(), number);
        }
        for (id, into) in merged {
            if let Some(number) = self.by_story.get(&into).copied() {
                self.by_story.insert(id, number);
            }
        }
        Ok(())
    }

    fn add(&mut self, place: RecordPlace, record: &Record) {
        let number = self.articles.len();
        let story = record.story.as_ref().and_then(|id| self.by_story.get(id)).copied();
        let whole = record.quotations.iter().flatten().filter(|quotation| is_first(quotation));
        let mut quotations = 0;
        for quotation in whole {
            quotations += 1;
            let text = shortened(quotation.text.as_deref().unwrap_or_default(), LISTED);
            let said = self.said.len();
            let speaker = quotation.speaker.as_ref();
            let name = speaker.and_then(|speaker| speaker.name.clone()).unwrap_or_default();
            let key = speaker.and_then(|speaker| self.key_of(record, speaker));
            if let (Some(key), Some(speaker)) = (key, speaker) {
                self.credit(key, &name, speaker.role.as_deref(), number, said);
            }
            self.said.push(Said { article: number, number: quotation.id, speaker: name, text });
        }
        let stale = record.corrections().filter(|correction| !correction.applied);
        self.stale.extend(stale.map(|correction| Stale {
            article: number,
            line: correction.line.get().to_owned(),
            why: correction.why.unwrap_or_default(),
        }));
        self.by_id.insert(record.id.clone(), number);
        self.articles.push(Article {
            place,
            title: record.title.clone().unwrap_or_else(|| record.id.clone()),
            outlet: record.outlet.clone(),
            day: record.published.as_ref().map(|date| date.chars().take(10).collect()),
            language: record.language.clone(),
            story,
            quotations,
            characters: record.text.as_ref().map_or(0, |text| text.chars().count()),
        });
    }

    fn credit(&mut self, key: String, name: &str, role: Option<&str>, article: usize, said: usize) {
        let next = self.people.len();
        let number = *self.by_key.entry(key.clone()).or_insert(next);
        if number == next {
            let (roles, articles) = (BTreeSet::new(), BTreeSet::new());
            let name = name.to_owned();
            let (rank_of_arrival, said) = (next, Vec::new());
            self.people.push(Person { rank_of_arrival, key, name, roles, said, articles });
        }
        let person = &mut self.people[number];
        // The fullest form over all articles.
        if name.chars().count() > person.name.chars().count() {
            name.clone_into(&mut person.name);
        }
        person.roles.extend(role.map(str::to_owned));
        person.articles.insert(article);
        person.said.push(said);
    }

    fn order_people(&mut self) {
        self.people.sort_by(|a, b| {
            b.said.len().cmp(&a.said.len()).then_with(|| (&a.name, &a.key).cmp(&(&b.name, &b.key)))
        });
        self.by_key = self
            .people
            .iter()
            .enumerate()
            .map(|(number, person)| (person.key.clone(), number))
            .collect();
    }
}

/// Whether a quotation is the first of its parts, or has only one.
pub(crate) fn is_first(quotation: &Quotation) -> bool {
    quotation.part_of.is_none_or(|first| first == quotation.id)
}

fn parse(records: &mut Records, place: RecordPlace) -> Result<Record, ReportError> {
    let line = records.read(place)?;
    Record::parse(line).map_err(|error| ReportError::Damaged {
        path: records.path_of(place),
        message: error.to_string(),
    })
}

/// Calls `each` with every line of a file that may be absent.
fn each_line(
    path: &Path,
    each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), ReportError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened.at(path)?,
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).at(path)? == 0 {
            return Ok(());
        }
        number += 1;
        each(&line).map_err(|message| ReportError::Damaged {
            path: path.to_owned(),
            message: format!("line {number}: {message}"),
        })?;
    }
}
