//! Looking an output folder over from end to end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use document::Sha256;
use sha2::Digest;
use stage_api::{IdHash, OutcomeKind};

use crate::disk::Disk;
use crate::error::{At, OpenError};
use crate::generation::{self, Generation, History};
use crate::ledger::KnownEntries;
use crate::lock::Lock;
use crate::parts::PartState;
use crate::sound::unsound;
use crate::{dead_letters, files, folder, journal, ledger, manifest, states};

/// What was found in an output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Generations in it.
    pub generations: usize,
    /// Records that count, over all generations.
    pub records: u64,
    /// Articles that stand failed in the generation that readers see.
    pub dead_letters: u64,
    /// What was wrong and can be made right without losing anything that counts, by file.
    pub mendable: Vec<String>,
    /// What is not as it was written, and cannot be made right from what is here.
    pub damage: Vec<String>,
}

impl Findings {
    /// Whether everything is as it should be.
    pub fn is_sound(&self) -> bool {
        self.mendable.is_empty() && self.damage.is_empty()
    }

    fn damaged(&mut self, path: &Path, message: &str) {
        self.damage.push(format!("{}: {message}", path.display()));
    }

    fn mends(&mut self, path: &Path, message: &str) {
        self.mendable.push(format!("{}: {message}", path.display()));
    }
}

/// Checks an output folder: the checksums of its journals, length, digest and records of every part,
/// the ledger against the records, the states of ordered stages, and what is derived from them. With
/// `mend`, uncommitted bytes are cut and derived files are written anew, unless something is
/// damaged; the findings say what was so before.
///
/// # Errors
/// [`OpenError`] where there is no output folder, another run writes to it, or a file cannot be
/// read or written at all.
pub fn verify(dir: &Path, mend: bool) -> Result<Findings, OpenError> {
    if !journal::exists(dir).at(dir)? {
        return Err(OpenError::NoFolder { path: dir.to_owned() });
    }
    let _lock = Lock::acquire(dir)?;
    let mut findings = Findings::default();
    let mut histories = Vec::new();
    for number in std::iter::once(0).chain(generation::numbers(dir)?) {
        match History::read(dir, number) {
            Ok(Some(history)) => histories.push(history),
            // A generation that was begun and never had a first line; the next run begins it again.
            Ok(None) => {}
            Err(OpenError::Damaged { path, message }) => findings.damaged(&path, &message),
            Err(error) => return Err(error),
        }
    }
    findings.generations = histories.len();
    let live = histories.iter().rposition(|history| history.complete).unwrap_or(0);
    for (at, history) in histories.iter().enumerate() {
        let open = check_generation(dir, history, &mut findings)?;
        if at == live && findings.damage.is_empty() {
            check_derived(dir, history, &open, &mut findings)?;
        }
    }
    if mend && findings.damage.is_empty() && !findings.mendable.is_empty() {
        let disk = Disk::default();
        for (at, history) in histories.into_iter().enumerate() {
            let generation = Generation::resume(&disk, dir, history)?;
            if at == live {
                folder::publish(&disk, dir, &generation)?;
            }
        }
    }
    Ok(findings)
}

/// Checks what a journal vouches for; returns the open part with its digest.
fn check_generation(
    root: &Path,
    history: &History,
    findings: &mut Findings,
) -> Result<PartState, OpenError> {
    let dir = generation::folder_of(root, history.number());
    let (journal, ledger) = (dir.join(journal::FILE), dir.join(ledger::FILE));
    note_length(&journal, history.journal, findings)?;
    note_length(&ledger, history.ledger, findings)?;
    let mut ids = Vec::new();
    for part in &history.closed {
        check_part(&dir, part, &mut ids, findings)?;
    }
    let sha256 = check_part(&dir, &history.open, &mut ids, findings)?;
    findings.records += ids.len() as u64;
    check_ledger(history, KnownEntries::open(&ledger, history.ledger), &ids, &ledger, findings);
    for (stage, bytes) in &history.states {
        let path = states::path_of(&dir, stage);
        match states::read(&path, *bytes, &mut |_| Ok(())) {
            Ok(()) => note_length(&path, *bytes, findings)?,
            Err(message) => findings.damaged(&path, &message),
        }
    }
    Ok(PartState { sha256, ..history.open.clone() })
}

