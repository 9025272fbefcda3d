//! Which of the articles in the window share a telling term.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use crate::vector::{Entry, Term};

/// Terms of an article by which it is found, those of the greatest weight.
const TELLING: usize = 40;

/// Articles kept for a term, the latest ones. A term that more share tells little, and finding stays bounded.
const KEPT: usize = 256;

/// An inverted index over the articles in the window.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    by_term: HashMap<Term, VecDeque<(u32, u16)>, BuildHasherDefault<ByTerm>>,
}

impl Postings {
    /// Adds an article; numbers ascend.
    pub(crate) fn add(&mut self, article: u32, vector: &[Entry]) {
        for entry in telling(vector) {
            let list = self.by_term.entry(entry.term).or_default();
            if list.len() == KEPT {
                list.pop_front();
            }
            list.push_back((article, entry.weight));
        }
    }

    /// Takes an article out; the earliest one is the cheapest.
    pub(crate) fn remove(&mut self, article: u32, vector: &[Entry]) {
        for entry in telling(vector) {
            let Some(list) = self.by_term.get_mut(&entry.term) else { continue };
            if let Ok(at) = list.binary_search_by_key(&article, |(number, _)| *number) {
                list.remove(at);
            }
            if list.is_empty() {
                self.by_term.remove(&entry.term);
            }
        }
    }

    /// The articles that share a telling term with `vector`, once for each such term, with what they have in
    /// common through it.
    pub(crate) fn sharing(&self, vector: &[Entry]) -> impl Iterator<Item = (u32, u64)> {
        telling(vector).into_iter().flat_map(|entry| {
            let list = self.by_term.get(&entry.term).into_iter().flatten();
            list.map(move |(article, weight)| {
                (*article, u64::from(*weight) * u64::from(entry.weight))
            })
        })
    }
}

fn telling(vector: &[Entry]) -> Vec<Entry> {
    let mut entries = vector.to_vec();
    entries.sort_unstable_by(|one, other| {
        other.weight.cmp(&one.weight).then(one.term.cmp(&other.term))
    });
    entries.truncate(TELLING);
    entries
}

/// Terms are hashes already.
#[derive(Default)]
struct ByTerm(u64);

impl Hasher for ByTerm {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a term is a u32");
    }

    fn write_u32(&mut self, term: u32) {
        self.0 = u64::from(term).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
