//! The files of a root, lazily and in order.

use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use stage_api::{Failure, is_address};
use walkdir::{DirEntry, WalkDir};

use crate::away;
use crate::failure::Trouble;
use crate::root::Root;
use crate::sidecar;

/// A file that should hold articles.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) id: String,
}

/// What a walk gives: boxed, because folders and globs are walked in different ways.
pub(crate) type Files = Box<dyn Iterator<Item = Result<Found, Failure>> + Send>;

impl Root {
    /// The files below, sorted by the bytes of their names folder by folder.
    pub(crate) fn files(&self) -> Files {
        match &self.pattern {
            _ if is_address(&self.place) => Box::new(away::Walk::new(self.clone())),
            None => Box::new(self.walk(&self.place, true)),
            Some(pattern) => self.matches(pattern),
        }
    }

    /// The files below in any order: a folder of millions is not held.
    pub(crate) fn files_unsorted(&self) -> Files {
        match &self.pattern {
            _ if is_address(&self.place) => self.files(),
            None => Box::new(self.walk(&self.place, false)),
            Some(pattern) => self.matches(pattern),
        }
    }

    /// Whether there is nothing at all.
    pub(crate) fn is_nothing(&self) -> bool {
        match &self.pattern {
            _ if is_address(&self.place) => away::Walk::new(self.clone()).finds_nothing(),
            None => self
                .place
                .symlink_metadata()
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound),
            Some(pattern) => self.glob_matches(pattern).next().is_none(),
        }
    }

    fn glob_matches(&self, pattern: &str) -> impl Iterator<Item = glob::GlobResult> + use<> {
        let options =
            glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        glob::glob_with(&self.glob(pattern), options).into_iter().flatten()
    }

    fn walk(
        &self,
        place: &Path,
        sorted: bool,
    ) -> impl Iterator<Item = Result<Found, Failure>> + Send + use<> {
        let walk = WalkDir::new(place).follow_links(true);
        let walk = if sorted { walk.sort_by_file_name() } else { walk };
        let root = self.clone();
        walk.into_iter().filter_entry(is_read).filter_map(move |entry| root.step(entry))
    }

    fn matches(&self, pattern: &str) -> Files {
        let mut matches = self.glob_matches(pattern).peekable();
        if matches.peek().is_none() {
            return Box::new(iter::once(Err(self.no_match())));
        }
        let root = self.clone();
        let mut walked: Option<PathBuf> = None;
        Box::new(matches.flat_map(move |found| -> Files {
            match found {
                // A folder that matched was walked; `**` then finds its files once more.
                Ok(path) if walked.as_ref().is_some_and(|walked| path.starts_with(walked)) => {
                    Box::new(iter::empty())
                }
                Ok(path) if root.lies_beside_page(&path) => Box::new(iter::empty()),
                Ok(path) => {
                    if path.is_dir() {
                        walked = Some(path.clone());
                    }
                    Box::new(root.walk(&path, true))
                }
                Err(error) => {
                    let failed =
                        Trouble::io(error.path(), error.error()).of_file(&root.id_of(error.path()));
                    Box::new(iter::once(Err(failed)))
                }
            }
        }))
    }

    /// That nothing matches the pattern.
    pub(crate) fn no_match(&self) -> Failure {
        let message = format!("nothing matches `{}`; correct the glob", self.given);
        Trouble::unreadable(message).of_file(&self.own_id())
    }

    /// Whether the path leads through the folder of a saved page.
    fn lies_beside_page(&self, path: &Path) -> bool {
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.place);
        folders.into_iter().any(is_page_folder)
    }

    fn step(&self, entry: walkdir::Result<DirEntry>) -> Option<Result<Found, Failure>> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.walk_failure(&error).map(Err),
        };
        let (kind, path) = (entry.file_type(), entry.path());
        if kind.is_dir() || sidecar::is_sidecar(entry.file_name()) {
            return None;
        }
        let id = self.id_of(path);
        // A pipe that the user names is read; one that lies in a folder would make the walk wait.
        if !kind.is_file() && entry.depth() > 0 {
            return Some(Err(Trouble::not_regular(path).of_file(&id)));
        }
        Some(Ok(Found { path: entry.into_path(), id }))
    }

    fn walk_failure(&self, error: &walkdir::Error) -> Option<Failure> {
        let path = error.path().unwrap_or(&self.place);
        if error.depth() > 0 && is_hidden(path) {
            return None;
        }
        let shown = path.display();
        let trouble = if let Some(ancestor) = error.loop_ancestor() {
            let ancestor = ancestor.display();
            Trouble::unreadable(format!(
                "`{shown}` is a link back to `{ancestor}` around it and was not followed; remove the link"
            ))
        } else if path.is_symlink() && !path.exists() {
            Trouble::unreadable(format!(
                "`{shown}` is a link to something that does not exist; correct or remove it"
            ))
        } else if let Some(io) = error.io_error() {
            Trouble::io(path, io)
        } else {
            Trouble::unreadable(format!("`{shown}` cannot be read: {error}"))
        };
        Some(trouble.of_file(&self.id_of(path)))
    }
}

/// Whether a walk goes on into `entry`; what the user names is read even if it is hidden.
fn is_read(entry: &DirEntry) -> bool {
    let is_passed_over = entry.depth() > 0 && is_hidden(entry.path());
    let is_folder = entry.file_type().is_dir();
    let is_of_page = is_folder && is_page_folder(entry.path());
    let is_output = is_folder && entry.depth() > 0 && is_output_folder(entry.path());
    !is_passed_over && !is_of_page && !is_output
}

/// What lies in every folder that a run wrote: `copydesk run .` in a drop must not read its own records.
pub(crate) const OUTPUT: [&str; 2] = ["journal.jsonl", "ledger.bin"];

fn is_output_folder(path: &Path) -> bool {
    OUTPUT.iter().all(|file| path.join(file).is_file())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Whether a folder holds what a browser saved with a page: `NAME_files` beside `NAME.html`.
fn is_page_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    pages_of(name).any(|page| path.with_file_name(page).is_file())
}

/// The files of which one is a page if a folder of this name belongs to it.
pub(crate) fn pages_of(folder: &str) -> impl Iterator<Item = String> {
    let page = folder.strip_suffix("_files").into_iter();
    page.flat_map(|page| ["html", "htm", "xhtml"].map(|extension| format!("{page}.{extension}")))
}
