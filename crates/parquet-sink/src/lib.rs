//! The sink `parquet`: the records of an output folder as Parquet files, in its folder `parquet`.
//!
//! `cli` calls [`catch_up`] at the end of a run. For each part of the folder there is one whole file, or in the
//! layout [`Tables`](Layout::Tables) one for each table, with the columns of the crate `columns`. A file says
//! in its metadata of which part it was made and with which digest, so there is no state beside the files: what
//! the manifest vouches for and no file has is written, the open part's file anew, and what the manifest does
//! not speak of any more is removed. A file gets its name when it is whole; a kill leaves the old one, and the next
//! run goes on.

mod error;
mod part;
mod stamp;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub use columns::Layout;
use columns::Table;
use sink::{Cursor, Disk, News, PartEntry, Step, read_manifest};

pub use error::ParquetError;

use crate::error::At;
use crate::part::PartFiles;
use crate::stamp::Stamp;

/// The folder of the files in the output folder.
const FOLDER: &str = "parquet";

/// The end of the name of a file that is being written.
const UNFINISHED: &str = ".parquet.tmp";

/// Brings the files of an output folder up to date with its records; returns their folder.
///
/// Memory is bounded: some hundred records at a time, and the compressed pages of one row group a table.
///
/// # Errors
/// [`ParquetError`] where the folder cannot be read or a file not be written. What is there then is whole,
/// and the next call goes on from it.
pub fn catch_up(dir: &Path, layout: Layout, disk: &Disk) -> Result<PathBuf, ParquetError> {
    let folder = dir.join(FOLDER);
    let parts = read_manifest(dir)?.parts;
    fs::create_dir_all(&folder).at(&folder)?;
    let mut current = BTreeSet::new();
    for (number, part) in parts.iter().enumerate() {
        let paths: Vec<(Table, PathBuf)> = layout
            .tables()
            .iter()
            .map(|table| (*table, folder.join(format!("{}-{number:08}.parquet", table.name()))))
            .collect();
        let up_to_date = |(table, path): &(Table, PathBuf)| {
            Stamp::read(path).is_some_and(|stamp| stamp == Stamp::of(part, *table))
        };
        if !paths.iter().all(up_to_date) {
            write(dir, &parts[..number], part, &paths, disk).inspect_err(|_| {
                for (_, path) in &paths {
                    // Room is what may be lacking; a file that stays is removed by the next call.
                    let _ = fs::remove_file(unfinished(path));
                }
            })?;
        }
        current.extend(paths.into_iter().map(|(_, path)| path));
    }
    remove_others(&folder, &current, disk)?;
    Ok(folder)
}

/// Writes the files of one part; `before` are the parts before it.
fn write(
    dir: &Path,
    before: &[PartEntry],
    part: &PartEntry,
    paths: &[(Table, PathBuf)],
    disk: &Disk,
) -> Result<(), ParquetError> {
    let mut news =
        News::since(dir, &Cursor { parts: before.iter().map(PartEntry::content).collect() })?;
    let mut files = PartFiles::create(part, paths, disk)?;
    for _ in 0..part.records {
        let line = news.next()?.filter(|line| line.part == before.len());
        let line = line.ok_or_else(|| ParquetError::Changed { path: dir.join(&part.file) })?;
        files.add(line.bytes, &dir.join(&part.file))?;
    }
    files.finish()
}

/// The name of a file until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    path.with_extension(&UNFINISHED[1..])
}

/// Removes our files that no part stands behind any more, and those that were never finished.
fn remove_others(
    folder: &Path,
    current: &BTreeSet<PathBuf>,
    disk: &Disk,
) -> Result<(), ParquetError> {
    let mut others = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !current.contains(&path) && (name.ends_with(UNFINISHED) || Stamp::read(&path).is_some())
        {
            others.push(path);
        }
    }
    others.sort();
    for path in others {
        disk.step(Step::Remove, &path, || fs::remove_file(&path)).at(&path)?;
    }
    Ok(())
}
