//! Why there are no Parquet files.

use std::io;
use std::path::{Path, PathBuf};

/// Why the files of an output folder could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetError {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] sink::ReadError),
    /// A record is none.
    #[error("{path}: {error}")]
    Record {
        /// The part that it stands in.
        path: PathBuf,
        /// What is wrong with it.
        error: wire::RecordError,
    },
    /// The folder was written to while it was read.
    #[error("{path}: not what the manifest says; is another run writing here?")]
    Changed {
        /// The part that was read.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Records do not fit into columns, or these not into a file.
    #[error("{path}: {error}")]
    Columns {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        error: parquet::errors::ParquetError,
    },
}

/// Names the file that an error is about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, ParquetError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ParquetError> {
        self.map_err(|error| ParquetError::Io { path: path.to_owned(), error })
    }
}

impl<T> At<T> for Result<T, parquet::errors::ParquetError> {
    fn at(self, path: &Path) -> Result<T, ParquetError> {
        self.map_err(|error| {
            let path = path.to_owned();
            match error {
                parquet::errors::ParquetError::External(error) => {
                    match error.downcast::<io::Error>() {
                        Ok(error) => ParquetError::Io { path, error: *error },
                        Err(error) => ParquetError::Columns {
                            path,
                            error: parquet::errors::ParquetError::External(error),
                        },
                    }
                }
                error => ParquetError::Columns { path, error },
            }
        })
    }
}
