//! What a process of its own costs: the same stage called statically and through pipes, over articles of 5 KB
//! with 50 mentions in and 50 rows out, 16 at a time, every check on.
//!
//! `cargo bench -p benches --bench child`; the figures are kept in `docs/performance.md`. The program starts
//! itself again as the children: `serve LIBRARY` serves a library in frames, `lines` is a child in Rust that
//! speaks lines of JSON. The children in Python are left out where there is none.

#![allow(clippy::print_stdout, reason = "a bench says what it found")]

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::Command;

use benches::copy::{self, Copy};
use criterion::{BatchSize, Criterion, Throughput};
use document::Document;
use serde_json::{Value, json};
use stage_api::{PluginProgram, Stage};

const BATCH: usize = 16;
/// Of ten batches in each lane, for the fastest.
const ROUNDS: u32 = 100;

const PYTHON: &str = r#"
import sys
import copydesk_plugin as copydesk

@copydesk.stage(reads=["text", "mentions"], writes=["misbehave.copy"])
def copy(doc, out):
    for old in doc.layer("mentions"):
        out.annotate("misbehave.copy", old["start"], old["end"])

copydesk.run("misbehave", "0.1.0", sys.argv[1])
"#;

fn command(words: &[&str], folder: &Path) -> PluginProgram {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    PluginProgram::Command { words, folder: folder.to_owned() }
}

/// The stage in every lane, by the lane's name. The children in Python find their files in `folder`.
fn stages(folder: &Path) -> Vec<(&'static str, Box<dyn Stage>)> {
    let this = std::env::current_exe().expect("this program has a file");
    let this = this.to_str().expect("it lies at a path that is UTF-8");
    let mut stages: Vec<(&str, Box<dyn Stage>)> = vec![
        ("static", Box::new(Copy)),
        ("native", copy::stage(copy::library(), false)),
        ("frames", copy::stage(copy::library(), true)),
        ("lines", copy::stage(command(&[this, "lines"], folder), false)),
    ];
    if Command::new("python3").arg("--version").output().is_ok() {
        let module = include_str!("../crates/plugin-host/kit/copydesk_plugin.py");
        std::fs::write(folder.join("copydesk_plugin.py"), module).expect("it is empty");
        std::fs::write(folder.join("copy.py"), PYTHON).expect("it is empty");
        for (name, form) in [("frames in Python", "frame"), ("lines in Python", "jsonl")] {
            let words = ["python3", "copy.py", form];
            stages.push((name, copy::stage(command(&words, folder), false)));
        }
    }
    stages
}

fn lanes(c: &mut Criterion) {
    let articles: Vec<Document> = (0..BATCH).map(copy::article).collect();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut stages = stages(folder.path());
    let mut group = c.benchmark_group("copy of 50 rows, 16 articles");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (lane, stage) in &mut stages {
        group.bench_function(*lane, |b| {
            b.iter_batched_ref(
                || articles.clone(),
                |docs| copy::process(stage.as_mut(), docs),
                // One batch of articles at a time, as in a run: hundreds of them would be cold memory.
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    // In turns, so that every lane has its share of the quiet moments.
    let mut fastest = vec![std::time::Duration::MAX; stages.len()];
    for _ in 0..ROUNDS {
        for ((_, stage), fastest) in stages.iter_mut().zip(&mut fastest) {
            *fastest = (*fastest).min(copy::fastest(10, stage.as_mut(), &articles));
        }
    }
    for ((lane, _), fastest) in stages.iter().zip(fastest) {
        let each = fastest.as_secs_f64() * 1e6 / BATCH as f64;
        println!("{lane}: {each:.2} µs an article in the fastest of {} batches", 10 * ROUNDS);
    }
}

/// A child that speaks lines of JSON, as plainly as one would write it.
fn lines() {
    let mut out = std::io::stdout().lock();
    let mut say = |message: Value| {
        writeln!(out, "{message}").expect("the host listens");
        out.flush().expect("the host listens");
    };
    say(json!({"copydesk_plugin": 1, "name": "misbehave", "version": "0.1.0", "stages": [
        {"name": "copy", "reads": ["text", "mentions"], "writes": ["misbehave.copy"]}]}));
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("the host speaks UTF-8");
        let message: Value = serde_json::from_str(&line).expect("the host speaks JSON");
        if message.get("start").is_some() {
            say(json!({"ready": true}));
        } else if let Some(id) = message.get("id") {
            let mentions = message["mentions"].as_array().expect("it was asked for");
            let copy = |old: &Value| json!({"layer": "misbehave.copy", "start": old["start"], "end": old["end"]});
            say(json!({"id": id, "annotations": mentions.iter().map(copy).collect::<Vec<_>>()}));
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match words.get(1).map(String::as_str) {
        Some("serve") => plugin_host::serve(words[2].as_ref()).expect("the host listens"),
        Some("lines") => lines(),
        _ => {
            let mut criterion = Criterion::default().configure_from_args();
            lanes(&mut criterion);
            criterion.final_summary();
        }
    }
}
