//! What a file says of itself: of which part it was made.

use std::fs::File;
use std::path::Path;

use columns::Table;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use sink::{PartContent, PartEntry};

use crate::seal;

/// What stands in a file's metadata, under keys that begin with `copydesk.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Version of the columns.
    version: u32,
    /// The [word](Table::word) of the table: two layouts have one of the same name.
    table: String,
    part: PartContent,
    /// Whether it has a [seal](crate::seal): those of an earlier version have none.
    is_sealed: bool,
}

const VERSION: &str = "copydesk.columns";
const TABLE: &str = "copydesk.table";
const PART: &str = "copydesk.part";
const RECORDS: &str = "copydesk.records";
const BYTES: &str = "copydesk.bytes";
const SHA256: &str = "copydesk.sha256";

impl Stamp {
    /// The stamp of a part's file.
    pub(crate) fn of(part: &PartEntry, table: Table) -> Self {
        Self {
            version: columns::VERSION,
            table: table.word().to_owned(),
            part: part.content(),
            is_sealed: true,
        }
    }

    /// The stamp of a file; `None` where there is none, or it is not whole, or not ours.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).ok()?;
        let pairs = metadata.file_metadata().key_value_metadata()?;
        let value = |key: &str| pairs.iter().find(|pair| pair.key == key)?.value.clone();
        Some(Self {
            version: value(VERSION)?.parse().ok()?,
            table: value(TABLE)?,
            part: PartContent {
                file: value(PART)?,
                records: value(RECORDS)?.parse().ok()?,
                bytes: value(BYTES)?.parse().ok()?,
                sha256: value(SHA256)?,
            },
            is_sealed: value(seal::KEY).is_some(),
        })
    }

    pub(crate) fn to_pairs(&self) -> Vec<KeyValue> {
        let PartContent { file, records, bytes, sha256 } = &self.part;
        let pair = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        vec![
            pair(VERSION, self.version.to_string()),
            pair(TABLE, self.table.clone()),
            pair(PART, file.clone()),
            pair(RECORDS, records.to_string()),
            pair(BYTES, bytes.to_string()),
            pair(SHA256, sha256.clone()),
            pair(seal::KEY, seal::unsealed()),
        ]
    }
}
