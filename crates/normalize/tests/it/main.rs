//! `normalize` as its users see it: a payload in, a document out.

mod article;
mod clean;
mod dateline;
mod dates;
mod decode;
mod furniture;
mod gold;
mod hostile;
mod html;
mod language;
mod mend;
mod microdata;
mod pasted;
mod properties;
mod remarks;
mod sentences;
mod settings;
mod shared;
mod supplied;

use document::{Document, Field, Form, Origin};
use normalize::{Mode, Normalize};
use stage_api::{Flow, Stage};

/// The document made from a payload, and what became of it.
fn process(payload: &[u8], form: Form, mode: Mode) -> (Document, Flow) {
    let mut doc = Document::new("test", Origin::path("test"), payload.to_vec(), form);
    let flow = Normalize::new(mode).process(&mut doc).expect("an article that can be processed");
    (doc, flow)
}

/// The document made from a plain text or a page in `article` mode, which must be kept.
fn article(payload: &[u8], form: Form) -> Document {
    let (doc, flow) = process(payload, form, Mode::Article);
    assert_eq!(flow, Flow::Keep);
    doc
}

/// The bytes of the payload that `words`, which must stand in the text, were made from.
fn raw<'d>(doc: &'d Document, words: &str) -> &'d [u8] {
    let start = doc.text().find(words).expect("the words stand in the text");
    let span = document::Span::from_range(start..start + words.len());
    let raw = doc
        .alignment()
        .expect("a text has an alignment")
        .raw_range(span)
        .expect("the words come from the payload");
    &doc.payload()[raw.start as usize..raw.end as usize]
}

/// The metadata and the text, as a person would note them.
fn sheet(doc: &Document) -> String {
    let mut lines = Vec::new();
    for field in Field::ALL {
        for known in doc.metadata.values().iter().filter(|known| known.field == field) {
            lines.push(format!(
                "{}: {} ({}, {})",
                field.key(),
                known.value,
                known.from,
                known.confidence
            ));
        }
    }
    lines.push(String::new());
    lines.push(doc.text().to_owned());
    lines.join("\n")
}
