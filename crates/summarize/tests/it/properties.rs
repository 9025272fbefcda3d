//! What holds for any text.

use document::Document;
use proptest::prelude::*;

use crate::{split, summarize};

fn annotated(text: &str, settings: &[(&str, u8)]) -> Document {
    let mut doc = testkit::doc(text);
    split::add_sentences(&mut doc);
    summarize(&mut doc, settings);
    doc
}

proptest! {
    #[test]
    fn a_summary_is_sentences_of_the_text_in_order(
        text in "([A-Z‘“\"]?[a-zé’ ]{0,20}[,.!?”’'\" \n]{0,3}){0,12}",
        most in 1u8..5,
    ) {
        let doc = annotated(&text, &[("sentences", most)]);
        let view = doc.view();
        let sentences: Vec<_> = view.sentences().collect();
        let summary: Vec<_> = view.summary().collect();
        prop_assert!(summary.len() <= usize::from(most));
        prop_assert_eq!(summary.is_empty(), sentences.is_empty());
        prop_assert!(summary.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (span, score) in summary {
            prop_assert!(sentences.contains(&span));
            prop_assert!((0.0..=1.0).contains(&score));
        }
    }

    #[test]
    fn phrases_differ_and_are_ranked(text in "([a-zA-Z]{1,6}[ .]){0,60}", most in 0u8..20) {
        let doc = annotated(&text, &[("keyphrases", most)]);
        let view = doc.view();
        let phrases: Vec<_> = view.keyphrases().map(|phrase| (phrase.text(), phrase.score())).collect();
        prop_assert!(phrases.len() <= usize::from(most));
        prop_assert!(phrases.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        for (at, (phrase, score)) in phrases.iter().enumerate() {
            prop_assert!(*score > 0.0 && *score <= 1.0);
            prop_assert!(phrase.split(' ').count() <= 3);
            prop_assert!(phrases[..at].iter().all(|(other, _)| other != phrase));
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), most in 1u8..100) {
        annotated(&text, &[("sentences", most), ("max_words", most)]);
    }
}

#[test]
fn a_long_article_takes_no_more_than_its_share() {
    // 60,000 sentences, many alike: quadratic work would not end
    let sentence =
        |number: u32| format!("Boat {number} paid its harbour tax of {} crowns. ", number % 700);
    let text: String =
        (0..60_000).flat_map(|number| sentence(number).into_bytes()).map(char::from).collect();
    let doc = annotated(&text, &[("sentences", 100), ("keyphrases", 100)]);
    assert!(doc.view().summary().count() >= 1);
}
