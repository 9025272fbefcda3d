//! In how many articles a term stands: what makes a shared term tell something.

use crate::vector::Term;

/// How many articles each term stood in, learned from the articles themselves as they pass: what a drop is full
/// of tells least in it.
///
/// Terms share 2^17 counters by their hashes, so that the table never grows. Two terms in one counter make
/// both look more frequent, and a story is hardly told by one term alone.
#[derive(Clone, Debug)]
pub(crate) struct Frequencies {
    counts: Box<[u32]>,
    articles: u32,
}

/// Bits of a term's hash that choose its counter.
const BITS: u32 = 17;

/// Articles that count as passed at least: the first few do not tell what is rare.
const FEWEST: f32 = 16.0;

/// What a term tells at least. One that stands in every article of a drop about one event says little apart,
/// and is still what makes the drop one story.
const LEAST: f32 = 1.0;

impl Frequencies {
    /// Nothing learned yet.
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; 1 << BITS].into_boxed_slice(), articles: 0 }
    }

    /// Counts one article; `terms` are its terms, each once.
    pub(crate) fn learn(&mut self, terms: impl Iterator<Item = Term>) {
        self.articles += 1;
        for term in terms {
            self.counts[counter(term)] += 1;
        }
    }

    /// How much a term tells: the logarithm of how rare it is, at least [`LEAST`].
    pub(crate) fn weight(&self, term: Term) -> f32 {
        let articles = FEWEST.max(self.articles as f32) + 1.0;
        ln(articles / (self.counts[counter(term)] as f32 + 0.5)).max(LEAST)
    }
}

fn counter(term: Term) -> usize {
    (term.0 >> (32 - BITS)) as usize
}

/// The natural logarithm of a number above 0, to six digits. That of the platform may differ in the last bit
/// from one to the next, and with it a story.
pub(crate) fn ln(number: f32) -> f32 {
    let bits = number.to_bits();
    let mut exponent = (bits >> 23).cast_signed() - 127;
    let mut mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    if mantissa > std::f32::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), and the argument is at most 0.18
    let x = (mantissa - 1.0) / (mantissa + 1.0);
    let square = x * x;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square / 7.0));
    exponent as f32 * std::f32::consts::LN_2 + 2.0 * x * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right_to_six_digits() {
        for number in [0.01_f32, 0.5, 0.99, 1.0, 1.4, 1.42, 2.0, 3.0, 1000.0, 4e9] {
            let error = (ln(number) - number.ln()).abs();
            assert!(error <= 2e-6 * number.ln().abs().max(1.0), "{number}: {error}");
        }
    }

    #[test]
    fn a_term_of_many_articles_tells_less() {
        let (often, once, never) = (Term(1 << 20), Term(1 << 25), Term(1 << 30));
        let mut frequencies = Frequencies::new();
        frequencies.learn([often, once].into_iter());
        frequencies.learn([often].into_iter());
        let weights = [often, once, never].map(|term| frequencies.weight(term));
        assert!(weights.is_sorted() && weights[0] < weights[2], "{weights:?}");
        for _ in 0..100 {
            frequencies.learn([often].into_iter());
        }
        assert!(frequencies.weight(often) <= LEAST);
    }
}
