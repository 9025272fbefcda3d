use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sink::{Findings, Folder, FolderOptions, Mend, OpenError, prune, verify};
use stage_api::Sink;

use crate::sample::{flip, known, open, options, promised, run, sound};

const ALL: usize = 20;

/// A folder of several parts, a state, stories and dead letters.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    go_on(dir.path());
    dir
}

/// Takes what of the drop the folder does not know, as a run does.
fn go_on(dir: &Path) {
    let options = FolderOptions { part_bytes: 900, ..options(dir, "key-1", 5) };
    let mut folder = Folder::open(options).unwrap();
    for n in known(&folder)..ALL {
        folder.change("tally", &[n as u8; 9]).unwrap();
        folder.write(sound(n)).unwrap();
    }
    folder.drop_file("stories", &mut |out| out.write_all(b"told\n")).unwrap();
    folder.finish().unwrap();
    folder.complete().unwrap();
    folder.keep_files(b"all of it").unwrap();
}

fn append(path: &Path, bytes: &[u8]) {
    let mut all = fs::read(path).unwrap();
    all.extend_from_slice(bytes);
    fs::write(path, all).unwrap();
}

/// The findings without the folder's name.
fn found(dir: &Path, mend: Mend) -> Findings {
    let prefix = format!("{}/", dir.display());
    let mut findings = verify(dir, mend).unwrap();
    let Findings { mendable, for_the_next_run, damage, .. } = &mut findings;
    for line in mendable.iter_mut().chain(for_the_next_run).chain(damage) {
        *line = line.replace(&prefix, "");
    }
    findings
}

#[test]
fn a_sound_folder_is_sound() {
    let dir = folder();
    let findings = found(dir.path(), Mend::Nothing);
    let expected = Findings { generations: 1, records: 12, dead_letters: 4, ..Findings::default() };
    assert_eq!(findings, expected);
}

#[test]
fn what_is_derived_or_uncommitted_is_mended() {
    let dir = folder();
    let before = promised(dir.path());
    let at = |name: &str| dir.path().join(name);
    append(&at("journal.jsonl"), b"{\"crc32\":");
    append(&at("articles-00000000.jsonl"), b"more");
    append(&at("ledger.bin"), &[1; 10]);
    append(&at("state-tally.bin"), &[1; 10]);
    fs::write(at("manifest.json"), "{}").unwrap();
    fs::remove_file(at("dead-letters.jsonl")).unwrap();
    let expected = [
        "journal.jsonl: 9 bytes after what is committed",
        "articles-00000000.jsonl: 4 bytes after what is committed",
        "ledger.bin: 10 bytes after what is committed",
        "state-tally.bin: 10 bytes after what is committed",
        "manifest.json: is not what follows from the journal",
        "dead-letters.jsonl: is not there",
    ];
    assert_eq!(found(dir.path(), Mend::Nothing).mendable, expected, "only looked at");
    assert_eq!(found(dir.path(), Mend::Harmless).mendable, expected);
    assert!(found(dir.path(), Mend::Harmless).is_sound());
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
        let findings = found(dir.path(), Mend::Harmless);
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
            "articles-00000000.jsonl: bytes 0 to 1060 are not what was written: 3 records, of \
             `drop/1.txt`, `drop/2.txt`, `drop/4.txt`",
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
        &[
            "journal.jsonl: line 2 of the journal is damaged; what came after it in articles-00000000.jsonl, from byte 0 on: \
           4 records, of `drop/0.txt`, `drop/1.txt`, `drop/2.txt`, `drop/4.txt`",
        ],
    );
    check(
        "ledger.bin",
        &|mut bytes| {
            bytes[60] = 9;
            bytes
        },
        &["ledger.bin: entries 1 to 5 are not what was written"],
    );
}

