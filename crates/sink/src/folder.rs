//! The output folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use stage_api::{Encode, Known, Outcome, OutcomeKind, Sink, SinkError};

use crate::counts::Counts;
use crate::dead_letters::{self, DeadLetter, Standing};
use crate::disk::Disk;
use crate::encoder::RecordEncoder;
use crate::error::{At, OpenError};
use crate::generation::{self, Generation, History};
use crate::ledger::KnownEntries;
use crate::lock::{self, Lock};
use crate::manifest::Manifest;
use crate::parts::Compression;
use crate::shard::{self, Shard};
use crate::specs::PART_BYTES;
use crate::{files, journal, manifest};

/// The file of an output folder that keeps the effective configuration of its last run.
pub const CONFIGURATION: &str = "configuration.toml";
const RUN: &str = "run.json";

/// How an output folder is opened.
#[derive(Clone, Debug)]
pub struct FolderOptions {
    /// The folder; made where it is missing.
    pub dir: PathBuf,
    /// Digest of everything in the configuration that determines records.
    pub configuration_key: String,
    /// The effective configuration, kept as `configuration.toml`.
    pub configuration: String,
    /// Which shard of a drop it is to hold, where it does not hold all of one; its records should then be
    /// [exact](wire::Options::exact).
    pub shard: Option<Shard>,
    /// Whether to begin from nothing even where the folder has this configuration's records.
    pub fresh: bool,
    /// Whether the folder must hold this configuration's records already; else it is refused.
    pub existing: bool,
    /// A part that has this many bytes of records is closed.
    pub part_bytes: u64,
    /// The form of closed parts; those that are closed already keep theirs.
    pub compression: Compression,
    /// When to commit.
    pub cadence: Cadence,
    /// How records are written.
    pub records: wire::Options,
    /// What it is written through; by default the file system as it is.
    pub disk: Disk,
}

impl FolderOptions {
    /// The folder `dir` for a configuration, everything else by default.
    pub fn new(
        dir: impl Into<PathBuf>,
        configuration_key: impl Into<String>,
        configuration: impl Into<String>,
    ) -> Self {
        Self {
            dir: dir.into(),
            configuration_key: configuration_key.into(),
            configuration: configuration.into(),
            shard: None,
            fresh: false,
            existing: false,
            part_bytes: PART_BYTES,
            compression: Compression::None,
            cadence: Cadence::default(),
            records: wire::Options::default(),
            disk: Disk::default(),
        }
    }
}

/// When outcomes are committed: as soon as one of these is reached. It never changes the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadence {
    /// Outcomes since the last commit.
    pub outcomes: usize,
    /// Bytes of records since the last commit.
    pub bytes: usize,
    /// Time since the first outcome after the last commit.
    pub time: Duration,
}

impl Default for Cadence {
    fn default() -> Self {
        Self { outcomes: 256, bytes: 8 << 20, time: Duration::from_secs(1) }
    }
}

/// An output folder that a run writes to: part files, journal, ledger, states, and what is derived
/// from them.
///
/// Records go to the open part, outcomes to the ledger, and what articles changed in ordered stages
/// to a file each; a commit makes all of them durable and then appends one line to the journal, which alone makes them count. Opening a folder cuts whatever
/// its journal does not vouch for, so after a kill at any moment the folder holds exactly the
/// committed outcomes.
///
/// A run ends with [`finish`](Sink::finish), then [`complete`](Self::complete) unless it was
/// interrupted, then [`write_run`](Self::write_run). Another configuration, or `fresh`, writes a
/// new generation in `gen-N/`; readers see the old one until `complete`.
#[derive(Debug)]
pub struct Folder {
    disk: Disk,
    dir: PathBuf,
    configuration: String,
    /// Whether it holds a shard of a drop.
    shard: bool,
    /// The file of the drop that the next outcome came from; kept of a shard.
    file: u64,
    part_bytes: u64,
    compression: Compression,
    cadence: Cadence,
    records: wire::Options,
    generation: Generation,
    /// Number of the generation that readers see.
    live: u32,
    run: Counts,
    pending: Option<Pending>,
    /// A write has failed, and what reached the files is unknown: nothing may count any more.
    broken: bool,
    _lock: Lock,
}

/// What was written since the last commit.
#[derive(Debug)]
struct Pending {
    outcomes: usize,
    bytes: usize,
    since: Instant,
}

impl Pending {
    #[expect(clippy::disallowed_methods, reason = "when a commit comes never changes the output")]
    fn new() -> Self {
        Self { outcomes: 0, bytes: 0, since: Instant::now() }
    }
}

