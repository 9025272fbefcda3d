//! Floors on articles with highlights written by their editors, where that data is at hand.

use std::collections::HashSet;

use serde_json::Value;

use crate::{chosen, split, summarize};

/// Share of words in common, as the harmonic mean of precision and recall over distinct words:
/// a plain stand-in for ROUGE-1 that needs no stemmer.
fn overlap(summary: &str, reference: &str) -> f64 {
    let words = |text: &str| -> HashSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (summary, reference) = (words(summary), words(reference));
    let shared = summary.intersection(&reference).count() as f64;
    2.0 * shared / (summary.len() + reference.len()).max(1) as f64
}

#[test]
fn summaries_beat_the_lead() {
    let Some(path) = testkit::shared("data/summ/single_cnn.jsonl") else { return };
    let rows = std::fs::read_to_string(path).expect("the file is text");
    let rows: Vec<Value> =
        rows.lines().map(|row| serde_json::from_str(row).expect("a row is JSON")).collect();
    for (sentences, floor) in [(3u8, 0.01), (1, 0.04)] {
        let (mut ours, mut lead) = (0.0, 0.0);
        for row in &rows {
            let mut doc = testkit::doc(row["text"].as_str().expect("a row has a text"));
            split::add_sentences(&mut doc);
            let reference = row["reference"][0].as_str().expect("a row has a reference");
            let first: Vec<&str> = doc
                .view()
                .sentences()
                .take(usize::from(sentences))
                .map(|span| doc.slice(span))
                .collect();
            lead += overlap(&first.join(" "), reference);
            summarize(&mut doc, &[("sentences", sentences)]);
            ours += overlap(&chosen(&doc).join(" "), reference);
        }
        let gain = (ours - lead) / rows.len() as f64;
        assert!(
            gain > floor,
            "{sentences} sentences: {gain:+.4} over the lead, the floor is {floor}"
        );
    }
}
