//! What is known of each sentence before it is scored.
//!
//! Everything is linear in the article: similarity to all sentences after (or before) a sentence
//! is one product with the sum of their vectors, never a product for each pair.

use document::{Span, View, symbol};
use terms::{Grade, Sum, Terms, Vectors, Weight};

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

/// The features of every sentence; its buffers are kept for the next article.
#[derive(Debug, Default)]
pub(crate) struct FeatureTable {
    /// One for each sentence.
    pub(crate) rows: Vec<Features>,
    vectors: Vectors,
    before: Sum,
    all: Sum,
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
        self.compare(terms);
        self.match_headline(terms, headline);
        self.count_names(view, sentences);
    }

    /// The terms of sentence `index` that count, each once.
    pub(crate) fn content(&self, index: usize) -> &[Weight] {
        self.vectors.of(index)
    }

    fn compare(&mut self, terms: &Terms) {
        self.vectors.fill(terms);
        self.all.reset(terms.count());
        self.before.reset(terms.count());
        self.all.add(self.vectors.all());
        for (index, row) in self.rows.iter_mut().enumerate() {
            let vector = self.vectors.of(index);
            let own = if vector.is_empty() { 0.0 } else { 1.0 };
            row.central = self.all.similarity(vector);
            row.repeats = self.before.similarity(vector);
            let taken_up = row.central - row.repeats - own;
            row.taken_up = if taken_up > ROUNDING { taken_up } else { 0.0 };
            self.before.add(vector);
        }
        scale(&mut self.rows, |row| &mut row.central);
        scale(&mut self.rows, |row| &mut row.taken_up);
        scale(&mut self.rows, |row| &mut row.repeats);
    }

    fn match_headline(&mut self, terms: &Terms, headline: &[u32]) {
        let mut wanted: Vec<u32> =
            headline.iter().copied().filter(|term| terms.grade(*term) != Grade::Stop).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return;
        }
        for index in 0..self.rows.len() {
            let wanted_here = |weight: &&Weight| wanted.binary_search(&weight.term).is_ok();
            let found = self.content(index).iter().filter(wanted_here).count();
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

/// What two sums that should be equal may differ by.
const ROUNDING: f32 = 1e-4;

/// Divides a feature by its largest value in the article.
fn scale(rows: &mut [Features], feature: impl Fn(&mut Features) -> &mut f32) {
    let largest = rows.iter_mut().map(|row| *feature(row)).fold(0.0, f32::max);
    if largest > 0.0 {
        for row in rows {
            *feature(row) /= largest;
        }
    }
}
