//! Trees made ready to answer fast.
//!
//! After `QuickScorer` (Lucchese and others 2015): each question that a row answers with "right" rules out the leaves
//! under its left side, and the first leaf that is left is the tree's answer. The questions are asked by feature, the
//! smallest threshold first, so that the first "left" ends them: there is no way down to guess. What we changed: the
//! answers are added in the order of the trees, so that the sum is the one of [`Trees::sum`] to the bit.

use crate::trees::{Tree, Trees};

/// The trees of a [`Trees`] by their questions.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// By feature, and of one feature by threshold.
    questions: Vec<Question>,
    /// For each feature the end of its questions.
    ends: Vec<usize>,
    /// The answers of each tree from left to right.
    leaves: Vec<f32>,
    /// Where the answers of each tree start.
    starts: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Question {
    threshold: f32,
    feature: u8,
    tree: usize,
    /// The leaves that are left where a row is above the threshold, one bit each.
    left: u64,
}

impl Prepared {
    /// Makes trees ready.
    ///
    /// # Panics
    /// If they were neither trained nor opened, and a way down does not end.
    pub fn new(trees: &Trees) -> Self {
        let mut prepared = Self::default();
        for (number, tree) in trees.all().iter().enumerate() {
            let start = prepared.leaves.len();
            prepared.starts.push(start);
            prepared.add(tree, number, start, if tree.nodes.is_empty() { !0 } else { 0 });
        }
        // No row is above what is no number.
        prepared.questions.retain(|question| !question.threshold.is_nan());
        prepared.questions.sort_by(|one, other| {
            one.feature.cmp(&other.feature).then(one.threshold.total_cmp(&other.threshold))
        });
        let features = prepared.questions.last().map_or(0, |last| usize::from(last.feature) + 1);
        let end = |feature| {
            prepared.questions.partition_point(|question| usize::from(question.feature) <= feature)
        };
        prepared.ends = (0..features).map(end).collect();
        prepared
    }

    /// Adds what is under a child of a node, from left to right.
    fn add(&mut self, tree: &Tree, number: usize, start: usize, child: i8) {
        assert!(self.leaves.len() - start < Tree::MOST, "a tree has at most 64 leaves");
        let Ok(place) = usize::try_from(child) else {
            self.leaves.push(tree.leaves[usize::from((!child).cast_unsigned())]);
            return;
        };
        let node = tree.nodes[place];
        let first = self.leaves.len() - start;
        self.add(tree, number, start, node.children[0]);
        let under = self.leaves.len() - start - first;
        let left = !((u64::MAX >> (Tree::MOST - under)) << first);
        let (threshold, feature) = (node.threshold, node.feature);
        self.questions.push(Question { threshold, feature, tree: number, left });
        self.add(tree, number, start, node.children[1]);
    }

    /// The sum of the trees' answers for a row, as [`Trees::sum`] gives it.
    ///
    /// # Panics
    /// If the row is shorter than those that the trees were trained on.
    pub fn sum(&self, row: &[f32]) -> f32 {
        let mut left = vec![u64::MAX; self.starts.len()];
        let mut first = 0;
        for (value, end) in row[..self.ends.len()].iter().zip(&self.ends) {
            for question in &self.questions[first..*end] {
                if *value <= question.threshold || value.is_nan() {
                    break;
                }
                left[question.tree] &= question.left;
            }
            first = *end;
        }
        let answer =
            |(start, left): (&usize, u64)| self.leaves[start + left.trailing_zeros() as usize];
        self.starts.iter().zip(left).map(answer).sum()
    }
}
