//! A generation: everything written with one configuration.
//!
//! Generation 0 lies in the output folder itself, generation N in `gen-N/` beside it. Each has its
//! own parts, ledger, states and journal, so that a new one can grow while readers still see the old.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stage_api::{Known, SinkError};

use crate::counts::Counts;
use crate::dead_letters::DeadLetter;
use crate::disk::Disk;
use crate::error::{At, FileError, OpenError};
use crate::files;
use crate::journal::{self, Appended, Begin, Commit, DropFile, Entry, Journal};
use crate::ledger::{self, KnownEntries, Ledger};
use crate::manifest::{Manifest, PartEntry, StoriesEntry};
use crate::parts::{Compression, Content, OpenPart, PartState};
use crate::shard::Shard;
use crate::states::{self, States};
use crate::sums::Sums;

/// The file of stories.
pub(crate) const STORIES: &str = "stories.jsonl";

/// What the source remembers of its files.
pub(crate) const FILES: &str = "files.bin";

/// The digests that each file of drop records may have, by its name: the last, and the one before, which a kill
/// may have left.
pub(crate) type Drops = BTreeMap<String, Digests>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Digests {
    pub(crate) last: String,
    pub(crate) before: Option<String>,
}

/// What a generation's journal says.
#[derive(Clone, Debug)]
pub(crate) struct History {
    number: u32,
    pub(crate) configuration: String,
    pub(crate) shard: Option<Shard>,
    pub(crate) complete: bool,
    pub(crate) closed: Vec<PartState>,
    pub(crate) open: PartState,
    /// The commits of the open part.
    open_sums: Sums,
    /// Bytes of the ledger.
    pub(crate) ledger: u64,
    ledger_sums: Sums,
    pub(crate) states: states::Committed,
    pub(crate) total: Counts,
    pub(crate) drops: Drops,
    /// Bytes of the journal's good lines.
    pub(crate) journal: u64,
}

impl History {
    /// The history of the generation with this number, or `None` if there is no such generation.
    pub(crate) fn read(root: &Path, number: u32) -> Result<Option<Self>, OpenError> {
        match Self::read_good(root, number)? {
            None => Ok(None),
            Some((history, None)) => Ok(Some(history)),
            Some((_, Some(message))) => {
                let path = folder_of(root, number).join(journal::FILE);
                Err(OpenError::Damaged { path, message })
            }
        }
    }

    /// As [`read`](Self::read), from the lines before the first damaged one, and what is wrong with that.
    pub(crate) fn read_good(
        root: &Path,
        number: u32,
    ) -> Result<Option<(Self, Option<String>)>, OpenError> {
        let dir = folder_of(root, number);
        let path = dir.join(journal::FILE);
        if !journal::exists(&dir).at(&path)? {
            return Ok(None);
        }
        let mut begin = None;
        let mut history = Self {
            number,
            configuration: String::new(),
            shard: None,
            complete: false,
            closed: Vec::new(),
            open: PartState::default(),
            open_sums: Sums::default(),
            ledger: 0,
            ledger_sums: Sums::default(),
            states: states::Committed::new(),
            total: Counts::default(),
            drops: Drops::new(),
            journal: 0,
        };
        let lines = journal::read_good(&path, |entry, _| match entry {
            Entry::Begin(first) => begin = Some(first),
            Entry::Commit(commit) => history.apply(commit),
            Entry::Drop(file) => note_drop(&mut history.drops, file),
            Entry::Complete => history.complete = true,
        })?;
        let Some(Begin { configuration, shard, .. }) = begin else {
            let message = lines.damage.unwrap_or("the journal has no first line".to_owned());
            return Err(OpenError::Damaged { path, message });
        };
        let history = Self { configuration, shard, journal: lines.good, ..history };
        Ok(Some((history, lines.damage)))
    }

