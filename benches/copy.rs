//! One stage that exists in every lane: it copies the mentions of an article into a layer of its own.
//!
//! What it does is next to nothing, so what it costs beyond the static call is what its lane costs.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::time::{Duration, Instant};

use document::layers::MentionDraft;
use document::{Document, Field, Form, Origin, Row, Span, Text, symbol};
use plugin_host::Loader;
use stage_api::{
    BuiltStage, Flow, Placement, PluginLoader, PluginProgram, PluginRequest, Settings, Stage,
    StageError,
};

/// An article of 5,000 bytes, not all of them ASCII, with 50 mentions and the usual metadata.
pub fn article(number: usize) -> Document {
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
    for number in 0..50 {
        let border = |at: usize| at + usize::from(!doc.text().is_char_boundary(at)); // ë has two bytes
        let start = border(number * 99);
        let span = Span::from_range(start..border(start + 8));
        doc.add_mention(&MentionDraft::name(span, symbol::PER, 0.9));
    }
    doc.mark_written(symbol::MENTIONS);
    doc
}

/// The stage as one of our own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Copy;

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

/// The library that has the stage: the shipped `misbehave`, which cargo builds beside a bench.
///
/// # Panics
/// If this program has no file.
pub fn library() -> PluginProgram {
    let bench = std::env::current_exe().expect("this program has a file");
    let path = bench.with_file_name(format!("{DLL_PREFIX}misbehave{DLL_SUFFIX}"));
    PluginProgram::File { written: path.clone(), resolved: path }
}

/// The stage `copy` of a plugin; a library is called in this process, or `isolated` in one of its own, for
/// which the bench starts itself as `serve LIBRARY`.
///
/// # Panics
/// If the plugin is not there or has no such stage.
pub fn stage(program: PluginProgram, isolated: bool) -> Box<dyn Stage> {
    let this = std::env::current_exe().expect("this program has a file");
    let loader = Loader::new(vec![this.into(), "serve".into()]);
    let name = "misbehave".to_owned();
    let request = PluginRequest { name, program, lane: None, sha256: None };
    let plugin = loader.load(&request).expect("the plugin is there");
    let copy = plugin.stages.iter().find(|spec| spec.info.name == "misbehave/copy");
    let placement = Placement { isolate: isolated, ..Placement::named("copy") };
    let spec = copy.expect("it has the stage");
    match spec
        .build_at(&Settings::defaults(&spec.settings), &placement)
        .expect("there is nothing to refuse")
    {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("`copy` is an article stage"),
    }
}

/// Has the stage work on a batch, of which every article must get its 50 rows.
///
/// # Panics
/// If one does not: a broken fast path must not win.
pub fn process(stage: &mut dyn Stage, docs: &mut [Document]) {
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    let outcomes = stage.process_batch(&mut batch);
    assert!(outcomes.iter().all(|outcome| outcome == &Ok(Flow::Keep)));
    assert!(docs.iter().all(|doc| doc.rows().len() == 100));
}

/// The fastest of `calls` calls with these articles: on a machine that does other things, too, it says more than
/// their mean.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
pub fn fastest(calls: u32, stage: &mut dyn Stage, articles: &[Document]) -> Duration {
    let timed = |_| {
        let mut docs = articles.to_vec();
        let begun = Instant::now();
        process(stage, &mut docs);
        begun.elapsed()
    };
    (0..calls).map(timed).min().unwrap_or_default()
}
