//! A shard: an output folder that holds the records of some files of a drop, for who puts the shards of the
//! drop together again.
//!
//! Beside what any folder keeps, the first line of its journal says which shard it is, and
//! `state-arrivals.bin` says of each outcome, in their order, from which file of the drop it came and, where
//! there is no record, what else must be known of it:
//!
//! | bytes | what |
//! |---|---|
//! | 0–7 | number of the file in the whole drop, in little-endian order |
//! | 8– | nothing for a record; else JSON: the discarded article and the reason, or the dead letter |

use std::path::{Path, PathBuf};

use document::{Origin, Sha256};
use serde::{Deserialize, Serialize};
use sha2::Digest;
use stage_api::{Failure, IdHash, Known, Outcome, OutcomeKind};

use crate::dead_letters::{DeadLetter, Place};
use crate::error::{OpenError, ReadError};
use crate::followers::{Cursor, News};
use crate::generation::{self, History};
use crate::ledger::KnownEntries;
use crate::states::{self, Changes};

/// The state that keeps what arrived. No ordered stage runs in a shard, so none can have the name.
pub(crate) const ARRIVALS: &str = "arrivals";

/// Which shard of which drop a folder holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 0.
    pub number: u32,
    /// How many shards the drop has.
    pub of: u32,
    /// How many files the whole drop has.
    pub files: u64,
    /// Digest of their ids, in order: the shards of one drop agree in it.
    pub listing: String,
    /// Key of the configuration of the whole pipeline.
    pub configuration: String,
}

impl Shard {
    /// The name of its folder.
    pub fn folder(number: u32, of: u32) -> String {
        format!("shard-{number:05}-of-{of:05}")
    }

    /// The number and the count that the name of a folder says, if it is one of a shard.
    pub fn of_folder(name: &str) -> Option<(u32, u32)> {
        let (number, of) = name.strip_prefix("shard-")?.split_once("-of-")?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (Self::folder(number, of) == name).then_some((number, of))
    }

    /// The key of what the folder holds: another shard, or another drop, is another output.
    pub(crate) fn key(&self) -> String {
        let json = serde_json::to_vec(self).expect("strings and numbers are JSON");
        Sha256(sha2::Sha256::digest(json).into()).to_string()
    }
}

/// What is said of a discarded article, which is nowhere else.
#[derive(Debug, Serialize, Deserialize)]
struct Discard {
    id: String,
    origin: Place,
    reason: String,
}

/// What is to be kept of an outcome beside its record.
pub(crate) fn arrival(file: u64, outcome: &Outcome) -> Vec<u8> {
    let mut bytes = file.to_le_bytes().to_vec();
    let json = match outcome {
        Outcome::Discarded { receipt, reason } => {
            let origin = Place::new(receipt.origin.clone());
            let (id, reason) = (receipt.id.clone(), reason.clone());
            serde_json::to_writer(&mut bytes, &Discard { id, origin, reason })
        }
        Outcome::Failed { receipt, failure } => {
            serde_json::to_writer(&mut bytes, &DeadLetter::new(failure.clone(), receipt.revision))
        }
        _ => Ok(()),
    };
    json.expect("strings and numbers are JSON");
    bytes
}

/// A folder that holds a shard, as readers see it.
#[derive(Clone, Debug)]
pub struct ShardFolder {
    dir: PathBuf,
    shard: Shard,
    history: History,
}

impl ShardFolder {
    /// Opens what a folder holds; `None` where that is no shard.
    ///
    /// # Errors
    /// [`OpenError`] where a journal is damaged or cannot be read.
    pub fn open(dir: &Path) -> Result<Option<Self>, OpenError> {
        let mut live = None;
        for number in std::iter::once(0).chain(generation::numbers(dir)?) {
            let Some(history) = History::read(dir, number)? else { continue };
            if history.complete || live.is_none() {
                live = Some(history);
            }
        }
        Ok(live.and_then(|history| {
            let shard = history.shard.clone()?;
            Some(Self { dir: dir.to_owned(), shard, history })
        }))
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Which shard it is.
    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    /// Bytes of its records.
    pub fn bytes(&self) -> u64 {
        self.history.size().1
    }

    /// Whether its files were read to the end.
    pub fn is_complete(&self) -> bool {
        self.history.complete
    }

    /// Everything that became of its articles, in the order in which they came.
    ///
    /// # Errors
    /// [`OpenError`] where a file of the folder is gone or cannot be read.
    pub fn outcomes(&self) -> Result<ShardOutcomes, OpenError> {
        let dir = generation::folder_of(&self.dir, self.history.number());
        let path = states::path_of(&dir, ARRIVALS);
        let damaged = |message| OpenError::Damaged { path: path.clone(), message };
        let arrivals = match self.history.states.get(ARRIVALS) {
            Some(bytes) => Some(Changes::open(&path, *bytes).map_err(damaged)?),
            None => None,
        };
        let records = News::since(&self.dir, &Cursor::default()).map_err(of_reading)?;
        Ok(ShardOutcomes { path, known: self.history.known(&self.dir)?, arrivals, records })
    }
}

/// What became of an article in a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardOutcome {
    /// The number of its file in the whole drop.
    pub file: u64,
    /// What the shard knows it by. Its revision is 1, or 0 where it never became an article.
    pub known: Known,
    /// What there is of it.
    pub left: Left,
}

