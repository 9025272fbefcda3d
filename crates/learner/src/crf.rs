//! Training: a linear-chain conditional random field by stochastic gradients.
//!
//! The model and its gradient are those of Lafferty and others (2001); each weight has a step
//! width of its own (adaptive gradients: Duchi, Hazan and Singer 2011). What we changed: [`OUTSIDE`](crate::tags::OUTSIDE) has no weights
//! (the others are relative to it), steps between tags that may not follow one another have no probability, tokens that
//! the model is already sure of teach it nothing, and the weights of the last passes are averaged.

use crate::rows::WIDTH;
use crate::tags::{TAGS, may_end, may_follow, may_start};

/// Sentences with their features and tags.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Features of all tokens, one after another, as indices into the weights.
    features: Vec<u32>,
    /// For each token the end of its features; before them a 0.
    ends: Vec<usize>,
    tags: Vec<u8>,
    /// End of each sentence's tokens and its weight; before them nothing.
    sentences: Vec<(usize, f32)>,
}

impl Lessons {
    /// No sentences.
    pub fn new() -> Self {
        Self { ends: vec![0], ..Self::default() }
    }

    /// Adds a token with its features to the sentence that is being added.
    pub fn push(&mut self, features: impl IntoIterator<Item = u32>, tag: u8) {
        self.features.extend(features);
        self.ends.push(self.features.len());
        self.tags.push(tag);
    }

    /// Ends the sentence that is being added. It counts `weight` times.
    pub fn end_sentence(&mut self, weight: f32) {
        self.sentences.push((self.tags.len(), weight));
    }

    /// Number of tokens.
    pub fn tokens(&self) -> usize {
        self.tags.len()
    }

    fn features_of(&self, token: usize) -> &[u32] {
        &self.features[self.ends[token]..self.ends[token + 1]]
    }
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Passes over the sentences.
    pub passes: usize,
    /// The weights after this many passes and each later one are averaged.
    pub settled: usize,
    /// Width of the first steps.
    pub rate: f32,
    /// Where the order of the sentences starts.
    pub seed: u64,
}

/// Learned weights.
#[derive(Clone, Debug)]
pub struct Learned {
    /// For each feature a weight for each tag but [`OUTSIDE`](crate::tags::OUTSIDE).
    pub rows: Vec<[f32; WIDTH]>,
    /// From tag, to tag.
    pub steps: [[f32; TAGS]; TAGS],
}

/// A gradient below this in all tags is not worth the way to memory.
const NEGLIGIBLE: f32 = 0.004;

/// A weight for each tag, and the sum of its squared gradients so far.
#[derive(Clone, Copy)]
struct Row {
    weights: [f32; WIDTH],
    squares: [f32; WIDTH],
}

type Scores = [f32; TAGS];

/// Learns weights for `features` features. Same lessons, same weights.
///
/// # Panics
/// If a lesson has a feature past the last or a tag that is none.
pub fn train(lessons: &Lessons, features: usize, options: &Options) -> Learned {
    let mut trainer = Trainer {
        rows: vec![Row { weights: [0.0; WIDTH], squares: [0.1; WIDTH] }; features],
        steps: [[0.0; TAGS]; TAGS],
        step_squares: [[1.0; TAGS]; TAGS],
        rate: options.rate,
        own: Vec::new(),
        forward: Vec::new(),
        norms: Vec::new(),
    };
    let mut sum = Learned { rows: vec![[0.0; WIDTH]; features], steps: [[0.0; TAGS]; TAGS] };
    let mut order: Vec<usize> = (0..lessons.sentences.len()).collect();
    let mut random = Random(options.seed);
    let mut averaged = 0.0_f32;
    for pass in 1..=options.passes {
        random.shuffle(&mut order);
        for sentence in &order {
            let start = sentence.checked_sub(1).map_or(0, |before| lessons.sentences[before].0);
            let (end, weight) = lessons.sentences[*sentence];
            trainer.learn(lessons, start, end, weight);
        }
        if pass >= options.settled.min(options.passes) {
            averaged += 1.0;
            for (sum, row) in sum.rows.iter_mut().zip(&trainer.rows) {
                add(sum, &row.weights);
            }
            for (sum, row) in sum.steps.iter_mut().zip(&trainer.steps) {
                add(sum, row);
            }
        }
    }
    let weights = sum.rows.iter_mut().flatten().chain(sum.steps.iter_mut().flatten());
    weights.for_each(|weight| *weight /= averaged.max(1.0));
    sum
}

fn add<const N: usize>(sum: &mut [f32; N], row: &[f32; N]) {
    for (sum, weight) in sum.iter_mut().zip(row) {
        *sum += weight;
    }
}

struct Trainer {
    rows: Vec<Row>,
    steps: [Scores; TAGS],
    step_squares: [Scores; TAGS],
    rate: f32,
    /// Factor of each tag by the token's own features.
    own: Vec<Scores>,
    /// Share of each tag by all tokens up to this one.
    forward: Vec<Scores>,
    /// What made the shares of a token sum up to 1.
    norms: Vec<f32>,
}

