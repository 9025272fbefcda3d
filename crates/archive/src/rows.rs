//! A record as rows.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use serde_json::json;
use wire::{Mention, Offsets, Passage, Quotation, Record};

/// The place of a record in the parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceInParts {
    pub(crate) part: usize,
    pub(crate) offset: u64,
    pub(crate) bytes: usize,
}

/// Names that are remembered without asking the database: those of some ten thousand articles.
const REMEMBERED: usize = 200_000;

/// Puts records into the tables: a record takes the place of the one that its article had.
pub(crate) struct Rows<'d> {
    find: Statement<'d>,
    layers: Statement<'d>,
    add_layers: Statement<'d>,
    article: Statement<'d>,
    article_words: Statement<'d>,
    revision: Statement<'d>,
    mention: Statement<'d>,
    entity: Statement<'d>,
    quotation: Statement<'d>,
    quotation_words: Statement<'d>,
    annotation: Statement<'d>,
    unsettled: Statement<'d>,
    /// What takes the rows of an article away.
    removals: Vec<Statement<'d>>,
    /// What takes an earlier record of the same revision away.
    same_revision: Statement<'d>,
    names: Names<'d>,
    layer_sets: HashMap<String, i64>,
}

impl<'d> Rows<'d> {
    pub(crate) fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        let removals = [
            "INSERT INTO article_words(article_words, rowid, title, text) \
             SELECT 'delete', article, title, text FROM articles WHERE article = ?1",
            "INSERT INTO quotation_words(quotation_words, rowid, text) \
             SELECT 'delete', quotation, text FROM quotations WHERE article = ?1",
            "INSERT OR IGNORE INTO stale_names SELECT person FROM entities WHERE article = ?1",
            "DELETE FROM articles WHERE article = ?1",
            "DELETE FROM mentions WHERE article = ?1",
            "DELETE FROM entities WHERE article = ?1",
            "DELETE FROM quotations WHERE article = ?1",
            "DELETE FROM annotations WHERE article = ?1",
        ];
        Ok(Self {
            find: db.prepare("SELECT article FROM articles WHERE id = ?1")?,
            layers: db.prepare("SELECT layers FROM layer_sets WHERE stages = ?1")?,
            add_layers: db.prepare("INSERT INTO layer_sets(stages) VALUES (?1)")?,
            article: db.prepare(&insert("articles", ARTICLE))?,
            article_words: db
                .prepare("INSERT INTO article_words(rowid, title, text) VALUES (?1, ?2, ?3)")?,
            revision: db.prepare(&insert("revisions", REVISION))?,
            mention: db.prepare(&insert("mentions", MENTION))?,
            entity: db.prepare(&insert("entities", ENTITY))?,
            quotation: db.prepare(&insert("quotations", QUOTATION))?,
            quotation_words: db
                .prepare("INSERT INTO quotation_words(rowid, text) VALUES (?1, ?2)")?,
            annotation: db.prepare(&insert("annotations", ANNOTATION))?,
            unsettled: db.prepare("INSERT OR IGNORE INTO unsettled VALUES (?1, 0)")?,
            removals: removals.iter().map(|sql| db.prepare(sql)).collect::<Result<_, _>>()?,
            same_revision: db
                .prepare("DELETE FROM revisions WHERE article = ?1 AND revision = ?2")?,
            names: Names::new(db)?,
            layer_sets: HashMap::new(),
        })
    }

    /// Puts a record in.
    pub(crate) fn put(&mut self, record: &Record, at: PlaceInParts) -> rusqlite::Result<()> {
        let known: Option<i64> = self.find.query_row([&record.id], |row| row.get(0)).optional()?;
        if let Some(article) = known {
            for removal in &mut self.removals {
                removal.execute([article])?;
            }
            self.same_revision.execute(params![article, record.revision])?;
        }
        let article = self.put_article(record, known)?;
        self.revision.execute(params![
            article,
            record.revision,
            record.supersedes,
            record.origin.sha256,
            record.title,
            record.published,
            record.modified,
            at.part,
            at.offset,
            at.bytes
        ])?;
        for (number, mention) in (0_i64..).zip(record.mentions.iter().flatten()) {
            self.put_mention(article, number, mention)?;
        }
        for entity in record.entities.iter().flatten() {
            let (key, name) = (&entity.key, &entity.name);
            self.entity.execute(params![
                article,
                entity.id,
                key,
                key,
                name,
                entity.label,
                entity.country,
                entity.corrected
            ])?;
            self.names.add(key, name, entity.label.as_deref())?;
        }
        for quotation in record.quotations.iter().flatten() {
            self.put_quotation(article, quotation, record)?;
        }
        for (number, annotation) in (0_i64..).zip(record.annotations.iter().flatten()) {
            self.annotation.execute(params![
                article,
                number,
                annotation.layer,
                annotation.start,
                annotation.end,
                annotation.kind,
                annotation.label,
                annotation.score,
                annotation.data.as_ref().map(wire::Json::get)
            ])?;
        }
        self.unsettled.execute([article])?;
        Ok(())
    }

    fn put_article(&mut self, record: &Record, known: Option<i64>) -> rusqlite::Result<i64> {
        let layers = self.layer_set(record)?;
        let places = |record: &Record| {
            let pairs = record.sentences.as_ref()?.iter().map(|place| [place.start, place.end]);
            Some(json!(pairs.collect::<Vec<_>>()).to_string())
        };
        let origin = &record.origin;
        let article = self.article.insert(params![
            known,
            record.id,
            record.revision,
            record.supersedes,
            record.title,
            record.dek,
            json(&record.byline),
            record.published,
            record.modified,
            record.outlet,
            record.url,
            record.language,
            record.story,
            origin.path,
            origin.line,
            origin.member,
            origin.offset,
            origin.sha256,
            word(record.offsets),
            layers,
            (!record.fields.is_empty()).then(|| json(&record.fields)),
            (!record.meta.is_empty()).then(|| json(&record.meta)),
            (!record.notes.is_empty()).then(|| json(&record.notes)),
            record.values.as_ref().map(json),
            record.turns.as_ref().map(json),
            record.summary.as_ref().map(json),
            record.keyphrases.as_ref().map(json),
            places(record),
            record.text
        ])?;
        self.article_words.execute(params![article, record.title, record.text])?;
        Ok(article)
    }

    /// The number of what the record says of its layers, which most records have in common.
    fn layer_set(&mut self, record: &Record) -> rusqlite::Result<i64> {
        let stages = json(&record.layers);
        if let Some(number) = self.layer_sets.get(&stages) {
            return Ok(*number);
        }
        let known = self.layers.query_row([&stages], |row| row.get(0)).optional()?;
        let number = match known {
            Some(number) => number,
            None => self.add_layers.insert([&stages])?,
        };
        self.layer_sets.insert(stages, number);
        Ok(number)
    }

    fn put_mention(
        &mut self,
        article: i64,
        number: i64,
        mention: &Mention,
    ) -> rusqlite::Result<()> {
        self.mention.execute(params![
            article,
            number,
            mention.start,
            mention.end,
            mention.text,
            mention.kind,
            mention.label,
            mention.entity,
            mention.value.as_ref().map(wire::Json::get),
            mention.score
        ])?;
        Ok(())
    }

    fn put_quotation(
        &mut self,
        article: i64,
        quotation: &Quotation,
        record: &Record,
    ) -> rusqlite::Result<()> {
        let marked: Vec<_> =
            quotation.marked.iter().map(|place| [place.start, place.end]).collect();
        let speaker = quotation.speaker.as_ref();
        let entity = speaker.and_then(|speaker| speaker.entity);
        let entities = record.entities.as_deref().unwrap_or_default();
        let key = entity.and_then(|id| entities.iter().find(|entity| entity.id == id));
        let [cue, addressee, occasion] =
            [&quotation.cue, &quotation.addressee, &quotation.occasion].map(Option::as_ref);
        let text = |passage: Option<&Passage>| passage.map(|passage| passage.text.clone());
        let start = |passage: Option<&Passage>| passage.map(|passage| passage.start);
        let end = |passage: Option<&Passage>| passage.map(|passage| passage.end);
        let row = self.quotation.insert(params![
            article,
            quotation.id,
            quotation.part_of,
            quotation.start,
            quotation.end,
            quotation.raw_start,
            quotation.raw_end,
            quotation.kind,
            quotation.text,
            json!(marked).to_string(),
            text(cue),
            start(cue),
            end(cue),
            speaker.and_then(|speaker| speaker.name.as_deref()),
            key.map(|entity| entity.key.as_str()),
            speaker.and_then(|speaker| speaker.role.as_deref()),
            speaker.and_then(|speaker| speaker.via.as_deref()),
            entity,
            speaker.and_then(|speaker| speaker.text.as_deref()),
            speaker.and_then(|speaker| speaker.start),
            speaker.and_then(|speaker| speaker.end),
            text(addressee),
            start(addressee),
            end(addressee),
            text(occasion),
            start(occasion),
            end(occasion),
            quotation.said_on,
            quotation.negated,
            quotation.corrected,
            quotation.score
        ])?;
        self.quotation_words.execute(params![row, quotation.text])?;
        Ok(())
    }
}

