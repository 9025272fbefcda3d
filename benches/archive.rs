//! How fast an archive is made, and searched.
//!
//! `cargo bench -p benches --bench archive`: the articles of the sample drop through the four stages into an output
//! folder; `-- DIR` takes the output folder of a run instead. Its archive is made anew in a copy of the folder, and
//! searched; a search is shown with its first and its best time.

#![allow(clippy::print_stdout, reason = "it reports")]
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use archive::{Archive, Search, Target};
use benches::FromMemory;
use runner::{Options, Pipeline, Segment};
use sink::{Disk, Folder, FolderOptions};

const ARTICLES: usize = 5_000;
const ROUNDS: usize = 3;

fn main() {
    let dir = tempfile::tempdir().expect("a folder");
    match std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        Some(made) => copy(Path::new(&made), dir.path()),
        None => make(dir.path()),
    }
    let mut best = Duration::MAX;
    let mut records = 0;
    for _ in 0..ROUNDS {
        let file = dir.path().join(archive::FILE);
        if file.exists() {
            fs::remove_file(&file).expect("it goes");
        }
        let begun = Instant::now();
        records = archive::catch_up(dir.path(), &Disk::default()).expect("it is made").records;
        best = best.min(begun.elapsed());
    }
    let manifest = sink::read_manifest(dir.path()).expect("it is there");
    let bytes: u64 = manifest.parts.iter().map(|part| part.bytes).sum();
    println!(
        "{records} records of {} bytes in the mean: {:.0} records/s, best of {ROUNDS}",
        bytes / records.max(1),
        records as f64 / best.as_secs_f64()
    );
    let archive = Archive::open(dir.path()).expect("it opens");
    for (query, target, person, since) in [
        ("the", Target::Articles, None, None),
        ("the", Target::Quotations, None, None),
        ("said OR told", Target::Articles, None, Some("2020")),
        ("gov*", Target::Articles, None, Some("2020")),
        ("\"of the\"", Target::Quotations, None, Some("2020")),
        ("the", Target::Quotations, Some("john"), None),
        ("", Target::Quotations, Some("john"), None),
        ("united", Target::Names, None, Some("2020")),
    ] {
        let search = Search {
            person: person.map(str::to_owned),
            since: since.map(str::to_owned),
            ..Search::new(query, target)
        };
        let times = [(); 5].map(|()| {
            let begun = Instant::now();
            let hits = archive.search(&search).expect("it is answered").len();
            (begun.elapsed(), hits)
        });
        let best = times.iter().min().expect("there are some").0;
        println!(
            "{:>8.1} ms first, {:>6.1} ms best, {:>2} hits: `{query}` in {target:?}, by {person:?}, since {since:?}",
            times[0].0.as_secs_f64() * 1e3,
            best.as_secs_f64() * 1e3,
            times[0].1
        );
    }
}

/// What an archive is made from.
fn copy(from: &Path, to: &Path) {
    let manifest = sink::read_manifest(from).expect("it is an output folder");
    let parts = manifest.parts.iter().map(|part| &part.file);
    let stories = manifest.stories.iter().map(|stories| &stories.file);
    let names = ["manifest.json".to_owned(), "journal.jsonl".to_owned()];
    for name in names.iter().chain(parts).chain(stories) {
        let to = to.join(name);
        fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it is made");
        fs::copy(from.join(name), to).expect("it is copied");
    }
}

fn make(dir: &Path) {
    let payloads = benches::sample_texts();
    let mut sink = Folder::open(FolderOptions::new(dir, "bench", "")).expect("it opens");
    let source = Box::new(FromMemory::new(payloads, ARTICLES));
    let segments = vec![Segment { stages: benches::four_stages(), workers: None }];
    let report = runner::run(Pipeline { source, segments, sink: &mut sink }, Options::default());
    assert_eq!(report.counts.written, ARTICLES as u64);
    sink.complete().expect("it is complete");
}
