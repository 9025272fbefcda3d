//! A record as rows.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use serde_json::json;
use wire::{Mention, Passage, Quotation, Record};

use crate::names::Names;
use crate::words::{Change, Entry};

/// The place of a record in the parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceInParts {
    pub(crate) part: usize,
    pub(crate) offset: u64,
    pub(crate) bytes: usize,
}

/// What an article's row keeps as JSON, which is made where records are parsed.
#[derive(Debug)]
pub(crate) struct Lists {
    byline: String,
    fields: Option<String>,
    meta: Option<String>,
    notes: Option<String>,
    values: Option<String>,
    turns: Option<String>,
    summary: Option<String>,
    keyphrases: Option<String>,
    sentences: Option<String>,
    mentions: Option<String>,
    layers: String,
}

impl Lists {
    pub(crate) fn of(record: &Record) -> Self {
        let sentences = record.sentences.as_ref().map(|sentences| {
            json(&sentences.iter().map(|place| [place.start, place.end]).collect::<Vec<_>>())
        });
        let mentions = record.mentions.as_ref().map(|mentions| {
            let rows = mentions.iter().map(|mention| {
                let Mention { start, end, text, kind, label, entity, value, score } = mention;
                (start, end, text, kind, label, entity, value, score)
            });
            json(&rows.collect::<Vec<_>>())
        });
        Self {
            byline: json(&record.byline),
            fields: (!record.fields.is_empty()).then(|| json(&record.fields)),
            meta: (!record.meta.is_empty()).then(|| json(&record.meta)),
            notes: (!record.notes.is_empty()).then(|| json(&record.notes)),
            values: record.values.as_ref().map(json),
            turns: record.turns.as_ref().map(json),
            summary: record.summary.as_ref().map(json),
            keyphrases: record.keyphrases.as_ref().map(json),
            sentences,
            mentions,
            layers: json(&record.layers),
        }
    }
}

