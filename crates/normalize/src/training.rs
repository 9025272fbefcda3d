//! What the training command needs of the stage: the lines of a pasted page with what the model sees of them.
//!
//! Only the crate `trainer` uses this. Nothing of it runs on articles.

use crate::clean;
use crate::pasted::{facts, model, words::Classes};

/// Facts of a line.
pub const FACTS: usize = facts::COUNT;
/// A line whose score is above this is of the body.
pub const KEPT_FROM: i32 = model::KEPT_FROM;

/// A line of a pasted page.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its words, clean.
    pub text: String,
    /// What the model sees of it.
    pub facts: Vec<u8>,
}

/// Reads pages as the stage does.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    classes: Classes,
}

impl Reader {
    /// The lines of a page, as the stage sees them.
    pub fn lines(&self, page: &str) -> Vec<Line> {
        let paragraphs = clean::paragraphs(page);
        let facts = facts::read(&self.classes, &paragraphs);
        let line = |(index, facts): (usize, &facts::Facts)| Line {
            text: paragraphs.get(index).to_owned(),
            facts: facts.to_vec(),
        };
        facts.iter().enumerate().map(line).collect()
    }
}
