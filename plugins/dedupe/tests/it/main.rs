//! What counts as the same article, and what is remembered.
#![allow(clippy::unwrap_used, reason = "a test may stop where its set-up fails")]

use dedupe::{Memory, Sketch};
use proptest::prelude::*;

/// A text of `count` words, which depend on `seed` alone.
fn text(seed: u64, count: u64) -> String {
    words(seed, count).join(" ")
}

fn words(seed: u64, count: u64) -> Vec<String> {
    let number = |at: u64| (seed * 1_000_003 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    (0..count).map(|at| format!("w{}", number(at))).collect()
}

/// The share of runs of four words in common, counted.
fn jaccard(a: &[String], b: &[String]) -> f64 {
    let runs = |words: &[String]| -> std::collections::BTreeSet<String> {
        words.windows(4).map(|run| run.join(" ")).collect()
    };
    let (a, b) = (runs(a), runs(b));
    a.intersection(&b).count() as f64 / a.union(&b).count() as f64
}

#[test]
fn case_marks_and_space_do_not_count() {
    let one = Sketch::of("The ferry to Kell, “Maren”, stood still on Monday.");
    let cases = [
        ("the ferry to kell maren stood still on monday", true),
        ("The ferry\n\nto Kell — \"Maren\" — stood still: on MONDAY", true),
        ("The ferry to Kell, “Maren”, stood still on Tuesday.", false),
        ("stood still on Monday. The ferry to Kell, “Maren”,", false),
    ];
    for (other, same) in cases {
        assert_eq!(one.words == Sketch::of(other).words, same, "{other}");
    }
}

#[test]
fn the_estimate_comes_near_the_count() {
    // Articles of 400 words with one word changed every so often.
    for every in [200, 100, 50, 25, 12] {
        let (mut errors, mut worst) = (0.0, 0.0_f64);
        for seed in 1..=50 {
            let mut changed = words(seed, 400);
            for at in (0..400).step_by(every) {
                changed[at].push('x');
            }
            let (a, b) = (words(seed, 400), changed);
            let estimate = Sketch::of(&a.join(" ")).similarity(&Sketch::of(&b.join(" ")));
            let error = estimate - jaccard(&a, &b);
            errors += error;
            worst = worst.max(error.abs());
        }
        assert!((errors / 50.0_f64).abs() < 0.03, "every {every}: mean error {}", errors / 50.0);
        assert!(worst < 0.25, "every {every}: worst error {worst}");
    }
}

#[test]
fn copies_with_small_edits_are_found_and_others_are_not() {
    let mut memory = Memory::new(10_000);
    for seed in 1..=1_000 {
        memory.keep(&format!("a{seed}"), Sketch::of(&text(seed, 300)));
    }
    let (mut found, mut wrong) = (0, 0);
    for seed in 1..=1_000 {
        // A copy under another head and with a last paragraph cut off.
        let copy = format!("By our own desk {}", words(seed, 300)[..280].join(" "));
        let matched = memory.find("copy", &Sketch::of(&copy), 0.8);
        found += u32::from(matched.is_some_and(|matched| matched.id == format!("a{seed}")));
        wrong +=
            u32::from(memory.find("new", &Sketch::of(&text(seed + 5_000, 300)), 0.6).is_some());
    }
    assert!(found >= 990, "{found} of 1000 copies found");
    assert_eq!(wrong, 0);
}

#[test]
fn a_revision_takes_the_place_of_the_article() {
    let mut memory = Memory::new(10);
    let (old, new) = (Sketch::of(&text(1, 100)), Sketch::of(&text(2, 100)));
    memory.keep("a", old.clone());
    assert_eq!(memory.find("a", &old, 0.8), None, "no duplicate of itself");
    memory.keep("a", new.clone());
    assert_eq!(memory.find("b", &old, 0.8), None, "the old words are no article's now");
    assert_eq!(memory.find("b", &new, 0.8).unwrap().id, "a");
}

#[test]
fn the_earliest_of_equals_is_named_until_it_is_forgotten() {
    let mut memory = Memory::new(2);
    let sketch = Sketch::of("three small words");
    memory.keep("a", sketch.clone());
    memory.keep("b", sketch.clone());
    assert_eq!(memory.find("c", &sketch, 1.0).unwrap().id, "a");
    memory.keep("other", Sketch::of("quite another text of some words"));
    assert_eq!(memory.find("c", &sketch, 1.0).unwrap().id, "b");
    memory.keep("one more", Sketch::of("and yet another one of some words"));
    assert_eq!(memory.find("c", &sketch, 1.0), None);
}

proptest! {
    #[test]
    fn a_sketch_survives_its_bytes_and_any_text(text in any::<String>()) {
        let sketch = Sketch::of(&text);
        prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), sketch.clone());
        prop_assert!((sketch.similarity(&sketch) - 1.0).abs() < f64::EPSILON);
    }
}
