//! The weights of features: a table of rows of small integers that is read as it lies in a file.

use crate::codes::{check, claim, find, free_slots, start};
use crate::file::ModelError;
use crate::tags::OUTSIDE;

/// Weights of one feature in one pass: one for each tag but [`OUTSIDE`], whose weight is 0.
pub const WIDTH: usize = OUTSIDE as usize;

/// Sums of weights, one for each tag but [`OUTSIDE`].
pub type Sums = [i16; WIDTH];

/// Weights of one feature: those of the first pass, then those of the second.
pub type Row = [i8; 2 * WIDTH];

/// Features that are looked up together.
const TOGETHER: usize = 32;

/// Weights by feature, `N` of them each, open addressing: an array of checks (0 for a free slot), then one of rows.
///
/// One look-up gives the weights of both passes, or of whatever else a row holds. A feature that was never learned finds a row by mistake about
/// once in 30,000 times.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a, const N: usize = { 2 * WIDTH }> {
    checks: &'a [[u8; 2]],
    weights: &'a [[u8; N]],
}

impl<'a, const N: usize> Rows<'a, N> {
    /// Reads a table from its bytes.
    ///
    /// # Errors
    /// If their number fits no table.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let slots = bytes.len() / (N + 2);
        if !bytes.len().is_multiple_of(N + 2) {
            return Err(ModelError::damaged("the table of weights has an odd length"));
        }
        let (checks, weights) = bytes.split_at(2 * slots);
        let (checks, weights) = (checks.as_chunks().0, weights.as_chunks().0);
        if !checks.contains(&[0; 2]) {
            return Err(ModelError::damaged("the table of weights has no free slot"));
        }
        Ok(Self { checks, weights })
    }

    /// Adds the weights of a feature to their sums. They stay right up to 250 features a token.
    pub fn add(&self, feature: u64, sums: &mut [i16; N]) {
        let Some(slot) = find(self.checks, feature) else { return };
        for (sum, weight) in sums.iter_mut().zip(&self.weights[slot]) {
            *sum = sum.wrapping_add(i16::from(weight.cast_signed()));
        }
    }

    /// As [`add`](Self::add) for each of these features, several at a time: the processor waits for the memory of all of them at
    /// once rather than one after another.
    pub fn add_all(&self, features: &[u64], sums: &mut [i16; N]) {
        for features in features.chunks(TOGETHER) {
            let mut first = [(0, [0; 2]); TOGETHER];
            for (first, feature) in first.iter_mut().zip(features) {
                let slot = start(self.checks, *feature);
                *first = (slot, self.checks[slot]);
            }
            let mut found = [0; TOGETHER];
            let mut count = 0;
            for ((slot, there), feature) in first.iter().zip(features) {
                let own = check(*feature);
                if *there == own {
                    found[count] = *slot;
                    count += 1;
                } else if *there != [0; 2]
                    && let Some(slot) = find(self.checks, *feature)
                {
                    found[count] = slot;
                    count += 1;
                }
            }
            for slot in &found[..count] {
                for (sum, weight) in sums.iter_mut().zip(&self.weights[*slot]) {
                    *sum = sum.wrapping_add(i16::from(weight.cast_signed()));
                }
            }
        }
    }

    /// The bytes of a table of these rows, given in an order that is the same each time.
    pub fn build(rows: &[(u64, [i8; N])]) -> Vec<u8> {
        let mut checks = free_slots(rows.len());
        let mut weights = vec![[0; N]; checks.len()];
        for (feature, row) in rows {
            if let Some(slot) = claim(&mut checks, *feature) {
                weights[slot] = row.map(i8::cast_unsigned);
            }
        }
        checks.into_iter().flatten().chain(weights.into_iter().flatten()).collect()
    }
}
