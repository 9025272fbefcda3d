//! Dates and amounts: where they stand and what they come to.

use document::{Symbol, symbol};

use crate::calendar::Day;
use crate::token::Token;
use crate::{amounts, dates};

/// A date or an amount.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// Index of the first token.
    pub(crate) first: usize,
    /// Index after the last token.
    pub(crate) end: usize,
    /// `DATE`, `MONEY` or `QUANTITY`.
    pub(crate) label: Symbol,
    /// JSON of the value; `None` where the article does not tell which day it was.
    pub(crate) json: Option<String>,
}

/// Every date and amount of a text, in order, not overlapping. Relative dates count from `published`.
pub(crate) fn find(text: &str, tokens: &[Token], published: Option<Day>) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = sentence_end(tokens, at);
        let rest = Reader { text, tokens: &tokens[..end] };
        let value = dates::read(rest, at, published)
            .map(|(end, json)| Value { first: at, end, label: symbol::DATE, json })
            .or_else(|| {
                amounts::read(rest, at).map(|(end, label, json)| Value {
                    first: at,
                    end,
                    label,
                    json: Some(json),
                })
            });
        match value {
            Some(value) => {
                at = value.end;
                found.push(value);
            }
            None => at += 1,
        }
    }
    found
}

/// How far values look ahead, in tokens.
const REACH: usize = 16;

/// The end of the sentence that holds token `at`, looking no further than values reach.
fn sentence_end(tokens: &[Token], at: usize) -> usize {
    let limit = tokens.len().min(at + REACH);
    (at + 1..limit).find(|next| tokens[*next].first()).unwrap_or(limit)
}

/// Tokens with the text that they are of.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
}

impl<'a> Reader<'a> {
    /// The words of token `at`; empty past the end.
    pub(crate) fn word(self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range()])
    }

    /// Whether token `at` follows the one before without a space.
    pub(crate) fn glued(self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued())
    }
}
