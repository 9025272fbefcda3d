//! What ordered stages know, kept as the changes that articles made in it.
//!
//! Each ordered stage with a state has a file `state-STAGE.bin` in its generation: a sequence of
//! changes in the order of their articles, and nothing else. Numbers are in little-endian order:
//!
//! | bytes | what |
//! |---|---|
//! | 0–3 | bytes of the change |
//! | 4–7 | CRC-32 of bytes 0–3 and of the change |
//! | 8– | the change, as only the stage understands it |
//!
//! How many bytes of each file count is said by the last line of the journal. In the file's name,
//! everything of the stage's name but small letters, digits, `-`, `_` and `.` is written `%XX`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use stage_api::SinkError;

use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError, OpenError};
use crate::files;

const PREFIX: &str = "state-";
const SUFFIX: &str = ".bin";

/// Bytes before each change.
pub(crate) const HEAD: usize = 8;

/// Bytes that count of each stage's file, by the stage's name.
pub(crate) type Committed = BTreeMap<String, u64>;

/// The state files of a generation being written.
#[derive(Debug)]
pub(crate) struct States {
    disk: Disk,
    dir: PathBuf,
    /// By the stage's name.
    kept: BTreeMap<String, Kept>,
}

/// One stage's file.
#[derive(Debug, Default)]
struct Kept {
    /// Open once something was to be written.
    file: Option<DiskFile>,
    /// Bytes that the journal vouches for.
    committed: u64,
    pending: Vec<u8>,
}

impl States {
    /// Takes the files up where the journal left them, and cuts what came after.
    ///
    /// A file that lost committed bytes is left as it is: who begins from nothing does not need it,
    /// and who goes on learns of it in [`replay`](Self::replay).
    pub(crate) fn resume(disk: &Disk, dir: &Path, committed: Committed) -> Result<Self, FileError> {
        let counting: BTreeMap<PathBuf, u64> =
            committed.iter().map(|(stage, bytes)| (path_of(dir, stage), *bytes)).collect();
        for entry in fs::read_dir(dir).at(dir)? {
            let entry = entry.at(dir)?;
            let path = entry.path();
            if !is_state(&entry.file_name().to_string_lossy()) {
                continue;
            }
            match counting.get(&path) {
                None => files::remove(disk, &path)?,
                Some(bytes) if entry.metadata().at(&path)?.len() > *bytes => {
                    let mut file = disk.open(&path, File::options().write(true)).at(&path)?;
                    file.cut(*bytes).at(&path)?;
                }
                Some(_) => {}
            }
        }
        let kept = |(stage, committed)| (stage, Kept { committed, ..Kept::default() });
        let kept = committed.into_iter().map(kept).collect();
        Ok(Self { disk: disk.clone(), dir: dir.to_owned(), kept })
    }

    /// Takes the next change of a stage; returns how many bytes it will be in the file.
    pub(crate) fn push(&mut self, stage: &str, change: &[u8]) -> usize {
        let kept = match self.kept.get_mut(stage) {
            Some(kept) => kept,
            None => self.kept.entry(stage.to_owned()).or_default(),
        };
        let bytes = u32::try_from(change.len()).expect("a change is smaller than 4 GiB");
        kept.pending.extend_from_slice(&bytes.to_le_bytes());
        kept.pending.extend_from_slice(&checksum(bytes, change).to_le_bytes());
        kept.pending.extend_from_slice(change);
        HEAD + change.len()
    }

    /// Makes every change durable; returns the bytes that count from the next journal line on.
    pub(crate) fn sync(&mut self) -> Result<Committed, OpenError> {
        for (stage, kept) in &mut self.kept {
            if kept.pending.is_empty() {
                continue;
            }
            let path = path_of(&self.dir, stage);
            let file = match &mut kept.file {
                Some(file) => file,
                None => kept.file.insert(open(&self.disk, &path, kept.committed)?),
            };
            file.write_all(&kept.pending).and_then(|()| file.sync()).at(&path)?;
            kept.committed += kept.pending.len() as u64;
            kept.pending.clear();
        }
        let committed = |(stage, kept): (&String, &Kept)| (stage.clone(), kept.committed);
        Ok(self.kept.iter().map(committed).filter(|(_, bytes)| *bytes > 0).collect())
    }

    /// Calls `each` with every committed change of a stage, oldest first.
    pub(crate) fn replay(
        &self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        let Some(Kept { committed, .. }) = self.kept.get(stage) else { return Ok(()) };
        let path = path_of(&self.dir, stage);
        read(&path, *committed, each).map_err(|message| SinkError::State {
            path: path.display().to_string(),
            stage: stage.to_owned(),
            message,
        })
    }
}

/// The file to append to, which has exactly the bytes that count.
fn open(disk: &Disk, path: &Path, committed: u64) -> Result<DiskFile, OpenError> {
    if committed == 0 {
        let file = disk.create(path).at(path)?;
        files::sync_folder(disk, path.parent().expect("a state lies in a folder"))?;
        return Ok(file);
    }
    let mut file = disk.open(path, File::options().write(true)).at(path)?;
    let len = file.len().at(path)?;
    if len != committed {
        let message = format!("has {len} bytes, the journal says {committed}");
        return Err(OpenError::Damaged { path: path.to_owned(), message });
    }
    file.cut(committed).at(path)?;
    Ok(file)
}

/// Reads the first `committed` bytes of a file, change by change.
pub(crate) fn read(
    path: &Path,
    committed: u64,
    each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let mut changes = Changes::open(path, committed)?;
    while let Some(change) = changes.next()? {
        each(change)?;
    }
    Ok(())
}

/// The changes in a file, one after the other.
#[derive(Debug)]
pub(crate) struct Changes {
    file: io::Take<BufReader<File>>,
    committed: u64,
    change: Vec<u8>,
}

impl Changes {
    /// Those in the first `committed` bytes.
    pub(crate) fn open(path: &Path, committed: u64) -> Result<Self, String> {
        let told = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => "the file is gone".to_owned(),
            _ => error.to_string(),
        };
        let file = File::open(path).map_err(told)?;
        let len = file.metadata().map_err(told)?.len();
        if len < committed {
            return Err(format!("the file has {len} bytes, the journal says {committed}"));
        }
        let file = BufReader::new(file).take(committed);
        Ok(Self { file, committed, change: Vec::new() })
    }

    /// The next one, lent until the next call; `None` behind the last.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, String> {
        let Self { file, committed, change } = self;
        if file.limit() == 0 {
            return Ok(None);
        }
        let at = *committed - file.limit();
        let damaged = || format!("the change at byte {at} is damaged");
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(|_| damaged())?;
        let [bytes, crc] = [0, 4].map(|start| {
            u32::from_le_bytes(*head[start..].first_chunk().expect("a head has two numbers"))
        });
        if u64::from(bytes) > file.limit() {
            return Err(damaged());
        }
        change.resize(bytes as usize, 0);
        file.read_exact(change).map_err(|_| damaged())?;
        if checksum(bytes, change) != crc {
            return Err(damaged());
        }
        Ok(Some(change))
    }
}

fn checksum(bytes: u32, change: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes.to_le_bytes());
    hasher.update(change);
    hasher.finalize()
}

pub(crate) fn path_of(dir: &Path, stage: &str) -> PathBuf {
    let mut name = PREFIX.to_owned();
    for byte in stage.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => name.push(char::from(byte)),
            _ => {
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    dir.join(name + SUFFIX)
}

/// Whether a file of this name is a state.
pub(crate) fn is_state(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}
