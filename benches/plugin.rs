//! What the boundary costs: the same stage called statically and as a plugin, over an article of 5 KB with
//! 50 mentions in and 50 rows out, every check on.
//!
//! `cargo bench -p benches --bench plugin`; the figures are kept in `docs/performance.md`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and says what it found"
)]

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use document::layers::MentionDraft;
use document::{Document, Field, Form, Origin, Row, Span, Text, symbol};
use plugin_host::Loader;
use stage_api::{
    BuiltStage, Flow, PluginLoader, PluginProgram, PluginRequest, Settings, Stage, StageError,
};

/// An article of 5,000 bytes, not all of them ASCII, with 50 mentions and the usual metadata.
fn article() -> Document {
    let sentence = "Zoë Falk told the Ornvik Post that the harbour would open on Monday morning, and not before it was safe again. ";
    let mut text = sentence.repeat(50);
    text.truncate(5000);
    let mut doc = Document::new(
        "drop/articles/harbour.txt",
        Origin::path("harbour.txt"),
        Vec::new(),
        Form::Text,
    );
    doc.metadata.supply(Field::Title, "Harbour to open on Monday", "sidecar");
    doc.metadata.supply(Field::Outlet, "Ornvik Post", "sidecar");
    doc.metadata.supply(Field::Published, "2023-02-06", "sidecar");
    doc.metadata.supply(Field::Language, "en", "sidecar");
    doc.set_text(Text::verbatim(text));
    for number in 0..50 {
        let border = |at: usize| at + usize::from(!doc.text().is_char_boundary(at)); // ë has two bytes
        let start = border(number * 99);
        let end = border(start + 8);
        let span = Span::from_range(start..end);
        doc.add_mention(&MentionDraft::name(span, symbol::PER, 0.9));
    }
    doc.mark_written(symbol::MENTIONS);
    doc
}

/// What `misbehave/copy` does, as a stage of our own.
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

fn native(stage: &str) -> Box<dyn Stage> {
    let bench = std::env::current_exe().expect("this program has a file");
    let path = bench.with_file_name(format!("{DLL_PREFIX}misbehave{DLL_SUFFIX}"));
    let program = PluginProgram::File { written: path.clone(), resolved: path };
    let name = "misbehave".to_owned();
    let request = PluginRequest { name, program, lane: None, sha256: None };
    let plugin = Loader::new(Vec::new()).load(&request).expect("cargo has built the library");
    let spec = plugin.stages.iter().find(|spec| spec.info.name == stage).expect("it has the stage");
    match spec.build(&Settings::defaults(&spec.settings)).expect("there is nothing to refuse") {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("`{stage}` is an article stage"),
    }
}

fn lanes(c: &mut Criterion) {
    let article = article();
    assert_eq!((article.text().len(), article.rows().len()), (5000, 50));
    let mut group = c.benchmark_group("copy of 50 rows");
    let mut stages: (Box<dyn Stage>, _) = (Box::new(Copy), native("misbehave/copy"));
    for (lane, stage) in [("static", &mut stages.0), ("native", &mut stages.1)] {
        let mut doc = article.clone();
        group.bench_function(lane, |b| {
            b.iter(|| {
                // Undone after each call, which costs the same in every lane.
                let before = doc.checkpoint();
                assert_eq!(stage.process(&mut doc), Ok(Flow::Keep));
                assert_eq!(doc.rows().len(), 100);
                doc.roll_back(before);
            });
        });
    }
    group.finish();
    // On a machine that does other things, too, the fastest of many calls says more than their mean.
    for (lane, stage) in [("static", &mut stages.0), ("native", &mut stages.1)] {
        let fastest =
            (0..20_000).map(|_| timed(stage.as_mut(), &article)).min().unwrap_or_default();
        println!("{lane}: {} ns in the fastest of 20,000 calls", fastest.as_nanos());
    }
}

fn timed(stage: &mut dyn Stage, article: &Document) -> Duration {
    let mut doc = article.clone();
    let begun = Instant::now();
    let flow = stage.process(&mut doc);
    let taken = begun.elapsed();
    assert_eq!(flow, Ok(Flow::Keep));
    taken
}

criterion_group!(benches, lanes);
criterion_main!(benches);
