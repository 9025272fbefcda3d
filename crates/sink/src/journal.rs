//! The journal: one line per commit, and the only thing that makes output count.
//!
//! A line is `{"crc32":"…","entry":…}`, the checksum being that of the entry's bytes. The first
//! line is there from the moment the file has its name. Each later line is synced before anything
//! else is written, so after a crash at most the last one is torn.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::counts::Counts;
use crate::dead_letters::DeadLetter;
use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError, OpenError};
use crate::parts::PartState;
use crate::{files, states};

/// The name of the file.
pub(crate) const FILE: &str = "journal.jsonl";

/// What a line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Entry {
    /// The first line.
    Begin(Begin),
    /// Everything up to here is committed.
    Commit(Commit),
    /// A run over everything that the sources hold has ended: readers may be switched to this generation.
    Complete,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) schema: String,
    /// Key of the configuration that the generation was written with.
    pub(crate) configuration: String,
}

impl Begin {
    pub(crate) fn new(configuration: &str) -> Self {
        Self { schema: "copydesk.journal/1".to_owned(), configuration: configuration.to_owned() }
    }
}

/// The state after a commit, and the failures since the one before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Commit {
    /// The part that was written to; the next one is begun if it has a digest.
    pub(crate) part: PartState,
    /// Bytes of the ledger.
    pub(crate) ledger: u64,
    /// Bytes of the state of each ordered stage that has one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) states: states::Committed,
    pub(crate) total: Counts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) failures: Vec<DeadLetter>,
}

/// The journal being written.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: DiskFile,
    /// Bytes of whole lines.
    bytes: u64,
}

impl Journal {
    /// A new journal; there is none at that place before its first line is durable.
    pub(crate) fn create(disk: &Disk, dir: &Path, begin: Begin) -> Result<Self, FileError> {
        let path = dir.join(FILE);
        let line = encode(&Entry::Begin(begin));
        files::replace(disk, &path, &line)?;
        Self::open(disk, dir, line.len() as u64)
    }

    /// An existing journal, cut to its first `bytes` bytes.
    pub(crate) fn open(disk: &Disk, dir: &Path, bytes: u64) -> Result<Self, FileError> {
        let path = dir.join(FILE);
        let mut file = disk.open(&path, File::options().write(true)).at(&path)?;
        file.cut(bytes).at(&path)?;
        Ok(Self { path, file, bytes })
    }

    /// Appends one line and makes it durable.
    pub(crate) fn append(&mut self, entry: &Entry) -> Result<(), FileError> {
        let line = encode(entry);
        let written = self.file.write_all(&line).and_then(|()| self.file.sync());
        match written {
            Ok(()) => self.bytes += line.len() as u64,
            // A line that may not be durable must not count for the next run either, which would write behind it.
            Err(_) => drop(self.file.cut(self.bytes)),
        }
        written.at(&self.path)
    }
}

/// Calls `each` for every line; returns the bytes of the good lines, which are all but a torn last one.
pub(crate) fn read(path: &Path, mut each: impl FnMut(Entry)) -> Result<u64, OpenError> {
    let mut reader = BufReader::new(File::open(path).at(path)?);
    let mut line = Vec::new();
    let (mut good, mut number) = (0, 0);
    loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line).at(path)? == 0 {
            return Ok(good);
        }
        let message = match decode(&line) {
            Ok(entry) => {
                good += line.len() as u64;
                each(entry);
                continue;
            }
            Err(Bad::Torn) if reader.fill_buf().at(path)?.is_empty() => return Ok(good),
            Err(Bad::Torn) => format!("line {number} of the journal is damaged"),
            Err(Bad::Unknown(error)) => {
                format!("line {number} of the journal is not understood ({error})")
            }
        };
        return Err(OpenError::Damaged { path: path.to_owned(), message });
    }
}

/// Why a line does not count.
enum Bad {
    /// It is not what was written.
    Torn,
    /// It is what was written, by another version.
    Unknown(serde_json::Error),
}

#[derive(Serialize, Deserialize)]
struct Line<'l> {
    crc32: String,
    #[serde(borrow)]
    entry: &'l RawValue,
}

fn encode(entry: &Entry) -> Vec<u8> {
    let entry = serde_json::value::to_raw_value(entry).expect("strings and numbers are JSON");
    let crc32 = checksum(&entry);
    let mut line =
        serde_json::to_vec(&Line { crc32, entry: &entry }).expect("strings and JSON are JSON");
    line.push(b'\n');
    line
}

fn decode(line: &[u8]) -> Result<Entry, Bad> {
    let line = line.strip_suffix(b"\n").ok_or(Bad::Torn)?;
    let Line { crc32, entry } = serde_json::from_slice(line).map_err(|_| Bad::Torn)?;
    if checksum(entry) != crc32 {
        return Err(Bad::Torn);
    }
    serde_json::from_str(entry.get()).map_err(Bad::Unknown)
}

fn checksum(entry: &RawValue) -> String {
    format!("{:08x}", crc32fast::hash(entry.get().as_bytes()))
}

/// Whether a folder has a journal.
pub(crate) fn exists(dir: &Path) -> io::Result<bool> {
    dir.join(FILE).try_exists()
}
