//! The terms that say what an article is about: names as wholes, and runs of one to three words.
//!
//! A phrase counts by how often the article uses it, more if it comes early or stands in the
//! headline, and a run of words more than each of its words alone. A name counts like a word,
//! whichever of its forms is used: knowing who is who joins what would be counted apart, and that
//! something has a name does not make it what the article is about.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use document::{Document, Mention, RowId, Span, View, symbol};
use terms::{Grade, Terms, Token};

/// Words in the longest phrase.
const LONGEST: usize = 3;
/// Words of the article that are read for phrases: a news article is far shorter, and what a book
/// is about shows in its first pages.
const READ: usize = 50_000;
/// Weight of a phrase by its number of words, so that "harbour tax" wins over "harbour" where the
/// article seldom uses the one without the other.
const BY_LENGTH: [f32; LONGEST] = [1.0, 1.3, 1.5];
/// Weight of a run that ends like a past tense: what was done, seldom what the article is about.
const PAST: f32 = 0.5;
/// Weight of a name, of any number of words: its shorter forms count for it already.
const NAME: f32 = 1.0;

/// A phrase and its worth, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrase {
    /// Its words as the article writes them.
    pub(crate) text: String,
    /// Its weight; the best phrase has 1.
    pub(crate) score: f32,
}

/// A phrase that may be chosen.
struct Candidate<'a> {
    text: Cow<'a, str>,
    terms: Cow<'a, [u32]>,
    is_name: bool,
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
    let mut runs = Runs::default();
    runs.read(terms, &taken(view));
    let mut candidates = names(view, terms);
    let worth = |run: &&Run| run.words == 1 || run.uses > 1;
    candidates.extend(runs.found.iter().filter(worth).map(|run| run.candidate(doc)));
    let length = doc.text().len().max(1) as f32;
    for candidate in &mut candidates {
        let early = 1.0 - candidate.first as f32 / length;
        let in_headline = is_within(&candidate.terms, headline);
        let headline = if in_headline { 1.5 } else { 1.0 };
        candidate.score = candidate.uses as f32 * candidate.weight * (1.0 + early) * headline;
    }
    candidates.sort_by(Candidate::best_first);
    best(&candidates, most)
}

/// The first `most` candidates that are not part of a better one, nor hold one; but names of
/// different entities may share words, if not all of them.
fn best(candidates: &[Candidate<'_>], most: usize) -> Vec<Phrase> {
    let mut chosen: Vec<&Candidate<'_>> = Vec::with_capacity(most);
    for candidate in candidates {
        let same = |known: &&Candidate<'_>| {
            let holds = is_within(&known.terms, &candidate.terms);
            let is_part = is_within(&candidate.terms, &known.terms);
            if known.is_name && candidate.is_name { holds && is_part } else { holds || is_part }
        };
        if !chosen.iter().any(same) {
            chosen.push(candidate);
            if chosen.len() == most {
                break;
            }
        }
    }
    let top = chosen.first().map_or(1.0, |best| best.score);
    chosen.iter().map(|phrase| phrase.phrase(top)).collect()
}

/// Whether the terms of one phrase, if it has any, all stand in the other.
fn is_within(inner: &[u32], outer: &[u32]) -> bool {
    !inner.is_empty() && inner.iter().all(|term| outer.contains(term))
}

impl Candidate<'_> {
    /// By score; of equals the earlier, then the longer.
    fn best_first(&self, other: &Self) -> Ordering {
        let earlier = || self.first.cmp(&other.first);
        let longer = || other.terms.len().cmp(&self.terms.len());
        other.score.total_cmp(&self.score).then_with(earlier).then_with(longer)
    }

    fn phrase(&self, top: f32) -> Phrase {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        Phrase { text: words.join(" "), score: self.score / top }
    }
}

