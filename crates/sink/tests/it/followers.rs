use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sink::{Cursor, Folder, FolderOptions, News, ReadError};
use stage_api::Sink;

use crate::sample::{options, run, written};

/// What a follower has: ids of records, and its cursor.
#[derive(Default)]
struct Follower {
    ids: Vec<String>,
    cursor: Cursor,
}

impl Follower {
    /// Reads up to `at_most` records on; returns whether it forgot what it had.
    fn read(&mut self, dir: &Path, at_most: usize) -> Result<bool, ReadError> {
        let mut news = News::since(dir, &self.cursor)?;
        if news.begins_anew() {
            self.ids.clear();
        }
        for _ in 0..at_most {
            let Some(line) = news.next()? else { break };
            let record: serde_json::Value = serde_json::from_slice(line.bytes).unwrap();
            self.ids.push(record["id"].as_str().unwrap().to_owned());
        }
        self.cursor = news.cursor();
        assert_eq!(news.last_part().map(|(_, part)| part), self.cursor.parts.last().cloned());
        Ok(news.begins_anew())
    }

    fn read_all(&mut self, dir: &Path) -> bool {
        self.read(dir, usize::MAX).unwrap()
    }
}

/// The ids of the records of a folder, in their order.
fn ids(dir: &Path) -> Vec<String> {
    let mut all = Follower::default();
    all.read_all(dir);
    all.ids
}

fn write(dir: &Path, key: &str, fresh: bool, ids: &[&str]) {
    let mut folder = Folder::open(FolderOptions { fresh, ..options(dir, key, 1) }).unwrap();
    for id in ids {
        folder.write(written(id)).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn wherever_a_follower_stops_it_meets_each_record_once(
        steps in proptest::collection::vec((0_usize..20, 0_usize..14), 1..8)
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut follower = Follower::default();
        let mut done = 0;
        for (outcomes, reads) in steps {
            run(dir.path(), done..done + outcomes, 5);
            done += outcomes;
            prop_assert!(!follower.read(dir.path(), reads).unwrap(), "the folder only went on");
            prop_assert_eq!(&follower.ids[..], &ids(dir.path())[..follower.ids.len()]);
        }
        follower.read_all(dir.path());
        prop_assert_eq!(&follower.ids, &ids(dir.path()));
        prop_assert!(News::since(dir.path(), &follower.cursor).unwrap().is_over());
    }
}

#[test]
fn another_generation_is_read_from_its_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut follower = Follower::default();
    write(dir, "one", false, &["a", "b"]);
    assert!(!follower.read_all(dir));
    write(dir, "two", false, &["b", "a"]);
    assert!(follower.read_all(dir));
    assert_eq!(follower.ids, ["b", "a"]);
    write(dir, "two", true, &["b"]); // the same configuration and records, from nothing
    assert!(follower.read_all(dir));
    assert_eq!(follower.ids, ["b"]);
    assert!(!follower.read_all(dir));
}

#[test]
fn a_folder_that_was_put_back_and_went_another_way_is_read_from_its_beginning() {
    for (then, anew) in [(&["c", "e", "f"][..], true), (&["c", "d", "e"], false), (&["c"], true)] {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut follower = Follower::default();
        write(one.path(), "one", false, &["a", "b", "c", "d"]);
        follower.read_all(one.path());
        write(other.path(), "one", false, &["a", "b"]);
        write(other.path(), "one", false, then);
        assert_eq!(follower.read_all(other.path()), anew, "{then:?}");
        assert_eq!(follower.ids, ids(other.path()), "{then:?}");
    }
}

#[test]
fn a_part_that_is_not_what_was_committed_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, "one", false, &["a", "b"]);
    let part = dir.join("articles-00000000.jsonl");
    let whole = fs::read(&part).unwrap();
    let mut changed = whole.clone();
    changed[10] = b'_';
    for (bytes, message) in [
        (&changed[..], "vouches for"),
        (&whole[..whole.len() - 3], "ends after"),
        (&whole[..whole.len() / 2], "ends after"),
    ] {
        fs::write(&part, bytes).unwrap();
        let mut news = News::since(dir, &Cursor::default()).unwrap();
        let error = loop {
            match news.next() {
                Ok(read) => assert!(read.is_some(), "the end is an error"),
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains(message), "{error}");
    }
}
