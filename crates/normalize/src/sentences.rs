//! Text → sentences, by rules: end marks, what they may belong to instead, and what follows.

use document::Span;

use crate::abbreviations::{self, After};

/// The sentences of `text`, in order, trimmed; every character that is no white space lies in
/// exactly one. A line break always ends a sentence.
///
/// In a text without a single capital, a small letter after a mark does not keep a sentence together.
pub(crate) fn sentences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let cased = text.chars().any(char::is_uppercase);
    let mut start = 0;
    for line in text.split_inclusive(is_line_end) {
        let end = start + line.len();
        split_line(text, start, end, cased, &mut found);
        start = end;
    }
    found
}

/// Characters of a word that are looked at, so that a text without spaces costs no more.
const LONGEST: usize = 24;

fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn split_line(text: &str, start: usize, end: usize, cased: bool, found: &mut Vec<Span>) {
    let line = &text[..end];
    let skip_space = |at: usize| end - line[at..].trim_start().len();
    let mut begin = skip_space(start);
    let mut worded = false; // whether the sentence in progress has a letter or digit yet
    let mut at = begin;
    while let Some(mark) = next_mark(line, at) {
        worded |= line[at..mark].chars().any(char::is_alphanumeric);
        let run = Marks::read(line, mark);
        at = run.end;
        if ends_sentence(&line[begin..mark], worded, cased, &run, &line[run.end..]) {
            push(text, begin, run.end, found);
            begin = skip_space(run.end);
            at = begin;
            worded = false;
        }
    }
    push(text, begin, end, found);
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let raw = &text[start..end];
    let trimmed = raw.trim();
    if !trimmed.is_empty() {
        let from = start + raw.len() - raw.trim_start().len();
        found.push(Span::from_range(from..from + trimmed.len()));
    }
}

/// The next character that can end a sentence.
fn next_mark(line: &str, at: usize) -> Option<usize> {
    let found = line.as_bytes()[at..].iter().position(|byte| match byte {
        // The last ones are the first bytes of marks beyond ASCII; what they start is looked at below.
        b'.' | b'!' | b'?' | 0xD8 | 0xDB | 0xE0 | 0xE2 | 0xE3 | 0xEF => true,
        _ => false,
    })?;
    let mark = at + found;
    let character = line[mark..].chars().next().expect("a byte that starts a character");
    if is_mark(character) { Some(mark) } else { next_mark_after(line, mark + character.len_utf8()) }
}

/// The same for text in which most characters begin like a mark, without recursion.
fn next_mark_after(line: &str, at: usize) -> Option<usize> {
    line[at..].find(is_mark).map(|found| at + found)
}

fn is_mark(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…')
        || is_wide_mark(character)
        || matches!(character, '؟' | '۔' | '।' | '॥')
}

/// Marks after which no space is written.
fn is_wide_mark(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡')
}

/// A run of end marks with the closing marks after it.
struct Marks {
    /// Where it ends.
    end: usize,
    sort: Sort,
    /// Whether closing quotation marks or brackets follow the marks.
    closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// One full stop.
    Stop,
    /// `…` alone.
    Ellipsis,
    /// `...`, `….` and the like.
    LongEllipsis,
    /// Marks after which no space is written.
    Wide,
    /// With a question or exclamation mark.
    Loud,
}

impl Marks {
    fn read(line: &str, mark: usize) -> Self {
        let rest = &line[mark..];
        let marks = rest.find(|c| !is_mark(c)).unwrap_or(rest.len());
        let run = &rest[..marks];
        let after = &rest[marks..];
        let closers = after.find(|c| !is_closer(c)).unwrap_or(after.len());
        let sort = match run {
            "." => Sort::Stop,
            "…" => Sort::Ellipsis,
            _ if run.ends_with(is_wide_mark) => Sort::Wide,
            _ if run.chars().all(|c| matches!(c, '.' | '…')) => Sort::LongEllipsis,
            _ => Sort::Loud,
        };
        Self { end: mark + marks + closers, sort, closed: closers > 0 }
    }
}

fn is_closer(character: char) -> bool {
    matches!(
        character,
        '”' | '’' | '"' | '\'' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '】' | '》'
    )
}

