//! The articles that a plugin is tried on.

use std::sync::Arc;

use document::layers::MentionDraft;
use document::{Document, Field, Form, Origin, Producer, Span, Text, symbol};
use stage_api::{BuiltStage, Flow};

use config::PlannedStage;

/// An article with what makes it worth trying.
pub(super) struct Sample {
    /// As in `on 1 MB of text`.
    pub(super) name: &'static str,
    pub(super) doc: Document,
    /// Whether no stage has a reason to refuse it.
    pub(super) ordinary: bool,
}

/// What every sample's words are made of.
const STORY: &str = "\
Mira Holt, the mayor of Ostrel, opened the swing bridge on Monday. “The bell is back,” she said. “It rang twice.”

The bridge cost 2.5 million crowns and was paid for by the town. Bram Osterly, who runs the ferry, said that nobody had \
asked him. He sold 140 tickets last week, 4 km down the river.

";

/// Letters of two, three and four bytes, marks that join the letter before, scripts from right to left, an
/// invisible joiner, every kind of line break and a NUL.
const LETTERS: &str = "\
Zoë Ek met 李雷 in Łódź. “Ça va, 👩‍👩‍👧?” she asked. e\u{301} n\u{303} שלום مرحبا \u{202e}abc\u{202c} \u{feff}x\u{0}y\r\nnext\u{2028}line\u{85}end 🇳🇺.";

/// The samples, each with the layers that `before` gives, with ids in this folder.
pub(super) fn all(folder: &str, before: &[PlannedStage], reads: &[String]) -> Vec<Sample> {
    let article = |name: &str, text: &str| article(folder, name, text);
    let million = STORY.repeat((1 << 20) / STORY.len() + 1);
    let make = |name, text: &str, ordinary| {
        let mut doc = article(name, text);
        run(before, &mut doc);
        Sample { name, doc, ordinary }
    };
    let mut overlapping = make("overlapping rows", STORY, true);
    overlap(&mut overlapping.doc);
    let mut bare = make("an article that nobody supplied anything about", STORY, true);
    bare.doc.metadata = document::Metadata::default();
    let mut empty =
        Sample { name: "an empty text", doc: article("an empty text", ""), ordinary: false };
    for layer in reads {
        let layer = empty.doc.intern(layer);
        empty.doc.mark_written(layer);
    }
    vec![
        make("an ordinary article", STORY, true),
        empty,
        make("one letter", "x", false),
        make("letters of many bytes", LETTERS, true),
        overlapping,
        bare,
        make("1 MB of text", &million, true),
    ]
}

/// An article as `normalize` leaves it in verbatim mode.
fn article(folder: &str, name: &str, text: &str) -> Document {
    let id = format!("{folder}/{}.txt", name.replace(' ', "-"));
    let mut doc = Document::new(id.clone(), Origin::path(id), text.into(), Form::Text);
    doc.metadata.supply(Field::Title, "The bell of Ostrel", "sidecar");
    doc.metadata.supply(Field::Byline, "Ann Lund", "sidecar");
    doc.metadata.supply(Field::Byline, "Bo Lund", "sidecar");
    doc.metadata.supply(Field::Published, "2024-03-12", "sidecar");
    doc.metadata.supply(Field::Outlet, "The Ostrel Courier", "sidecar");
    doc.metadata.supply(Field::Language, "en", "sidecar");
    doc.metadata.set_meta("desk", "{\"name\": \"metro\", \"pages\": [1, 2]}".to_owned());
    doc.set_text(Text::verbatim(text));
    doc.mark_written(symbol::TEXT);
    doc
}

/// Sentences, then what the stages before the tested one write.
fn run(before: &[PlannedStage], doc: &mut Document) {
    let mut start = 0;
    let text = doc.text().to_owned();
    for sentence in text.split_inclusive(['.', '\n']) {
        let trimmed = sentence.trim();
        if !trimmed.is_empty() {
            let at = start + sentence.find(trimmed).expect("a part of it");
            doc.add_sentence(Span::from_range(at..at + trimmed.len()));
        }
        start += sentence.len();
    }
    doc.mark_written(symbol::SENTENCES);
    for planned in before {
        let producer = Producer {
            stage: planned.name.clone(),
            version: planned.spec.info.version.to_string(),
            key: planned.key.clone(),
        };
        doc.begin_stage(Arc::new(producer));
        let checkpoint = doc.checkpoint();
        let kept = match &planned.built {
            Some(BuiltStage::Article(factory)) => factory.instance().process(doc),
            Some(BuiltStage::Ordered(make)) => make().process(doc),
            None => Ok(Flow::Keep),
        };
        if kept.is_err() {
            doc.roll_back(checkpoint);
        }
        for layer in &planned.spec.info.writes {
            let layer = doc.intern(layer);
            doc.mark_written(layer);
        }
    }
}

/// Adds rows that lie over others, over the whole text, and at its very end.
fn overlap(doc: &mut Document) {
    let len = doc.text().len();
    let word = doc.text().find("mayor").expect("the word stands there");
    for span in [0..len, 0..9, 5..9, word..word + 5, word..word + 5, len - 2..len] {
        let draft = MentionDraft {
            kind: symbol::DESCRIPTION,
            ..MentionDraft::name(Span::from_range(span), symbol::PER, 0.5)
        };
        doc.add_mention(&draft);
    }
    doc.add_sentence(Span::from_range(0..len));
    doc.note(Some(Span::from_range(len..len)), "nothing stands here");
    doc.note(None, "and this stands nowhere");
}
