//! Where runs of words occur: an index by the hash of each run.

use std::collections::HashMap;

use super::words::Word;

/// Places kept of one run; a run that more have tells nothing.
const MOST: usize = 64;

/// Places by the run of `LENGTH` words that stands there.
#[derive(Debug)]
pub(super) struct Shingles<P, const LENGTH: usize> {
    places: HashMap<u64, Vec<P>>,
}

impl<P: Copy + PartialEq, const LENGTH: usize> Shingles<P, LENGTH> {
    pub(super) fn new() -> Self {
        Self { places: HashMap::new() }
    }

    /// Adds every run of these words under the place that `place` makes of its index.
    pub(super) fn add(&mut self, words: &[Word], place: impl Fn(usize) -> P) {
        for (at, hash) in runs::<LENGTH>(words) {
            let places = self.places.entry(hash).or_default();
            let place = place(at);
            if places.len() < MOST && places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// For each run of these words that is known: its index and the places.
    pub(super) fn hits<'s>(&'s self, words: &'s [Word]) -> impl Iterator<Item = (usize, &'s [P])> {
        runs::<LENGTH>(words)
            .filter_map(|(at, hash)| Some((at, self.places.get(&hash)?.as_slice())))
    }
}

/// The runs in which a word says something, with the index of their first word.
fn runs<const LENGTH: usize>(words: &[Word]) -> impl Iterator<Item = (usize, u64)> {
    let telling = |run: &[Word]| run.iter().any(|word| word.is_content());
    let all = words.windows(LENGTH).enumerate().filter(move |(_, run)| telling(run));
    let mix = |hash: u64, word: &Word| {
        (hash.rotate_left(23) ^ word.form).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    };
    all.map(move |(at, run)| (at, run.iter().fold(0, mix)))
}
