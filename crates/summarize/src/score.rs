//! From features to one score: how much a sentence is worth in a summary.
//!
//! The weights were set by hand on news articles with editor-written highlights. They are the one
//! thing that a trained ranker would replace.

use crate::features::Features;

/// The worth of a sentence, from 0 to 1.
pub(crate) fn score(features: &Features) -> f32 {
    let lead = 1.0 / (1.0 + 0.25 * features.index as f32);
    let worth = 0.5 * lead
        + 0.25 * features.taken_up
        + 0.15 * features.central
        + 0.05 * features.names
        + 0.05 * features.headline;
    (worth * length(features.words)).clamp(0.0, 1.0)
}

/// Very short sentences say little, very long ones cost a reader too much.
fn length(words: usize) -> f32 {
    match words {
        0..8 => 0.7,
        8..45 => 1.0,
        45..70 => 0.8,
        _ => 0.5,
    }
}