    fn apply(&mut self, commit: Commit) {
        self.ledger = commit.ledger;
        self.ledger_sums.push(commit.ledger, commit.appended.map(|sums| sums.ledger));
        self.states = commit.states;
        self.total = commit.total;
        if commit.part.sha256.is_some() {
            self.open = commit.part.next();
            self.open_sums = Sums::default();
            self.closed.push(commit.part);
        } else {
            self.open_sums.push(commit.part.bytes, commit.appended.map(|sums| sums.part));
            self.open = commit.part;
        }
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Records and bytes of them.
    pub(crate) fn size(&self) -> (u64, u64) {
        let parts = self.closed.iter().chain(std::iter::once(&self.open));
        parts.fold((0, 0), |(records, bytes), part| (records + part.records, bytes + part.bytes))
    }

    /// What readers are to see of it; `open` is its open part with the digest.
    pub(crate) fn manifest(&self, root: &Path, open: &PartState) -> Result<Manifest, FileError> {
        let dir = folder_of(root, self.number);
        manifest_of(self.number, &self.closed, open, &dir, &self.configuration, &self.drops)
    }

    /// Its committed outcomes.
    pub(crate) fn known(&self, root: &Path) -> Result<KnownEntries, FileError> {
        let path = folder_of(root, self.number).join(ledger::FILE);
        KnownEntries::open(&path, self.ledger, &self.ledger_sums)
    }
}

/// A generation being written.
#[derive(Debug)]
pub(crate) struct Generation {
    disk: Disk,
    dir: PathBuf,
    number: u32,
    configuration: String,
    complete: bool,
    closed: Vec<PartState>,
    part: OpenPart,
    ledger: Ledger,
    states: States,
    journal: Journal,
    total: Counts,
    drops: Drops,
    /// Failures since the last commit.
    failures: Vec<DeadLetter>,
}

impl Generation {
    /// Begins the generation with this number.
    pub(crate) fn begin(
        disk: &Disk,
        root: &Path,
        number: u32,
        configuration: &str,
        shard: Option<&Shard>,
    ) -> Result<Self, OpenError> {
        let dir = folder_of(root, number);
        fs::create_dir_all(&dir).at(&dir)?;
        let part = OpenPart::resume(disk, &dir, PartState::default(), &Sums::default())?;
        let ledger = Ledger::open(disk, &dir, 0, Sums::default())?;
        let states = States::resume(disk, &dir, states::Committed::new())?;
        let journal = Journal::create(disk, &dir, Begin::new(configuration, shard))?;
        files::sync_folder(disk, root)?;
        Ok(Self {
            disk: disk.clone(),
            dir,
            number,
            configuration: configuration.to_owned(),
            complete: false,
            closed: Vec::new(),
            part,
            ledger,
            states,
            journal,
            total: Counts::default(),
            drops: Drops::new(),
            failures: Vec::new(),
        })
    }

