//! Words, numbers and marks of a text, with what the lists say of each.

use document::Span;

use crate::lexicon::{Classes, Lexicon, MONTH, ORG_SUFFIX, TITLE};

/// What sort of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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

/// One token: 24 bytes, so that a hostile article stays within a small multiple of its size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) classes: Classes,
    pub(crate) country: [u8; 2],
    pub(crate) kind: Kind,
    shape: u8,
}

const UPPER: u8 = 1;
const CAPS: u8 = 2;
const INITIAL: u8 = 4;
const GLUED: u8 = 8;
const FIRST: u8 = 16;

impl Token {
    /// Starts with, or holds, a capital letter.
    pub(crate) fn upper(self) -> bool {
        self.shape & UPPER != 0
    }

    /// Two letters or more, all capital.
    pub(crate) fn caps(self) -> bool {
        self.shape & CAPS != 0
    }

    /// A capital letter with a full stop, as in a name.
    pub(crate) fn initial(self) -> bool {
        self.shape & INITIAL != 0
    }

    /// No space before it.
    pub(crate) fn glued(self) -> bool {
        self.shape & GLUED != 0
    }

    /// The first of its sentence or line.
    pub(crate) fn first(self) -> bool {
        self.shape & FIRST != 0
    }

    /// Whether it has any of these classes.
    pub(crate) fn is(self, classes: Classes) -> bool {
        self.classes & classes != 0
    }

    /// A word in lower case.
    pub(crate) fn lower(self) -> bool {
        self.kind == Kind::Word && self.shape & UPPER == 0
    }

    /// Its bytes.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The tokens of `text` into `out`; sentences and lines begin with a token that is [`Token::first`].
pub(crate) fn tokenize(text: &str, sentences: &[Span], lexicon: &Lexicon, out: &mut Vec<Token>) {
    out.clear();
    let mut starts = sentences.iter().map(|span| span.start()).peekable();
    let mut at = 0;
    let (mut first, mut glued) = (true, false);
    while let Some(next) = text[at..].chars().next() {
        if next.is_whitespace() {
            first |= next == '\n';
            glued = false;
            at += next.len_utf8();
            continue;
        }
        while starts.next_if(|start| *start as usize <= at).is_some() {
            first = true;
        }
        let (end, kind) = scan(&text[at..], next, glued);
        let mut token = Token {
            start: at as u32,
            end: (at + end) as u32,
            classes: 0,
            country: [0; 2],
            kind,
            shape: if glued { GLUED } else { 0 } | if first { FIRST } else { 0 },
        };
        if kind == Kind::Word {
            describe(text, lexicon, &mut token);
        }
        out.push(token);
        at = token.end as usize;
        (first, glued) = (false, true);
    }
}

/// Length and kind of the token that `rest`, which starts with `next`, begins with.
fn scan(rest: &str, next: char, glued: bool) -> (usize, Kind) {
    if !glued && is_address(rest, next) {
        return (rest.find(char::is_whitespace).unwrap_or(rest.len()), Kind::Address);
    }
    if next.is_alphabetic() {
        return (word_len(rest), Kind::Word);
    }
    if next.is_ascii_digit() {
        return (number_len(rest.as_bytes()), Kind::Number);
    }
    if glued && is_apostrophe(next) {
        let len = next.len_utf8();
        if rest[len..].starts_with(['s', 'S'])
            && !rest[len + 1..].starts_with(char::is_alphanumeric)
        {
            return (len + 1, Kind::Possessive);
        }
    }
    (next.len_utf8(), Kind::Mark)
}

fn is_address(rest: &str, next: char) -> bool {
    match next {
        '@' | '#' => rest[1..].starts_with(char::is_alphanumeric),
        'h' => rest.starts_with("http://") || rest.starts_with("https://"),
        'w' => rest.starts_with("www."),
        _ => false,
    }
}

pub(crate) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

/// Letters and digits, inner apostrophes but no possessive, inner `&` (AT&T), dotted initials (U.S.).
fn word_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while bytes[end..].len() >= 2 && bytes[end].is_ascii_uppercase() && bytes[end + 1] == b'.' {
        end += 2;
    }
    if end >= 4 {
        let last = bytes.get(end).is_some_and(u8::is_ascii_uppercase)
            && !rest[end + 1..].starts_with(|next: char| next.is_alphanumeric());
        return end + usize::from(last);
    }
    if end == 2 {
        let after = rest[2..].trim_start_matches(' ');
        let name_follows = after.starts_with(char::is_uppercase);
        return if name_follows { 2 } else { 1 };
    }
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let inner =
            |next: Option<&(usize, char)>| next.is_some_and(|(_, next)| next.is_alphabetic());
        if character.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&character) {
            continue;
        }
        if character == '&' && rest[..at].ends_with(char::is_uppercase) && inner(characters.peek())
        {
            continue;
        }
        if is_apostrophe(character) && inner(characters.peek()) {
            let tail = &rest[at + character.len_utf8()..];
            let possessive =
                tail.starts_with(['s', 'S']) && !tail[1..].starts_with(char::is_alphanumeric);
            if !possessive {
                continue;
            }
        }
        return at;
    }
    rest.len()
}

fn number_len(bytes: &[u8]) -> usize {
    let mut end = 0;
    while end < bytes.len() {
        let inner =
            matches!(bytes[end], b',' | b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !bytes[end].is_ascii_digit() && !inner {
            break;
        }
        end += 1;
    }
    end
}

/// Fills in the shape and the classes of a word, and takes in the full stop of an abbreviation.
fn describe(text: &str, lexicon: &Lexicon, token: &mut Token) {
    let word = &text[token.range()];
    let (mut letters, mut capitals) = (0, 0);
    for character in word.chars() {
        letters += u32::from(character.is_alphabetic());
        capitals += u32::from(character.is_uppercase());
    }
    // "iPhone" is a name, "theEnd" a slip.
    let inner = word.chars().take(3).any(char::is_uppercase);
    if capitals > 0 && inner {
        token.shape |= UPPER;
    }
    if letters > 1 && letters == capitals {
        token.shape |= CAPS;
    }
    if word.len() == 2 && word.ends_with('.') {
        token.shape |= INITIAL;
    }
    let shouted = letters > 3 && letters == capitals;
    let entry = if shouted { lexicon.entry_in_capitals(word) } else { lexicon.entry(word) };
    (token.classes, token.country) = (entry.classes, entry.country);
    if !token.is(TITLE | MONTH | ORG_SUFFIX)
        || word.len() > 5
        || !text[token.end as usize..].starts_with('.')
    {
        return;
    }
    let after = &text[token.end as usize + 1..];
    let goes_on =
        after.starts_with(',') || after.trim_start_matches(' ').starts_with(char::is_lowercase);
    let short = token.is(TITLE | MONTH) && after.starts_with(' ') && word.len() < 5;
    if goes_on || short {
        token.end += 1;
    }
}
