//! What the watch list finds, and what not.
#![allow(clippy::unwrap_used, reason = "a test may stop where its set-up fails")]

use std::fs;

use proptest::prelude::*;
use watchlist::{Case, Hit, Matcher, Term, read};

fn terms(list: &[&str]) -> Vec<Term> {
    list.iter().map(|term| Term::new(term, None, None).unwrap()).collect()
}

/// The hits as `words=term`, terms by their number.
fn found(text: &str, list: &[&str], case: Case, words: bool) -> String {
    let mut hits = Vec::new();
    Matcher::new(&terms(list), case, words).unwrap().find(text, &mut hits);
    let shown = hits.iter().map(|hit| format!("{}={}", &text[hit.span.clone()], hit.term));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn case_words_and_overlaps() {
    let cases: &[(&str, &[&str], Case, bool, &str)] = &[
        // A term in small letters is found in any case, one with a capital is a name.
        (
            "Ceasefire, ceasefire, CEASEFIRE",
            &["ceasefire"],
            Case::Smart,
            true,
            "Ceasefire=0 ceasefire=0 CEASEFIRE=0",
        ),
        ("May may MAY", &["May"], Case::Smart, true, "May=0 MAY=0"),
        ("May may MAY", &["May"], Case::Exact, true, "May=0"),
        ("May may MAY", &["may"], Case::Ignore, true, "May=0 may=0 MAY=0"),
        ("Über ÜBER über", &["über"], Case::Smart, true, "Über=0 ÜBER=0 über=0"),
        // Borders are letters and digits of any script; marks and apostrophes are borders.
        ("wartime, a war’s end, post-war, war2", &["war"], Case::Smart, true, "war=0 war=0"),
        ("wartime", &["war"], Case::Smart, false, "war=0"),
        ("событие быт", &["быт"], Case::Smart, true, "быт=0"),
        ("C++ and C", &["C++"], Case::Smart, true, "C++=0"),
        // The leftmost, then the longest; one that fails at its border hides none.
        (
            "the Norrvik Accord",
            &["Norrvik", "Norrvik Accord", "Accord"],
            Case::Smart,
            true,
            "Norrvik Accord=1",
        ),
        ("the Norrvik Accords", &["Norrvik", "Norrvik Accord"], Case::Smart, true, "Norrvik=0"),
        ("arms arms", &["arms", "arms"], Case::Smart, true, "arms=0 arms=0"),
        ("", &["x"], Case::Smart, true, ""),
    ];
    for (text, list, case, words, expected) in cases {
        assert_eq!(found(text, list, *case, *words), *expected, "{text:?} {list:?} {case:?}");
    }
}

#[test]
fn an_entity_is_listed_by_its_whole_name() {
    let matcher = Matcher::new(&terms(&["Ada Ek", "loc:norrvik"]), Case::Smart, true).unwrap();
    assert_eq!(matcher.whole("Ada Ek"), Some(0));
    assert_eq!(matcher.whole("ADA EK"), Some(0));
    assert_eq!(matcher.whole("ada ek"), None);
    assert_eq!(matcher.whole("Ada Ekman"), None);
    assert_eq!(matcher.whole("loc:norrvik"), Some(1));
}

#[test]
fn a_list_has_labels_and_comments_and_says_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ships.tsv");
    fs::write(&file, "# ships\r\n\nSea Otter\tferry\r\nMaren\n").unwrap();
    let read_terms = read(&file).unwrap();
    let shown: Vec<_> = read_terms
        .iter()
        .map(|term| (term.text.as_str(), term.label(), term.list.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [("Sea Otter", "ferry", Some("ships.tsv")), ("Maren", "Maren", Some("ships.tsv"))]
    );

    let wrong: &[(&[u8], &str)] = &[
        (b"Maren\n\t\n ,\n", "ships.tsv:3: the term has no letter or digit"),
        (b"Maren\n\xff\n", "ships.tsv:2: the line is no UTF-8; save the list as UTF-8"),
    ];
    for (bytes, expected) in wrong {
        fs::write(&file, bytes).unwrap();
        let error = read(&file).unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    assert!(read(&folder.path().join("none.tsv")).is_err());
}

proptest! {
    #[test]
    fn hits_are_words_of_the_text_in_order(text in "[a-cA-Cßİé ,]{0,60}", list in prop::collection::vec("[a-cA-Cßİé]{1,4}", 1..6)) {
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        let mut hits: Vec<Hit> = Vec::new();
        Matcher::new(&terms(&list), Case::Ignore, false).unwrap().find(&text, &mut hits);
        let mut end = 0;
        for hit in &hits {
            prop_assert!(hit.span.start >= end);
            end = hit.span.end;
            prop_assert_eq!(text[hit.span.clone()].to_lowercase(), list[hit.term].to_lowercase());
        }
        // Every term that stands in the text as it is lies under some hit.
        for term in list {
            for (at, _) in text.match_indices(term) {
                prop_assert!(hits.iter().any(|hit| hit.span.start < at + term.len() && at < hit.span.end));
            }
        }
    }
}
