//! Files that an earlier run took in whole, so that they need not be read again.
//!
//! A file is known by its id together with a *stamp*: where it lies, its length, when it was changed (and, on Unix, when
//! the system last touched its inode), and the same
//! of every sidecar that may speak of it. What is read is remembered with the number of its arrivals, and with 4 bytes
//! of digest for each article that brought its own id.
//!
//! More may count for an article than its file: corrections by hand, which [`KnownFiles::amend`] tells by digests.
//! They are remembered, too, and a file is read again where it may hold an article whose digest is another now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sha2::Digest;
use stage_api::{Arrival, FailureClass};

use crate::reach::{self, Version};
use crate::walk::Found;

/// A file changed this shortly before it was read may change again without another time.
const RACY: Duration = Duration::from_secs(2);

/// Half a SHA-256 digest.
type Hash = [u8; 16];

/// The first bytes of what is kept, so that another layout is passed over.
const LAYOUT: &[u8] = b"files 3\n";

/// Ends of names that programs give to what they are still writing.
const UNFINISHED: [&str; 8] =
    ["~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".swp", ".swx"];

/// Files by their ids. Clones share one memory: one stays with whoever keeps it, one goes to the sources.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    memory: Arc<Mutex<Memory>>,
    leaves: Leaves,
    /// Whether a file was left alone because it had not settled.
    met_unsettled: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Memory {
    marks: BTreeMap<Hash, Mark>,
    /// What else counts for articles now, by their ids.
    amended: BTreeMap<String, u64>,
    /// The ids for which that is not what it was when the marks were kept.
    stale: Stale,
}

/// Ids of articles, as far as files can be asked for them.
#[derive(Debug, Default)]
struct Stale {
    /// The files that hold one, if it has no id of its own.
    files: BTreeSet<Hash>,
    /// Those that an article may have brought.
    own: BTreeSet<u32>,
}

/// Which files are left alone. The later ones include the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Leaves {
    #[default]
    Nothing,
    Unfinished,
    Unsettled,
}

#[derive(Debug)]
struct Mark {
    stamp: Hash,
    arrivals: u32,
    ids: Ids,
    /// Of the ids that articles brought, ascending.
    own: Vec<u32>,
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

    /// Says what counts for articles beside their files now: a digest for each, by its id.
    pub fn amend<'a>(&self, digests: impl IntoIterator<Item = (&'a str, u64)>) {
        self.lock().amended =
            digests.into_iter().map(|(id, digest)| (id.to_owned(), digest)).collect();
    }

    /// Takes over what [`to_bytes`](Self::to_bytes) gave; nothing where the bytes are anything else. Call
    /// [`amend`](Self::amend) before.
    pub fn load(&self, bytes: &[u8]) {
        let Some((kept, sum)) = bytes.split_last_chunk::<16>() else { return };
        let Some(entries) = kept.strip_prefix(LAYOUT).filter(|_| digest(&[kept]) == *sum) else {
            return;
        };
        let memory = &mut *self.lock();
        let amended = memory.take(&mut Bytes(entries)).unwrap_or_default();
        let changed = |(id, digest): &(&String, &u64)| amended.get(*id) != Some(*digest);
        let gone = amended.keys().filter(|id| !memory.amended.contains_key(*id));
        let stale = memory.amended.iter().filter(changed).map(|(id, _)| id).chain(gone);
        memory.stale = Stale::new(stale.map(String::as_str));
    }

    /// Everything known: what else counts for articles, entries in the order of their digests, and a
    /// checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let known = self.lock();
        let mut bytes = LAYOUT.to_vec();
        let count = |bytes: &mut Vec<u8>, count: usize| {
            bytes.extend_from_slice(&(count as u32).to_le_bytes());
        };
        count(&mut bytes, known.amended.len());
        for (id, digest) in &known.amended {
            count(&mut bytes, id.len());
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(&digest.to_le_bytes());
        }
        count(&mut bytes, known.marks.len());
        for (id, Mark { stamp, arrivals, ids, own }) in &known.marks {
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(stamp);
            bytes.extend_from_slice(&arrivals.to_le_bytes());
            bytes.push(*ids as u8);
            count(&mut bytes, own.len());
            bytes.extend(own.iter().flat_map(|own| own.to_le_bytes()));
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
            return Some(Seen { id: String::new(), next: 0, arrivals: 0, ids: Ids::Numbered });
        }
        let memory = self.lock();
        let id = digest(&[found.id.as_bytes()]);
        let mark = memory.marks.get(&id)?;
        let is_same = Some(mark.stamp) == stamp && mark.ids != Ids::Unknown;
        let is_same = is_same && !memory.stale.may_be_in(&id, mark);
        let Mark { arrivals, ids, .. } = *mark;
        is_same.then(|| Seen { id: found.id.clone(), next: 0, arrivals, ids })
    }

    /// Whether a run would find something new in this file.
    pub(crate) fn is_news(&self, found: &Found, stamp: Option<Hash>) -> bool {
        let known = self.lock().marks.get(&digest(&[found.id.as_bytes()])).map(|mark| mark.stamp);
        stamp.is_some() && known != stamp && !self.leaves_unfinished(found)
    }

    fn leaves_unfinished(&self, found: &Found) -> bool {
        self.leaves >= Leaves::Unfinished && is_unfinished(&found.path)
    }

    fn remember(&self, id: &str, mark: Option<Mark>) {
        let id = digest(&[id.as_bytes()]);
        match mark {
            Some(mark) => self.lock().marks.insert(id, mark),
            None => self.lock().marks.remove(&id),
        };
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Takes the marks from what was kept, and returns what else counted for articles then; nothing where it ends early.
    fn take(&mut self, bytes: &mut Bytes<'_>) -> Option<BTreeMap<String, u64>> {
        let mut amended = BTreeMap::new();
        for _ in 0..bytes.number()? {
            let length = bytes.number()? as usize;
            let id = String::from_utf8(bytes.next(length)?.to_vec()).ok()?;
            amended.insert(id, u64::from_le_bytes(bytes.array()?));
        }
        for _ in 0..bytes.number()? {
            let id = bytes.array()?;
            let (stamp, arrivals) = (bytes.array()?, bytes.number()?);
            let ids = match bytes.array()? {
                [0] => Ids::Numbered,
                [1] => Ids::Lone,
                _ => Ids::Unknown,
            };
            let count = bytes.number()?;
            let own = (0..count).map(|_| bytes.number()).collect::<Option<_>>()?;
            self.marks.insert(id, Mark { stamp, arrivals, ids, own });
        }
        Some(amended)
    }
}

