//! What can go wrong with an archive.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::database;

/// Why an archive could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The output folder cannot be read.
    #[error(transparent)]
    Folder(#[from] sink::ReadError),
    /// A line of the output folder is not what it should be.
    #[error("{}: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The file is there and was not written by this program.
    #[error("{}: is no archive of copydesk; move it away", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a later version of this program.
    #[error("{}: was written by a later version; use that one, or remove the file and it is made again", path.display())]
    Later {
        /// The file.
        path: PathBuf,
    },
    /// There is no archive, and none can be made from the folder.
    #[error("{}: no archive here", path.display())]
    None {
        /// The file.
        path: PathBuf,
    },
    /// Another program is writing to it.
    #[error("{}: another program is writing to it; try again when that is done", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// There is no more room for it.
    #[error("{}: the disk is full; free some space", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The search cannot be asked.
    #[error(transparent)]
    Query(#[from] crate::QueryError),
    /// The database refused something.
    #[error("{}: {error}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said, and what to do where that is known.
        error: String,
    },
    /// It is not as it was written.
    #[error("{}: {error}; remove the file, and the next run makes it again", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// The system refused something.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// What goes wrong on the way, before anybody says in which file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Says which file an operation was about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, ArchiveError>;
}

impl<T, E: Into<Cause>> At<T> for Result<T, E> {
    fn at(self, path: &Path) -> Result<T, ArchiveError> {
        self.map_err(|error| {
            let path = path.to_owned();
            match error.into() {
                Cause::Archive(error) => error,
                Cause::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                    ArchiveError::Full { path }
                }
                Cause::Io(error) => ArchiveError::Io { path, error },
                Cause::Database(error) => match error.sqlite_error_code() {
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                        ArchiveError::Busy { path }
                    }
                    Some(ErrorCode::DiskFull) => ArchiveError::Full { path },
                    Some(ErrorCode::NotADatabase) if !database::bears_our_number(&path) => {
                        ArchiveError::Foreign { path }
                    }
                    Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                        ArchiveError::Unsound { path, error: error.to_string() }
                    }
                    _ => ArchiveError::Database { path, error: error.to_string() },
                },
            }
        })
    }
}
