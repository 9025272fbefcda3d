//! What came with the article, in the forms that records promise.

use document::{Document, Field, Form, Origin, symbol};
use normalize::{Mode, Normalize};
use stage_api::Stage;

fn normalized(field: Field, value: &str) -> Document {
    let text = "The mill at Ostrel burned down on Monday, and nobody was hurt in the fire.";
    let mut doc = Document::new("test", Origin::path("test"), text.into(), Form::Text);
    doc.metadata.supply(field, value, "field");
    Normalize::new(Mode::Article).process(&mut doc).expect("plain text passes");
    doc
}

#[test]
fn supplied_dates_and_languages_are_canonical() {
    for (field, value, expected) in [
        (Field::Published, "2023-02-06", "2023-02-06"),
        (Field::Published, "6 February 2023", "2023-02-06"),
        (Field::Published, "2023-02-06 10:00:00+02:00", "2023-02-06T10:00:00+02:00"),
        (Field::Published, "2023-02-06T10:00:00", "2023-02-06"),
        (Field::Modified, "2023-02-06T10:00Z", "2023-02-06T10:00:00Z"),
        (Field::Language, "EN-us", "en"),
    ] {
        let doc = normalized(field, value);
        let found = doc.metadata.find(field).unwrap();
        assert_eq!(
            (found.value.as_str(), found.supplied, &*found.from),
            (expected, true, "field"),
            "{value}"
        );
        assert_eq!(doc.layer(symbol::NOTES).count(), 0, "{value}");
    }
}

#[test]
fn what_is_no_date_and_no_language_is_kept_aside_with_a_note() {
    let doc = normalized(Field::Published, "soon, \"they\" say");
    assert_eq!(doc.metadata.get(Field::Published), None);
    assert_eq!(
        doc.metadata.meta(),
        [("published".to_owned(), r#""soon, \"they\" say""#.to_owned())]
    );
    assert_eq!(doc.layer(symbol::NOTES).count(), 1);
    let doc = normalized(Field::Language, "English language");
    assert_eq!(doc.metadata.get(Field::Language), Some("en"), "what the text shows stands in");
    assert!(doc.metadata.find(Field::Language).is_some_and(|found| !found.supplied));
}
