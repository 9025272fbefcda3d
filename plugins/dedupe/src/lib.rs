//! A plugin that finds the same article under another name: `dedupe/articles`, an ordered stage.
//!
//! ```toml
//! [[plugin]]
//! name = "dedupe"
//! path = "target/release/libdedupe"
//!
//! [[stage]]
//! use = "dedupe/articles"
//! similarity = 0.8
//! ```
//!
//! An article whose words are those of an earlier one, or nearly, is discarded with `duplicate of: ID`; with
//! `on_duplicate = "mark"` it stays and gets a row of the layer `dedupe.duplicate`, whose data says of which
//! article and how similar. Earlier means in input order, in this drop or in one before: what the stage
//! remembers of an article is stored with its outcome and read back when the run is continued. A new revision of
//! an article is no duplicate of the old one. Case, marks and space do not count.
//!
//! Similarity is the share of runs of four words that two articles have in common (Jaccard). It is estimated
//! by [`Sketch`]; how near the estimate comes is told there.

mod memory;
mod sketch;

use plugin_sdk::{
    Contract, Document, Error, Flow, Host, New, Output, Setting, SettingError, Stage,
};
use serde::Deserialize;
use serde_json::json;

pub use memory::{Match, Memory};
pub use sketch::Sketch;

plugin_sdk::export_plugin! {
    name: "dedupe",
    version: env!("CARGO_PKG_VERSION"),
    stages: [Articles],
}

/// The layer that the stage writes.
const DUPLICATE: &str = "dedupe.duplicate";

/// The stage `dedupe/articles`.
struct Articles {
    settings: Settings,
    memory: Memory,
    change: Vec<u8>,
}

/// Its settings.
#[derive(Deserialize)]
struct Settings {
    similarity: f64,
    keep: usize,
    on_duplicate: OnDuplicate,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum OnDuplicate {
    Discard,
    Mark,
}

impl Stage for Articles {
    type Settings = Settings;

    fn contract() -> Contract {
        Contract::ordered("articles", "discards or marks articles that an earlier one says already")
            .reads("text")
            .writes(DUPLICATE)
            .setting(
                Setting::number(
                    "similarity",
                    0.6,
                    1.0,
                    "share of runs of four words in common from which two articles are the same",
                )
                .default(0.8),
            )
            .setting(
                Setting::integer(
                    "keep",
                    1,
                    100_000_000,
                    "articles to remember, about 700 bytes each; the earliest are forgotten first",
                )
                .default(100_000),
            )
            .setting(
                Setting::choice(
                    "on_duplicate",
                    &["discard", "mark"],
                    "what becomes of a duplicate",
                )
                .default("discard"),
            )
            .keeps_state()
    }

    fn new(settings: Settings, _host: &Host) -> Result<Self, SettingError> {
        let memory = Memory::new(settings.keep);
        Ok(Self { settings, memory, change: Vec::new() })
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        let sketch = Sketch::of(doc.text());
        let Some(found) = self.memory.find(doc.id(), &sketch, self.settings.similarity) else {
            write_change(doc.id(), &sketch, &mut self.change);
            out.change(&self.change);
            self.memory.keep(doc.id(), sketch);
            return Ok(Flow::Keep);
        };
        match self.settings.on_duplicate {
            OnDuplicate::Discard => Ok(Flow::Discard(format!("duplicate of: {}", found.id))),
            OnDuplicate::Mark => {
                // Two decimals are what the estimate bears.
                let similarity = (found.similarity * 100.0).round() / 100.0;
                let data = json!({ "of": found.id, "similarity": similarity });
                out.add(New::row(DUPLICATE).data(&data));
                Ok(Flow::Keep)
            }
        }
    }

    fn restore(&mut self, change: &[u8]) -> Result<(), Error> {
        let (id, sketch) = read_change(change)
            .ok_or_else(|| Error::Article("no article of this stage".to_owned()))?;
        self.memory.keep(id, sketch);
        Ok(())
    }
}

/// What is stored of an article: its sketch and, after it, its id.
fn write_change(id: &str, sketch: &Sketch, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&sketch.to_bytes());
    out.extend_from_slice(id.as_bytes());
}

fn read_change(change: &[u8]) -> Option<(&str, Sketch)> {
    let (sketch, id) = change.split_first_chunk()?;
    Some((str::from_utf8(id).ok()?, Sketch::from_bytes(sketch)))
}
