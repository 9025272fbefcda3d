//! Tests of the stage as others see it: through its rows.

/// Which names are one entity.
mod entities;
/// Which mentions are one entity, scored against a hand-made set.
mod entities_gold;
/// Reading and scoring human-labelled text.
mod gold;
/// The lists of the user.
mod lists;
/// Names, their classes and their entities, drawn under the text.
mod names;
/// What holds for any text at all.
mod properties;
/// Pronouns and descriptions.
mod referents;
/// Figures on human-labelled text, which must not slide.
mod scores;
/// Contract, settings, languages.
mod stage;
/// Dates and amounts.
mod values;

use document::{Document, Field, symbol};

/// The text, whole paragraphs as sentences cut at ". ", tagged; published on Monday, 6 February 2023.
fn tagged(text: &str) -> Document {
    let mut doc = document_of(text);
    doc.metadata.supply(Field::Published, "2023-02-06", "test");
    gold::stage().process(&mut doc).expect("the stage does not fail");
    doc
}

/// The text as an untagged document with sentences.
fn document_of(text: &str) -> Document {
    let sentences: Vec<&str> =
        text.split_inclusive(&['\n', '?'][..]).flat_map(|line| line.split(" | ")).collect();
    testkit::doc_with_sentences(text, &sentences)
}

/// The mentions of the text, drawn under it.
fn drawn(text: &str) -> String {
    testkit::underlined(&tagged(text), &[symbol::MENTIONS])
}
