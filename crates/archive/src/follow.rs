//! The archive brought up to date with its output folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{Connection, OptionalExtension, params};
use sink::{Cursor, Disk, Manifest, News, PartContent, Step};
use wire::Record;

use crate::error::{ArchiveError, At, Cause};
use crate::rows::{Lists, PlaceInParts, Rows};
use crate::words::{Change, Words};
use crate::{database, stories, words};

/// Articles or stories in one transaction.
const IN_TRANSACTION: usize = 4_000;

/// Records and stories are parsed beside the database's thread, which gets them in batches of this many bytes.
pub(crate) const BATCH_BYTES: usize = 2 << 20;
/// Batches that wait for it.
pub(crate) const BATCHES: usize = 4;

/// What [`catch_up`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The archive.
    pub path: PathBuf,
    /// Records that were taken in.
    pub records: u64,
    /// Whether what it held was of another generation, and is gone.
    pub began_anew: bool,
    /// What was wrong with the one that was there, which is why it was made anew.
    pub remade: Option<String>,
}

/// Brings the archive of an output folder up to date: takes in the records that were committed since the last
/// time, then the stories. Makes the archive where there is none, and anew where the folder has another
/// generation.
///
/// One that turns out to be damaged is made anew.
///
/// Rows are written together with the cursor behind them, so each record is taken in once, whatever ends the
/// program on the way; what is left of an archive that was being made is made again. `disk` sees each transaction as a
/// [`Step::Sync`] of the file.
///
/// # Errors
/// [`ArchiveError`] where the folder cannot be read, the file is not ours, or it cannot be written.
pub fn catch_up(dir: &Path, disk: &Disk) -> Result<CaughtUp, ArchiveError> {
    match follow(dir, disk) {
        Err(ArchiveError::Unsound { error, .. }) => {
            Ok(CaughtUp { remade: Some(error), ..remake(dir, disk)? })
        }
        caught_up => caught_up,
    }
}

/// What is wrong with the archive of an output folder, read from end to end; `None` where there is none, or nothing is
/// wrong that the database or its full-text indexes can tell.
///
/// # Errors
/// [`ArchiveError`] where the file is not ours, or cannot be read at all.
pub fn fault(dir: &Path) -> Result<Option<String>, ArchiveError> {
    let path = dir.join(crate::FILE);
    if !path.try_exists().at(&path)? {
        return Ok(None);
    }
    match database::fault(&path) {
        Err(ArchiveError::Unsound { error, .. }) => Ok(Some(error)),
        found => found,
    }
}

/// Makes the archive of an output folder anew.
///
/// # Errors
/// As [`catch_up`].
pub fn remake(dir: &Path, disk: &Disk) -> Result<CaughtUp, ArchiveError> {
    let path = dir.join(crate::FILE);
    sink::read_manifest(dir)?; // nothing is replaced that cannot be made
    let records = make(dir, &path, disk)?;
    if let Some(db) = database::open(&path)? {
        plan(&db).at(&path)?;
    }
    Ok(CaughtUp { path, records, began_anew: false, remade: None })
}

fn follow(dir: &Path, disk: &Disk) -> Result<CaughtUp, ArchiveError> {
    let path = dir.join(crate::FILE);
    let manifest = sink::read_manifest(dir)?; // no archive in a folder that is none
    let mut began_anew = false;
    if let Some(db) = database::open(&path)? {
        if is_current(&db, &manifest).at(&path)? {
            return Ok(CaughtUp { path, records: 0, began_anew, remade: None });
        }
        if let Some(records) = go_on(dir, &db, &path, disk)? {
            plan(&db).at(&path)?;
            return Ok(CaughtUp { path, records, began_anew, remade: None });
        }
        began_anew = !cursor(&db).at(&path)?.parts.is_empty();
    }
    Ok(CaughtUp { began_anew, ..remake(dir, disk)? })
}

/// Tells the planner of queries how large the tables have become. Nobody depends on it.
fn plan(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA optimize = 0x10002")
}

