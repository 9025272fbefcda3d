//! What a first pass over the page says of the same words and names elsewhere, for a second pass.
//!
//! Two-stage prediction after Krishnan and Manning (2006), with the same weights in both passes: the second
//! adds these features to the sums of the first.

use std::ops::Range;

use learner::hash::{ByHash, feature};
use learner::tags::{self, CLASSES, OUTSIDE};

use crate::page::{LONGEST_NAME, Page, Sentence};
use crate::token::{Kind, Token};

/// How a word was tagged: by class, by place in its name, and outside.
#[derive(Clone, Copy, Debug, Default)]
struct Tagged {
    classes: [u16; CLASSES],
    places: [u16; 4],
    outside: u16,
}

/// The outcome of the first pass, by word and by name.
#[derive(Default)]
pub(crate) struct Memory {
    words: Vec<Tagged>,
    /// Classes of each name.
    names: ByHash<[u16; CLASSES]>,
    /// Whether a name of several words starts with this word.
    starts: Vec<bool>,
    /// For each token of a sentence what its name is elsewhere.
    marks: Vec<u32>,
    /// For each token that starts a name of the first pass the name's end and class.
    own: Vec<Option<(usize, usize)>>,
}

impl Memory {
    /// Remembers the tags of a page.
    pub(crate) fn remember(&mut self, tokens: &[Token], page: &Page, tags: &[u8]) {
        self.words.clear();
        self.words.resize(page.uses.len(), Tagged::default());
        self.starts.clear();
        self.starts.resize(page.uses.len(), false);
        self.names.clear();
        for (at, tag) in tags.iter().enumerate() {
            let word = &mut self.words[page.word(at).id as usize];
            change(word, tokens[at], *tag, |count| *count = count.saturating_add(1));
        }
        for (range, class) in tags::stretches(tags) {
            self.starts[page.word(range.start).id as usize] |= range.len() > 1;
            if range.len() <= LONGEST_NAME {
                let count = &mut self.names.entry(page.name(range)).or_default()[class];
                *count = count.saturating_add(1);
            }
        }
    }

    /// Starts a sentence.
    pub(crate) fn start(&mut self, page: &Page, sentence: &Sentence, tags: &[u8]) {
        let Range { start, end } = sentence.range;
        self.own.clear();
        self.own.resize(end - start, None);
        for (range, class) in tags::stretches(&tags[start..end]) {
            self.own[range.start] = Some((start + range.end, class));
        }
        self.marks.clear();
        self.marks.resize(end - start, 0);
        let mut at = start;
        while at < end {
            let Some((length, class, share)) = self.name_at(page, start, at, end) else {
                at += 1;
                continue;
            };
            for token in at..at + length {
                let place = match (token - at, length) {
                    (_, 1) => 3,
                    (0, _) => 0,
                    (place, length) => 1 + usize::from(place + 1 == length),
                };
                self.marks[token - start] = (1 + class * 100 + place * 10) as u32 + share;
            }
            at += length;
        }
    }

    /// The longest name at a token that is a name elsewhere: its length, usual class, and how usual.
    fn name_at(
        &self,
        page: &Page,
        start: usize,
        at: usize,
        end: usize,
    ) -> Option<(usize, usize, u32)> {
        let id = page.word(at).id as usize;
        if self.words[id].classes == [0; CLASSES] {
            return None;
        }
        let longest = if self.starts[id] { LONGEST_NAME.min(end - at) } else { 1 };
        (1..=longest).rev().find_map(|length| {
            let mut classes = *self.names.get(&page.name(at..at + length))?;
            if let Some((_, class)) = self.own[at - start].filter(|(end, _)| *end == at + length) {
                classes[class] = classes[class].saturating_sub(1);
            }
            let (class, count) = most(&classes);
            let total = classes.iter().sum::<u16>();
            (count > 0)
                .then(|| (length, class, share(count, total) * 3 + u32::from(count.min(3)) - 1))
        })
    }

    /// The features of token `at` but those of the tags [`around`] it.
    pub(crate) fn read(
        &self,
        tokens: &[Token],
        page: &Page,
        sentence: &Sentence,
        tags: &[u8],
        at: usize,
        take: &mut impl FnMut(u64),
    ) {
        let Range { start, .. } = sentence.range;
        let inside = |at: usize| sentence.range.contains(&at);
        let tag = u32::from(tags[at]) + 1;
        let mark = |at: usize| if inside(at) { self.marks[at - start] } else { 0 };
        let shape = page.word(at).shape;
        if tokens[at].kind == Kind::Word && tokens[at].upper() {
            let mut word = self.words[page.word(at).id as usize];
            change(&mut word, tokens[at], tags[at], |count| *count = count.saturating_sub(1));
            let (mut class, mut count) = most(&word.classes);
            let total = word.classes.iter().sum::<u16>().saturating_add(word.outside);
            if total > 0 {
                if word.outside > count {
                    (class, count) = (CLASSES, word.outside);
                }
                let usual =
                    1 + class as u32 * 100 + share(count, total) * 10 + u32::from(count.min(3));
                take(feature(901, usual, 0));
                take(feature(902, usual, most(&word.places).0 as u32));
                take(feature(903, usual, shape));
                take(feature(904, usual, tag));
            } else {
                take(feature(905, 1, 0));
                take(feature(906, 1, tag));
            }
        }
        let (here, before, after) = (mark(at), mark(at.wrapping_sub(1)), mark(at + 1));
        if here > 0 {
            take(feature(907, here, 0));
            take(feature(908, here, tag));
            take(feature(909, 1 + here / 10, shape));
            take(feature(910, 1 + here / 10, before / 10));
        }
        if before > 0 {
            take(feature(911, before, 0));
        }
        if after > 0 {
            take(feature(912, after, 0));
        }
    }
}

/// The tags before, at and after a token, from 1 on; 0 past the sentence's borders.
pub(crate) fn around(sentence: &Sentence, tags: &[u8], at: usize) -> [u32; 3] {
    let tag = |at: usize| if sentence.range.contains(&at) { u32::from(tags[at]) + 1 } else { 0 };
    [tag(at.wrapping_sub(1)), tag(at), tag(at + 1)]
}

/// The features of such tags, which come after the others of a token.
pub(crate) fn of_tags([before, own, after]: [u32; 3], take: &mut impl FnMut(u64)) {
    take(feature(913, own, 0));
    take(feature(914, before, own));
    take(feature(915, own, after));
}

/// Changes the counts that a tag of a token stands for. The first word of a sentence says nothing when it is outside.
fn change(word: &mut Tagged, token: Token, tag: u8, by: impl Fn(&mut u16)) {
    if let Some(class) = tags::class(tag) {
        by(&mut word.classes[class]);
        by(&mut word.places[tags::place(tag)]);
    } else if tag == OUTSIDE && token.upper() && !token.first() {
        by(&mut word.outside);
    }
}

/// The first of the largest counts.
fn most(counts: &[u16]) -> (usize, u16) {
    let first = |best: (usize, u16), next: (usize, u16)| if next.1 > best.1 { next } else { best };
    counts.iter().copied().enumerate().fold((0, 0), first)
}

/// 2 for all, 1 for more than half, else 0.
fn share(count: u16, total: u16) -> u32 {
    u32::from(count == total) + u32::from(u32::from(count) * 2 > u32::from(total))
}