/// Wherever a bit flips in what is committed, a look finds it; going back to the commit before and running
/// again gives the same bytes.
#[test]
fn a_bit_that_flips_anywhere_is_found_and_run_again() {
    let whole = folder();
    let expected = promised(whole.path());
    let mut open_part = expected.keys().filter(|name| name.starts_with("articles-"));
    let open_part = open_part.next_back().unwrap().clone();
    for name in ["articles-00000000.jsonl", &open_part, "ledger.bin", "state-tally.bin"] {
        let path = whole.path().join(name);
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(61) {
            flip(&path, at);
            let findings = found(whole.path(), Mend::Harmless);
            assert!(!findings.damage.is_empty(), "{name} at {at}");
            fs::write(&path, &bytes).unwrap();
        }
        assert!(found(whole.path(), Mend::Nothing).is_sound());

        flip(&path, bytes.len() / 2);
        let findings = found(whole.path(), Mend::TakeBack);
        assert!(findings.taken_back > 0, "{name}");
        let now = found(whole.path(), Mend::Nothing);
        assert_eq!((now.is_sound(), now.records), (true, 12 - findings.taken_back), "{name}");
        assert!(!whole.path().join("files.bin").exists(), "its files must be read again");
        go_on(whole.path());
        assert_eq!(promised(whole.path()), expected, "{name}");
    }
}

#[test]
fn a_bit_that_flips_in_the_journal_never_loses_a_commit_unsaid() {
    let dir = folder();
    let path = dir.path().join("journal.jsonl");
    let journal = fs::read(&path).unwrap();
    for at in (0..journal.len()).step_by(7).chain([journal.len() - 1]) {
        flip(&path, at);
        let error = Folder::open(options(dir.path(), "key-1", 5)).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{error} at {at}");
        assert!(!found(dir.path(), Mend::Harmless).damage.is_empty(), "at {at}");
        fs::write(&path, &journal).unwrap();
    }
    let lines: Vec<_> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    let (last, before) = lines.split_last().unwrap();
    let commit = before.len() - usize::from(is_drop(last));
    let start: usize = lines[..commit].iter().map(|line| line.len()).sum();
    flip(&path, start + 30);
    let damage = found(dir.path(), Mend::Harmless).damage;
    assert_eq!(damage.len(), 1);
    let told = "line 6 of the journal is damaged; what \
                came after it in articles-00000002.jsonl, from byte 801 on: 1 record, of `drop/19.txt`";
    assert!(damage[0].contains(told), "{damage:?}");
    found(dir.path(), Mend::TakeBack);
    go_on(dir.path());
    assert_eq!(fs::read(&path).unwrap(), journal);
}

/// The journal with each entry as `change` makes it, under its right checksum.
fn rewritten(journal: &[u8], change: impl Fn(usize, Value) -> Value) -> Vec<u8> {
    let mut lines = Vec::new();
    for (at, line) in journal.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line: Value = serde_json::from_slice(line).unwrap();
        let entry = change(at, line["entry"].clone()).to_string();
        let crc32 = crc32fast::hash(entry.as_bytes());
        lines.extend(format!("{{\"crc32\":\"{crc32:08x}\",\"entry\":{entry}}}\n").into_bytes());
    }
    lines
}

