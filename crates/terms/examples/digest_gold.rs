//! Digests of given stories, for a scorer: reads JSON Lines with `id` and `docs` (each `id`, `title`, `text`)
//! from standard input and writes lines with `id`, `summary` and `headline`.
//!
//! `cargo run --release -p terms --example digest_gold [SENTENCES] < stories.jsonl > digests.jsonl`

#![allow(clippy::print_stdout, reason = "an example for the command line")]

use document::{Document, Form, Origin, symbol};
use normalize::{Mode, Normalize};
use serde_json::{Value, json};
use stage_api::Stage;
use terms::digest::{self, Candidate};
use terms::statement::stands_alone;

fn main() {
    let most = std::env::args().nth(1).and_then(|most| most.parse().ok()).unwrap_or(3);
    for line in std::io::stdin().lines() {
        let story: Value = serde_json::from_str(&line.expect("a line")).expect("a line of JSON");
        let articles = story["docs"].as_array().expect("a story has docs");
        let articles: Vec<Vec<String>> = articles
            .iter()
            .map(|article| sentences(article["text"].as_str().expect("a text")))
            .collect();
        let mut candidates = Vec::new();
        for (article, sentences) in (0..).zip(&articles) {
            for (position, text) in (0..).zip(sentences) {
                if stands_alone(text) {
                    candidates.push(Candidate { article, position, text });
                }
            }
        }
        let titles: Vec<&str> = story["docs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|article| article["title"].as_str().unwrap_or_default())
            .collect();
        let summary: Vec<&str> = digest::choose(&candidates, most)
            .into_iter()
            .map(|index| candidates[index].text)
            .collect();
        let headline = digest::headline(&titles, &candidates).map(|index| titles[index]);
        println!("{}", json!({"id": story["id"], "sentences": summary, "headline": headline}));
    }
}

/// The sentences of a text as `normalize` finds them, each on one line.
fn sentences(text: &str) -> Vec<String> {
    let mut doc = Document::new("", Origin::path(""), text.as_bytes().to_vec(), Form::Text);
    Normalize::new(Mode::Verbatim).process(&mut doc).expect("plain text is read");
    let spans: Vec<_> = doc.layer(symbol::SENTENCES).filter_map(|(_, row)| row.span()).collect();
    spans.iter().map(|span| doc.slice(*span).replace('\n', " ")).collect()
}
