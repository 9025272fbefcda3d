//! What the model looks at: each token of a statement as seen from one that may report.
//!
//! The word that may report is the anchor. Everything is told relative to it: the side, the distance, what
//! lies between. A feature is a number; which numbers there are is fixed for good, for the model knows them.

use std::ops::Range;

use learner::hash::{feature, pair};

use crate::signs::{CAPITAL, POSSESSIVE, STRETCH, Sign, VERBAL};

/// Tokens before and after the anchor that are looked at.
const BEFORE: usize = 50;
const AFTER: usize = 60;

/// How many things [`Seen::keys`] tells.
pub(crate) const SHARED: usize = 4;

/// The tokens that are looked at from an anchor.
pub(crate) fn window(at: usize, tokens: usize) -> Range<usize> {
    at.saturating_sub(BEFORE)..tokens.min(at + 1 + AFTER)
}

/// A statement as seen from one anchor.
pub(crate) struct Seen<'a> {
    signs: &'a [Sign],
    at: usize,
    word: u32,
    sort: u32,
    around: u32,
    after: u32,
    place: u32,
    sizes: [u32; 2],
    /// For each token of the window what lies between it and the anchor.
    between: Vec<u32>,
    /// For each token of the window how many mentions lie between.
    ranks: Vec<u32>,
    window: Range<usize>,
}

impl<'a> Seen<'a> {
    /// Looks at a statement from the token `at`.
    pub(crate) fn new(signs: &'a [Sign], at: usize) -> Self {
        let window = window(at, signs.len());
        let sign = &signs[at];
        let part = |offset: isize| sign_at(signs, at, offset).map_or(1, |sign| sign.part);
        let stretch =
            |offset: isize| sign_at(signs, at, offset).is_some_and(|sign| sign.bits & STRETCH != 0);
        let anchored = sign.bits & STRETCH != 0;
        let place = u32::from(stretch(-1) || stretch(-2)) << 1
            | u32::from(stretch(1) || stretch(2)) << 2
            | u32::from(signs[0].bits & STRETCH != 0) << 3
            | u32::from(signs[window.start..at].iter().any(|sign| sign.bits & STRETCH != 0)) << 4
            | u32::from(signs[at + 1..window.end].iter().any(|sign| sign.bits & STRETCH != 0)) << 5;
        let mut seen = Self {
            signs,
            at,
            word: if anchored { sign.part } else { sign.word },
            sort: if anchored {
                sign.ending
            } else {
                pair(u32::from(sign.cue), u32::from(sign.bits & VERBAL))
            },
            around: pair(part(-1), part(1)),
            after: sign_at(signs, at, 1).map_or(1, |sign| sign.word),
            place,
            sizes: [bucket(at), bucket(signs.len() - at - 1)],
            between: vec![0; window.len()],
            ranks: vec![0; window.len()],
            window,
        };
        seen.sweep();
        seen
    }

    /// The tokens that are looked at.
    pub(crate) fn window(&self) -> Range<usize> {
        self.window.clone()
    }

    /// Notes what lies between the anchor and each token, going outward.
    fn sweep(&mut self) {
        let start = self.window.start;
        let (before, after) = (self.at - start, self.window.end - self.at - 1);
        for (step, tokens) in [(-1, before), (1, after)] {
            let (mut commas, mut bits, mut rank, mut mention) = (0, 0, 0, 0);
            let mut at = self.at;
            for _ in 0..tokens {
                at = at.wrapping_add_signed(step);
                let sign = &self.signs[at];
                if sign.mention != mention && sign.mention != 0 {
                    rank += 1;
                }
                mention = sign.mention;
                self.between[at - start] = bits * 4 + commas;
                self.ranks[at - start] = rank.min(5);
                if sign.word == comma() {
                    commas = (commas + 1).min(3);
                }
                bits |= u32::from(sign.bits & STRETCH != 0)
                    | u32::from(sign.cue != 0 && sign.cue & 15 > 3) << 1
                    | u32::from(sign.bits & VERBAL != 0) << 2
                    | u32::from(is_mark(sign, &[';', ':', '—', '–', '(', ')'])) << 3
                    | u32::from(sign.word == that()) << 4;
            }
        }
    }

