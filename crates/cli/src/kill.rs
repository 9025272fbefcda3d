//! Ends the program at a named step of writing, for the tests that kill it. Release builds have no such steps.
//!
//! `COPYDESK_KILL=journal.sync.before:2` ends it before the second sync of the journal: the file (`articles`, `compressed`,
//! `ledger`, `state`, `journal`, `manifest`, `dead-letters`, `stories`, `run`, `configuration`, `parquet`,
//! `archive` for a transaction of it, or `folder` for the
//! names in one), the step in the words of [`Step`], and `before`, `after` or, of a write, `half`.
//! `COPYDESK_FULL=FILE` makes the disk a full one as long as there is such a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sink::{Disk, Faults, Step};

/// The variable that names the step.
const VARIABLE: &str = "COPYDESK_KILL";

/// The file system, deadly where the environment asks for that.
pub(crate) fn disk() -> Disk {
    let of = |variable| std::env::var(variable).ok().filter(|_| cfg!(debug_assertions));
    if let Some(sign) = of("COPYDESK_FULL") {
        return Disk::with_faults(Arc::new(Full { sign: sign.into() }));
    }
    let named = of(VARIABLE);
    let point = named.as_deref().and_then(|named| named.split_once(':'));
    match point.and_then(|(point, count)| Some((point.to_owned(), count.parse().ok()?))) {
        Some((point, count)) => {
            Disk::with_faults(Arc::new(Kill { point, left: AtomicU32::new(count) }))
        }
        None => Disk::default(),
    }
}

#[derive(Debug)]
struct Full {
    /// The file that is there as long as nothing else has room.
    sign: PathBuf,
}

impl Faults for Full {
    fn before(&self, step: Step, _: &Path, bytes: usize) -> io::Result<usize> {
        let takes_room = matches!(step, Step::Create | Step::Write | Step::Sync);
        if takes_room && self.sign.exists() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(bytes)
    }

    fn after(&self, _: Step, _: &Path) {}
}

#[derive(Debug)]
struct Kill {
    point: String,
    /// How many times the point is still to be met.
    left: AtomicU32,
}

impl Kill {
    /// Whether this is the point, and the time.
    fn is_now(&self, step: Step, path: &Path, when: &str) -> bool {
        let name = format!("{}.{}.{when}", file_of(step, path), format!("{step:?}").to_lowercase());
        name == self.point && self.left.fetch_sub(1, Ordering::Relaxed) == 1
    }
}

impl Faults for Kill {
    fn before(&self, step: Step, path: &Path, bytes: usize) -> io::Result<usize> {
        if self.is_now(step, path, "before") {
            die();
        }
        if step == Step::Write && self.is_now(step, path, "half") {
            self.left.store(u32::MAX, Ordering::Relaxed);
            return Ok(bytes / 2);
        }
        Ok(bytes)
    }

    fn after(&self, step: Step, path: &Path) {
        let halved = self.left.load(Ordering::Relaxed) == u32::MAX && step == Step::Write;
        if halved || self.is_now(step, path, "after") {
            die();
        }
    }
}

/// Ends the program as a kill from outside does: no handler sees it. An abort would be taken for that of a plugin
/// that is at work on another thread.
fn die() -> ! {
    #[cfg(unix)]
    {
        let this = rustix::process::getpid();
        if rustix::process::kill_process(this, rustix::process::Signal::KILL).is_ok() {
            loop {
                std::thread::park(); // until the signal has come
            }
        }
    }
    std::process::abort();
}

fn file_of(step: Step, path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.split_once(['.']) {
        _ if step == Step::SyncFolder => "folder".to_owned(),
        Some((_, "parquet")) => "parquet".to_owned(),
        Some((_, rest)) if rest.starts_with("jsonl.zst") => "compressed".to_owned(),
        Some((base, _)) if base.starts_with("articles-") => "articles".to_owned(),
        Some((base, _)) if base.starts_with("state-") => "state".to_owned(),
        Some((base, _)) => base.to_owned(),
        None => name.into_owned(),
    }
}
