//! Rows that are told against those of the same records.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../../wire/tests/it/sample.rs"]
#[expect(dead_code, reason = "the tests of `wire` need more of it")]
mod sample;

use columns::{Rows, Table};
use document::layers::{MentionDraft, QuotationDraft};
use document::{Document, Field, Form, Origin, symbol};
use wire::{Key, Offsets, Options, Record, Tape};

/// One row for each document, told from a tape, which is equal to that of its record.
#[track_caller]
fn assert_told_as_recorded(docs: &[Document], options: Options) {
    let mut rows = Rows::new();
    let mut records = Vec::new();
    for doc in docs {
        let (mut line, mut tape) = (Vec::new(), Vec::new());
        wire::encode(doc, &options, &mut line).unwrap();
        records.push(Record::parse(line).unwrap());
        wire::tell(doc, &options.with_words(), &mut Tape(&mut tape)).unwrap();
        wire::play(&tape, &mut rows);
    }
    let expected = columns::batch(Table::Nested, &records).unwrap();
    let told = rows.finish().unwrap();
    assert_eq!(told.schema(), expected.schema());
    for (field, (told, expected)) in
        told.schema().fields().iter().zip(told.columns().iter().zip(expected.columns()))
    {
        assert_eq!(told, expected, "{}", field.name());
    }
}

/// With everything, with nothing, and with odd values.
fn documents() -> Vec<Document> {
    let bare = Document::new("bare", Origin::path("bare"), Vec::new(), Form::Text);
    let mut empty = sample::verbatim("");
    for layer in [
        symbol::SENTENCES,
        symbol::MENTIONS,
        symbol::ENTITIES,
        symbol::QUOTATIONS,
        symbol::TURNS,
        symbol::VALUES,
        symbol::STORY,
    ] {
        empty.mark_written(layer);
    }
    let mut odd = sample::verbatim("Ünï told Bo in \"Ö\" it rains \u{1}.");
    for (key, value) in [("later", " {\"a\":\r\n 1} "), ("earlier", "null"), ("\"", "\"🐟\"")] {
        odd.metadata.set_meta(key, value.to_owned());
    }
    odd.metadata.supply(Field::Published, "2023-02-06T08:00:00Z", "sidecar");
    odd.metadata.supply(Field::Modified, "yesterday", "sidecar");
    let span = |words| sample::span_of(&odd, words);
    let (it, bo, place) = (span("it rains"), span("Bo"), span("in \"Ö\""));
    odd.add_quotation(&QuotationDraft {
        span: it,
        kind: symbol::INDIRECT,
        marked: &[],
        cue: None,
        speaker: None,
        addressee: Some(bo),
        occasion: Some(place),
        said_on: None,
        negated: false,
        score: -1.0,
    });
    odd.mark_written(symbol::QUOTATIONS);
    odd.add_mention(&MentionDraft {
        span: bo,
        kind: symbol::VALUE,
        label: symbol::DATE,
        score: 0.5,
        value: Some(" null\n"),
    });
    odd.mark_written(symbol::MENTIONS);
    vec![sample::full(), bare, empty, sample::full(), odd]
}

#[test]
fn a_row_that_is_told_is_that_of_the_record() {
    assert_told_as_recorded(&[], Options::default());
    for offsets in Offsets::ALL {
        for raw_offsets in [false, true] {
            let options = Options { offsets, raw_offsets, ..Options::default() };
            assert_told_as_recorded(&documents(), options);
        }
    }
}

#[test]
fn so_it_is_whatever_is_left_out() {
    let omit =
        |keys: &[Key]| Options { omit: keys.iter().copied().collect(), ..Options::default() };
    for key in Key::ALL {
        assert_told_as_recorded(&documents(), omit(&[key]));
        assert_told_as_recorded(&documents(), omit(&[key, Key::SpanTexts]));
    }
    assert_told_as_recorded(&documents(), omit(&Key::ALL));
}
