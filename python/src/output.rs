//! What becomes of articles → the columns of the Parquet sink, with one more for what went wrong.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, StructArray};
use arrow_schema::{ArrowError, Field, Fields, Schema, SchemaRef};
use bytes::Bytes;
use cli::{Answer, Desk, DeskError, InputFile, NoRecord, RecordForm};
use document::{Document, Form};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use stage_api::is_address;
use stores::Before;

/// Answers that are turned into columns together, at most, and their bytes.
const ANSWERS: usize = 512;
const BYTES: usize = 8 << 20;

/// What a file says of itself in its metadata.
const VERSION: &str = "copydesk.version";
const CONFIGURATION: &str = "copydesk.configuration";

/// Bytes at the end of a file that hold what it says of itself, with much to spare.
const FOOTER: u64 = 4 << 20;

/// The end of the name of a file that is being written; a full stop is its beginning.
const UNFINISHED: &str = ".tmp";

/// The columns of the Parquet sink's nested layout, and `error`, which is null where there is a record.
pub(crate) fn schema() -> SchemaRef {
    batch(&[]).expect("no rows fit").schema()
}

/// A row for each answer, whose records are tapes.
///
/// # Errors
/// Where the texts of one column have more than 2 GiB together.
pub(crate) fn batch(answers: &[Answer]) -> Result<RecordBatch, ArrowError> {
    let mut rows = columns::Rows::new();
    for answer in answers {
        match answer {
            Ok(record) => wire::play(record, &mut rows),
            Err(why) => tell_origin(why, &mut rows),
        }
    }
    let records = rows.finish()?;
    let why = || answers.iter().map(|answer| answer.as_ref().err());
    let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let parts = vec![
        text(why().map(|why| Some(why.map_or("", |why| why.class))).collect()),
        text(why().map(|why| why?.stage.as_deref()).collect()),
        text(why().map(|why| Some(why.map_or("", |why| &why.message))).collect()),
    ];
    let there: Vec<bool> = why().map(|why| why.is_some()).collect();
    let errors = StructArray::try_new(error_fields(), parts, Some(there.into()))?;
    let mut fields: Vec<_> = records.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("error", errors.data_type().clone(), true)));
    let mut arrays = records.columns().to_vec();
    arrays.push(Arc::new(errors));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn error_fields() -> Fields {
    let text = |name: &str, nullable| Field::new(name, arrow_schema::DataType::Utf8, nullable);
    Fields::from(vec![text("class", false), text("stage", true), text("message", false)])
}

/// Tells what is known of an article without a record: the record that it would have had before any stage saw it.
fn tell_origin(why: &NoRecord, rows: &mut columns::Rows) {
    let doc = Document::new(&*why.id, why.origin.clone(), Vec::new(), Form::Text);
    let told = wire::tell(&doc, &wire::Options::default(), rows);
    told.expect("it has no value that could be no JSON");
}

/// Writes what becomes of the articles of a file into a Parquet file, whose folder is made if need be; returns how many were read,
/// written, discarded, failed and there already. Until it is whole it has another name, which begins with a full stop.
pub(crate) fn write_file(
    desk: &Desk,
    input: InputFile,
    output: &Path,
) -> Result<[u64; 5], DeskError> {
    let wrong =
        |error: &dyn std::fmt::Display| DeskError::Failed(format!("{}: {error}", output.display()));
    if is_address(output) {
        // An object is there as a whole or not at all.
        let made = tempfile::NamedTempFile::new().map_err(|error| wrong(&error))?;
        let counts = write_rows(desk, input, made.as_file(), &wrong)?;
        stores::put(made.path(), output, Before::Anything).map_err(|error| wrong(&error))?;
        return Ok(counts);
    }
    let folder = output.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|error| wrong(&error))?;
    // A name that no other attempt has, on this machine or another; dropped, the file is removed.
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(UNFINISHED)
        .make_in(folder, |path| File::create_new(path))
        .map_err(|error| wrong(&error))?;
    let counts = write_rows(desk, input, unfinished.as_file(), &wrong)?;
    unfinished.persist(output).map_err(|error| wrong(&error))?;
    Ok(counts)
}

fn write_rows(
    desk: &Desk,
    input: InputFile,
    file: &File,
    wrong: &dyn Fn(&dyn std::fmt::Display) -> DeskError,
) -> Result<[u64; 5], DeskError> {
    let file = file.try_clone().map_err(|error| wrong(&error))?;
    let mut rows = Rows::new(file, desk.key()).map_err(|error| wrong(&error))?;
    let counts = desk
        .file(input, RecordForm::Tape, &mut |answer| rows.add(answer).map_err(io::Error::other))?;
    rows.finish().map_err(|error| wrong(&error))?;
    Ok([counts.read, counts.written, counts.discarded, counts.failed, counts.unchanged])
}

/// A Parquet file being written.
struct Rows {
    writer: ArrowWriter<BufWriter<File>>,
    waiting: Vec<Answer>,
    bytes: usize,
}

impl Rows {
    fn new(file: File, key: &str) -> Result<Self, ParquetError> {
        let pair = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        let stamp = vec![pair(VERSION, env!("CARGO_PKG_VERSION")), pair(CONFIGURATION, key)];
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(stamp))
            .build();
        let writer = ArrowWriter::try_new(BufWriter::new(file), schema(), Some(properties))?;
        Ok(Self { writer, waiting: Vec::new(), bytes: 0 })
    }

    fn add(&mut self, answer: Answer) -> Result<(), ParquetError> {
        self.bytes += answer.as_ref().map_or(0, Vec::len);
        self.waiting.push(answer);
        if self.waiting.len() >= ANSWERS || self.bytes >= BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let batch = batch(&self.waiting)?;
        self.writer.write(&batch)?;
        self.waiting.clear();
        self.bytes = 0;
        // A row group of bounded size, by what it was made of: the same for the same articles.
        if self.writer.in_progress_size() >= 4 * BYTES { self.writer.flush() } else { Ok(()) }
    }

    fn finish(mut self) -> Result<(), ParquetError> {
        self.write()?;
        let file = self.writer.into_inner()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(file.sync_all()?)
    }
}

/// Makes an empty file, whose folder is made if need be.
pub(crate) fn mark(path: &Path) -> io::Result<()> {
    if is_address(path) {
        let empty = tempfile::NamedTempFile::new()?;
        return stores::put(empty.path(), path, Before::Anything).map(drop);
    }
    fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
    File::create(path).map(drop)
}

/// Removes a file; that there is none is no error.
pub(crate) fn unmark(path: &Path) -> io::Result<()> {
    if is_address(path) {
        return stores::remove(path);
    }
    fs::remove_file(path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// Whether a file is whole, and was made by this version with the configuration of this key.
pub(crate) fn is_made_by(path: &Path, key: &str) -> bool {
    let read = || {
        let metadata = if is_address(path) {
            let (end, len) = stores::end(path, FOOTER).ok()?;
            let mut reader = ParquetMetaDataReader::new();
            reader.try_parse_sized(&Bytes::from(end), len).ok()?;
            reader.finish().ok()?
        } else {
            ParquetMetaDataReader::new().parse_and_finish(&File::open(path).ok()?).ok()?
        };
        let pairs = metadata.file_metadata().key_value_metadata()?.clone();
        let says = |key: &str, value: &str| {
            pairs.iter().any(|pair| pair.key == key && pair.value.as_deref() == Some(value))
        };
        Some(says(VERSION, env!("CARGO_PKG_VERSION")) && says(CONFIGURATION, key))
    };
    read().unwrap_or(false)
}