    /// What the token `at` itself is to the anchor; [`shared`](Self::shared) tells what it has in common with its neighbours, [`fixed`] what it is beside the anchor.
    pub(crate) fn read(&self, at: usize, take: &mut impl FnMut(u64)) {
        let signs = self.signs;
        let get = |offset: isize| sign_at(signs, at, offset);
        let word = |offset: isize| get(offset).map_or(1, |sign| sign.word);
        let part = |offset: isize| get(offset).map_or(1, |sign| sign.part);
        let own = &signs[at];
        let side = self.side(at);
        let far = distance(at, self.at);
        let (before, here, next) = (part(-1), part(0), part(1));
        let two = pair(before, here);
        // What the anchor is, and where the token stands from it.
        let sided = pair(side, self.word);
        take(feature(22, sided, here));
        take(feature(23, sided, word(0)));
        take(feature(24, sided, word(-1)));
        take(feature(25, sided, two));
        take(feature(28, pair(far, self.sort), here));
        take(feature(30, far, two));
        take(feature(31, far, pair(here, next)));
        take(feature(32, far, word(0)));
        // What lies between.
        let way = pair(side, self.between(at));
        take(feature(34, way, here));
        take(feature(35, way, word(0)));
        take(feature(36, way, next));
        take(feature(51, pair(side, self.place), here));
        if own.bits & STRETCH != 0 {
            take(feature(57, far, own.ending));
            take(feature(58, sided, own.word));
            take(feature(60, pair(side, own.word), pair(word(-1), self.word)));
        }
    }

    /// What is the same for many tokens in a row: their distance, what lies between them and the anchor, whether they name
    /// somebody, and how near the ends of the statement they stand. Those with equal keys have equal features.
    pub(crate) fn keys(&self, at: usize) -> [u32; SHARED] {
        let own = &self.signs[at];
        let side = self.side(at);
        [
            distance(at, self.at),
            side + 4 * self.between(at),
            side + 4 * self.named(at),
            side + 4 * (2 * edges(self.signs, at) + bit(own, STRETCH)),
        ]
    }

    /// The features of a token that it shares with those that have the same of the [`keys`](Self::keys).
    pub(crate) fn shared(&self, at: usize, key: usize, take: &mut impl FnMut(u64)) {
        let side = self.side(at);
        let sided = pair(side, self.word);
        match key {
            0 => {
                let far = distance(at, self.at);
                take(feature(21, self.word, far));
                take(feature(27, pair(far, self.sort), 0));
                take(feature(48, sided, self.after));
                take(feature(50, far, self.around));
                take(feature(52, pair(far, self.place), self.sort));
                take(feature(54, sided, pair(self.sizes[0], self.sizes[1])));
            }
            1 => {
                let way = pair(side, self.between(at));
                take(feature(33, way, 0));
                take(feature(37, way, self.word));
                take(feature(62, way, self.signs[0].word));
            }
            2 => {
                let named = self.named(at);
                take(feature(43, side, named));
                take(feature(44, sided, named));
                take(feature(45, pair(side, named), pair(self.place, self.sort)));
            }
            _ => {
                let edges = edges(self.signs, at);
                let stretch = bit(&self.signs[at], STRETCH);
                take(feature(41, pair(side, edges), pair(self.place, stretch)));
            }
        }
    }

    fn between(&self, at: usize) -> u32 {
        self.between[at - self.window.start]
    }

    /// Whom a token names, and how many are named between it and the anchor.
    fn named(&self, at: usize) -> u32 {
        let own = &self.signs[at];
        own.label * 16 + self.ranks[at - self.window.start] * 2 + bit(own, POSSESSIVE)
    }

