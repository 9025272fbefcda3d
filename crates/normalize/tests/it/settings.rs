//! What `pipeline.toml` can say, and what becomes of an article as a whole.

use document::{Document, Field, Form, Origin, symbol};
use normalize::{Mode, Normalize};
use stage_api::{BuiltStage, Flow, Settings, Stage, StageError};

use crate::process;

#[test]
fn the_declaration_builds_the_stage() {
    let spec = normalize::spec();
    assert_eq!(
        (spec.info.name.as_ref(), spec.info.writes.len(), spec.info.reads.len()),
        ("normalize", 3, 0)
    );
    let settings = Settings::defaults(&spec.settings);
    let BuiltStage::Article(factory) = spec.build(&settings).unwrap() else {
        panic!("normalize is an article stage")
    };
    let mut doc = Document::new("test", Origin::path("test"), "One  two.".into(), Form::Text);
    factory.instance().process(&mut doc).unwrap();
    assert_eq!(doc.text(), "One two.");

    assert!(
        spec.build(&settings.clone().with("mode", "verbatim").with("language", "de-AT")).is_ok()
    );
    let error = spec.build(&settings.with("language", "English")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`language`: `English` is no language code; write one such as `en`"
    );
}

#[test]
fn verbatim_keeps_every_character() {
    let text = "  By Ada Ek\n\nOne  two.\u{200B}\u{1} \r\nThree.";
    let (doc, flow) = process(text.as_bytes(), Form::Text, Mode::Verbatim);
    assert_eq!((doc.text(), flow), (text, Flow::Keep));
    assert_eq!(doc.metadata.get(Field::Byline), None);
    let sentences: Vec<&str> = doc.view().sentences().map(|span| doc.slice(span)).collect();
    assert_eq!(sentences, ["By Ada Ek", "One  two.\u{200B}\u{1}", "Three."]);
}

#[test]
fn verbatim_keeps_a_mark_that_a_container_decoded() {
    let mut origin = Origin::path("test.jsonl");
    origin.line = Some(1);
    let mut doc = Document::new("test", origin, "\u{FEFF}One.".into(), Form::Text);
    Normalize::new(Mode::Verbatim).process(&mut doc).unwrap();
    assert_eq!(doc.text(), "\u{FEFF}One.");
}

#[test]
fn verbatim_refuses_html() {
    let mut doc = Document::new("test", Origin::path("test"), "<p>One.".into(), Form::Html);
    let refusal =
        StageError::Article("HTML cannot be kept verbatim; use mode = \"article\"".to_owned());
    assert_eq!(Normalize::new(Mode::Verbatim).process(&mut doc), Err(refusal));
}

#[test]
fn articles_without_a_letter_are_discarded() {
    let empty = Flow::Discard("empty".into());
    for (payload, form) in [
        ("", Form::Text),
        (" \n 12 — 3. \n", Form::Text),
        ("<p>&nbsp;</p><script>a</script>", Form::Html),
    ] {
        assert_eq!(process(payload.as_bytes(), form, Mode::Article).1, empty, "{payload}");
        assert_eq!(process(b"--", Form::Text, Mode::Verbatim).1, empty);
    }
}

#[test]
fn what_came_with_the_article_wins_over_what_is_found() {
    let payload = "<title>Found</title><p>The bridge over the river was opened again on Monday.";
    let mut doc = Document::new("test", Origin::path("test"), payload.into(), Form::Html);
    doc.metadata.supply(Field::Title, "Supplied", "sidecar");
    Normalize::default().process(&mut doc).unwrap();
    assert_eq!(doc.metadata.get(Field::Title), Some("Supplied"));
    assert!(doc.layer(symbol::SENTENCES).count() == 1);
}

/// 15 MB of one-letter lines took 1.9 GB to annotate, in each worker that had such a file.
#[test]
fn a_file_of_more_lines_than_any_article_is_refused() {
    let mut doc = Document::new("test", Origin::path("test"), b"a\n".repeat(500_001), Form::Text);
    let StageError::Article(message) = Normalize::new(Mode::Article).process(&mut doc).unwrap_err()
    else {
        panic!("the article is refused, not the run")
    };
    assert!(message.starts_with("it has 500001 lines"), "{message}");
}