impl Folder {
    /// Opens or makes an output folder, and locks it until this value is dropped.
    ///
    /// # Errors
    /// [`OpenError`] where the path is no folder of ours, another run writes to it, or it is damaged.
    pub fn open(options: FolderOptions) -> Result<Self, OpenError> {
        let FolderOptions {
            dir,
            configuration_key,
            configuration,
            shard,
            fresh,
            existing,
            part_bytes,
            compression,
            cadence,
            records,
            disk,
        } = options;
        check_ours(&dir)?;
        let configuration_key = shard.as_ref().map_or(configuration_key, Shard::key);
        if existing && !holds(&dir, &configuration_key)? {
            return Err(OpenError::OtherConfiguration { path: dir });
        }
        fs::create_dir_all(&dir).at(&dir)?;
        let lock = Lock::acquire(&dir)?;
        let (generation, live) = choose(&disk, &dir, &configuration_key, shard.as_ref(), fresh)?;
        drop_superseded(&disk, &dir, &generation)?;
        let run = Counts::default();
        let folder = Self {
            disk,
            dir,
            configuration,
            shard: shard.is_some(),
            file: 0,
            part_bytes: part_bytes.max(1),
            compression,
            cadence,
            records,
            generation,
            live,
            run,
            pending: None,
            broken: false,
            _lock: lock,
        };
        if folder.is_live() {
            folder.keep_configuration()?;
        }
        Ok(folder)
    }

    /// The committed outcomes of the generation that is written to, oldest first.
    ///
    /// # Errors
    /// [`SinkError`] if the ledger cannot be opened; the entries are results for the same reason.
    pub fn known(&self) -> Result<KnownEntries, SinkError> {
        Ok(self.generation.known()?)
    }

    /// The committed outcomes of the generation that this one is to replace, if there is one.
    ///
    /// # Errors
    /// As [`known`](Self::known).
    pub fn replaced(&self) -> Result<Option<KnownEntries>, SinkError> {
        if self.is_live() {
            return Ok(None);
        }
        match History::read(&self.dir, self.live)? {
            Some(live) => Ok(Some(live.known(&self.dir)?)),
            None => Ok(None),
        }
    }

    /// The committed failures of the generation that is written to that nothing later has put right.
    ///
    /// # Errors
    /// [`SinkError`] if journal or ledger cannot be read.
    pub fn standing_failures(&self) -> Result<Vec<Standing>, SinkError> {
        Ok(dead_letters::standing(self.generation.known()?, &self.generation.journal_path())?)
    }

    /// What [`keep_files`](Self::keep_files) kept for this generation; nothing where it kept nothing.
    pub fn kept_files(&self) -> Vec<u8> {
        self.generation.kept_files()
    }

    /// Keeps what the source remembers of its files, after a run over everything that they hold. It
    /// only saves work, so nothing depends on it.
    ///
    /// # Errors
    /// [`SinkError`] where the file cannot be written.
    pub fn keep_files(&self, known: &[u8]) -> Result<(), SinkError> {
        Ok(self.generation.keep_files(known)?)
    }

    /// What this run took in so far.
    pub fn run(&self) -> &Counts {
        &self.run
    }

    /// What the generation holds, uncommitted outcomes included; nothing in it is `unchanged`.
    pub fn total(&self) -> &Counts {
        self.generation.total()
    }

    /// Says that this run saw everything that its sources hold: readers get this generation.
    /// Call it after [`finish`](Sink::finish), unless the run was interrupted.
    ///
    /// # Errors
    /// [`SinkError`] where a file cannot be written.
    pub fn complete(&mut self) -> Result<(), SinkError> {
        self.unless_broken(|folder| {
            if !folder.is_live() {
                folder.generation.complete()?;
                folder.live = folder.generation.number();
                folder.keep_configuration()?;
                publish(&folder.disk, &folder.dir, &folder.generation)?;
            } else if folder.shard && !folder.is_complete() {
                folder.generation.complete()?;
            }
            Ok(())
        })
    }

    /// Whether the generation that is written to was [completed](Self::complete) before. The first one never
    /// is, unless it is a shard: readers have it from the start.
    pub fn is_complete(&self) -> bool {
        self.generation.is_complete()
    }