    /// Takes a generation up where its journal ends, and cuts whatever goes beyond that.
    pub(crate) fn resume(disk: &Disk, root: &Path, history: History) -> Result<Self, OpenError> {
        let dir = folder_of(root, history.number);
        Ok(Self {
            number: history.number,
            configuration: history.configuration,
            complete: history.complete,
            closed: history.closed,
            part: OpenPart::resume(disk, &dir, history.open, &history.open_sums)?,
            ledger: Ledger::open(disk, &dir, history.ledger, history.ledger_sums)?,
            states: States::resume(disk, &dir, history.states)?,
            journal: Journal::open(disk, &dir, history.journal)?,
            total: history.total,
            drops: history.drops,
            failures: Vec::new(),
            disk: disk.clone(),
            dir,
        })
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn configuration(&self) -> &str {
        &self.configuration
    }

    pub(crate) fn total(&self) -> &Counts {
        &self.total
    }

    pub(crate) fn known(&self) -> Result<KnownEntries, FileError> {
        self.ledger.known()
    }

    pub(crate) fn journal_path(&self) -> PathBuf {
        self.dir.join(journal::FILE)
    }

    pub(crate) fn write(&mut self, known: Known, record: &[u8]) -> Result<(), FileError> {
        self.part.append(record)?;
        self.ledger.push(known);
        self.total.written += 1;
        Ok(())
    }

    pub(crate) fn discard(&mut self, known: Known, reason: &str) {
        self.ledger.push(known);
        self.total.discard(reason);
    }

    pub(crate) fn fail(&mut self, known: Known, letter: DeadLetter) {
        self.ledger.push(known);
        self.failures.push(letter);
        self.total.failed += 1;
    }

    /// Remembers that what could not be read can be read again, or that an article was moved; it counts nowhere.
    pub(crate) fn restore(&mut self, known: Known) {
        self.ledger.push(known);
    }

    /// Takes what an article changed in the state of an ordered stage; returns its bytes. The article's
    /// outcome must follow before the next commit.
    pub(crate) fn change(&mut self, stage: &str, change: &[u8]) -> usize {
        self.states.push(stage, change)
    }

    /// Calls `each` with every committed change of a stage, oldest first.
    pub(crate) fn replay(
        &self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        self.states.replay(stage, each)
    }

    /// Bytes of the part that records go to.
    pub(crate) fn part_bytes(&self) -> u64 {
        self.part.bytes()
    }

    /// Makes everything so far count, at once or, after a crash before the end of this, not at
    /// all. With `close` the next record begins another part, and this one gets the form that is asked for; its
    /// plain file is [superseded](Self::superseded).
    pub(crate) fn commit(&mut self, close: Option<Compression>) -> Result<(), OpenError> {
        let part_sum = self.part.sync()?;
        let (ledger, ledger_sum) = self.ledger.sync()?;
        let states = self.states.sync()?;
        let mut part = self.part.state(close.is_some());
        if close == Some(Compression::Zstd) {
            part.zstd = Some(self.part.pack()?);
        }
        let failures = std::mem::take(&mut self.failures);
        self.journal.append(&Entry::Commit(Commit {
            part: part.clone(),
            ledger,
            appended: Some(Appended { part: part_sum, ledger: ledger_sum }),
            states,
            total: self.total.clone(),
            failures,
        }))?;
        if close.is_some() {
            self.part = OpenPart::resume(&self.disk, &self.dir, part.next(), &Sums::default())?;
            self.closed.push(part);
        }
        Ok(())
    }

    /// The plain file of the last closed part where it lies compressed beside it, as the manifest would name it:
    /// nobody needs it any more.
    pub(crate) fn superseded(&self) -> Option<String> {
        let part = self.closed.last().filter(|part| part.zstd.is_some())?;
        self.dir
            .join(part.plain_name())
            .exists()
            .then(|| prefix_of(self.number) + &part.plain_name())
    }

    /// Notes that a run over everything that the sources hold has ended.
    pub(crate) fn complete(&mut self) -> Result<(), FileError> {
        self.journal.append(&Entry::Complete)?;
        self.complete = true;
        Ok(())
    }

    pub(crate) fn kept_files(&self) -> Vec<u8> {
        fs::read(self.dir.join(FILES)).unwrap_or_default() // then everything is read again
    }

    pub(crate) fn keep_files(&self, known: &[u8]) -> Result<(), FileError> {
        files::replace(&self.disk, &self.dir.join(FILES), known)
    }

    /// Replaces a file of drop records.
    pub(crate) fn drop_file(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), FileError> {
        let file = format!("{name}.jsonl");
        let path = self.dir.join(&file);
        let (temporary, Content { sha256, .. }) =
            files::prepare_digested(&self.disk, &path, write)?;
        if self.drops.get(&file).is_none_or(|known| known.last != sha256) {
            let file = DropFile { file, sha256 };
            self.journal.append(&Entry::Drop(file.clone()))?;
            note_drop(&mut self.drops, file);
        }
        files::put(&self.disk, &temporary, &path)
    }

    /// Gives readers this generation's stories, where it is not the first, whose folder they read: under
    /// the name in the output folder, or none.
    pub(crate) fn show_stories(&self, root: &Path) -> Result<(), FileError> {
        let (own, shown) = (self.dir.join(STORIES), root.join(STORIES));
        if own == shown {
            return Ok(());
        }
        if own.try_exists().at(&own)? {
            files::show(&self.disk, &own, &shown)
        } else if self.drops.contains_key(STORIES) {
            Ok(()) // somebody deleted them; what readers have is better than nothing
        } else {
            files::remove(&self.disk, &shown)
        }
    }

    /// What readers are to see of this generation. Call it after a commit.
    ///
    /// # Errors
    /// [`FileError`] where the stories are there and cannot be read.
    pub(crate) fn manifest(&self) -> Result<Manifest, FileError> {
        manifest_of(
            self.number,
            &self.closed,
            &self.part.state(true),
            &self.dir,
            &self.configuration,
            &self.drops,
        )
    }
}

fn note_drop(drops: &mut Drops, DropFile { file, sha256 }: DropFile) {
    let digests = drops.entry(file).or_default();
    let before = std::mem::replace(&mut digests.last, sha256);
    digests.before = Some(before).filter(|before| !before.is_empty());
}

/// What readers are to see of a generation in `dir`, whose open part is `open`, with its digest.
fn manifest_of(
    number: u32,
    closed: &[PartState],
    open: &PartState,
    dir: &Path,
    configuration: &str,
    drops: &Drops,
) -> Result<Manifest, FileError> {
    let parts = closed.iter().chain(std::iter::once(open)).filter(|part| part.records > 0);
    let entry = |part: &PartState| {
        let sha256 = part.sha256.clone().expect("a closed part has a digest");
        let content = Content { bytes: part.bytes, sha256 };
        let (Content { bytes, sha256 }, unpacked) = match part.zstd.clone() {
            Some(stored) => (stored, Some(content)),
            None => (content, None),
        };
        let file = prefix_of(number) + &part.file_name();
        PartEntry { file, records: part.records, bytes, sha256, unpacked }
    };
    let found = files::digest(&dir.join(STORIES))?;
    let sha256 = match drops.get(STORIES) {
        Some(Digests { before, .. }) if found.is_some() && found == *before => found,
        // What the journal does not know was damaged, and readers are to see that.
        Some(Digests { last, .. }) => Some(last.clone()),
        None => found,
    };
    let stories = sha256.map(|sha256| StoriesEntry { file: STORIES.to_owned(), sha256 });
    Ok(Manifest::new(parts.map(entry).collect(), stories, configuration))
}

/// The numbers of the generations beside the first, ascending.
pub(crate) fn numbers(root: &Path) -> Result<Vec<u32>, FileError> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(root).at(root)? {
        let name = entry.at(root)?.file_name();
        numbers
            .extend(name.to_str().and_then(|name| name.strip_prefix("gen-")?.parse::<u32>().ok()));
    }
    numbers.retain(|number| *number > 0);
    numbers.sort_unstable();
    numbers.dedup(); // a stray `gen-01` beside `gen-1`
    Ok(numbers)
}

/// What stands before the names of its files in the manifest.
pub(crate) fn prefix_of(number: u32) -> String {
    if number == 0 { String::new() } else { format!("gen-{number}/") }
}

pub(crate) fn folder_of(root: &Path, number: u32) -> PathBuf {
    if number == 0 { root.to_owned() } else { root.join(format!("gen-{number}")) }
}
