//! Training a forest: gradient boosting (Friedman 2001) with Newton steps and weights held small
//! (Chen and Guestrin 2016), on trees that ask one question a level.

use super::{DEPTH, Forest, LEAVES, Tree, UNIT};

/// Rows of facts with their answers.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    width: usize,
    facts: Vec<u8>,
    answers: Vec<bool>,
    weights: Vec<f32>,
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Number of trees.
    pub trees: usize,
    /// Which part of a Newton step each tree takes.
    pub rate: f32,
    /// What is added to the curvature of a leaf, in rows of doubt: larger is more careful.
    pub ridge: f32,
}

/// Sums of gradients and curvatures.
type Sums = [f32; 2];
/// Values that a fact can have.
const VALUES: usize = 256;

impl Lessons {
    /// No rows yet, of `width` facts each.
    ///
    /// # Panics
    /// If a byte cannot number the facts.
    pub fn new(width: usize) -> Self {
        assert!(width <= VALUES, "a byte numbers the facts");
        Self { width, ..Self::default() }
    }

    /// Adds a row, which counts `weight` times.
    ///
    /// # Panics
    /// If it has another number of facts.
    pub fn push(&mut self, facts: &[u8], answer: bool, weight: f32) {
        assert_eq!(facts.len(), self.width, "all rows have the same facts");
        self.facts.extend_from_slice(facts);
        self.answers.push(answer);
        self.weights.push(weight);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.facts[row * self.width..][..self.width]
    }

    /// Learns a forest. Same lessons and options, same forest.
    pub fn train(&self, options: &Options) -> Forest {
        let columns = self.columns();
        let mut scores = vec![0.0_f32; self.len()];
        let mut trees = Vec::with_capacity(options.trees);
        for _ in 0..options.trees {
            let tree = self.tree(&columns, &scores, options);
            for (row, score) in scores.iter_mut().enumerate() {
                *score += f32::from(tree.leaves[tree.leaf(self.row(row))]) / UNIT;
            }
            trees.push(tree);
        }
        Forest { trees }
    }

    fn tree(&self, columns: &[u8], scores: &[f32], options: &Options) -> Tree {
        let slopes: Vec<Sums> = (0..self.len()).map(|row| self.slope(row, scores[row])).collect();
        let mut leaf_of = vec![0_u8; self.len()];
        let mut questions = [(0, u8::MAX); DEPTH];
        for (level, question) in questions.iter_mut().enumerate() {
            *question = best_question(columns, &slopes, &leaf_of, 1 << level, options.ridge);
            for (row, leaf) in leaf_of.iter_mut().enumerate() {
                *leaf = 2 * *leaf + u8::from(self.row(row)[usize::from(question.0)] > question.1);
            }
        }
        let mut sums = [[0.0_f32; 2]; LEAVES];
        for (slope, leaf) in slopes.iter().zip(&leaf_of) {
            add(&mut sums[usize::from(*leaf)], *slope);
        }
        let step = |[gradient, curvature]: Sums| {
            let step = -options.rate * gradient / (curvature + options.ridge);
            (step.clamp(-4.0, 4.0) * UNIT).round() as i16
        };
        Tree { questions, leaves: sums.map(step) }
    }

    /// Gradient and curvature of a row's loss at its score.
    fn slope(&self, row: usize, score: f32) -> Sums {
        let yes = 1.0 / (1.0 + (-score).exp());
        let answer = f32::from(u8::from(self.answers[row]));
        let weight = self.weights[row];
        [weight * (yes - answer), weight * (yes * (1.0 - yes)).max(1e-6)]
    }

    /// The facts column after column.
    fn columns(&self) -> Vec<u8> {
        (0..self.width)
            .flat_map(|fact| self.facts.iter().skip(fact).step_by(self.width).copied())
            .collect()
    }
}

/// The fact and limit that, asked in all leaves at once, lower the loss most; the first of equals.
fn best_question(
    columns: &[u8],
    slopes: &[Sums],
    leaf_of: &[u8],
    leaves: usize,
    ridge: f32,
) -> (u8, u8) {
    let gain = |[gradient, curvature]: Sums| gradient * gradient / (curvature + ridge);
    let mut best = (f32::MIN, (0, u8::MAX));
    let mut sums = vec![[0.0_f32; 2]; leaves * VALUES];
    for (fact, column) in columns.chunks_exact(slopes.len()).enumerate() {
        sums.fill([0.0; 2]);
        for ((slope, leaf), value) in slopes.iter().zip(leaf_of).zip(column) {
            add(&mut sums[usize::from(*leaf) * VALUES + usize::from(*value)], *slope);
        }
        let mut gains = [0.0_f32; VALUES];
        for leaf in sums.chunks_exact(VALUES) {
            let whole = leaf.iter().fold([0.0; 2], |mut whole, part| {
                add(&mut whole, *part);
                whole
            });
            let mut below = [0.0; 2];
            for (gained, part) in gains.iter_mut().zip(leaf) {
                add(&mut below, *part);
                *gained += gain(below) + gain([whole[0] - below[0], whole[1] - below[1]]);
            }
        }
        for (limit, gain) in (0..=u8::MAX).zip(gains) {
            if gain > best.0 {
                best = (gain, (fact as u8, limit));
            }
        }
    }
    best.1
}

fn add(sum: &mut Sums, part: Sums) {
    sum[0] += part[0];
    sum[1] += part[1];
}

#[cfg(test)]
mod tests {
    use super::{Lessons, Options};
    use crate::forest::Forest;

    /// An answer that no single fact tells: one of two facts is high, and not both.
    #[test]
    fn a_forest_learns_what_facts_tell_together() {
        let mut lessons = Lessons::new(3);
        for number in 0..=u8::MAX {
            let (one, other) = (number.wrapping_mul(37), number.wrapping_mul(91));
            lessons.push(&[one, number, other], (one > 100) != (other > 150), 1.0);
        }
        let forest = lessons.train(&Options { trees: 40, rate: 0.3, ridge: 1.0 });
        let right = (0..lessons.len())
            .filter(|row| (forest.score(lessons.row(*row)) > 0) == lessons.answers[*row]);
        assert_eq!(right.count(), lessons.len());
        assert_eq!(Forest::open(&forest.to_bytes(), 3).unwrap(), forest);
    }

    #[test]
    fn what_is_no_forest_is_refused() {
        assert!(Forest::open(&[0; 7], 3).is_err());
        let mut lessons = Lessons::new(2);
        lessons.push(&[1, 0], false, 1.0);
        lessons.push(&[0, 1], true, 1.0);
        let bytes = lessons.train(&Options { trees: 1, rate: 0.1, ridge: 1.0 }).to_bytes();
        assert!(Forest::open(&bytes, 2).is_ok());
        let asks_beyond = Forest::open(&[&[200][..], &bytes[1..]].concat(), 2).unwrap_err();
        assert!(asks_beyond.to_string().contains("a tree asks for a fact that there is not"));
    }
}
