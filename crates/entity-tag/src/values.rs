//! Dates and amounts: where they stand and what they come to.

use document::{Span, Symbol, symbol};

use crate::calendar::Day;
use crate::currencies::Countries;
use crate::token::{Kind, Token};
use crate::{amounts, dates, relative, years};

/// A date or an amount.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// Index of the first token.
    pub(crate) first: usize,
    /// Index after the last token.
    pub(crate) end: usize,
    /// Its bytes.
    pub(crate) span: Span,
    /// `DATE`, `MONEY` or `QUANTITY`.
    pub(crate) label: Symbol,
    /// JSON of the value; `None` where the article does not tell which day it was.
    pub(crate) json: Option<String>,
}

/// Every date and amount of a text, in order, not overlapping. Relative dates count from `published`.
///
/// Takes time linear in the text: a value looks no further than [`REACH`] tokens ahead and to the ends of those, and a country is
/// looked for once.
pub(crate) fn find(text: &str, tokens: &[Token], published: Option<Day>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut countries = Countries::default();
    let mut speech = Speech::default();
    let (mut at, mut start, mut end) = (0, 0, 0);
    while at < tokens.len() {
        while end <= at {
            start = end;
            end = sentence_end(tokens, start);
        }
        let reader = Reader { text, tokens: &tokens[..end.min(at + REACH)], start };
        speech.see(text, tokens, at);
        match read(reader, at, published, speech.is_open(), &mut countries) {
            Some(value) => {
                at = value.end;
                found.push(value);
            }
            None => at += 1,
        }
    }
    found
}

/// The value that begins at token `at`.
fn read(
    from: Reader<'_>,
    at: usize,
    published: Option<Day>,
    quoted: bool,
    countries: &mut Countries,
) -> Option<Value> {
    let token = from.tokens[at];
    if token.kind == Kind::Address || token.kind == Kind::Possessive {
        return None;
    }
    let date = |(end, interval): (usize, Option<dates::Interval>)| {
        (end, symbol::DATE, interval.map(dates::json))
    };
    let (end, label, json) = dates::read(from, at, published)
        .or_else(|| relative::read(from, at, published, quoted))
        .map(date)
        .or_else(|| {
            amounts::read(from, at, countries).map(|(end, label, json)| (end, label, Some(json)))
        })
        .or_else(|| years::read(from, at).map(date))?;
    let span = Span::new(token.start, from.byte_end(end));
    Some(Value { first: at, end, span, label, json })
}

/// Whether words stand within quotation marks; a paragraph begins outside.
#[derive(Debug, Default)]
struct Speech {
    mark: Option<char>,
}

impl Speech {
    fn is_open(&self) -> bool {
        self.mark.is_some()
    }

    /// Takes note of token `at`.
    fn see(&mut self, text: &str, tokens: &[Token], at: usize) {
        let token = tokens[at];
        let last = at.checked_sub(1).map_or(0, |last| tokens[last].end as usize);
        if token.first() && text[last..token.start as usize].contains('\n') {
            self.mark = None;
        }
        let mark = text[token.range()].chars().next().filter(|_| token.kind == Kind::Mark);
        match (mark, self.mark) {
            (Some('”'), _) | (Some('’'), Some('‘')) | (Some('"'), Some('"')) => {
                self.mark = None;
            }
            (Some(mark @ ('“' | '"' | '‘')), None) => self.mark = Some(mark),
            _ => {}
        }
    }
}

/// How far values look ahead, in tokens.
const REACH: usize = 24;

/// The end of the sentence that begins with token `first`.
fn sentence_end(tokens: &[Token], first: usize) -> usize {
    let length = tokens[first + 1..].iter().position(|token| token.first());
    length.map_or(tokens.len(), |length| first + 1 + length)
}

/// The tokens up to the end of a sentence, with the text that they are of.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    /// The first token of the sentence.
    start: usize,
}

impl<'a> Reader<'a> {
    /// The words of token `at`; empty past the end.
    pub(crate) fn word(self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range()])
    }

    /// The words of the token `back` before `at` in the same sentence, or nothing.
    pub(crate) fn before(self, at: usize, back: usize) -> &'a str {
        at.checked_sub(back).filter(|at| *at >= self.start).map_or("", |at| self.word(at))
    }

    /// The tokens of the sentence before `at`, nearest first.
    pub(crate) fn backwards(self, at: usize) -> impl Iterator<Item = &'a str> {
        (self.start..at).rev().map(move |at| self.word(at))
    }

    /// The tokens from `at` on, as far as can be seen.
    pub(crate) fn forwards(self, at: usize) -> impl Iterator<Item = &'a str> {
        (at..self.tokens.len()).map(move |at| self.word(at))
    }

    /// Whether token `at` follows the one before without a space.
    pub(crate) fn glued(self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued())
    }

    /// Whether token `at` is a word with a capital.
    pub(crate) fn upper(self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word && token.upper())
    }

    /// The text from token `at` to the last one that can be seen.
    pub(crate) fn rest(self, at: usize) -> &'a str {
        let end = self.tokens.last().map_or(0, |token| token.end as usize);
        self.tokens.get(at).map_or("", |token| &self.text[token.start as usize..end])
    }

    /// The index after the token that ends `bytes` after the start of token `at`, if one does.
    pub(crate) fn token_ending(self, at: usize, bytes: usize) -> Option<usize> {
        let end = self.tokens.get(at)?.start as usize + bytes;
        let tokens = self.tokens[at..].iter().position(|token| token.end as usize >= end)?;
        let exact = self.tokens[at + tokens].end as usize == end;
        exact.then_some(at + tokens + 1)
    }

    /// The byte at which a value that ends before token `end` ends. A full stop that the tokens count to
    /// a name of a month written in full is the sentence's.
    fn byte_end(self, end: usize) -> u32 {
        let last = self.tokens[end - 1];
        let stopped = matches!(self.word(end - 1), "May." | "June." | "July.");
        last.end - u32::from(stopped)
    }
}
