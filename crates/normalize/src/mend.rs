//! Characters → the same characters as they were meant: composed (NFC), without stray controls, and read
//! right where UTF-8 had been taken for windows-1252 or Latin-1 before it came here.
//!
//! What was read wrongly shows as runs such as `â€™`. A run is repaired only as a whole: all of its
//! characters must stand for bytes, the bytes must be UTF-8, and what they say must be likely in an article.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use crate::aligned::{Aligned, AlignedBuilder};

/// A mended text.
#[derive(Debug)]
pub(crate) struct Mended {
    pub(crate) aligned: Aligned,
    /// How many runs had been read in a wrong encoding.
    pub(crate) repaired: usize,
}

/// Mends a text; `None` where there is nothing to mend.
pub(crate) fn mend(text: &str) -> Option<Mended> {
    if is_sound(text) {
        return None;
    }
    let mut out = AlignedBuilder::with_capacity(text.len());
    let mut repaired = 0;
    let mut at = 0;
    for run in runs(text) {
        out.same(&text[at..run.start], at);
        at = run.end;
        let meant = reread(&text[run.clone()])
            .or_else(|| closed(text, &run).and_then(|closed| reread(&closed)));
        match meant {
            Some(meant) => {
                repaired += 1;
                out.whole(&meant.nfc().collect::<String>(), run);
            }
            None => compose(text, run, &mut out),
        }
    }
    out.same(&text[at..], at);
    Some(Mended { aligned: out.finish(), repaired })
}

/// Whether a text surely needs no mending, told in one quick pass.
fn is_sound(text: &str) -> bool {
    text.is_ascii()
        || is_nfc_quick(text.chars()) == IsNormalized::Yes
            && !text.chars().zip(text.chars().skip(1)).any(|(one, next)| {
                is_stray(one) || is_lead(one) && byte(next).is_some_and(|byte| byte < 0xC0)
            })
            && !text.chars().next_back().is_some_and(is_stray)
}

/// Controls that no text has; decoders leave them where bytes were read in a wrong encoding.
fn is_stray(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}')
}

/// A character that may be the first byte of several, read alone.
fn is_lead(character: char) -> bool {
    matches!(character, '\u{C2}'..='\u{F4}')
}

/// The runs of characters beyond ASCII, each with the letter before it if an accent follows that.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = at + text[at..].find(|c: char| !c.is_ascii())?;
        let end =
            text[found..].find(|c: char| c.is_ascii()).map_or(text.len(), |length| found + length);
        let first = text[found..].chars().next().expect("a run has a first character");
        let joins =
            is_joining(first) && found > at && !text.as_bytes()[found - 1].is_ascii_control();
        at = end;
        Some(if joins { found - 1 } else { found }..end)
    })
}

/// Whether a character may change together with the one before it.
fn is_joining(character: char) -> bool {
    let is_mark = |character| canonical_combining_class(character) != 0;
    let mut first = None;
    decompose_canonical(character, |part| {
        first.get_or_insert(part);
    });
    // A letter that is only written in another way stands for itself.
    let first = first.unwrap_or(character);
    is_mark(character)
        || is_mark(first)
        || is_nfc_quick(std::iter::once(first)) != IsNormalized::Yes
}

/// Copies a run, composing what can be composed and leaving out stray controls.
fn compose(text: &str, run: Range<usize>, out: &mut AlignedBuilder) {
    let mut start = run.start;
    while start < run.end {
        let rest = &text[start..run.end];
        let first = rest.chars().next().expect("there is a rest");
        let length = rest[first.len_utf8()..]
            .find(|c| !is_joining(c))
            .map_or(rest.len(), |length| first.len_utf8() + length);
        let piece = &rest[..length];
        if is_nfc(piece) && !piece.contains(is_stray) {
            out.same(piece, start);
        } else {
            let composed: String = piece.chars().filter(|c| !is_stray(*c)).nfc().collect();
            out.whole(&composed, start..start + length);
        }
        start += length;
    }
}

/// What a run says when its characters are taken for bytes again, once or twice.
fn reread(run: &str) -> Option<String> {
    let mut meant: Cow<'_, str> = Cow::Borrowed(run);
    for _ in 0..2 {
        let bytes: Option<Vec<u8>> = meant.chars().map(byte).collect();
        let Some(read) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { break };
        if read.is_ascii() || read.contains(is_stray) && !read.chars().any(is_lead) {
            break;
        }
        meant = Cow::Owned(read);
    }
    match meant {
        Cow::Owned(meant) if is_likely(run, &meant) => Some(meant),
        _ => None,
    }
}

/// A run with the last byte of its closing quotation marks put back. Windows-1252 has no character for that
/// byte, so programs lose it, and `â€�` or `â€` is left; no other common mark is cut so. It closes
/// something where a word goes before it and none comes behind.
fn closed(text: &str, run: &Range<usize>) -> Option<String> {
    const CUT: &str = "â€";
    const WHOLE: &str = "â€\u{9D}";
    let cut = text[run.clone()].replace("â€\u{FFFD}", WHOLE);
    let cut = cut.strip_suffix(CUT).map_or(cut.clone(), |rest| format!("{rest}{WHOLE}"));
    let before = text[..run.start].chars().next_back().is_some_and(|c| !c.is_whitespace());
    let opens =
        cut.ends_with(WHOLE) && text[run.end..].chars().next().is_some_and(char::is_alphanumeric);
    (cut.contains(WHOLE) && before && !opens).then_some(cut)
}

/// The byte that a character stands for in windows-1252, or where that has none, in Latin-1.
fn byte(character: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    let high = HIGH.iter().position(|high| *high == character).map(|at| 0x80 + at as u8);
    high.or_else(|| u8::try_from(u32::from(character)).ok())
}

/// Whether an article more likely has `meant` than `run`: marks and letters of Western Europe, which take
/// nothing else to be believed, or two or more letters of one other script.
fn is_likely(run: &str, meant: &str) -> bool {
    let telling = |c: char| matches!(c, '\u{A0}'..='\u{FF}' | '\u{2010}'..='\u{203A}' | '€' | '™' | '\u{FEFF}' | '\u{200B}');
    if meant.chars().all(telling) {
        return true;
    }
    // `Å“`, `Ä‡`: letters with marks of other languages, where nobody writes what they were read as.
    let mut read = run.chars();
    let odd = |c: char| {
        !c.is_alphabetic()
            && !matches!(c, '“' | '”' | '‘' | '’' | '»' | '›' | '–' | '—' | '…' | '\u{A0}' | '.')
    };
    let latin = |c: char| telling(c) || matches!(c, '\u{100}'..='\u{17F}');
    if meant.chars().all(latin) {
        return read.any(odd);
    }
    let script = |c: char| match c {
        '\u{370}'..='\u{3FF}' => 1,
        '\u{400}'..='\u{4FF}' => 2,
        '\u{590}'..='\u{5FF}' => 3,
        '\u{600}'..='\u{6FF}' => 4,
        '\u{900}'..='\u{DFF}' => 5,
        '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' => 6,
        '\u{AC00}'..='\u{D7A3}' => 7,
        _ => 0,
    };
    let mut letters = meant.chars().filter(|c| !telling(*c)).map(script).peekable();
    let first = letters.peek().copied().unwrap_or(0);
    first != 0 && meant.chars().count() >= 2 && letters.all(|script| script == first)
}
