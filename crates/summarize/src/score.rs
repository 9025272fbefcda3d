//! From features to one score: how much a sentence is worth in a summary.

use learner::{ModelError, ModelFile, Prepared, Trees};

use crate::features::{Features, Number, WIDTH};

/// What gives the scores.
#[derive(Clone, Debug)]
pub(crate) enum Ranker {
    /// A formula of a few features. Its weights were set on news articles with editor-written
    /// highlights, by trying a few values of each.
    Untrained,
    /// Trees that learned from such articles, as `docs/models/summarize.md` tells.
    Trained {
        /// For a summary of one sentence.
        one: Prepared,
        /// For longer ones.
        more: Prepared,
    },
}

/// The sections of a model file: for one sentence, for more.
pub(crate) const SECTIONS: [&str; 2] = ["one", "more"];

impl Ranker {
    /// Opens a trained model.
    ///
    /// # Errors
    /// If the file is not of this version.
    pub(crate) fn open(file: &'static [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::open(file)?;
        let open = |name| Ok(Prepared::new(&Trees::open(file.section(name)?, WIDTH)?));
        let [one, more] = SECTIONS.map(open);
        Ok(Self::Trained { one: one?, more: more? })
    }

    /// The worth of a sentence, from 0 to 1, in a summary of at most so many.
    pub(crate) fn score(&self, features: &Features, most: usize) -> f32 {
        match self {
            Self::Untrained => formula(features),
            Self::Trained { one, more } => {
                let trees = if most == 1 { one } else { more };
                trees.sum(&features.0).clamp(0.0, 1.0)
            }
        }
    }
}

fn formula(features: &Features) -> f32 {
    let lead = 1.0 / (1.0 + 0.15 * features[Number::Index]);
    let content = 0.25 * features[Number::TakenUp] + 0.1 * features[Number::Central]
        - 0.25 * features[Number::Repeats];
    let names = 0.1 * features[Number::Names] + 0.05 * features[Number::Headline];
    ((0.5 * lead + content + names) * length(features[Number::Words])).clamp(0.0, 1.0)
}

/// Short sentences say little, very long ones cost a reader too much.
fn length(words: f32) -> f32 {
    if (12.0..=40.0).contains(&words) { 1.0 } else { 0.7 }
}
