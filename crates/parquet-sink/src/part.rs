//! The files of one part being written.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use columns::Table;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use sink::{Disk, PartEntry, Step};
use wire::Record;

use crate::error::{At, ParquetError};
use crate::seal;
use crate::stamp::Stamp;
use crate::unfinished;

/// Records that are turned into columns together, at most, and their bytes.
const RECORDS: usize = 512;
const BYTES: usize = 8 << 20;

/// Bytes in memory at which a row group is closed, in the table that is the largest.
const ROW_GROUP: usize = 32 << 20;

/// A file for each table.
pub(crate) struct PartFiles<'d> {
    disk: &'d Disk,
    files: Vec<TableFile>,
    records: Vec<Record>,
    bytes: usize,
}

struct TableFile {
    table: Table,
    path: PathBuf,
    unfinished: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
}

impl<'d> PartFiles<'d> {
    pub(crate) fn create(
        part: &PartEntry,
        paths: &[(Table, PathBuf)],
        disk: &'d Disk,
    ) -> Result<Self, ParquetError> {
        let create = |(table, path): &(Table, PathBuf)| {
            let unfinished = unfinished(path);
            // It is read once more, for its seal.
            let create = || {
                File::options().read(true).write(true).create(true).truncate(true).open(&unfinished)
            };
            let file = disk.step(Step::Create, path, create).at(&unfinished)?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_key_value_metadata(Some(Stamp::of(part, *table).to_pairs()))
                .build();
            let file = BufWriter::new(file);
            let writer = ArrowWriter::try_new(file, columns::schema(*table), Some(properties));
            let writer = writer.at(&unfinished)?;
            Ok(TableFile { table: *table, path: path.clone(), unfinished, writer })
        };
        let files = paths.iter().map(create).collect::<Result<_, ParquetError>>()?;
        Ok(Self { disk, files, records: Vec::new(), bytes: 0 })
    }

    /// Adds a record of the part at `part`.
    pub(crate) fn add(&mut self, line: &[u8], part: &Path) -> Result<(), ParquetError> {
        let record = Record::parse(line)
            .map_err(|error| ParquetError::Record { path: part.to_owned(), error })?;
        self.records.push(record);
        self.bytes += line.len();
        if self.records.len() >= RECORDS || self.bytes >= BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        for TableFile { table, unfinished, writer, .. } in &mut self.files {
            let batch = columns::batch(*table, &self.records);
            let batch = batch.map_err(parquet::errors::ParquetError::from).at(unfinished)?;
            writer.write(&batch).at(unfinished)?;
            if writer.in_progress_size() >= ROW_GROUP {
                writer.flush().at(unfinished)?;
            }
        }
        self.records.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Makes the files durable and gives them their names.
    pub(crate) fn finish(mut self) -> Result<(), ParquetError> {
        self.write()?;
        let Self { disk, files, .. } = self;
        let mut finished = Vec::new();
        for TableFile { path, unfinished, writer, .. } in files {
            let file = writer.into_inner().at(&unfinished)?;
            let mut file =
                file.into_inner().map_err(std::io::IntoInnerError::into_error).at(&unfinished)?;
            seal::seal(&mut file).at(&unfinished)?;
            disk.step(Step::Sync, &path, || file.sync_data()).at(&unfinished)?;
            finished.push((unfinished, path));
        }
        for (unfinished, path) in &finished {
            disk.step(Step::Rename, path, || fs::rename(unfinished, path)).at(path)?;
        }
        if let Some(folder) = finished.first().and_then(|(_, path)| path.parent()) {
            // Only Unix can open a folder; elsewhere the file system keeps names by itself.
            let sync = || {
                if cfg!(unix) { File::open(folder).and_then(|it| it.sync_all()) } else { Ok(()) }
            };
            disk.step(Step::SyncFolder, folder, sync).at(folder)?;
        }
        Ok(())
    }
}