/// The names of everybody and everything, kept in step with the full-text index over them.
pub(crate) struct Names<'d> {
    find: Statement<'d>,
    add: Statement<'d>,
    change: Statement<'d>,
    remove: Statement<'d>,
    add_words: Statement<'d>,
    remove_words: Statement<'d>,
    /// The fullest name of some, as the table has it.
    known: HashMap<String, (String, Option<String>)>,
}

impl<'d> Names<'d> {
    pub(crate) fn new(db: &'d Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            find: db.prepare("SELECT number, name, label FROM names WHERE person = ?1")?,
            add: db.prepare("INSERT INTO names(person, name, label) VALUES (?1, ?2, ?3)")?,
            change: db.prepare("UPDATE names SET name = ?2, label = ?3 WHERE number = ?1")?,
            remove: db.prepare("DELETE FROM names WHERE number = ?1")?,
            add_words: db.prepare("INSERT INTO name_words(rowid, name) VALUES (?1, ?2)")?,
            remove_words: db.prepare(
                "INSERT INTO name_words(name_words, rowid, name) VALUES ('delete', ?1, ?2)",
            )?,
            known: HashMap::new(),
        })
    }

    /// Takes in that an entity with this key over articles has this name.
    pub(crate) fn add(
        &mut self,
        person: &str,
        name: &str,
        label: Option<&str>,
    ) -> rusqlite::Result<()> {
        let new = (name, label);
        let is_fuller = |(name, label): &(String, Option<String>)| {
            fullness(new) > fullness((name.as_str(), label.as_deref()))
        };
        match self.known.get(person) {
            Some(known) if !is_fuller(known) => return Ok(()),
            _ => {}
        }
        let known = self.find(person)?;
        let kept = match known {
            None => {
                self.put(None, person, new)?;
                (name.to_owned(), label.map(str::to_owned))
            }
            Some((number, known)) if is_fuller(&known) => {
                self.put(Some((number, &known.0)), person, new)?;
                (name.to_owned(), label.map(str::to_owned))
            }
            Some((_, known)) => known,
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(person.to_owned(), kept);
        Ok(())
    }

    /// Says what the name is, or that there is none any more.
    pub(crate) fn set(
        &mut self,
        person: &str,
        name: Option<(&str, Option<&str>)>,
    ) -> rusqlite::Result<()> {
        self.known.remove(person);
        let known = self.find(person)?;
        match (known, name) {
            (None, None) => Ok(()),
            (None, Some(name)) => self.put(None, person, name),
            (Some((_, known)), Some((name, label)))
                if (known.0.as_str(), known.1.as_deref()) == (name, label) =>
            {
                Ok(())
            }
            (Some((number, known)), Some(name)) => self.put(Some((number, &known.0)), person, name),
            (Some((number, (known, _))), None) => {
                self.remove_words.execute(params![number, known])?;
                self.remove.execute([number]).map(drop)
            }
        }
    }

    #[expect(clippy::type_complexity, reason = "a row, read in two places")]
    fn find(&mut self, person: &str) -> rusqlite::Result<Option<(i64, (String, Option<String>))>> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
        self.find.query_row([person], row).optional()
    }

    fn put(
        &mut self,
        old: Option<(i64, &str)>,
        person: &str,
        (name, label): (&str, Option<&str>),
    ) -> rusqlite::Result<()> {
        let number = match old {
            None => self.add.insert(params![person, name, label])?,
            Some((number, known)) => {
                self.remove_words.execute(params![number, known])?;
                self.change.execute(params![number, name, label])?;
                number
            }
        };
        self.add_words.execute(params![number, name]).map(drop)
    }
}

