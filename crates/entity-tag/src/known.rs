//! Counting what unlabelled text, tagged by a first model, says of words and names.

use std::collections::BTreeMap;

use learner::Codes;
use learner::tags::{self, CLASSES};

use crate::page::{LONGEST_NAME, Page};
use crate::token::{Kind, Token};

/// How often a word was tagged with each class, and seen with a capital or in lower case outside names.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    classes: [u32; CLASSES],
    capital: u32,
    lower: u32,
}

/// Counts over many texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    words: BTreeMap<u32, Seen>,
    names: BTreeMap<u64, [u32; CLASSES]>,
}

impl Known {
    /// Counts one text.
    pub(crate) fn count(&mut self, tokens: &[Token], page: &Page, tags: &[u8]) {
        for sentence in &page.sentences {
            for at in sentence.range.clone().filter(|at| tokens[*at].kind == Kind::Word) {
                let seen = self.words.entry(page.word(at).low).or_default();
                if let Some(class) = tags::class(tags[at]) {
                    seen.classes[class] += 1;
                } else if tokens[at].lower() {
                    seen.lower += 1;
                } else if at > sentence.range.start && !sentence.heading {
                    seen.capital += 1;
                }
            }
        }
        for (range, class) in tags::stretches(tags) {
            if range.len() > 1 && range.len() <= LONGEST_NAME {
                self.names.entry(page.name(range)).or_default()[class] += 1;
            }
        }
    }

    /// The sections `words` and `names` of a model.
    pub(crate) fn build(&self) -> [(&'static str, Vec<u8>); 2] {
        let words = self.words.iter().map(|(low, seen)| (u64::from(*low), seen.code()));
        let names =
            self.names.iter().filter_map(|(name, classes)| Some((*name, name_code(classes)?)));
        [("words", Codes::build(words)), ("names", Codes::build(names))]
    }
}

impl Seen {
    /// Usual class in hundreds, how usual in twenties, share of lower case in fives, how often.
    fn code(&self) -> u16 {
        let [person, organization, place, other] = self.classes;
        let counts = [person, organization, place, other, self.capital];
        let upper: u32 = counts.iter().sum();
        if upper == 0 {
            return 1000 + self.lower.clamp(1, 50).ilog2() as u16;
        }
        let (usual, count) = most(&counts);
        let share = match count {
            _ if count == upper => 3,
            _ if count * 4 >= upper * 3 => 2,
            _ => u16::from(count * 2 > upper),
        };
        let lower = match self.lower {
            0 => 0,
            lower if lower * 4 < upper => 1,
            lower if lower < upper * 4 => 2,
            _ => 3,
        };
        1 + usual as u16 * 100 + share * 20 + lower * 5 + upper.min(20).ilog2() as u16
    }
}

/// Usual class in tens, whether always, and how often; names seen once are not kept.
fn name_code(classes: &[u32; CLASSES]) -> Option<u16> {
    let total: u32 = classes.iter().sum();
    let (usual, count) = most(classes);
    let often = (total / 2).min(6).checked_ilog2()?;
    Some(1 + usual as u16 * 10 + u16::from(count == total) * 4 + often as u16)
}

/// The first of the largest counts.
fn most(counts: &[u32]) -> (usize, u32) {
    let first = |best: (usize, u32), next: (usize, u32)| if next.1 > best.1 { next } else { best };
    counts.iter().copied().enumerate().fold((0, 0), first)
}