/// What a shard has of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// Its record, line end included.
    Record(Vec<u8>),
    /// It was discarded.
    Discarded {
        /// Its id.
        id: String,
        /// Where it was read from.
        origin: Origin,
        /// Why.
        reason: String,
    },
    /// It failed.
    Failed(Failure),
}

/// The outcomes of a shard; an error is the last item.
#[derive(Debug)]
pub struct ShardOutcomes {
    /// The file of the arrivals, for messages.
    path: PathBuf,
    known: KnownEntries,
    arrivals: Option<Changes>,
    records: News,
}

impl ShardOutcomes {
    fn outcome(&mut self, known: Known) -> Result<ShardOutcome, OpenError> {
        let damaged = |message: &str| OpenError::Damaged {
            path: self.path.clone(),
            message: message.to_owned(),
        };
        let Some(arrivals) = &mut self.arrivals else {
            return Err(damaged("knows nothing of what is in the ledger"));
        };
        let change = arrivals.next().map_err(|message| damaged(&message))?;
        let change = change.ok_or_else(|| damaged("has less than the ledger"))?;
        let Some((file, json)) = change.split_first_chunk() else {
            return Err(damaged("has an arrival without its file"));
        };
        let file = u64::from_le_bytes(*file);
        let unread = |error: serde_json::Error| damaged(&error.to_string());
        let left = match known.kind {
            OutcomeKind::Written => {
                let line = self.records.next().map_err(of_reading)?;
                let line = line.ok_or_else(|| damaged("there are fewer records than articles"))?;
                Left::Record(line.bytes.to_vec())
            }
            OutcomeKind::Discarded => {
                let Discard { id, origin, reason } =
                    serde_json::from_slice(json).map_err(unread)?;
                Left::Discarded { id, origin: origin.into_origin(), reason }
            }
            OutcomeKind::Moved => return Err(damaged("has an article that was moved, in a shard")),
            OutcomeKind::Failed => {
                let letter: DeadLetter = serde_json::from_slice(json).map_err(unread)?;
                let class = letter.class().to_owned();
                let failure = letter.into_failure();
                Left::Failed(failure.ok_or_else(|| damaged(&format!("no class `{class}`")))?)
            }
        };
        let is_other = match &left {
            Left::Record(_) => false, // who decodes it will see
            Left::Discarded { id, .. } => IdHash::of(id) != known.id,
            Left::Failed(failure) => IdHash::of(&failure.id) != known.id,
        };
        if is_other {
            return Err(damaged("tells of another article than the ledger"));
        }
        Ok(ShardOutcome { file, known, left })
    }
}

impl Iterator for ShardOutcomes {
    type Item = Result<ShardOutcome, OpenError>;

    fn next(&mut self) -> Option<Self::Item> {
        let known = self.known.next()?;
        Some(known.and_then(|known| self.outcome(known)))
    }
}

fn of_reading(error: ReadError) -> OpenError {
    match error {
        ReadError::NoManifest { path } => OpenError::NoFolder { path },
        ReadError::Damaged { path, message } => OpenError::Damaged { path, message },
        ReadError::Io { path, error } => OpenError::Io { path, error },
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_folder_says_which_shard_it_is() {
        assert_eq!(Shard::folder(3, 8), "shard-00003-of-00008");
        assert_eq!(Shard::folder(0, 123_456), "shard-00000-of-123456");
        for (name, expected) in [
            ("shard-00003-of-00008", Some((3, 8))),
            ("shard-00000-of-123456", Some((0, 123_456))),
            ("shard-3-of-8", None),
            ("shard-00003", None),
            ("articles-00000003", None),
        ] {
            assert_eq!(Shard::of_folder(name), expected, "{name}");
        }
    }
}