/// Each entity that the article names, as the article mostly writes it; of forms used equally
/// often the shortest, since news gives a name in full once and goes on with the short one.
fn names<'v>(view: &'v View<'_>, terms: &mut Terms) -> Vec<Candidate<'v>> {
    let mut uses: Vec<(RowId, &str, u32)> = view
        .mentions()
        .filter(|mention| mention.kind() == symbol::NAME)
        .filter_map(|mention| Some((mention.entity()?, mention.text(), mention.span().start())))
        .collect();
    uses.sort_unstable();
    let candidate = |uses: &[(RowId, &'v str, u32)]| {
        let forms = uses.chunk_by(|one, next| one.1 == next.1);
        let by_use = |form: &&[(RowId, &str, u32)]| {
            let (_, text, first) = form[0];
            (form.len(), Reverse(text.len()), Reverse(first))
        };
        let (_, text, _) = forms.max_by_key(by_use)?[0];
        Some(Candidate {
            text: Cow::Borrowed(text),
            terms: Cow::Owned(terms.known_in(text)),
            is_name: true,
            uses: uses.len() as u32,
            first: uses.iter().map(|(_, _, start)| *start).min()?,
            weight: NAME,
            score: 0.0,
        })
    };
    uses.chunk_by(|one, next| one.0 == next.0).filter_map(candidate).collect()
}

/// The spans of names and values, in text order: no phrase reaches into them.
fn taken(view: &View<'_>) -> Vec<Span> {
    let fixed = |kind| kind == symbol::NAME || kind == symbol::VALUE;
    let mut spans: Vec<Span> =
        view.mentions().filter(|mention| fixed(mention.kind())).map(Mention::span).collect();
    spans.sort_unstable();
    spans
}

/// A run of words and its uses.
#[derive(Clone, Copy, Debug)]
struct Run {
    key: [u32; LONGEST],
    words: usize,
    uses: u32,
    first: u32,
    shown: Span,
    opens_sentence: bool,
}

impl Run {
    fn candidate<'a>(&'a self, doc: &'a Document) -> Candidate<'a> {
        let text = doc.slice(self.shown);
        let verbal = if text.ends_with("ed") { PAST } else { 1.0 };
        Candidate {
            text: Cow::Borrowed(text),
            terms: Cow::Borrowed(&self.key[..self.words]),
            is_name: false,
            uses: self.uses,
            first: self.first,
            weight: BY_LENGTH[self.words - 1] * verbal,
            score: 0.0,
        }
    }
}

/// Counts the runs of one to three content words outside names and values. Runs of several words
/// count only if the article uses them twice, so only words used twice are joined.
#[derive(Debug, Default)]
struct Runs {
    uses: Vec<u32>,
    index: HashMap<[u32; LONGEST], usize>,
    found: Vec<Run>,
    stretch: Vec<Word>,
}

/// A content word of an unbroken stretch.
#[derive(Clone, Copy, Debug)]
struct Word {
    token: Token,
    opens_sentence: bool,
}

impl Runs {
    fn read(&mut self, terms: &Terms, taken: &[Span]) {
        self.uses.resize(terms.count(), 0);
        for token in terms.tokens().iter().take(READ) {
            self.uses[token.term as usize] += 1;
        }
        let mut taken = taken.iter().copied().peekable();
        let mut left = READ;
        for sentence in terms.sentences() {
            let tokens = &terms.tokens()[sentence.clone()];
            for (at, token) in tokens.iter().take(left).enumerate() {
                while taken.next_if(|span| span.end() <= token.span.start()).is_some() {}
                let fixed = taken.peek().is_some_and(|span| span.overlaps(token.span));
                let content = terms.grade(token.term) == Grade::Content && !fixed;
                if !token.joined || !content {
                    self.end_stretch();
                }
                if content {
                    self.stretch.push(Word { token: *token, opens_sentence: at == 0 });
                }
            }
            self.end_stretch();
            left = left.saturating_sub(tokens.len());
        }
    }

    fn end_stretch(&mut self) {
        for start in 0..self.stretch.len() {
            let first = self.stretch[start];
            let mut key = [u32::MAX; LONGEST];
            for words in 1..=LONGEST.min(self.stretch.len() - start) {
                let last = self.stretch[start + words - 1].token;
                key[words - 1] = last.term;
                self.count(key, words, first.token.span.cover(last.span), first.opens_sentence);
                if self.uses[last.term as usize] == 1 {
                    break;
                }
            }
        }
        self.stretch.clear();
    }

    fn count(&mut self, key: [u32; LONGEST], words: usize, shown: Span, opens_sentence: bool) {
        let next = self.found.len();
        let at = *self.index.entry(key).or_insert(next);
        if at == next {
            self.found.push(Run {
                key,
                words,
                uses: 0,
                first: shown.start(),
                shown,
                opens_sentence,
            });
        }
        let run = &mut self.found[at];
        run.uses += 1;
        // a capital at the start of a sentence is not the word's own
        if run.opens_sentence && !opens_sentence {
            (run.shown, run.opens_sentence) = (shown, false);
        }
    }
}
