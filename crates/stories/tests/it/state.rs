//! What the stage knows is what its articles taught it, in however many runs.

use proptest::prelude::*;

use crate::{article, stage, story, written};

/// A small article about one of a few events.
#[derive(Clone, Debug)]
struct Sketch {
    id: u8,
    event: u8,
    words: Vec<u8>,
    day: Option<u8>,
}

impl Sketch {
    fn document(&self) -> document::Document {
        let word = |word: &u8| format!("topic{}detail{} ", self.event, word % 12);
        let other = |word: &u8| format!("aside{word} ");
        let text = format!(
            "Officials spoke about {}in the harbour.\nThey added {}on the quay.",
            self.words.iter().map(word).collect::<String>(),
            self.words.iter().map(other).collect::<String>(),
        );
        let published =
            self.day.map_or(String::new(), |day| format!("2024-05-{:02}", 1 + day % 28));
        article(&format!("drop/{}", self.id), &format!("Event {}", self.event), &published, &text)
    }
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let words = proptest::collection::vec(any::<u8>(), 4..16);
    (0..20u8, 0..4u8, words, proptest::option::of(any::<u8>()))
        .prop_map(|(id, event, words, day)| Sketch { id, event, words, day })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn however_the_articles_are_cut_into_runs_the_stories_are_the_same(
        sketches in proptest::collection::vec(sketch(), 1..40),
        ends in proptest::collection::vec(any::<bool>(), 40),
        keep in 1..40i64,
    ) {
        let fresh = || stage(|settings| settings.with("keep", keep));
        let (mut once, mut runs) = (fresh(), fresh());
        let mut changes = Vec::new();
        for (sketch, end) in sketches.iter().zip(ends) {
            let (mut one, mut other) = (sketch.document(), sketch.document());
            once.process(&mut one).unwrap();
            runs.process(&mut other).unwrap();
            prop_assert_eq!(story(&one), story(&other));
            changes.extend(runs.take_change());
            if end {
                written(&mut *runs);
                runs = fresh();
                for change in &changes {
                    runs.restore(change).unwrap();
                }
            }
        }
        let told = written(&mut *once);
        prop_assert_eq!(&told, &written(&mut *runs));
        prop_assert_eq!(&told, &written(&mut *once));
    }

    #[test]
    fn every_article_is_told_in_one_story_and_merges_lead_there(
        sketches in proptest::collection::vec(sketch(), 1..40),
        keep in 1..40i64,
    ) {
        let mut stage = stage(|settings| settings.with("keep", keep));
        let mut given = std::collections::BTreeMap::new();
        for sketch in &sketches {
            let mut doc = sketch.document();
            stage.process(&mut doc).unwrap();
            given.insert(doc.id().to_owned(), story(&doc));
        }
        let rows = crate::rows(&mut *stage);
        let mut found = std::collections::BTreeMap::new();
        for row in &rows {
            for id in row["articles"].as_array().unwrap() {
                prop_assert!(found.insert(id.as_str().unwrap(), row["id"].as_str().unwrap()).is_none());
            }
        }
        prop_assert!(found.keys().eq(given.keys()));
        for (id, story) in &given {
            let row = rows.iter().find(|row| row["id"] == **story).expect("a story has a row");
            let now = row["merged_into"].as_str().unwrap_or(story);
            prop_assert_eq!(found[id.as_str()], now);
        }
    }
}

#[test]
fn bytes_of_something_else_are_refused() {
    let mut stage = stage(|settings| settings);
    assert!(stage.restore(b"something else").unwrap_err().contains("no article"));
}
