//! The stage as the program runs it: articles in, rows of `stories.jsonl` out.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod floors;
mod rows;
mod state;

use document::{Document, Field, Form, Origin, Span, Text};
use serde_json::Value;
use stage_api::{BuiltStage, OrderedStage, Settings};

/// A fresh instance of the stage.
fn stage(with: impl FnOnce(Settings) -> Settings) -> Box<dyn OrderedStage> {
    let spec = stories::spec();
    match spec.build(&with(Settings::defaults(&spec.settings))).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => unreachable!("`stories` sees all articles"),
    }
}

/// An article whose sentences are its lines.
fn article(id: &str, title: &str, published: &str, text: &str) -> Document {
    let mut doc = Document::new(id, Origin::path(id), text.into(), Form::Text);
    doc.metadata.supply(Field::Title, title, "field");
    doc.metadata.supply(Field::Published, published, "field");
    doc.set_text(Text::verbatim(text));
    let mut start = 0;
    for line in text.split('\n') {
        doc.add_sentence(Span::from_range(start..start + line.len()));
        start += line.len() + 1;
    }
    doc
}

/// The story of an article, as its record says it.
fn story(doc: &Document) -> String {
    let (id, _) = doc.layer(document::symbol::STORY).last().unwrap();
    doc.view().string_of(id).into_owned()
}

/// The rows that the stage writes.
fn rows(stage: &mut dyn OrderedStage) -> Vec<Value> {
    let written = written(stage);
    written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn written(stage: &mut dyn OrderedStage) -> String {
    let mut out = Vec::new();
    stage.drop_records(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The articles of each story that was not merged.
fn told(stage: &mut dyn OrderedStage) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows(stage)
        .iter()
        .filter(|row| row["merged_into"].is_null())
        .map(|row| row["articles"].as_array().unwrap().iter().map(text).collect())
        .collect()
}
