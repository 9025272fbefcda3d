//! Which lines of a pasted page are the body, as a model learned it from pages whose bodies are known.

use learner::{Forest, ModelFile};

use super::facts;
use super::words::Classes;
use crate::clean::Paragraphs;

/// Log-odds, in 1/256, above which a line is kept: rather a menu line too many than a sentence too few.
pub(crate) const KEPT_FROM: i32 = -100;
/// Below this a line is cut also where only a little stands around the article.
pub(super) const CUT_BELOW: i32 = -700;

/// Lines of the longest page.
const LONGEST: usize = 5_000;
/// Bytes of the shortest page.
const SHORTEST: usize = 600;

static MODEL: &[u8] = include_bytes!("../../models/pasted.model");

/// The embedded model.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    forest: Forest,
    classes: Classes,
}

impl Default for Model {
    fn default() -> Self {
        let opened = ModelFile::open(MODEL)
            .and_then(|file| Forest::open(file.section("forest")?, facts::COUNT));
        let forest = opened.expect("the embedded model is one of this version");
        Self { forest, classes: Classes::default() }
    }
}

impl Model {
    /// How much speaks for each line, in 1/256 of log-odds; nothing speaks for or against the lines of a text
    /// too short or too long to be a page.
    pub(crate) fn scores(&self, page: &Paragraphs) -> Vec<i32> {
        if page.len() > LONGEST || page.aligned.text.len() < SHORTEST {
            return vec![0; page.len()];
        }
        facts::read(&self.classes, page).iter().map(|facts| self.forest.score(facts)).collect()
    }
}
