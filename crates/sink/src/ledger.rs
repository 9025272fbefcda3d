//! The ledger: every committed outcome in 72 bytes, so that articles are known again.
//!
//! `ledger.bin` is a sequence of entries and nothing else, numbers in little-endian order:
//!
//! | bytes | what |
//! |---|---|
//! | 0–15 | the first half of the SHA-256 digest of the article's id |
//! | 16–47 | SHA-256 digest of the payload; where there is none, of what was wrong |
//! | 48–55 | digest of the supplied metadata |
//! | 56–59 | revision; 0 for what never became an article |
//! | 60 | 1 written, 2 discarded, 3 failed, 4 moved: another article's record has its payload |
//! | 61 | 1 if the id came with the article, else 0 |
//! | 62–63 | zero |
//! | 64–71 | digest of the place it was read from |
//!
//! How many bytes of it count is said by the last line of the journal.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use document::Sha256;
use stage_api::{IdHash, Known, OutcomeKind, PlaceHash};

use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError, OpenError};
use crate::sums::{Checked, Sums};

/// The name of the file.
pub(crate) const FILE: &str = "ledger.bin";

/// Bytes of an entry.
pub(crate) const ENTRY: usize = 72;

fn to_bytes(known: &Known) -> [u8; ENTRY] {
    let mut bytes = [0; ENTRY];
    bytes[..16].copy_from_slice(&known.id.0);
    bytes[16..48].copy_from_slice(&known.payload.0);
    bytes[48..56].copy_from_slice(&known.fingerprint.to_le_bytes());
    bytes[56..60].copy_from_slice(&known.revision.to_le_bytes());
    bytes[60] = match known.kind {
        OutcomeKind::Written => 1,
        OutcomeKind::Discarded => 2,
        OutcomeKind::Failed => 3,
        OutcomeKind::Moved => 4,
    };
    bytes[61] = u8::from(known.explicit_id);
    bytes[64..].copy_from_slice(&known.place.0.to_le_bytes());
    bytes
}

fn from_bytes(bytes: &[u8; ENTRY]) -> Option<Known> {
    fn part<const N: usize>(bytes: &[u8; ENTRY], start: usize) -> [u8; N] {
        *bytes[start..].first_chunk().expect("the parts of an entry lie within it")
    }
    let kind = match bytes[60] {
        1 => OutcomeKind::Written,
        2 => OutcomeKind::Discarded,
        3 => OutcomeKind::Failed,
        4 => OutcomeKind::Moved,
        _ => return None,
    };
    Some(Known {
        id: IdHash(part(bytes, 0)),
        place: PlaceHash(u64::from_le_bytes(part(bytes, 64))),
        payload: Sha256(part(bytes, 16)),
        fingerprint: u64::from_le_bytes(part(bytes, 48)),
        revision: u32::from_le_bytes(part(bytes, 56)),
        kind,
        explicit_id: bytes[61] == 1,
    })
}

/// Committed outcomes in the order in which they were committed.
///
/// An entry that cannot be read is an error, and the last item.
#[derive(Debug)]
pub struct KnownEntries {
    path: PathBuf,
    file: io::Take<BufReader<Checked<File>>>,
}

impl KnownEntries {
    /// The first `bytes` bytes of a ledger, held against the checksums of their commits.
    pub(crate) fn open(path: &Path, bytes: u64, sums: &Sums) -> Result<Self, FileError> {
        let file = sums.check(File::open(path).at(path)?);
        Ok(Self { path: path.to_owned(), file: BufReader::new(file).take(bytes) })
    }
}

impl Iterator for KnownEntries {
    type Item = Result<Known, OpenError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = [0; ENTRY];
        if self.file.limit() == 0 {
            return None;
        }
        let entry = match self.file.read_exact(&mut bytes).at(&self.path) {
            Ok(()) => from_bytes(&bytes).ok_or_else(|| OpenError::Damaged {
                path: self.path.clone(),
                message: "an entry of the ledger is damaged".to_owned(),
            }),
            Err(error) => Err(error.into()),
        };
        if entry.is_err() {
            self.file.set_limit(0);
        }
        Some(entry)
    }
}

/// The ledger being written.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    file: DiskFile,
    /// Bytes that the journal vouches for.
    committed: u64,
    /// The commits that were there when it was opened.
    sums: Sums,
    pending: Vec<u8>,
}

impl Ledger {
    /// Opens or creates the ledger and cuts what was not committed.
    pub(crate) fn open(
        disk: &Disk,
        dir: &Path,
        committed: u64,
        sums: Sums,
    ) -> Result<Self, OpenError> {
        let path = dir.join(FILE);
        let mut file = match committed {
            0 => disk.create(&path).at(&path)?,
            _ => disk.open(&path, File::options().write(true)).at(&path)?,
        };
        let len = file.len().at(&path)?;
        if len < committed {
            let message = format!("has {len} bytes, the journal says {committed}");
            return Err(OpenError::Damaged { path, message });
        }
        file.cut(committed).at(&path)?;
        Ok(Self { path, file, committed, sums, pending: Vec::new() })
    }

    pub(crate) fn push(&mut self, known: Known) {
        self.pending.extend_from_slice(&to_bytes(&known));
    }

    /// Makes every entry durable; returns how many bytes that are, and the CRC-32 of the new ones.
    pub(crate) fn sync(&mut self) -> Result<(u64, u32), FileError> {
        let appended = crc32fast::hash(&self.pending);
        if !self.pending.is_empty() {
            self.file.write_all(&self.pending).and_then(|()| self.file.sync()).at(&self.path)?;
            self.committed += self.pending.len() as u64;
            self.pending.clear();
        }
        Ok((self.committed, appended))
    }

    pub(crate) fn known(&self) -> Result<KnownEntries, FileError> {
        KnownEntries::open(&self.path, self.committed, &self.sums)
    }
}
