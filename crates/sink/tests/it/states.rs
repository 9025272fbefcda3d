use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sink::{Folder, FolderOptions};
use stage_api::{Outcome, Sink};

use crate::sample::{known, open, options, outcome, promised, written};

const ALL: usize = 40;
const STAGES: [&str; 2] = ["dedupe/near", "Stories"];

/// What outcome `n` teaches a stage: every third nothing, every seventh something empty.
fn change(stage: &str, n: usize) -> Option<Vec<u8>> {
    let nothing = n.is_multiple_of(3) || (stage == STAGES[1] && n.is_multiple_of(2));
    (!nothing).then(|| format!("{stage} {n};").repeat(n % 7).into_bytes())
}

/// What a stage knows after outcomes `0..to`.
fn taught(stage: &str, to: usize) -> Vec<Vec<u8>> {
    (0..to).filter_map(|n| change(stage, n)).collect()
}

/// What an open folder gives back to a stage.
fn replayed(folder: &mut Folder, stage: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut changes = Vec::new();
    let each = &mut |change: &[u8]| {
        changes.push(change.to_vec());
        Ok(())
    };
    folder.replay(stage, each).map_err(|error| error.to_string()).map(|()| changes)
}

/// Hands outcomes to a folder as the runner does, each behind its changes.
fn write(folder: &mut Folder, outcomes: Range<usize>) {
    for n in outcomes {
        for stage in STAGES {
            if let Some(change) = change(stage, n) {
                folder.change(stage, &change).unwrap();
            }
        }
        folder.write(outcome(n)).unwrap();
    }
}

/// Goes on where the folder's memory ends, to the end; what the stages know by then must be right.
fn resume(mut folder: Folder) {
    let done = known(&folder);
    for stage in STAGES {
        assert_eq!(replayed(&mut folder, stage).unwrap(), taught(stage, done), "{stage}");
    }
    write(&mut folder, done..ALL);
    folder.finish().unwrap();
    folder.complete().unwrap();
}

/// Everything that the promise of "same bytes" covers, and the states.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let promised = promised(dir).into_iter().map(|(name, text)| (name, text.into_bytes()));
    let states = ["state-dedupe%2Fnear.bin", "state-%53tories.bin"];
    let states = states.map(|name| (name.to_owned(), fs::read(dir.join(name)).unwrap()));
    promised.chain(states).collect()
}

fn uninterrupted() -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    resume(open(dir.path(), 256));
    files(dir.path())
}

/// Every file of a folder but the lock.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| !path.ends_with(".lock"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// A kill at every byte of a commit: files are synced in this order, so up to the one that was being
/// written they have what the commit adds, and from there on they do not.
#[test]
fn a_kill_at_any_byte_of_a_commit_costs_only_that_commit() {
    // Parts that never close, so that a commit comes with every second outcome and no other.
    let open = |dir: &Path| {
        Folder::open(FolderOptions { part_bytes: u64::MAX, ..options(dir, "key-1", 2) }).unwrap()
    };
    let whole = tempfile::tempdir().unwrap();
    resume(open(whole.path()));
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut folder = open(dir);
    write(&mut folder, 0..4);
    let before = contents(dir);
    write(&mut folder, 4..6);
    let after = contents(dir);
    drop(folder);
    let order = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kinds = ["articles-", "ledger", "state-", "journal"];
        (kinds.iter().position(|kind| name.starts_with(kind)), name)
    };
    let mut changed: Vec<_> =
        after.keys().filter(|path| after.get(*path) != before.get(*path)).cloned().collect();
    changed.sort_by_key(order);
    assert_eq!(changed.len(), 5, "a part, the ledger, two states and the journal: {changed:?}");
    let mut kills = 0;
    for (at, torn) in changed.iter().enumerate() {
        let from = before.get(torn).map_or(0, Vec::len);
        let to = after[torn].len();
        // What a torn part is worth does not hang on states: `crash` cuts it everywhere.
        let step = if at == 0 { to - from } else { 1 };
        for cut in (from..=to).step_by(step) {
            for (later, path) in changed.iter().enumerate() {
                let bytes = match later.cmp(&at) {
                    std::cmp::Ordering::Less => &after[path][..],
                    std::cmp::Ordering::Equal => &after[path][..cut],
                    std::cmp::Ordering::Greater => before.get(path).map_or(&[][..], Vec::as_slice),
                };
                fs::write(path, bytes).unwrap();
            }
            let journaled = at == 4 && cut == to;
            let mut folder = open(dir);
            let done = known(&folder);
            assert_eq!(done, if journaled { 6 } else { 4 }, "{} cut at {cut}", torn.display());
            for stage in STAGES {
                assert_eq!(replayed(&mut folder, stage).unwrap(), taught(stage, done));
            }
            kills += 1;
        }
    }
    assert!(kills > 500, "{kills} kills");
    for path in &changed[..4] {
        fs::write(path, &after[path]).unwrap();
    }
    fs::write(&changed[4], &before[&changed[4]]).unwrap();
    resume(open(dir));
    assert_eq!(files(dir), files(whole.path()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn stops_and_batches_do_not_matter(stops in prop::collection::vec((0..ALL, 1..9_usize), 0..4)) {
        let dir = tempfile::tempdir().unwrap();
        for (outcomes, per_commit) in stops {
            let mut folder = open(dir.path(), per_commit);
            let done = known(&folder);
            write(&mut folder, done..(done + outcomes).min(ALL));
        }
        resume(open(dir.path(), 3));
        prop_assert_eq!(files(dir.path()), uninterrupted());
    }
}

#[test]
fn a_change_is_committed_with_its_article_and_never_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 1);
    folder.write(written("a")).unwrap();
    folder.change("dedupe", b"of b").unwrap();
    folder.idle().unwrap();
    drop(folder); // killed between the change and the outcome
    let mut folder = open(dir.path(), 1);
    assert_eq!(replayed(&mut folder, "dedupe").unwrap(), Vec::<Vec<u8>>::new());
    folder.change("dedupe", b"of b again").unwrap();
    folder.write(written("b")).unwrap();
    drop(folder);
    let mut folder = open(dir.path(), 1);
    assert_eq!(replayed(&mut folder, "dedupe").unwrap(), [b"of b again"]);
    for _ in 0..3 {
        folder.write(Outcome::Unchanged).unwrap();
    }
    folder.finish().unwrap();
    drop(folder);
    assert_eq!(replayed(&mut open(dir.path(), 1), "dedupe").unwrap().len(), 1);
}

