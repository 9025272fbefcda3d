//! A Parquet file as a sequence of arrivals: one for each row, in order, held one at a time.
//!
//! A row becomes the JSON object that it would be in a file of lines and is read like one: fields with a
//! meaning, and everything else, nested columns too, as JSON in `meta`. Damage costs the rest of its
//! row group, and reading goes on at the next. Rows that the index declares and nothing gives are one failure.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use document::{Origin, json};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use stage_api::Arrival;

use crate::article::Article;
use crate::columns::{Columns, Target};
use crate::failure::Trouble;
use crate::lines;

/// What every Parquet file begins with.
pub(crate) const MARK: &[u8] = b"PAR1";

/// See the [module documentation](self).
pub(crate) struct Rows {
    file: File,
    /// The file's id.
    path: String,
    columns: Arc<Columns>,
    limit: usize,
    /// What is left to read; `None` where nothing is.
    left: Option<RowIter<'static>>,
    /// For each row group how many rows the file has up to its end.
    ends: Vec<u64>,
    /// Rows so far.
    count: u64,
    /// Why nothing is left before the last row.
    unopened: Option<Trouble>,
}

impl Rows {
    /// The rows of `file`, whose origin is `path`; articles have at most `limit` bytes.
    ///
    /// # Errors
    /// If the file's index cannot be read, or none of its columns is a text.
    pub(crate) fn open(
        file: File,
        path: String,
        columns: Arc<Columns>,
        limit: usize,
    ) -> Result<Self, Trouble> {
        let reader = reader(&file, 0).map_err(|error| {
            Trouble::malformed(format!(
                "the index of the Parquet file is damaged: {error}; get the file again"
            ))
        })?;
        let names: Vec<String> = {
            let schema = reader.metadata().file_metadata().schema();
            schema.get_fields().iter().map(|field| field.name().to_owned()).collect()
        };
        let is_text =
            |name: &String| matches!(columns.target(name), Some(Target::Text | Target::Html));
        if !names.iter().any(is_text) {
            let (text, html) = (columns.name(Target::Text), columns.name(Target::Html));
            let names: Vec<String> =
                names.iter().take(30).map(|name| format!("`{name:.40}`")).collect();
            let names = names.join(", ");
            return Err(Trouble::malformed(format!(
                "it has no column `{text}` or `{html}`, but {names}; if one of them is the text, say so in `fields`"
            )));
        }
        if let Some(packing) = unread_packing(&reader) {
            return Err(Trouble::malformed(format!(
                "its columns are packed with {packing}, which is not read; write the file again with zstd, gzip, snappy or lz4"
            )));
        }
        let mut end = 0;
        let ends = reader
            .metadata()
            .row_groups()
            .iter()
            .map(|group| {
                end += u64::try_from(group.num_rows()).unwrap_or(0);
                end
            })
            .collect();
        let left = Some(RowIter::from_file_into(Box::new(reader)));
        Ok(Self { file, path, columns, limit, left, ends, count: 0, unopened: None })
    }

    /// The next row as JSON or what is wrong with it alone; or what is wrong with its row group.
    fn row(&mut self) -> Option<Result<Result<String, String>, String>> {
        let rows = self.left.as_mut()?;
        let columns = &self.columns;
        // The reader panics on some damage. It is thrown away then.
        let row = catch_unwind(AssertUnwindSafe(|| {
            rows.next().map(|row| row.map(|row| object(&row, columns)))
        }));
        match row {
            Ok(row) => row.map(|row| row.map_err(|error| error.to_string())),
            Err(_) => Some(Err("its pages do not fit its index".to_owned())),
        }
    }

    /// Gives up the row group that row number `count` is in. Returns how many rows that costs.
    fn skip_group(&mut self) -> u64 {
        let group = self.ends.partition_point(|end| *end < self.count);
        let end = self.ends.get(group).copied().unwrap_or(self.count);
        let lost = end - (self.count - 1);
        self.count = end;
        self.left = None;
        if group + 1 < self.ends.len() {
            match reader(&self.file, group + 1) {
                Ok(reader) => self.left = Some(RowIter::from_file_into(Box::new(reader))),
                Err(error) => {
                    self.unopened = Some(Trouble::unreadable(format!(
                        "the rest of the file cannot be opened again: {error}; put the file back"
                    )));
                }
            }
        }
        lost
    }

    /// What stands for the rows that the file declares and nothing has given.
    fn missing(&mut self) -> Option<Arrival> {
        let declared = self.ends.last().copied().unwrap_or(0);
        let missing = declared.checked_sub(self.count).filter(|missing| *missing > 0)?;
        let trouble = self.unopened.take().unwrap_or_else(|| {
            let rows = if missing == 1 { "row" } else { "rows" };
            Trouble::malformed(format!(
                "the file ends {missing} {rows} before the {declared} of its index; get the file again"
            ))
        });
        let mut origin = Origin::path(self.path.clone());
        origin.member = Some(self.count + 1);
        let place = format!("{}#{}", self.path, self.count + 1);
        self.count = declared;
        Some(Arrival::Failed(trouble.at(place, origin)))
    }
}

