//! Files that are renamed, copied and written anew between runs.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::program::{copydesk, json_file, records};

const PIPELINE: &str = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n[[sink]]\nuse = \"jsonl\"\n";

/// Writes a file that has settled long ago, so that the next run knows it without reading it.
fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join("drop").join(name);
    fs::write(&path, text).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
}

fn rename(dir: &Path, from: &str, to: &str) {
    fs::rename(dir.join("drop").join(from), dir.join("drop").join(to)).unwrap();
}

/// Runs and checks the folder; returns what was written, discarded and unchanged, and the records: whose they are,
/// their revisions and first words.
fn run(dir: &Path) -> ([u64; 3], Vec<String>) {
    for args in [&["run"][..], &["verify", "out"]] {
        let ran = copydesk(dir, args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.stdout, ran.stderr);
    }
    let counts = &json_file(&dir.join("out/run.json"))["run"];
    let counts = ["written", "discarded", "unchanged"].map(|kind| counts[kind].as_u64().unwrap());
    let line = |record: &serde_json::Value| {
        let text = record["text"].as_str().unwrap();
        let id = record["id"].as_str().unwrap();
        format!("{id} {} {}", record["revision"], text.split(' ').next().unwrap())
    };
    (counts, records(&dir.join("out")).iter().map(line).collect())
}

const RAIN: &str = "Rain fell on Ostrel all night.";
const SNOW: &str = "Snow lay on Ostrel this morning.";

fn begun() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("drop")).unwrap();
    fs::write(dir.path().join("pipeline.toml"), PIPELINE).unwrap();
    write(dir.path(), "latest.txt", RAIN);
    assert_eq!(run(dir.path()), ([1, 0, 0], vec!["drop/latest.txt 1 Rain".to_owned()]));
    dir
}

/// A file that is put aside before the next one takes its name: what it said had no current record any more.
#[test]
fn what_was_put_aside_keeps_a_record() {
    for aside in ["older.txt", "early.txt"] {
        let dir = begun();
        let dir = dir.path();
        rename(dir, "latest.txt", aside);
        write(dir, "latest.txt", SNOW);
        let records = ["drop/latest.txt 1 Rain", "drop/latest.txt 2 Snow"].map(str::to_owned);
        let records: Vec<_> = records.into_iter().chain([format!("drop/{aside} 1 Rain")]).collect();
        assert_eq!(run(dir), ([2, 0, 0], records.clone()));
        assert_eq!(run(dir), ([0, 0, 2], records));
    }
}

#[test]
fn what_was_moved_earlier_becomes_an_article_when_its_name_says_something_else() {
    for aside in ["older.txt", "early.txt"] {
        let dir = begun();
        let dir = dir.path();
        rename(dir, "latest.txt", aside);
        write(dir, "copy.txt", RAIN);
        let (counts, records) = run(dir);
        assert_eq!((counts, records.len()), ([0, 0, 2], 1), "moved, and nothing is done");
        let journal = fs::read(dir.join("out/journal.jsonl")).unwrap();
        assert_eq!(run(dir).0, [0, 0, 2]);
        assert_eq!(fs::read(dir.join("out/journal.jsonl")).unwrap(), journal);

        // Both are known and not read, until somebody must be the one who says it.
        write(dir, "latest.txt", SNOW);
        let (counts, records) = run(dir);
        assert_eq!(counts, [2, 0, 1]);
        assert_eq!(records[1..], ["drop/latest.txt 2 Snow", "drop/copy.txt 1 Rain"]);
        assert_eq!(run(dir).0, [0, 0, 3]);

        fs::remove_file(dir.join("drop").join(aside)).unwrap();
        write(dir, "copy.txt", SNOW);
        let (counts, records) = run(dir);
        assert_eq!((counts, records.len()), ([1, 0, 1], 4), "a corrected article is itself");
        write(dir, "third.txt", SNOW);
        assert_eq!(run(dir).0, [0, 1, 2], "a duplicate");
        write(dir, "third.txt", RAIN);
        assert_eq!(run(dir).1[4..], ["drop/third.txt 2 Rain"]);
    }
}

/// A line put before the others gives all of them other names.
#[test]
fn lines_that_were_shifted_keep_their_records() {
    let dir = begun();
    let dir = dir.path();
    let lines = |words: &[&str]| {
        words
            .iter()
            .map(|word| format!("{{\"text\": \"{word} fell on Ostrel.\"}}\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    write(dir, "lines.jsonl", &lines(&["Hail", "Sleet", "Dew"]));
    assert_eq!(run(dir).0, [3, 0, 1]);
    write(dir, "lines.jsonl", &lines(&["Ash", "Hail", "Sleet", "Dew"]));
    let (counts, records) = run(dir);
    assert_eq!(counts, [4, 0, 1]);
    assert_eq!(records.last().unwrap(), "drop/lines.jsonl#4 1 Dew");
    assert_eq!(run(dir).0, [0, 0, 5]);
}