/// By what the fullest name is chosen, whatever the order in which they come: the longest, and of these the last
/// by the alphabet, which is not the one in capitals.
pub(crate) fn fullness<'n>(
    (name, label): (&'n str, Option<&'n str>),
) -> (usize, &'n str, Option<&'n str>) {
    (name.chars().count(), name, label)
}

const ARTICLE: &[&str] = &[
    "article",
    "id",
    "revision",
    "supersedes",
    "title",
    "dek",
    "byline",
    "published",
    "modified",
    "outlet",
    "url",
    "language",
    "story",
    "path",
    "line",
    "member",
    "\"offset\"",
    "sha256",
    "offsets",
    "layers",
    "fields",
    "meta",
    "notes",
    "\"values\"",
    "turns",
    "summary",
    "keyphrases",
    "sentences",
    "text",
];
const REVISION: &[&str] = &[
    "article",
    "revision",
    "supersedes",
    "sha256",
    "title",
    "published",
    "modified",
    "part",
    "\"offset\"",
    "bytes",
];
const MENTION: &[&str] = &[
    "article", "mention", "start", "\"end\"", "text", "kind", "label", "entity", "value", "score",
];
const ENTITY: &[&str] =
    &["article", "entity", "key", "person", "name", "label", "country", "corrected"];
