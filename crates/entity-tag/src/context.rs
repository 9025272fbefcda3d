//! How one article writes its words: in lower case, or with a capital inside sentences.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use crate::lexicon::GIVEN;
use crate::token::{Kind, Token};

/// How often a word stands in either form.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// In lower case.
    pub(crate) lower: u32,
    /// With a capital, inside a sentence.
    pub(crate) inner: u32,
}

/// The counts of every word of an article, by the hash of its folded form.
#[derive(Debug, Default)]
pub(crate) struct Words {
    counts: HashMap<u64, Counts>,
}

impl Words {
    /// Counts the words of a text.
    pub(crate) fn count(&mut self, text: &str, tokens: &[Token]) {
        self.counts.clear();
        let mut first = 0;
        while first < tokens.len() {
            let end = sentence_end(tokens, first);
            self.count_sentence(text, &tokens[first..end]);
            first = end;
        }
    }

    fn count_sentence(&mut self, text: &str, tokens: &[Token]) {
        let heading = is_heading(text, tokens);
        let mut opens = true;
        for (at, token) in tokens.iter().enumerate() {
            if token.kind != Kind::Word {
                opens |= text[token.range()].starts_with(['"', '“', '‘', ':', '•']);
                continue;
            }
            let counts = self.counts.entry(fold(&text[token.range()])).or_default();
            if token.lower() {
                // A glued part of a longer word says nothing of the word alone.
                let part = token.glued() && at > 0 && &text[tokens[at - 1].range()] == "-";
                counts.lower += u32::from(!part);
            } else if !opens && !heading {
                counts.inner += 1;
            }
            opens = false;
        }
    }

    /// The counts of `word`, whatever its case.
    pub(crate) fn counts(&self, word: &str) -> Counts {
        self.counts.get(&fold(word)).copied().unwrap_or_default()
    }
}

/// The end of the sentence or line that begins with token `first`.
pub(crate) fn sentence_end(tokens: &[Token], first: usize) -> usize {
    let length = tokens[first + 1..].iter().position(|token| token.first());
    length.map_or(tokens.len(), |length| first + 1 + length)
}

/// Whether capitals say little in this sentence: a heading, a table, a menu.
pub(crate) fn is_heading(text: &str, tokens: &[Token]) -> bool {
    let (mut words, mut upper, mut shouted) = (0, 0, 0);
    let (mut lower, mut given) = (false, false);
    for token in tokens {
        lower |= token.lower();
        given |= token.is(GIVEN);
        if token.kind == Kind::Word && token.end - token.start >= 4 {
            words += 1;
            upper += u32::from(token.upper());
            shouted += u32::from(token.caps());
        }
    }
    let stopped =
        tokens.last().is_some_and(|last| text[last.range()].starts_with(['.', '?', '!', ',', ':']));
    let menu = tokens.len() <= 3 && upper == words && !stopped && !given;
    let title = words >= 5 && upper * 10 >= words * 8 && !stopped;
    let capitals =
        words >= 2 && shouted == words && !lower || words >= 3 && shouted * 10 >= words * 8;
    menu || title || capitals
}

/// Hash of a word without its case.
fn fold(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    if word.is_ascii() {
        for byte in word.bytes() {
            hasher.write_u8(byte.to_ascii_lowercase());
        }
    } else {
        for character in word.chars().flat_map(char::to_lowercase) {
            hasher.write_u32(u32::from(character));
        }
    }
    hasher.finish()
}