/// A reader of the row groups of a file from `first` on.
fn reader(file: &File, first: usize) -> Result<SerializedFileReader<File>, ParquetError> {
    let options =
        ReadOptionsBuilder::new().with_predicate(Box::new(move |_, group| group >= first));
    SerializedFileReader::new_with_options(file.try_clone()?, options.build())
}

impl Iterator for Rows {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let Some(row) = self.row() else {
            self.left = None;
            return self.missing();
        };
        self.count += 1;
        let mut origin = Origin::path(self.path.clone());
        origin.member = Some(self.count);
        let place = format!("{}#{}", self.path, self.count);
        let parsed = match row {
            Ok(Err(mistake)) => Err(Trouble::malformed(mistake)),
            Ok(Ok(json)) if json.len() > self.limit => {
                Err(Trouble::too_large("the row has", self.limit))
            }
            Ok(Ok(json)) => Article::parse(json.as_bytes(), &self.columns)
                .map_err(|mistake| Trouble::malformed(mistake.message)),
            Err(error) => {
                let lost = self.skip_group();
                let rows = if lost == 1 { "row is" } else { "rows are" };
                Err(Trouble::malformed(format!(
                    "{lost} {rows} damaged: {error}; get the file again"
                )))
            }
        };
        Some(match parsed {
            Ok(article) => lines::arrival(article, place, origin, &self.columns),
            Err(trouble) => Arrival::Failed(trouble.at(place, origin)),
        })
    }
}

/// How the columns of a file are packed, where that is a way that is not read.
fn unread_packing(reader: &SerializedFileReader<File>) -> Option<&'static str> {
    let groups = reader.metadata().row_groups().iter();
    groups.flat_map(RowGroupMetaData::columns).find_map(|column| match column.compression() {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("LZO"),
        _ => None,
    })
}

/// A row as a JSON object, or why it is none: a column with a meaning has bytes that are no text.
fn object(row: &Row, columns: &Columns) -> Result<String, String> {
    let is_text = |field: &Field| !matches!(field, Field::Bytes(bytes) if std::str::from_utf8(bytes.data()).is_err());
    let mut fields = row.get_column_iter();
    let is_odd =
        |(name, field): &(&String, &Field)| columns.target(name).is_some() && !is_text(field);
    if let Some((name, _)) = fields.find(is_odd) {
        return Err(format!(
            "the bytes in column `{name:.40}` are not UTF-8; decode them before they are written"
        ));
    }
    let mut out = String::new();
    push_row(&mut out, row);
    Ok(out)
}

fn push_row(out: &mut String, row: &Row) {
    push_all(out, ['{', '}'], row.get_column_iter(), |out, (name, field)| {
        json::push_string(out, name);
        out.push(':');
        push(out, field);
    });
}

fn push_all<T>(
    out: &mut String,
    marks: [char; 2],
    items: impl Iterator<Item = T>,
    mut one: impl FnMut(&mut String, T),
) {
    out.push(marks[0]);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        one(out, item);
    }
    out.push(marks[1]);
}

/// A value as JSON: dates and times as strings, bytes as a string where they are UTF-8, otherwise `null`
/// (a picture beside the article is nothing that a record holds).
fn push(out: &mut String, field: &Field) {
    match field {
        Field::Str(text) => json::push_string(out, text),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => json::push_string(out, text),
            Err(_) => out.push_str("null"),
        },
        Field::Group(row) => push_row(out, row),
        Field::ListInternal(list) => push_all(out, ['[', ']'], list.elements().iter(), push),
        Field::MapInternal(map) => {
            push_all(out, ['{', '}'], map.entries().iter(), |out, (key, value)| {
                match key {
                    Field::Str(key) => json::push_string(out, key),
                    other => json::push_string(out, &other.to_string()),
                }
                out.push(':');
                push(out, value);
            });
        }
        Field::Float(number) if !number.is_finite() => out.push_str("null"),
        Field::Double(number) if !number.is_finite() => out.push_str("null"),
        Field::Float16(number) if !number.is_finite() => out.push_str("null"),
        Field::Null
        | Field::Bool(_)
        | Field::Byte(_)
        | Field::Short(_)
        | Field::Int(_)
        | Field::Long(_)
        | Field::UByte(_)
        | Field::UShort(_)
        | Field::UInt(_)
        | Field::ULong(_)
        | Field::Float16(_)
        | Field::Float(_)
        | Field::Double(_)
        | Field::Decimal(_) => out.push_str(&field.to_string()),
        Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => json::push_string(out, &field.to_string()),
    }
}