/// Takes in what is new; `None` where the archive has nothing yet, or nothing that still counts.
fn go_on(
    dir: &Path,
    db: &Connection,
    path: &Path,
    disk: &Disk,
) -> Result<Option<u64>, ArchiveError> {
    let mut transactions = Transactions::begin(db, path, disk)?;
    let cursor = cursor(db).at(path)?;
    let mut news = News::since(dir, &cursor)?;
    if cursor.parts.is_empty() || news.begins_anew() {
        return db.execute_batch("ROLLBACK").at(path).map(|()| None);
    }
    let entry = news.manifest().stories.clone();
    let mut words = Words::new(db).at(path)?;
    let records =
        take_in(dir, &mut news, &mut transactions, |changes| Ok(words.change(&changes)?))?;
    stories::follow(dir, entry.as_ref(), &mut transactions)?;
    transactions.commit()?;
    Ok(Some(records))
}

/// Makes a new archive, its words beside it.
fn make(dir: &Path, path: &Path, disk: &Disk) -> Result<u64, ArchiveError> {
    let db = database::begin(path)?;
    let mut transactions = Transactions::begin(&db, path, disk)?;
    let mut news = News::since(dir, &Cursor::default())?;
    let entry = news.manifest().stories.clone();
    let (records, indexes) = thread::scope(|scope| {
        let (sender, changes) = sync_channel(BATCHES);
        let indexing = scope.spawn(move || words::beside(&changes));
        let taken = take_in(dir, &mut news, &mut transactions, move |changes| {
            let is_over = |_| io::Error::from(io::ErrorKind::BrokenPipe);
            Ok(sender.send(changes).map_err(is_over)?)
        });
        let indexes = indexing.join().expect("indexing does not panic").at(path)?;
        taken.map(|records| (records, indexes))
    })?;
    words::take_over(&db, &indexes).at(path)?;
    drop(indexes);
    transactions.next()?;
    database::index(&db).at(path)?;
    stories::follow(dir, entry.as_ref(), &mut transactions)?;
    transactions.commit()?;
    disk.step(Step::Sync, path, || database::finish(&db).map_err(Cause::from)).at(path)?;
    Ok(records)
}

/// Whether an archive holds everything that readers of the folder see.
pub(crate) fn is_current(db: &Connection, manifest: &Manifest) -> rusqlite::Result<bool> {
    let taken: Option<String> = db
        .query_row("SELECT value FROM state WHERE name = 'stories'", [], |row| row.get(0))
        .optional()?;
    let is_settled =
        db.query_row("SELECT NOT EXISTS (SELECT 1 FROM unsettled)", [], |row| row.get(0))?;
    Ok(is_settled
        && taken.as_ref() == manifest.stories.as_ref().map(|stories| &stories.sha256)
        && cursor(db)? == manifest.cursor())
}

/// How far the parts were read.
pub(crate) fn cursor(db: &Connection) -> rusqlite::Result<Cursor> {
    let mut parts = db.prepare("SELECT file, records, bytes, sha256 FROM parts ORDER BY part")?;
    let part = |row: &rusqlite::Row<'_>| {
        let number = |at| row.get(at).map(|number: i64| number.unsigned_abs());
        Ok(PartContent {
            file: row.get(0)?,
            records: number(1)?,
            bytes: number(2)?,
            sha256: row.get(3)?,
        })
    };
    Ok(Cursor { parts: parts.query_map([], part)?.collect::<Result<_, _>>()? })
}

/// Records with the place where each stands, and how far the parts are read behind them.
struct Batch {
    records: Vec<(Record, Lists, PlaceInParts)>,
    parts: Vec<(usize, PartContent)>,
}