impl Stale {
    fn new<'i>(ids: impl Iterator<Item = &'i str>) -> Self {
        let mut stale = Self::default();
        for id in ids {
            stale.files.insert(digest(&[id.as_bytes()]));
            if let Some((file, _)) = id.rsplit_once('#') {
                stale.files.insert(digest(&[file.as_bytes()]));
            }
            stale.own.insert(short(id));
        }
        stale
    }

    fn may_be_in(&self, file: &Hash, mark: &Mark) -> bool {
        self.files.contains(file) || self.own.iter().any(|id| mark.own.binary_search(id).is_ok())
    }
}

/// What is left to read of some bytes.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn next(&mut self, length: usize) -> Option<&'b [u8]> {
        let (next, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(next)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.next(N).map(|bytes| *bytes.first_chunk().expect("they are as many as were asked for"))
    }

    fn number(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }
}

/// The arrivals of a file that is not read again.
pub(crate) struct Seen {
    id: String,
    next: u32,
    arrivals: u32,
    ids: Ids,
}

impl Iterator for Seen {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.next == self.arrivals {
            return None;
        }
        self.next += 1;
        let id = if self.ids == Ids::Lone {
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
    /// Of the ids that articles brought.
    own: Vec<u32>,
}

impl Watching {
    pub(crate) fn new(id: &str, stamp: Option<Hash>) -> Self {
        Self { id: id.to_owned(), stamp, arrivals: 0, plain: true, lone: false, own: Vec::new() }
    }

    pub(crate) fn note(&mut self, arrival: &Arrival) {
        self.arrivals += 1;
        let numbered =
            |id: &str| id.strip_prefix(&*self.id) == Some(&format!("#{}", self.arrivals));
        self.plain &= match arrival {
            Arrival::Article(doc) => {
                if doc.explicit_id {
                    self.own.push(short(doc.id()));
                }
                self.lone = self.arrivals == 1 && doc.id() == self.id;
                doc.explicit_id || self.lone || numbered(doc.id())
            }
            // What the system refused to give may be there next time.
            Arrival::Failed(failure) => {
                failure.class != FailureClass::Unreadable && failure.id.starts_with(&self.id)
            }
            Arrival::Ended { .. } | Arrival::Discarded { .. } | Arrival::Unchanged { .. } => true,
        };
    }

    /// The file was read to its end.
    pub(crate) fn finish(self, known: &KnownFiles) {
        let Self { id, stamp, arrivals, plain, lone, mut own } = self;
        own.sort_unstable();
        own.dedup();
        let ids = match (plain, lone) {
            (false, _) => Ids::Unknown,
            (true, false) => Ids::Numbered,
            (true, true) => Ids::Lone,
        };
        let mark = stamp.map(|stamp| Mark { stamp, arrivals, ids, own });
        known.remember(&id, mark);
    }
}

/// The stamp of a file with these sidecars around it; `None` where it may still be changing.
pub(crate) fn stamp(path: &Path, sidecars: impl Iterator<Item = PathBuf>) -> Option<Hash> {
    #[expect(clippy::disallowed_methods, reason = "files that change right now are read again")]
    let now = SystemTime::now();
    let mut hash = sha2::Sha256::new();
    hash.update(reach::place(path).ok()?.as_os_str().as_encoded_bytes());
    let mut add = |number: u64, version: Version| {
        let Version { bytes, changed } = version;
        hash.update(number.to_le_bytes());
        hash.update(bytes);
        let is_settled = |changed| now.duration_since(changed).is_ok_and(|age| age > RACY);
        changed.is_none_or(is_settled).then_some(())
    };
    add(0, reach::version(path)?)?;
    for (number, sidecar) in (1..).zip(sidecars) {
        if let Some(version) = reach::version(&sidecar) {
            add(number, version)?;
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().copied()
}

fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('#') || UNFINISHED.iter().any(|end| name.ends_with(end))
}

/// An id in 4 bytes: where two share them, a file is read once too often.
fn short(id: &str) -> u32 {
    let digest = digest(&[id.as_bytes()]);
    u32::from_le_bytes(*digest.first_chunk().expect("a digest has 16 bytes"))
}

fn digest(parts: &[&[u8]]) -> Hash {
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}
