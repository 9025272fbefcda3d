//! Where a command works on an output folder: in the folder itself, or in a copy of one that lies in a store.
//!
//! What a run leaves is appended to, cut and renamed, which objects cannot be. So a folder in a store is copied here,
//! worked on like any other, and what has changed is copied back when the work is done, in the order of [`sink::Role`]. What the
//! journal vouches for is appended to, so with the old journal a copy that ended halfway is what a killed run leaves. A
//! file is replaced only where it still is the one that was copied, so of two runs that do not know of each other
//! one fails, and what the other left is whole.

mod copy;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stage_api::is_address;

use crate::exit::{Exit, Trouble};
use copy::Copy;

/// See the [module documentation](self).
pub(crate) struct Workplace {
    dir: PathBuf,
    copy: Option<Copy>,
}

impl Workplace {
    /// The place for an output folder. Shards in a store are not copied with the folder that they lie in.
    pub(crate) fn open(folder: &Path) -> Result<Self, Trouble> {
        Self::new(folder, false)
    }

    /// The same with the shards.
    pub(crate) fn with_shards(folder: &Path) -> Result<Self, Trouble> {
        Self::new(folder, true)
    }

    fn new(folder: &Path, shards: bool) -> Result<Self, Trouble> {
        if !is_address(folder) {
            return Ok(Self { dir: folder.to_owned(), copy: None });
        }
        let copy = Copy::of(folder, shards).map_err(|error| out_of_reach(folder, &error))?;
        Ok(Self { dir: copy.dir().to_owned(), copy: Some(copy) })
    }

    /// The folder to work in.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a file of the folder is for who asked for the work.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        match (&self.copy, path.strip_prefix(&self.dir)) {
            (Some(copy), Ok(inside)) => copy.address(inside),
            _ => path.to_owned(),
        }
    }

    /// What went wrong, with the names that who asked for the work knows.
    pub(crate) fn told(&self, trouble: Trouble) -> Trouble {
        let Some(copy) = &self.copy else { return trouble };
        let (dir, address) = (self.dir.display().to_string(), copy.address(Path::new("")));
        trouble.rephrased(|message| message.replace(&dir, &address.display().to_string()))
    }

    /// Copies back what has changed, however the work ended: what is committed counts.
    pub(crate) fn leave(self, exit: Result<Exit, Trouble>) -> Result<Exit, Trouble> {
        let exit = exit.map_err(|trouble| self.told(trouble));
        let back = self.copy.map_or(Ok(()), Copy::back);
        match (exit, back) {
            (exit, Ok(())) => exit,
            (Ok(_), Err(trouble)) => Err(trouble),
            (Err(first), Err(trouble)) => {
                tracing::error!("{}", trouble.message());
                Err(first)
            }
        }
    }
}

/// The names of the folders in a folder; none where there is no such folder.
pub(crate) fn folders_in(folder: &Path) -> Result<Vec<String>, Trouble> {
    if is_address(folder) {
        return copy::folders_in(folder).map_err(|error| out_of_reach(folder, &error));
    }
    let entries = fs::read_dir(folder).into_iter().flatten();
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
}

fn out_of_reach(folder: &Path, error: &io::Error) -> Trouble {
    let message = format!("{}: {error}{}", folder.display(), stores::advice(error));
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => Trouble::Usage(message),
        _ => Trouble::Failed(message),
    }
}
