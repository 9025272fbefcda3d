//! Cutting a text into tokens, in one pass from left to right.

use crate::{CAPS, FIRST, GLUED, INITIAL, Kind, Token, UPPER, is_apostrophe};

/// The tokens of `text` into `out`.
///
/// `sentences` are the bytes at which sentences start, in order; there, and after a line feed, a
/// token is [`Token::first`].
pub fn tokenize(text: &str, sentences: impl IntoIterator<Item = u32>, out: &mut Vec<Token>) {
    out.clear();
    let mut starts = sentences.into_iter().peekable();
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
        let (length, kind) = scan(&text[at..], next, glued);
        let mut token = Token {
            start: at as u32,
            end: (at + length) as u32,
            kind,
            shape: if glued { GLUED } else { 0 } | if first { FIRST } else { 0 },
        };
        if kind == Kind::Word {
            describe(text, &mut token);
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

/// Fills in the shape of a word, and takes in the full stop of an abbreviation.
fn describe(text: &str, token: &mut Token) {
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
    if !is_abbreviation(word) || !text[token.end as usize..].starts_with('.') {
        return;
    }
    let after = &text[token.end as usize + 1..];
    let goes_on =
        after.starts_with(',') || after.trim_start_matches(' ').starts_with(char::is_lowercase);
    let opens = !is_closing(word) && after.starts_with(' ');
    if goes_on || opens {
        token.end += 1;
    }
}

/// Whether the word is usually written with a full stop: titles, months, legal forms, ranks.
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "Mr" | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "St"
            | "Gen"
            | "Col"
            | "Maj"
            | "Capt"
            | "Lt"
            | "Sgt"
            | "Cpl"
            | "Adm"
            | "Cmdr"
            | "Gov"
            | "Sen"
            | "Rep"
            | "Pres"
            | "Rev"
            | "Fr"
            | "Hon"
            | "Supt"
            | "Det"
            | "Insp"
            | "Msgr"
            | "Amb"
            | "Atty"
            | "Brig"
            | "Jan"
            | "Feb"
            | "Mar"
            | "Apr"
            | "Jun"
            | "Jul"
            | "Aug"
            | "Sep"
            | "Sept"
            | "Oct"
            | "Nov"
            | "Dec"
            | "Mt"
            | "Ft"
    ) || is_closing(word)
}

/// Abbreviations after a name, whose full stop may end the sentence as well.
fn is_closing(word: &str) -> bool {
    matches!(
        word,
        "Jr" | "Sr"
            | "Inc"
            | "Corp"
            | "Co"
            | "Ltd"
            | "Bros"
            | "Cos"
            | "plc"
            | "Pty"
            | "Bhd"
            | "Ave"
            | "Esq"
    )
}
