//! The weights of features: a table of rows of small integers that is read as it lies in a file.

use crate::codes::{ROW, check, claim, find, find_from, free_slots, row, search, start};
use crate::file::ModelError;
use crate::tags::OUTSIDE;

/// Weights of one feature in one pass: one for each tag but [`OUTSIDE`], whose weight is 0.
pub const WIDTH: usize = OUTSIDE as usize;

/// Sums of weights, one for each tag but [`OUTSIDE`].
pub type Sums = [i16; WIDTH];

/// Weights of one feature: those of the first pass, then those of the second.
pub type Row = [i8; 2 * WIDTH];

/// Features that are looked up together.
const TOGETHER: usize = 16;

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
        if let Some(slot) = find(self.checks, feature) {
            self.add_row(slot, sums);
        }
    }

    /// As [`add`](Self::add) for each of these features.
    pub fn add_all(&self, features: &[u64], sums: &mut [i16; N]) {
        let (chunks, rest) = features.as_chunks::<TOGETHER>();
        for features in chunks {
            let mut found = [(0, 0); TOGETHER];
            let count = self.find_all(features, 0, &mut found);
            for (_, slot) in &found[..count] {
                self.add_row(*slot, sums);
            }
        }
        for feature in rest {
            self.add(*feature, sums);
        }
    }

    /// Puts down those of these features that have a slot, numbered from `first` on, with their slots; returns how many. They are
    /// looked up at once, so that the processor waits for the memory of all of them together rather than one after another.
    #[inline]
    fn find_all(
        &self,
        features: &[u64; TOGETHER],
        first: usize,
        found: &mut [(usize, usize)],
    ) -> usize {
        let mut near = [(0, None); TOGETHER];
        for (near, feature) in near.iter_mut().zip(features) {
            let slot = start(self.checks, *feature);
            *near = (slot, row(self.checks, slot));
        }
        let mut count = 0;
        for (at, ((slot, row), feature)) in near.iter().zip(features).enumerate() {
            let own = check(*feature);
            let end = row.map_or(ROW, |row| search(row, own));
            if end < ROW {
                // Written in any case, and kept if it is there: the processor has nothing to guess.
                found[count] = (first + at, slot + end);
                count += usize::from(self.checks[slot + end] == own);
            } else if let Some(slot) = find_from(self.checks, *slot, own) {
                found[count] = (first + at, slot);
                count += 1;
            }
        }
        count
    }

    #[inline]
    fn add_row(&self, slot: usize, sums: &mut [i16; N]) {
        let weights = self.weights[slot]; // a copy, so that the compiler adds eight at a time
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum = sum.wrapping_add(i16::from(weight.cast_signed()));
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

/// The features of several tokens, looked up together; its buffers are kept.
///
/// Looking up features is waiting for memory. Of one token there are too few to wait for as many at once as the processor could.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    features: Vec<u64>,
    /// For each token the end of its features.
    ends: Vec<usize>,
    /// The features that have a slot, with it.
    found: Vec<(usize, usize)>,
}

impl Batch {
    /// Starts anew.
    pub fn clear(&mut self) {
        self.features.clear();
        self.ends.clear();
    }

    /// Adds a feature to the token that is being added.
    #[inline]
    pub fn push(&mut self, feature: u64) {
        self.features.push(feature);
    }

    /// Ends the token that is being added.
    pub fn end_token(&mut self) {
        self.ends.push(self.features.len());
    }

    /// Adds the weights of each token's features to its sums, as [`Rows::add`] does.
    ///
    /// # Panics
    /// If there are not as many sums as tokens.
    pub fn add_to<const N: usize>(&mut self, rows: Rows<'_, N>, sums: &mut [[i16; N]]) {
        assert_eq!(self.ends.len(), sums.len(), "each token has its sums");
        let whole = self.features.len().next_multiple_of(TOGETHER);
        self.features.resize(whole, 0);
        self.found.resize(whole, (0, 0));
        let mut count = 0;
        for (at, features) in self.features.as_chunks().0.iter().enumerate() {
            count += rows.find_all(features, at * TOGETHER, &mut self.found[count..]);
        }
        let mut found = self.found[..count].iter().peekable();
        for (end, sums) in self.ends.iter().zip(sums) {
            while let Some((_, slot)) = found.next_if(|(feature, _)| feature < end) {
                rows.add_row(*slot, sums);
            }
        }
    }
}
