//! The stage as the pipeline runs it.

mod choices;
mod floors;
mod phrases;
mod properties;
mod rules;
mod split;

use document::{Document, symbol};
use stage_api::{BuiltStage, Flow, Settings};

/// Runs the stage over `doc` with some settings away from their defaults.
fn summarize(doc: &mut Document, settings: &[(&str, u8)]) {
    let with = |all: Settings, (name, value): &(&str, u8)| all.with(name, i64::from(*value));
    let defaults = Settings::defaults(&summarize::spec().settings);
    run(doc, &settings.iter().fold(defaults, with));
}

/// Runs the stage over `doc` with these settings.
fn run(doc: &mut Document, settings: &Settings) {
    let spec = summarize::spec();
    let Ok(BuiltStage::Article(factory)) = spec.build(settings) else {
        panic!("summarize is an article stage")
    };
    assert_eq!(factory.instance().process(doc), Ok(Flow::Keep));
}

/// An article of these sentences, one paragraph, with the stage's layers.
fn summary_of(sentences: &[&str], settings: &[(&str, u8)]) -> Document {
    let mut doc = testkit::doc_with_sentences(&sentences.join(" "), sentences);
    summarize(&mut doc, settings);
    doc
}

/// The sentences of the summary.
fn chosen(doc: &Document) -> Vec<&str> {
    doc.view().summary().map(|(span, _)| doc.slice(span)).collect()
}

/// The messages of the notes.
fn notes(doc: &Document) -> Vec<String> {
    let view = doc.view();
    doc.layer(symbol::NOTES).map(|(id, _)| view.string_of(id).into_owned()).collect()
}