    /// On which side of the anchor a token stands: 1 before, 2 itself, 3 after.
    pub(crate) fn side(&self, at: usize) -> u32 {
        match at.cmp(&self.at) {
            std::cmp::Ordering::Less => 1,
            std::cmp::Ordering::Equal => 2,
            std::cmp::Ordering::Greater => 3,
        }
    }
}

/// What the token `at` is on one side of any anchor: its clause, its name, its place.
pub(crate) fn fixed(signs: &[Sign], at: usize, side: u32, take: &mut impl FnMut(u64)) {
    let get = |offset: isize| sign_at(signs, at, offset);
    let word = |offset: isize| get(offset).map_or(1, |sign| sign.word);
    let part = |offset: isize| get(offset).map_or(1, |sign| sign.part);
    let own = &signs[at];
    let parts = [part(-2), part(-1), part(0), part(1), part(2), part(3)];
    let [before2, before, here, next, next2, next3] = parts;
    let two = pair(before, here);
    take(feature(1, side, word(0)));
    take(feature(2, side, word(-1)));
    take(feature(3, side, word(1)));
    take(feature(4, side, here));
    take(feature(5, side, before));
    take(feature(6, side, next));
    take(feature(7, side, two));
    take(feature(8, side, pair(here, next)));
    take(feature(9, side, pair(two, next)));
    take(feature(10, side, pair(word(-1), word(0))));
    take(feature(11, side, pair(word(0), word(1))));
    take(feature(12, side, pair(next, next2)));
    take(feature(13, side, pair(before2, before)));
    take(feature(14, side, pair(word(0), pair(next, next2))));
    take(feature(15, side, pair(word(1), pair(next2, next3))));
    take(feature(17, side, own.ending));
    take(feature(18, side, own.clusters[1]));
    take(feature(19, side, get(1).map_or(1, |sign| sign.clusters[1])));
    let edges = edges(signs, at);
    take(feature(39, side, edges));
    take(feature(40, pair(side, edges), here));
    let label = |offset: isize| get(offset).map_or(0, |sign| sign.label);
    take(feature(42, side, pair(own.label, pair(label(-1), label(1)))));
    let capital = |offset: isize| get(offset).map_or(0, |sign| bit(sign, CAPITAL));
    take(feature(56, side, capital(0) + 2 * capital(-1) + 4 * capital(1)));
    take(feature(63, pair(side, signs[0].word), word(0)));
    if own.bits & STRETCH != 0 {
        take(feature(59, pair(side, own.ending), pair(before, next)));
        take(feature(61, pair(side, own.word), pair(word(-2), word(-1))));
    }
}

/// What tells at a glance whether the token `at` reports anything.
pub(crate) fn glance(signs: &[Sign], at: usize, take: &mut impl FnMut(u64)) {
    let get = |offset: isize| sign_at(signs, at, offset);
    let word = |offset: isize| get(offset).map_or(1, |sign| sign.word);
    let part = |offset: isize| get(offset).map_or(1, |sign| sign.part);
    let own = &signs[at];
    let sort = pair(u32::from(own.cue), u32::from(own.bits & (VERBAL | CAPITAL)));
    let stretch = |from: usize, to: usize| {
        signs[from.min(signs.len())..to.min(signs.len())]
            .iter()
            .any(|sign| sign.bits & STRETCH != 0)
    };
    let place = u32::from(stretch(at.saturating_sub(3), at))
        | u32::from(stretch(at + 1, at + 5)) << 1
        | u32::from(stretch(0, at)) << 2
        | u32::from(stretch(at + 1, signs.len())) << 3;
    take(feature(101, own.word, 0));
    take(feature(102, own.word, part(-1)));
    take(feature(103, own.word, part(1)));
    take(feature(104, own.word, word(-1)));
    take(feature(105, own.word, word(1)));
    take(feature(106, sort, pair(part(-1), part(1))));
    take(feature(107, sort, part(-1)));
    take(feature(108, sort, part(1)));
    take(feature(109, sort, place));
    take(feature(110, own.word, place));
    take(feature(111, pair(part(-2), part(-1)), part(1)));
    take(feature(112, sort, pair(part(1), part(2))));
    take(feature(113, sort, pair(word(-2), word(-1))));
    take(feature(114, own.word, edges(signs, at)));
}

