//! Going on in a folder with a long history: opening it, and knowing every article again.
//!
//! `cargo bench -p benches --bench resume`; nothing is read from a source.

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use document::{Origin, Revision, Sha256};
use runner::Ledger;
use sha2::Digest;
use sink::{Folder, FolderOptions};
use stage_api::{Outcome, Receipt, Sink, Tally};

const ARTICLES: u32 = 1_000_000;

fn outcome(number: u32) -> Outcome {
    let id = format!("drop/{number}.txt");
    let sha256 = Sha256(sha2::Sha256::digest(&id).into());
    let record = format!("{{\"id\":\"{id}\"}}\n").into_bytes();
    let receipt = Receipt {
        id: id.clone(),
        explicit_id: false,
        revision: Revision { number: 1, supersedes: None },
        origin: Origin { sha256, ..Origin::path(id) },
        fingerprint: 0,
    };
    Outcome::Written { receipt, record, tally: Tally::default() }
}

fn open(dir: &Path) -> Folder {
    Folder::open(FolderOptions::new(dir, "bench", "")).expect("the folder opens")
}

fn resume(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut folder = open(dir.path());
    for number in 0..ARTICLES {
        folder.write(outcome(number)).expect("the folder takes outcomes");
    }
    folder.finish().expect("the folder finishes");
    drop(folder);
    let mut group = c.benchmark_group("resume");
    group.sample_size(10);
    group.bench_function("1,000,000 articles", |b| {
        b.iter(|| {
            let folder = open(dir.path());
            let mut ledger = Ledger::default();
            for known in folder.known().expect("the ledger opens") {
                ledger.remember(&known.expect("it is sound")).expect("there is room");
            }
            ledger
        });
    });
}

criterion_group!(resuming, resume);
criterion_main!(resuming);
