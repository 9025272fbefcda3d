//! The words of many articles, with all that can be said of each alone.
//!
//! Most words of an article stood in the ones before it. What is kept of them says nothing that would
//! not be found again, so that forgetting changes no answer.

use std::ops::Range;

use learner::hash::{self, ByHash};
use learner::{Batch, Rows, WIDTH};

use crate::features::{self, About, Context, PLACES, Window};
use crate::page::{Resources, Word, folded};
use crate::token::{Kind, Token};

/// When there are more words than this, all are forgotten before the next page.
const KEPT: usize = 1 << 13;

/// Words whose features are looked up together: enough of them to wait for memory once for many, and few enough that
/// a page of words that never stood before takes no more room than any other.
const TOGETHER: usize = 1 << 10;

/// Sums of weights of the first pass, then of the second.
pub(crate) type Both = [i16; 2 * WIDTH];

/// What is kept of words. It serves one model and its lists.
#[derive(Default)]
pub(crate) struct Vocabulary {
    /// The last number of each form, from 1 on.
    numbers: ByHash<u32>,
    entries: Vec<Entry>,
    /// All forms, one after another.
    forms: String,
    /// For each word the weights of what is about it alone, in each place of a window.
    sums: Vec<[Both; PLACES]>,
    /// Features of a word in each place.
    features: [Vec<u64>; PLACES],
    batch: Batch,
}

struct Entry {
    word: Word,
    kind: Kind,
    /// Its form among the forms.
    form: Range<usize>,
}

impl Vocabulary {
    /// Forgets all words if they are too many; the room of far too many is given back.
    pub(crate) fn forget_some(&mut self) {
        if self.entries.len() > 2 * KEPT {
            *self = Self::default();
        } else if self.entries.len() > KEPT {
            self.numbers.clear();
            self.entries.clear();
            self.forms.clear();
            self.sums.clear();
        }
    }

    /// What can be said of a token's word, whose hash is `hash`.
    pub(crate) fn word(
        &mut self,
        written: &str,
        hash: u64,
        token: Token,
        resources: Resources<'_>,
    ) -> Word {
        let known = self.numbers.get(&hash).map(|number| &self.entries[*number as usize - 1]);
        let same = |entry: &&Entry| {
            self.forms[entry.form.clone()] == *written
                && entry.kind == token.kind
                && entry.word.classes == token.classes
        };
        if let Some(entry) = known.filter(same) {
            return entry.word;
        }
        let number = self.entries.len() as u32 + 1;
        let word = Word { number, ..describe(written, token, resources) };
        let start = self.forms.len();
        self.forms.push_str(written);
        self.entries.push(Entry { word, kind: token.kind, form: start..self.forms.len() });
        self.numbers.insert(hash, number);
        word
    }

    /// Adds up the weights of the words that came since the last time.
    pub(crate) fn weigh(&mut self, rows: Rows<'_>) {
        let known = self.sums.len();
        self.sums.resize(self.entries.len(), [[0; 2 * WIDTH]; PLACES]);
        let entries = self.entries[known..].chunks(TOGETHER);
        for (entries, sums) in entries.zip(self.sums[known..].chunks_mut(TOGETHER)) {
            self.batch.clear();
            for entry in entries {
                let mut take = |about, feature| {
                    if let About::Word(place) = about {
                        self.features[place as usize].push(feature);
                    }
                };
                features::of_window(&Window::of(&entry.word), &Context::default(), &mut take);
                for features in &mut self.features {
                    features.drain(..).for_each(|feature| self.batch.push(feature));
                    self.batch.end_token();
                }
            }
            self.batch.add_to(rows, sums.as_flattened_mut());
        }
    }

    /// Adds what was added up for the words of a window.
    pub(crate) fn add(&self, window: &Window<'_>, sums: &mut Both) {
        for (place, word) in window.words().iter().enumerate() {
            if let Some(number) = word.number.checked_sub(1) {
                add(sums, &self.sums[number as usize][place]);
            }
        }
    }
}

/// Adds weights to sums.
pub(crate) fn add(sums: &mut Both, more: &Both) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum = sum.wrapping_add(*more);
    }
}

fn describe(written: &str, token: Token, resources: Resources<'_>) -> Word {
    let mut buffer = String::new();
    let low = lowered(written, &mut buffer);
    let mut word = Word {
        form: hash::short(written.as_bytes()),
        low: hash::short(low.as_bytes()),
        shape: shape(written),
        clusters: resources.clusters.of(written, low),
        ..Word::default()
    };
    match token.kind {
        Kind::Word => {
            word.letters = true;
            affixes(low, &mut word);
            word.classes = token.classes;
            word.listed = folded(token.classes);
            word.known = resources.words.get(u64::from(word.low)).map_or(0, u32::from);
        }
        Kind::Number => {
            let year =
                written.len() == 4 && (written.starts_with("19") || written.starts_with("20"));
            let digits: String = written
                .chars()
                .map(|character| if character.is_ascii_digit() { '0' } else { character })
                .collect();
            word.low = hash::short(if year { b"0000 year" } else { digits.as_bytes() });
            word.form = word.low;
        }
        Kind::Address => {
            word.low = hash::short(&written.as_bytes()[..1]);
            word.form = word.low;
        }
        Kind::Possessive | Kind::Mark => {}
    }
    word
}

/// The word in lower case, in `buffer` where it has to change.
fn lowered<'a>(word: &'a str, buffer: &'a mut String) -> &'a str {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return word;
    }
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(word.chars().flat_map(char::to_lowercase));
    }
    buffer
}

fn affixes(low: &str, word: &mut Word) {
    let after = low.char_indices().map(|(at, _)| at).skip(1).take(4);
    for (at, slot) in after.zip(&mut word.starts) {
        *slot = hash::short(&low.as_bytes()[..at]);
    }
    let before = low.char_indices().rev().map(|(at, _)| at).take(4).filter(|at| *at > 0);
    for (at, slot) in before.zip(&mut word.ends) {
        *slot = hash::short(&low.as_bytes()[at..]);
    }
}

/// `X` for capitals, `x` for small letters, `0` for digits, marks as they are; no more than two of a kind in a
/// row, four of digits.
fn shape(word: &str) -> u32 {
    let mut kinds = [0; 12];
    let (mut length, mut run) = (0, 0);
    for character in word.chars() {
        let kind = match character {
            _ if character.is_uppercase() => b'X',
            _ if character.is_alphabetic() => b'x',
            '0'..='9' => b'0',
            _ if character.is_ascii() => character as u8,
            _ => b'?',
        };
        run = if length > 0 && kinds[length - 1] == kind { run + 1 } else { 0 };
        if run >= 2 && (kind != b'0' || run >= 4) {
            continue;
        }
        if length == kinds.len() {
            break;
        }
        kinds[length] = kind;
        length += 1;
    }
    hash::short(&kinds[..length])
}
