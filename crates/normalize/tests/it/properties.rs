//! What holds for every payload.

use document::{Document, Form, Origin, Step};
use normalize::{Mode, Normalize};
use proptest::prelude::*;
use stage_api::Stage;

/// Checks what every document promises, whatever its payload.
pub(crate) fn check(payload: &[u8], form: Form, mode: Mode) -> Result<(), TestCaseError> {
    let mut doc = Document::new("test", Origin::path("test"), payload.to_vec(), form);
    if Normalize::new(mode).process(&mut doc).is_err() {
        return Ok(());
    }
    let text = doc.text();
    let Some(alignment) = doc.alignment() else { return Ok(()) };
    for run in alignment.runs() {
        let raw = payload.get(run.raw as usize..(run.raw + run.raw_len) as usize);
        prop_assert!(raw.is_some(), "{run:?} reaches beyond the payload");
        let is_utf8 = !payload.contains(&0) && std::str::from_utf8(payload).is_ok();
        if run.step == Step::Same && is_utf8 {
            let words = &text.as_bytes()[run.text as usize..(run.text + run.text_len) as usize];
            prop_assert_eq!(raw, Some(words));
        }
    }
    let mut end = 0;
    for sentence in doc.view().sentences() {
        prop_assert!(sentence.start() >= end);
        prop_assert!(text[end as usize..sentence.start() as usize].trim().is_empty());
        prop_assert_eq!(doc.slice(sentence).trim(), doc.slice(sentence));
        prop_assert!(!sentence.is_empty());
        end = sentence.end();
    }
    prop_assert!(text[end as usize..].trim().is_empty());
    Ok(())
}

fn check_all(payload: &[u8]) -> Result<(), TestCaseError> {
    check(payload, Form::Text, Mode::Article)?;
    check(payload, Form::Text, Mode::Verbatim)?;
    check(payload, Form::Html, Mode::Article)
}

/// Pieces that meet in odd ways.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class='sidebar'>",
    "</div>",
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "<br>",
    "<script>",
    "</script>",
    "<article>",
    "</article>",
    "<title>",
    "</title>",
    "<!--",
    "-->",
    "&amp;",
    "&nbsp;",
    "&#x201C;",
    "&notin",
    "&",
    "<",
    ">",
    "\"",
    "“",
    "”",
    "’",
    ".",
    "…",
    "?",
    "!",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\r",
    "\u{A0}",
    "\u{AD}",
    "\u{FEFF}",
    "\0",
    "\u{1}",
    "\u{85}",
    "Ada Ek",
    "said",
    "Mr.",
    "U.S.",
    "3.5",
    "By ",
    "The bridge over the river was opened again on Monday, after a year of repairs.",
    "漢字",
    "。",
    "é",
    "😀",
    "February 6, 2023",
    "|",
    "•",
    "Credit: ",
    "Leave a Reply",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_give_a_sound_document_or_a_refusal(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_all(&payload)?;
    }

    #[test]
    fn any_pieces_of_pages_give_a_sound_document(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        check_all(pieces.concat().as_bytes())?;
    }

    #[test]
    fn normalizing_a_normal_text_changes_nothing(pieces in proptest::collection::vec("[A-Z][a-z ]{20,60}[a-z],? [a-z ]{60,90}[a-z]\\.", 1..5)) {
        let text = pieces.join("\n\n").split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let mut doc = Document::new("test", Origin::path("test"), text.clone().into_bytes(), Form::Text);
        Normalize::new(Mode::Article).process(&mut doc).unwrap();
        prop_assert_eq!(doc.text(), text);
    }
}
