//! Where a quotation ends whose closing mark is missing.

use std::ops::Range;

/// Verb forms with which a narrator takes over again, as in `…tomorrow…and noted the “scale”`.
const RESUMED: [&str; 14] = [
    "said",
    "says",
    "told",
    "added",
    "noted",
    "called",
    "wrote",
    "continued",
    "warned",
    "stressed",
    "argued",
    "insisted",
    "described",
    "referred",
];
/// Words and bytes looked at after a full stop or comma.
const WORDS: usize = 4;
const BYTES: usize = 48;

/// Whether an opening mark that stays open to the end of its paragraph opens speech: it has
/// several words, and is introduced or ends like a sentence. `paragraph` is where that begins.
pub(crate) fn is_speech(text: &str, paragraph: usize, inner: Range<usize>) -> bool {
    let words = text[inner.clone()].split_whitespace().take(4).count();
    let before = text[paragraph..inner.start]
        .trim_end_matches(|mark: char| !mark.is_alphanumeric() && !matches!(mark, ',' | ':'));
    let introduced = before.is_empty() || before.ends_with([',', ':']);
    let finished = text[inner].trim_end().ends_with(['.', '!', '?', '…', ',']);
    words >= 4 && (introduced || finished)
}

/// The likely end before the next opening mark: the first punctuation after which the narrator
/// takes over; `None` where there is no such place.
pub(crate) fn likely_end(text: &str, inner: Range<usize>) -> Option<usize> {
    let slice = &text[inner.clone()];
    for (at, mark) in slice.char_indices() {
        if !matches!(mark, '.' | '!' | '?' | '…' | ',') {
            continue;
        }
        let end = at + mark.len_utf8();
        let window =
            (end..=slice.len().min(end + BYTES)).rev().find_map(|stop| slice.get(end..stop));
        let mut words = window.unwrap_or_default().split_whitespace().take(WORDS);
        if words.any(|word| RESUMED.contains(&word.trim_end_matches(','))) {
            return Some(inner.start + end);
        }
    }
    None
}
