//! Finds the stories of articles in JSON Lines (`id`, `title`, `text`, `date`, `drop`) on standard input, each
//! drop by itself, and prints the rows of `stories.jsonl`; for measuring against labelled stories.
#![allow(clippy::unwrap_used, reason = "a tool for those who work on the stage")]

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use document::{Document, Field, Form, Origin};
use serde_json::Value;
use stage_api::{BuiltStage, OrderedStage, Settings, Stage};

fn main() -> io::Result<()> {
    let mut drops: BTreeMap<String, Box<dyn OrderedStage>> = BTreeMap::new();
    let mut normalize = normalizer();
    for line in io::stdin().lock().lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let mut doc =
            Document::new(text("id"), Origin::path("drop"), text("text").into(), Form::Text);
        doc.metadata.supply(Field::Title, &text("title"), "field");
        doc.metadata.supply(Field::Published, &text("date"), "field");
        normalize.process(&mut doc).unwrap();
        drops.entry(text("drop")).or_insert_with(stories).process(&mut doc).unwrap();
    }
    let mut out = io::stdout().lock();
    for stage in drops.values_mut() {
        stage.drop_records(&mut out)?;
    }
    out.flush()
}

fn normalizer() -> Box<dyn Stage> {
    let spec = normalize::spec();
    match spec.build(&Settings::defaults(&spec.settings).with("mode", "verbatim")).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => unreachable!("`normalize` sees one article"),
    }
}

fn stories() -> Box<dyn OrderedStage> {
    let spec = stories::spec();
    match spec.build(&Settings::defaults(&spec.settings)).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => unreachable!("`stories` sees all articles"),
    }
}
