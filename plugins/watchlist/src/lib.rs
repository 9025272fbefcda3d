//! A plugin that flags the terms and entities of a watch list: `watchlist/flag`.
//!
//! ```toml
//! [[plugin]]
//! name = "watchlist"
//! path = "target/release/libwatchlist"
//!
//! [[stage]]
//! use = "watchlist/flag"
//! terms = ["ceasefire", "Norrvik Accord"]
//! files = ["lists/ships.tsv"]     # a term a line; after a tab, the label it is given
//! ```
//!
//! Each hit is a row of the layer `watchlist.hit`: its label is the term's label or the term itself, its data
//! says which term and from which file, its kind is `term`, or `entity` where a mention was flagged because
//! its entity's name or key is on the list. Hits of kind `term` do not overlap: the leftmost wins, of
//! these the longest.

mod list;
mod matcher;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use plugin_sdk::{
    Contract, Document, Error, Flow, Host, New, Output, Setting, SettingError, Stage,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub use list::{ListError, Term, read};
pub use matcher::{Case, Hit, Matcher};

plugin_sdk::export_plugin! {
    name: "watchlist",
    version: env!("CARGO_PKG_VERSION"),
    stages: [Flag],
}

/// The layer that the stage writes.
const HIT: &str = "watchlist.hit";

/// The stage `watchlist/flag`.
struct Flag {
    terms: Vec<Term>,
    /// The data of each term's hits.
    data: Vec<Value>,
    matcher: Matcher,
    entities: bool,
    hits: Vec<Hit>,
}

/// Its settings.
#[derive(Deserialize)]
struct Settings {
    terms: Vec<String>,
    files: Vec<PathBuf>,
    case: Case,
    words: bool,
    entities: bool,
}

impl Stage for Flag {
    type Settings = Settings;

    fn contract() -> Contract {
        Contract::article("flag", "flags the terms and entities of a watch list")
            .reads("text")
            .reads_if_present("mentions")
            .reads_if_present("entities")
            .writes(HIT)
            .setting(Setting::texts("terms", "words and names to flag").default(json!([])))
            .setting(
                Setting::paths("files", "lists: a term a line, after a tab its label, # comments")
                    .default(json!([])),
            )
            .setting(
                Setting::choice(
                    "case",
                    &["smart", "exact", "ignore"],
                    "smart: a term with a capital matches as it stands or in capitals, others in any case",
                )
                .default("smart"),
            )
            .setting(Setting::truth("words", "whole words only").default(true))
            .setting(
                Setting::truth("entities", "flag mentions whose entity's name or key is listed")
                    .default(true),
            )
            .pure()
    }

    fn new(settings: Settings, _host: &Host) -> Result<Self, SettingError> {
        let mut terms = Vec::new();
        for term in settings.terms {
            let term = Term::new(&term, None, None)
                .ok_or_else(|| SettingError::new("terms", "a term has no letter or digit"))?;
            terms.push(term);
        }
        for file in &settings.files {
            let read = read(file).map_err(|error| SettingError::new("files", error.to_string()))?;
            terms.extend(read);
        }
        if terms.is_empty() {
            return Err(SettingError::new("terms", "the list is empty; give `terms` or `files`"));
        }
        let matcher = Matcher::new(&terms, settings.case, settings.words).map_err(|error| {
            SettingError::new("terms", format!("the list is too long: {error}"))
        })?;
        let data = terms.iter().map(data).collect();
        Ok(Self { terms, data, matcher, entities: settings.entities, hits: Vec::new() })
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        self.matcher.find(doc.text(), &mut self.hits);
        for hit in &self.hits {
            self.add(hit.term, hit.span.clone(), "term", out);
        }
        if self.entities {
            self.flag_entities(*doc, out);
        }
        Ok(Flow::Keep)
    }
}

impl Flag {
    fn add(&self, term: usize, span: Range<usize>, kind: &str, out: &mut Output<'_>) {
        let label = self.terms[term].label();
        out.add(New::row(HIT).at(span).kind(kind).label(label).data(&self.data[term]));
    }

    /// Flags the mentions of listed entities where the term itself does not stand ("she", "the minister").
    fn flag_entities(&self, doc: Document<'_>, out: &mut Output<'_>) {
        let listed: BTreeMap<u32, usize> = doc
            .entities()
            .filter_map(|entity| {
                let term = self.matcher.whole(&entity.string());
                Some((entity.id(), term.or_else(|| self.matcher.whole(&entity.key()))?))
            })
            .collect();
        if listed.is_empty() {
            return;
        }
        // Both come in the order of the text, so one pass over the hits will do.
        let mut hits = self.hits.iter().peekable();
        let mut mentions: Vec<_> = doc
            .mentions()
            .filter_map(|mention| Some((mention.span()?, *listed.get(&mention.entity()?.id())?)))
            .collect();
        mentions.sort_by_key(|(span, _)| (span.start, span.end));
        for (span, term) in mentions {
            while hits.next_if(|hit| hit.span.end <= span.start).is_some() {}
            let flagged = hits.peek().is_some_and(|hit| hit.span.start < span.end);
            if !flagged {
                self.add(term, span, "entity", out);
            }
        }
    }
}

/// What the record says of a term's hits.
fn data(term: &Term) -> Value {
    let mut data = json!({ "term": term.text });
    if let Some(list) = &term.list {
        data["list"] = json!(list);
    }
    data
}