/// Takes in every record of the news, its words by `index`; returns how many.
fn take_in(
    dir: &Path,
    news: &mut News,
    transactions: &mut Transactions<'_>,
    mut index: impl FnMut(Vec<Change>) -> Result<(), Cause>,
) -> Result<u64, ArchiveError> {
    let (db, path) = (transactions.db, transactions.path);
    let mut rows = Rows::new(db).at(path)?;
    let mut part =
        db.prepare("INSERT OR REPLACE INTO parts VALUES (?1, ?2, ?3, ?4, ?5)").at(path)?;
    let mut taken = 0;
    thread::scope(|scope| {
        let (sender, batches) = sync_channel(BATCHES);
        let reading = scope.spawn(move || read(dir, news, &sender));
        for Batch { records, parts } in batches {
            let count = records.len();
            let mut changes = Vec::with_capacity(count);
            for (record, lists, at) in records {
                rows.put(record, &lists, at, &mut changes).at(path)?;
            }
            index(changes).at(path)?;
            for (number, PartContent { file, records, bytes, sha256 }) in parts {
                part.execute(params![number, file, records, bytes, sha256]).at(path)?;
            }
            taken += count as u64;
            transactions.wrote(count)?;
        }
        reading.join().expect("reading does not panic")
    })?;
    Ok(taken)
}

/// Sends the records of the news in batches, until nobody takes them any more.
fn read(dir: &Path, news: &mut News, batches: &SyncSender<Batch>) -> Result<(), ArchiveError> {
    let mut first = news.last_part().map_or(0, |(part, _)| part);
    loop {
        let (mut records, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH_BYTES {
            let Some(line) = news.next()? else { break };
            let at = PlaceInParts { part: line.part, offset: line.offset, bytes: line.bytes.len() };
            let record = Record::parse(line.bytes);
            bytes += at.bytes;
            let record = record.map_err(|error| ArchiveError::Damaged {
                path: dir.join(&news.manifest().parts[at.part].file),
                message: format!("at byte {}: {error}", at.offset),
            })?;
            let lists = Lists::of(&record);
            records.push((record, lists, at));
        }
        let Some((last, entry)) = news.last_part().filter(|_| !records.is_empty()) else {
            return Ok(());
        };
        let whole = (first..last).map(|part| (part, news.manifest().parts[part].content()));
        let parts = whole.chain([(last, entry)]).collect();
        first = last;
        if batches.send(Batch { records, parts }).is_err() {
            return Ok(()); // what went wrong is told at the other end
        }
    }
}

/// Writing in transactions, one after the other, with nobody between them.
pub(crate) struct Transactions<'d> {
    pub(crate) db: &'d Connection,
    pub(crate) path: &'d Path,
    disk: &'d Disk,
    /// Articles or stories since the last commit.
    written: usize,
    /// What changes when somebody else has written.
    version: i64,
}

impl<'d> Transactions<'d> {
    fn begin(db: &'d Connection, path: &'d Path, disk: &'d Disk) -> Result<Self, ArchiveError> {
        db.execute_batch("BEGIN IMMEDIATE").at(path)?;
        Ok(Self { db, path, disk, written: 0, version: version(db).at(path)? })
    }

    /// Counts what was written, and commits if it is time.
    pub(crate) fn wrote(&mut self, count: usize) -> Result<(), ArchiveError> {
        self.written += count;
        if self.written < IN_TRANSACTION { Ok(()) } else { self.next() }
    }

    /// Commits, and begins the next one.
    fn next(&mut self) -> Result<(), ArchiveError> {
        self.commit()?;
        self.db.execute_batch("BEGIN IMMEDIATE").at(self.path)?;
        if version(self.db).at(self.path)? == self.version {
            Ok(())
        } else {
            Err(ArchiveError::Busy { path: self.path.to_owned() })
        }
    }

    fn commit(&mut self) -> Result<(), ArchiveError> {
        self.written = 0;
        let commit = || self.db.execute_batch("COMMIT").map_err(Cause::from);
        self.disk.step(Step::Sync, self.path, commit).at(self.path)
    }
}

fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA data_version", [], |row| row.get(0))
}
