//! What holds for any text at all.

use document::symbol;
use proptest::prelude::*;

use crate::{document, run};

/// Texts made of what the rules look at.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "“",
        "”",
        "\"",
        "‘",
        "’",
        "'",
        "''",
        "``",
        "«",
        "»",
        "„",
        " ",
        " ",
        ", ",
        ". ",
        "|",
        "\n",
        ": ",
        "—",
        "(",
        ")",
        "?",
        "Ada Ek ",
        "she ",
        "said",
        " told reporters ",
        "according to ",
        "that ",
        "the minister ",
        "rain",
        "Québec",
        "…",
        "1- ",
        "Q: ",
        "’s ",
        "not ",
        "called ",
        "and ",
        "saying ",
        "urged ",
        "to ",
        "who ",
        "on Tuesday ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_are_slices_and_parts_are_joined(text in text()) {
        let doc = run(document(&text));
        let view = doc.view();
        let quotations: Vec<_> = view.quotations().collect();
        for quotation in &quotations {
            let words = doc.slice(quotation.span());
            prop_assert!(!words.is_empty() && !words.contains('\n'), "{words:?}");
            prop_assert!((0.0..=1.0).contains(&quotation.row().score));
            for marked in quotation.marked() {
                prop_assert!(quotation.kind() != symbol::INDIRECT);
                prop_assert!(!doc.slice(marked).is_empty());
            }
            if quotation.kind() == symbol::DIRECT {
                prop_assert_eq!(quotation.marked().collect::<Vec<_>>(), vec![quotation.span()]);
            }
            if let Some(first) = quotation.part_of() {
                let parts = quotations.iter().filter(|other| other.part_of() == Some(first)).count();
                prop_assert!(parts > 1, "a part alone");
                let first = quotations.iter().find(|other| other.id() == first).expect("a quotation");
                prop_assert_eq!(first.part_of(), Some(first.id()), "the first part belongs to itself");
            }
            for place in [quotation.cue(), quotation.addressee(), quotation.occasion()].into_iter().flatten() {
                prop_assert!(!doc.slice(place).is_empty());
            }
        }
        let starts: Vec<_> = quotations.iter().map(|quotation| quotation.span()).collect();
        prop_assert!(starts.is_sorted());
    }

    #[test]
    fn nothing_panics_without_sentences_or_on_any_characters(text in "\\PC{0,60}") {
        run(testkit::doc(&text));
        run(document(&text));
    }
}
