//! Holding the files of a generation against what its journal vouches for.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use sha2::Digest;
use stage_api::{IdHash, OutcomeKind};

use crate::digest;
use crate::error::{At, OpenError};
use crate::generation::{self, History};
use crate::journal::{self, Commit, Entry};
use crate::ledger::{self, KnownEntries};
use crate::part_reader::{PartReader, packed_path};
use crate::parts::PartState;
use crate::sound::unsound;
use crate::states;
use crate::sums::Sums;
use crate::verify::Findings;

/// Articles that are named where some of a commit are damaged.
const NAMED: usize = 5;

/// A generation being looked over.
pub(crate) struct Look<'f> {
    dir: PathBuf,
    history: &'f History,
    /// What is wrong with the line of the journal after those of the history.
    journal_damage: Option<&'f str>,
    findings: &'f mut Findings,
    commits: Vec<Committed>,
    /// The article of each record.
    ids: Vec<IdHash>,
    sound: Sound,
}

/// Where a commit ends, and the checksums of what it added, if it has them.
struct Committed {
    part: PartState,
    ledger: u64,
    appended: Option<journal::Appended>,
}

/// How much of each damaged file is as it was written: bytes before the first commit that is not.
#[derive(Debug, Default)]
pub(crate) struct Sound {
    parts: BTreeMap<u32, u64>,
    ledger: Option<u64>,
    states: BTreeMap<String, u64>,
}

impl Sound {
    /// Whether a commit vouches for something that is not as it was written.
    pub(crate) fn is_exceeded_by(&self, commit: &Commit) -> bool {
        let exceeds = |sound: Option<&u64>, bytes| sound.is_some_and(|sound| bytes > *sound);
        exceeds(self.parts.get(&commit.part.number), commit.part.bytes)
            || exceeds(self.ledger.as_ref(), commit.ledger)
            || commit.states.iter().any(|(stage, bytes)| exceeds(self.states.get(stage), *bytes))
    }
}

/// What a look leaves behind.
pub(crate) struct Looked {
    /// The open part with its digest.
    pub(crate) open: PartState,
    pub(crate) sound: Sound,
}

/// Checks what a journal vouches for, up to the line that `journal_damage` tells of.
///
/// # Errors
/// [`OpenError`] where a file cannot be read at all.
pub(crate) fn look(
    root: &Path,
    history: &History,
    journal_damage: Option<&str>,
    findings: &mut Findings,
) -> Result<Looked, OpenError> {
    let dir = generation::folder_of(root, history.number());
    let mut commits = Vec::new();
    journal::read_good(&dir.join(journal::FILE), |entry, _| {
        if let Entry::Commit(Commit { part, ledger, appended, .. }) = entry {
            commits.push(Committed { part, ledger, appended });
        }
    })?;
    let (ids, sound) = (Vec::new(), Sound::default());
    let mut look = Look { dir, history, journal_damage, findings, commits, ids, sound };
    let open = look.all()?;
    Ok(Looked { open, sound: look.sound })
}

