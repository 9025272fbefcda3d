//! Looking an output folder over from end to end.

use std::fs;
use std::io;
use std::path::Path;

use crate::disk::Disk;
use crate::error::{At, OpenError};
use crate::generation::{self, Generation, History};
use crate::journal::{self, Entry, Journal};
use crate::lock::Lock;
use crate::look::{Looked, Sound, look};
use crate::parts::PartState;
use crate::{dead_letters, files, folder, manifest};

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
    /// What was wrong and is made anew by the next run, by file: only the stages can.
    pub for_the_next_run: Vec<String>,
    /// What is not as it was written, and cannot be made right from what is here.
    pub damage: Vec<String>,
    /// Records of commits that were [taken back](Mend::TakeBack).
    pub taken_back: u64,
}

/// What [`verify`] may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mend {
    /// Nothing.
    Nothing,
    /// What loses nothing that counts: uncommitted bytes are cut and derived files are written anew, unless
    /// something is damaged.
    #[default]
    Harmless,
    /// That, and a generation that is damaged goes back to the last commit before the damage, as if it had been
    /// stopped there: what was committed later is cut, and the next run takes it again from its files.
    TakeBack,
}

impl Findings {
    /// Whether everything is as it should be.
    pub fn is_sound(&self) -> bool {
        self.mendable.is_empty() && self.for_the_next_run.is_empty() && self.damage.is_empty()
    }

    pub(crate) fn damaged(&mut self, path: &Path, message: &str) {
        self.damage.push(format!("{}: {message}", path.display()));
    }

    pub(crate) fn mends(&mut self, path: &Path, message: &str) {
        self.mendable.push(format!("{}: {message}", path.display()));
    }
}

/// A generation with something damaged in it.
struct Damaged {
    number: u32,
    sound: Sound,
}

/// Checks an output folder: the checksums of its journals, those of every commit's records and ledger entries,
/// each record, the ledger against the records, the states of ordered stages, and what is derived from them.
/// `mend` says what is done about it; the findings say what was so before.
///
/// # Errors
/// [`OpenError`] where there is no output folder, another run writes to it, or a file cannot be
/// read or written at all; [`OpenError::OtherVersion`], whatever `mend` says, where a journal has a line that only
/// another version understands, as nobody here knows what counts from there on.
pub fn verify(dir: &Path, mend: Mend) -> Result<Findings, OpenError> {
    if !journal::exists(dir).at(dir)? {
        return Err(OpenError::NoFolder { path: dir.to_owned() });
    }
    let _lock = Lock::acquire(dir)?;
    let mut findings = Findings::default();
    let mut histories = Vec::new();
    for number in std::iter::once(0).chain(generation::numbers(dir)?) {
        match History::read_good(dir, number) {
            Ok(Some(history)) => histories.push(history),
            // A generation that was begun and never had a first line; the next run begins it again.
            Ok(None) => {}
            Err(OpenError::Damaged { path, message }) => findings.damaged(&path, &message),
            Err(error) => return Err(error),
        }
    }
    findings.generations = histories.len();
    let live = histories.iter().rposition(|(history, _)| history.complete).unwrap_or(0);
    let mut damaged = Vec::new();
    for (at, (history, journal_damage)) in histories.iter().enumerate() {
        let before = findings.damage.len();
        let Looked { open, sound } = look(dir, history, journal_damage.as_deref(), &mut findings)?;
        let is_whole = at == live && journal_damage.is_none();
        if let Some(message) = is_whole.then(|| manifest::promises_more(dir, history)).flatten() {
            let path = generation::folder_of(dir, history.number()).join(journal::FILE);
            findings.damaged(&path, &message);
        }
        if findings.damage.len() > before {
            damaged.push(Damaged { number: history.number(), sound });
        } else if at == live && findings.damage.is_empty() {
            check_derived(dir, history, &open, &mut findings)?;
        }
    }
    let disk = Disk::default();
    match mend {
        Mend::TakeBack if !findings.damage.is_empty() => {
            for Damaged { number, sound } in damaged {
                findings.taken_back += take_back(&disk, dir, number, &sound)?;
            }
            mend_all(&disk, dir)?;
        }
        Mend::Harmless | Mend::TakeBack
            if findings.damage.is_empty() && !findings.mendable.is_empty() =>
        {
            mend_all(&disk, dir)?;
        }
        _ => {}
    }
    Ok(findings)
}

