//! Files as a source: what the walk finds, opened one after the other.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use document::{Form, Origin};
use stage_api::{Arrival, Failure, Progress, Source, SourceError, is_address};

use crate::article::Article;
use crate::columns::Columns;
use crate::failure::Trouble;
use crate::feed::Entries;
use crate::format::{self, Format};
use crate::input::Input;
use crate::known::{self, KnownFiles, Seen, Watching};
use crate::lines::{self, Lines};
use crate::mail::{self, Mail};
use crate::parquet::Rows;
use crate::reach::{self, Opened};
use crate::root::Root;
use crate::share::{Listing, Share};
use crate::sidecar::{self, Sidecars};
use crate::spec::InputFile;
use crate::supplied::Supplied;
use crate::walk::{Files, Found};
use crate::warc::Records;

/// Files that are looked at to know how many bytes there are; with more, nobody knows.
const COUNTED_FILES: usize = 100_000;

/// Files of a store that are opened before their turn, so that their bytes are under way.
const AHEAD: usize = 16;

/// The source that [`open_files`](crate::open_files) opens.
pub struct FilesSource {
    places: Places,
    files: Files,
    /// The ids of the articles that alone are given, the second time.
    wanted: Option<BTreeSet<String>>,
    /// Files whose turn comes next.
    ahead: VecDeque<Next>,
    /// What is left of the file of many articles that is being read.
    members: Option<Box<dyn Iterator<Item = Arrival> + Send>>,
    /// What arrived with a file before it.
    waiting: VecDeque<Arrival>,
    sidecars: Sidecars,
    columns: Arc<Columns>,
    limit: usize,
    meter: Meter,
    known: Option<KnownFiles>,
    /// The file that is being read, where files are remembered.
    watching: Option<Watching>,
    /// Files that are no articles wherever they lie.
    apart: Vec<PathBuf>,
    share: Option<Share>,
    /// Files met, those included that others take.
    met: u64,
    /// The same up to the one that is being read.
    at: u64,
}

/// A file whose turn comes.
struct Next {
    /// Files met up to this one.
    met: u64,
    turn: Turn,
}

enum Turn {
    /// It cannot be found.
    Failed(Failure),
    /// It is known.
    PassedOver(Found, Seen),
    /// It is to be read, and watched where files are remembered.
    Read(Found, Option<Watching>, io::Result<Opened>),
}

impl FilesSource {
    pub(crate) fn new(roots: Vec<Root>, columns: Columns, limit: usize) -> Self {
        let total = total_bytes(&roots);
        Self::over(Places::Roots(roots), total, columns, limit)
    }

    /// The source of one file, by whatever walk it was found.
    pub(crate) fn of_one(file: InputFile, columns: Columns, limit: usize) -> Self {
        let total = Some(reach::len(&file.path));
        Self::over(Places::One(file), total, columns, limit)
    }

    fn over(places: Places, total: Option<u64>, columns: Columns, limit: usize) -> Self {
        Self {
            meter: Meter { total, ..Meter::default() },
            files: places.files(),
            places,
            wanted: None,
            ahead: VecDeque::new(),
            members: None,
            waiting: VecDeque::new(),
            sidecars: Sidecars::new(),
            columns: Arc::new(columns),
            limit,
            known: None,
            watching: None,
            apart: Vec::new(),
            share: None,
            met: 0,
            at: 0,
        }
    }

    /// Leaves these files out where they lie among the articles: what steers a run is none.
    pub fn apart_from(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.apart = files.into_iter().filter_map(|file| fs::canonicalize(file).ok()).collect();
        self
    }

    /// Takes its share of the files alone, and [counts](Source::file) all of them.
    pub fn sharing(mut self, share: Share) -> Self {
        self.share = Some(share);
        self.meter.total = None; // how much of it is ours is not known before it is read
        self
    }

    /// Adds every file that it would read to a listing, as far as the folders can be read.
    pub fn list(self, listing: &mut Listing) {
        for found in self.files {
            match found {
                Ok(found) if is_one_of(&self.apart, &found) => {}
                Ok(found) => listing.add(&found.id),
                Err(failure) => listing.add(&failure.id),
            }
        }
    }

    /// Whether the next file, or what stands in its place, is another share's.
    fn is_elsewhere(&mut self) -> bool {
        self.met += 1;
        self.share.is_some_and(|share| !share.has(share.first + self.met - 1))
    }

    /// Passes over files that are known and have not changed, each of their articles as
    /// [`Arrival::Unchanged`], and lets `known` know those that are read.
    pub fn pass_over(mut self, known: KnownFiles) -> Self {
        self.known = Some(known);
        self
    }

    /// Whether a run would find files that are not known, or have changed and settled since.
    pub fn has_news(self) -> bool {
        let (known, apart) = (self.known.unwrap_or_default(), self.apart);
        self.files
            .flatten()
            .filter(|found| !is_one_of(&apart, found))
            .any(|found| known.is_news(&found, known::stamp(&found.path, sidecar::places(&found))))
    }