/// Puts records into the tables: a record takes the place of the one that its article had.
pub(crate) struct Rows<'d> {
    find: Statement<'d>,
    layers: Statement<'d>,
    add_layers: Statement<'d>,
    article: Statement<'d>,
    revision: Statement<'d>,
    entity: Statement<'d>,
    quotation: Statement<'d>,
    annotation: Statement<'d>,
    unsettled: Statement<'d>,
    /// What the full-text indexes have of an article.
    words: Statement<'d>,
    said: Statement<'d>,
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
            "INSERT OR IGNORE INTO stale_names SELECT person FROM entities WHERE article = ?1",
            "DELETE FROM articles WHERE article = ?1",
            "DELETE FROM entities WHERE article = ?1",
            "DELETE FROM quotations WHERE article = ?1",
            "DELETE FROM annotations WHERE article = ?1",
        ];
        Ok(Self {
            find: db.prepare("SELECT article FROM articles WHERE id = ?1")?,
            layers: db.prepare("SELECT layers FROM layer_sets WHERE stages = ?1")?,
            add_layers: db.prepare("INSERT INTO layer_sets(stages) VALUES (?1)")?,
            article: db.prepare(&insert("articles", ARTICLE))?,
            revision: db.prepare(&insert("revisions", REVISION))?,
            entity: db.prepare(&insert("entities", ENTITY))?,
            quotation: db.prepare(&insert("quotations", QUOTATION))?,
            annotation: db.prepare(&insert("annotations", ANNOTATION))?,
            unsettled: db.prepare("INSERT OR IGNORE INTO unsettled VALUES (?1, 0)")?,
            words: db.prepare("SELECT title, text FROM articles WHERE article = ?1")?,
            said: db.prepare("SELECT quotation, text FROM quotations WHERE article = ?1")?,
            removals: removals.iter().map(|sql| db.prepare(sql)).collect::<Result<_, _>>()?,
            same_revision: db
                .prepare("DELETE FROM revisions WHERE article = ?1 AND revision = ?2")?,
            names: Names::new(db)?,
            layer_sets: HashMap::new(),
        })
    }

    /// Puts a record in, and adds what it changes in the full-text indexes.
    pub(crate) fn put(
        &mut self,
        record: Record,
        lists: &Lists,
        at: PlaceInParts,
        changes: &mut Vec<Change>,
    ) -> rusqlite::Result<()> {
        let known: Option<i64> = self.find.query_row([&record.id], |row| row.get(0)).optional()?;
        if let Some(article) = known {
            changes.push(Change::Remove(self.entry(article)?));
            for removal in &mut self.removals {
                removal.execute([article])?;
            }
            self.same_revision.execute(params![article, record.revision])?;
        }
        let article = self.put_article(&record, lists, known)?;
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
                entity.mentions.len(),
                entity.corrected
            ])?;
            self.names.add(key, name, entity.label.as_deref())?;
        }
        let quotations = record.quotations.iter().flatten();
        let numbers: Vec<i64> = quotations
            .map(|quotation| self.put_quotation(article, quotation, &record))
            .collect::<Result<_, _>>()?;
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
        let texts = record.quotations.into_iter().flatten().map(|quotation| quotation.text);
        let quotations = numbers.into_iter().zip(texts).collect();
        let Record { title, text, .. } = record;
        changes.push(Change::Put(Entry { article, title, text, quotations }));
        Ok(())
    }

    /// What the full-text indexes have of an article.
    fn entry(&mut self, article: i64) -> rusqlite::Result<Entry> {
        let (title, text) =
            self.words.query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let quotations = self.said.query_map([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let quotations = quotations.collect::<Result<_, _>>()?;
        Ok(Entry { article, title, text, quotations })
    }

    fn put_article(
        &mut self,
        record: &Record,
        lists: &Lists,
        known: Option<i64>,
    ) -> rusqlite::Result<i64> {
        let layers = self.layer_set(&lists.layers)?;
        let origin = &record.origin;
        self.article.insert(params![
            known,
            record.id,
            record.revision,
            record.supersedes,
            record.title,
            record.dek,
            lists.byline,
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
            record.offsets.word(),
            layers,
            lists.fields,
            lists.meta,
            lists.notes,
            lists.values,
            lists.turns,
            lists.summary,
            lists.keyphrases,
            lists.sentences,
            lists.mentions,
            record.text
        ])
    }

    /// The number of what the record says of its layers, which most records have in common.
    fn layer_set(&mut self, stages: &str) -> rusqlite::Result<i64> {
        if let Some(number) = self.layer_sets.get(stages) {
            return Ok(*number);
        }
        let known = self.layers.query_row([stages], |row| row.get(0)).optional()?;
        let number = match known {
            Some(number) => number,
            None => self.add_layers.insert([stages])?,
        };
        self.layer_sets.insert(stages.to_owned(), number);
        Ok(number)
    }

    fn put_quotation<'r>(
        &mut self,
        article: i64,
        quotation: &'r Quotation,
        record: &Record,
    ) -> rusqlite::Result<i64> {
        let marked: Vec<_> =
            quotation.marked.iter().map(|place| [place.start, place.end]).collect();
        let speaker = quotation.speaker.as_ref();
        let entity = speaker.and_then(|speaker| speaker.entity);
        let entities = record.entities.as_deref().unwrap_or_default();
        let key = entity.and_then(|id| entities.iter().find(|entity| entity.id == id));
        let [cue, addressee, occasion] =
            [&quotation.cue, &quotation.addressee, &quotation.occasion].map(Option::as_ref);
        let text = |passage: Option<&'r Passage>| passage.map(|passage| passage.text.as_str());
        let start = |passage: Option<&Passage>| passage.map(|passage| passage.start);
        let end = |passage: Option<&Passage>| passage.map(|passage| passage.end);
        self.quotation.insert(params![
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
        ])
    }
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
    "mentions",
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
const ENTITY: &[&str] =
    &["article", "entity", "key", "person", "name", "label", "country", "times", "corrected"];
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