    /// Writes `run.json`: the counts of this run and of the folder, and what `details` adds to them.
    ///
    /// # Errors
    /// [`SinkError`] where the file cannot be written.
    pub fn write_run(&self, mut details: Map<String, Value>) -> Result<(), SinkError> {
        details.insert("schema".into(), "copydesk.run/1".into());
        details.insert("configuration".into(), self.generation.configuration().into());
        details.insert("generation".into(), self.generation.number().into());
        details.insert("run".into(), self.run.to_json());
        details.insert("total".into(), self.total().to_json());
        details.insert("discards".into(), serde_json::json!(self.run.discards));
        details.insert("total_discards".into(), serde_json::json!(self.total().discards));
        let mut json = serde_json::to_vec_pretty(&details).expect("a JSON value is JSON");
        json.push(b'\n');
        Ok(files::replace(&self.disk, &self.dir.join(RUN), &json)?)
    }

    fn is_live(&self) -> bool {
        self.generation.number() == self.live
    }

    fn keep_configuration(&self) -> Result<(), OpenError> {
        let path = self.dir.join(CONFIGURATION);
        Ok(files::replace(&self.disk, &path, self.configuration.as_bytes())?)
    }

    /// Does something that writes; after its first error, nothing any more.
    fn unless_broken(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        if self.broken {
            let error = std::io::Error::other(
                "an earlier write failed; run again to go on from the last commit",
            );
            return Err(SinkError::Io { path: self.dir.display().to_string(), error });
        }
        let result = write(self);
        self.broken = result.is_err();
        result
    }

    fn commit(&mut self, close: bool) -> Result<(), SinkError> {
        self.pending = None;
        self.generation.commit(close.then_some(self.compression))?;
        if close {
            drop_superseded(&self.disk, &self.dir, &self.generation)?;
        }
        Ok(())
    }

    fn commit_if_due(&mut self) -> Result<(), SinkError> {
        let due = |pending: &Pending| pending.since.elapsed() >= self.cadence.time;
        if self.pending.as_ref().is_some_and(due) { self.commit(false) } else { Ok(()) }
    }

    fn take(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        if self.shard && !matches!(outcome, Outcome::Unchanged) {
            self.generation.change(shard::ARRIVALS, &shard::arrival(self.file, &outcome));
        }
        match outcome {
            Outcome::Written { receipt, record, .. } => {
                self.run.written += 1;
                self.generation.write(Known::new(&receipt, OutcomeKind::Written), &record)?;
                self.note_pending(record.len())
            }
            Outcome::Discarded { receipt, reason } => {
                self.run.discard(&reason);
                self.generation.discard(Known::new(&receipt, OutcomeKind::Discarded), &reason);
                self.note_pending(0)
            }
            Outcome::Failed { receipt, failure } => {
                self.run.failed += 1;
                let known = Known::new(&receipt, OutcomeKind::Failed);
                self.generation.fail(known, DeadLetter::new(failure, receipt.revision));
                self.note_pending(0)
            }
            Outcome::Restored { receipt, kind } => {
                self.run.unchanged += 1;
                self.generation.restore(Known::new(&receipt, kind));
                self.note_pending(0)
            }
            Outcome::Moved { receipt } => {
                self.run.unchanged += 1;
                self.generation.restore(Known::new(&receipt, OutcomeKind::Moved));
                self.note_pending(0)
            }
            Outcome::Unchanged => {
                self.run.unchanged += 1;
                self.idle()
            }
        }
    }

    /// Counts an outcome that is not committed yet, and commits if it is time.
    fn note_pending(&mut self, bytes: usize) -> Result<(), SinkError> {
        if self.generation.part_bytes() >= self.part_bytes {
            return self.commit(true);
        }
        let pending = self.pending.get_or_insert_with(Pending::new);
        pending.outcomes += 1;
        pending.bytes += bytes;
        let Cadence { outcomes, bytes, .. } = self.cadence;
        if pending.outcomes >= outcomes || pending.bytes >= bytes {
            self.commit(false)
        } else {
            self.idle()
        }
    }
}

impl Sink for Folder {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(RecordEncoder(self.records)))
    }

    fn replay(
        &mut self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        self.generation.replay(stage, each)
    }

    fn change(&mut self, stage: &str, change: &[u8]) -> Result<(), SinkError> {
        self.unless_broken(|folder| {
            // No commit here: a change counts together with its article's outcome or not at all.
            let bytes = folder.generation.change(stage, change);
            folder.pending.get_or_insert_with(Pending::new).bytes += bytes;
            Ok(())
        })
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        self.unless_broken(|folder| folder.take(outcome))
    }

    fn arrived(&mut self, file: u64) {
        self.file = file;
    }

    fn drop_file(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        self.unless_broken(|folder| Ok(folder.generation.drop_file(name, write)?))
    }

    fn idle(&mut self) -> Result<(), SinkError> {
        self.unless_broken(Self::commit_if_due)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.unless_broken(|folder| {
            if folder.pending.is_some() {
                folder.commit(false)?;
            }
            if folder.is_live() {
                publish(&folder.disk, &folder.dir, &folder.generation)?;
            }
            Ok(())
        })
    }
}

