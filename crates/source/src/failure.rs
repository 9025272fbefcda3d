//! What could not be read, as an arrival.

use std::io;
use std::path::Path;

use document::Origin;
use stage_api::{Failure, FailureClass, is_address};

/// What went wrong, before it is known with which article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    class: FailureClass,
    message: String,
}

impl Trouble {
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self { class: FailureClass::Malformed, message: message.into() }
    }

    pub(crate) fn unreadable(message: impl Into<String>) -> Self {
        Self { class: FailureClass::Unreadable, message: message.into() }
    }

    /// What the system said about `path`, and what to do.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        let shown = path.display();
        Self::unreadable(match error.kind() {
            io::ErrorKind::NotFound => {
                format!("`{shown}` does not exist; correct the path or put the file back")
            }
            io::ErrorKind::PermissionDenied if !is_address(path) => {
                format!("`{shown}` may not be read; allow reading it and run again")
            }
            _ => format!("`{shown}` cannot be read: {error}"),
        })
    }

    /// That `path` is a pipe, a device or a folder where a file is wanted.
    pub(crate) fn not_regular(path: &Path) -> Self {
        Self::unreadable(format!("`{}` is no regular file; only those are read", path.display()))
    }

    /// That `what` is larger than `run.max_article`.
    pub(crate) fn too_large(what: &str, limit: usize) -> Self {
        let message = format!(
            "{what} more than the {limit} bytes that `run.max_article` allows; raise it to take it in"
        );
        Self { class: FailureClass::TooLarge, message }
    }

    /// The failure of the article `id` at `origin`.
    pub(crate) fn at(self, id: String, origin: Origin) -> Failure {
        Failure::of_source(id, origin, self.class, self.message)
    }

    /// The failure of a whole file.
    pub(crate) fn of_file(self, id: &str) -> Failure {
        self.at(id.to_owned(), Origin::path(id))
    }
}
