//! The sink `parquet`: the records of an output folder as Parquet files, in its folder `parquet`.
//!
//! `cli` calls [`catch_up`] at the end of a run. For each part of the folder there is one whole file, or in the
//! layout [`Tables`](Layout::Tables) one for each table, with the columns of the crate `columns`. A file says
//! in its metadata of which part it was made and with which digest, so there is no state beside the files: what
//! the manifest vouches for and no file has is written, the open part's file anew, and what the manifest does
//! not speak of any more is removed. A file gets its name when it is whole; a kill leaves the old one, and the next
//! run goes on. A file's metadata has a digest of the whole file, too, by which [`damaged`] tells what is not as it was
//! written.

mod error;
mod part;
mod seal;
mod stamp;

use std::collections::BTreeSet;
use std::fs::{self, File};
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

/// What [`catch_up`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The folder of the files.
    pub folder: PathBuf,
    /// Files that could not be read, and were written anew.
    pub remade: Vec<PathBuf>,
}

/// Brings the files of an output folder up to date with its records.
///
/// Memory is bounded: some hundred records at a time, and the compressed pages of one row group a table.
///
/// # Errors
/// [`ParquetError`] where the folder cannot be read or a file not be written. What is there then is whole,
/// and the next call goes on from it.
pub fn catch_up(dir: &Path, layout: Layout, disk: &Disk) -> Result<CaughtUp, ParquetError> {
    let folder = dir.join(FOLDER);
    let parts = read_manifest(dir)?.parts;
    fs::create_dir_all(&folder).at(&folder)?;
    let mut current = BTreeSet::new();
    let mut remade = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let paths: Vec<(Table, PathBuf)> = layout
            .tables()
            .iter()
            .map(|table| (*table, folder.join(format!("{}-{number:08}.parquet", table.name()))))
            .collect();
        let mut is_current = true;
        for (table, path) in &paths {
            let stamp = Stamp::read(path);
            is_current &= stamp.as_ref() == Some(&Stamp::of(part, *table));
            if stamp.is_none() && path.try_exists().at(path)? {
                remade.push(path.clone());
            }
        }
        if !is_current {
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
    Ok(CaughtUp { folder, remade })
}

/// The files of an output folder whose seal does not hold: they are not as they were written, or a version without seals
/// wrote them, and the next run writes them anew. All are read from end to end.
///
/// # Errors
/// [`ParquetError`] where the folder or a file cannot be read at all.
pub fn damaged(dir: &Path) -> Result<Vec<PathBuf>, ParquetError> {
    let mut damaged = Vec::new();
    for path in ours(&dir.join(FOLDER))? {
        if !File::open(&path).and_then(|mut file| seal::holds(&mut file)).at(&path)? {
            damaged.push(path);
        }
    }
    Ok(damaged)
}

/// Makes anew files that are [`damaged`], in the layout that the folder has.
///
/// # Errors
/// As [`catch_up`].
pub fn remake(dir: &Path, damaged: &[PathBuf], disk: &Disk) -> Result<(), ParquetError> {
    let is_table = |path: &PathBuf| table_of(path) != Some(Table::Nested.name());
    let is_tables = ours(&dir.join(FOLDER))?.iter().any(is_table);
    for path in damaged {
        disk.step(Step::Remove, path, || fs::remove_file(path)).at(path)?;
    }
    catch_up(dir, if is_tables { Layout::Tables } else { Layout::Nested }, disk)?;
    Ok(())
}

/// The files that have names of ours, in order.
fn ours(folder: &Path) -> Result<Vec<PathBuf>, ParquetError> {
    if !folder.try_exists().at(folder)? {
        return Ok(Vec::new());
    }
    let mut ours = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if table_of(&path).is_some() {
            ours.push(path);
        }
    }
    ours.sort();
    Ok(ours)
}

/// The table that a file is named after: `TABLE-NUMBER.parquet`.
fn table_of(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?.strip_suffix(".parquet")?;
    let (name, number) = name.rsplit_once('-')?;
    let layouts = [Layout::Nested, Layout::Tables];
    let mut tables = layouts.into_iter().flat_map(Layout::tables).map(|table| table.name());
    tables.find(|table| *table == name && number.bytes().all(|byte| byte.is_ascii_digit()))
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
