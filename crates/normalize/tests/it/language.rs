//! The language of a text.

use document::{Document, Field, Form, Origin};
use normalize::{Mode, Normalize};
use stage_api::Stage;

use crate::article;

fn language_of(payload: &str, form: Form) -> Option<String> {
    article(payload.as_bytes(), form).metadata.get(Field::Language).map(str::to_owned)
}

#[test]
fn words_show_the_language() {
    let check = |text: &str, language: Option<&str>| {
        assert_eq!(language_of(text, Form::Text).as_deref(), language, "{text}");
    };
    check("The mayor said it was late.", Some("en"));
    check("Hello. She said that she was glad.", Some("en"));
    check(
        "Der Bürgermeister hat die Brücke nach einem Jahr wieder eröffnet, und alle waren froh darüber.",
        Some("de"),
    );
    check(
        "Le maire a inauguré le pont après un an de travaux, et tout le monde était content de le voir.",
        Some("fr"),
    );
    check(
        "市長は一年間の工事の後、月曜日に橋を再び開通させた。町の人々はとても喜んでいたと話していたそうだ。市長も喜んだ。",
        Some("ja"),
    );
    check("Ja.", None);
}

#[test]
fn a_page_may_say_it_and_what_came_with_the_article_wins() {
    assert_eq!(language_of("<html lang=en-GB><p>Nope.", Form::Html).as_deref(), Some("en"));

    let mut doc = Document::new(
        "test",
        Origin::path("test"),
        "The mayor said it was late.".into(),
        Form::Text,
    );
    doc.metadata.supply(Field::Language, "fr", "sidecar");
    Normalize::new(Mode::Article).process(&mut doc).unwrap();
    assert_eq!(doc.metadata.get(Field::Language), Some("fr"));
}

#[test]
fn the_setting_is_for_texts_that_do_not_tell() {
    let mut stage = Normalize::new(Mode::Article).assume_language("nl");
    for (text, language) in [("Ja.", "nl"), ("The mayor said it was late.", "en")] {
        let mut doc = Document::new("test", Origin::path("test"), text.into(), Form::Text);
        stage.process(&mut doc).unwrap();
        assert_eq!(doc.metadata.get(Field::Language), Some(language));
    }
}
