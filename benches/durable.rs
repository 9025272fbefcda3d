//! What it costs that output is durable: the four stages into an output folder on the disk, and into one in memory,
//! where a sync has nothing to wait for.
//!
//! `cargo bench -p benches --bench durable`: the same articles into either in turn, at the default commit interval, and the
//! share of throughput that the disk costs. The folder on the disk lies in `TMPDIR`, the other in `/dev/shm`; without
//! that there is nothing to compare with.

#![allow(clippy::print_stdout, reason = "it reports")]
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::path::Path;
use std::time::{Duration, Instant};

use benches::FromMemory;
use runner::{Options, Pipeline, PipelineStage, Segment};
use sink::{Folder, FolderOptions};

/// Some ten commits of the default interval.
const ARTICLES: usize = 2_560;
const ROUNDS: usize = 5;

fn main() {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        println!("skipped: there is no /dev/shm to compare with");
        return;
    }
    let payloads = benches::sample_texts();
    let stages = benches::four_stages();
    let (mut disk, mut shm) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        disk.push(run(&payloads, &stages, &std::env::temp_dir()));
        shm.push(run(&payloads, &stages, memory));
    }
    let [disk, shm] = [disk, shm].map(median);
    let rate = |time: Duration| ARTICLES as f64 / time.as_secs_f64();
    println!(
        "{ARTICLES} articles, medians of {ROUNDS}: {:.0} articles/s on the disk, {:.0} in memory; durable output costs {:.1} %",
        rate(disk),
        rate(shm),
        100.0 * (1.0 - rate(disk) / rate(shm)),
    );
}

fn run(payloads: &[Vec<u8>], stages: &[PipelineStage], dir: &Path) -> Duration {
    let dir = tempfile::tempdir_in(dir).expect("a folder");
    let mut sink = Folder::open(FolderOptions::new(dir.path(), "bench", "")).expect("it opens");
    let source = Box::new(FromMemory::new(payloads.to_vec(), ARTICLES));
    let segments = vec![Segment { stages: stages.to_vec(), workers: None }];
    let begun = Instant::now();
    let report = runner::run(Pipeline { source, segments, sink: &mut sink }, Options::default());
    let took = begun.elapsed();
    assert_eq!(report.counts.written, ARTICLES as u64);
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
