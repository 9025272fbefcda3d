//! What chosen sentences say already.

use std::collections::BTreeMap;

use crate::vectors::Weight;

/// Which of at most [`Said::MOST`] sentences hold a term, one bit each, and how many terms each has.
#[derive(Debug, Default)]
pub struct Said {
    terms: BTreeMap<u32, u128>,
    lengths: Vec<usize>,
}

impl Said {
    /// The most sentences it can hold.
    pub const MOST: usize = 100;

    /// Whether at least half of what the shorter of the two says stands in a sentence that was added.
    pub fn repeats(&self, sentence: &[Weight]) -> bool {
        let mut shared = [0usize; Self::MOST];
        for Weight { term, .. } in sentence {
            let mut holders = self.terms.get(term).copied().unwrap_or(0);
            while holders != 0 {
                shared[holders.trailing_zeros() as usize] += 1;
                holders &= holders - 1;
            }
        }
        let own = sentence.len();
        let too_much =
            |(length, shared): (&usize, &usize)| *shared > 0 && *shared * 2 >= own.min(*length);
        self.lengths.iter().zip(&shared).any(too_much)
    }

    /// Adds a sentence.
    ///
    /// # Panics
    /// If it holds [`Said::MOST`] already.
    pub fn add(&mut self, sentence: &[Weight]) {
        assert!(self.lengths.len() < Self::MOST, "a summary has at most 100 sentences");
        let bit = 1 << self.lengths.len();
        for Weight { term, .. } in sentence {
            *self.terms.entry(*term).or_default() |= bit;
        }
        self.lengths.push(sentence.len());
    }
}
