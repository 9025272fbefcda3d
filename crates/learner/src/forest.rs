//! A sum of small trees: a yes-or-no answer from a row of facts, each a number from 0 to 255.
//!
//! Every tree asks [`DEPTH`] questions, the same ones on every way down, so a row's leaf is the number
//! that its answers spell (oblivious trees, after Kohavi 1994). Leaves are whole numbers and so are sums:
//! the same facts have the same score on every processor. [`Lessons`] are what it is learned from.

mod train;

pub use train::{Lessons, Options};

use crate::file::ModelError;

/// Questions that a tree asks.
pub const DEPTH: usize = 5;
/// What a score of 1 in log-odds is.
pub const UNIT: f32 = 256.0;

const LEAVES: usize = 1 << DEPTH;
/// Bytes of a tree: a fact and a limit for each question, then the leaves.
const BYTES: usize = 2 * DEPTH + 2 * LEAVES;

/// Trees whose answers add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forest {
    trees: Vec<Tree>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tree {
    /// Which fact, and the limit that it is above or not.
    questions: [(u8, u8); DEPTH],
    leaves: [i16; LEAVES],
}

impl Forest {
    /// The forest in a section of a model file, for rows of `facts` facts.
    ///
    /// # Errors
    /// If the bytes are no trees, or a tree asks for a fact past the last.
    pub fn open(bytes: &[u8], facts: usize) -> Result<Self, ModelError> {
        if !bytes.len().is_multiple_of(BYTES) {
            return Err(ModelError::damaged("its last tree is cut short"));
        }
        let trees: Vec<Tree> = bytes.chunks_exact(BYTES).map(Tree::read).collect();
        let asks_beyond =
            |tree: &Tree| tree.questions.iter().any(|(fact, _)| usize::from(*fact) >= facts);
        if trees.iter().any(asks_beyond) {
            return Err(ModelError::damaged("a tree asks for a fact that there is not"));
        }
        Ok(Self { trees })
    }

    /// How much speaks for yes, in log-odds times [`UNIT`].
    ///
    /// # Panics
    /// If there are fewer facts than the forest was opened for.
    pub fn score(&self, facts: &[u8]) -> i32 {
        self.trees.iter().map(|tree| i32::from(tree.leaves[tree.leaf(facts)])).sum()
    }

    /// The bytes of a section with this forest.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.trees.len() * BYTES);
        for tree in &self.trees {
            bytes.extend(tree.questions.iter().flat_map(|(fact, limit)| [*fact, *limit]));
            bytes.extend(tree.leaves.iter().flat_map(|leaf| leaf.to_le_bytes()));
        }
        bytes
    }
}

impl Tree {
    fn read(bytes: &[u8]) -> Self {
        let (questions, leaves) = bytes.split_at(2 * DEPTH);
        Self {
            questions: std::array::from_fn(|at| (questions[2 * at], questions[2 * at + 1])),
            leaves: std::array::from_fn(|at| {
                i16::from_le_bytes([leaves[2 * at], leaves[2 * at + 1]])
            }),
        }
    }

    fn leaf(&self, facts: &[u8]) -> usize {
        self.questions.iter().fold(0, |leaf, (fact, limit)| {
            2 * leaf + usize::from(facts[usize::from(*fact)] > *limit)
        })
    }
}
