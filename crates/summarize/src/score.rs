//! From features to one score: how much a sentence is worth in a summary.
//!
//! The weights were set on news articles with editor-written highlights, by trying a few values of
//! each. They are the one thing that a trained ranker would replace.

use crate::features::Features;

/// The worth of a sentence, from 0 to 1.
pub(crate) fn score(features: &Features) -> f32 {
    let lead = 1.0 / (1.0 + 0.15 * features.index as f32);
    let content = 0.25 * features.taken_up + 0.1 * features.central - 0.25 * features.repeats;
    let names = 0.1 * features.names + 0.05 * features.headline;
    ((0.5 * lead + content + names) * length(features.words)).clamp(0.0, 1.0)
}

/// Short sentences say little, very long ones cost a reader too much.
fn length(words: usize) -> f32 {
    match words {
        12..=40 => 1.0,
        _ => 0.7,
    }
}
