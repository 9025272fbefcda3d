//! Articles that failed, with everything needed to try them again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use document::{Origin, Revision, Sha256};
use serde::{Deserialize, Serialize};
use stage_api::{Failure, FailureClass, IdHash, OutcomeKind};

use crate::disk::Disk;
use crate::error::{At, OpenError};
use crate::ledger::KnownEntries;
use crate::{files, journal};

/// The name of the file.
pub(crate) const FILE: &str = "dead-letters.jsonl";

const SCHEMA: &str = "copydesk.dead-letter/1";

/// One failure, as the journal keeps it and, with its schema, `dead-letters.jsonl` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeadLetter {
    id: String,
    origin: Place,
    /// `None` for the source.
    stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage_key: Option<String>,
    class: String,
    message: String,
    #[serde(default = "one")]
    pub(crate) attempts: u32,
    /// Where it came from standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    /// Which revision failed; 0 for what never became an article.
    #[serde(default)]
    revision: u32,
    /// Digest of the revision before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    supersedes: Option<String>,
}

impl Place {
    pub(crate) fn new(origin: Origin) -> Self {
        let Origin { path, line, member, offset, sha256 } = origin;
        Self { path, line, member, offset, sha256: sha256.to_string() }
    }

    pub(crate) fn into_origin(self) -> Origin {
        let Self { path, line, member, offset, sha256 } = self;
        Origin { path, line, member, offset, sha256: parse_sha256(&sha256).unwrap_or_default() }
    }
}

fn one() -> u32 {
    1
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    path: String,
    line: Option<u64>,
    member: Option<u64>,
    offset: Option<u64>,
    sha256: String,
}

#[derive(Serialize)]
struct Line<'l> {
    schema: &'static str,
    id: &'l str,
    origin: ShownPlace<'l>,
    stage: Option<&'l str>,
    stage_key: Option<&'l str>,
    class: &'l str,
    message: &'l str,
    attempts: u32,
    /// `None` where `origin` says where it is.
    payload: Option<&'l str>,
}

/// A place as people see it: without the digest that stands in for a payload which never was read.
#[derive(Serialize)]
struct ShownPlace<'l> {
    path: &'l str,
    line: Option<u64>,
    member: Option<u64>,
    offset: Option<u64>,
    sha256: Option<&'l str>,
}

impl DeadLetter {
    /// Whether there was a payload that a stage could fail on.
    fn has_payload(&self) -> bool {
        let before_the_stages =
            [FailureClass::Unreadable, FailureClass::TooLarge, FailureClass::Malformed];
        !before_the_stages.iter().any(|class| class.word() == self.class)
    }

    /// The line of `dead-letters.jsonl`, line end included.
    pub(crate) fn line(&self, attempts: u32) -> Vec<u8> {
        let Self { id, origin, stage, stage_key, class, message, payload, .. } = self;
        let Place { ref path, line, member, offset, ref sha256 } = *origin;
        let sha256 = self.has_payload().then_some(sha256.as_str());
        let origin = ShownPlace { path, line, member, offset, sha256 };
        let line = Line {
            schema: SCHEMA,
            id,
            origin,
            stage: stage.as_deref(),
            stage_key: stage_key.as_deref(),
            class,
            message,
            attempts,
            payload: payload.as_deref(),
        };
        let mut line = serde_json::to_vec(&line).expect("strings and numbers are JSON");
        line.push(b'\n');
        line
    }
}

impl DeadLetter {
    /// A failure of this revision of its article.
    pub(crate) fn new(failure: Failure, revision: Revision) -> Self {
        let Failure { id, origin, stage, stage_key, class, message, attempts, payload } = failure;
        Self {
            id,
            origin: Place::new(origin),
            stage,
            stage_key,
            class: class.word().to_owned(),
            message,
            attempts,
            payload,
            revision: revision.number,
            supersedes: revision.supersedes.map(|sha256| sha256.to_string()),
        }
    }

    /// The word for what kind of failure it is.
    pub(crate) fn class(&self) -> &str {
        &self.class
    }

    /// The failure that it was made from; `None` where this version does not know such a class.
    pub(crate) fn into_failure(self) -> Option<Failure> {
        let Self { id, origin, stage, stage_key, class, message, attempts, payload, .. } = self;
        let (class, origin) = (FailureClass::from_word(&class)?, origin.into_origin());
        Some(Failure { id, origin, stage, stage_key, class, message, attempts, payload })
    }
}

/// An article that failed and that nothing later has put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// The file that it came from, or `-`.
    pub path: String,
    /// Digest of the payload that failed; of what was wrong where nothing could be read.
    pub payload: Sha256,
    /// Which revision failed; number 0 for what never became an article.
    pub revision: Revision,
}

