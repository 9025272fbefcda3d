//! Part files: the records themselves, in pieces that close by content.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use document::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError, OpenError};
use crate::files;

/// A part as the journal knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartState {
    /// Counted from 0.
    pub(crate) number: u32,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    /// Digest of its bytes, once it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

impl PartState {
    pub(crate) fn file_name(&self) -> String {
        format!("articles-{:08}.jsonl", self.number)
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

impl OpenPart {
    /// Takes a part up where the journal left it, and cuts what came after.
    pub(crate) fn resume(disk: &Disk, dir: &Path, state: PartState) -> Result<Self, OpenError> {
        let path = dir.join(state.file_name());
        let (disk, digest) = (disk.clone(), sha2::Sha256::new());
        let appended = crc32fast::Hasher::new();
        let mut part = Self { disk, path, state, digest, appended, file: None, dirty: false };
        if part.state.bytes == 0 {
            files::remove(&part.disk, &part.path)?;
            return Ok(part);
        }
        let options = File::options().read(true).write(true).clone();
        let mut file = part.disk.open(&part.path, &options).at(&part.path)?;
        let len = file.len().at(&part.path)?;
        if len < part.state.bytes {
            let message = format!("has {len} bytes, the journal says {}", part.state.bytes);
            return Err(OpenError::Damaged { path: part.path, message });
        }
        digest_into(&mut part.digest, &mut (&mut file).take(part.state.bytes)).at(&part.path)?;
        file.cut(part.state.bytes).at(&part.path)?;
        part.file = Some(BufWriter::with_capacity(BUFFER, file));
        Ok(part)
    }

    /// The state with everything written so far, closed or not as `close` says.
    pub(crate) fn state(&self, close: bool) -> PartState {
        PartState { sha256: close.then(|| self.sha256()), ..self.state.clone() }
    }

    /// Digest of what was written so far.
    pub(crate) fn sha256(&self) -> String {
        Sha256(self.digest.clone().finalize().into()).to_string()
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
    let number = name.strip_prefix("articles-").and_then(|rest| rest.strip_suffix(".jsonl"));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

pub(crate) fn digest_into(digest: &mut sha2::Sha256, from: &mut impl Read) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            read => digest.update(&buffer[..read]),
        }
    }
}