impl Trainer {
    /// One step down the gradient of one sentence.
    fn learn(&mut self, lessons: &Lessons, start: usize, end: usize, weight: f32) {
        if start == end {
            return;
        }
        let factors = self.step_factors();
        self.score(lessons, start, end);
        self.sweep(&factors);
        let mut step_gradient = [[0.0; TAGS]; TAGS];
        let mut after = [0.0; TAGS];
        for (tag, share) in after.iter_mut().enumerate() {
            *share = f32::from(u8::from(may_end(tag as u8)));
        }
        for at in (0..end - start).rev() {
            let gold = usize::from(lessons.tags[start + at]);
            let mut gradient = [0.0; WIDTH];
            for (tag, slot) in gradient.iter_mut().enumerate() {
                let share = self.forward[at][tag] * after[tag];
                *slot = weight * (share - f32::from(u8::from(tag == gold)));
            }
            self.descend(lessons.features_of(start + at), &gradient);
            if at > 0 {
                let before = usize::from(lessons.tags[start + at - 1]);
                step_gradient[before][gold] -= 1.0;
                after = self.back(at, &after, &factors, &mut step_gradient);
            }
        }
        self.descend_steps(weight, &step_gradient);
    }

    /// The factor of each step: 0 where it may not be.
    fn step_factors(&self) -> [Scores; TAGS] {
        let mut factors = [[0.0; TAGS]; TAGS];
        for (tag, row) in factors.iter_mut().enumerate() {
            for (next, factor) in row.iter_mut().enumerate() {
                if may_follow(tag as u8, next as u8) {
                    *factor = self.steps[tag][next].exp();
                }
            }
        }
        factors
    }

    /// The factors of the tokens' own features, the largest of a token being 1.
    fn score(&mut self, lessons: &Lessons, start: usize, end: usize) {
        self.own.clear();
        for token in start..end {
            let mut sums = [0.0; TAGS];
            for feature in lessons.features_of(token) {
                for (sum, weight) in sums.iter_mut().zip(&self.rows[*feature as usize].weights) {
                    *sum += weight;
                }
            }
            let most = sums.iter().fold(f32::MIN, |most, sum| most.max(*sum));
            self.own.push(sums.map(|sum| (sum - most).exp()));
        }
    }

    /// The forward half of forward-backward.
    fn sweep(&mut self, factors: &[Scores; TAGS]) {
        self.forward.clear();
        self.norms.clear();
        for (at, own) in self.own.iter().enumerate() {
            let mut shares = [0.0; TAGS];
            if let Some(before) = self.forward.last() {
                for (share, row) in before.iter().zip(factors) {
                    for (sum, factor) in shares.iter_mut().zip(row) {
                        *sum += share * factor;
                    }
                }
            } else {
                for (tag, share) in shares.iter_mut().enumerate() {
                    *share = f32::from(u8::from(may_start(tag as u8)));
                }
            }
            let last = at + 1 == self.own.len();
            for (tag, share) in shares.iter_mut().enumerate() {
                *share *= if last && !may_end(tag as u8) { 0.0 } else { own[tag] };
            }
            let norm = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            self.forward.push(shares.map(|share| share / norm));
            self.norms.push(norm);
        }
    }

    /// The backward half, from token `at` to the one before it.
    fn back(
        &self,
        at: usize,
        after: &Scores,
        factors: &[Scores; TAGS],
        step_gradient: &mut [Scores; TAGS],
    ) -> Scores {
        let mut rest = [0.0; TAGS];
        for (tag, rest) in rest.iter_mut().enumerate() {
            *rest = after[tag] * self.own[at][tag] / self.norms[at];
        }
        let mut before = [0.0; TAGS];
        for (tag, before) in before.iter_mut().enumerate() {
            let share = self.forward[at - 1][tag];
            for next in 0..TAGS {
                let both = factors[tag][next] * rest[next];
                *before += both;
                step_gradient[tag][next] += share * both;
            }
        }
        before
    }

    fn descend(&mut self, features: &[u32], gradient: &[f32; WIDTH]) {
        if gradient.iter().all(|part| part.abs() < NEGLIGIBLE) {
            return;
        }
        for feature in features {
            let row = &mut self.rows[*feature as usize];
            for (tag, part) in gradient.iter().enumerate() {
                row.squares[tag] += part * part;
                row.weights[tag] -= self.rate * part / row.squares[tag].sqrt();
            }
        }
    }

    fn descend_steps(&mut self, weight: f32, gradient: &[Scores; TAGS]) {
        for (tag, row) in gradient.iter().enumerate() {
            for (next, part) in row.iter().enumerate() {
                let part = weight * part;
                if part != 0.0 && may_follow(tag as u8, next as u8) {
                    self.step_squares[tag][next] += part * part;
                    self.steps[tag][next] -= self.rate * part / self.step_squares[tag][next].sqrt();
                }
            }
        }
    }
}

/// Numbers that look random and are the same each time (xorshift64*).
struct Random(u64);

impl Random {
    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            order.swap(at, self.below(at + 1));
        }
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}
