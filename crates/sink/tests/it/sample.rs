use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use document::{Origin, Revision, Sha256};
use sink::{Cadence, Compression, Folder, FolderOptions};
use stage_api::{Failure, FailureClass, Outcome, Receipt, Sink, Tally};

/// Options under which only the number of outcomes leads to a commit.
pub(crate) fn options(dir: &Path, key: &str, outcomes: usize) -> FolderOptions {
    let cadence = Cadence { outcomes, bytes: usize::MAX, time: Duration::MAX };
    FolderOptions { part_bytes: 400, cadence, ..FolderOptions::new(dir, key, format!("# {key}\n")) }
}

pub(crate) const FORMS: [Compression; 2] = [Compression::None, Compression::Zstd];

pub(crate) fn open(dir: &Path, outcomes: usize) -> Folder {
    open_as(dir, outcomes, Compression::None)
}

pub(crate) fn open_as(dir: &Path, outcomes: usize, compression: Compression) -> Folder {
    let options = FolderOptions { compression, ..options(dir, "key-1", outcomes) };
    Folder::open(options).expect("the folder opens")
}

pub(crate) fn receipt(id: &str, payload: u8) -> Receipt {
    Receipt {
        id: id.to_owned(),
        explicit_id: id.starts_with('x'),
        revision: Revision { number: 1, supersedes: None },
        origin: Origin { sha256: Sha256([payload; 32]), ..Origin::path(id) },
        fingerprint: 7,
    }
}

pub(crate) fn written(id: &str) -> Outcome {
    let record = format!("{{\"schema\":\"copydesk.article/1\",\"id\":\"{id}\",\"revision\":1}}\n")
        .into_bytes();
    Outcome::Written { receipt: receipt(id, 1), record, tally: Tally::default() }
}

pub(crate) fn discarded(id: &str, reason: &str) -> Outcome {
    Outcome::Discarded { receipt: receipt(id, 1), reason: reason.to_owned() }
}

pub(crate) fn failed(id: &str, payload: u8) -> Outcome {
    let receipt = receipt(id, payload);
    let failure = Failure {
        id: id.to_owned(),
        origin: receipt.origin.clone(),
        stage: Some("entity-tag".to_owned()),
        stage_key: Some("key-of-it".to_owned()),
        class: FailureClass::Panic,
        message: "index \"5\" out of range".to_owned(),
        attempts: 3,
        payload: None,
    };
    Outcome::Failed { receipt, failure }
}

pub(crate) fn unreadable(id: &str) -> Outcome {
    let (id, origin) = (id.to_owned(), Origin::path(id));
    let failure =
        Failure::of_source(id.clone(), origin, FailureClass::Unreadable, "permission denied");
    let mut receipt = receipt(&id, 0);
    receipt.revision.number = 0;
    Outcome::Failed { receipt, failure }
}

/// Outcome number `n` of a drop that has everything in it.
pub(crate) fn outcome(n: usize) -> Outcome {
    let id = format!("drop/{n}.txt");
    match n % 10 {
        3 => discarded(&id, "empty"),
        6 => discarded(&id, &format!("duplicate of: drop/{}.txt", n - 1)),
        7 => failed(&id, 9),
        8 => unreadable(&id),
        _ => written(&id),
    }
}

/// As [`outcome`], with records that a reader would take.
pub(crate) fn sound(n: usize) -> Outcome {
    match outcome(n) {
        Outcome::Written { receipt, tally, .. } => {
            let origin = serde_json::json!({"path": receipt.id, "sha256": receipt.origin.sha256.to_string()});
            let mention = serde_json::json!({"start": 0, "end": 4, "text": "Rain", "kind": "name", "label": "LOC"});
            let record = serde_json::json!({
                "schema": "copydesk.article/1", "id": receipt.id, "revision": 1, "origin": origin,
                "text": "Rain fell.", "mentions": [mention],
            });
            Outcome::Written { receipt, record: format!("{record}\n").into_bytes(), tally }
        }
        outcome => outcome,
    }
}

/// Runs outcomes `from..to` through a folder, as the runner would after asking what is known.
pub(crate) fn run(dir: &Path, outcomes: std::ops::Range<usize>, per_commit: usize) {
    run_as(dir, outcomes, per_commit, Compression::None);
}

pub(crate) fn run_as(
    dir: &Path,
    outcomes: std::ops::Range<usize>,
    per_commit: usize,
    compression: Compression,
) {
    let mut folder = open_as(dir, per_commit, compression);
    for n in outcomes {
        folder.write(outcome(n)).expect("the folder takes outcomes");
    }
    folder.finish().expect("the folder finishes");
    folder.complete().expect("the folder completes");
}

/// How many outcomes of the drop a folder has committed.
pub(crate) fn known(folder: &Folder) -> usize {
    let known: Result<Vec<_>, _> = folder.known().expect("the ledger opens").collect();
    known.expect("the ledger is sound").len()
}

/// Flips the lowest bit of the byte at `at`.
pub(crate) fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Everything that the promise of "same bytes" covers, by name.
pub(crate) fn promised(dir: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("plain names");
        if name.starts_with("articles-") || name == "manifest.json" || name == "dead-letters.jsonl"
        {
            let bytes = fs::read(dir.join(&name)).expect("a file");
            let text =
                String::from_utf8(bytes).unwrap_or_else(|bytes| format!("{:?}", bytes.as_bytes()));
            files.insert(name, text);
        }
    }
    files
}

pub(crate) fn read_json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("it is JSON")
}
