use std::fs;
use std::path::Path;

use sink::{Findings, Folder, FolderOptions, verify};
use stage_api::Sink;

use crate::sample::{open, options, promised, run, sound};

/// A folder of two parts, a state and dead letters.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 5);
    for n in 0..20 {
        folder.change("tally", &[n as u8; 9]).unwrap();
        folder.write(sound(n)).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
    dir
}

fn append(path: &Path, bytes: &[u8]) {
    let mut all = fs::read(path).unwrap();
    all.extend_from_slice(bytes);
    fs::write(path, all).unwrap();
}

/// The findings without the folder's name.
fn found(dir: &Path, mend: bool) -> Findings {
    let prefix = format!("{}/", dir.display());
    let mut findings = verify(dir, mend).unwrap();
    for line in findings.mendable.iter_mut().chain(&mut findings.damage) {
        *line = line.replace(&prefix, "");
    }
    findings
}

#[test]
fn a_sound_folder_is_sound() {
    let dir = folder();
    let findings = found(dir.path(), false);
    let expected = Findings { generations: 1, records: 12, dead_letters: 4, ..Findings::default() };
    assert_eq!(findings, expected);
}

#[test]
fn what_is_derived_or_uncommitted_is_mended() {
    let dir = folder();
    let before = promised(dir.path());
    let at = |name: &str| dir.path().join(name);
    append(&at("journal.jsonl"), b"{\"crc32\":");
    append(&at("ledger.bin"), &[1; 10]);
    append(&at("state-tally.bin"), &[1; 10]);
    fs::write(at("manifest.json"), "{}").unwrap();
    fs::remove_file(at("dead-letters.jsonl")).unwrap();
    let expected = [
        "journal.jsonl: 9 bytes after what is committed",
        "ledger.bin: 10 bytes after what is committed",
        "state-tally.bin: 10 bytes after what is committed",
        "manifest.json: is not what follows from the journal",
        "dead-letters.jsonl: is not there",
    ];
    assert_eq!(found(dir.path(), false).mendable, expected, "only looked at");
    assert_eq!(found(dir.path(), true).mendable, expected);
    assert!(found(dir.path(), true).is_sound());
    assert_eq!(promised(dir.path()), before);
}

#[test]
fn damage_is_named_and_nothing_is_touched() {
    let check = |name: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>, expected: &[&str]| {
        let dir = folder();
        let path = dir.path().join(name);
        append(&dir.path().join("ledger.bin"), &[1; 10]);
        fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
        let damaged = fs::read(&path).unwrap();
        let findings = found(dir.path(), true);
        assert_eq!(findings.damage, expected);
        assert_eq!(fs::read(&path).unwrap(), damaged);
    };
    let replaced = |from: &'static str, to: &'static str| {
        move |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replacen(from, to, 1).into_bytes()
    };
    let first = "articles-00000000.jsonl";
    check(
        first,
        &replaced("Rain", "Snow"),
        &[
            "articles-00000000.jsonl: line 1: mentions[0] does not say what stands at 0..4",
            "articles-00000000.jsonl: its bytes are not those that were written",
        ],
    );
    check(
        "state-tally.bin",
        &|mut bytes| {
            bytes[20] ^= 1;
            bytes
        },
        &["state-tally.bin: the change at byte 17 is damaged"],
    );
    check(
        "journal.jsonl",
        &replaced("\"records\":", "\"records\":1"),
        &["journal.jsonl: line 2 of the journal is damaged"],
    );
    check(
        "ledger.bin",
        &|mut bytes| {
            bytes[60] = 9;
            bytes
        },
        &["ledger.bin: an entry of the ledger is damaged"],
    );
}

#[test]
fn a_folder_in_use_or_none_is_refused() {
    let dir = folder();
    let writing = open(dir.path(), 5);
    let error = verify(dir.path(), true).unwrap_err().to_string();
    assert!(error.contains("another run is writing here"), "{error}");
    drop(writing);
    let nowhere = dir.path().join("nowhere");
    assert!(verify(&nowhere, true).unwrap_err().to_string().ends_with(": no output folder"));
}

#[test]
fn a_later_generation_is_checked_too() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), 0..3, 5);
    let mut next =
        Folder::open(FolderOptions { fresh: true, ..options(dir.path(), "k", 5) }).unwrap();
    next.write(sound(0)).unwrap();
    next.finish().unwrap();
    next.complete().unwrap();
    drop(next);
    let findings = found(dir.path(), true);
    assert_eq!((findings.generations, findings.mendable.len()), (2, 0));
}
