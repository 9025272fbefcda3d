//! A copy of an output folder that lies in a store.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sink::{Role, Shard};
use stores::Before;
use tempfile::TempDir;

use crate::exit::Trouble;

/// When a copied file was changed, as far as this machine knows: long ago. What has another time was written since.
const COPIED: SystemTime = SystemTime::UNIX_EPOCH;

/// See the [module documentation](self).
pub(crate) struct Copy {
    dir: TempDir,
    address: PathBuf,
    /// The objects that were copied, by their places in the folder, with what the store calls their versions.
    had: BTreeMap<PathBuf, Option<String>>,
    /// The journals among them.
    journals: BTreeMap<PathBuf, Vec<u8>>,
}

/// What a file in the folder is to it.
fn role_of(path: &Path) -> Role {
    Role::of(path.file_name().and_then(|name| name.to_str()).unwrap_or_default())
}

/// Whether a file is made by what follows the records.
fn is_of_follower(path: &Path) -> bool {
    ["report", "parquet", archive::FILE].iter().any(|place| path.starts_with(place))
}

impl Copy {
    /// Copies what lies at an address; nothing where nothing does.
    pub(crate) fn of(address: &Path, shards: bool) -> io::Result<Self> {
        let dir = TempDir::with_prefix("copydesk-")?;
        let mut copy = Self {
            dir,
            address: address.to_owned(),
            had: BTreeMap::new(),
            journals: BTreeMap::new(),
        };
        copy.fetch(Path::new(""), shards)?;
        Ok(copy)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Where something in the folder lies in the store.
    pub(crate) fn address(&self, inside: &Path) -> PathBuf {
        if inside.as_os_str().is_empty() { self.address.clone() } else { self.address.join(inside) }
    }

    /// In the opposite order: of what a run that ends just now adds, each then says too little rather than too much.
    fn fetch(&mut self, folder: &Path, shards: bool) -> io::Result<()> {
        let listed = stores::list(&self.address(folder))?;
        let mut names: Vec<_> = listed.files.keys().filter(|name| !is_passing(name)).collect();
        names.sort_by_key(|name| Reverse(Role::of(name)));
        for name in names {
            let inside = folder.join(name);
            let mut file = File::create(self.dir().join(&inside))?;
            let info = stores::copy_here(&self.address(&inside), &mut file)?;
            file.set_modified(COPIED)?;
            if Role::of(name) == Role::Journal {
                self.journals.insert(inside.clone(), fs::read(self.dir().join(&inside))?);
            }
            self.had.insert(inside, info.tag);
        }
        let is_taken =
            |name: &&String| !is_passing(name) && (shards || Shard::of_folder(name).is_none());
        for name in listed.folders.iter().filter(is_taken) {
            let inside = folder.join(name);
            fs::create_dir(self.dir().join(&inside))?;
            self.fetch(&inside, shards)?;
        }
        Ok(())
    }

    /// Copies back what has changed. Where that fails the copy stays, for nothing is to be lost.
    pub(crate) fn back(mut self) -> Result<(), Trouble> {
        self.put().map_err(|error| {
            let address = self.address.display().to_string();
            self.dir.disable_cleanup(true);
            let dir = self.dir.path().display();
            Trouble::Failed(match error.kind() {
                io::ErrorKind::AlreadyExists => format!(
                    "another run has written to {address} since this one began; run again. What this one did lies in {dir}"
                ),
                _ => format!(
                    "{address} cannot be brought up to date: {error}; what this run did lies in {dir}: copy it there, or \
                     run again"
                ),
            })
        })
    }

    fn put(&mut self) -> io::Result<()> {
        let mut there = Vec::new();
        self.files(Path::new(""), &mut there)?;
        there.sort();
        let mut changed = Vec::new();
        for inside in &there {
            let is_as_copied = fs::metadata(self.dir().join(inside))?.modified()? == COPIED;
            if !(is_as_copied && self.had.contains_key(inside)) {
                changed.push(inside);
            }
        }
        changed.sort_by_key(|inside| role_of(inside));
        for journal in changed.iter().filter(|inside| role_of(inside) == Role::Journal) {
            self.fence(journal)?;
        }
        for inside in &changed {
            let before =
                if is_of_follower(inside) { Before::Anything } else { self.before(inside) };
            match stores::put(&self.dir().join(inside), &self.address(inside), before) {
                // What this run did counts, and another one went on from there.
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists
                        && role_of(inside) > Role::Journal =>
                {
                    return Ok(());
                }
                put => put.map(drop)?,
            }
        }
        for inside in self.had.keys().filter(|inside| there.binary_search(inside).is_err()) {
            stores::remove(&self.address(inside))?;
        }
        Ok(())
    }

    /// Writes the journal that was copied, or of a new one the first line, with an end that no other run's has. To readers that is
    /// what a crash leaves. Who copied the folder before can not replace it any more, and who copies it from now on takes
    /// this right from us: so the real journal is written only where nobody else has touched what it vouches for.
    fn fence(&mut self, journal: &Path) -> io::Result<()> {
        let first_line = || -> io::Result<Vec<u8>> {
            let mut line = Vec::new();
            BufReader::new(File::open(self.dir().join(journal))?).read_until(b'\n', &mut line)?;
            Ok(line)
        };
        let mut fenced = match self.journals.get(journal) {
            Some(lines) => lines.clone(),
            None => first_line()?,
        };
        fenced.truncate(fenced.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        let us = self.dir().file_name().unwrap_or_default();
        fenced.extend_from_slice(us.as_encoded_bytes());
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&fenced)?;
        let tag = stores::put(file.path(), &self.address(journal), self.before(journal))?;
        self.had.insert(journal.to_owned(), tag);
        Ok(())
    }

    /// What is in a file's place unless somebody else has written there; a store that has no names for versions cannot tell.
    fn before(&self, inside: &Path) -> Before<'_> {
        match self.had.get(inside) {
            Some(Some(tag)) => Before::Version(tag),
            Some(None) => Before::Anything,
            None => Before::Nothing,
        }
    }

    /// Adds the files below a folder.
    fn files(&self, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(self.dir().join(folder))? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_str().is_none_or(is_passing) {
                continue;
            }
            let inside = folder.join(name);
            if entry.file_type()?.is_dir() {
                self.files(&inside, files)?;
            } else {
                files.push(inside);
            }
        }
        Ok(())
    }
}

/// Locks and files that are being written.
fn is_passing(name: &str) -> bool {
    name == ".lock" || Path::new(name).extension().is_some_and(|end| end == "tmp")
}

/// The names of the folders in a folder of a store.
pub(crate) fn folders_in(folder: &Path) -> io::Result<Vec<String>> {
    Ok(stores::list(folder)?.folders.iter().cloned().collect())
}
