//! What a process of its own costs: the same stage called statically and through pipes, over articles of 5 KB
//! with 50 mentions in and 50 rows out, 16 at a time, every check on.
//!
//! `cargo bench -p benches --bench child`; the figures are kept in `docs/performance.md`. The program starts
//! itself again as the children: `serve LIBRARY` serves a library in frames, `lines` is a child in Rust that
//! speaks lines of JSON. The children in Python are left out where there is none.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::Command;

use criterion::{BatchSize, Criterion, Throughput};
use document::layers::MentionDraft;
use document::{Document, Field, Form, Origin, Row, Span, Text, symbol};
use plugin_host::Loader;
use serde_json::{Value, json};
use stage_api::{
    BuiltStage, Flow, Placement, PluginLoader, PluginProgram, PluginRequest, Settings, Stage,
    StageError,
};

const BATCH: usize = 16;

const PYTHON: &str = r#"
import sys
import copydesk_plugin as copydesk

@copydesk.stage(reads=["text", "mentions"], writes=["misbehave.copy"])
def copy(doc, out):
    for old in doc.layer("mentions"):
        out.annotate("misbehave.copy", old["start"], old["end"])

copydesk.run("misbehave", "0.1.0", sys.argv[1])
"#;

/// An article of 5,000 bytes, not all of them ASCII, with 50 mentions and the usual metadata.
fn article(number: usize) -> Document {
    let sentence = "Zoë Falk told the Ornvik Post that the harbour would open on Monday morning, and not before it was safe again. ";
    let mut text = sentence.repeat(50);
    text.truncate(5000);
    let id = format!("drop/articles/harbour-{number}.txt");
    let mut doc = Document::new(id.clone(), Origin::path(id), Vec::new(), Form::Text);
    doc.metadata.supply(Field::Title, "Harbour to open on Monday", "sidecar");
    doc.metadata.supply(Field::Outlet, "Ornvik Post", "sidecar");
    doc.metadata.supply(Field::Published, "2023-02-06", "sidecar");
    doc.metadata.supply(Field::Language, "en", "sidecar");
    doc.set_text(Text::verbatim(text));
    let border = |doc: &Document, from: usize| {
        (from..=doc.text().len())
            .find(|at| doc.text().is_char_boundary(*at))
            .expect("the text goes on")
    };
    for number in 0..50 {
        let start = border(&doc, number * 99);
        let span = Span::from_range(start..border(&doc, start + 8));
        doc.add_mention(&MentionDraft::name(span, symbol::PER, 0.9));
    }
    doc.mark_written(symbol::MENTIONS);
    doc
}

/// What the stage `copy` does in every lane, as a stage of our own.
struct Copy;

impl Stage for Copy {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let layer = doc.intern("misbehave.copy");
        for at in 0..doc.rows().len() {
            let row = doc.rows()[at];
            if row.layer == symbol::MENTIONS {
                doc.add(Row { layer, value_start: 0, value_len: 0, ..row });
            }
        }
        Ok(Flow::Keep)
    }
}

fn library() -> PathBuf {
    let bench = std::env::current_exe().expect("this program has a file");
    bench.with_file_name(format!("{DLL_PREFIX}misbehave{DLL_SUFFIX}"))
}

/// The stage `copy` of a plugin; a library runs isolated.
fn stage(program: PluginProgram) -> Box<dyn Stage> {
    let this = std::env::current_exe().expect("this program has a file");
    let loader = Loader::new(vec![this.into(), "serve".into()]);
    let name = "misbehave".to_owned();
    let request = PluginRequest { name, program, lane: None, sha256: None };
    let plugin = loader.load(&request).expect("the plugin is there");
    let copy = plugin.stages.iter().find(|spec| spec.info.name == "misbehave/copy");
    let spec = copy.expect("it has the stage");
    let placement = Placement { isolate: true, ..Placement::named("copy") };
    match spec.build_at(&Settings::default(), &placement).expect("there is nothing to refuse") {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("`copy` is an article stage"),
    }
}

fn command(words: &[&str], folder: PathBuf) -> PluginProgram {
    PluginProgram::Command { words: words.iter().map(|word| (*word).to_owned()).collect(), folder }
}

fn lanes(c: &mut Criterion) {
    let articles: Vec<Document> = (0..BATCH).map(article).collect();
    let this = std::env::current_exe().expect("this program has a file");
    let this = this.to_str().expect("it lies at a path that is UTF-8");
    let library = library();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut stages: Vec<(&str, Box<dyn Stage>)> = vec![
        ("static", Box::new(Copy)),
        ("frames", stage(PluginProgram::File { written: library.clone(), resolved: library })),
        ("lines", stage(command(&[this, "lines"], folder.path().to_owned()))),
    ];
    if Command::new("python3").arg("--version").output().is_ok() {
        let module = include_str!("../crates/plugin-host/kit/copydesk_plugin.py");
        std::fs::write(folder.path().join("copydesk_plugin.py"), module).expect("it is empty");
        std::fs::write(folder.path().join("copy.py"), PYTHON).expect("it is empty");
        for (name, form) in [("frames in Python", "frame"), ("lines in Python", "jsonl")] {
            let words = ["python3", "copy.py", form];
            stages.push((name, stage(command(&words, folder.path().to_owned()))));
        }
    }
    let mut group = c.benchmark_group("copy of 50 rows, 16 articles");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (lane, mut stage) in stages {
        group.bench_function(lane, |b| {
            b.iter_batched_ref(
                || articles.clone(),
                |docs| {
                    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
                    let outcomes = stage.process_batch(&mut batch);
                    assert!(outcomes.iter().all(|outcome| outcome == &Ok(Flow::Keep)));
                    assert!(docs.iter().all(|doc| doc.rows().len() == 100));
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
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
