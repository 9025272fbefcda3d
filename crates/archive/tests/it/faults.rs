use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use archive::ArchiveError;
use rusqlite::Connection;
use serde_json::Value;
use sink::{Disk, Faults, Step};

use crate::sample::{Article, catch_up, content, copy, story, write};

/// Fails one transaction, by number from 0, before it counts.
#[derive(Debug)]
struct Failing {
    at: usize,
    met: AtomicUsize,
}

impl Faults for Failing {
    fn before(&self, step: Step, path: &Path, bytes: usize) -> io::Result<usize> {
        assert_eq!((step, path.file_name().unwrap()), (Step::Sync, archive::FILE.as_ref()));
        if self.met.fetch_add(1, Ordering::Relaxed) == self.at {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(bytes)
    }

    fn after(&self, _: Step, _: &Path) {}
}

#[test]
fn a_transaction_that_fails_is_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<Value> = (0..4_500).map(|n| Article::new(n).record()).collect();
    write(dir.path(), "one", &records, &[story("s-ferry", &["drop/0.txt", "drop/1.txt"])]);
    let whole = tempfile::tempdir().unwrap();
    copy(dir.path(), whole.path());
    catch_up(whole.path());
    for at in 0.. {
        let disk = Disk::with_faults(Arc::new(Failing { at, met: AtomicUsize::new(0) }));
        match archive::catch_up(dir.path(), &disk) {
            Ok(caught_up) => {
                assert!(at >= 2, "some transactions for {} records", caught_up.records);
                break;
            }
            Err(error) => assert!(matches!(error, ArchiveError::Full { .. }), "{error}"),
        }
        let opened = archive::Archive::open(dir.path());
        assert!(matches!(opened, Err(ArchiveError::None { .. })), "half an archive is none");
    }
    assert_eq!(content(dir.path()), content(whole.path()));
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, path) = (dir.path(), dir.path().join(archive::FILE));
    write(dir, "one", &[Article::new(0).record()], &[]);
    let refused = || archive::catch_up(dir, &Disk::default()).unwrap_err().to_string();

    fs::write(&path, "Minutes of the harbour board, which are no database at all.").unwrap();
    assert!(refused().contains("is no archive of copydesk"), "{}", refused());
    fs::remove_file(&path).unwrap();

    Connection::open(&path).unwrap().execute_batch("CREATE TABLE boats (name TEXT)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(refused().contains("is no archive of copydesk"), "{}", refused());
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::remove_file(&path).unwrap();

    catch_up(dir);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(refused().contains("was written by a later version"), "{}", refused());
    // One of an earlier version is made again.
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 0).unwrap();
    assert_eq!(catch_up(dir).records, 1);
}

#[test]
fn a_folder_without_records_of_a_run_gets_no_archive() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        archive::catch_up(dir.path(), &Disk::default()),
        Err(ArchiveError::Folder(_))
    ));
    assert!(!dir.path().join(archive::FILE).exists());
}

#[test]
fn readers_are_not_in_the_way_of_a_run() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, "one", &[Article::new(0).record()], &[]);
    catch_up(dir);
    let reader = Connection::open(dir.join(archive::FILE)).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count = || -> i64 {
        reader.query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(count(), 1);
    write(dir, "one", &[Article::new(1).record()], &[]);
    assert_eq!(catch_up(dir).records, 1);
    assert_eq!(count(), 1, "a reader sees one state");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 2);
}

#[test]
fn one_that_is_damaged_is_told_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, path) = (dir.path(), dir.path().join(archive::FILE));
    assert_eq!(archive::fault(dir).unwrap(), None, "there is none");
    let records: Vec<_> = (0..40).map(|n| Article::new(n).record()).collect();
    write(dir, "one", &records, &[]);
    catch_up(dir);
    assert_eq!(archive::fault(dir).unwrap(), None);
    let (whole, held) = (fs::read(&path).unwrap(), content(dir));
    let word = whole.windows(9).rposition(|bytes| bytes == b"was quiet").unwrap();
    // Its header, the header of a page, and a word that stands otherwise in text or index.
    for at in [2, 16 * 1024 + 1, word + 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 2;
        fs::write(&path, bytes).unwrap();
        assert!(archive::fault(dir).unwrap().is_some(), "byte {at}");
        assert_eq!(archive::remake(dir, &Disk::default()).unwrap().records, 40);
        assert_eq!(archive::fault(dir).unwrap(), None);
        assert_eq!(content(dir), held);
    }
    // A run sees at once what cannot be read.
    let mut bytes = whole.clone();
    bytes[2] ^= 2;
    fs::write(&path, bytes).unwrap();
    assert!(catch_up(dir).remade.is_some());
    assert_eq!(content(dir), held);
}
