//! Followers: sinks that read what is committed, each behind a cursor of its own.
//!
//! The parts are the truth; an archive or a Parquet folder is made from them and can be made again. A
//! follower keeps its [`Cursor`] with what it wrote, so that both are there after a kill or neither is, and
//! asks for the [`News`] since then. It is called at the end of each run, whether or not that run wrote
//! anything, so what a kill or a full disk kept from it comes with the next.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::digest;
use crate::error::{At, ReadError};
use crate::manifest::{Manifest, read_manifest};
use crate::part_reader::PartReader;

/// How far a follower has read: the parts as the manifest told of them, the last one as far as it was
/// read. Files are named with their generation, and all bytes are vouched for by digests, so a cursor
/// tells a folder that went on from one that was begun anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The parts, in the order of their records; none before the first record.
    pub parts: Vec<PartContent>,
}

/// A part by its records: the same whether or not it is compressed by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartContent {
    /// The name of its plain file relative to the folder, with `/`.
    pub file: String,
    /// How many records.
    pub records: u64,
    /// Their bytes, before they are compressed.
    pub bytes: u64,
    /// Digest of those bytes, in hexadecimal.
    pub sha256: String,
}

/// The committed records that readers of an output folder see, from a cursor on.
///
/// ```no_run
/// use sink::{Cursor, News};
///
/// let mut cursor = Cursor::default(); // as it was kept
/// let mut news = News::since("out".as_ref(), &cursor)?;
/// if news.begins_anew() {
///     // What was made from earlier records does not count any more.
/// }
/// while let Some(line) = news.next()? {
///     assert!(line.bytes.ends_with(b"\n"));
/// }
/// cursor = news.cursor();
/// # Ok::<(), sink::ReadError>(())
/// ```
#[derive(Debug)]
pub struct News {
    dir: PathBuf,
    manifest: Manifest,
    parts: Vec<PartContent>,
    begins_anew: bool,
    /// Index of the part that is read; the number of parts when all are.
    part: usize,
    /// What of that part was read.
    records: u64,
    bytes: u64,
    digest: sha2::Sha256,
    reader: Option<PartReader>,
    line: Vec<u8>,
}

/// A committed record with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommittedLine<'n> {
    /// The part, by index in the manifest.
    pub part: usize,
    /// Where in the part it begins, in bytes of its records.
    pub offset: u64,
    /// The record, line end included.
    pub bytes: &'n [u8],
}

impl News {
    /// What the folder has beyond a cursor; everything, where the cursor is of another generation, or of
    /// bytes that are not there any more.
    ///
    /// Nothing is read but the manifest and, where the last part has grown, what the cursor has of it.
    ///
    /// # Errors
    /// [`ReadError`] where the folder has no manifest, or a part cannot be read.
    pub fn since(dir: &Path, cursor: &Cursor) -> Result<Self, ReadError> {
        let manifest = read_manifest(dir)?;
        let mut news = Self {
            dir: dir.to_owned(),
            parts: manifest.cursor().parts,
            manifest,
            begins_anew: false,
            part: 0,
            records: 0,
            bytes: 0,
            digest: sha2::Sha256::new(),
            reader: None,
            line: Vec::new(),
        };
        if !news.skip(&cursor.parts)? {
            news.begins_anew = true;
            news.forget_part();
            news.part = 0;
        }
        Ok(news)
    }

    /// Whether nothing that came before the first of these records counts any more, though the cursor
    /// was not empty.
    pub fn begins_anew(&self) -> bool {
        self.begins_anew
    }

    /// The manifest that the records are read by.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether every record was read.
    pub fn is_over(&self) -> bool {
        self.part == self.parts.len()
    }

    /// The next record; `None` after the last.
    ///
    /// # Errors
    /// [`ReadError`] where a part cannot be read, or has not the bytes that the manifest vouches for.
    #[expect(clippy::should_implement_trait, reason = "a line is lent until the next call")]
    pub fn next(&mut self) -> Result<Option<CommittedLine<'_>>, ReadError> {
        let Some(content) = self.parts.get(self.part) else { return Ok(None) };
        let entry = &self.manifest.parts[self.part];
        let path = self.dir.join(&entry.file);
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(entry.open(&self.dir).at(&path)?),
        };
        self.line.clear();
        reader.read_until(b'\n', &mut self.line).at(&path)?;
        let (part, offset) = (self.part, self.bytes);
        self.records += 1;
        self.bytes += self.line.len() as u64;
        self.digest.update(&self.line);
        if self.bytes == content.bytes {
            if self.sha256() != content.sha256 {
                let message = "its bytes are not those that the manifest vouches for".to_owned();
                return Err(ReadError::Damaged { path, message });
            }
            self.forget_part();
            self.part += 1;
        } else if !self.line.ends_with(b"\n") {
            let message = format!("ends after {} of {} bytes", self.bytes, content.bytes);
            return Err(ReadError::Damaged { path, message });
        }
        Ok(Some(CommittedLine { part, offset, bytes: &self.line }))
    }

    /// The cursor after the last record that was read.
    pub fn cursor(&self) -> Cursor {
        let whole = self.parts[..self.part].iter().cloned();
        Cursor { parts: whole.chain(self.in_part()).collect() }
    }

    /// The last part of [`cursor`](Self::cursor) with its index, for who keeps a cursor part by part;
    /// `None` before the first record.
    pub fn last_part(&self) -> Option<(usize, PartContent)> {
        self.in_part().map(|begun| (self.part, begun)).or_else(|| {
            let last = self.part.checked_sub(1)?;
            Some((last, self.parts[last].clone()))
        })
    }

    /// What was read of a part that was not read to its end.
    fn in_part(&self) -> Option<PartContent> {
        let entry = self.parts.get(self.part).filter(|_| self.bytes > 0)?;
        let (records, bytes, sha256) = (self.records, self.bytes, self.sha256());
        Some(PartContent { file: entry.file.clone(), records, bytes, sha256 })
    }

    /// Passes over what a cursor has; `false` where the folder has it not.
    fn skip(&mut self, read: &[PartContent]) -> Result<bool, ReadError> {
        let Some((last, whole)) = read.split_last() else { return Ok(true) };
        if !self.parts.starts_with(whole) {
            return Ok(false);
        }
        self.part = whole.len();
        match self.parts.get(self.part) {
            Some(entry) if entry == last => {
                self.part += 1;
                Ok(true)
            }
            Some(entry) if entry.file == last.file && entry.bytes > last.bytes => {
                let entry = &self.manifest.parts[self.part];
                let path = self.dir.join(&entry.file);
                let mut reader = entry.open(&self.dir).at(&path)?;
                digest::take_in(&mut self.digest, &mut (&mut reader).take(last.bytes)).at(&path)?;
                (self.records, self.bytes, self.reader) = (last.records, last.bytes, Some(reader));
                Ok(self.sha256() == last.sha256)
            }
            _ => Ok(false),
        }
    }

    fn sha256(&self) -> String {
        digest::hex(self.digest.clone())
    }

    fn forget_part(&mut self) {
        (self.records, self.bytes, self.reader) = (0, 0, None);
        self.digest = sha2::Sha256::new();
    }
}
