//! The files of a root that lies in a store.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use stage_api::Failure;

use crate::failure::Trouble;
use crate::root::Root;
use crate::sidecar;
use crate::walk::{Found, OUTPUT, pages_of};
use stores::Folder;

/// What a walk has yet to do, in order.
enum Step {
    File(PathBuf),
    Folder(PathBuf),
}

/// Files folder by folder, in the order in which a walk over the same files on this machine finds them.
pub(crate) struct Walk {
    root: Root,
    pattern: Option<glob::Pattern>,
    left: VecDeque<Step>,
    begun: bool,
    found: bool,
}

impl Walk {
    pub(crate) fn new(root: Root) -> Self {
        let pattern = root.pattern.as_deref();
        let pattern = pattern.map(|it| glob::Pattern::new(it).expect("it was checked"));
        Self { root, pattern, left: VecDeque::new(), begun: false, found: false }
    }

    /// Whether there is nothing at all; that the store cannot be asked is something.
    pub(crate) fn finds_nothing(mut self) -> bool {
        let begun = self.begin();
        match begun {
            Err(error) => error.kind() == io::ErrorKind::NotFound,
            Ok(()) => self.pattern.is_some() && self.step().is_none(),
        }
    }

    /// What lies at the place itself: a file, a folder, or both.
    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        stores::forget(&self.root.place);
        let place = self.root.place.clone();
        let (folder, file) = (stores::list(&place)?, stores::info(&place)?);
        if file.is_none() && folder.files.is_empty() && folder.folders.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let steps = steps(&place, &folder);
        self.left = file.map(|_| Step::File(place)).into_iter().chain(steps).collect();
        Ok(())
    }

    /// Whether the pattern matches a file, or a folder that it lies in.
    fn matches(&self, path: &Path) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        let options = glob::MatchOptions {
            require_literal_separator: true,
            require_literal_leading_dot: true,
            ..glob::MatchOptions::new()
        };
        let inside = path.strip_prefix(&self.root.place).unwrap_or(path);
        let mut places = inside.ancestors().filter(|place| !place.as_os_str().is_empty());
        places.any(|place| pattern.matches_path_with(place, options))
    }

    /// Whether something below a folder may match the pattern.
    fn may_lead(&self, path: &Path) -> bool {
        let Some(pattern) = &self.pattern else { return true };
        let inside = path.strip_prefix(&self.root.place).unwrap_or(path);
        let mut parts = pattern.as_str().split('/');
        for name in inside {
            match parts.next() {
                Some("**") => return true,
                None => return self.matches(path),
                Some(part) => {
                    let part = glob::Pattern::new(part).expect("a part of what was checked");
                    if !part.matches(&name.to_string_lossy()) {
                        return false;
                    }
                }
            }
        }
        true
    }
}

impl Iterator for Walk {
    type Item = Result<Found, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.begun
            && let Err(error) = self.begin()
        {
            self.found = true;
            let failed = Trouble::io(&self.root.place, &error);
            return Some(Err(failed.of_file(&self.root.own_id())));
        }
        let step = self.step();
        let is_missed = step.is_none() && self.pattern.is_some() && !self.found;
        self.found = true;
        if is_missed { Some(Err(self.root.no_match())) } else { step }
    }
}

impl Walk {
    /// The next file, or folder that cannot be listed.
    fn step(&mut self) -> Option<Result<Found, Failure>> {
        loop {
            match self.left.pop_front()? {
                Step::File(path) if self.matches(&path) => {
                    let id = self.root.id_of(&path);
                    return Some(Ok(Found { path, id }));
                }
                Step::File(_) => {}
                Step::Folder(path) if !self.may_lead(&path) => {}
                Step::Folder(path) => match stores::list(&path) {
                    Ok(folder) if OUTPUT.iter().all(|file| folder.files.contains_key(*file)) => {}
                    Ok(folder) => {
                        for step in steps(&path, &folder).into_iter().rev() {
                            self.left.push_front(step);
                        }
                    }
                    Err(error) => {
                        let failed = Trouble::io(&path, &error);
                        return Some(Err(failed.of_file(&self.root.id_of(&path))));
                    }
                },
            }
        }
    }
}

/// What of a folder is read, by the bytes of the names.
fn steps(path: &Path, folder: &Folder) -> Vec<Step> {
    let is_of_page = |name: &str| pages_of(name).any(|page| folder.files.contains_key(&page));
    let files = folder.files.keys().filter(|name| !sidecar::is_sidecar(name.as_ref()));
    let folders = folder.folders.iter().filter(|name| !is_of_page(name));
    let files = files.map(|name| (name, Step::File(path.join(name))));
    let folders = folders.map(|name| (name, Step::Folder(path.join(name))));
    let mut steps: Vec<_> =
        files.chain(folders).filter(|(name, _)| !name.starts_with('.')).collect();
    steps.sort_by_key(|(name, _)| *name);
    steps.into_iter().map(|(_, step)| step).collect()
}
