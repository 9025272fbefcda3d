//! The file: opened, told from those of other programs, made.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{ArchiveError, At, Cause};

/// The number by which SQLite files of ours are known (`Copd`).
const APPLICATION: i32 = 0x436f_7064;

/// The version of the tables; an archive of an earlier one is made again.
const VERSION: i32 = 3;

const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

/// How long to wait for another program that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a file at the place of an archive is.
enum Found {
    /// Nothing, or the beginning of one.
    Nothing,
    Archive,
    /// An archive with the tables of an earlier version.
    Earlier,
}

/// Opens the archive at `path` for writing; makes it where there is none.
pub(crate) fn open(path: &Path) -> Result<Connection, ArchiveError> {
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let mut found = look(&db, path)?;
    if matches!(found, Found::Earlier) {
        drop(db);
        for end in ["-wal", "-shm", ""] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            match fs::remove_file(&name) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.at(path)?,
            }
        }
        db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        found = Found::Nothing;
    }
    prepare(&db, matches!(found, Found::Nothing)).at(path)?;
    Ok(db)
}

/// Opens the archive at `path` for reading; `None` where there is none that this version reads.
pub(crate) fn open_to_read(path: &Path) -> Result<Option<Connection>, ArchiveError> {
    if !path.try_exists().at(path)? {
        return Ok(None);
    }
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match look(&db, path) {
        Ok(Found::Archive) => return Ok(Some(db)),
        Ok(Found::Nothing | Found::Earlier) => return Ok(None),
        Err(ArchiveError::Database { .. }) => {}
        Err(error) => return Err(error),
    }
    // Where nobody may write, there is no log of a writer to look into: the file is all there is.
    let name = format!("file:{}?immutable=1", escaped(path));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(name, flags).at(path)?;
    Ok(matches!(look(&db, path)?, Found::Archive).then_some(db))
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

fn look(db: &Connection, path: &Path) -> Result<Found, ArchiveError> {
    let number = |what: &str| db.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0));
    let application: i32 = number("application_id").at(path)?;
    let version: i32 = number("user_version").at(path)?;
    let tables: i64 =
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).at(path)?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(Found::Nothing),
        (APPLICATION, VERSION) => Ok(Found::Archive),
        (APPLICATION, version) if version < VERSION => Ok(Found::Earlier),
        (APPLICATION, _) => Err(ArchiveError::Later { path: path.to_owned() }),
        _ => Err(ArchiveError::Foreign { path: path.to_owned() }),
    }
}

/// Sets how the file is written and, in a new one, makes the tables.
///
/// With a write-ahead log people read while a run writes. Its commits are not synced one by one: after a machine
/// stops, the last of them may be missing, rows and cursor alike, and come again with the next run. Pages are
/// large, because a record is: fewer of them are looked for, logged and copied back.
fn prepare(db: &Connection, new: bool) -> Result<(), Cause> {
    if new {
        db.pragma_update(None, "page_size", 16 * 1024)?;
    }
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "normal")?;
    db.pragma_update(None, "cache_size", -64 * 1024)?;
    db.pragma_update(None, "wal_autocheckpoint", 4 * 1024)?;
    db.pragma_update(None, "temp_store", "memory")?;
    db.pragma_update(None, "foreign_keys", false)?;
    if new {
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        ))?;
    }
    Ok(())
}

/// Makes the indexes that a first load goes without.
pub(crate) fn index(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(INDEXES)
}

/// Forgets everything that the tables hold, and drops the indexes that a first load goes without.
pub(crate) fn clear(db: &Connection) -> rusqlite::Result<()> {
    let list = |query: &str| -> rusqlite::Result<Vec<String>> {
        db.prepare(query)?.query_map([], |row| row.get(0))?.collect()
    };
    for index in
        list("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE INDEX %'")?
    {
        db.execute_batch(&format!("DROP INDEX {index};"))?;
    }
    for words in list("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE %'")? {
        db.execute_batch(&format!("INSERT INTO {words}({words}) VALUES ('delete-all');"))?;
    }
    // The tables of a full-text index are its own business.
    for table in list(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE %' \
         AND name NOT LIKE '%\\_words%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )? {
        db.execute_batch(&format!("DELETE FROM {table};"))?;
    }
    Ok(())
}
