//! What can be counted in the words of one block.

use std::collections::HashSet;

use crate::furniture::{self, Furniture};

/// What the words of a block look like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wording {
    /// Characters; those of scripts that write a word with one or two of them count twice.
    pub(super) chars: f32,
    pub(super) words: f32,
    /// Share of the text inside links.
    pub(super) link: f32,
    /// 2 where it ends like a sentence, less after other marks, 0 after a word.
    pub(super) end: f32,
    pub(super) commas: f32,
    pub(super) stops: f32,
    /// Share of digits among the characters.
    pub(super) digits: f32,
    /// Share of capitals among the letters.
    pub(super) capitals: f32,
    /// The kind of furniture that it is known as, 0 for none.
    pub(super) kind: f32,
    /// Whether it is a date or a byline.
    pub(super) head: f32,
    /// What it starts with: a quotation mark, a bullet, a bracket, a digit, a sign, a small letter.
    pub(super) start: f32,
    /// Signs that prose seldom has, as bits.
    pub(super) sign: f32,
}

impl Wording {
    /// Long enough to be a paragraph, and no list of links.
    pub(super) fn is_prose(&self) -> bool {
        self.chars >= 60.0 && self.link < 0.5
    }
}

/// Counts in `text`, of which `link` bytes are inside links.
pub(super) fn count(text: &str, link: u32) -> Wording {
    let (mut letters, mut digits, mut capitals) = (0.0_f32, 0.0_f32, 0.0_f32);
    let (mut chars, mut wide, mut commas, mut stops) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    for c in text.chars() {
        chars += 1.0;
        match c {
            ',' | '，' | '、' | '،' => commas += 1.0,
            '0'..='9' => digits += 1.0,
            c if is_stop(c) => stops += 1.0,
            c if c.is_alphabetic() => {
                letters += 1.0;
                capitals += flag(c.is_uppercase());
                wide += flag(c >= '\u{2E80}');
            }
            _ => {}
        }
    }
    let has = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
    Wording {
        chars: chars + wide,
        words: text.split_whitespace().count() as f32,
        link: link as f32 / text.len().max(1) as f32,
        end: end(text),
        commas,
        stops,
        digits: digits / chars.max(1.0),
        capitals: capitals / letters.max(1.0),
        kind: furniture::kind(text).map_or(0.0, |kind| match kind {
            Furniture::Navigation => 1.0,
            Furniture::Credit => 2.0,
            Furniture::Panel => 3.0,
        }),
        head: flag(super::body::is_head_line(text)),
        start: start(text),
        sign: flag(text.contains('|'))
            + 2.0 * flag(has(&["©", "®", "™"]))
            + 4.0 * flag(has(&["@", "#", "http", "www."])),
    }
}

pub(super) fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '۔' | '।')
}

fn end(text: &str) -> f32 {
    const CLOSING: [char; 14] =
        ['"', '”', '’', '\'', '»', ')', '“', '‘', '」', '』', '）', '«', ']', ' '];
    match text.trim_end_matches(CLOSING).chars().next_back() {
        Some(c) if is_stop(c) => 2.0,
        Some(':' | '：') => 1.0,
        Some(',' | ';') => 0.5,
        _ => 0.0,
    }
}

fn start(text: &str) -> f32 {
    match text.chars().next() {
        Some('"' | '“' | '„' | '«' | '»' | '‘' | '\'' | '「' | '『' | '‹') => 1.0,
        Some('-' | '–' | '—' | '•' | '*' | '▶' | '→' | '>' | '›' | '■' | '◆' | '▲' | '●') => {
            2.0
        }
        Some('(' | '[' | '【' | '（') => 3.0,
        Some('0'..='9') => 4.0,
        Some('#' | '@' | '©' | '+') => 5.0,
        Some(c) if c.is_lowercase() => 6.0,
        _ => 0.0,
    }
}

/// The words of a text in lower case.
pub(super) fn word_set(text: &str) -> HashSet<String> {
    words(text).map(str::to_lowercase).collect()
}

/// Share of the words of `text` that are among `known`.
pub(super) fn share_known(text: &str, known: &HashSet<String>) -> f32 {
    let (mut all, mut found) = (0.0_f32, 0.0_f32);
    if known.is_empty() {
        return 0.0;
    }
    for word in words(text) {
        all += 1.0;
        found += flag(known.contains(&word.to_lowercase()));
    }
    found / all.max(1.0)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