/// Refuses a path that is something else than an output folder, or a place for one.
fn check_ours(dir: &Path) -> Result<(), OpenError> {
    if !dir.try_exists().at(dir)? {
        return Ok(());
    }
    if !fs::metadata(dir).at(dir)?.is_dir() {
        return Err(OpenError::NotAFolder { path: dir.to_owned() });
    }
    if journal::exists(dir).at(dir)? {
        return Ok(());
    }
    let mut foreign = Vec::new();
    for entry in fs::read_dir(dir).at(dir)? {
        let name = entry.at(dir)?.file_name().to_string_lossy().into_owned();
        // What a run that was killed before its first journal line may have left, and the shards of a drop.
        let ours = name == lock::FILE
            || name == crate::ledger::FILE
            || name.ends_with(files::TEMPORARY)
            || Shard::of_folder(&name).is_some();
        if !ours {
            foreign.push(name);
        }
    }
    match foreign.into_iter().min() {
        Some(found) => Err(OpenError::Foreign { path: dir.to_owned(), found }),
        None => Ok(()),
    }
}

/// Whether a run with this configuration would go on with what the folder holds.
fn holds(dir: &Path, key: &str) -> Result<bool, OpenError> {
    let Some(first) = History::read(dir, 0)? else { return Ok(false) };
    let mut histories = vec![first];
    for number in generation::numbers(dir)? {
        histories.extend(History::read(dir, number)?);
    }
    let complete = histories.iter().rposition(|history| history.complete).unwrap_or(0);
    Ok(histories[complete..].iter().any(|history| history.configuration == key))
}

/// The generation to write to, and the number of the one that readers see.
fn choose(
    disk: &Disk,
    dir: &Path,
    key: &str,
    shard: Option<&Shard>,
    fresh: bool,
) -> Result<(Generation, u32), OpenError> {
    let Some(first) = History::read(dir, 0)? else {
        return Ok((Generation::begin(disk, dir, 0, key, shard)?, 0));
    };
    let mut histories = vec![first];
    for number in generation::numbers(dir)? {
        histories.extend(History::read(dir, number)?);
    }
    let complete = histories.iter().rposition(|history| history.complete).unwrap_or(0);
    if let Some(message) = manifest::promises_more(dir, &histories[complete]) {
        let path = generation::folder_of(dir, histories[complete].number()).join(journal::FILE);
        return Err(OpenError::Damaged { path, message });
    }
    let live = histories[complete].number();
    let next = histories.last().map_or(0, History::number) + 1;
    // A generation older than the one that readers see is past.
    let same = histories
        .iter()
        .rposition(|history| history.configuration == key)
        .filter(|at| *at >= complete);
    let same = same.filter(|_| !fresh);
    if same != Some(complete) {
        // A kill may have come between the last journal line of that generation and its manifest.
        publish(disk, dir, &Generation::resume(disk, dir, histories[complete].clone())?)?;
    }
    let generation = match same {
        Some(same) => {
            let generation = Generation::resume(disk, dir, histories.swap_remove(same))?;
            if same == complete {
                // Here a kill may have come between the manifest and the stories.
                generation.show_stories(dir)?;
            }
            generation
        }
        None => Generation::begin(disk, dir, next, key, shard)?,
    };
    Ok((generation, live))
}

/// Derives what readers look at from a generation.
pub(crate) fn publish(disk: &Disk, dir: &Path, generation: &Generation) -> Result<(), OpenError> {
    let letters = dir.join(dead_letters::FILE);
    dead_letters::derive(disk, generation.known()?, &generation.journal_path(), &letters)?;
    files::replace(disk, &dir.join(manifest::FILE), &generation.manifest()?.to_json())?;
    generation.show_stories(dir)?;
    drop_superseded(disk, dir, generation)
}

/// Removes the plain file of a part that lies compressed beside it, after those readers who know of it were told of
/// the other.
pub(crate) fn drop_superseded(
    disk: &Disk,
    dir: &Path,
    generation: &Generation,
) -> Result<(), OpenError> {
    let Some(plain) = generation.superseded() else { return Ok(()) };
    let names_it = |manifest: Manifest| manifest.parts.iter().any(|part| part.file == plain);
    if manifest::read_manifest(dir).is_ok_and(names_it) {
        files::replace(disk, &dir.join(manifest::FILE), &generation.manifest()?.to_json())?;
    }
    Ok(files::remove(disk, &dir.join(plain))?)
}
