//! Rows, relations, names, and undoing them.

use std::collections::BTreeSet;
use std::sync::Arc;

use document::{Document, Field, Form, Origin, Producer, Row, Span, Text, symbol};

fn doc() -> Document {
    let mut doc = Document::new("test", Origin::path("test"), "Zoë ran.".into(), Form::Text);
    doc.set_text(Text::verbatim("Zoë ran."));
    doc
}

#[test]
fn reserved_names_have_one_number_each_below_the_documents_own() {
    let numbers: BTreeSet<_> = symbol::RESERVED.iter().map(|(symbol, _)| symbol).collect();
    let names: BTreeSet<_> = symbol::RESERVED.iter().map(|(_, name)| name).collect();
    assert_eq!((numbers.len(), names.len()), (symbol::RESERVED.len(), symbol::RESERVED.len()));
    assert!(numbers.iter().all(|symbol| symbol.0 < symbol::FIRST_LOCAL));
}

#[test]
fn names_are_interned_once() {
    let mut doc = doc();
    assert_eq!(doc.intern("mentions"), symbol::MENTIONS);
    let (first, second) = (doc.intern("watchlist.hit"), doc.intern("ceasefire"));
    assert_ne!(first, second);
    assert_eq!(doc.intern("watchlist.hit"), first);
    assert_eq!((doc.name_of(first), doc.name_of(symbol::PER)), ("watchlist.hit", "PER"));
}

#[test]
#[should_panic(expected = "a span is a slice of the text")]
fn a_span_inside_a_character_is_refused() {
    doc().add_sentence(Span::new(0, 3)); // between the two bytes of ë
}

#[test]
#[should_panic(expected = "a span is a slice of the text")]
fn a_span_beyond_the_text_is_refused() {
    doc().add_sentence(Span::new(0, 10));
}

#[test]
fn rows_in_one_go_are_rows_one_by_one() {
    let rows = [
        Row { value_start: 1, value_len: 2, ..Row::new(symbol::NOTES).at(Span::new(0, 4)) },
        Row::new(symbol::SENTENCES).at(Span::new(0, 9)),
    ];
    let (mut together, mut apart) = (doc(), doc());
    for doc in [&mut together, &mut apart] {
        doc.add_with_string(Row::new(symbol::NOTES), "odd");
    }
    together.append(&rows, "1234");
    apart.add_with_value(Row { value_start: 0, value_len: 0, ..rows[0] }, "23");
    apart.add(rows[1]);
    let read = |doc: &Document| -> Vec<_> {
        let row = |row: &Row| (row.span(), row.layer, doc.value(row).map(str::to_owned));
        doc.rows().iter().map(row).collect()
    };
    assert_eq!(read(&together), read(&apart));
}

#[test]
#[should_panic(expected = "a span is a slice of the text")]
fn a_span_in_one_go_is_refused_as_any_other() {
    doc().append(&[Row::new(symbol::SENTENCES).at(Span::new(0, 3))], "");
}

#[test]
#[should_panic(expected = "a value is a slice of the values")]
fn a_value_in_one_go_must_be_one() {
    doc().append(&[Row { value_start: 1, value_len: 9, ..Row::new(symbol::NOTES) }], "12");
}

#[test]
#[should_panic(expected = "the text of a document is set once")]
fn the_text_is_set_once() {
    doc().set_text(Text::verbatim("other"));
}

#[test]
#[should_panic(expected = "a relation links rows that exist")]
fn a_relation_to_nowhere_is_refused() {
    let mut doc = doc();
    let row = doc.add_sentence(Span::new(0, 4));
    doc.relate(row, symbol::CUE, document::RowId(7));
}

#[test]
fn rolling_back_leaves_no_trace() {
    let mut doc = doc();
    let stage = |name: &str| {
        Arc::new(Producer { stage: name.into(), version: String::new(), key: String::new() })
    };
    doc.begin_stage(stage("first"));
    doc.add_sentence(Span::new(0, 9));
    doc.mark_written(symbol::SENTENCES);
    let before =
        format!("{:?}", (doc.rows(), doc.relations(), doc.layers_written(), &doc.metadata));

    doc.begin_stage(stage("second"));
    let checkpoint = doc.checkpoint();
    let part = doc.add_with_string(Row::new(symbol::NOTES), "half done");
    doc.relate(part, symbol::CUE, part);
    doc.intern("second.layer");
    doc.mark_written(symbol::NOTES);
    doc.metadata.extract(Field::Title, &["wrong"], "second", 1.0);
    doc.roll_back(checkpoint);

    assert_eq!(
        format!("{:?}", (doc.rows(), doc.relations(), doc.layers_written(), &doc.metadata)),
        before
    );
    let note = doc.add_with_string(Row::new(symbol::NOTES), "after");
    assert_eq!(doc.value(doc.row(note)), Some("\"after\""), "the value buffer was cut, too");
}
