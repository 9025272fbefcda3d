use std::fs;

use document::{Document, Form, Origin};
use serde_json::json;
use sink::{Folder, FolderOptions, find_record, read_manifest};
use stage_api::{IdHash, Outcome, OutcomeKind, Settings, Sink};

use crate::sample::{known, open, options, outcome, promised, read_json, receipt, run, written};

#[test]
fn a_folder_says_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 256);
    for n in 0..20 {
        folder.write(outcome(n)).unwrap();
    }
    folder.write(Outcome::Unchanged).unwrap();
    folder.finish().unwrap();
    folder.complete().unwrap();
    let details = json!({"stages": [{"name": "normalize", "seconds": 0.5}], "run": "not this"});
    folder.write_run(details.as_object().unwrap().clone()).unwrap();

    let run = read_json(&dir.path().join("run.json"));
    let counts = json!({"read": 20, "written": 12, "discarded": 4, "failed": 4, "unchanged": 1});
    assert_eq!(run["run"], counts);
    assert_eq!(run["total"]["unchanged"], 0);
    assert_eq!(run["discards"], json!({"duplicate of": 2, "empty": 2}));
    assert_eq!(run["configuration"], "key-1");
    assert_eq!(run["stages"][0]["name"], "normalize");
    assert_eq!(fs::read_to_string(dir.path().join("configuration.toml")).unwrap(), "# key-1\n");

    let manifest = read_manifest(dir.path()).unwrap();
    assert_eq!(manifest.parts.iter().map(|part| part.records).sum::<u64>(), 12);
    assert!(manifest.parts.len() > 1, "400 bytes a part are not enough for 12 records");
    for part in &manifest.parts {
        let bytes = fs::read(dir.path().join(&part.file)).unwrap();
        assert_eq!(bytes.len() as u64, part.bytes);
        let digest: [u8; 32] =
            sha2::Digest::finalize(sha2::Digest::chain_update(sha2::Sha256::default(), &bytes))
                .into();
        assert_eq!(document::Sha256(digest).to_string(), part.sha256);
    }
    let (last, full) = manifest.parts.split_last().unwrap();
    assert!(full.iter().all(|part| part.bytes >= 400 && part.bytes < 500) && last.bytes < 500);
}

#[test]
fn the_next_run_knows_what_was_committed_and_continues_the_same_part() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), 0..9, 256);
    let folder = open(dir.path(), 256);
    let entries: Vec<_> = folder.known().unwrap().map(Result::unwrap).collect();
    assert_eq!(entries.len(), 9);
    let first = entries[0];
    assert_eq!(
        (first.id, first.kind, first.revision),
        (IdHash::of("drop/0.txt"), OutcomeKind::Written, 1)
    );
    assert_eq!(
        (first.payload, first.fingerprint, first.explicit_id),
        (receipt("", 1).origin.sha256, 7, false)
    );
    assert_eq!((entries[3].kind, entries[7].kind), (OutcomeKind::Discarded, OutcomeKind::Failed));
    assert_eq!((entries[8].kind, entries[8].revision), (OutcomeKind::Failed, 0));
    assert_eq!(folder.total().read(), 9);
    assert_eq!(folder.run().read(), 0);
    drop(folder);
    run(dir.path(), 9..20, 256);

    let whole = tempfile::tempdir().unwrap();
    run(whole.path(), 0..20, 256);
    assert_eq!(promised(dir.path()), promised(whole.path()));
}

#[test]
fn commits_never_show_in_the_output() {
    let folders: Vec<_> = [1, 2, 7, 256]
        .into_iter()
        .map(|per_commit| {
            let dir = tempfile::tempdir().unwrap();
            run(dir.path(), 0..60, per_commit);
            promised(dir.path())
        })
        .collect();
    assert!(folders.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(
        folders[0].len() > 4,
        "several parts, the manifest and the dead letters: {:?}",
        folders[0].keys()
    );
}

#[test]
fn a_run_that_brings_nothing_new_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), 0..20, 256);
    let (before, journal) =
        (promised(dir.path()), fs::read(dir.path().join("journal.jsonl")).unwrap());
    run(dir.path(), 0..0, 256);
    assert_eq!(promised(dir.path()), before);
    assert_eq!(fs::read(dir.path().join("journal.jsonl")).unwrap(), journal);
}

