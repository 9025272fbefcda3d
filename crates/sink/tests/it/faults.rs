//! A disk that fills up, fails to sync, or loses what was not durable when the machine stopped, at every step.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sink::{Compression, Disk, Faults, Folder, FolderOptions, Step};
use stage_api::Sink;

use crate::sample::{FORMS, known, open, options, outcome, promised, run};

const ALL: usize = 24;
const PER_COMMIT: usize = 5;

/// What happens at the step that fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The machine stops: nothing is done from there on.
    Stop,
    /// The disk is full; of a write, half was done.
    Full,
    /// The disk does not answer.
    Broken,
}

/// A machine that does as it is told at one step, and knows what would be left if it stopped.
#[derive(Debug)]
struct Machine {
    fault: Fault,
    at: usize,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    steps: usize,
    /// A write was cut short; the next one fails.
    short: bool,
    /// What each file holds for sure.
    durable: Vec<Vec<u8>>,
    /// Names to files, as the running system sees them, and as they are for sure.
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
}

impl Machine {
    /// A machine in whose folder everything is durable.
    fn new(dir: &Path, fault: Fault, at: usize) -> Arc<Self> {
        let mut memory = Memory::default();
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if !is_lock(&path) {
                memory.names.insert(path.clone(), memory.durable.len());
                memory.durable.push(fs::read(path).unwrap());
            }
        }
        memory.durable_names.clone_from(&memory.names);
        Arc::new(Self { fault, at, memory: Mutex::new(memory) })
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the step came at which it was to fail.
    fn failed(&self) -> bool {
        self.memory().steps > self.at
    }

    /// Leaves in the folder what a stop of the machine leaves: of what was not durable, as much as `luck`
    /// says file by file.
    fn lose(&self, dir: &Path, luck: u64) {
        let memory = self.memory();
        let mut luck = luck;
        let mut toss = || {
            luck = luck
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            luck >> 33
        };
        let mut left = BTreeMap::new();
        let all: Vec<&PathBuf> = memory.names.keys().chain(memory.durable_names.keys()).collect();
        for path in all {
            let kept = toss() % 2 == 0;
            let file = if kept { &memory.names } else { &memory.durable_names }.get(path);
            let Some(file) = file else { continue };
            let sure = &memory.durable[*file];
            // Only the file of this name now can have more than is sure.
            let now = (memory.names.get(path) == Some(file)).then(|| fs::read(path).unwrap());
            let content = match now {
                Some(now) if now.starts_with(sure) => {
                    let more = (now.len() - sure.len()) as u64;
                    now[..sure.len() + (toss() % (more + 1)) as usize].to_vec()
                }
                Some(now) if toss() % 2 == 0 => now,
                _ => sure.clone(),
            };
            left.insert(path.clone(), content);
        }
        for entry in fs::read_dir(dir).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (path, content) in left {
            fs::write(path, content).unwrap();
        }
    }
}

impl Faults for Machine {
    fn before(&self, step: Step, path: &Path, bytes: usize) -> io::Result<usize> {
        let mut memory = self.memory();
        if std::mem::take(&mut memory.short) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        memory.steps += 1;
        let reached = memory.steps - 1;
        match self.fault {
            Fault::Stop if reached >= self.at => {
                Err(io::Error::other(format!("{path:?}: stopped")))
            }
            Fault::Full if reached == self.at && bytes > 1 => {
                memory.short = true;
                Ok(bytes / 2)
            }
            Fault::Full if reached == self.at => Err(io::ErrorKind::StorageFull.into()),
            Fault::Broken if reached == self.at => {
                Err(io::Error::other(format!("{step:?} failed")))
            }
            _ => Ok(bytes),
        }
    }

    fn after(&self, step: Step, path: &Path) {
        let mut memory = self.memory();
        match step {
            Step::Create => {
                let file = memory.durable.len();
                memory.durable.push(Vec::new());
                memory.names.insert(path.to_owned(), file);
            }
            Step::Sync => {
                let file = memory.names[path];
                memory.durable[file] = fs::read(path).unwrap();
            }
            Step::Rename => {
                let mut from = path.as_os_str().to_owned();
                from.push(".tmp");
                let file = memory.names.remove(Path::new(&from)).unwrap();
                memory.names.insert(path.to_owned(), file);
            }
            Step::Remove => drop(memory.names.remove(path)),
            Step::SyncFolder => memory.durable_names = memory.names.clone(),
            Step::Write | Step::Cut => {}
        }
    }
}

