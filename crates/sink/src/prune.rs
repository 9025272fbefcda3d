//! Deleting what nobody reads any more.

use std::fs;
use std::io;
use std::path::Path;

use crate::disk::Disk;
use crate::error::{At, FileError, OpenError};
use crate::generation::{self, History};
use crate::journal::{self, Begin, Journal};
use crate::lock::Lock;
use crate::{files, ledger, parts, states};

/// What [`prune`] deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
}

/// Deletes the files of the generations before the one that readers see. No run goes on in those, so they only
/// serve to compare with. Call it on a folder that is [sound](crate::Findings::is_sound); a kill in between
/// leaves one that is, and the rest to the next call.
///
/// # Errors
/// [`OpenError`] where there is no output folder, another run writes to it, or a file cannot be deleted.
pub fn prune(dir: &Path) -> Result<Pruned, OpenError> {
    if !journal::exists(dir).at(dir)? {
        return Err(OpenError::NoFolder { path: dir.to_owned() });
    }
    let _lock = Lock::acquire(dir)?;
    let disk = Disk::default();
    let mut pruned = Pruned::default();
    let Some(first) = History::read(dir, 0)? else { return Ok(pruned) };
    let (mut live, mut past) = (0, Vec::new());
    for number in generation::numbers(dir)? {
        past.push(number);
        if History::read(dir, number)?.is_some_and(|history| history.complete) {
            live = number;
        }
    }
    if live == 0 {
        return Ok(pruned);
    }
    // The journal goes first: without one there is no generation, and nothing else in its folder counts.
    for number in past.into_iter().filter(|number| *number < live) {
        let gone = generation::folder_of(dir, number);
        pruned.remove(&disk, &gone.join(journal::FILE))?;
        files::sync_folder(&disk, &gone)?;
        for entry in fs::read_dir(&gone).at(&gone)? {
            pruned.remove(&disk, &entry.at(&gone)?.path())?;
        }
        fs::remove_dir(&gone).at(&gone)?;
    }
    // That of the first tells that the folder is ours. It stays, with nothing in it.
    Journal::create(&disk, dir, Begin::new(&first.configuration, None))?;
    for entry in fs::read_dir(dir).at(dir)? {
        let entry = entry.at(dir)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if parts::is_part(&name) || states::is_state(&name) || name == generation::FILES {
            pruned.remove(&disk, &entry.path())?;
        }
    }
    pruned.empty(&disk, &dir.join(ledger::FILE))?;
    Ok(pruned)
}

impl Pruned {
    fn remove(&mut self, disk: &Disk, path: &Path) -> Result<(), FileError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => self.bytes += metadata.at(path)?.len(),
        }
        self.files += 1;
        files::remove(disk, path)
    }

    /// As [`remove`](Self::remove), for a file that must be there.
    fn empty(&mut self, disk: &Disk, path: &Path) -> Result<(), FileError> {
        self.bytes += fs::metadata(path).at(path)?.len();
        disk.create(path).at(path).map(drop)
    }
}
