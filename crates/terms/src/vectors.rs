//! Sentences as vectors of terms.

use crate::article::Terms;
use crate::words::Grade;

/// A term of a sentence and its weight in the sentence's vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// The number of the term.
    pub term: u32,
    /// Its weight; the squares of a vector's weights add up to 1.
    pub weight: f32,
}

/// A vector of length 1 for each sentence: its terms, counted and weighted by what they can tell,
/// in the order of their numbers. A sentence without such a term has an empty one.
#[derive(Debug, Default)]
pub struct Vectors {
    weights: Vec<Weight>,
    ends: Vec<usize>,
}

impl Vectors {
    /// Makes the vectors of all sentences of `terms`, forgetting those before.
    pub fn fill(&mut self, terms: &Terms) {
        self.weights.clear();
        self.ends.clear();
        for index in 0..terms.sentences().len() {
            let start = self.weights.len();
            let entries = terms.of_sentence(index).iter();
            self.weights.extend(entries.filter_map(|token| entry(terms, token.term)));
            let vector = &mut self.weights[start..];
            vector.sort_unstable_by_key(|weight| weight.term);
            let kept = merge(vector);
            self.weights.truncate(start + kept);
            let vector = &mut self.weights[start..];
            let length =
                vector.iter().map(|weight| weight.weight * weight.weight).sum::<f32>().sqrt();
            for weight in vector {
                weight.weight /= length;
            }
            self.ends.push(self.weights.len());
        }
    }

    /// The vector of sentence `index`.
    ///
    /// # Panics
    /// If there is no such sentence.
    pub fn of(&self, index: usize) -> &[Weight] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.weights[start..self.ends[index]]
    }

    /// The entries of all vectors, one vector after another.
    pub fn all(&self) -> &[Weight] {
        &self.weights
    }
}

/// The similarity of two vectors, from 0 to 1: their cosine.
pub fn similarity(left: &[Weight], right: &[Weight]) -> f32 {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut sum = 0.0;
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        match one.term.cmp(&other.term) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                sum += one.weight * other.weight;
                left.next();
                right.next();
            }
        }
    }
    sum
}

/// A sum of vectors: what one vector has in common with each of many, in one product.
#[derive(Debug, Default)]
pub struct Sum(Vec<f32>);

impl Sum {
    /// Starts anew, for terms numbered below `terms`.
    pub fn reset(&mut self, terms: usize) {
        self.0.clear();
        self.0.resize(terms, 0.0);
    }

    /// Adds a vector.
    ///
    /// # Panics
    /// If it has a term beyond those it was reset for.
    pub fn add(&mut self, vector: &[Weight]) {
        for Weight { term, weight } in vector {
            self.0[*term as usize] += weight;
        }
    }

    /// The sum of the similarities of a vector to each that was added.
    ///
    /// # Panics
    /// If it has a term beyond those it was reset for.
    pub fn similarity(&self, vector: &[Weight]) -> f32 {
        vector.iter().map(|Weight { term, weight }| weight * self.0[*term as usize]).sum()
    }
}

/// Weight of a common term beside one of content.
const COMMON: f32 = 0.25;

/// A use of a term as an entry of its sentence's vector, if the term can tell anything.
fn entry(terms: &Terms, term: u32) -> Option<Weight> {
    let weight = match terms.grade(term) {
        Grade::Stop => return None,
        Grade::Common => COMMON,
        Grade::Content => 1.0,
    };
    Some(Weight { term, weight })
}

/// Adds up equal neighbours at the front of a sorted vector; returns how many are left.
fn merge(vector: &mut [Weight]) -> usize {
    let mut kept = 0;
    for at in 0..vector.len() {
        if kept > 0 && vector[kept - 1].term == vector[at].term {
            vector[kept - 1].weight += vector[at].weight;
        } else {
            vector[kept] = vector[at];
            kept += 1;
        }
    }
    kept
}