/// Says what a file has beyond, or lacks of, the bytes that count.
fn note_length(path: &Path, counting: u64, findings: &mut Findings) -> Result<(), OpenError> {
    let length = fs::metadata(path).at(path)?.len();
    match length.checked_sub(counting) {
        None => findings.damaged(path, &format!("has {length} bytes, the journal says {counting}")),
        Some(0) => {}
        Some(more) => findings.mends(path, &format!("{more} bytes after what is committed")),
    }
    Ok(())
}

/// Checks the bytes of a part that count, and each record in them, whose article is added to `ids`.
/// Returns their digest.
fn check_part(
    dir: &Path,
    part: &PartState,
    ids: &mut Vec<IdHash>,
    findings: &mut Findings,
) -> Result<Option<String>, OpenError> {
    let path = dir.join(part.file_name());
    if part.bytes == 0 {
        if path.try_exists().at(&path)? {
            findings.mends(&path, "nothing in it is committed");
        }
        return Ok(None);
    }
    let file = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            findings.damaged(&path, "the file is gone");
            return Ok(None);
        }
        opened => opened.at(&path)?,
    };
    note_length(&path, part.bytes, findings)?;
    let mut reader = BufReader::new(file.take(part.bytes));
    let mut digest = sha2::Sha256::new();
    let mut line = Vec::new();
    let mut records = 0;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).at(&path)? == 0 {
            break;
        }
        records += 1;
        digest.update(&line);
        match unsound(&line) {
            Ok(id) => ids.push(IdHash::of(&id)),
            Err(message) => findings.damaged(&path, &format!("line {records}: {message}")),
        }
    }
    let sha256 = Sha256(digest.finalize().into()).to_string();
    if part.sha256.as_ref().is_some_and(|expected| *expected != sha256) {
        findings.damaged(&path, "its bytes are not those that were written");
    }
    if records != part.records {
        let message = format!("has {records} records, the journal says {}", part.records);
        findings.damaged(&path, &message);
    }
    Ok(Some(sha256))
}

/// The ledger must have an entry for each record, in their order, and as many outcomes as were counted.
fn check_ledger(
    history: &History,
    known: Result<KnownEntries, crate::error::FileError>,
    ids: &[IdHash],
    path: &Path,
    findings: &mut Findings,
) {
    let mut ids = ids.iter().peekable();
    let (mut discarded, mut failed) = (0, 0);
    let entries = match known {
        Ok(entries) => entries,
        Err(error) => return findings.damage.push(OpenError::from(error).to_string()),
    };
    for entry in entries {
        match entry {
            Ok(known) if known.kind == OutcomeKind::Written => {
                // An entry between may note that something is readable again; it has no record.
                ids.next_if(|id| **id == known.id);
            }
            Ok(known) if known.kind == OutcomeKind::Discarded => discarded += 1,
            Ok(_) => failed += 1,
            Err(OpenError::Damaged { path, message }) => return findings.damaged(&path, &message),
            Err(error) => return findings.damage.push(error.to_string()),
        }
    }
    let lacking = ids.count();
    if lacking > 0 {
        findings.damaged(path, &format!("knows nothing of {lacking} records"));
    }
    let total = &history.total;
    if failed != total.failed || discarded < total.discarded {
        let message = format!(
            "has {discarded} discarded and {failed} failed articles, the journal counts {} and {}",
            total.discarded, total.failed
        );
        findings.damaged(path, &message);
    }
}

/// Checks what readers look at against what it is derived from.
fn check_derived(
    root: &Path,
    history: &History,
    open: &PartState,
    findings: &mut Findings,
) -> Result<(), OpenError> {
    let dir = generation::folder_of(root, history.number());
    let expected = history.manifest(root, open)?.to_json();
    let letters = dead_letters::lines(history.known(root)?, &dir.join(journal::FILE))?;
    findings.dead_letters = letters.len() as u64;
    let derived = [(manifest::FILE, expected), (dead_letters::FILE, letters.concat())];
    for (name, expected) in derived {
        let path = root.join(name);
        match read_if_there(&path)? {
            Some(found) if found == expected => {}
            Some(_) => findings.mends(&path, "is not what follows from the journal"),
            None => findings.mends(&path, "is not there"),
        }
    }
    if files::digest(&dir.join(generation::STORIES))?
        != files::digest(&root.join(generation::STORIES))?
    {
        findings.mends(&root.join(generation::STORIES), "is not that of what readers see");
    }
    Ok(())
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, OpenError> {
    match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => Ok(Some(read.at(path)?)),
    }
}
