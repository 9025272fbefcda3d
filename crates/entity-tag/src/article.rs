//! One article as the steps after the tagger see it: its text, tokens and names.

use document::Symbol;

use crate::lexicon::{Classes, Entry, Lexicon};
use crate::token::Token;

/// A name as the tagger or a list of the user found it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    /// Index of the first token.
    pub(crate) first: usize,
    /// Index after the last token.
    pub(crate) end: usize,
    /// `PER`, `ORG`, `LOC` or `MISC`.
    pub(crate) label: Symbol,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
    /// The row of the user's lists that it stands for.
    pub(crate) row: Option<usize>,
}

/// What every step after the tagger reads.
#[derive(Clone, Copy)]
pub(crate) struct Article<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) lexicon: &'a Lexicon,
}

impl<'a> Article<'a> {
    /// The word or mark at token `at`; empty beyond the last.
    pub(crate) fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range()])
    }

    /// The text from token `first` up to token `end`, which is after it.
    pub(crate) fn slice(&self, first: usize, end: usize) -> &'a str {
        &self.text[self.tokens[first].start as usize..self.tokens[end - 1].end as usize]
    }

    /// Whether the token at `at` exists and has any of these classes.
    pub(crate) fn is(&self, at: usize, classes: Classes) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(classes))
    }

    /// Whether the token at `at` exists and is a word in lower case.
    pub(crate) fn lower(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.lower())
    }

    /// What the lists say of a phrase; of one in capitals, what they say of its usual form.
    pub(crate) fn entry(&self, phrase: &str) -> Entry {
        let shouted = phrase.len() > 3 && !phrase.contains(char::is_lowercase);
        if shouted { self.lexicon.entry_in_capitals(phrase) } else { self.lexicon.entry(phrase) }
    }
}
