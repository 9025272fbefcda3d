//! Borders of sentences that a person labelled in shared texts, where a checkout has them beside it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use document::Form;
use normalize::Mode;
use serde_json::Value;

use crate::process;

const GOLD: &str = include_str!("../gold/sentences.jsonl");

/// The text `id` of a shared file or folder.
fn text(path: &Path, id: &str) -> String {
    let read = |path: &Path| std::fs::read_to_string(path).expect("a file that can be read");
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") => {
            let lines = read(path);
            let mut lines =
                lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
            let line: Value =
                lines.find(|line: &Value| line["id"] == id).expect("the text is there");
            line["text"].as_str().expect("a line has a text").to_owned()
        }
        Some("json") => {
            let pages: Value = serde_json::from_str(&read(path)).expect("the truth is JSON");
            pages[id]["articleBody"].as_str().expect("a page has a body").to_owned()
        }
        _ => read(&path.join(id)),
    }
}

/// Ends of the sentences of a text, in code points.
fn ends(text: &str) -> HashSet<usize> {
    let (doc, _) = process(text.as_bytes(), Form::Text, Mode::Verbatim);
    let points: BTreeMap<usize, usize> =
        doc.text().char_indices().map(|(at, _)| at).chain([doc.text().len()]).zip(0..).collect();
    doc.view().sentences().map(|sentence| points[&(sentence.end() as usize)]).collect()
}

#[test]
fn sentences_end_where_a_person_says() {
    // Of each half: found, missed, false.
    let mut halves: BTreeMap<String, [f64; 3]> = BTreeMap::new();
    for line in GOLD.lines() {
        let gold: Value = serde_json::from_str(line).expect("a line of JSON");
        let file = gold["file"].as_str().expect("a line names its file");
        let folder = if file.starts_with("drops/") { "" } else { "data/" };
        let Some(path) = testkit::shared(&format!("{folder}{file}")) else { return };
        let ends = ends(&text(&path, gold["id"].as_str().expect("a line has an id")));
        let places = |key: &str| -> Vec<usize> {
            let places = gold[key].as_array().expect("a list of offsets").iter();
            places.map(|place| place.as_u64().expect("an offset") as usize).collect()
        };
        let half = halves.entry(gold["half"].as_str().expect("a half").to_owned()).or_default();
        for border in places("borders") {
            half[usize::from(!ends.contains(&border))] += 1.0;
        }
        half[2] += places("inside").iter().filter(|place| ends.contains(place)).count() as f64;
    }
    for (half, [found, missed, wrong]) in halves {
        let (precision, recall) = (found / (found + wrong), found / (found + missed));
        println!("{half}: precision {precision:.4}, recall {recall:.4}");
        assert!(precision >= 0.99 && recall >= 0.99, "{half}: {precision} {recall}");
    }
}

#[test]
fn segments_of_world_news_end_with_sentences() {
    let Some(path) = testkit::shared("data/ner/enww.dev.jsonl") else { return };
    let lines = std::fs::read_to_string(path).expect("a file that can be read");
    let (mut all, mut found) = (0, 0);
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = line["text"].as_str().expect("a line has a text");
        let (ends, characters) = (ends(text), text.chars().collect::<Vec<_>>());
        for segment in line["sents"].as_array().expect("a line has segments") {
            let mut end = segment[1].as_u64().expect("an offset") as usize;
            while end > 0 && characters[end - 1].is_whitespace() {
                end -= 1;
            }
            all += 1;
            found += usize::from(ends.contains(&end));
        }
    }
    println!("{found} of {all} segments");
    assert!(
        f64::from(u32::try_from(found).expect("some thousands"))
            >= 0.995 * f64::from(u32::try_from(all).expect("some thousands"))
    );
}
