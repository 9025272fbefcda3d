//! Words and pairs of words that two texts share (ROUGE-1 and ROUGE-2, Lin 2004), with a rough stemmer.

use std::collections::BTreeMap;

/// A text as numbers of its words.
pub(crate) type Words = Vec<u32>;

/// Gives words numbers, forms of one word mostly the same.
#[derive(Debug, Default)]
pub(crate) struct Numbers(BTreeMap<String, u32>);

impl Numbers {
    /// The words of a text.
    pub(crate) fn words(&mut self, text: &str) -> Words {
        text.to_lowercase()
            .split(|character: char| !character.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| {
                let next = self.0.len() as u32;
                *self.0.entry(stem(word).to_owned()).or_insert(next)
            })
            .collect()
    }
}

fn stem(word: &str) -> &str {
    ["ingly", "edly", "ies", "ied", "ing", "ed", "es", "ly", "s", "e", "y"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.len() > 2))
        .unwrap_or(word)
}

/// Words and pairs of one reference.
#[derive(Debug)]
pub(crate) struct Reference {
    words: Counts<u32>,
    pairs: Counts<(u32, u32)>,
}

impl Reference {
    pub(crate) fn new(words: &[u32]) -> Self {
        Self { words: Counts::new(words.iter().copied()), pairs: Counts::new(pairs(words)) }
    }

    /// F1 of words and of pairs, each from 0 to 1, of a summary of these sentences.
    pub(crate) fn scores<'a>(&self, sentences: impl Iterator<Item = &'a Words>) -> [f32; 2] {
        let summary: Words = sentences.flatten().copied().collect();
        [self.words.f1(summary.iter().copied()), self.pairs.f1(pairs(&summary))]
    }
}

fn pairs(words: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    words.windows(2).map(|pair| (pair[0], pair[1]))
}

/// How often each thing is there, in order.
#[derive(Debug)]
struct Counts<T>(Vec<(T, u32)>, u32);

impl<T: Ord + Copy> Counts<T> {
    fn new(things: impl Iterator<Item = T>) -> Self {
        let mut things: Vec<T> = things.collect();
        things.sort_unstable();
        let total = things.len() as u32;
        let counts =
            things.chunk_by(|one, other| one == other).map(|run| (run[0], run.len() as u32));
        Self(counts.collect(), total)
    }

    fn f1(&self, things: impl Iterator<Item = T>) -> f32 {
        let mut left: Vec<u32> = self.0.iter().map(|(_, count)| *count).collect();
        let (mut shared, mut total) = (0, 0);
        for thing in things {
            total += 1;
            if let Ok(at) = self.0.binary_search_by(|(known, _)| known.cmp(&thing))
                && left[at] > 0
            {
                left[at] -= 1;
                shared += 1;
            }
        }
        2.0 * shared as f32 / (total + self.1).max(1) as f32
    }
}
