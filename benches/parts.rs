//! What it costs that closed parts are compressed, and what it saves.
//!
//! `cargo bench -p benches --bench parts -- DIR`: the records of an output folder, up to 300 MB of them, into a folder of either form
//! in `TMPDIR`, and read from there in every way there is. Processor time, as all of it is one thread's work.

#![allow(clippy::print_stdout, reason = "it reports")]
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use document::{Origin, Revision};
use sink::{
    Compression, Cursor, Folder, FolderOptions, Mend, News, Records, find_record, read_manifest,
};
use stage_api::{Outcome, Receipt, Sink, Tally};

const BYTES: usize = 300_000_000;
const READS: u32 = 2_000;

fn main() {
    let Some(from) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        println!("skipped: name an output folder whose records are to be written");
        return;
    };
    let records = records_of(Path::new(&from));
    let bytes: usize = records.iter().map(|(_, line)| line.len()).sum();
    println!("{} records, {} MB", records.len(), bytes / 1_000_000);
    for compression in [Compression::None, Compression::Zstd] {
        let dir = tempfile::tempdir().expect("a folder");
        println!("{compression:?}");
        let longest = write(dir.path(), compression, &records);
        println!("  longest pause of the commits    {:>8.1} ms", longest.as_secs_f64() * 1e3);
        for part in read_manifest(dir.path()).expect("it is there").parts {
            let content = part.content();
            println!(
                "  {} has {:.2} bytes a byte",
                part.file,
                content.bytes as f64 / part.bytes as f64
            );
        }
        read(dir.path(), &records);
    }
}

/// The first records of a folder with their ids.
fn records_of(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut news = News::since(dir, &Cursor::default()).expect("it is an output folder");
    let (mut records, mut bytes) = (Vec::new(), 0);
    while bytes < BYTES {
        let Some(line) = news.next().expect("a record") else { break };
        let record = wire::Record::parse(line.bytes).expect("a record");
        bytes += line.bytes.len();
        records.push((record.id, line.bytes.to_vec()));
    }
    records
}

/// Writes the records; returns the longest time that one of them took, which is what the stages wait for.
fn write(dir: &Path, compression: Compression, records: &[(String, Vec<u8>)]) -> Duration {
    let options = FolderOptions { compression, ..FolderOptions::new(dir, "bench", "") };
    timed("write", 1, || {
        let mut folder = Folder::open(options.clone()).expect("it opens");
        let mut longest = Duration::ZERO;
        for (id, line) in records {
            let receipt = Receipt {
                id: id.clone(),
                explicit_id: true,
                revision: Revision { number: 1, supersedes: None },
                origin: Origin::path(id),
                fingerprint: 0,
            };
            let record = line.clone();
            let begun = Instant::now();
            let outcome = Outcome::Written { receipt, record, tally: Tally::default() };
            folder.write(outcome).expect("it is taken");
            longest = longest.max(begun.elapsed());
        }
        folder.finish().expect("it finishes");
        folder.complete().expect("it is complete");
        longest
    })
}

fn read(dir: &Path, records: &[(String, Vec<u8>)]) {
    timed("follow all of it", 1, || {
        let mut news = News::since(dir, &Cursor::default()).expect("it is an output folder");
        while news.next().expect("a record").is_some() {}
    });
    let mut places = timed("find all records", 1, || Records::open(dir).expect("it opens"));
    let order = places.in_order();
    timed("read them in order", 1, || {
        for place in &order {
            assert!(places.read(*place).expect("a record").ends_with(b"\n"));
        }
    });
    let mut at = 0;
    timed("read one of them", READS, || {
        for _ in 0..READS {
            at = (at + 7_919) % order.len(); // somewhere else
            places.read(order[at]).expect("a record");
        }
    });
    let (id, _) = &records[records.len() / 2];
    timed("`find_record`", 1, || find_record(dir, id).expect("it reads").expect("it is there"));
    timed("`verify`", 1, || {
        let findings = sink::verify(dir, Mend::Nothing).expect("it reads");
        assert!(findings.is_sound(), "{findings:?}");
    });
}

fn timed<T>(what: &str, times: u32, act: impl FnOnce() -> T) -> T {
    let (begun, clock) = (processor_time(), Instant::now());
    let done = act();
    let each = |time: Duration| time.as_secs_f64() * 1e3 / f64::from(times);
    let processor = each(processor_time().saturating_sub(begun));
    let clock = each(clock.elapsed());
    println!("  {what:<24}{processor:>16.3} ms of processor time, {clock:.3} ms");
    done
}

/// Processor time of this process, where the system tells it.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
