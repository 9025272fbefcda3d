//! Which article every native stage is working on, kept where the end of this process cannot reach it.
//!
//! Native code can end the program: it aborts, reads a null pointer, or never returns. Before each
//! call the article's id is written into a slot of a file mapped into memory, after it the slot is
//! freed: some tens of nanoseconds, and no system call. If the program dies, by its own signal
//! handler ([`crash`]), by the watchdog ([`watchdog`]) or from outside, the slot says where it was, and
//! the next start gives that article to a process of its own.

pub(crate) mod crash;
mod slot;
mod watchdog;

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use slot::Slot;
use slot::{Noted, State, Table};
use watchdog::Watchdog;

/// The file in an output folder.
pub const FILE: &str = "in-flight.slots";

/// An article that ended the program, or was being worked on when it ended, in a native stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The stage's name in the pipeline.
    pub stage: String,
    /// The article's id; of a long one, the first 412 bytes.
    pub article: String,
    /// What is known of the end.
    pub end: End,
    noted: Noted,
}

/// How a run ended in a native stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The stage ended the program.
    Crash,
    /// The stage did not return within its timeout.
    Hang,
    /// The program ended for a reason that is not known while the stage was at work.
    Unknown,
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, article, .. } = self;
        match self.end {
            End::Crash => write!(f, "stage `{stage}` ended the last run on article `{article}`"),
            End::Hang => write!(f, "stage `{stage}` hung in the last run on article `{article}`"),
            End::Unknown => {
                write!(
                    f,
                    "the last run ended while stage `{stage}` was at work on article `{article}`"
                )
            }
        }
    }
}

/// A stage that is past its timeout and past the grace after it; the program should end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hang {
    /// The stage's name in the pipeline.
    pub stage: String,
    /// The article's id, cut as in [`Suspect::article`].
    pub article: String,
    /// How long the stage may take.
    pub timeout: Duration,
}

impl fmt::Display for Hang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, article, timeout } = self;
        write!(
            f,
            "stage `{stage}` hangs on article `{article}`: it did not return within {timeout:?}, nor when asked to"
        )
    }
}

/// The slots of one program; shared by its stages.
#[derive(Clone, Default)]
pub(crate) struct InFlight {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    table: Option<Table>,
    suspects: Vec<Suspect>,
    on_hang: Option<watchdog::OnHang>,
    watchdog: Option<Watchdog>,
}

impl InFlight {
    fn shared(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to keep slots in `folder`, or in memory alone, and says what those of the last run tell.
    pub(crate) fn watch(
        &self,
        folder: Option<&Path>,
        on_hang: watchdog::OnHang,
    ) -> io::Result<Watch> {
        crash::install();
        let file = folder.map(|folder| folder.join(FILE));
        let suspects = file.as_deref().map(suspects).transpose()?.unwrap_or_default();
        let table = match &file {
            None => Table::in_memory(),
            Some(file) => OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(file)
                .and_then(|file| Table::in_file(&file))
                .unwrap_or_else(|error| {
                    tracing::warn!(file = %file.display(), %error, "articles in flight are not kept");
                    Table::in_memory()
                }),
        };
        // Until this run is over they stay suspects: it may end before it comes to them.
        for suspect in &suspects {
            table.carry(&suspect.stage, &suspect.noted);
        }
        crash::watch(&table, file.is_some());
        let mut shared = self.shared();
        shared.table = Some(table);
        shared.suspects.clone_from(&suspects);
        shared.on_hang = Some(on_hang);
        Ok(Watch { file, suspects, in_flight: self.clone() })
    }

    /// A slot for one instance of a stage. A call that takes longer than `timeout` is asked to give up.
    pub(crate) fn slot(&self, stage: &str, timeout: Option<Duration>) -> &'static Slot {
        let mut shared = self.shared();
        let table = shared.table.get_or_insert_with(Table::in_memory);
        let slot = table.claim(stage);
        if let Some(timeout) = timeout {
            let on_hang = shared.on_hang.clone();
            let watchdog = shared.watchdog.get_or_insert_with(|| Watchdog::start(on_hang));
            watchdog.watch(slot, timeout);
        }
        slot
    }

    /// Gives a slot back; its instance is gone.
    pub(crate) fn release(&self, slot: &'static Slot) {
        let mut shared = self.shared();
        if let Some(watchdog) = &mut shared.watchdog {
            watchdog.forget(slot);
        }
        slot.release();
    }

    /// What is to be run in a process of its own, for one stage.
    pub(crate) fn suspects(&self, stage: &str) -> Vec<Suspect> {
        let shared = self.shared();
        shared.suspects.iter().filter(|suspect| suspect.stage == stage).cloned().collect()
    }
}

impl Suspect {
    /// Whether this is the article.
    pub(crate) fn is(&self, article: &str) -> bool {
        self.noted == Noted::of(article)
    }
}

/// Slots kept during a run: see [`Loader::watch`](crate::Loader::watch).
///
/// Dropped without [`finish`](Self::finish), the file stays, for the next start to read.
#[must_use = "a run that ended well says so with `finish`"]
pub struct Watch {
    file: Option<PathBuf>,
    suspects: Vec<Suspect>,
    in_flight: InFlight,
}

impl Watch {
    /// The articles that this run gives to a process of their own, with their stages.
    pub fn suspects(&self) -> &[Suspect] {
        &self.suspects
    }

    /// Says that the run came to its end, so that nobody is suspected of anything.
    ///
    /// # Errors
    /// Where the file cannot be removed.
    pub fn finish(self) -> io::Result<()> {
        self.in_flight.shared().suspects.clear();
        match self.file.as_deref().map(fs::remove_file) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Who was at work when the last run ended. If the stage is known that ended it, it alone.
fn suspects(file: &Path) -> io::Result<Vec<Suspect>> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let slots: Vec<_> = slot::read(&bytes).collect();
    let known = slots.iter().any(|(state, ..)| matches!(state, State::Crashed | State::Hung));
    let mut suspects: Vec<Suspect> = Vec::new();
    for (state, stage, noted) in slots {
        let end = match state {
            State::Free => continue,
            State::Busy if known => continue,
            State::Busy | State::Carried => End::Unknown,
            State::Crashed => End::Crash,
            State::Hung => End::Hang,
        };
        let suspect = Suspect { stage, article: noted.text(), end, noted };
        if !suspects
            .iter()
            .any(|known| known.stage == suspect.stage && known.noted == suspect.noted)
        {
            suspects.push(suspect);
        }
    }
    Ok(suspects)
}
