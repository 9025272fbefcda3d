//! Words, numbers and marks of a text, with what the lists say of each.

use std::ops::Deref;

use document::Span;
pub(crate) use tokens::Kind;

use crate::lexicon::{Classes, Lexicon};

/// One token: 32 bytes, so that a hostile article stays within a small multiple of its size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    plain: tokens::Token,
    pub(crate) country: [u8; 2],
    pub(crate) classes: Classes,
}

impl Deref for Token {
    type Target = tokens::Token;

    fn deref(&self) -> &tokens::Token {
        &self.plain
    }
}

impl Token {
    /// Whether it has any of these classes.
    pub(crate) fn is(self, classes: Classes) -> bool {
        self.classes & classes != 0
    }
}

/// The tokens of `text` into `out`; sentences and lines begin with a token that is `first`.
pub(crate) fn tokenize(text: &str, sentences: &[Span], lexicon: &Lexicon, out: &mut Vec<Token>) {
    let mut plain = Vec::new();
    tokens::tokenize(text, sentences.iter().map(|span| span.start()), &mut plain);
    out.clear();
    out.extend(plain.into_iter().map(|plain| describe(text, lexicon, plain)));
}

fn describe(text: &str, lexicon: &Lexicon, plain: tokens::Token) -> Token {
    let mut token = Token { plain, country: [0; 2], classes: 0 };
    if plain.kind == Kind::Word {
        let word = &text[plain.range()];
        let shouted =
            plain.caps() && word.chars().filter(|letter| letter.is_alphabetic()).count() > 3;
        let stopped = word.len() > 2 && word.ends_with('.') && !plain.caps();
        let listed = if stopped { &word[..word.len() - 1] } else { word };
        let entry = if shouted { lexicon.entry_in_capitals(listed) } else { lexicon.entry(listed) };
        (token.classes, token.country) = (entry.classes, entry.country);
    }
    token
}
