//! Records as columns: Arrow record batches with a stable schema.
//!
//! The sink `parquet` writes them to files; a program that hands records to a data frame can hand over the
//! same batches. There are two layouts. *Nested*: one row an article, its layers as lists of structs.
//! *Tables*: one table an article, one for each layer, each row with the id and revision of its article.
//! `docs/parquet.md` tells every column.
//!
//! ```
//! use columns::{Layout, Table};
//! use wire::Record;
//!
//! let record = Record::parse(
//!     r#"{"schema": "copydesk.article/1", "id": "a", "revision": 1, "origin": {"path": "a.txt", "sha256": ""},
//!         "text": "Zoë spoke.", "mentions": [{"start": 0, "end": 3, "text": "Zoë", "kind": "name", "label": "PER"}]}"#,
//! )?;
//! let records = [record];
//! let batch = columns::batch(Table::Nested, &records)?;
//! assert_eq!((batch.num_rows(), batch.schema()), (1, columns::schema(Table::Nested)));
//! assert!(Layout::Tables.tables().contains(&Table::Mentions));
//! assert_eq!(columns::batch(Table::Mentions, &records)?.num_rows(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Offsets are those of the record, in the unit that its column `offsets` says. Whole numbers are 64-bit and
//! signed, so that a difference of two is never an overflow. Where a layer is absent its list is null, and
//! where it is empty the list is. Free JSON (`meta`, `values`, the `value` of a mention, the `data` of an
//! annotation) is text.

mod articles;
mod column;
mod layers;
mod rows;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use wire::Record;

pub use rows::Rows;

/// Version of the schema: what has the same number can be read together. Columns that are added keep it.
pub const VERSION: u32 = 1;

/// How records are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One row an article.
    #[default]
    Nested,
    /// One table a layer.
    Tables,
}

impl Layout {
    /// The tables that hold a record.
    pub fn tables(self) -> &'static [Table] {
        match self {
            Self::Nested => &[Table::Nested],
            Self::Tables => &[
                Table::Articles,
                Table::Fields,
                Table::Sentences,
                Table::Mentions,
                Table::Entities,
                Table::Quotations,
                Table::Turns,
                Table::Summary,
                Table::Keyphrases,
                Table::Annotations,
                Table::Layers,
                Table::Notes,
            ],
        }
    }
}

/// A table of records, or of something in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Records with everything in them.
    Nested,
    /// Records without their layers.
    Articles,
    /// Where metadata is known from.
    Fields,
    /// Sentences.
    Sentences,
    /// Mentions.
    Mentions,
    /// Entities.
    Entities,
    /// Quotations.
    Quotations,
    /// Questions and answers.
    Turns,
    /// Sentences of summaries.
    Summary,
    /// Keyphrases.
    Keyphrases,
    /// Rows of plugins' layers.
    Annotations,
    /// Which stage wrote each layer.
    Layers,
    /// Oddities.
    Notes,
}

impl Table {
    /// Its name, which names of files begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nested | Self::Articles => "articles",
            Self::Fields => "fields",
            Self::Sentences => "sentences",
            Self::Mentions => "mentions",
            Self::Entities => "entities",
            Self::Quotations => "quotations",
            Self::Turns => "turns",
            Self::Summary => "summary",
            Self::Keyphrases => "keyphrases",
            Self::Annotations => "annotations",
            Self::Layers => "layers",
            Self::Notes => "notes",
        }
    }

    /// The word that tells it from every other table, those of other layouts included.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nested => "nested",
            other => other.name(),
        }
    }
}

/// The columns of a table.
///
/// # Panics
/// Never: no rows fit into any batch.
pub fn schema(table: Table) -> SchemaRef {
    batch(table, &[]).expect("no rows fit").schema()
}

/// The rows that `records` have in a table, in their order.
///
/// # Errors
/// [`ArrowError::OffsetOverflowError`] where the texts of one column are more than 2 GiB together; a few
/// thousand records at a time are far from that.
pub fn batch(table: Table, records: &[Record]) -> Result<RecordBatch, ArrowError> {
    let all: Vec<&Record> = records.iter().collect();
    let columns = layers::table(table, &all)?;
    let columns = if table == Table::Nested { columns } else { columns.flat() };
    columns.into_batch()
}
