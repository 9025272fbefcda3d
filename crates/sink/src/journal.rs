//! The journal: one line per commit, and the only thing that makes output count.
//!
//! A line is `{"crc32":"…","entry":…}`, the checksum being that of the entry's bytes. The first
//! line is there from the moment the file has its name. Each later line is synced before anything
//! else is written, so after a crash at most the last one is torn: of what was not synced, file systems
//! keep a beginning, or zeros in place of whole blocks, and never make up other bytes. A last line that is
//! wrong in another way was committed and damaged later; to cut it would lose what it committed.
//!
//! A line whose checksum is right was written as it stands. Where it says something that is not known here, another
//! version of the program wrote it: that is no damage, and nothing behind it may be cut.

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
use crate::shard::Shard;
use crate::{files, states};

/// The name of the file.
pub(crate) const FILE: &str = "journal.jsonl";

/// What is said of a journal that only another version can read.
const WHOLE: &str = "and nothing is damaged";

/// What the first line says of all others.
const SCHEMA: &str = "copydesk.journal/1";

/// What a line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Entry {
    /// The first line.
    Begin(Begin),
    /// Everything up to here is committed.
    Commit(Commit),
    /// A file of drop records gets this content next.
    Drop(DropFile),
    /// A run over everything that the sources hold has ended: readers may be switched to this generation.
    Complete,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) schema: String,
    /// Key of the configuration that the generation was written with.
    pub(crate) configuration: String,
    /// Which shard of a drop it holds, if it does not hold all of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shard: Option<Shard>,
}

impl Begin {
    pub(crate) fn new(configuration: &str, shard: Option<&Shard>) -> Self {
        let (schema, configuration) = (SCHEMA.to_owned(), configuration.to_owned());
        Self { schema, configuration, shard: shard.cloned() }
    }
}

/// The state after a commit, and the failures since the one before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Commit {
    /// The part that was written to; the next one is begun if it has a digest.
    pub(crate) part: PartState,
    /// Bytes of the ledger.
    pub(crate) ledger: u64,
    /// None where a version before them wrote the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) appended: Option<Appended>,
    /// Bytes of the state of each ordered stage that has one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) states: states::Committed,
    pub(crate) total: Counts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) failures: Vec<DeadLetter>,
}

/// CRC-32 of the bytes that this commit added to part and ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Appended {
    pub(crate) part: u32,
    pub(crate) ledger: u32,
}

/// What a file of drop records is to hold. The line comes before the file takes its name, so a file that is
/// there has the digest of the last such line or, after a kill between the two, of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DropFile {
    pub(crate) file: String,
    pub(crate) sha256: String,
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

    /// Makes durable what opening it cut.
    pub(crate) fn sync(&self) -> Result<(), FileError> {
        self.file.sync().at(&self.path)
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

/// Calls `each` for every line, with the bytes up to its end; returns the bytes of the good lines, which are
/// all but a torn last one.
pub(crate) fn read(path: &Path, each: impl FnMut(Entry, u64)) -> Result<u64, OpenError> {
    let Lines { good, damage } = read_good(path, each)?;
    match damage {
        None => Ok(good),
        Some(message) => Err(OpenError::Damaged { path: path.to_owned(), message }),
    }
}

/// How far a journal could be read.
pub(crate) struct Lines {
    /// Bytes of the lines that are as they were written.
    pub(crate) good: u64,
    /// What is wrong with the line after them, unless it is torn or there is none.
    pub(crate) damage: Option<String>,
}

/// As [`read`], up to the first damaged line.
///
/// # Errors
/// [`OpenError::OtherVersion`] where a line, before that or behind it, says what is not known here: whoever takes the folder up
/// or mends it must stop at once.
pub(crate) fn read_good(path: &Path, mut each: impl FnMut(Entry, u64)) -> Result<Lines, OpenError> {
    let other_version = |message| Err(OpenError::OtherVersion { path: path.to_owned(), message });
    let mut reader = BufReader::new(File::open(path).at(path)?);
    let mut line = Vec::new();
    let (mut good, mut number) = (0, 0);
    let damage = loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line).at(path)? == 0 {
            break None;
        }
        match decode(&line) {
            Ok(Entry::Begin(Begin { schema, .. })) if schema != SCHEMA => {
                return other_version(format!("its schema is `{schema}`, not `{SCHEMA}`, {WHOLE}"));
            }
            Ok(entry) => {
                good += line.len() as u64;
                each(entry, good);
            }
            Err(Bad::Wrong) if reader.fill_buf().at(path)?.is_empty() && is_torn(&line, good) => {
                break None;
            }
            Err(Bad::Wrong) => break Some(format!("line {number} of the journal is damaged")),
            Err(Bad::Unknown(error)) => {
                return other_version(format!(
                    "line {number} is not understood ({error}), {WHOLE}"
                ));
            }
        }
    };
    // What stands behind damage may be cut, but not what only another version can read.
    let damaged = number;
    while damage.is_some() {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line).at(path)? == 0 {
            break;
        }
        if let Err(Bad::Unknown(error)) = decode(&line) {
            return other_version(format!(
                "line {damaged} is damaged, and line {number} is not understood ({error})"
            ));
        }
    }
    Ok(Lines { good, damage })
}

/// Whether a last line that begins at byte `start` is what a crash can leave of one that was not synced.
fn is_torn(line: &[u8], start: u64) -> bool {
    const BLOCK: u64 = 512;
    if let Some(zeros) = line.iter().position(|byte| *byte == 0) {
        return zeros == 0 || (start + zeros as u64).is_multiple_of(BLOCK);
    }
    // A whole line whose last byte is no line end was one, too.
    line.split_last().is_none_or(|(last, rest)| *last != b'\n' && decode_entry(rest).is_err())
}

/// Why a line does not count.
enum Bad {
    /// It is not what was written.
    Wrong,
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
    decode_entry(line.strip_suffix(b"\n").ok_or(Bad::Wrong)?)
}

fn decode_entry(line: &[u8]) -> Result<Entry, Bad> {
    let Line { crc32, entry } = serde_json::from_slice(line).map_err(|_| Bad::Wrong)?;
    if checksum(entry) != crc32 {
        return Err(Bad::Wrong);
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
