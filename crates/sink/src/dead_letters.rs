//! Articles that failed, with everything needed to try them again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::path::Path;

use document::{Origin, Sha256};
use serde::{Deserialize, Serialize};
use stage_api::{Failure, FailureClass, IdHash, OutcomeKind};

use crate::error::OpenError;
use crate::generation::Generation;
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
    class: String,
    message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
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
    class: &'l str,
    message: &'l str,
    attempts: u32,
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
        let Self { id, origin, stage, class, message } = self;
        let Place { ref path, line, member, offset, ref sha256 } = *origin;
        let sha256 = self.has_payload().then_some(sha256.as_str());
        let origin = ShownPlace { path, line, member, offset, sha256 };
        let line =
            Line { schema: SCHEMA, id, origin, stage: stage.as_deref(), class, message, attempts };
        let mut line = serde_json::to_vec(&line).expect("strings and numbers are JSON");
        line.push(b'\n');
        line
    }
}

impl From<Failure> for DeadLetter {
    fn from(Failure { id, origin, stage, class, message }: Failure) -> Self {
        let Origin { path, line, member, offset, sha256 } = origin;
        let origin = Place { path, line, member, offset, sha256: sha256.to_string() };
        Self { id, origin, stage, class: class.word().to_owned(), message }
    }
}

/// Derives the file at `path`: the failures of a generation that nothing later has put right, each
/// article once, with how often that payload failed.
pub(crate) fn derive(generation: &Generation, path: &Path) -> Result<(), OpenError> {
    let mut open = still_failed(generation)?;
    let mut lines = Vec::new();
    journal::read(&generation.journal_path(), |entry| {
        let journal::Entry::Commit(commit) = entry else { return };
        for letter in commit.failures {
            let id = IdHash::of(&letter.id);
            let Some(failed) = open
                .get_mut(&id)
                .filter(|failed| failed.payload.to_string() == letter.origin.sha256)
            else {
                continue;
            };
            failed.seen += 1;
            if failed.seen == failed.attempts {
                lines.push(letter.line(failed.attempts));
            }
        }
    })?;
    Ok(files::replace_with(path, |file| lines.iter().try_for_each(|line| file.write_all(line)))?)
}

/// An article whose latest outcome is a failure.
struct Failed {
    payload: Sha256,
    attempts: u32,
    seen: u32,
}

fn still_failed(generation: &Generation) -> Result<HashMap<IdHash, Failed>, OpenError> {
    let mut open = HashMap::new();
    for known in generation.known()? {
        let known = known?;
        match open.entry(known.id) {
            Entry::Occupied(failed) if known.kind != OutcomeKind::Failed => {
                failed.remove();
            }
            Entry::Occupied(mut failed) => {
                let failed: &mut Failed = failed.get_mut();
                let again = failed.payload == known.payload;
                failed.attempts = if again { failed.attempts + 1 } else { 1 };
                failed.payload = known.payload;
            }
            Entry::Vacant(place) if known.kind == OutcomeKind::Failed => {
                place.insert(Failed { payload: known.payload, attempts: 1, seen: 0 });
            }
            Entry::Vacant(_) => {}
        }
    }
    Ok(open)
}
