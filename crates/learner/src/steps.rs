//! The weights of two tags in a row, and the best tags of a sentence.

use crate::file::ModelError;
use crate::rows::Sums;
use crate::tags::{OUTSIDE, TAGS, may_end, may_follow, may_start};

/// What tags that may not follow one another get: no sum of weights makes up for it.
const NEVER: i32 = i32::MIN / 4;

/// Weights of two tags in a row.
#[derive(Clone, Debug)]
pub struct Steps {
    /// From tag, to tag.
    weights: [[i32; TAGS]; TAGS],
}

impl Steps {
    /// From learned weights; those of tags that may not follow one another do not count.
    pub fn new(learned: &[[i16; TAGS]; TAGS]) -> Self {
        let mut weights = [[NEVER; TAGS]; TAGS];
        for (tag, row) in weights.iter_mut().enumerate() {
            for (next, weight) in row.iter_mut().enumerate() {
                if may_follow(tag as u8, next as u8) {
                    *weight = i32::from(learned[tag][next]);
                }
            }
        }
        Self { weights }
    }

    /// Reads the weights from their bytes.
    ///
    /// # Errors
    /// If their number is wrong.
    pub fn open(bytes: &[u8]) -> Result<Self, ModelError> {
        let (numbers, rest) = bytes.as_chunks::<2>();
        let (rows, more) = numbers.as_chunks::<TAGS>();
        let rows: &[_; TAGS] = rows
            .try_into()
            .ok()
            .filter(|_| rest.is_empty() && more.is_empty())
            .ok_or_else(|| ModelError::damaged("the weights of steps have an odd length"))?;
        Ok(Self::new(&rows.map(|row| row.map(i16::from_le_bytes))))
    }

    /// The bytes of learned weights.
    pub fn build(learned: &[[i16; TAGS]; TAGS]) -> Vec<u8> {
        learned.iter().flatten().flat_map(|weight| weight.to_le_bytes()).collect()
    }

    /// Appends the best tags of a sentence (Viterbi): the row with the highest sum of the tokens' own
    /// sums and the steps between; of equals the one with the lowest tags.
    pub fn best(&self, sums: &[Sums], back: &mut Vec<[u8; TAGS]>, out: &mut Vec<u8>) {
        let Some((first, rest)) = sums.split_first() else { return };
        let mut scores = own(first);
        for (tag, score) in scores.iter_mut().enumerate() {
            if !may_start(tag as u8) {
                *score = NEVER;
            }
        }
        back.clear();
        for sums in rest {
            let mut best = [NEVER; TAGS];
            let mut from = [0; TAGS];
            for (tag, score) in scores.iter().enumerate() {
                let row = &self.weights[tag];
                let mut take = |next: usize| {
                    let score = score + row[next];
                    let better = score > best[next];
                    best[next] = if better { score } else { best[next] };
                    from[next] = if better { tag as u8 } else { from[next] };
                };
                if may_end(tag as u8) {
                    (0..TAGS).for_each(take); // all at once
                } else {
                    let inside = tag / 4 * 4 + 1;
                    take(inside);
                    take(inside + 1);
                }
            }
            for (best, own) in best.iter_mut().zip(own(sums)) {
                *best = (*best + own).max(NEVER);
            }
            scores = best;
            back.push(from);
        }
        let mut tag = OUTSIDE;
        for last in 0..OUTSIDE {
            if may_end(last) && scores[usize::from(last)] > scores[usize::from(tag)] {
                tag = last;
            }
        }
        let start = out.len();
        out.resize(start + sums.len(), tag);
        for (at, from) in back.iter().enumerate().rev() {
            tag = from[usize::from(tag)];
            out[start + at] = tag;
        }
    }
}

/// A token's own score for each tag.
fn own(sums: &Sums) -> [i32; TAGS] {
    let mut own = [0; TAGS];
    for (own, sum) in own.iter_mut().zip(sums) {
        *own = i32::from(*sum);
    }
    own
}