/// Whether a sentence that runs from the start of `before` ends with `marks`.
fn ends_sentence(before: &str, worded: bool, cased: bool, marks: &Marks, after: &str) -> bool {
    if marks.sort == Sort::Wide {
        return true;
    }
    let spaced = after.starts_with(char::is_whitespace);
    let next = after.trim_start();
    if next.is_empty() {
        return true;
    }
    if !spaced {
        return worded && glued(before, marks, next);
    }
    // An ellipsis that opens a sentence, or that stands in brackets for words left out, ends none.
    if !worded || (marks.closed && before.ends_with(['[', '('])) {
        return false;
    }
    let Some(first) = next.chars().find(|c| !is_opener(*c)) else { return true };
    if first.is_lowercase() && cased {
        return false;
    }
    // tokenized text: nothing that a mark could belong to touches it
    if before.ends_with(char::is_whitespace) && marks.sort == Sort::Stop {
        return true;
    }
    if marks.closed && marks.sort == Sort::Loud {
        return !credited(next);
    }
    if marks.sort == Sort::Stop && !marks.closed {
        return stop_ends(before, next);
    }
    true
}

/// A full stop: it may belong to an abbreviation, an initial or a number instead.
fn stop_ends(before: &str, next: &str) -> bool {
    let word = last_word(before);
    let next_word = next.trim_start_matches(is_opener);
    let starter = || abbreviations::starts_sentences(first_word(next_word));
    let digit = next_word.starts_with(|c: char| c.is_ascii_digit());
    if is_enumeration(before) {
        return false;
    }
    match abbreviations::after(word) {
        Some(After::Never) => false,
        Some(After::NotDigit) => !digit,
        Some(After::NotDigitElseStarter) => !digit && starter(),
        Some(After::Starter) => starter(),
        None if is_initial(word) => word == "I" && starter(),
        None if is_acronym(word) => starter(),
        None => true,
    }
}

/// Marks directly followed by a word: sentences pasted together (`security.This`), and nothing else.
fn glued(before: &str, marks: &Marks, next: &str) -> bool {
    let mut characters = next.chars();
    let opens_word = characters.next().is_some_and(char::is_uppercase)
        && characters.next().is_some_and(char::is_lowercase)
        && first_word(next).chars().all(char::is_alphabetic);
    if !opens_word {
        return false;
    }
    let word = last_word(before);
    let letters = word.chars().count();
    let plain = letters >= 3 && word.chars().all(char::is_lowercase);
    let opener = first_word(next);
    let rest = &next[opener.len()..];
    // `Hill.In this context`: a name is plain enough before a word that begins sentences.
    let named = || {
        letters >= 4
            && word.chars().skip(1).all(char::is_lowercase)
            && abbreviations::starts_sentences(opener)
    };
    match marks.sort {
        Sort::LongEllipsis => !rest.is_empty(),
        Sort::Stop | Sort::Loud => !marks.closed && rest.starts_with(' ') && (plain || named()),
        Sort::Ellipsis => plain && !marks.closed && rest.starts_with(' '),
        Sort::Wide => false,
    }
}

/// Whether what follows a closed question credits it: `“Why?” Jane Hill asked.`
fn credited(next: &str) -> bool {
    let mut words = next.split_whitespace().take(4);
    if !words.clone().next().is_some_and(|word| word.chars().all(|c| c.is_alphabetic() || c == '-'))
    {
        return false;
    }
    words.any(|word| {
        let word = word.trim_end_matches([',', '.', ':']);
        matches!(
            word,
            "said"
                | "says"
                | "asked"
                | "asks"
                | "told"
                | "wrote"
                | "added"
                | "replied"
                | "answered"
                | "shouted"
                | "wondered"
        )
    })
}

/// The word that ends at a mark: without spaces, opening marks, or anything before a dash.
fn last_word(before: &str) -> &str {
    let borders = |c: char| c.is_whitespace() || is_opener(c) || matches!(c, '-' | '/' | ',');
    let word = before.char_indices().rev().take(LONGEST).take_while(|(_, c)| !borders(*c));
    &before[word.last().map_or(before.len(), |(at, _)| at)..]
}

fn first_word(text: &str) -> &str {
    let letters = text.char_indices().take(LONGEST).take_while(|(_, c)| c.is_alphanumeric());
    &text[..letters.last().map_or(0, |(at, c)| at + c.len_utf8())]
}

fn is_opener(character: char) -> bool {
    matches!(
        character,
        '“' | '‘' | '„' | '"' | '\'' | '«' | '‹' | '(' | '[' | '{' | '…' | '*' | '—' | '–'
    )
}

/// `J` of `J. K. Rowling`.
fn is_initial(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(char::is_uppercase) && characters.next().is_none()
}

/// `U.S`, `a.m`, `Ph.D`: short pieces between full stops.
fn is_acronym(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|piece| {
            (1..=2).contains(&piece.chars().count()) && piece.chars().all(char::is_alphabetic)
        })
}

/// `1` of `1. First point`, where nothing else stands before it.
fn is_enumeration(before: &str) -> bool {
    before.len() <= 3 && !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit())
}
