//! The articles seen so far, found again by their sketches.

use std::collections::{HashMap, VecDeque};

use crate::Sketch;

/// Articles of one band that are compared, at most, the latest first: what a page template shares with
/// thousands of articles must not cost thousands of comparisons.
const COMPARED: usize = 64;

/// The earlier article that says the same.
#[derive(Debug, PartialEq)]
pub struct Match<'m> {
    /// Its id.
    pub id: &'m str,
    /// How much they have in common, from 0 to 1.
    pub similarity: f64,
}

/// The last articles, up to a number of them.
///
/// Locality-sensitive hashing (Indyk and Motwani 1998): an article is compared with those that share a band of
/// its sketch. Each band's articles form a chain from the latest back; an article that was forgotten ends it.
#[derive(Debug)]
pub struct Memory {
    keep: usize,
    /// Number of the first article in `articles`; numbers are given in order of arrival.
    first: u64,
    articles: VecDeque<Kept>,
    numbers: HashMap<String, u64>,
    same: HashMap<u64, u64>,
    latest: HashMap<u64, u64>,
}

#[derive(Debug)]
struct Kept {
    /// `None` once a later revision took its place.
    id: Option<String>,
    sketch: Sketch,
    /// For each band, the article before in its chain.
    before: [u64; Sketch::BANDS],
}

/// No article: the end of a chain.
const NONE: u64 = u64::MAX;

impl Memory {
    /// A memory of `keep` articles.
    pub fn new(keep: usize) -> Self {
        Self {
            keep,
            first: 0,
            articles: VecDeque::new(),
            numbers: HashMap::new(),
            same: HashMap::new(),
            latest: HashMap::new(),
        }
    }

    /// Of the articles with another id than `id` that are at least that similar the most similar one,
    /// of these the earliest.
    pub fn find(&self, id: &str, sketch: &Sketch, similarity: f64) -> Option<Match<'_>> {
        let mut best: Option<(f64, u64)> = None;
        let mut consider = |number: u64| {
            let Some(kept) = self.get(number) else { return };
            let other = kept.id.as_deref().is_some_and(|known| known != id);
            let found = kept.sketch.similarity(sketch);
            let better = best.is_none_or(|(most, earliest)| {
                found.total_cmp(&most).then(earliest.cmp(&number)).is_gt()
            });
            if other && found >= similarity && better {
                best = Some((found, number));
            }
        };
        if let Some(&number) = self.same.get(&sketch.words) {
            consider(number);
        }
        for (band, place) in sketch.bands().zip(0..) {
            let mut number = self.latest.get(&band).copied().unwrap_or(NONE);
            for _ in 0..COMPARED {
                let Some(kept) = self.get(number) else { break };
                consider(number);
                number = kept.before[place];
            }
        }
        let (similarity, number) = best?;
        Some(Match { id: self.get(number)?.id.as_deref()?, similarity })
    }

    /// Remembers an article, in place of an earlier revision of it; forgets the earliest where there are too many.
    pub fn keep(&mut self, id: &str, sketch: Sketch) {
        let number = self.first + self.articles.len() as u64;
        if let Some(before) = self.numbers.insert(id.to_owned(), number) {
            let index = (before - self.first) as usize;
            self.articles[index].id = None;
        }
        // The first article with these words is the one that later ones repeat.
        let first = self.same.get(&sketch.words).and_then(|&first| self.get(first));
        if first.is_none_or(|first| first.id.is_none()) {
            self.same.insert(sketch.words, number);
        }
        let mut before = [NONE; Sketch::BANDS];
        for (band, before) in sketch.bands().zip(&mut before) {
            *before = self.latest.insert(band, number).unwrap_or(NONE);
        }
        self.articles.push_back(Kept { id: Some(id.to_owned()), sketch, before });
        if self.articles.len() > self.keep {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let Some(kept) = self.articles.pop_front() else { return };
        let number = self.first;
        self.first += 1;
        if let Some(id) = &kept.id {
            self.numbers.remove(id);
        }
        if self.same.get(&kept.sketch.words) == Some(&number) {
            self.same.remove(&kept.sketch.words);
        }
        for band in kept.sketch.bands() {
            if self.latest.get(&band) == Some(&number) {
                self.latest.remove(&band);
            }
        }
    }

    fn get(&self, number: u64) -> Option<&Kept> {
        let index = number.checked_sub(self.first)?;
        self.articles.get(usize::try_from(index).ok()?)
    }
}
