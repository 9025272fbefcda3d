//! One writer per output folder.

use std::fs::File;
use std::path::Path;

use fs4::{FileExt, TryLockError};

use crate::error::{At, OpenError};

/// The name of the lock file; it stays behind, and only the lock on it counts.
pub(crate) const FILE: &str = ".lock";

/// A lock on an output folder, until it is dropped or its process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Locks an output folder.
    ///
    /// # Errors
    /// [`OpenError::Locked`] where another process has it, [`OpenError::Io`] where the file cannot be made.
    pub fn acquire(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(FILE);
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).at(&path)?;
        let locked = match FileExt::try_lock(&file) {
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked { path: dir.to_owned() });
            }
            Err(TryLockError::Error(error)) => Err(error),
            Ok(()) => Ok(()),
        };
        locked.at(&path)?;
        Ok(Self { _file: file })
    }
}
