//! Exit codes, and the troubles that lead to them.

use std::fmt;
use std::io;
use std::process::ExitCode;

use config::Mistakes;
use sink::{OpenError, ReadError};
use stage_api::SinkError;

/// How the program ends; the numbers are part of its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every article written, unchanged or discarded on purpose.
    Success = 0,
    /// The run failed.
    Failure = 1,
    /// The command line or the configuration is wrong. Also what clap exits with.
    Usage = 2,
    /// Finished, with dead letters of this run.
    DeadLetters = 3,
    /// Ended by Ctrl-C; the next run takes what has no outcome yet.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked. Displays as what is printed.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The pipeline file is wrong.
    Mistakes(Mistakes),
    /// The command line asks for something that cannot be; what, and what to do.
    Usage(String),
    /// Something failed on the way; what, and what to do.
    Failed(String),
    /// The disk that is written to has no more room; what, and what to do.
    DiskFull(String),
    /// Everything is committed, and a sink that follows could not catch up; why.
    Behind(String),
    /// The reader of standard output has gone.
    Closed,
}

impl Trouble {
    /// An error on the way that says itself what happened and what to do.
    pub(crate) fn failed(error: impl fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// The same with words before it.
    pub(crate) fn saying(self, before: &str) -> Self {
        match self {
            Self::Failed(message) => Self::Failed(format!("{before}{message}")),
            Self::DiskFull(message) => Self::DiskFull(format!("{before}{message}")),
            other => other,
        }
    }

    /// The same in other words, where there are some.
    pub(crate) fn rephrased(self, rephrase: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Usage(message) => Self::Usage(rephrase(message)),
            Self::Failed(message) => Self::Failed(rephrase(message)),
            Self::DiskFull(message) => Self::DiskFull(rephrase(message)),
            Self::Behind(message) => Self::Behind(rephrase(message)),
            Self::Mistakes(_) | Self::Closed => self,
        }
    }

    /// An error of a sink, or of opening one.
    pub(crate) fn writing(error: &(impl std::error::Error + 'static)) -> Self {
        let full = |error: &io::Error| error.kind() == io::ErrorKind::StorageFull;
        let any: &(dyn std::error::Error + 'static) = error;
        let is_full = match (any.downcast_ref(), any.downcast_ref()) {
            (Some(SinkError::Io { error, .. }), _) | (_, Some(OpenError::Io { error, .. })) => {
                full(error)
            }
            _ => false,
        };
        if is_full { Self::DiskFull(error.to_string()) } else { Self::failed(error) }
    }

    /// What happened and what to do, for who has words around it.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Usage(message)
            | Self::Failed(message)
            | Self::DiskFull(message)
            | Self::Behind(message) => message.clone(),
            Self::Mistakes(_) | Self::Closed => self.to_string(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Mistakes(_) | Self::Usage(_) => Exit::Usage,
            Self::Failed(_) | Self::DiskFull(_) | Self::Behind(_) => Exit::Failure,
            Self::Closed => Exit::Success,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistakes(mistakes) => {
                f.write_str(&told(mistakes, crate::log::stderr_has_color()))
            }
            Self::Usage(message) | Self::Failed(message) | Self::DiskFull(message) => {
                write!(f, "error: {message}")
            }
            Self::Behind(message) => {
                write!(f, "error: {message}; the records are safe, and the next run catches up")
            }
            Self::Closed => Ok(()),
        }
    }
}

/// The mistakes of a file as they are printed.
pub(crate) fn told(mistakes: &Mistakes, color: bool) -> String {
    let count = mistakes.list().len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    format!("{}\n\n{count} {noun} in {}", mistakes.render(color), mistakes.file())
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoManifest { .. } => Self::Usage(error.to_string()),
            ReadError::Damaged { .. } => Self::Failed(format!(
                "{error}; `copydesk verify` tells what is damaged and what can be done"
            )),
            other => Self::failed(other),
        }
    }
}

impl From<Mistakes> for Trouble {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl From<io::Error> for Trouble {
    /// An error of writing to standard output, the only place that is written to without a path.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(format!("standard output: {error}")),
        }
    }
}
