use document::{Document, Span, Text, symbol};
use document::{Form, Origin};
use proptest::prelude::*;

use crate::{gold, tagged};

/// Whether the rows of the stage keep what they promise.
pub(crate) fn check_rows(doc: &Document) {
    let view = doc.view();
    let mut last = Span::new(0, 0);
    let mut taken = 0;
    for mention in view.mentions() {
        let span = mention.span();
        assert!(!span.is_empty() && doc.text().get(span.range()).is_some(), "a span is a slice");
        assert!(span.start() >= last.start(), "mentions stand in text order");
        last = span;
        if matches!(mention.kind(), symbol::NAME | symbol::VALUE) {
            assert!(span.start() >= taken, "names and values do not overlap");
            taken = span.end();
        }
        assert!((0.0..=1.0).contains(&mention.row().score));
        if mention.kind() == symbol::VALUE {
            assert!(mention.entity().is_none(), "a value has no entity");
            let json = mention.value().unwrap_or("null");
            serde_json::from_str::<serde_json::Value>(json).expect("a value is JSON");
        }
        if mention.kind() == symbol::NAME {
            assert!(mention.entity().is_some(), "a name has an entity");
        }
    }
    for entity in view.entities() {
        assert!(!entity.name().is_empty() && entity.key().contains(':'));
    }
}

proptest! {
    #[test]
    fn any_text_gives_sound_rows(text in "\\PC{0,200}") {
        check_rows(&whole(&text));
    }

    #[test]
    fn any_news_like_text_gives_sound_rows(
        words in prop::collection::vec(prop::sample::select(vec![
            "Ada", "Lindholm", "Minister", "of", "the", "The", "and", "U.S.", "US", "-", "'s", "’", ",", ".", "(", ")", "NHC", "$", "5", "31",
            "May", "June", "2022", "million", "Tuesday", "last", "week", "said", "he", "she", "Bank", "Council", "van", "al", "É", "\n", "J.", "Trade", "%", "to",
        ]), 0..60),
        glue in prop::collection::vec(any::<bool>(), 60),
    ) {
        let mut text = String::new();
        for (word, glued) in words.iter().zip(glue) {
            if !glued {
                text.push(' ');
            }
            text.push_str(word);
        }
        check_rows(&whole(&text));
    }
}

/// The text as one sentence, tagged.
pub(crate) fn whole(text: &str) -> Document {
    let mut doc = Document::new("test", Origin::path("test"), Vec::new(), Form::Text);
    doc.set_text(Text::verbatim(text));
    gold::stage().process(&mut doc).expect("the stage does not fail");
    doc
}

/// What is kept of words is forgotten when they are too many; that must not show either.
#[test]
fn what_was_read_before_changes_no_row() {
    let told = "Ada Lindholm of the Trade Council met J. Ek in Paris on 5 May. \"We agree,\" Lindholm said.";
    let fresh = whole(told);
    let mut stage = gold::stage();
    for round in 0..3 {
        let other: Vec<String> = (0..5_000).map(|word| format!("W{round}x{word} the ")).collect();
        for text in [told, &other.concat()] {
            let mut doc = Document::new("test", Origin::path("test"), Vec::new(), Form::Text);
            doc.set_text(Text::verbatim(text));
            stage.process(&mut doc).expect("the stage does not fail");
            if text == told {
                assert_eq!(doc.rows(), fresh.rows(), "round {round}");
            }
        }
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    let bytes = if cfg!(debug_assertions) { 50_000 } else { 500_000 };
    // Each of these is far beyond a minute where any step is quadratic.
    let patterns = [
        "Й",
        "上",
        "Aб上 ",
        "A",
        "A A ",
        "a-",
        "A-",
        "1",
        "1 ",
        "-",
        "J.",
        "J. ",
        "A of ",
        "Ministry of ",
        "A's ",
        "\"A\" ",
        "A, ",
        "he ",
        "the minister ",
        "A (B) ",
        "May 1 to ",
        "$1 ",
        "\n",
        "Aa\n",
        "é",
        "A and ",
        "’",
        "5 to 5 ",
        "New York ",
        "John Moss ",
    ];
    for pattern in patterns {
        check_rows(&whole(&pattern.repeat(bytes / pattern.len())));
    }
}

#[test]
fn an_empty_text_gives_nothing() {
    assert_eq!(tagged("").rows().len(), 0);
}
