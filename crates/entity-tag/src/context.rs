//! How one article writes its words: in lower case, or with a capital inside sentences.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

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
        let mut opens = true;
        for (at, token) in tokens.iter().enumerate() {
            opens |= token.first();
            if token.kind != Kind::Word {
                opens |= text[token.range()].starts_with(['"', '“', '‘', ':', '•']);
                continue;
            }
            // Two capitals in a row are counted too, unless they open the sentence.
            let entry = self.counts.entry(fold(&text[token.range()])).or_default();
            if token.lower() {
                // A glued part of a longer word says nothing of the word alone.
                entry.lower += u32::from(!(token.glued() && at > 0 && text[tokens[at - 1].range()].ends_with('-')));
            } else if !opens {
                entry.inner += 1;
            }
            opens = false;
        }
    }

    /// The counts of `word`, whatever its case.
    pub(crate) fn counts(&self, word: &str) -> Counts {
        self.counts.get(&fold(word)).copied().unwrap_or_default()
    }
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
