//! The file: opened, told from those of other programs, made.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{ArchiveError, At};

/// The number by which SQLite files of ours are known (`Copd`).
const APPLICATION: i32 = 0x436f_7064;

/// The number of one that is being made (`Cope`): of no use to anybody yet, and what a kill leaves is made again.
const UNFINISHED: i32 = APPLICATION + 1;

/// The version of the tables; an archive of an earlier one is made again.
const VERSION: i32 = 4;

const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

/// How long to wait for another program that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the archive at `path` for writing; `None` where there is none that goes on.
///
/// With a write-ahead log people read while a run writes. Its commits are not synced one by one: after a machine
/// stops, the last of them may be missing, rows and cursor alike, and come again with the next run.
pub(crate) fn open(path: &Path) -> Result<Option<Connection>, ArchiveError> {
    if !path.try_exists().at(path)? {
        return Ok(None);
    }
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if !is_archive(&db, path)? {
        return Ok(None);
    }
    tune(&db).at(path)?;
    db.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA wal_autocheckpoint = 4096",
    )
    .at(path)?;
    Ok(Some(db))
}

/// Begins a new archive in place of what is at `path`.
///
/// Nobody else can open it until it is [finished](finish), and nothing of it counts until then, so its pages are
/// written once and where they belong: no log, no syncs. Only its first page is there for sure, and says what it is.
pub(crate) fn begin(path: &Path) -> Result<Connection, ArchiveError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(&name) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => removed.at(path)?,
        }
    }
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    tune(&db).at(path)?;
    db.execute_batch(&format!(
        "PRAGMA page_size = 16384; PRAGMA locking_mode = exclusive; PRAGMA journal_mode = off;
         PRAGMA synchronous = full;
         BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {UNFINISHED}; PRAGMA user_version = {VERSION}; COMMIT;
         PRAGMA synchronous = off"
    ))
    .at(path)?;
    Ok(db)
}

/// Makes the indexes that a new archive goes without while its tables fill.
pub(crate) fn index(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(INDEXES)
}

/// Declares a new archive finished: what was written becomes durable with the first commit, and counts with the second.
pub(crate) fn finish(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!(
        "PRAGMA synchronous = full; PRAGMA application_id = {UNFINISHED}; PRAGMA application_id = {APPLICATION}"
    ))
}

/// Whether a file has our number where a database has that of its program, be the rest of its header as it may.
pub(crate) fn bears_our_number(path: &Path) -> bool {
    let mut header = [0; 72];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header.ends_with(&APPLICATION.to_be_bytes())
}

/// What is wrong with the archive at `path`, if anything is that can be told: its trees and what points into them, and
/// whether each full-text index has exactly the words of its texts.
pub(crate) fn fault(path: &Path) -> Result<Option<String>, ArchiveError> {
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if !is_archive(&db, path)? {
        return Ok(None); // the next run makes it anew
    }
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).at(path)?;
    if found != "ok" {
        return Ok(Some(found));
    }
    for words in ["article_words", "quotation_words", "name_words"] {
        let check = format!("INSERT INTO {words}({words}, rank) VALUES ('integrity-check', 1)");
        match db.execute_batch(&check).at(path) {
            Err(ArchiveError::Unsound { .. }) => {
                return Ok(Some(format!("`{words}` has not the words of its texts")));
            }
            checked => checked?,
        }
    }
    Ok(None)
}

/// Opens the archive at `path` for reading; `None` where there is none that this version reads.
pub(crate) fn open_to_read(path: &Path) -> Result<Option<Connection>, ArchiveError> {
    if !path.try_exists().at(path)? {
        return Ok(None);
    }
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match is_archive(&db, path) {
        Ok(is_archive) => return Ok(is_archive.then_some(db)),
        Err(ArchiveError::Database { .. } | ArchiveError::Unsound { .. }) => {}
        Err(error) => return Err(error),
    }
    // Where nobody may write, there is no log of a writer to look into: the file is all there is.
    let name = format!("file:{}?immutable=1", escaped(path));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(name, flags).at(path)?;
    Ok(is_archive(&db, path)?.then_some(db))
}

/// A path as part of a URI.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, ArchiveError> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).at(path)?;
    db.busy_timeout(PATIENCE).at(path)?;
    Ok(db)
}

/// Whether the file is a finished archive of this version; an error where it is not ours to replace.
fn is_archive(db: &Connection, path: &Path) -> Result<bool, ArchiveError> {
    let number = |what: &str| db.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0));
    let application: i32 = number("application_id").at(path)?;
    let version: i32 = number("user_version").at(path)?;
    let tables: i64 =
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).at(path)?;
    match (application, version) {
        (APPLICATION, VERSION) => Ok(true),
        (0, 0) if tables == 0 => Ok(false),
        (UNFINISHED, _) => Ok(false),
        (APPLICATION, version) if version < VERSION => Ok(false),
        (APPLICATION, _) => Err(ArchiveError::Later { path: path.to_owned() }),
        _ => Err(ArchiveError::Foreign { path: path.to_owned() }),
    }
}

/// Sets what makes writing fast. Foreign keys are none of ours.
fn tune(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "PRAGMA cache_size = -65536; PRAGMA temp_store = memory; PRAGMA foreign_keys = off",
    )
}
