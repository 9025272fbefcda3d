//! Files that an earlier run took in whole, so that they need not be read again.
//!
//! A file is known by its id together with a *stamp*: where it lies, its length, when it was changed (and, on Unix, when
//! the system last touched its inode), and the same
//! of every sidecar that may speak of it. What is read is remembered with the number of its arrivals.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::Digest;
use stage_api::{Arrival, FailureClass};

use crate::walk::Found;

/// A file changed this shortly before it was read may change again without another time.
const RACY: Duration = Duration::from_secs(2);

/// Half a SHA-256 digest.
type Hash = [u8; 16];

/// Bytes of one entry: the digest of the id, the stamp, the arrivals, how their ids follow.
const ENTRY: usize = 16 + 16 + 4 + 1;

/// Ends of names that programs give to what they are still writing.
const UNFINISHED: [&str; 8] =
    ["~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".swp", ".swx"];

/// Files by their ids. Clones share one memory: one stays with whoever keeps it, one goes to the sources.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    marks: Arc<Mutex<BTreeMap<Hash, Mark>>>,
    leaves: Leaves,
    /// Whether a file was left alone because it had not settled.
    met_unsettled: Arc<AtomicBool>,
}

/// Which files are left alone. The later ones include the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Leaves {
    #[default]
    Nothing,
    Unfinished,
    Unsettled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    stamp: Hash,
    arrivals: u32,
    ids: Ids,
}

/// How the ids of a file's articles follow from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    /// They are numbered.
    Numbered,
    /// There is one article, with the id of the file.
    Lone,
    /// Not at all, or the system refused something: it is read again in every run.
    Unknown,
}

impl KnownFiles {
    /// For sources that leave files alone which somebody is still writing: those changed just now, and
    /// those whose names say so.
    pub fn of_settled_files() -> Self {
        Self { leaves: Leaves::Unsettled, ..Self::default() }
    }

    /// For a look at what [`of_settled_files`](Self::of_settled_files) takes sooner or later: leaves alone
    /// those files whose names say that somebody is still writing them.
    pub fn of_finished_files() -> Self {
        Self { leaves: Leaves::Unfinished, ..Self::default() }
    }

    /// Whether sources have left a file alone that they take as soon as it has settled.
    pub fn met_unsettled(&self) -> bool {
        self.met_unsettled.load(Ordering::Relaxed)
    }

    /// Takes over what [`to_bytes`](Self::to_bytes) gave; nothing where the bytes are anything else.
    pub fn load(&self, bytes: &[u8]) {
        let Some((entries, sum)) = bytes.split_last_chunk::<16>() else { return };
        if digest(&[entries]) != *sum || entries.len() % ENTRY != 0 {
            return;
        }
        self.lock().extend(entries.chunks_exact(ENTRY).map(|entry| {
            let (id, rest) = entry.split_first_chunk().expect("an entry has 37 bytes");
            let (stamp, rest) = rest.split_first_chunk().expect("an entry has 37 bytes");
            let (arrivals, rest) = rest.split_first_chunk().expect("an entry has 37 bytes");
            let arrivals = u32::from_le_bytes(*arrivals);
            let ids = match rest {
                [0] => Ids::Numbered,
                [1] => Ids::Lone,
                _ => Ids::Unknown,
            };
            (*id, Mark { stamp: *stamp, arrivals, ids })
        }));
    }

    /// Everything known: entries in the order of their digests, and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let known = self.lock();
        let mut bytes = Vec::with_capacity(known.len() * ENTRY + 16);
        for (id, Mark { stamp, arrivals, ids }) in &*known {
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(stamp);
            bytes.extend_from_slice(&arrivals.to_le_bytes());
            bytes.push(*ids as u8);
        }
        let sum = digest(&[&bytes]);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// What is passed over in place of this file: its articles if it is still what it was, nothing if
    /// it is left alone, and `None` where it is read.
    pub(crate) fn in_place_of(&self, found: &Found, stamp: Option<Hash>) -> Option<Seen> {
        let is_unfinished = self.leaves_unfinished(found);
        let is_unsettled = self.leaves == Leaves::Unsettled && stamp.is_none();
        if is_unfinished || is_unsettled {
            self.met_unsettled.fetch_or(!is_unfinished, Ordering::Relaxed);
            let mark = Mark { stamp: Hash::default(), arrivals: 0, ids: Ids::Numbered };
            return Some(Seen { id: String::new(), next: 0, mark });
        }
        let mark = self.mark(found)?;
        (Some(mark.stamp) == stamp && mark.ids != Ids::Unknown).then(|| Seen {
            id: found.id.clone(),
            next: 0,
            mark,
        })
    }