/// A folder in memory where the system has one: each of these tests syncs thousands of times.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn is_lock(path: &Path) -> bool {
    path.ends_with(".lock")
}

/// Runs what is left of the drop on this machine, with a memory of an ordered stage in play.
fn try_run(dir: &Path, compression: Compression, disk: Disk) -> Result<(), String> {
    let options = FolderOptions { disk, compression, ..options(dir, "key-1", PER_COMMIT) };
    let mut folder = Folder::open(options).map_err(|error| error.to_string())?;
    let mut all = || {
        for n in known(&folder)..ALL {
            folder.change("tally", n.to_string().as_bytes())?;
            folder.write(outcome(n))?;
        }
        folder.finish()?;
        folder.complete()?;
        folder.write_run(serde_json::Map::new())
    };
    all().map_err(|error| error.to_string())
}

/// What the promise covers, and what the ordered stage would get back.
fn all_of(dir: &Path) -> (BTreeMap<String, String>, Vec<String>) {
    let mut changes = Vec::new();
    let mut folder = open(dir, PER_COMMIT);
    folder
        .replay("tally", &mut |change| {
            changes.push(String::from_utf8(change.to_vec()).unwrap());
            Ok(())
        })
        .unwrap();
    (promised(dir), changes)
}

/// Runs into the fault at every step in turn, and goes on after `aftermath` each time.
fn check(fault: Fault, compression: Compression, aftermath: impl Fn(&Machine, &Path, usize)) {
    let try_run = |dir: &Path, disk| try_run(dir, compression, disk);
    let whole = scratch();
    try_run(whole.path(), Disk::default()).unwrap();
    let expected = all_of(whole.path());
    assert_eq!(expected.1.len(), ALL);
    for at in 0.. {
        let dir = scratch();
        let machine = Machine::new(dir.path(), fault, at);
        let ended = try_run(dir.path(), Disk::with_faults(machine.clone()));
        if !machine.failed() {
            assert!(at > 60, "the run has only {at} steps");
            break;
        }
        assert!(ended.is_err(), "step {at} failed and nobody noticed");
        aftermath(&machine, dir.path(), at);
        // Once more on the way back, at another step.
        let again = Machine::new(dir.path(), fault, at % 11);
        if try_run(dir.path(), Disk::with_faults(again.clone())).is_err() {
            aftermath(&again, dir.path(), at + 1);
        }
        try_run(dir.path(), Disk::default()).unwrap_or_else(|error| panic!("step {at}: {error}"));
        assert_eq!(all_of(dir.path()), expected, "step {at}");
    }
}

#[test]
fn a_disk_that_is_full_at_any_step_costs_nothing() {
    for compression in FORMS {
        check(Fault::Full, compression, |_, _, _| {});
    }
}

#[test]
fn a_disk_that_fails_once_at_any_step_costs_nothing() {
    for compression in FORMS {
        check(Fault::Broken, compression, |_, _, _| {});
    }
}

#[test]
fn a_machine_that_stops_at_any_step_loses_nothing_committed() {
    for (luck, compression) in (0..4).zip(FORMS.into_iter().cycle()) {
        check(Fault::Stop, compression, |machine, dir, at| {
            machine.lose(dir, luck * 1_000 + at as u64);
        });
    }
}

/// The error names what to do, once, and the run before it stays as it was.
#[test]
fn a_full_disk_is_told_with_what_to_do() {
    let dir = scratch();
    run(dir.path(), 0..4, PER_COMMIT);
    let machine = Machine::new(dir.path(), Fault::Full, 4);
    let error = try_run(dir.path(), Compression::None, Disk::with_faults(machine)).unwrap_err();
    assert!(
        error.contains("free some space and run again; everything committed is kept"),
        "{error}"
    );
}
