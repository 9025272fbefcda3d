//! Exports as tables.

use std::collections::BTreeMap;
use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};
use wire::{Entity, Offsets};

use crate::article::{Article, Said, Stretch};
use crate::cells;
use crate::error::ExportError;
use crate::filter::Filter;
use crate::{Form, What};

const QUOTATIONS: &str = "outlet,date,title,speaker,role,kind,quotation,context,url,line,start,end,confidence,\
    cue,known by,addressee,occasion,said on,denied,corrected,parts,speaker key,language,article,\
    revision,quotation id";

const ENTITIES: &str = "outlet,date,title,name,label,country,mentions,quotations,url,line,start,end,key,\
    language,article,revision,entity id";

const ARTICLES: &str = "outlet,date,title,dek,byline,language,url,quotations,with speaker,entities,\
    characters,summary,keyphrases,story,article,revision,file";

/// A table being written.
pub(crate) struct Table<'o> {
    what: What,
    out: Writer<&'o mut dyn Write>,
    rows: u64,
}

impl<'o> Table<'o> {
    /// Begins with the byte order mark, by which a spreadsheet knows UTF-8, and the header.
    pub(crate) fn begin(what: What, out: &'o mut dyn Write) -> Result<Self, ExportError> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut builder = WriterBuilder::new();
        builder.terminator(Terminator::CRLF);
        let mut out = builder.from_writer(out);
        let header = match what {
            What::Quotations => QUOTATIONS,
            What::Entities => ENTITIES,
            What::Articles => ARTICLES,
        };
        out.write_record(header.split(','))?;
        Ok(Self { what, out, rows: 0 })
    }

    fn row(&mut self, cells: &Row) -> Result<(), ExportError> {
        self.rows += 1;
        Ok(self.out.write_record(&cells.0)?)
    }
}

