//! Which wordings are versions of one another.

use std::cmp::Reverse;

use super::alignment::{Alignment, align};
use super::shingles::Shingles;
use super::speakers::Voices;
use super::utterances::{Utterances, Wording};
use super::words::Word;

/// Wordings that are compared with one, at most: those with the most words in common.
const COMPARED: usize = 24;

/// Runs of two words that longer wordings must have in common to be compared.
const RUNS: usize = 2;
/// A wording of so few words may have only one run.
const SHORT: usize = 4;

/// Words of a wording beyond these are not compared.
pub(super) const LONGEST: usize = 600;

/// How close two wordings are; ordered from the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closeness {
    /// So many of the same words that it is no chance.
    Same,
    /// A few words of the other.
    Part,
    /// Other words for the same thing.
    Variant,
}

/// Two wordings that are versions of one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) closeness: Closeness,
    /// Equal words, most first.
    pub(super) words: Reverse<usize>,
    pub(super) one: usize,
    pub(super) other: usize,
}

/// The links between the wordings of a story, the closest first.
pub(super) fn between(utterances: &Utterances<'_>) -> Vec<Link> {
    let wordings = &utterances.wordings;
    let mut index: Shingles<usize, 2> = Shingles::new();
    let mut links = Vec::new();
    for (at, wording) in wordings.iter().enumerate().filter(|(_, wording)| !wording.is_negated()) {
        let mut shared: Vec<usize> =
            index.hits(&wording.words).flat_map(|(_, places)| places.iter().copied()).collect();
        shared.sort_unstable();
        let mut counted: Vec<(Reverse<usize>, usize)> = shared
            .chunk_by(|one, other| one == other)
            .map(|chunk| (Reverse(chunk.len()), chunk[0]))
            .collect();
        counted.sort_unstable();
        let worth = |(Reverse(runs), other): &(Reverse<usize>, usize)| {
            // Longer wordings that are versions of each other have several runs in common.
            let other = &wordings[*other];
            let short = wording.words.len().min(other.words.len()) <= SHORT;
            (*runs >= RUNS || short) && other.who.and(wording.who) != Voices::Two
        };
        for (_, other) in counted.into_iter().filter(worth).take(COMPARED) {
            if let Some((closeness, words)) = compare(utterances, &wordings[other], wording) {
                links.push(Link { closeness, words: Reverse(words), one: other, other: at });
            }
        }
        index.add(&wording.words, |_| at);
    }
    links.sort_unstable();
    links
}

fn compare(
    utterances: &Utterances<'_>,
    one: &Wording<'_>,
    other: &Wording<'_>,
) -> Option<(Closeness, usize)> {
    let voices = one.who.and(other.who);
    if voices == Voices::Two {
        return None;
    }
    let (first, second) = (shortened(&one.words), shortened(&other.words));
    let alignment = align(first, second);
    let closeness = closeness(&alignment, first, second, voices)?;
    let within = one.articles().any(|article| other.articles().any(|other| other == article));
    // Two sentences of one article are two things said, unless they are much alike.
    let reach = alignment.reach(first, false).len().min(alignment.reach(second, true).len());
    if closeness == Closeness::Variant && within && alignment.pairs.len() * 5 < reach * 4 {
        return None;
    }
    let occasions = closeness != Closeness::Variant || may_be_one_occasion(utterances, one, other);
    occasions.then_some((closeness, alignment.pairs.len()))
}

pub(super) fn shortened(words: &[Word]) -> &[Word] {
    &words[..words.len().min(LONGEST)]
}

/// How close two aligned wordings of such speakers are.
pub(super) fn closeness(
    alignment: &Alignment,
    one: &[Word],
    other: &[Word],
    voices: Voices,
) -> Option<Closeness> {
    let (pairs, content) = (alignment.pairs.len(), alignment.content);
    let enough = match voices {
        Voices::One => content >= 2,
        Voices::Open => pairs >= 6 && content >= 3,
        Voices::Office => pairs >= 10 && content >= 4,
        Voices::Two => false,
    };
    let whole = |words: &[Word]| words.iter().filter(|word| !word.is_inserted()).count() <= pairs;
    if enough && !alignment.altered && alignment.dovetails(one, other) {
        if pairs >= 5 && content >= 3 || whole(one) && whole(other) {
            return Some(Closeness::Same);
        }
        if whole(one) || whole(other) {
            return Some(Closeness::Part);
        }
    }
    // Not the same words: three in five of the shorter, counted by whole sentences.
    let reach = alignment.reach(one, false).len().min(alignment.reach(other, true).len());
    let variant = voices == Voices::One && content >= 3 && pairs >= 4 && pairs * 5 >= reach * 3;
    variant.then_some(Closeness::Variant)
}

/// Whether nothing that the articles say of the occasions keeps them apart.
fn may_be_one_occasion(
    utterances: &Utterances<'_>,
    one: &Wording<'_>,
    other: &Wording<'_>,
) -> bool {
    let (one, other) = (one.first(), other.first());
    let days = one.quotation.said_on.as_ref().zip(other.quotation.said_on.as_ref());
    if days.is_some_and(|(one, other)| one != other) {
        return false;
    }
    let occasion = |utterance: super::utterances::Utterance<'_>| {
        let span = utterance.quotation.occasion?;
        let words = super::words::words(&utterances.article(utterance.article).text, [span]);
        Some(
            words
                .into_iter()
                .filter(|word| word.is_content())
                .map(|word| word.form)
                .collect::<Vec<u64>>(),
        )
    };
    occasion(one)
        .zip(occasion(other))
        .is_none_or(|(one, other)| one.iter().any(|word| other.contains(word)))
}
