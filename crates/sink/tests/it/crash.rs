use std::fs;
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use sink::{Folder, FolderOptions};
use stage_api::Sink;

use crate::sample::{FORMS, known, open, open_as, outcome, promised, run, run_as};

const ALL: usize = 40;

/// Goes on with the drop where the folder's memory ends, as the runner does, to the end.
fn resume(dir: &Path, per_commit: usize) {
    let done = known(&open(dir, per_commit));
    run(dir, done..ALL, per_commit);
}

fn uninterrupted() -> std::collections::BTreeMap<String, String> {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), 0..ALL, 256);
    promised(dir.path())
}

/// A folder whose run stopped after `outcomes`, without a finish.
fn stopped(outcomes: usize, per_commit: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), per_commit);
    for n in 0..outcomes {
        folder.write(outcome(n)).unwrap();
    }
    dir
}

fn append(path: &Path, bytes: &[u8]) {
    fs::File::options().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn what_was_not_committed_is_cut() {
    let whole = uninterrupted();
    for outcomes in 0..ALL {
        let dir = stopped(outcomes, 4);
        assert!(known(&open(dir.path(), 4)) <= outcomes);
        resume(dir.path(), 4);
        assert_eq!(promised(dir.path()), whole, "stopped after {outcomes}");
    }
}

#[test]
fn uncommitted_bytes_in_any_file_are_cut() {
    let whole = uninterrupted();
    let dir = stopped(21, 5);
    let mut parts: Vec<_> =
        promised(dir.path()).into_keys().filter(|name| name.starts_with("articles-")).collect();
    let last = parts.pop().unwrap();
    append(&dir.path().join(&last), b"{\"half a rec");
    append(&dir.path().join("ledger.bin"), &[7; 100]);
    let number: u32 = last["articles-".len()..][..8].parse().unwrap();
    append(&dir.path().join("manifest.json.tmp"), b"{");
    resume(dir.path(), 5);
    assert_eq!(promised(dir.path()), whole);
    assert!(number > 0, "the sample fills more than one part");
}

#[test]
fn a_part_begun_after_the_last_commit_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), 256));
    append(&dir.path().join("articles-00000000.jsonl"), b"{\"never\":\"committed\"}\n");
    run(dir.path(), 0..ALL, 256);
    assert_eq!(promised(dir.path()), uninterrupted());
}

#[test]
fn a_kill_before_the_first_journal_line_leaves_a_place_to_begin() {
    let dir = tempfile::tempdir().unwrap();
    for name in [".lock", "ledger.bin", "journal.jsonl.tmp"] {
        append(&dir.path().join(name), b"half");
    }
    run(dir.path(), 0..ALL, 256);
    assert_eq!(promised(dir.path()), uninterrupted());

    let next = dir.path().join("gen-1");
    fs::create_dir(&next).unwrap();
    append(&next.join("ledger.bin"), b"half");
    let folder = Folder::open(FolderOptions::new(dir.path(), "key-2", "")).unwrap();
    assert_eq!(known(&folder), 0);
    assert_eq!(fs::metadata(next.join("ledger.bin")).unwrap().len(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_and_costs_nothing_committed() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 1);
    let part = dir.path().join("articles-00000000.jsonl");
    let mut committed = 0;
    while fs::metadata(&part).map_or(0, |part| part.len()) < 400 {
        folder.write(outcome(committed)).unwrap();
        committed += 1;
    }
    std::os::unix::fs::symlink("/dev/full", dir.path().join("articles-00000001.jsonl")).unwrap();
    let errors: Vec<_> = (committed..ALL).filter_map(|n| folder.write(outcome(n)).err()).collect();
    let first = errors[0].to_string();
    assert!(
        first.ends_with("; free some space and run again; everything committed is kept"),
        "{first}"
    );
    assert!(first.contains("articles-00000001.jsonl: "), "{first}");
    let finish = folder.finish().unwrap_err().to_string();
    assert!(
        finish.ends_with(": an earlier write failed; run again to go on from the last commit"),
        "{finish}"
    );
    drop(folder);
    resume(dir.path(), 256);
    assert_eq!(promised(dir.path()), uninterrupted());
}

#[test]
fn a_last_journal_line_torn_at_any_byte_costs_only_itself() {
    let whole = uninterrupted();
    let dir = stopped(20, 5);
    let files =
        ["journal.jsonl", "ledger.bin", "articles-00000000.jsonl", "articles-00000001.jsonl"];
    let files: Vec<_> = files
        .iter()
        .map(|name| (dir.path().join(name), fs::read(dir.path().join(name)).unwrap()))
        .collect();
    let journal = &files[0].1;
    let start = journal[..journal.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let before = journal[..start - 1].rsplit(|byte| *byte == b'\n').next().unwrap();
    let before: serde_json::Value = serde_json::from_slice(before).unwrap();
    let committed = before["entry"]["commit"]["ledger"].as_u64().unwrap() / 72;
    assert!(committed > 10);
    for cut in start..journal.len() {
        for (path, bytes) in &files {
            fs::write(path, bytes).unwrap();
        }
        fs::write(&files[0].0, &journal[..cut]).unwrap();
        assert_eq!(known(&open(dir.path(), 5)) as u64, committed, "cut at byte {cut}");
    }
    resume(dir.path(), 5);
    assert_eq!(promised(dir.path()), whole);
}

#[test]
fn a_folder_that_lost_committed_bytes_is_refused() {
    let check = |break_it: &dyn Fn(&Path), expected: &str| {
        let dir = stopped(20, 5);
        break_it(dir.path());
        let error =
            Folder::open(FolderOptions::new(dir.path(), "key-1", "")).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(
            error.ends_with("; `copydesk verify` tells what is damaged and what can be done"),
            "{error}"
        );
    };
    let shorten =
        |name: &'static str| move |dir: &Path| fs::write(dir.join(name), "short").unwrap();
    check(&shorten("ledger.bin"), "ledger.bin: has 5 bytes, the journal says ");
    check(&shorten("articles-00000001.jsonl"), "has 5 bytes, the journal says ");
    check(&shorten("journal.jsonl"), "the journal has no first line");
    let flip = |dir: &Path| {
        let path = dir.join("journal.jsonl");
        let journal = fs::read_to_string(&path).unwrap();
        fs::write(path, journal.replacen("\"records\":", "\"records\":1", 1)).unwrap();
    };
    check(&flip, "line 2 of the journal is damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn stops_and_batches_do_not_matter(
        stops in prop::collection::vec((0..ALL, 1..9_usize), 0..4),
        compression in prop::sample::select(&FORMS),
    ) {
        let (dir, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (outcomes, per_commit) in stops {
            let mut folder = open_as(dir.path(), per_commit, compression);
            let done = known(&folder);
            for n in done..(done + outcomes).min(ALL) {
                folder.write(outcome(n)).unwrap();
            }
        }
        let done = known(&open_as(dir.path(), 3, compression));
        run_as(dir.path(), done..ALL, 3, compression);
        run_as(whole.path(), 0..ALL, 256, compression);
        prop_assert_eq!(promised(dir.path()), promised(whole.path()));
    }
}