#[test]
fn another_generation_begins_with_nothing_known() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    resume(open(dir, 7));
    let first = files(dir);
    let open = |key, fresh| Folder::open(FolderOptions { fresh, ..options(dir, key, 7) }).unwrap();
    for (key, fresh) in [("key-2", false), ("key-1", true)] {
        let mut folder = open(key, fresh);
        assert_eq!(replayed(&mut folder, STAGES[0]).unwrap(), Vec::<Vec<u8>>::new());
        write(&mut folder, 0..9);
        folder.finish().unwrap();
        drop(folder);
        let mut again = open(key, false);
        assert_eq!(replayed(&mut again, STAGES[0]).unwrap(), taught(STAGES[0], 9));
    }
    assert_eq!(files(dir), first, "the old one is left alone");
}

#[test]
fn a_damaged_state_is_told_with_its_file_and_fresh_goes_on_without_it() {
    let check = |break_it: &dyn Fn(&Path), expected: &str| {
        let dir = tempfile::tempdir().unwrap();
        resume(open(dir.path(), 5));
        let path = dir.path().join("state-dedupe%2Fnear.bin");
        break_it(&path);
        let mut folder = open(dir.path(), 5);
        let error = replayed(&mut folder, STAGES[0]).unwrap_err();
        let expected = format!(
            "{}: the state of the stage `dedupe/near` cannot be read back: {expected}; restore the \
             folder from a copy, or begin from nothing with `--fresh`",
            path.display()
        );
        assert_eq!(error, expected);
        assert_eq!(replayed(&mut folder, STAGES[1]).unwrap(), taught(STAGES[1], ALL));
        drop(folder);
        let mut fresh =
            Folder::open(FolderOptions { fresh: true, ..options(dir.path(), "key-1", 5) }).unwrap();
        assert!(replayed(&mut fresh, STAGES[0]).unwrap().is_empty());
        write(&mut fresh, 0..ALL);
        fresh.finish().unwrap();
    };
    let flip = |at: usize| {
        move |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[at] ^= 1;
            fs::write(path, bytes).unwrap();
        }
    };
    // Outcome 1 changes 15 bytes (8 and `dedupe/near 1;`, 14), outcome 2 twice that.
    check(&flip(0), "the change at byte 0 is damaged");
    check(&flip(5), "the change at byte 0 is damaged");
    check(&flip(30), "the change at byte 22 is damaged");
    check(&flip(25), "the change at byte 22 is damaged");
    check(&|path| fs::remove_file(path).unwrap(), "the file is gone");
    let len = {
        let dir = tempfile::tempdir().unwrap();
        resume(open(dir.path(), 5));
        fs::metadata(dir.path().join("state-dedupe%2Fnear.bin")).unwrap().len()
    };
    check(
        &|path| fs::write(path, "short").unwrap(),
        &format!("the file has 5 bytes, the journal says {len}"),
    );
}

#[test]
fn a_stage_that_refuses_its_state_is_told_as_well() {
    let dir = tempfile::tempdir().unwrap();
    resume(open(dir.path(), 5));
    let error = open(dir.path(), 5).replay(STAGES[0], &mut |_| Err("version 3 of it".into()));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("cannot be read back: version 3 of it; restore"), "{error}");
}