const QUOTATION: &[&str] = &[
    "article",
    "number",
    "part_of",
    "start",
    "\"end\"",
    "raw_start",
    "raw_end",
    "kind",
    "text",
    "marked",
    "cue",
    "cue_start",
    "cue_end",
    "speaker",
    "person",
    "role",
    "via",
    "entity",
    "speaker_text",
    "speaker_start",
    "speaker_end",
    "addressee",
    "addressee_start",
    "addressee_end",
    "occasion",
    "occasion_start",
    "occasion_end",
    "said_on",
    "negated",
    "corrected",
    "score",
];
const ANNOTATION: &[&str] =
    &["article", "annotation", "layer", "start", "\"end\"", "kind", "label", "score", "data"];

/// The statement that inserts a row with these columns.
///
/// A plain `INSERT` of one row: what can be undone by itself, such as `INSERT OR REPLACE`, makes the full-text
/// indexes write out what they gathered, each time, and costs half of all speed.
fn insert(table: &str, columns: &[&str]) -> String {
    let places = vec!["?"; columns.len()].join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and JSON are JSON")
}

/// The unit's word in a record.
fn word(offsets: Offsets) -> &'static str {
    match offsets {
        Offsets::CodePoints => "codepoints",
        Offsets::Bytes => "bytes",
        Offsets::Utf16 => "utf16",
    }
}
