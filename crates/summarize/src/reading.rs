//! An article as the stage reads it, before anything is chosen.

use document::{Field, Span, View};
use terms::Terms;

use crate::craft::{Fault, faults};
use crate::features::FeatureTable;

/// The sentences of one article with what is known of each; its buffers are kept for the next.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) sentences: Vec<Span>,
    pub(crate) terms: Terms,
    /// The terms of the headline that the article uses, too.
    pub(crate) headline: Vec<u32>,
    pub(crate) faults: Vec<Option<Fault>>,
    pub(crate) table: FeatureTable,
}

impl Reading {
    /// Reads an article, forgetting the one before.
    pub(crate) fn read(&mut self, view: &View<'_>) {
        let doc = view.doc();
        self.sentences.clear();
        self.sentences.extend(view.sentences());
        self.terms.read(doc.text(), &self.sentences);
        let title = doc.metadata.get(Field::Title);
        self.headline = title.map(|title| self.terms.known_in(title)).unwrap_or_default();
        faults(view, &self.sentences, &mut self.faults);
        self.table.fill(view, &self.sentences, &mut self.terms, &self.headline, &self.faults);
    }
}
