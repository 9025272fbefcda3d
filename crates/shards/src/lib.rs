//! The shards of a drop as a source: their articles in the order of the whole drop's files.
//!
//! `cli` depends on this crate for `copydesk merge`. A shard is an output folder that holds every Nth file of a
//! drop, after the stages that see each article by itself ([`sink::Shard`]). [`Shards::open`] checks that some
//! folders are all the shards of one drop, made with one configuration and read to their ends;
//! [`Shards::source`] hands over what became of every article, as a [`Source`](stage_api::Source) for an
//! ordinary run of the stages that follow.
//!
//! ```no_run
//! use shards::Shards;
//! use stage_api::Source;
//!
//! let shards = Shards::open(&["out".into()])?; // a folder of shards, or each of them
//! let mut source = shards.source()?;
//! let first = source.next()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A record comes as an article with its layers; one that was discarded or failed, as
//! [`Arrival::Ended`](stage_api::Arrival::Ended). It decides nothing: what is a revision, unchanged or a duplicate is
//! for the runner's ledger to say, which sees the articles as if they came from the files themselves. Three files of
//! each shard are open at a time.

mod source;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sink::{OpenError, Shard, ShardFolder};

pub use source::ShardsSource;

/// All shards of a drop.
#[derive(Debug)]
pub struct Shards {
    /// By their numbers.
    folders: Vec<ShardFolder>,
}

/// Why some folders are not the shards of a drop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShardsError {
    /// A folder is none and has none in it, or is not there.
    #[error("{}: no shard; `copydesk run --shard I/N` makes them, each in a folder of its own", path.display())]
    NoShard {
        /// The folder.
        path: PathBuf,
    },
    /// Some were not read to their ends.
    #[error("not read to the end: {}; run the same command for each of them again", listed(shards))]
    Incomplete {
        /// Their folders.
        shards: Vec<PathBuf>,
    },
    /// Two do not belong together.
    #[error("{} and {} are not of one drop: {why}", one.display(), other.display())]
    Apart {
        /// A folder.
        one: PathBuf,
        /// Another.
        other: PathBuf,
        /// In what they differ, and what to do.
        why: String,
    },
    /// One is there twice.
    #[error("{} and {} are both shard {number}/{of}; name one of them", one.display(), other.display())]
    Doubled {
        /// A folder.
        one: PathBuf,
        /// Another.
        other: PathBuf,
        /// The shard that they hold.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// Some are not there.
    #[error("{} of {of} shards are missing: {}; run them, or name their folders, too", numbers.len(), first(numbers, *of))]
    Missing {
        /// Their numbers, from 0.
        numbers: Vec<u32>,
        /// How many there are.
        of: u32,
    },
    /// A folder cannot be read.
    #[error(transparent)]
    Unreadable(#[from] OpenError),
}

/// Of many names, the first.
const TOLD: usize = 5;

fn listed(folders: &[PathBuf]) -> String {
    let names: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
    told(&names)
}

fn first(numbers: &[u32], of: u32) -> String {
    let names: Vec<_> = numbers.iter().map(|number| format!("{number}/{of}")).collect();
    told(&names)
}

fn told(names: &[String]) -> String {
    let more = names.len().saturating_sub(TOLD);
    let first = names[..names.len().min(TOLD)].join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

impl Shards {
    /// Opens shards; of a folder that is none, those in it.
    ///
    /// # Errors
    /// [`ShardsError`] where they are not all the shards of one drop.
    pub fn open(folders: &[PathBuf]) -> Result<Self, ShardsError> {
        let mut shards = Vec::new();
        for folder in folders {
            if !folder.exists() {
                return Err(ShardsError::NoShard { path: folder.to_owned() });
            }
            match ShardFolder::open(folder)? {
                Some(shard) => shards.push(shard),
                None => shards.extend(shards_in(folder)?),
            }
        }
        shards.sort_by_key(|shard| shard.shard().number);
        belong_together(&shards)?;
        let Some(of) = shards.first().map(|shard| shard.shard().of) else {
            return Err(ShardsError::NoShard {
                path: folders.first().cloned().unwrap_or_default(),
            });
        };
        let has = |number: &u32| {
            shards.binary_search_by_key(number, |shard| shard.shard().number).is_ok()
        };
        let numbers: Vec<_> = (0..of).filter(|number| !has(number)).collect();
        if !numbers.is_empty() {
            return Err(ShardsError::Missing { numbers, of });
        }
        let incomplete = shards.iter().filter(|shard| !shard.is_complete());
        let incomplete: Vec<_> = incomplete.map(|shard| shard.dir().to_owned()).collect();
        if !incomplete.is_empty() {
            return Err(ShardsError::Incomplete { shards: incomplete });
        }
        Ok(Self { folders: shards })
    }

    /// The pipeline file that they were made with, as the first of them keeps it.
    pub fn configuration(&self) -> PathBuf {
        self.folders[0].dir().join(sink::CONFIGURATION)
    }

    /// The key of the whole pipeline's configuration.
    pub fn configuration_key(&self) -> &str {
        &self.folders[0].shard().configuration
    }

    /// Their articles, in the order of the whole drop.
    ///
    /// # Errors
    /// [`ShardsError::Unreadable`] where a file of one is gone or cannot be read.
    pub fn source(&self) -> Result<ShardsSource, ShardsError> {
        Ok(ShardsSource::open(&self.folders)?)
    }
}

/// The shards that lie in a folder.
fn shards_in(folder: &Path) -> Result<Vec<ShardFolder>, ShardsError> {
    let unreadable = |error: io::Error| OpenError::Io { path: folder.to_owned(), error };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_name().to_str().is_some_and(|name| Shard::of_folder(name).is_some()) {
            found.extend(ShardFolder::open(&entry.path())?);
        }
    }
    if found.is_empty() {
        return Err(ShardsError::NoShard { path: folder.to_owned() });
    }
    Ok(found)
}

fn belong_together(shards: &[ShardFolder]) -> Result<(), ShardsError> {
    for pair in shards.windows(2) {
        let (one, other) = (pair[0].shard(), pair[1].shard());
        let why = if one.of != other.of {
            format!("one is of {}, the other of {} shards", one.of, other.of)
        } else if one.configuration != other.configuration {
            "they were made with different configurations; run one again, with the pipeline of the other"
                .to_owned()
        } else if (one.files, &one.listing) != (other.files, &other.listing) {
            format!(
                "one saw {} files, the other {}, or files of other names; run them again once the files stay as they are",
                one.files, other.files
            )
        } else if one.number == other.number {
            let (one, other) = (pair[0].dir().to_owned(), pair[1].dir().to_owned());
            let Shard { number, of, .. } = *pair[0].shard();
            return Err(ShardsError::Doubled { one, other, number, of });
        } else {
            continue;
        };
        let (one, other) = (pair[0].dir().to_owned(), pair[1].dir().to_owned());
        return Err(ShardsError::Apart { one, other, why });
    }
    Ok(())
}