/// Derives the file at `path`: the failures of a generation that nothing later has put right, each
/// article once, with how often that payload was tried.
pub(crate) fn derive(
    disk: &Disk,
    known: KnownEntries,
    journal: &Path,
    path: &Path,
) -> Result<(), OpenError> {
    let mut unread = None;
    // A letter may bring its payload: each is written as it comes, none is held.
    let replaced = files::replace_with(disk, path, |file| {
        let mut written = Ok(());
        let read = each_standing(known, journal, |letter, attempts| {
            if written.is_ok() {
                written = file.write_all(&letter.line(attempts));
            }
        });
        read.map_err(|error| {
            unread = Some(error);
            io::Error::other("what it follows from cannot be read")
        })?;
        written
    });
    match unread {
        Some(error) => Err(error),
        None => Ok(replaced?),
    }
}

/// What a look at the derived file found.
pub(crate) struct Found {
    /// Letters that it should have.
    pub(crate) letters: u64,
    /// Whether it has exactly these; `None` where there is no file.
    pub(crate) as_derived: Option<bool>,
}

/// Holds the file at `path` against what [`derive`] would write, letter by letter.
pub(crate) fn look(known: KnownEntries, journal: &Path, path: &Path) -> Result<Found, OpenError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        opened => Some(BufReader::new(opened.at(path)?)),
    };
    let (mut letters, mut same) = (0, true);
    let mut read = Ok(());
    let mut bytes = Vec::new();
    each_standing(known, journal, |letter, attempts| {
        letters += 1;
        let Some(file) = file.as_mut().filter(|_| same && read.is_ok()) else { return };
        let line = letter.line(attempts);
        bytes.clear();
        match file.by_ref().take(line.len() as u64).read_to_end(&mut bytes) {
            Ok(_) => same = bytes == line,
            Err(error) => read = Err(error),
        }
    })?;
    read.at(path)?;
    let as_derived = match file {
        Some(mut file) => Some(same && file.fill_buf().at(path)?.is_empty()),
        None => None,
    };
    Ok(Found { letters, as_derived })
}

/// The articles of the derived file.
pub(crate) fn standing(known: KnownEntries, journal: &Path) -> Result<Vec<Standing>, OpenError> {
    let mut standing = Vec::new();
    each_standing(known, journal, |letter, _| {
        standing.push(Standing {
            id: letter.id,
            path: letter.origin.path,
            payload: parse_sha256(&letter.origin.sha256).unwrap_or_default(),
            revision: Revision {
                number: letter.revision,
                supersedes: letter.supersedes.as_deref().and_then(parse_sha256),
            },
        });
    })?;
    Ok(standing)
}

/// Calls `each` for the last failure of every article that stands failed, with how often its payload
/// was tried.
fn each_standing(
    known: KnownEntries,
    journal: &Path,
    mut each: impl FnMut(DeadLetter, u32),
) -> Result<(), OpenError> {
    let mut failed = failures(known)?;
    journal::read(journal, |entry, _| {
        let journal::Entry::Commit(commit) = entry else { return };
        for letter in commit.failures {
            let Some(failed) = failed.get_mut(&IdHash::of(&letter.id)) else { continue };
            failed.seen += 1;
            if failed.seen + failed.streak > failed.times {
                failed.attempts += letter.attempts;
            }
            if failed.streak > 0 && failed.seen == failed.times {
                each(letter, failed.attempts);
            }
        }
    })?;
    Ok(())
}

/// An article that failed at some time.
struct Failed {
    payload: Sha256,
    /// Failures in all.
    times: u32,
    /// Of these, the last ones with this payload and no other outcome since; 0 where it was put right.
    streak: u32,
    /// Failures met in the journal.
    seen: u32,
    /// Attempts of the last failures.
    attempts: u32,
}

fn failures(known: KnownEntries) -> Result<HashMap<IdHash, Failed>, OpenError> {
    let mut all: HashMap<IdHash, Failed> = HashMap::new();
    for known in known {
        let known = known?;
        if known.kind != OutcomeKind::Failed {
            if let Some(failed) = all.get_mut(&known.id) {
                failed.streak = 0;
            }
            continue;
        }
        let failed = all.entry(known.id).or_insert(Failed {
            payload: known.payload,
            times: 0,
            streak: 0,
            seen: 0,
            attempts: 0,
        });
        failed.times += 1;
        failed.streak = if failed.payload == known.payload { failed.streak + 1 } else { 1 };
        failed.payload = known.payload;
    }
    Ok(all)
}

fn parse_sha256(hex: &str) -> Option<Sha256> {
    let mut digest = [0; 32];
    for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
    }
    Some(Sha256(digest))
}
