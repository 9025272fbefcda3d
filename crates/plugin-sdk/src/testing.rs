//! Trying a stage in a test of its own, without the host.
//!
//! ```
//! use plugin_sdk::testing::{Article, make, run};
//! use plugin_sdk::{Contract, Document, Error, Flow, Host, New, Output, SettingError, Stage};
//!
//! struct Shout;
//!
//! impl Stage for Shout {
//!     type Settings = ();
//!     fn contract() -> Contract {
//!         Contract::article("shout", "marks names").reads("mentions").writes("shout.name")
//!     }
//!     fn new((): (), _: &Host) -> Result<Self, SettingError> {
//!         Ok(Self)
//!     }
//!     fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
//!         for mention in doc.mentions() {
//!             let row = out.add(New::row("shout.name").at(mention.span().unwrap_or_default()).label("LOUD"));
//!             out.relate(row, "entity", mention);
//!         }
//!         Ok(Flow::Keep)
//!     }
//! }
//!
//! let mut article = Article::new("Ada Ek spoke.").field("title", "\"A speech\"");
//! article.add(New::row("mentions").at(0..6).kind("name").label("PER"));
//! let answer = run(&mut make::<Shout>("{}")?, &article);
//! assert_eq!(answer.flow, Ok(Flow::Keep));
//! assert_eq!(answer.lines, ["shout.name 0..6 `Ada Ek` LOUD", "1 -entity-> 0"]);
//! # Ok::<(), SettingError>(())
//! ```

use plugin_abi::{Bytes, Call, Field, Relation, Row};

use crate::boundary::read;
use crate::document::Sorted;
use crate::output::{Buffers, Output};
use crate::{Document, Error, Flow, Host, New, RowId, SettingError, Stage};

/// A host that takes no log and never cancels.
const NOBODY: Host = Host { table: std::ptr::null(), call: std::ptr::null_mut::<Call>() };

/// An article to try a stage on.
#[derive(Debug, Default)]
pub struct Article {
    text: String,
    fields: Vec<(String, String)>,
    tables: Buffers,
}

impl Article {
    /// An article with this text and nothing else; its id is `test`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with a metadata field; that of `meta.NAME` is JSON.
    pub fn field(mut self, key: &str, value: &str) -> Self {
        self.fields.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Adds a row that an earlier stage would have written.
    pub fn add(&mut self, new: New<'_>) -> RowId {
        Output::on(&NOBODY, &mut self.tables, 0).add(new)
    }

    /// Links two rows.
    pub fn relate(&mut self, from: RowId, role: &str, to: RowId) {
        Output::on(&NOBODY, &mut self.tables, 0).relate(from, role, to);
    }
}

/// What a stage answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What becomes of the article.
    pub flow: Result<Flow, Error>,
    /// What was added, one line a row and a relation: layer, kind, span and its words, label, value.
    pub lines: Vec<String>,
}

/// Makes a stage from settings as JSON. Defaults are not filled in: that is the host's part.
///
/// # Errors
/// What the stage says against its settings.
pub fn make<S: Stage>(settings: &str) -> Result<S, SettingError> {
    S::new(read(settings.as_bytes())?, &NOBODY)
}

/// Runs a stage on an article.
pub fn run<S: Stage>(stage: &mut S, article: &Article) -> Answer {
    let tables = &article.tables;
    let names: Vec<Bytes> = tables.names().map(Bytes::new).collect();
    let field = |(key, value): &(String, String)| Field {
        key: Bytes::new(key),
        value: Bytes::new(value),
        from: Bytes::new("test"),
        confidence: 1.0,
        supplied: 1,
    };
    let fields: Vec<Field> = article.fields.iter().map(field).collect();
    let table = plugin_abi::Document {
        size: size_of::<plugin_abi::Document>() as u32,
        row_size: size_of::<Row>() as u32,
        relation_size: size_of::<Relation>() as u32,
        field_size: size_of::<Field>() as u32,
        id: Bytes::new("test"),
        text: Bytes::new(&article.text),
        rows: tables.rows.as_ptr(),
        row_count: tables.rows.len(),
        relations: tables.relations.as_ptr(),
        relation_count: tables.relations.len(),
        values: tables.values.as_slice().into(),
        names: names.as_ptr(),
        name_count: names.len(),
        fields: fields.as_ptr(),
        field_count: fields.len(),
    };
    let sorted = Sorted::default();
    // SAFETY: the table was made of strings and vectors that outlive it.
    let doc = unsafe { Document::new(&table, &sorted) };
    let mut buffers = Buffers::default();
    let flow = stage.process(&doc, &mut Output::new(&NOBODY, &mut buffers, doc.row_count()));
    Answer { flow, lines: lines(&buffers, &article.text) }
}

fn lines(buffers: &Buffers, text: &str) -> Vec<String> {
    let name = |number: u16| match number.checked_sub(plugin_abi::symbol::FIRST_LOCAL) {
        Some(local) => buffers.names().nth(usize::from(local)).unwrap_or("?"),
        None => crate::document::reserved_name(number),
    };
    let row = |row: &Row| {
        let mut line = name(row.layer).to_owned();
        let mut say = |words: &str| {
            if !words.is_empty() {
                line.push(' ');
                line.push_str(words);
            }
        };
        say(name(row.kind));
        if row.start != Row::NO_SPAN {
            let span = row.start as usize..row.end as usize;
            let words = text.get(span.clone()).unwrap_or("no slice of the text");
            say(&format!("{}..{} `{words}`", span.start, span.end));
        }
        say(name(row.label));
        let value = row.value_start as usize..(row.value_start + row.value_len) as usize;
        say(&String::from_utf8_lossy(&buffers.values[value]));
        line
    };
    let relation = |link: &Relation| format!("{} -{}-> {}", link.from, name(link.role), link.to);
    buffers.rows.iter().map(row).chain(buffers.relations.iter().map(relation)).collect()
}