#[test]
fn bytes_lead_to_a_commit_too_and_time_does() {
    let dir = tempfile::tempdir().unwrap();
    let mut by_bytes = options(dir.path(), "key", usize::MAX);
    by_bytes.cadence.bytes = 10;
    let mut folder = Folder::open(by_bytes).unwrap();
    folder.write(written("a")).unwrap();
    assert_eq!(known(&folder), 1);
    drop(folder);
    let mut by_time = options(dir.path(), "key", usize::MAX);
    by_time.cadence.time = std::time::Duration::ZERO;
    let mut folder = Folder::open(by_time).unwrap();
    folder.write(written("b")).unwrap();
    assert_eq!(known(&folder), 2);
}

#[test]
fn a_record_is_found_by_its_id_in_its_latest_revision() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 1);
    let encoder = folder.encoder().unwrap();
    for (id, revision) in [("a", 1), ("say \"b\"", 1), ("a", 2), ("c", 1)] {
        let mut doc = Document::new(id, Origin::path("drop"), b"Words.".to_vec(), Form::Text);
        doc.revision.number = revision;
        let mut record = Vec::new();
        encoder.encode(&doc, &mut record).unwrap();
        let Outcome::Written { tally, .. } = written(id) else { unreachable!() };
        folder.write(Outcome::Written { receipt: receipt(id, 1), record, tally }).unwrap();
    }
    folder.finish().unwrap();
    let found = |id: &str| {
        find_record(dir.path(), id).unwrap().map(|line| wire::Record::parse(line).unwrap().revision)
    };
    assert_eq!((found("a"), found("say \"b\""), found("d")), (Some(2), Some(1), None));
}

#[test]
fn what_is_no_output_folder_is_refused_with_advice() {
    let dir = tempfile::tempdir().unwrap();
    let check = |path: &std::path::Path, expected: &str| {
        let error = Folder::open(FolderOptions::new(path, "key", "")).unwrap_err().to_string();
        assert_eq!(error.strip_prefix(&path.display().to_string()), Some(expected));
    };
    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.doc"), "years of work").unwrap();
    check(&foreign, ": holds `thesis.doc` and is no output folder; name an empty or a new one");
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1, "nothing was left behind");
    check(&foreign.join("thesis.doc"), ": is a file; name a folder, or `-` for standard output");

    let ours = dir.path().join("ours");
    let first = Folder::open(FolderOptions::new(&ours, "key", "")).unwrap();
    check(&ours, ": another run is writing here; wait for it to end, or name another folder");
    drop(first);
    assert!(Folder::open(FolderOptions::new(&ours, "key", "")).is_ok());
}

#[test]
fn a_folder_without_a_finished_run_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let error = read_manifest(dir.path()).unwrap_err().to_string();
    assert!(error.contains(": no output folder, or no run has finished in it yet"), "{error}");
}

#[test]
fn settings_of_the_records() {
    let specs = sink::specs();
    let names: Vec<_> = specs.iter().map(|spec| spec.name.as_ref()).collect();
    assert_eq!(names, ["jsonl", "report", "sqlite", "parquet", "null"]);
    let defaults = Settings::defaults(&specs[0].settings);
    assert_eq!(sink::record_options(&defaults), wire::Options::default());
    let other = sink::record_options(&defaults.with("offsets", "utf16").with("raw_offsets", true));
    let offsets = wire::Offsets::Utf16;
    let expected = wire::Options { offsets, raw_offsets: true, ..wire::Options::default() };
    assert_eq!(other, expected);
}

#[test]
fn what_records_leave_out() {
    let specs = sink::specs();
    let all = || wire::Key::ALL.iter().map(|key| key.name());
    let check = |only: Option<&[&str]>, omit: &[&str], expected: &[&str]| {
        let mut settings = Settings::defaults(&specs[0].settings).with("omit", omit.to_vec());
        if let Some(only) = only {
            settings = settings.with("only", only.to_vec());
        }
        let left_out = sink::record_options(&settings).omit;
        let left: Vec<_> = wire::Key::ALL
            .into_iter()
            .filter(|key| !left_out.contains(*key))
            .map(wire::Key::name)
            .collect();
        assert_eq!(left, expected, "only {only:?}, omit {omit:?}");
    };
    check(None, &[], &all().collect::<Vec<_>>());
    check(None, &["text"], &all().filter(|key| *key != "text").collect::<Vec<_>>());
    check(Some(&["quotations", "text"]), &[], &["text", "span-texts", "quotations"]);
    check(Some(&["quotations", "text"]), &["span-texts"], &["text", "quotations"]);
    check(Some(&["quotations", "text"]), &["text"], &["span-texts", "quotations"]);
    check(Some(&[]), &["span-texts"], &[]);
}
