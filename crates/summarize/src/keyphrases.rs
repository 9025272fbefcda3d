//! The terms that say what an article is about: names as wholes, and runs of one to three words.
//!
//! A phrase counts by how often the article uses it, more if it comes early or stands in the
//! headline, and a run of words more than each of its words alone.

use std::collections::HashMap;

use document::{Document, Span, View, symbol};

use crate::terms::{Grade, Terms, Token};

/// Words in the longest phrase.
const LONGEST: usize = 3;
/// Words of the article that are read for phrases: a news article is far shorter, and what a book
/// is about shows in its first pages.
const READ: usize = 50_000;
/// Weight of a phrase by its number of words, so that "harbour tax" wins over "harbour" where the
/// article seldom uses the one without the other.
const BY_LENGTH: [f32; LONGEST] = [1.0, 1.5, 1.8];
/// Weight of a name.
const NAME: f32 = 1.3;

/// A phrase and its worth, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrase {
    /// Its words as the article writes them.
    pub(crate) text: String,
    /// Its weight; the best phrase has 1.
    pub(crate) score: f32,
}

struct Candidate {
    text: String,
    terms: Vec<u32>,
    uses: u32,
    first: u32,
    weight: f32,
    score: f32,
}

/// The `most` best phrases, best first.
pub(crate) fn keyphrases(
    view: &View<'_>,
    terms: &mut Terms,
    headline: &[u32],
    most: usize,
) -> Vec<Phrase> {
    if most == 0 {
        return Vec::new();
    }
    let doc = view.doc();
    let mut candidates = names(view, terms);
    candidates.extend(runs(doc, terms, &taken(view)));
    let length = doc.text().len().max(1) as f32;
    for candidate in &mut candidates {
        let early = 1.0 - candidate.first as f32 / length;
        let in_headline = !candidate.terms.is_empty()
            && candidate.terms.iter().all(|term| headline.contains(term));
        let headline = if in_headline { 1.5 } else { 1.0 };
        candidate.score = candidate.uses as f32 * candidate.weight * (1.0 + early) * headline;
    }
    candidates.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.first.cmp(&b.first))
            .then(b.terms.len().cmp(&a.terms.len()))
    });
    best(candidates, most)
}

/// The first `most` candidates that are not part of a better one, nor hold one.
fn best(candidates: Vec<Candidate>, most: usize) -> Vec<Phrase> {
    let mut chosen: Vec<Candidate> = Vec::with_capacity(most);
    for candidate in candidates {
        let within = |inner: &[u32], outer: &[u32]| {
            !inner.is_empty() && inner.iter().all(|term| outer.contains(term))
        };
        let same = |known: &Candidate| {
            within(&known.terms, &candidate.terms) || within(&candidate.terms, &known.terms)
        };
        if !chosen.iter().any(same) {
            chosen.push(candidate);
            if chosen.len() == most {
                break;
            }
        }
    }
    let top = chosen.first().map_or(1.0, |best| best.score);
    chosen
        .into_iter()
        .map(|phrase| Phrase { text: phrase.text, score: phrase.score / top })
        .collect()
}

/// Each entity that the article names, under its fullest name.
fn names(view: &View<'_>, terms: &mut Terms) -> Vec<Candidate> {
    let mut uses: HashMap<u32, (u32, u32)> = HashMap::new();
    for mention in view.mentions().filter(|mention| mention.kind() == symbol::NAME) {
        if let Some(entity) = mention.entity() {
            uses.entry(entity.0).or_insert((0, mention.span().start())).0 += 1;
        }
    }
    let named = view
        .entities()
        .filter_map(|entity| uses.get(&entity.id().0).map(|(uses, first)| (entity, *uses, *first)));
    named
        .map(|(entity, uses, first)| {
            let text = entity.name().into_owned();
            Candidate { terms: terms.known_in(&text), text, uses, first, weight: NAME, score: 0.0 }
        })
        .collect()
}

/// The spans of names and values, in text order: no phrase reaches into them.
fn taken(view: &View<'_>) -> Vec<Span> {
    let fixed = |kind| kind == symbol::NAME || kind == symbol::VALUE;
    let mut spans: Vec<Span> = view
        .mentions()
        .filter(|mention| fixed(mention.kind()))
        .map(|mention| mention.span())
        .collect();
    spans.sort_unstable();
    spans
}

/// Every run of one to three content words outside `taken` that the article uses; runs of several
/// words only if it uses them twice.
fn runs(doc: &Document, terms: &Terms, taken: &[Span]) -> Vec<Candidate> {
    let mut found: Vec<Run> = Vec::new();
    let mut index: HashMap<[u32; LONGEST], usize> = HashMap::new();
    let mut stretch: Vec<(Token, bool)> = Vec::new();
    let mut taken = taken.iter().copied().peekable();
    let mut left = READ;
    for sentence in &terms.sentences {
        let tokens = &terms.tokens[sentence.clone()];
        for (at, token) in tokens.iter().take(left).enumerate() {
            while taken.next_if(|span| span.end() <= token.span.start()).is_some() {}
            let fixed = taken.peek().is_some_and(|span| span.overlaps(token.span));
            let content = terms.grades[token.term as usize] == Grade::Content && !fixed;
            if !token.joined || !content {
                count(&stretch, &mut index, &mut found);
                stretch.clear();
            }
            if content {
                stretch.push((*token, at == 0));
            }
        }
        count(&stretch, &mut index, &mut found);
        stretch.clear();
        left = left.saturating_sub(tokens.len());
    }
    let worth = |run: &Run| run.words == 1 || run.uses > 1;
    found.retain(worth);
    found.iter().map(|run| run.candidate(doc)).collect()
}

/// A run of words and its uses.
struct Run {
    key: [u32; LONGEST],
    words: usize,
    uses: u32,
    first: u32,
    shown: Span,
    opens_sentence: bool,
}

impl Run {
    fn candidate(&self, doc: &Document) -> Candidate {
        Candidate {
            text: doc.slice(self.shown).split_whitespace().collect::<Vec<_>>().join(" "),
            terms: self.key[..self.words].to_vec(),
            uses: self.uses,
            first: self.first,
            weight: BY_LENGTH[self.words - 1],
            score: 0.0,
        }
    }
}

/// Counts the runs of an unbroken stretch of content words, each with whether it opens a sentence.
fn count(
    stretch: &[(Token, bool)],
    index: &mut HashMap<[u32; LONGEST], usize>,
    found: &mut Vec<Run>,
) {
    for start in 0..stretch.len() {
        let mut key = [u32::MAX; LONGEST];
        let (first, opens_sentence) = stretch[start];
        for (words, (last, _)) in stretch[start..].iter().take(LONGEST).enumerate() {
            key[words] = last.term;
            let shown = first.span.cover(last.span);
            let at = *index.entry(key).or_insert_with(|| {
                found.push(Run {
                    key,
                    words: words + 1,
                    uses: 0,
                    first: shown.start(),
                    shown,
                    opens_sentence,
                });
                found.len() - 1
            });
            let run = &mut found[at];
            run.uses += 1;
            // a capital at the start of a sentence is not the word's own
            if run.opens_sentence && !opens_sentence {
                (run.shown, run.opens_sentence) = (shown, false);
            }
        }
    }
}
