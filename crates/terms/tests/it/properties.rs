//! What holds for any text.

use document::Span;
use proptest::prelude::*;
use terms::digest::{Candidate, choose, headline};
use terms::statement::{Marks, stands_alone};
use terms::{Terms, Vectors, similarity, words};

proptest! {
    #[test]
    fn words_are_slices_in_order(text in any::<String>()) {
        let words: Vec<_> = words(&text).collect();
        prop_assert!(words.windows(2).all(|pair| pair[0].end <= pair[1].start));
        for word in words {
            prop_assert!(text[word].starts_with(char::is_alphanumeric));
        }
    }

    #[test]
    fn vectors_have_length_one_or_nothing(text in "([a-zA-Zé]{1,7}[ .’'-]){0,30}") {
        let (mut terms, mut vectors) = (Terms::default(), Vectors::default());
        terms.read(&text, &[Span::from_range(0..text.len())]);
        vectors.fill(&terms);
        let vector = vectors.of(0);
        prop_assert!(vector.is_empty() || (similarity(vector, vector) - 1.0).abs() < 1e-4);
        prop_assert!(vector.windows(2).all(|pair| pair[0].term < pair[1].term));
    }

    #[test]
    fn a_digest_is_some_of_the_sentences(
        texts in prop::collection::vec(("([a-e]{1,2}[ .]){0,9}", 0u32..4), 0..20),
        most in 0usize..8,
    ) {
        let candidates: Vec<Candidate<'_>> = texts
            .iter()
            .map(|(text, article)| Candidate { article: *article, position: 0, text })
            .collect();
        let chosen = choose(&candidates, most);
        prop_assert!(chosen.len() <= most);
        prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(chosen.iter().all(|index| *index < candidates.len()));
        let titles: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert_eq!(
            headline(&titles, &candidates).is_none(),
            titles.iter().all(|title| words(title).next().is_none())
        );
    }

    #[test]
    fn no_sentence_panics(text in any::<String>()) {
        let mut marks = Marks::default();
        marks.cuts(&text);
        marks.cuts(&text);
        stands_alone(&text);
    }
}
