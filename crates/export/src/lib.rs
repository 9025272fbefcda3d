//! Exports: quotations, entities and articles of an output folder, for spreadsheets and for other programs.
//!
//! `cli` calls [`export()`] for `copydesk export`. It reads the latest record of each article and writes one
//! row or one line at a time. In memory are where each record stands, some tens of bytes an article, and the names
//! of the people that the stories tell of; no record beyond the one being written. A table is [CSV](Format::Csv) that a
//! spreadsheet opens as what it is, text and numbers; [annotations](Format::W3c) follow the [W3C Web Annotation
//! Data Model](https://www.w3.org/TR/annotation-model/), one a line. Who is one person over articles is told by
//! `stories.jsonl`, where the folder has one.

mod annotations;
mod article;
mod cells;
mod error;
mod filter;
mod fragment;
mod tables;

use std::io::Write;
use std::path::Path;

use sink::{Records, Stories};
use wire::{OverArticles, Record};

pub use error::ExportError;
pub use filter::Filter;

use crate::annotations::Annotations;
use crate::article::Article;
use crate::tables::Table;

/// What to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One for each whole quotation: the parts of a split one are told together.
    Quotations,
    /// One for each entity of each article; as annotations, one for each of its mentions.
    Entities,
    /// One for each article.
    Articles,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a header, UTF-8 with a byte order mark, CRLF. Of a text cell, white space and control
    /// characters become spaces, what is beyond 32,000 characters is cut, and one that a spreadsheet would take
    /// for a formula (it begins with `=`, `+`, `-` or `@` and is no number) gets an apostrophe before it.
    Csv,
    /// Annotations of the W3C data model, one JSON object a line.
    W3c,
}

/// Writes what `what` says of the output folder `dir` to `out`; returns how many rows or annotations.
///
/// # Errors
/// [`ExportError`] where the folder cannot be read or `out` not be written to.
pub fn export(
    dir: &Path,
    what: What,
    format: Format,
    filter: &Filter,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut records = Records::open(dir)?;
    let mut people = OverArticles::default();
    let mut stories = Stories::open(dir, sink::read_manifest(dir)?.stories.as_ref())?;
    while let Some((_, story)) = stories.read()? {
        people.add(&story);
    }
    let mut form: Box<dyn Form + '_> = match format {
        Format::Csv => Box::new(Table::begin(what, out)?),
        Format::W3c => Box::new(Annotations::begin(what, out)),
    };
    for place in records.in_order() {
        let line = records.read(place)?;
        let record = Record::parse(line).map_err(|error| ExportError::Damaged {
            path: records.path_of(place),
            message: error.to_string(),
        })?;
        if filter.takes_article(&record) {
            form.add(&Article::new(&record, &people), filter)?;
        }
    }
    form.finish()
}

/// An export being written.
trait Form {
    /// Writes what is wanted of an article.
    fn add(&mut self, article: &Article<'_>, filter: &Filter) -> Result<(), ExportError>;

    /// Ends it; returns how many rows or annotations it has.
    fn finish(&mut self) -> Result<u64, ExportError>;
}