/// What tells whether the words in marks at the token `at` are what somebody said, rather than a term, a title, a doubt.
pub(crate) fn quoted(signs: &[Sign], at: usize, take: &mut impl FnMut(u64)) {
    let get = |offset: isize| sign_at(signs, at, offset);
    let word = |offset: isize| get(offset).map_or(1, |sign| sign.word);
    let part = |offset: isize| get(offset).map_or(1, |sign| sign.part);
    let own = signs[at].ending;
    let stretch = |sign: &Sign| sign.bits & STRETCH != 0;
    let others = u32::from(signs[..at].iter().any(stretch))
        | u32::from(signs[at + 1..].iter().any(stretch)) << 1;
    let reports = |other: &usize| signs[*other].cue & 15 > 3;
    let before = (0..at).rev().find(reports);
    let after = (at + 1..signs.len()).find(reports);
    let cue = |found: Option<usize>| {
        found.map_or((0, 0), |found| (signs[found].word, distance(found, at)))
    };
    let ((before, far_before), (after, far_after)) = (cue(before), cue(after));
    take(feature(121, own, 0));
    take(feature(122, own, word(-1)));
    take(feature(123, own, word(1)));
    take(feature(124, own, part(-1)));
    take(feature(125, own, part(1)));
    take(feature(126, word(-1), word(1)));
    take(feature(127, part(-2), part(-1)));
    take(feature(128, part(1), part(2)));
    take(feature(129, word(-2), word(-1)));
    take(feature(130, pair(own, before), far_before));
    take(feature(131, before, far_before));
    take(feature(132, after, far_after));
    take(feature(133, pair(own, after), far_after));
    take(feature(134, own, edges(signs, at)));
    take(feature(135, own, others));
    take(feature(136, part(-1), part(1)));
    take(feature(137, own, pair(far_before, far_after)));
    take(feature(138, own, pair(bucket(at), bucket(signs.len() - 1 - at))));
}

/// How near the ends of its statement a token stands.
fn edges(signs: &[Sign], at: usize) -> u32 {
    let left = (signs.len() - 1 - at).min(4) as u32;
    1 + left * 4 + at.min(3) as u32
}

fn sign_at(signs: &[Sign], at: usize, offset: isize) -> Option<&Sign> {
    at.checked_add_signed(offset).and_then(|at| signs.get(at))
}

fn bit(sign: &Sign, bit: u8) -> u32 {
    u32::from(sign.bits & bit != 0)
}

fn comma() -> u32 {
    pair(1, ',' as u32)
}

fn that() -> u32 {
    learner::hash::short(b"that")
}

fn is_mark(sign: &Sign, marks: &[char]) -> bool {
    marks.iter().any(|mark| sign.word == pair(1, *mark as u32))
}

fn bucket(tokens: usize) -> u32 {
    match tokens {
        0..=4 => tokens as u32,
        5..=8 => 5,
        9..=16 => 6,
        _ => 7,
    }
}

/// How far a token is from the anchor, and on which side; never 0.
fn distance(at: usize, anchor: usize) -> u32 {
    let tokens = at.abs_diff(anchor) as u32;
    let bucket = match tokens {
        0..=4 => tokens,
        5..=6 => 5,
        7..=9 => 6,
        10..=14 => 7,
        15..=22 => 8,
        _ => 9,
    };
    1 + bucket * 2 + u32::from(at > anchor)
}
