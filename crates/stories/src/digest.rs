//! What a story is called, and what its articles say together.

use document::Span;
use terms::digest::{self, Candidate};
use terms::statement;

use crate::article::Article;
use crate::quotations::Told;
use crate::row::Place;

/// Sentences of an article that a digest may take, from its start: what an event is stands early.
const FROM_AN_ARTICLE: usize = 12;

/// The headline and the digest of a story.
#[derive(Debug)]
pub(crate) struct Digest<'a> {
    /// The most central title; the first sentence where no article has a title.
    pub(crate) headline: &'a str,
    /// A few sentences, in order of the articles.
    pub(crate) sentences: Vec<Place>,
}

impl<'a> Digest<'a> {
    /// Reads the articles of a story, of copies only the original.
    pub(crate) fn of(told: &[Told<'a>], original: &[bool], sentences: usize) -> Self {
        let read = || told.iter().enumerate().filter(|(index, _)| original[*index]);
        let mut places = Vec::new();
        let mut candidates = Vec::new();
        for (article, told) in read() {
            for (position, span) in statements(told.article) {
                let text = &told.article.text[span.range()];
                places.push(Place { article, span });
                candidates.push(Candidate { article: article as u32, position, text });
            }
        }
        let titles: Vec<&str> = read().map(|(_, told)| told.article.title.as_str()).collect();
        let headline = digest::headline(&titles, &candidates).map(|index| titles[index]);
        let opening = || {
            let first = candidates.first().map(|candidate| candidate.text);
            first.unwrap_or_else(|| told.first().map_or("", |told| &told.article.id))
        };
        Self {
            headline: headline.unwrap_or_else(opening),
            sentences: digest::choose(&candidates, sentences)
                .into_iter()
                .map(|index| places[index])
                .collect(),
        }
    }
}

/// The sentences of an article that stand on their own, from its start, each with how many sentences stand
/// before it; the first sentence where none does.
fn statements(article: &Article) -> Vec<(u32, Span)> {
    let sentences = || (0..).zip(article.sentences.iter().copied());
    let text = |span: Span| &article.text[span.range()];
    let states = |span: Span| statement::stands_alone(text(span)) && !text(span).ends_with('?');
    let mut found: Vec<(u32, Span)> =
        sentences().filter(|(_, span)| states(*span)).take(FROM_AN_ARTICLE).collect();
    if found.is_empty() {
        found.extend(sentences().next());
    }
    found
}
