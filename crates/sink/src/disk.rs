//! What an output folder is written through: the file system, and in tests one that fails.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A step of writing that can fail by itself, or be the last one before the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A file gets a name, and is empty, or a second name.
    Create,
    /// Bytes are handed to the system.
    Write,
    /// What was written to a file becomes durable.
    Sync,
    /// A file is cut to a length.
    Cut,
    /// A file takes the name of another.
    Rename,
    /// A file loses its name.
    Remove,
    /// The names in a folder become durable.
    SyncFolder,
}

/// Looks at every step and may fail it: how tests fill disks, fail syncs, and kill at a place.
pub trait Faults: fmt::Debug + Send + Sync {
    /// Called before a step on `path` (of a rename, the new name). A write is of `bytes` bytes, of
    /// which the answer says how many are written; for other steps both are 0.
    ///
    /// # Errors
    /// What the step is to fail with, undone.
    fn before(&self, step: Step, path: &Path, bytes: usize) -> io::Result<usize>;

    /// Called after a step that succeeded.
    fn after(&self, step: Step, path: &Path);
}

/// The file system, with or without faults.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    faults: Option<Arc<dyn Faults>>,
}

impl Disk {
    /// A file system that fails as it is told.
    pub fn with_faults(faults: Arc<dyn Faults>) -> Self {
        Self { faults: Some(faults) }
    }

    /// A new and empty file.
    pub(crate) fn create(&self, path: &Path) -> io::Result<DiskFile> {
        self.step(Step::Create, path, || {
            self.open(path, OpenOptions::new().write(true).create(true).truncate(true))
        })
    }

    /// A file that is there, or is made as `options` say.
    pub(crate) fn open(&self, path: &Path, options: &OpenOptions) -> io::Result<DiskFile> {
        let file = options.open(path)?;
        Ok(DiskFile { file, path: path.to_owned(), disk: self.clone() })
    }

    /// A second name for a file.
    pub(crate) fn link(&self, file: &Path, name: &Path) -> io::Result<()> {
        self.step(Step::Create, name, || fs::hard_link(file, name))
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Step::Rename, to, || fs::rename(from, to))
    }

    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Remove, path, || fs::remove_file(path))
    }

    /// Makes the names in a folder durable.
    pub(crate) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // Only Unix can open a folder; elsewhere the file system keeps names by itself.
        let sync =
            || if cfg!(unix) { File::open(path).and_then(|dir| dir.sync_all()) } else { Ok(()) };
        self.step(Step::SyncFolder, path, sync)
    }

    /// Does something that counts as a step of writing the file at `path`: for followers, who have ways
    /// of their own to write.
    ///
    /// # Errors
    /// Those of `act`, and those that the step is to fail with.
    pub fn step<T, E: From<io::Error>>(
        &self,
        step: Step,
        path: &Path,
        act: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(faults) = &self.faults else { return act() };
        faults.before(step, path, 0)?;
        let done = act()?;
        faults.after(step, path);
        Ok(done)
    }
}

/// An open file.
#[derive(Debug)]
pub(crate) struct DiskFile {
    file: File,
    path: PathBuf,
    disk: Disk,
}

impl DiskFile {
    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.disk.step(Step::Sync, &self.path, || self.file.sync_data())
    }

    /// Cuts the file to its first `bytes` bytes; the next write follows these.
    pub(crate) fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if self.len()? != bytes {
            self.disk.step(Step::Cut, &self.path, || self.file.set_len(bytes))?;
        }
        self.file.seek(SeekFrom::Start(bytes)).map(drop)
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(faults) = &self.disk.faults else { return self.file.write(bytes) };
        let allowed = faults.before(Step::Write, &self.path, bytes.len())?;
        let written = self.file.write(&bytes[..allowed])?;
        faults.after(Step::Write, &self.path);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for DiskFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}
