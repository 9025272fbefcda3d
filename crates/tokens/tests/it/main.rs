//! Tests of the tokens of a text.

use proptest::prelude::*;
use tokens::{Kind, Token, tokenize};

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    tokenize(text, [0], &mut tokens);
    tokens
}

/// The tokens of the text, parted by spaces; `_` joins what a token holds.
#[track_caller]
fn check(text: &str, expected: &str) {
    let found: Vec<String> =
        tokens(text).iter().map(|token| text[token.range()].replace(' ', "_")).collect();
    assert_eq!(found.join(" "), expected, "{text}");
}

#[test]
fn words_numbers_and_marks_are_parted() {
    check("He paid 2,500.50 euros (2.5%).", "He paid 2,500.50 euros ( 2.5 % ) .");
    check("AT&T, Q&A & R & D", "AT&T , Q&A & R & D");
    check("a 6.51km bridge", "a 6.51 km bridge");
}

#[test]
fn a_possessive_is_a_token_and_other_apostrophes_are_not() {
    check("Ek's and O’Neill’s don't", "Ek 's and O’Neill ’s don't");
    check("the nurses' strike", "the nurses ' strike");
}

#[test]
fn full_stops_of_initials_and_abbreviations_stay() {
    check("J. Ek of the U.S. Army", "J. Ek of the U.S. Army");
    check("Plan A. then B.", "Plan A . then B .");
    check("Mr. Ek and Dr. Moss", "Mr. Ek and Dr. Moss");
    check("Eastmere Corp. fell. Eastmere Corp. Then", "Eastmere Corp. fell . Eastmere Corp . Then");
    check("On Jan. 5 and in May.", "On Jan. 5 and in May .");
}

#[test]
fn hyphens_are_tokens_and_addresses_are_whole() {
    check("Ha-joon led a US-led tour", "Ha - joon led a US - led tour");
    check("@ek see https://a.example/b-c #news", "@ek see https://a.example/b-c #news");
}

#[test]
fn shapes_tell_of_capitals_and_borders() {
    let found = tokens("NATO met Ek.\niPhones J. x");
    let shape = |at: usize| {
        let token: Token = found[at];
        (token.upper(), token.caps(), token.initial(), token.first(), token.glued())
    };
    assert_eq!(shape(0), (true, true, false, true, false));
    assert_eq!(shape(1), (false, false, false, false, false));
    assert_eq!(shape(2), (true, false, false, false, false));
    assert_eq!(shape(3), (false, false, false, false, true));
    assert_eq!(shape(4), (true, false, false, true, false));
    assert!(found.last().is_some_and(|token| token.lower()));
}

#[test]
fn sentences_start_where_they_are_said_to() {
    let text = "One. Two.";
    let mut found = Vec::new();
    tokenize(text, [0, 5], &mut found);
    let firsts: Vec<&str> =
        found.iter().filter(|token| token.first()).map(|token| &text[token.range()]).collect();
    assert_eq!(firsts, ["One", "Two"]);
}

proptest! {
    #[test]
    fn tokens_and_white_space_make_up_any_text(text in "\\PC{0,80}|[A-Z.a-z'’ \n-]{0,80}") {
        let mut end = 0;
        for token in tokens(&text) {
            let (start, next) = (token.start as usize, token.end as usize);
            prop_assert!(start < next && text[end..start].chars().all(char::is_whitespace));
            prop_assert!(token.kind == Kind::Address || !text[start..next].contains(char::is_whitespace));
            end = next;
        }
        prop_assert!(text[end..].chars().all(char::is_whitespace));
    }
}
