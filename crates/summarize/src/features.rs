//! What is known of each sentence before it is scored.
//!
//! Everything is linear in the article: similarity to all sentences after (or before) a sentence
//! is one product with the sum of their vectors, never a product for each pair.

use document::{Span, View, symbol};

use crate::terms::{Grade, Terms};

/// One sentence in numbers; shares and similarities are from 0 to 1 within the article.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Features {
    /// Sentences before it.
    pub(crate) index: usize,
    /// Words.
    pub(crate) words: usize,
    /// Similarity to the article as a whole.
    pub(crate) central: f32,
    /// Similarity to what comes after: whether the article takes it up again.
    pub(crate) taken_up: f32,
    /// Similarity to what came before: whether it only repeats.
    pub(crate) repeats: f32,
    /// How much of what the article names stands here.
    pub(crate) names: f32,
    /// Share of the headline's terms that stand here.
    pub(crate) headline: f32,
}

/// One term of a sentence and its weight in the sentence's vector of length 1.
#[derive(Clone, Copy, Debug)]
struct Weight {
    term: u32,
    weight: f32,
}

/// The features of every sentence; its buffers are kept for the next article.
#[derive(Debug, Default)]
pub(crate) struct FeatureTable {
    /// One for each sentence.
    pub(crate) rows: Vec<Features>,
    weights: Vec<Weight>,
    ends: Vec<usize>,
    before: Vec<f32>,
    all: Vec<f32>,
    uses: Vec<u32>,
}

impl FeatureTable {
    /// Computes the features of an article whose words are `terms`.
    pub(crate) fn fill(
        &mut self,
        view: &View<'_>,
        sentences: &[Span],
        terms: &Terms,
        headline: &[u32],
    ) {
        self.rows.clear();
        self.rows.extend((0..sentences.len()).map(|index| Features {
            index,
            words: terms.of_sentence(index).len(),
            ..Features::default()
        }));
        self.weigh(terms);
        self.compare();
        self.match_headline(terms, headline);
        self.count_names(view, sentences);
    }

    /// The terms of sentence `index` that count, each once.
    pub(crate) fn content(&self, index: usize) -> impl ExactSizeIterator<Item = u32> {
        self.vector(index).iter().map(|weight| weight.term)
    }

    fn vector(&self, index: usize) -> &[Weight] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.weights[start..self.ends[index]]
    }

    /// Makes the sentences' vectors: terms counted and weighted by grade. How often the article
    /// uses a term shows in the sums of the vectors and does not count twice.
    fn weigh(&mut self, terms: &Terms) {
        self.weights.clear();
        self.ends.clear();
        for index in 0..terms.sentences.len() {
            let start = self.weights.len();
            self.weights.extend(
                terms.of_sentence(index).iter().filter_map(|token| weight(terms, token.term)),
            );
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
        self.before.clear();
        self.before.resize(terms.grades.len(), 0.0);
        self.all.clear();
        self.all.resize(terms.grades.len(), 0.0);
    }

    fn compare(&mut self) {
        for weight in &self.weights {
            self.all[weight.term as usize] += weight.weight;
        }
        for index in 0..self.rows.len() {
            let (mut whole, mut behind, mut own) = (0.0, 0.0, 0.0);
            let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
            let vector = &self.weights[start..self.ends[index]];
            for Weight { term, weight } in vector {
                whole += weight * self.all[*term as usize];
                behind += weight * self.before[*term as usize];
                own += weight * weight;
            }
            for Weight { term, weight } in vector {
                self.before[*term as usize] += weight;
            }
            let row = &mut self.rows[index];
            row.central = whole;
            row.repeats = behind;
            row.taken_up = (whole - behind - own).max(0.0);
        }
        scale(&mut self.rows, |row| &mut row.central);
        scale(&mut self.rows, |row| &mut row.taken_up);
        scale(&mut self.rows, |row| &mut row.repeats);
    }

    fn match_headline(&mut self, terms: &Terms, headline: &[u32]) {
        let mut wanted: Vec<u32> = headline
            .iter()
            .copied()
            .filter(|term| terms.grades[*term as usize] != Grade::Stop)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return;
        }
        for index in 0..self.rows.len() {
            let found =
                self.content(index).filter(|term| wanted.binary_search(term).is_ok()).count();
            self.rows[index].headline = found as f32 / wanted.len() as f32;
        }
    }

    /// Counts each mention of a name once for each sentence, by how often the article mentions its entity.
    fn count_names(&mut self, view: &View<'_>, sentences: &[Span]) {
        let named = || view.mentions().filter(|mention| mention.kind() == symbol::NAME);
        self.uses.clear();
        self.uses.resize(view.doc().rows().len(), 0);
        for entity in named().filter_map(document::Mention::entity) {
            self.uses[entity.0 as usize] += 1;
        }
        for mention in named() {
            let at = sentences.partition_point(|sentence| sentence.end() <= mention.span().start());
            if let (Some(row), Some(entity)) = (self.rows.get_mut(at), mention.entity()) {
                row.names += (self.uses[entity.0 as usize] as f32).sqrt();
            }
        }
        scale(&mut self.rows, |row| &mut row.names);
    }
}

/// Weight of a common term beside one of content.
const COMMON: f32 = 0.25;

/// A use of a term as an entry of its sentence's vector, if the term can tell anything.
fn weight(terms: &Terms, term: u32) -> Option<Weight> {
    let weight = match terms.grades[term as usize] {
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

/// Divides a feature by its largest value in the article.
fn scale(rows: &mut [Features], feature: impl Fn(&mut Features) -> &mut f32) {
    let largest = rows.iter_mut().map(|row| *feature(row)).fold(0.0, f32::max);
    if largest > 0.0 {
        for row in rows {
            *feature(row) /= largest;
        }
    }
}
