//! What can go wrong with an output folder.

use std::io;
use std::path::{Path, PathBuf};

use stage_api::SinkError;

/// Why an output folder cannot be written to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The path is a file.
    #[error("{}: is a file; name a folder, or `-` for standard output", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// There is no output folder.
    #[error("{}: no output folder", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The folder holds something, and no journal of ours.
    #[error("{}: holds `{found}` and is no output folder; name an empty or a new one", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// One of the names in it.
        found: String,
    },
    /// Another run writes to it.
    #[error("{}: another run is writing here; wait for it to end, or name another folder", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// It holds nothing that was written with this configuration.
    #[error("{}: holds nothing of this configuration; `copydesk run` with the same pipeline comes first", path.display())]
    OtherConfiguration {
        /// The folder.
        path: PathBuf,
    },
    /// What the journal promises is not there.
    #[error("{}: {message}; `copydesk verify` tells what is damaged and what can be done", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Another version of the program wrote to it. It is as it was written, and stays so.
    #[error(
        "{}: {message}: another version of copydesk wrote it; go on with that version, or name another output folder",
        path.display()
    )]
    OtherVersion {
        /// The journal.
        path: PathBuf,
        /// What is not known here.
        message: String,
    },
    /// The system refused something.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said, and what to do where that is known.
        error: io::Error,
    },
}

/// Why an output folder cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no manifest.
    #[error("{}: no output folder, or no run has finished in it yet; `copydesk run` comes first", path.display())]
    NoManifest {
        /// The folder.
        path: PathBuf,
    },
    /// A file is not what it should be.
    #[error("{}: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
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

/// An error of the system with its file: the common ground of the public errors.
#[derive(Debug)]
pub(crate) struct FileError {
    path: PathBuf,
    error: io::Error,
}

/// Says which file an operation was about.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T, FileError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, FileError> {
        self.map_err(|error| FileError { path: path.to_owned(), error: advised(error) })
    }
}

/// The same error with what to do about it.
fn advised(error: io::Error) -> io::Error {
    let advice = match error.kind() {
        io::ErrorKind::StorageFull => "free some space and run again; everything committed is kept",
        io::ErrorKind::PermissionDenied => "allow access to it, or name another output folder",
        io::ErrorKind::ReadOnlyFilesystem => "name another output folder",
        _ => return error,
    };
    io::Error::new(error.kind(), format!("{error}; {advice}"))
}

impl From<FileError> for OpenError {
    fn from(FileError { path, error }: FileError) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged { path, message: error.to_string() },
            _ => Self::Io { path, error },
        }
    }
}

impl From<FileError> for ReadError {
    fn from(FileError { path, error }: FileError) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged { path, message: error.to_string() },
            _ => Self::Io { path, error },
        }
    }
}

impl From<FileError> for SinkError {
    fn from(FileError { path, error }: FileError) -> Self {
        Self::Io { path: path.display().to_string(), error }
    }
}

impl From<OpenError> for SinkError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Io { path, error } => FileError { path, error }.into(),
            OpenError::NotAFolder { ref path }
            | OpenError::NoFolder { ref path }
            | OpenError::Foreign { ref path, .. }
            | OpenError::OtherConfiguration { ref path }
            | OpenError::Locked { ref path }
            | OpenError::OtherVersion { ref path, .. }
            | OpenError::Damaged { ref path, .. } => {
                let path = path.display().to_string();
                Self::Io { path, error: io::Error::other(error) }
            }
        }
    }
}
