//! Floors on labelled stories, where that data is at hand.

use std::collections::BTreeMap;

use document::{Document, Field, Form, Origin, Text};
use serde_json::Value;

use crate::{stage, told};

/// The labelled story of each article by its id.
type Labels = BTreeMap<String, String>;

/// The mean over all articles of the harmonic mean's parts: B-cubed F1 (Bagga and Baldwin 1998).
fn b_cubed(drops: &[(Labels, Vec<Vec<String>>)]) -> f64 {
    let (mut precision, mut recall, mut articles) = (0.0, 0.0, 0.0);
    for (labels, stories) in drops {
        let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
        for label in labels.values() {
            *sizes.entry(label).or_default() += 1.0;
        }
        for story in stories {
            let mut together: BTreeMap<&str, f64> = BTreeMap::new();
            for id in story {
                *together.entry(&labels[id]).or_default() += 1.0;
            }
            for (label, count) in together {
                precision += count * count / story.len() as f64;
                recall += count * count / sizes[label];
                articles += count;
            }
        }
    }
    (precision, recall) = (precision / articles, recall / articles);
    2.0 * precision * recall / (precision + recall)
}

#[test]
fn labelled_stories_are_found() {
    // In the order of the files; other orders give one point less or more.
    for (set, floor) in [("allsides", 0.90), ("basil", 0.97), ("wikinews", 0.84)] {
        let Some(path) = testkit::shared(&format!("data/summ/cluster_{set}.jsonl")) else { return };
        let mut drops = BTreeMap::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            let mut doc = Document::new(text("id"), Origin::path("drop"), Vec::new(), Form::Text);
            doc.metadata.supply(Field::Title, &text("title"), "field");
            doc.metadata.supply(Field::Published, &text("date"), "field");
            doc.set_text(Text::verbatim(text("text").as_str()));
            let (labels, stage) = drops
                .entry(text("drop"))
                .or_insert_with(|| (Labels::new(), stage(|settings| settings)));
            labels.insert(text("id"), text("cluster"));
            stage.process(&mut doc).unwrap();
        }
        let told: Vec<_> =
            drops.into_values().map(|(labels, mut stage)| (labels, told(&mut *stage))).collect();
        let found = b_cubed(&told);
        assert!(found >= floor, "{set}: B-cubed F1 {found:.4}, the floor is {floor}");
    }
}
