//! Part files: the records themselves, in pieces that close by content.
//!
//! A part that is written to is plain. When it closes it may be compressed: `NAME.zst` is there, whole and durable, before
//! the line of the journal that closes the part and says so, and only then does the plain file go. So a kill leaves the plain file
//! with or without the other beside it, or the other alone, and the journal tells which of them counts.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError, OpenError};
use crate::part_reader::{PartReader, packed_path};
use crate::sums::Sums;
use crate::{digest, files, frames};

/// In which form parts that are closed lie in the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// As they were written.
    #[default]
    None,
    /// As frames of zstd with a table of them, which the name tells by `.zst`.
    Zstd,
}

/// How many bytes, and their digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// How many.
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// A part as the journal knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartState {
    /// Counted from 0.
    pub(crate) number: u32,
    pub(crate) records: u64,
    /// Bytes of the records.
    pub(crate) bytes: u64,
    /// Their digest, once the part is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    /// The file, where it is compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zstd: Option<Content>,
}

impl PartState {
    /// The name of its plain file.
    pub(crate) fn plain_name(&self) -> String {
        format!("articles-{:08}.jsonl", self.number)
    }

    /// The name of the file that counts.
    pub(crate) fn file_name(&self) -> String {
        match self.zstd {
            Some(_) => self.plain_name() + PACKED,
            None => self.plain_name(),
        }
    }

    /// Bytes of the file that count.
    pub(crate) fn stored(&self) -> u64 {
        self.zstd.as_ref().map_or(self.bytes, |file| file.bytes)
    }

    /// Reads its records in the folder of its generation.
    pub(crate) fn open(&self, dir: &Path) -> io::Result<PartReader> {
        let path = dir.join(self.file_name());
        match &self.zstd {
            Some(file) => PartReader::open_packed(&path, file.bytes, self.bytes),
            None => PartReader::open_plain(&path, self.bytes),
        }
    }

    /// Cuts what follows in its file, whatever wrote that.
    pub(crate) fn cut(&self, disk: &Disk, dir: &Path) -> Result<(), FileError> {
        let path = dir.join(self.file_name());
        let mut file = disk.open(&path, File::options().write(true)).at(&path)?;
        if file.len().at(&path)? > self.stored() {
            file.cut(self.stored()).and_then(|()| file.sync()).at(&path)?;
        }
        Ok(())
    }

    /// The part after this one, still empty.
    pub(crate) fn next(&self) -> Self {
        Self { number: self.number + 1, ..Self::default() }
    }
}

/// The part that is being appended to. Its file is there as soon as it has a record.
#[derive(Debug)]
pub(crate) struct OpenPart {
    disk: Disk,
    path: PathBuf,
    state: PartState,
    digest: sha2::Sha256,
    /// Checksum of what was appended since the last commit.
    appended: crc32fast::Hasher,
    file: Option<BufWriter<DiskFile>>,
    dirty: bool,
}

const BUFFER: usize = 256 << 10;

/// What the name of a compressed file ends with.
pub(crate) const PACKED: &str = ".zst";

impl OpenPart {
    /// Takes a part up where the journal left it, holds it against the checksums of its commits, and cuts what came
    /// after.
    pub(crate) fn resume(
        disk: &Disk,
        dir: &Path,
        state: PartState,
        sums: &Sums,
    ) -> Result<Self, OpenError> {
        let path = dir.join(state.plain_name());
        let packed = packed_path(&path);
        let (disk, digest) = (disk.clone(), sha2::Sha256::new());
        let appended = crc32fast::Hasher::new();
        let mut part = Self { disk, path, state, digest, appended, file: None, dirty: false };
        if part.state.bytes == 0 {
            files::remove(&part.disk, &part.path)?;
            files::remove(&part.disk, &packed)?;
            return Ok(part);
        }
        if !part.path.exists() && packed.exists() {
            // It was closed, and the journal went back to a commit before.
            let mut records = part.state.open(dir).at(&packed)?;
            files::replace_with(&part.disk, &part.path, |file| {
                io::copy(&mut records, file).map(drop)
            })?;
        }
        files::remove(&part.disk, &packed)?;
        let options = File::options().read(true).write(true).clone();
        let mut file = part.disk.open(&part.path, &options).at(&part.path)?;
        let len = file.len().at(&part.path)?;
        if len < part.state.bytes {
            let message = format!("has {len} bytes, the journal says {}", part.state.bytes);
            return Err(OpenError::Damaged { path: part.path, message });
        }
        let mut committed = sums.check((&mut file).take(part.state.bytes));
        digest::take_in(&mut part.digest, &mut committed).at(&part.path)?;
        file.cut(part.state.bytes).at(&part.path)?;
        part.file = Some(BufWriter::with_capacity(BUFFER, file));
        Ok(part)
    }

    /// The state with everything written so far, closed or not as `close` says.
    pub(crate) fn state(&self, close: bool) -> PartState {
        PartState { sha256: close.then(|| self.sha256()), ..self.state.clone() }
    }

    /// Compresses what was synced into a file beside it, and makes that durable.
    pub(crate) fn pack(&self) -> Result<Content, FileError> {
        let packed = packed_path(&self.path);
        let plain = BufReader::with_capacity(BUFFER, File::open(&self.path).at(&self.path)?);
        let (temporary, content) =
            files::prepare_digested(&self.disk, &packed, |file| frames::pack(plain, file))?;
        files::put(&self.disk, &temporary, &packed)?;
        Ok(content)
    }

    /// Digest of what was written so far.
    pub(crate) fn sha256(&self) -> String {
        digest::hex(self.digest.clone())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.state.bytes
    }

    pub(crate) fn append(&mut self, record: &[u8]) -> Result<(), FileError> {
        let file = if let Some(file) = &mut self.file {
            file
        } else {
            let file = self.disk.create(&self.path).at(&self.path)?;
            files::sync_folder(&self.disk, self.path.parent().expect("a part lies in a folder"))?;
            self.file.insert(BufWriter::with_capacity(BUFFER, file))
        };
        file.write_all(record).at(&self.path)?;
        self.digest.update(record);
        self.appended.update(record);
        self.state.records += 1;
        self.state.bytes += record.len() as u64;
        self.dirty = true;
        Ok(())
    }

    /// Makes every record durable; returns the CRC-32 of those since the last call.
    pub(crate) fn sync(&mut self) -> Result<u32, FileError> {
        if let Some(file) = self.file.as_mut().filter(|_| self.dirty) {
            file.flush().and_then(|()| file.get_ref().sync()).at(&self.path)?;
            self.dirty = false;
        }
        Ok(std::mem::take(&mut self.appended).finalize())
    }
}

/// Whether a file of this name is a part.
pub(crate) fn is_part(name: &str) -> bool {
    let name = name.strip_suffix(PACKED).unwrap_or(name);
    let number = name.strip_prefix("articles-").and_then(|rest| rest.strip_suffix(".jsonl"));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}
