//! What can go wrong with a report.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The output folder cannot be read.
    #[error(transparent)]
    Folder(#[from] sink::ReadError),
    /// A line of it is not what it should be.
    #[error("{}: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Something else has the report's place.
    #[error("{}: is no report; move it away", path.display())]
    Foreign {
        /// The folder or file.
        path: PathBuf,
    },
    /// The system refused something.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Says which file an operation was about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, ReportError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ReportError> {
        self.map_err(|error| ReportError::Io { path: path.to_owned(), error })
    }
}