#[test]
fn what_another_version_wrote_is_never_cut() {
    type Change<'c> = &'c dyn Fn(usize, Value) -> Value;

    let no_change = |_, entry| entry;
    let no_entry = |at, entry| if at == 2 { json!({"seal": {"by": 1}}) } else { entry };
    let no_commit = |at, mut entry: Value| {
        if at == 2 {
            entry["commit"]["ledger"] = json!("many");
        }
        entry
    };
    let no_begin = |at, mut entry: Value| {
        if at == 0 {
            entry["begin"]["schema"] = json!("copydesk.journal/2");
        }
        entry
    };
    let damaged_before = |at, entry| if at == 3 { json!({"seal": {"by": 1}}) } else { entry };
    let changes: [(Change<'_>, Option<&str>); 5] = [
        (&no_change, None),
        (&no_entry, Some("line 3 is not understood")),
        (&no_commit, Some("line 3 is not understood")),
        (&no_begin, Some("its schema is `copydesk.journal/2`")),
        (&damaged_before, Some("line 2 is damaged, and line 4 is not understood")),
    ];
    for (change, expected) in changes {
        let dir = folder();
        let path = dir.path().join("journal.jsonl");
        let mut journal = rewritten(&fs::read(&path).unwrap(), change);
        if expected.is_some_and(|told| told.contains("damaged")) {
            let second = journal.iter().position(|byte| *byte == b'\n').unwrap() + 30;
            journal[second] ^= 1;
        }
        fs::write(&path, &journal).unwrap();
        for mend in [Mend::Nothing, Mend::Harmless, Mend::TakeBack] {
            let told = match verify(dir.path(), mend) {
                Ok(findings) => findings.is_sound().then_some(String::new()),
                Err(error @ OpenError::OtherVersion { .. }) => Some(error.to_string()),
                Err(_) => None,
            };
            let told = told.expect("sound, or of another version");
            assert!(told.contains(expected.unwrap_or_default()), "{told}");
            assert_eq!(told.is_empty(), expected.is_none());
            assert_eq!(fs::read(&path).unwrap(), journal, "{told}");
        }
        let opened = Folder::open(options(dir.path(), "key-1", 5));
        assert_eq!(opened.is_ok(), expected.is_none());
    }
}

/// Versions before the checksums of commits wrote such journals.
#[test]
fn commits_without_checksums_are_good_and_can_be_taken_back() {
    for (offset, why) in [(40, "in an id"), (0, "no record")] {
        let dir = folder();
        let at = |name: &str| dir.path().join(name);
        let bare = rewritten(&fs::read(at("journal.jsonl")).unwrap(), |_, mut entry| {
            if let Some(commit) = entry.get_mut("commit") {
                commit.as_object_mut().unwrap().remove("appended").unwrap();
            }
            entry
        });
        fs::write(at("journal.jsonl"), &bare).unwrap();
        let findings = found(dir.path(), Mend::Harmless);
        assert_eq!((findings.is_sound(), findings.records), (true, 12));
        go_on(dir.path());
        assert!(fs::read(at("journal.jsonl")).unwrap().starts_with(&bare));

        let second = at("articles-00000001.jsonl");
        let before = fs::read(&second).unwrap();
        flip(&second, offset);
        assert!(!found(dir.path(), Mend::Harmless).damage.is_empty(), "{why}");
        assert!(found(dir.path(), Mend::TakeBack).taken_back > 0, "{why}");
        assert!(found(dir.path(), Mend::Nothing).is_sound(), "{why}");
        go_on(dir.path());
        assert_eq!(fs::read(&second).unwrap(), before, "{why}");
    }
}

fn is_drop(line: &[u8]) -> bool {
    String::from_utf8_lossy(line).contains("\"drop\":")
}

/// A disk that lost blocks of a line before it was synced has zeros there.
#[test]
fn zeros_in_place_of_a_line_that_was_not_synced_are_cut() {
    let dir = folder();
    let path = dir.path().join("journal.jsonl");
    let journal = fs::read(&path).unwrap();
    append(&path, &[0; 300]);
    assert_eq!(found(dir.path(), Mend::Harmless).mendable.len(), 1);
    append(&path, b"{\"crc32\":\"00000000\",\"entry\":");
    let to_block = 512 - fs::metadata(&path).unwrap().len() as usize % 512;
    append(&path, &vec![b'9'; to_block]);
    append(&path, &[[0; 100].as_slice(), b"}\n"].concat());
    drop(Folder::open(options(dir.path(), "key-1", 5)).unwrap());
    assert_eq!(fs::read(&path).unwrap(), journal);
}

#[test]
fn a_journal_that_lost_whole_lines_is_told_from_the_manifest() {
    let dir = folder();
    let path = dir.path().join("journal.jsonl");
    let journal = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = journal.split_inclusive('\n').collect();
    fs::write(&path, lines[..4].concat()).unwrap();
    let told = "knows of 8 records, the manifest of 12; its last lines are gone";
    let error = Folder::open(options(dir.path(), "key-1", 5)).unwrap_err().to_string();
    assert!(error.contains(told), "{error}");
    let findings = found(dir.path(), Mend::TakeBack);
    assert_eq!(findings.damage, [format!("journal.jsonl: {told}")]);
    let expected = promised(folder().path());
    go_on(dir.path());
    assert_eq!(promised(dir.path()), expected);
}

#[test]
fn stories_that_are_gone_or_damaged_wait_for_the_next_run() {
    let dir = folder();
    let (stories, manifest) = (dir.path().join("stories.jsonl"), dir.path().join("manifest.json"));
    let promised = fs::read_to_string(&manifest).unwrap();
    let check = |expected: &str| {
        fs::remove_file(dir.path().join("dead-letters.jsonl")).unwrap();
        assert_eq!(found(dir.path(), Mend::Harmless).for_the_next_run, [expected]);
        assert_eq!(
            fs::read_to_string(&manifest).unwrap(),
            promised,
            "readers are promised the same"
        );
    };
    flip(&stories, 2);
    check("stories.jsonl: is not what was written");
    fs::remove_file(&stories).unwrap();
    check("stories.jsonl: is gone");
    go_on(dir.path());
    assert!(found(dir.path(), Mend::Nothing).is_sound());
}

#[test]
fn past_generations_are_pruned() {
    let dir = folder();
    for key in ["key-2", "key-3"] {
        let mut next = Folder::open(options(dir.path(), key, 5)).unwrap();
        next.write(sound(0)).unwrap();
        next.finish().unwrap();
        next.complete().unwrap();
    }
    let before = promised(dir.path()).remove("manifest.json");
    let pruned = prune(dir.path()).unwrap();
    assert!(pruned.bytes > 3_000, "{pruned:?}");
    let mut left: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("articles-") || name.starts_with("gen-"))
        .collect();
    left.sort();
    assert_eq!(left, ["gen-2"]);
    assert_eq!(promised(dir.path()).remove("manifest.json"), before);
    assert!(found(dir.path(), Mend::Nothing).is_sound());
    assert_eq!(prune(dir.path()).unwrap().bytes, 0);
    // There is no other to go back to for readers.
    flip(&dir.path().join("gen-2/articles-00000000.jsonl"), 9);
    assert_eq!(found(dir.path(), Mend::TakeBack).taken_back, 1);
    let mut again = open_with(dir.path(), "key-3");
    again.write(sound(0)).unwrap();
    again.finish().unwrap();
    drop(again);
    assert_eq!(promised(dir.path()).remove("manifest.json"), before, "readers see it at once");
    assert_eq!(known(&open_with(dir.path(), "key-3")), 1, "the run goes on in the last one");
}

