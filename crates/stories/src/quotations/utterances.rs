//! What is said in marks in the articles of a story.

use std::collections::BTreeMap;

use document::Span;

use super::Told;
use super::speakers::Who;
use super::words::{Word, words};
use crate::article::{Article, Quotation, QuotationKind};
use crate::keys::Keys;

/// One quotation with words in marks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Utterance<'a> {
    pub(super) article: usize,
    pub(super) quotation: &'a Quotation,
}

/// Utterances of the same words by the same speaker.
#[derive(Debug)]
pub(super) struct Wording<'a> {
    /// Its words, as its first utterance has them.
    pub(super) words: Vec<Word>,
    pub(super) who: Who<'a>,
    /// In an order that does not depend on that of the articles: by id and place.
    pub(super) utterances: Vec<Utterance<'a>>,
}

/// All of a story.
#[derive(Debug)]
pub(super) struct Utterances<'a> {
    pub(super) articles: &'a [Told<'a>],
    pub(super) keys: &'a Keys,
    /// In an order that does not depend on that of the articles.
    pub(super) wordings: Vec<Wording<'a>>,
}

impl<'a> Utterances<'a> {
    pub(super) fn new(articles: &'a [Told<'a>], keys: &'a Keys) -> Self {
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|at| (articles[*at].article.id.as_str(), *at));
        let mut known: BTreeMap<(Vec<u64>, Who<'a>), usize> = BTreeMap::new();
        let mut wordings: Vec<Wording<'a>> = Vec::new();
        for at in order {
            let told = articles[at];
            // What a transcript tells is its text, not what it marks.
            let quotations = told.article.quotations.iter().filter(|_| !told.article.transcript);
            for quotation in
                quotations.filter(|quotation| quotation.kind != QuotationKind::Indirect)
            {
                let words = words(&told.article.text, quotation.stretches());
                if words.is_empty() {
                    continue;
                }
                let who = Who::new(told, quotation, keys);
                // What was not said is nobody's words, and a "yes" is no other "yes": they stand alone.
                let telling = words.iter().filter(|word| word.is_content()).count() > 1;
                let alone = (quotation.negated || !telling)
                    .then_some((at as u64, u64::from(quotation.number)));
                let mut forms: Vec<u64> = words.iter().map(|word| word.form).collect();
                forms.extend(alone.into_iter().flat_map(|(article, number)| [0, article, number]));
                let place = *known.entry((forms, who)).or_insert_with(|| {
                    wordings.push(Wording { words, who, utterances: Vec::new() });
                    wordings.len() - 1
                });
                wordings[place].utterances.push(Utterance { article: at, quotation });
            }
        }
        Self { articles, keys, wordings }
    }

    pub(super) fn article(&self, at: usize) -> &'a Article {
        self.articles[at].article
    }
}

impl<'a> Wording<'a> {
    pub(super) fn first(&self) -> Utterance<'a> {
        self.utterances[0]
    }

    /// The articles that have it.
    pub(super) fn articles(&self) -> impl Iterator<Item = usize> {
        self.utterances.iter().map(|utterance| utterance.article)
    }

    /// How many words were said: those an editor put in do not count.
    pub(super) fn said(&self) -> usize {
        self.words.iter().filter(|word| !word.is_inserted()).count()
    }

    /// Whether it reports what was not said.
    pub(super) fn is_negated(&self) -> bool {
        self.first().quotation.negated
    }
}

impl Quotation {
    /// The stretches in marks.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Span> + '_ {
        let whole =
            (self.kind == QuotationKind::Direct && self.marked.is_empty()).then_some(self.span);
        whole.into_iter().chain(self.marked.iter().copied())
    }
}