impl Form for Table<'_> {
    fn add(&mut self, article: &Article<'_>, filter: &Filter) -> Result<(), ExportError> {
        match self.what {
            What::Quotations => {
                for said in &article.said {
                    if filter.takes_person(&article.names_of_speaker(said.first())) {
                        self.row(&quotation(article, said))?;
                    }
                }
            }
            What::Entities => {
                let quoted = quoted(article);
                for entity in article.record.entities.iter().flatten() {
                    if filter.takes_person(&article.names_of_entity(entity)) {
                        let quotations = quoted.get(&entity.id).copied().unwrap_or_default();
                        self.row(&entity_row(article, entity, quotations))?;
                    }
                }
            }
            What::Articles => {
                if article.names_wanted(filter) {
                    self.row(&article_row(article))?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<u64, ExportError> {
        self.out.flush()?;
        Ok(self.rows)
    }
}

/// A row being filled, cell by cell in the order of the header.
struct Row(Vec<String>);

impl Row {
    /// Outlet, day and title of the article.
    fn of(article: &Article<'_>) -> Self {
        let record = article.record;
        Self(Vec::new())
            .text(record.outlet.as_deref())
            .text(record.published.as_deref())
            .text(record.title.as_deref())
    }

    fn text(mut self, text: Option<&str>) -> Self {
        self.0.push(cells::text(text.unwrap_or_default()));
        self
    }

    fn number(mut self, number: Option<impl ToString>) -> Self {
        self.0.push(number.map(|number| number.to_string()).unwrap_or_default());
        self
    }

    /// Line, start and end of a stretch, which the record says to be at `offsets`: without the text that is
    /// all there is to tell, where it counts code points.
    fn place(
        self,
        article: &Article<'_>,
        stretch: Option<&Stretch>,
        offsets: (Option<u32>, Option<u32>),
    ) -> Self {
        let said = match stretch {
            Some(stretch) => (Some(stretch.start), Some(stretch.end)),
            None if article.record.offsets == Offsets::CodePoints => offsets,
            None => (None, None),
        };
        self.number(stretch.map(|stretch| article.line(stretch))).number(said.0).number(said.1)
    }
}

fn quotation(article: &Article<'_>, said: &Said<'_>) -> Row {
    let (record, first) = (article.record, said.first());
    let last = said.parts.last().unwrap_or(&first);
    let speaker = first.speaker.as_ref();
    let (key, name) = article.speaker(first);
    let opening = article.stretch(first.start, first.end);
    let stretch = article.stretch(first.start, last.end).or_else(|| opening.clone());
    let words =
        |passage: &Option<wire::Passage>| passage.as_ref().map(|passage| passage.text.clone());
    let yes = |is: bool| if is { "yes" } else { "no" };
    Row::of(article)
        .text(name)
        .text(speaker.and_then(|speaker| speaker.role.as_deref()))
        .text(first.kind.as_deref())
        .text(Some(&said.words()))
        .text(Some(&article.context(first)))
        .text(article.address(opening.as_ref()).as_deref())
        .place(article, stretch.as_ref(), (first.start, last.end))
        .number(first.score)
        .text(words(&first.cue).as_deref())
        .text(speaker.and_then(|speaker| speaker.via.as_deref()))
        .text(words(&first.addressee).as_deref())
        .text(words(&first.occasion).as_deref())
        .text(first.said_on.as_deref())
        .text(Some(yes(first.negated)))
        .text(Some(yes(said.parts.iter().any(|part| part.corrected))))
        .number(Some(said.parts.len()))
        .text(key)
        .text(record.language.as_deref())
        .text(Some(&record.id))
        .number(Some(record.revision))
        .number(Some(first.id))
}

/// How many quotations each entity is the speaker of.
fn quoted(article: &Article<'_>) -> BTreeMap<u32, usize> {
    let mut quoted = BTreeMap::new();
    for said in &article.said {
        let speaker = said.first().speaker.as_ref();
        if let Some(entity) = speaker.and_then(|speaker| speaker.entity) {
            *quoted.entry(entity).or_default() += 1;
        }
    }
    quoted
}

fn entity_row(article: &Article<'_>, entity: &Entity, quotations: usize) -> Row {
    let record = article.record;
    let mentions = record.mentions.as_deref().unwrap_or_default();
    let first = entity.mentions.iter().find_map(|at| mentions.get(*at as usize));
    let stretch = first.and_then(|mention| article.stretch(mention.start, mention.end));
    let (key, _) = article.over_articles(entity);
    Row::of(article)
        .text(Some(&entity.name))
        .text(entity.label.as_deref())
        .text(entity.country.as_deref())
        .number(Some(entity.mentions.len()))
        .number(Some(quotations))
        .text(article.address(stretch.as_ref()).as_deref())
        .place(
            article,
            stretch.as_ref(),
            first.map_or((None, None), |first| (first.start, first.end)),
        )
        .text(Some(key))
        .text(record.language.as_deref())
        .text(Some(&record.id))
        .number(Some(record.revision))
        .number(Some(entity.id))
}

fn article_row(article: &Article<'_>) -> Row {
    let record = article.record;
    let said = &article.said;
    let credited = said.iter().filter(|said| said.first().speaker.is_some()).count();
    let summary = record.summary.iter().flatten().filter_map(|sentence| sentence.text.as_deref());
    let phrases = record.keyphrases.iter().flatten().map(|phrase| phrase.text.as_str());
    Row::of(article)
        .text(record.dek.as_deref())
        .text(Some(&record.byline.join("; ")))
        .text(record.language.as_deref())
        .text(article.address(None).as_deref())
        .number(Some(said.len()))
        .number(Some(credited))
        .number(record.entities.as_ref().map(Vec::len))
        .number(record.text.as_ref().map(|text| text.chars().count()))
        .text(Some(&summary.collect::<Vec<_>>().join(" ")))
        .text(Some(&phrases.collect::<Vec<_>>().join("; ")))
        .text(record.story.as_deref())
        .text(Some(&record.id))
        .number(Some(record.revision))
        .text(Some(&record.origin.path))
}
