//! The pages as they are written: those that are there already are left alone.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use maud::Markup;

use crate::error::{At, ReportError};

/// A file by which a folder is known as a report, from before its first page until after its last. It has a line
/// for each page, with a digest of what that says; none while pages are being put in place.
const MARK: &str = ".copydesk-report";

/// The folders of pages below the report.
const FOLDERS: [&str; 3] = ["articles", "events", "people"];

/// A report being written over the one that is there.
///
/// What changed is written beside it first, and put in place at the end, so the old report stays whole until all pages
/// are there. After a kill among the last steps some pages are of before, and the next report writes all of them.
pub(crate) struct Pages {
    report: PathBuf,
    new: PathBuf,
    /// What the pages of the old report say.
    before: BTreeMap<String, u64>,
    now: BTreeMap<String, u64>,
    changed: Vec<String>,
}

impl Pages {
    /// Begins a report in the folder `report`, which may be there.
    pub(crate) fn begin(report: PathBuf) -> Result<Self, ReportError> {
        let new = report.with_extension("new");
        for folder in [&report, &new] {
            if folder.exists() && !folder.join(MARK).exists() {
                return Err(ReportError::Foreign { path: folder.clone() });
            }
        }
        remove(&new)?;
        fs::create_dir(&new).at(&new)?;
        fs::write(new.join(MARK), "").at(&new)?;
        for folder in FOLDERS {
            let folder = new.join(folder);
            fs::create_dir(&folder).at(&folder)?;
        }
        let mark = fs::read_to_string(report.join(MARK)).unwrap_or_default(); // then all pages are written
        let entry = |line: &str| {
            let (digest, name) = line.split_once(' ')?;
            Some((name.to_owned(), u64::from_str_radix(digest, 16).ok()?))
        };
        let before = mark.lines().filter_map(entry).collect();
        Ok(Self { report, new, before, now: BTreeMap::new(), changed: Vec::new() })
    }

    /// Takes a page, by its path within the report.
    pub(crate) fn put(&mut self, name: &str, page: Markup) -> Result<(), ReportError> {
        let page = visible(page.into_string());
        let mut hash = DefaultHasher::new(); // where another release of Rust has another, all pages are written
        hash.write(page.as_bytes());
        let digest = hash.finish();
        let stays = self.before.get(name) == Some(&digest) && self.report.join(name).is_file();
        if !stays {
            let path = self.new.join(name);
            fs::write(&path, page).at(&path)?;
            self.changed.push(name.to_owned());
        }
        self.now.insert(name.to_owned(), digest);
        Ok(())
    }

    /// Puts the pages in place, and takes away what is none of them.
    pub(crate) fn finish(self) -> Result<(), ReportError> {
        let lines = self.now.iter().map(|(name, digest)| format!("{digest:016x} {name}\n"));
        let mark = lines.collect::<Vec<_>>().concat();
        if !self.report.exists() {
            fs::write(self.new.join(MARK), mark).at(&self.new)?;
            return fs::rename(&self.new, &self.report).at(&self.new);
        }
        fs::write(self.report.join(MARK), "").at(&self.report)?;
        for folder in FOLDERS {
            let folder = self.report.join(folder);
            fs::create_dir_all(&folder).at(&folder)?;
        }
        for name in &self.changed {
            let path = self.report.join(name);
            fs::rename(self.new.join(name), &path).at(&path)?;
        }
        self.sweep("")?;
        for folder in FOLDERS {
            self.sweep(folder)?;
        }
        fs::write(self.report.join(MARK), mark).at(&self.report)?;
        remove(&self.new)
    }

    /// Removes from one folder of the report what is no page of it.
    fn sweep(&self, folder: &str) -> Result<(), ReportError> {
        let place = self.report.join(folder);
        for entry in fs::read_dir(&place).at(&place)? {
            let path = entry.at(&place)?.path();
            let name = path.strip_prefix(&self.report).unwrap_or(&path).to_string_lossy();
            let name = name.replace('\\', "/");
            if self.now.contains_key(&name) || name == MARK || FOLDERS.contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                fs::remove_dir_all(&path).at(&path)?;
            } else {
                fs::remove_file(&path).at(&path)?;
            }
        }
        Ok(())
    }
}

/// Removes a folder of pages that may be absent. Its mark goes last, so that a kill leaves it known.
fn remove(folder: &Path) -> Result<(), ReportError> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            fs::remove_dir_all(&path).at(&path)?;
        } else if !path.ends_with(MARK) {
            fs::remove_file(&path).at(&path)?;
        }
    }
    fs::remove_dir_all(folder).at(folder)
}

/// A page whose control characters are shown as what cannot be shown: a NUL is an error in HTML, and browsers make
/// different things of it.
fn visible(page: String) -> String {
    let is_hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if page.contains(is_hidden) { page.replace(is_hidden, "\u{fffd}") } else { page }
}