fn open_with(dir: &Path, key: &str) -> Folder {
    Folder::open(options(dir, key, 5)).unwrap()
}

/// What came with an article is copied byte for byte, whatever a reader of JSON thinks of it.
#[test]
fn numbers_and_depths_that_the_run_takes_are_sound() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 5);
    let deep = "[".repeat(127) + &"]".repeat(127);
    for (n, value) in ["1e400", &deep].into_iter().enumerate() {
        let stage_api::Outcome::Written { receipt, record, tally } = sound(n) else { continue };
        let record = String::from_utf8(record).unwrap();
        let record = record.replacen('{', &format!("{{\"meta\":{{\"x\":{value}}},"), 1);
        let record = record.into_bytes();
        folder.write(stage_api::Outcome::Written { receipt, record, tally }).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
    drop(folder);
    assert_eq!(
        found(dir.path(), Mend::Nothing),
        Findings { generations: 1, records: 2, ..Findings::default() }
    );
}

#[test]
fn a_folder_in_use_or_none_is_refused() {
    let dir = folder();
    let writing = open(dir.path(), 5);
    let error = verify(dir.path(), Mend::Harmless).unwrap_err().to_string();
    assert!(error.contains("another run is writing here"), "{error}");
    drop(writing);
    let nowhere = dir.path().join("nowhere");
    assert!(
        verify(&nowhere, Mend::Harmless).unwrap_err().to_string().ends_with(": no output folder")
    );
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
    let findings = found(dir.path(), Mend::Harmless);
    assert_eq!((findings.generations, findings.mendable.len()), (2, 0));
}