impl Look<'_> {
    fn all(&mut self) -> Result<PartState, OpenError> {
        let journal = self.dir.join(journal::FILE);
        self.note_length(&journal, self.history.journal)?;
        for part in &self.history.closed {
            self.check_part(part)?;
        }
        let sha256 = self.check_part(&self.history.open)?;
        if let Some(damage) = self.journal_damage {
            let lost = self.uncommitted()?;
            self.findings.damaged(&journal, &format!("{damage}; {lost}"));
        }
        self.findings.records += self.ids.len() as u64;
        self.check_ledger()?;
        for (stage, bytes) in &self.history.states {
            let path = states::path_of(&self.dir, stage);
            let mut sound = 0;
            let read = states::read(&path, *bytes, &mut |change| {
                sound += (states::HEAD + change.len()) as u64;
                Ok(())
            });
            match read {
                Ok(()) => self.note_length(&path, *bytes)?,
                Err(message) => {
                    self.findings.damaged(&path, &message);
                    self.sound.states.insert(stage.clone(), sound);
                }
            }
        }
        Ok(PartState { sha256, ..self.history.open.clone() })
    }

    /// Says what a file has beyond, or lacks of, the bytes that count.
    fn note_length(&mut self, path: &Path, counting: u64) -> Result<(), OpenError> {
        let length = fs::metadata(path).at(path)?.len();
        match length.checked_sub(counting) {
            None => {
                let message = format!("has {length} bytes, the journal says {counting}");
                self.findings.damaged(path, &message);
            }
            Some(0) => {}
            // Behind a damaged line of the journal, nobody knows what is committed.
            Some(_) if self.journal_damage.is_some() => {}
            Some(more) => {
                self.findings.mends(path, &format!("{more} bytes after what is committed"));
            }
        }
        Ok(())
    }

    /// Checks the bytes of a part that count, commit by commit, and each record in them. Returns their digest.
    fn check_part(&mut self, part: &PartState) -> Result<Option<String>, OpenError> {
        let path = self.dir.join(part.file_name());
        self.note_other_form(part)?;
        if part.bytes == 0 {
            return Ok(None);
        }
        let mut reader = match part.open(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.findings.damaged(&path, "the file is gone");
                self.sound.parts.insert(part.number, 0);
                return Ok(None);
            }
            Err(error) if is_damage(&error) => {
                self.findings.damaged(&path, &error.to_string());
                self.sound.parts.insert(part.number, 0);
                return Ok(None);
            }
            opened => opened.at(&path)?,
        };
        if path.exists() {
            self.note_length(&path, part.stored())?;
        }
        let mut digest = sha2::Sha256::new();
        let mut bytes = Vec::new();
        let (mut from, mut records) = (0, 0);
        for at in 0..self.commits.len() {
            let Committed { part: committed, appended, .. } = &self.commits[at];
            if committed.number != part.number || committed.bytes == from {
                continue;
            }
            let (to, crc32) = (committed.bytes, appended.map(|sums| sums.part));
            bytes.clear();
            match reader.by_ref().take(to.saturating_sub(from)).read_to_end(&mut bytes) {
                Err(error) if is_damage(&error) => {
                    let message =
                        format!("{error}; before it stand {records} of {} records", part.records);
                    self.findings.damaged(&path, &message);
                    self.sound.parts.entry(part.number).or_insert(from);
                    break;
                }
                read => drop(read.at(&path)?),
            }
            digest.update(&bytes);
            let before = self.findings.damage.len();
            let ids = self.check_records(&path, &bytes, &mut records);
            if crc32.is_none() && self.findings.damage.len() > before {
                self.sound.parts.entry(part.number).or_insert(from);
            }
            if crc32.is_some_and(|crc32| crc32 != crc32fast::hash(&bytes)) {
                let articles = named(&ids);
                let message = format!("bytes {from} to {to} are not what was written: {articles}");
                self.findings.damaged(&path, &message);
                self.sound.parts.entry(part.number).or_insert(from);
            }
            self.ids.extend(ids.iter().map(|id| IdHash::of(id)));
            from = to;
        }
        let sha256 = digest::hex(digest);
        let is_sound = !self.sound.parts.contains_key(&part.number);
        let mut is_as_written = part.sha256.as_ref().is_none_or(|expected| *expected == sha256);
        if let Some(stored) = part.zstd.as_ref().filter(|_| is_sound) {
            let mut file = File::open(&path).at(&path)?.take(stored.bytes);
            is_as_written &= digest::of(&mut file).at(&path)? == stored.sha256;
        }
        if is_sound && !is_as_written {
            self.findings.damaged(&path, "its bytes are not those that were written");
            // No checksum of a commit tells from where on.
            self.sound.parts.insert(part.number, 0);
        }
        if is_sound && records != part.records {
            let message = format!("has {records} records, the journal says {}", part.records);
            self.findings.damaged(&path, &message);
        }
        Ok(Some(sha256))
    }

    /// Tells of what a kill leaves beside the file of a part that counts, or in its place.
    fn note_other_form(&mut self, part: &PartState) -> Result<(), OpenError> {
        if self.journal_damage.is_some() {
            return Ok(()); // then nobody knows which form is to count
        }
        let plain = self.dir.join(part.plain_name());
        let packed = packed_path(&plain);
        let is_there = |path: &Path| path.try_exists().at(path);
        let uncommitted = "nothing in it is committed";
        if Some(part) == self.history.closed.last() {
            if part.zstd.is_some() && is_there(&plain)? {
                self.findings.mends(&plain, "lies compressed beside it");
            }
        } else if *part == self.history.open {
            let is_plain = is_there(&plain)?;
            if part.bytes == 0 && is_plain {
                self.findings.mends(&plain, uncommitted);
            }
            if is_there(&packed)? {
                let is_needed = part.bytes > 0 && !is_plain;
                let message =
                    if is_needed { "is of a part that is open again" } else { uncommitted };
                self.findings.mends(&packed, message);
            }
        }
        Ok(())
    }

    /// Checks each record of a commit, of which there were `records` in the part before; returns the ids.
    fn check_records(&mut self, path: &Path, bytes: &[u8], records: &mut u64) -> Vec<String> {
        let mut ids = Vec::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            *records += 1;
            match unsound(line) {
                Ok(id) => ids.push(id),
                Err(message) => {
                    self.findings.damaged(path, &format!("line {records}: {message}"));
                }
            }
        }
        ids
    }

    /// Checks the bytes of the ledger, commit by commit. Then it must have an entry for each record, in their
    /// order, and as many outcomes as were counted.
    fn check_ledger(&mut self) -> Result<(), OpenError> {
        let path = self.dir.join(ledger::FILE);
        self.note_length(&path, self.history.ledger)?;
        let mut file = BufReader::new(File::open(&path).at(&path)?);
        let mut bytes = Vec::new();
        let mut from = 0;
        for Committed { ledger: to, appended, .. } in &self.commits {
            bytes.clear();
            file.by_ref().take(to.saturating_sub(from)).read_to_end(&mut bytes).at(&path)?;
            if appended.is_some_and(|sums| sums.ledger != crc32fast::hash(&bytes)) {
                let entry = ledger::ENTRY as u64;
                let (first, last) = (from / entry + 1, to / entry);
                let message = format!("entries {first} to {last} are not what was written");
                self.findings.damaged(&path, &message);
                self.sound.ledger.get_or_insert(from);
            }
            from = *to;
        }
        // Where records are damaged, what does not fit them says nothing about the ledger.
        if self.sound.ledger.is_none() && self.sound.parts.is_empty() {
            self.compare_ledger(&path)?;
        }
        Ok(())
    }

    fn compare_ledger(&mut self, path: &Path) -> Result<(), OpenError> {
        let mut ids = self.ids.iter().peekable();
        let (mut discarded, mut failed) = (0, 0);
        for entry in KnownEntries::open(path, self.history.ledger, &Sums::default())? {
            match entry {
                Ok(known) if known.kind == OutcomeKind::Written => {
                    // An entry between may note that something is readable again; it has no record.
                    ids.next_if(|id| **id == known.id);
                }
                Ok(known) => match known.kind {
                    OutcomeKind::Discarded => discarded += 1,
                    OutcomeKind::Failed => failed += 1,
                    OutcomeKind::Moved | OutcomeKind::Written => {}
                },
                Err(OpenError::Damaged { path, message }) => {
                    self.findings.damaged(&path, &message);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        let lacking = ids.count();
        if lacking > 0 {
            self.findings.damaged(path, &format!("knows nothing of {lacking} records"));
        }
        let total = &self.history.total;
        if failed != total.failed || discarded < total.discarded {
            let message = format!(
                "has {discarded} discarded and {failed} failed articles, the journal counts {} and {}",
                total.discarded, total.failed
            );
            self.findings.damaged(path, &message);
        }
        Ok(())
    }

    /// Tells of the whole records behind the last line of the journal that is as it was written.
    fn uncommitted(&self) -> Result<String, OpenError> {
        let PartState { bytes, .. } = self.history.open;
        let file = self.history.open.file_name();
        let path = self.dir.join(&file);
        let mut rest = Vec::new();
        let read = PartReader::open_plain(&path, u64::MAX).and_then(|mut reader| {
            reader.seek(bytes)?;
            reader.read_to_end(&mut rest)
        });
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_damage(&error) => {}
            read => drop(read.at(&path)?),
        }
        let lines = rest.split_inclusive(|byte| *byte == b'\n');
        let ids: Vec<String> = lines.filter_map(|line| unsound(line).ok()).collect();
        Ok(format!("what came after it in {file}, from byte {bytes} on: {}", named(&ids)))
    }
}

/// Whether an error tells of bytes that are not as they were written.
fn is_damage(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}

/// How many records, and of which articles.
fn named(ids: &[String]) -> String {
    let first: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let more = match ids.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match ids.len() {
        0 => "no whole record".to_owned(),
        1 => format!("1 record, of {}", first[0]),
        count => format!("{count} records, of {}{more}", first.join(", ")),
    }
}