    /// What comes of a file in its turn.
    fn turn(&self, found: Found) -> Turn {
        let mut watching = None;
        if let Some(known) = &self.known {
            let stamp = known::stamp(&found.path, sidecar::places(&found));
            if let Some(seen) = known.in_place_of(&found, stamp) {
                return Turn::PassedOver(found, seen);
            }
            watching = Some(Watching::new(&found.id, stamp));
        }
        let opened = reach::open(&found.path);
        Turn::Read(found, watching, opened)
    }

    /// The next file that is not left out. On this machine one is opened at a time, of a store several.
    fn next_file(&mut self) -> Option<Turn> {
        let is_away =
            |next: &Next| matches!(&next.turn, Turn::Read(found, ..) if is_address(&found.path));
        while self.ahead.is_empty() || self.ahead.len() < AHEAD && self.ahead.iter().all(is_away) {
            let Some(found) = self.files.next() else { break };
            if found.as_ref().is_ok_and(|found| self.is_left_out(found)) || self.is_elsewhere() {
                continue;
            }
            let turn = found.map_or_else(Turn::Failed, |found| self.turn(found));
            self.ahead.push_back(Next { met: self.met, turn });
        }
        let Next { met, turn } = self.ahead.pop_front()?;
        self.at = met;
        Some(turn)
    }

    /// Whether a file is read at all.
    fn is_left_out(&self, found: &Found) -> bool {
        let holds_wanted = |wanted: &BTreeSet<String>| {
            let members = format!("{}#", found.id);
            let mut from = wanted.range(members.clone()..);
            wanted.contains(&found.id) || from.next().is_some_and(|id| id.starts_with(&members))
        };
        is_one_of(&self.apart, found) || !self.wanted.as_ref().is_none_or(holds_wanted)
    }

    /// Whether an arrival is one of those that are wanted.
    fn is_wanted(&self, arrival: &Arrival) -> bool {
        let Some(wanted) = &self.wanted else { return true };
        match arrival {
            Arrival::Article(doc) => !doc.explicit_id && wanted.contains(doc.id()),
            Arrival::Failed(failure) => wanted.contains(&failure.id),
            Arrival::Unchanged { id } | Arrival::Discarded { id, .. } => wanted.contains(id),
            Arrival::Ended { .. } => false,
        }
    }

    /// Hands an arrival on.
    fn arrive(&mut self, arrival: Arrival) -> Arrival {
        if let Some(watching) = &mut self.watching {
            watching.note(&arrival);
        }
        arrival
    }

    /// Opens a file: afterwards its arrivals wait, or its members are being read.
    fn open(&mut self, found: &Found, opened: io::Result<Opened>) -> Result<(), Trouble> {
        let unreadable = |error: io::Error| Trouble::io(&found.path, &error);
        let Opened { reader, len: size } = opened.map_err(unreadable)?;
        let reader = Box::new(self.meter.begin(reader, size));
        let mut input = Input::open(reader, Some(size)).map_err(unreadable)?;

        let head = input.head(format::HEAD);
        let complete = head.len() < format::HEAD;
        let format = format::tell(head, complete, &found.id).map_err(Trouble::malformed)?;
        if let Format::JsonLines { lone_is_file } = format {
            let lines = Lines::new(input, found.id.clone(), self.columns.clone(), self.limit);
            self.members = Some(Box::new(if lone_is_file { lines.lone_is_file() } else { lines }));
            return Ok(());
        }
        if format == Format::Warc {
            self.members = Some(Box::new(Records::new(input, found.id.clone(), self.limit)));
            return Ok(());
        }
        if format == Format::Parquet {
            if !input.is_bare() {
                let message =
                    "Parquet is packed inside, and not read within gzip or zstd; unpack it";
                return Err(Trouble::malformed(message));
            }
            let (path, columns) = (found.id.clone(), self.columns.clone());
            let file = reach::open_here(&found.path).map_err(unreadable)?;
            self.members = Some(Box::new(Rows::open(file, path, columns, self.limit)?));
            return Ok(());
        }
        if format == Format::Feed {
            self.members = Some(Box::new(Entries::new(input, found.id.clone(), self.limit)));
            return Ok(());
        }
        if input.is_bare() && size > self.limit as u64 {
            return Err(Trouble::too_large(&format!("the file has {size} bytes,"), self.limit));
        }
        let payload = input.whole(self.limit)?;
        match format {
            Format::JsonObject => return self.object(found, &payload),
            Format::Mail => {
                let Mail { supplied, payload, form } = mail::read(&payload)?;
                self.article(found, supplied, payload, form);
            }
            Format::Html => self.article(found, Supplied::default(), payload, Form::Html),
            _ => self.article(found, Supplied::default(), payload, Form::Text),
        }
        Ok(())
    }

