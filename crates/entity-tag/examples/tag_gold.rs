//! Tags human-labelled texts and prints what was found, one JSON object a line; figures go to standard error.
//!
//! ```text
//! cargo run --release -p entity-tag --example tag_gold -- GOLD.jsonl [PUBLISHED] > predictions.jsonl
//! ```
//!
//! With an ISO date as PUBLISHED, all texts count as published that day: only then are "today" and its like dates.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

#[path = "../tests/it/gold.rs"]
mod gold;

use std::path::Path;
use std::time::Instant;
use std::{env, process};

use document::{Field, symbol};
use serde_json::json;

fn main() {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: tag_gold GOLD.jsonl [PUBLISHED]");
        process::exit(2);
    };
    let golds = gold::read(Path::new(&path));
    let mut stage = gold::stage();
    let mut docs: Vec<_> = golds.iter().map(gold::document).collect();
    if let Some(published) = env::args().nth(2) {
        for doc in &mut docs {
            doc.metadata.supply(Field::Published, published.as_str(), "argument");
        }
    }
    #[expect(clippy::disallowed_methods, reason = "it measures")]
    let started = Instant::now();
    for doc in &mut docs {
        stage.process(doc).expect("the stage does not fail");
    }
    let seconds = started.elapsed().as_secs_f64();
    let bytes: usize = docs.iter().map(|doc| doc.text().len()).sum();
    for doc in &docs {
        let point = |at: u32| doc.text()[..at as usize].chars().count();
        let view = doc.view();
        let entities: Vec<_> = view
            .mentions()
            .filter(|mention| matches!(mention.kind(), symbol::NAME | symbol::VALUE))
            .map(|mention| {
                let (start, end) = (point(mention.span().start()), point(mention.span().end()));
                json!({"start": start, "end": end, "label": doc.name_of(mention.label()), "value": mention.value()})
            })
            .collect();
        println!("{}", json!({"id": doc.id(), "entities": entities}));
    }
    eprintln!("{:.1} MB/s", bytes as f64 / seconds / 1e6);
    for (class, counts) in gold::score(&golds) {
        eprintln!("{class:5} {:.3} {counts:?}", counts.f1());
    }
}