/// Cuts what is not committed, and derives what readers look at.
fn mend_all(disk: &Disk, dir: &Path) -> Result<(), OpenError> {
    let mut histories = Vec::new();
    for number in std::iter::once(0).chain(generation::numbers(dir)?) {
        histories.extend(History::read(dir, number)?);
    }
    let live = histories.iter().rposition(|history| history.complete).unwrap_or(0);
    for (at, history) in histories.into_iter().enumerate() {
        for part in &history.closed {
            part.cut(disk, &generation::folder_of(dir, history.number()))?;
        }
        let generation = Generation::resume(disk, dir, history)?;
        if at == live {
            folder::publish(disk, dir, &generation)?;
        }
        folder::drop_superseded(disk, dir, &generation)?;
    }
    Ok(())
}

/// Cuts a generation's journal before the first commit that vouches for more than what is sound; returns how many
/// records that costs. What readers saw before they see still, as far as it is sound.
fn take_back(disk: &Disk, root: &Path, number: u32, sound: &Sound) -> Result<u64, OpenError> {
    let dir = generation::folder_of(root, number);
    let (mut kept, mut over) = (0, false);
    let (mut written, mut lost) = (0, 0);
    let (mut complete, mut still_complete) = (false, false);
    let mut is_shard = false;
    journal::read_good(&dir.join(journal::FILE), |entry, end| {
        match entry {
            Entry::Commit(commit) => {
                over |= sound.is_exceeded_by(&commit);
                if over {
                    lost = commit.total.written.saturating_sub(written);
                } else {
                    written = commit.total.written;
                }
            }
            Entry::Complete => complete = true,
            Entry::Begin(begin) => is_shard = begin.shard.is_some(),
            Entry::Drop(_) => {}
        }
        if !over {
            kept = end;
            still_complete = complete;
        }
    })?;
    // What was read whole must be read again. First, lest a crash between the two leaves it for read.
    files::remove(disk, &dir.join(generation::FILES))?;
    files::sync_folder(disk, &dir)?;
    let mut journal = Journal::open(disk, &dir, kept)?;
    journal.sync()?;
    // A shard that lacks something must not count as read to its end.
    if complete && !still_complete && !is_shard {
        journal.append(&Entry::Complete)?;
    }
    Ok(lost)
}

/// Checks what readers look at against what it is derived from.
fn check_derived(
    root: &Path,
    history: &History,
    open: &PartState,
    findings: &mut Findings,
) -> Result<(), OpenError> {
    let dir = generation::folder_of(root, history.number());
    let not_as_derived = "is not what follows from the journal";
    let path = root.join(manifest::FILE);
    match read_if_there(&path)? {
        Some(found) if found == history.manifest(root, open)?.to_json() => {}
        Some(_) => findings.mends(&path, not_as_derived),
        None => findings.mends(&path, "is not there"),
    }
    let path = root.join(dead_letters::FILE);
    let found = dead_letters::look(history.known(root)?, &dir.join(journal::FILE), &path)?;
    findings.dead_letters = found.letters;
    match found.as_derived {
        Some(true) => {}
        Some(false) => findings.mends(&path, not_as_derived),
        None => findings.mends(&path, "is not there"),
    }
    for (file, digests) in &history.drops {
        let path = dir.join(file);
        let found = files::digest(&path)?;
        let message = match found {
            Some(found) if found == digests.last => continue,
            Some(found) if Some(&found) == digests.before.as_ref() => "is that of an earlier run",
            Some(_) => "is not what was written",
            None => "is gone",
        };
        findings.for_the_next_run.push(format!("{}: {message}", path.display()));
    }
    let own = files::digest(&dir.join(generation::STORIES))?;
    let deleted = own.is_none() && history.drops.contains_key(generation::STORIES);
    if !deleted && own != files::digest(&root.join(generation::STORIES))? {
        findings.mends(&root.join(generation::STORIES), "is not that of what readers see");
    }
    Ok(())
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, OpenError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => Ok(Some(read.at(path)?)),
    }
}