    fn object(&mut self, found: &Found, json: &[u8]) -> Result<(), Trouble> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let article = Article::parse(json, &self.columns).map_err(|mistake| {
            Trouble::malformed(format!(
                "line {}, column {}: {}",
                mistake.line, mistake.column, mistake.message
            ))
        })?;
        let (id, origin) = (found.id.clone(), Origin::path(found.id.clone()));
        self.waiting.push_back(lines::arrival(article, id, origin, &self.columns));
        Ok(())
    }

    /// An article that is a whole file; what lies beside it wins over what it brings.
    fn article(&mut self, found: &Found, mut supplied: Supplied, payload: Vec<u8>, form: Form) {
        let (beside, failures) = self.sidecars.of(found);
        supplied.overlay(beside);
        self.waiting.extend(failures.into_iter().map(Arrival::Failed));
        let origin = Origin::path(found.id.clone());
        let doc = supplied.into_document(&found.id, origin, payload, form, "sidecar");
        self.waiting.push_back(Arrival::Article(doc));
    }

    /// The next arrival, wanted or not; nothing behind the last file.
    fn read(&mut self) -> Option<Arrival> {
        loop {
            if let Some(arrival) = self.waiting.pop_front() {
                return Some(self.arrive(arrival));
            }
            if let Some(members) = &mut self.members {
                match members.next() {
                    Some(arrival) => return Some(self.arrive(arrival)),
                    None => self.members = None,
                }
            }
            self.meter.end();
            if let (Some(watching), Some(known)) = (self.watching.take(), &self.known) {
                watching.finish(known);
            }
            match self.next_file()? {
                Turn::Failed(failure) => return Some(Arrival::Failed(failure)),
                Turn::PassedOver(found, seen) => {
                    self.meter.pass_over(&found.path);
                    self.members = Some(Box::new(seen));
                }
                Turn::Read(found, watching, opened) => {
                    self.watching = watching;
                    if let Err(trouble) = self.open(&found, opened) {
                        let failed = Arrival::Failed(trouble.of_file(&found.id));
                        return Some(self.arrive(failed));
                    }
                }
            }
        }
    }
}

impl Source for FilesSource {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        loop {
            match self.read() {
                Some(arrival) if !self.is_wanted(&arrival) => {}
                found => return Ok(found),
            }
        }
    }

    fn can_repeat(&self) -> bool {
        true
    }

    fn again(&mut self, ids: BTreeSet<String>) {
        self.files = self.places.files();
        self.ahead.clear();
        (self.met, self.at) = (0, 0);
        self.wanted = Some(ids);
        self.known = None;
        self.meter.total = None;
    }

    fn progress(&self) -> Progress {
        Progress { read: self.meter.read(), total: self.meter.total }
    }

    fn file(&self) -> Option<u64> {
        let share = self.share?;
        Some(share.first + self.at.checked_sub(1)?)
    }
}

/// Where the files are found.
enum Places {
    Roots(Vec<Root>),
    One(InputFile),
}

impl Places {
    /// Their files, one root after the other.
    fn files(&self) -> Files {
        match self {
            Self::Roots(roots) => {
                let roots = roots.clone();
                Box::new(roots.into_iter().flat_map(|root| root.files()))
            }
            Self::One(InputFile { id, path, unreadable }) => {
                let found = match unreadable {
                    None => Ok(Found { path: path.clone(), id: id.clone() }),
                    Some(message) => Err(Trouble::unreadable(message).of_file(id)),
                };
                Box::new(std::iter::once(found))
            }
        }
    }
}

/// Whether a file is one of these, whose paths are canonical.
fn is_one_of(files: &[PathBuf], found: &Found) -> bool {
    let same_name = |file: &&PathBuf| file.file_name() == found.path.file_name();
    files
        .iter()
        .filter(same_name)
        .any(|file| reach::place(&found.path).is_ok_and(|path| path == **file))
}

/// Bytes of all files, where that takes no time.
fn total_bytes(roots: &[Root]) -> Option<u64> {
    if roots.iter().any(|root| is_address(&root.place)) {
        return None;
    }
    let mut files = roots.iter().flat_map(Root::files_unsorted);
    let counted = files.by_ref().take(COUNTED_FILES).flatten();
    let total = counted.map(|found| reach::len(&found.path)).sum();
    files.next().is_none().then_some(total)
}

/// Counts bytes as stored. A file counts as read to its end once the next one is opened, be it refused.
#[derive(Default)]
struct Meter {
    total: Option<u64>,
    done: u64,
    size: u64,
    inside: Arc<AtomicU64>,
}

impl Meter {
    fn begin(&mut self, reader: Box<dyn Read + Send>, size: u64) -> Metered {
        self.size = size;
        Metered { reader, read: self.inside.clone() }
    }

    fn end(&mut self) {
        self.done += std::mem::take(&mut self.size);
        self.inside.store(0, Ordering::Relaxed);
    }

    /// A file counts as read without being opened.
    fn pass_over(&mut self, path: &Path) {
        self.done += reach::len(path);
    }

    fn read(&self) -> u64 {
        self.done + self.inside.load(Ordering::Relaxed).min(self.size)
    }
}

struct Metered {
    reader: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
