//! What a token is: words, numbers and marks of a text, and the shape of each; how names are folded for keys.
//!
//! The stages that look at words depend on this crate. It knows characters only; what a word means
//! is the business of their lists and models.
//!
//! ```
//! use tokens::{Kind, Token, tokenize};
//!
//! let text = "Dr. Ek's U.S. trip cost 2,500 euros.";
//! let mut tokens = Vec::new();
//! tokenize(text, [0], &mut tokens);
//! let words: Vec<&str> = tokens.iter().map(|token| &text[token.range()]).collect();
//! assert_eq!(words, ["Dr.", "Ek", "'s", "U.S.", "trip", "cost", "2,500", "euros", "."]);
//! assert!(tokens[0].first() && tokens[2].kind == Kind::Possessive && tokens[3].caps());
//! ```
//!
//! A hyphen is a token of its own ("Jong-un" is three), so that a name may end at it; what was
//! written without a space in between can be told by [`Token::glued`].

mod fold;
mod scan;

pub use fold::{folded, push_folded, push_plain};
pub use scan::tokenize;

/// What sort of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with digits, inner apostrophes and the full stops of initials.
    Word,
    /// Digits, with inner commas and full stops.
    Number,
    /// A possessive `'s`.
    Possessive,
    /// One character of punctuation or a symbol.
    Mark,
    /// An address, handle or tag, as a whole.
    Address,
}

/// One token: a byte range of the text, and what its characters tell.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What sort of token.
    pub kind: Kind,
    shape: u8,
}

const UPPER: u8 = 1;
const CAPS: u8 = 2;
const INITIAL: u8 = 4;
const GLUED: u8 = 8;
const FIRST: u8 = 16;

impl Token {
    /// Starts with a capital letter, or has one among its first three ("iPhone").
    pub fn upper(self) -> bool {
        self.shape & UPPER != 0
    }

    /// Two letters or more, all capital.
    pub fn caps(self) -> bool {
        self.shape & CAPS != 0
    }

    /// A capital letter with a full stop, as in a name.
    pub fn initial(self) -> bool {
        self.shape & INITIAL != 0
    }

    /// No space before it.
    pub fn glued(self) -> bool {
        self.shape & GLUED != 0
    }

    /// The first of its sentence or line.
    pub fn first(self) -> bool {
        self.shape & FIRST != 0
    }

    /// A word in lower case.
    pub fn lower(self) -> bool {
        self.kind == Kind::Word && self.shape & UPPER == 0
    }

    /// Its bytes.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Whether the character is an apostrophe, straight or curly.
pub fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}
