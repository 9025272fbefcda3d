//! Real pasted pages and web pages, where a checkout has them beside it. None of their text is here.

use std::io::Read;
use std::path::Path;

use document::{Document, Field, Form};

use crate::article;

fn drop() -> Option<Vec<Document>> {
    let folder = testkit::shared("drops/indo-pacific")?;
    let entries = std::fs::read_dir(folder).expect("a folder that can be read");
    let mut files: Vec<_> =
        entries.map(|entry| entry.expect("an entry that can be read").path()).collect();
    files.sort();
    Some(files.iter().map(|file| article(&read(file), Form::Text)).collect())
}

fn read(file: &Path) -> Vec<u8> {
    std::fs::read(file).expect("a file that can be read")
}

/// A line of a payload, counted from 1, with tidy spaces.
fn line(doc: &Document, number: usize) -> String {
    let payload = std::str::from_utf8(doc.payload()).expect("the drop is UTF-8");
    let line = payload.lines().nth(number - 1).expect("a line of the payload");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Title line, byline, date, outlet, first and last line of the body; lines counted from 1.
type Gold =
    (Option<usize>, Option<&'static str>, Option<&'static str>, Option<&'static str>, usize, usize);

#[test]
fn pasted_pages_give_their_bodies_and_fields() {
    let Some(docs) = drop() else { return };
    let gold: [Gold; 5] = [
        (Some(4), None, Some("2023-02-06"), Some("Atlantic Council"), 6, 21),
        (Some(5), Some("Philip Shetler-Jones"), None, Some("Britain’s World"), 7, 21),
        (Some(3), Some("Chen Jimin"), Some("2023-02-07"), None, 10, 42),
        (None, None, None, None, 1, 21),
        (Some(3), None, None, None, 19, 51),
    ];
    for (doc, (title, byline, published, outlet, first, last)) in docs.iter().zip(gold) {
        let name = doc.metadata.get(Field::Title).unwrap_or("untitled");
        assert_eq!(doc.metadata.get(Field::Title), title.map(|title| line(doc, title)).as_deref());
        assert_eq!(doc.metadata.get(Field::Byline), byline, "{name}");
        assert_eq!(doc.metadata.get(Field::Published), published, "{name}");
        assert_eq!(doc.metadata.get(Field::Outlet), outlet, "{name}");
        assert_eq!(doc.metadata.get(Field::Language), Some("en"), "{name}");
        assert!(doc.text().starts_with(&line(doc, first)), "{name}");
        assert!(doc.text().ends_with(&line(doc, last)), "{name}");
        for furniture in [
            "Leave a Reply",
            "Back to Top",
            "mailing list",
            "Recent Features",
            "Credit:",
            "Language :",
            "Submissions",
        ] {
            assert!(!doc.text().contains(furniture), "{name}: {furniture}");
        }
    }
}

#[test]
fn a_pull_quote_is_dropped_and_nothing_else_of_the_bodies() {
    let Some(docs) = drop() else { return };
    let gold: [(usize, &[usize]); 5] = [(21, &[]), (21, &[15]), (42, &[]), (21, &[]), (51, &[])];
    for (doc, (last, dropped)) in docs.iter().zip(gold) {
        let first = (1..=last)
            .find(|number| {
                doc.text().starts_with(&line(doc, *number)) && !line(doc, *number).is_empty()
            })
            .unwrap();
        for number in (first..=last).filter(|number| !dropped.contains(number)) {
            assert!(
                doc.text().contains(&line(doc, number)),
                "line {number} of {:?}",
                doc.metadata.get(Field::Title)
            );
        }
    }
}

/// How well the bodies of every third page are found, by the benchmark's measure: runs of four words.
fn f1(folder: &Path) -> f64 {
    let truth: serde_json::Value = serde_json::from_slice(&read(&folder.join("ground-truth.json")))
        .expect("the truth is JSON");
    let (mut precision, mut precisions, mut recall, mut recalls) = (0.0, 0.0, 0.0, 0.0);
    for (id, page) in truth.as_object().expect("the truth is an object").iter().step_by(3) {
        let packed = read(&folder.join(format!("{id}.html.gz")));
        let mut html = Vec::new();
        flate2::read::MultiGzDecoder::new(&packed[..])
            .read_to_end(&mut html)
            .expect("a page is gzip");
        let sound = crate::properties::check(&html, Form::Html, normalize::Mode::Article);
        assert!(sound.is_ok(), "{id}: {sound:?}");
        let (doc, _) = crate::process(&html, Form::Html, normalize::Mode::Article);
        let gold = shingles(page["articleBody"].as_str().unwrap_or_default());
        let found = shingles(doc.text());
        let hits: usize =
            found.iter().map(|(words, count)| *count.min(gold.get(words).unwrap_or(&0))).sum();
        let (gold, found) = (gold.values().sum::<usize>(), found.values().sum::<usize>());
        if found > 0 {
            precision += hits as f64 / found as f64;
            precisions += 1.0;
        }
        if gold > 0 {
            recall += hits as f64 / gold as f64;
            recalls += 1.0;
        }
    }
    let (precision, recall) = (precision / precisions, recall / recalls);
    2.0 * precision * recall / (precision + recall)
}

fn shingles(text: &str) -> std::collections::BTreeMap<Vec<&str>, usize> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut shingles = std::collections::BTreeMap::new();
    for shingle in words
        .chunks(words.len().clamp(1, 4))
        .take(usize::from(words.len() < 4))
        .chain(words.windows(4))
    {
        *shingles.entry(shingle.to_vec()).or_insert(0) += 1;
    }
    shingles
}

/// The model has learned from these pages: the floors say that it is there and whole, not how good it is
/// (`docs/models/normalize.md`).
#[test]
fn bodies_of_web_pages_are_found() {
    for (folder, floor) in [("data/html", 0.98), ("data/html/fundus", 0.97)] {
        let Some(path) = testkit::shared(folder) else { continue };
        let f1 = f1(&path);
        println!("F1 on every third page of {folder}: {f1:.4}");
        assert!(f1 >= floor, "F1 on {folder} is {f1}, below {floor}");
    }
}
