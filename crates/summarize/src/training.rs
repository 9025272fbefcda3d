//! What the training command needs of the stage: its features, its rules, and the parts of a model file.
//!
//! Only the crate `trainer` uses this. Nothing of it runs on articles.

use document::{Document, Span};
use learner::ModelFile;
use learner::trees::Trees;

use crate::features;
use crate::reading::Reading;
use crate::score::{Ranker, SECTIONS};
use crate::select::{Limits, choose};

/// Numbers that are known of a sentence.
pub const WIDTH: usize = features::WIDTH;

/// The first number that is zero in an article whose names are not known, or in lower case, as are all after it.
pub const NAMES: usize = features::NAMES;

/// Reads articles as the stage does.
#[derive(Debug, Default)]
pub struct Reader(Reading);

impl Reader {
    /// Reads an article with the layers of the stages before, forgetting the one before.
    pub fn read(&mut self, doc: &Document) {
        self.0.read(&doc.view());
    }

    /// The sentences of the article read last.
    pub fn sentences(&self) -> &[Span] {
        &self.0.sentences
    }

    /// What is known of each.
    pub fn rows(&self) -> Vec<[f32; WIDTH]> {
        self.0.table.rows.iter().map(|row| row.0).collect()
    }

    /// What the untrained setting thinks of each.
    pub fn untrained(&self) -> Vec<f32> {
        self.0.table.rows.iter().map(|row| Ranker::Untrained.score(row, 3)).collect()
    }

    /// Whether each could stand in a summary on its own.
    pub fn stand_alone(&self) -> Vec<bool> {
        self.0.faults.iter().map(Option::is_none).collect()
    }

    /// The sentences of a summary of at most `most`, by these scores, in text order.
    ///
    /// # Panics
    /// If there is not one score for each sentence.
    pub fn choose(&self, scores: &[f32], most: usize) -> Vec<usize> {
        let limits = Limits::sentences(most);
        let mut chosen = choose(&self.0.table, scores, &self.0.faults, limits).sentences;
        chosen.sort_unstable();
        chosen
    }
}

/// The file of a model for summaries of one sentence and of more.
pub fn build(one: &Trees, more: &Trees) -> Vec<u8> {
    let [first, second] = SECTIONS;
    ModelFile::build(&[(first, one.build()), (second, more.build())])
}
