//! Shards made here, put together.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use document::{Document, Form, Origin, Revision, Sha256, Text};
use shards::Shards;
use sink::{Folder, FolderOptions, Shard};
use stage_api::{Arrival, End, Failure, FailureClass, Outcome, Receipt, Sink, Source, Tally};

/// Shard `number` of a drop of `files` files, with the outcomes of each of its files.
struct Sample {
    number: u32,
    of: u32,
    files: u64,
    key: &'static str,
}

impl Sample {
    fn options(&self, root: &Path) -> FolderOptions {
        let shard = Shard {
            number: self.number,
            of: self.of,
            files: self.files,
            listing: format!("of {}", self.files),
            configuration: self.key.to_owned(),
        };
        FolderOptions {
            shard: Some(shard),
            records: wire::Options { exact: true, ..wire::Options::default() },
            ..FolderOptions::new(root.join(Shard::folder(self.number, self.of)), self.key, "")
        }
    }

    /// Writes it, complete or not.
    fn write(&self, root: &Path, complete: bool) {
        let mut folder = Folder::open(self.options(root)).unwrap();
        for file in
            (0..self.files).filter(|file| file % u64::from(self.of) == u64::from(self.number))
        {
            for outcome in outcomes(&folder, file) {
                folder.arrived(file);
                folder.write(outcome).unwrap();
            }
        }
        folder.finish().unwrap();
        if complete {
            folder.complete().unwrap();
        }
    }
}

fn receipt(id: String, revision: u32) -> Receipt {
    let origin = Origin { sha256: Sha256([revision as u8; 32]), ..Origin::path(id.clone()) };
    let revision = Revision { number: revision, supersedes: None };
    Receipt { id, explicit_id: false, revision, origin, fingerprint: 7 }
}

/// Every fourth file has one article of each kind, every fourth none.
fn outcomes(folder: &Folder, file: u64) -> Vec<Outcome> {
    let name = |what: &str| format!("{file}/{what}");
    let written = || {
        let receipt = receipt(name("written"), 1);
        let mut doc =
            Document::new(receipt.id.clone(), receipt.origin.clone(), Vec::new(), Form::Text);
        doc.set_text(Text::verbatim("The words."));
        let mut record = Vec::new();
        folder.encoder().unwrap().encode(&doc, &mut record).unwrap();
        Outcome::Written { receipt, record, tally: Tally::default() }
    };
    let discarded = |what: &str, revision| Outcome::Discarded {
        receipt: receipt(name(what), revision),
        reason: "empty".to_owned(),
    };
    let failed = |what: &str, revision, stage: Option<&str>| {
        let receipt = receipt(name(what), revision);
        let (id, origin) = (receipt.id.clone(), receipt.origin.clone());
        let mut failure = Failure::of_source(id, origin, FailureClass::Malformed, "no words");
        failure.stage = stage.map(str::to_owned);
        Outcome::Failed { receipt, failure }
    };
    match file % 4 {
        0 => vec![
            written(),
            discarded("stage", 1),
            discarded("source", 0),
            failed("failed", 1, Some("early")),
            failed("unread", 0, None),
        ],
        1 => vec![],
        2 => vec![failed("unread", 0, None)],
        _ => vec![written(), Outcome::Unchanged],
    }
}

/// Each arrival in a word, with its id.
fn arrivals(shards: &Shards) -> Vec<String> {
    let mut source = shards.source().unwrap();
    let mut lines = Vec::new();
    while let Some(arrival) = source.next().unwrap() {
        lines.push(match arrival {
            Arrival::Article(doc) => {
                assert_eq!((doc.fingerprint, doc.explicit_id), (Some(7), false));
                format!("article {}", doc.id())
            }
            Arrival::Ended { doc, end } => {
                assert_eq!(doc.fingerprint, Some(7));
                let end = match end {
                    End::Discarded(reason) => reason,
                    End::Failed(failure) => {
                        format!("{} in {}", failure.message, failure.stage.unwrap())
                    }
                };
                format!("{end}: {}", doc.id())
            }
            Arrival::Failed(failure) => format!("{}: {}", failure.message, failure.id),
            Arrival::Discarded { id, reason, .. } => format!("passed over, {reason}: {id}"),
            Arrival::Unchanged { .. } => panic!("a shard keeps nothing of it"),
        });
    }
    lines
}

fn sample(number: u32, of: u32) -> Sample {
    Sample { number, of, files: 9, key: "key" }
}

#[test]
fn articles_come_in_the_order_of_the_files() {
    let whole = tempfile::tempdir().unwrap();
    sample(0, 1).write(whole.path(), true);
    let whole = arrivals(&Shards::open(&[whole.path().to_owned()]).unwrap());
    assert_eq!(
        whole[..7],
        [
            "article 0/written",
            "empty: 0/stage",
            "passed over, empty: 0/source",
            "no words in early: 0/failed",
            "no words: 0/unread",
            "no words: 2/unread",
            "article 3/written",
        ]
    );
    for of in [2, 4, 12] {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..of {
            sample(number, of).write(dir.path(), true);
        }
        // In whatever order they are named.
        let folder = |number| dir.path().join(Shard::folder(number, of));
        let folders: Vec<_> = (0..of).rev().map(folder).collect();
        assert_eq!(arrivals(&Shards::open(&folders).unwrap()), whole, "{of} shards");
    }
}

#[test]
fn only_all_shards_of_one_drop_are_opened() {
    let refused = |of: &[(Sample, bool)], says: &str| {
        let dir = tempfile::tempdir().unwrap();
        for (sample, complete) in of {
            sample.write(dir.path(), *complete);
        }
        let error = Shards::open(&[dir.path().to_owned()]).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    refused(&[], "no shard");
    refused(
        &[(sample(1, 9), true)],
        "8 of 9 shards are missing: 0/9, 2/9, 3/9, 4/9, 5/9 and 3 more",
    );
    refused(&[(sample(0, 2), true), (sample(1, 2), false)], "not read to the end");
    refused(&[(sample(0, 2), true), (sample(1, 3), true)], "one is of 2, the other of 3");
    let other = Sample { files: 10, ..sample(1, 2) };
    refused(&[(sample(0, 2), true), (other, true)], "one saw 9 files, the other 10");
    let other = Sample { key: "other", ..sample(1, 2) };
    refused(&[(sample(0, 2), true), (other, true)], "different configurations");
    let dir = tempfile::tempdir().unwrap();
    sample(0, 1).write(dir.path(), true);
    let folder: PathBuf = dir.path().join(Shard::folder(0, 1));
    let error = Shards::open(&[folder.clone(), folder]).unwrap_err().to_string();
    assert!(error.contains("both shard 0/1"), "{error}");
}