    /// Whether a run would find something new in this file.
    pub(crate) fn is_news(&self, found: &Found, stamp: Option<Hash>) -> bool {
        let known = self.mark(found).map(|mark| mark.stamp);
        stamp.is_some() && known != stamp && !self.leaves_unfinished(found)
    }

    fn leaves_unfinished(&self, found: &Found) -> bool {
        self.leaves >= Leaves::Unfinished && is_unfinished(&found.path)
    }

    fn mark(&self, found: &Found) -> Option<Mark> {
        self.lock().get(&digest(&[found.id.as_bytes()])).copied()
    }

    fn remember(&self, id: &str, mark: Option<Mark>) {
        let id = digest(&[id.as_bytes()]);
        match mark {
            Some(mark) => self.lock().insert(id, mark),
            None => self.lock().remove(&id),
        };
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Hash, Mark>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The arrivals of a file that is not read again.
pub(crate) struct Seen {
    id: String,
    next: u32,
    mark: Mark,
}

impl Iterator for Seen {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.next == self.mark.arrivals {
            return None;
        }
        self.next += 1;
        let id = if self.mark.ids == Ids::Lone {
            self.id.clone()
        } else {
            format!("{}#{}", self.id, self.next)
        };
        Some(Arrival::Unchanged { id })
    }
}

/// What arrives with the file that is being read.
pub(crate) struct Watching {
    id: String,
    stamp: Option<Hash>,
    arrivals: u32,
    /// Whether the ids of the articles could be told from their number.
    plain: bool,
    lone: bool,
}

impl Watching {
    pub(crate) fn new(id: &str, stamp: Option<Hash>) -> Self {
        Self { id: id.to_owned(), stamp, arrivals: 0, plain: true, lone: false }
    }

    pub(crate) fn note(&mut self, arrival: &Arrival) {
        self.arrivals += 1;
        let numbered =
            |id: &str| id.strip_prefix(&*self.id) == Some(&format!("#{}", self.arrivals));
        self.plain &= match arrival {
            Arrival::Article(doc) => {
                self.lone = self.arrivals == 1 && doc.id() == self.id;
                doc.explicit_id || self.lone || numbered(doc.id())
            }
            // What the system refused to give may be there next time.
            Arrival::Failed(failure) => {
                failure.class != FailureClass::Unreadable && failure.id.starts_with(&self.id)
            }
            Arrival::Discarded { .. } | Arrival::Unchanged { .. } => true,
        };
    }

    /// The file was read to its end.
    pub(crate) fn finish(self, known: &KnownFiles) {
        let Self { id, stamp, arrivals, plain, lone } = self;
        let ids = match (plain, lone) {
            (false, _) => Ids::Unknown,
            (true, false) => Ids::Numbered,
            (true, true) => Ids::Lone,
        };
        let mark = stamp.map(|stamp| Mark { stamp, arrivals, ids });
        known.remember(&id, mark);
    }
}

/// The stamp of a file with these sidecars around it; `None` where it may still be changing.
pub(crate) fn stamp(path: &Path, sidecars: impl Iterator<Item = PathBuf>) -> Option<Hash> {
    #[expect(clippy::disallowed_methods, reason = "files that change right now are read again")]
    let now = SystemTime::now();
    let mut hash = sha2::Sha256::new();
    hash.update(fs::canonicalize(path).ok()?.as_os_str().as_encoded_bytes());
    let mut add = |number: u64, metadata: &Metadata| {
        let changed = metadata.modified().ok()?;
        let settled = now.duration_since(changed).is_ok_and(|age| age > RACY);
        hash.update(number.to_le_bytes());
        hash.update(metadata.len().to_le_bytes());
        hash.update(changed.duration_since(UNIX_EPOCH).ok()?.as_nanos().to_le_bytes());
        #[cfg(unix)]
        {
            // Who copies a file over another may keep the time of the change, but not this one.
            use std::os::unix::fs::MetadataExt;
            hash.update(metadata.ctime().to_le_bytes());
            hash.update(metadata.ctime_nsec().to_le_bytes());
        }
        settled.then_some(())
    };
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    add(0, &metadata)?;
    for (number, sidecar) in (1..).zip(sidecars) {
        if let Ok(metadata) = fs::metadata(sidecar) {
            add(number, &metadata)?;
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().copied()
}

fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('#') || UNFINISHED.iter().any(|end| name.ends_with(end))
}

fn digest(parts: &[&[u8]]) -> Hash {
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}
