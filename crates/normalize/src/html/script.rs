//! Articles that a page holds in its scripts alone: JSON-LD with the whole text behind a teaser, or
//! the state from which a program in the page would draw it.

mod stream;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use document::Alignment;

use super::tree::{self, Tree};
use super::{body, marks, region};
use crate::aligned::{Aligned, AlignedBuilder};

/// Strings shorter than this, in bytes, are no paragraph.
const SHORT: usize = 40;
/// An article in a script is at least so long, in bytes of text.
const LEAST: usize = 400;
/// How many times longer than what the page shows it must be.
const TIMES: usize = 3;
/// Runs of words that two texts share, above which no more are looked for.
const MOST_RUNS: usize = 50;
/// Groups of strings that are looked at.
const GROUPS: usize = 4;

/// Strings under one key in one script, by where they stand between their quotation marks.
type Group = Vec<Range<usize>>;

/// An article found in a script.
pub(super) struct Found {
    pub(super) tree: Tree,
    pub(super) body: Vec<usize>,
}

/// The article that the scripts of a page hold, where it is much longer than the `shown` bytes of
/// text that the page shows. Its paragraphs know their bytes in the page.
///
/// Only strings whose key speaks of a body or a text count, and of these only such as are about what the
/// page is about, by its `title` or by what else it is `known` to say of its article (a teaser, the text that
/// it declares): notices and other articles lie in scripts as well.
pub(super) fn article(
    html: &str,
    page: &Tree,
    title: Option<&str>,
    known: &[&str],
    shown: usize,
) -> Option<Found> {
    let mut best = None;
    let scripts = page.facts.scripts.iter().map(|script| strings(html, script)).collect();
    let about = About { title, known };
    longest(html, None, scripts, &about, shown, &mut best);
    if let Some(stream) = stream::read(html, &page.facts.scripts) {
        let strings = stream::strings(&stream.text);
        longest(&stream.text, Some(&stream.alignment), vec![strings], &about, shown, &mut best);
    }
    best.map(|(_, found)| found)
}

/// What the page says of its article.
struct About<'a> {
    title: Option<&'a str>,
    known: &'a [&'a str],
}

/// Puts the longest article in the strings of `scripts` in place of `best`, if it is longer. The strings stand in `text`, from
/// which `way` leads to the page.
fn longest(
    text: &str,
    way: Option<&Alignment>,
    scripts: Vec<Vec<(&str, Range<usize>)>>,
    about: &About<'_>,
    shown: usize,
    best: &mut Option<(usize, Found)>,
) {
    let mut groups: BTreeMap<(usize, &str), Group> = BTreeMap::new();
    for (number, strings) in scripts.into_iter().enumerate() {
        for (key, string) in strings {
            if string.len() >= SHORT && marks::is_text(key) {
                groups.entry((number, key)).or_default().push(string);
            }
        }
    }
    let length = |group: &Group| group.iter().map(ExactSizeIterator::len).sum::<usize>();
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.retain(|group| length(group) >= LEAST.max(TIMES * shown));
    groups.sort_by_key(|group| std::cmp::Reverse(length(group)));
    for group in groups.iter().take(GROUPS) {
        let decoded = decode(text, group);
        let titled = about.title.is_some_and(|title| is_about(&decoded.text, title));
        if !titled && !shares(&decoded.text, about.known) {
            continue;
        }
        let mut tree = tree::parse(&decoded.text);
        let body = region::outside_asides(&tree);
        let length = body.iter().map(|block| tree.paragraphs.spans[*block].len()).sum();
        let least = best.as_ref().map_or(LEAST.max(TIMES * shown), |(longest, _)| longest + 1);
        if length >= least {
            let aligned = &mut tree.paragraphs.aligned;
            aligned.alignment = aligned.alignment.then(&decoded.alignment);
            if let Some(way) = way {
                aligned.alignment = aligned.alignment.then(way);
            }
            *best = Some((length, Found { tree, body }));
        }
    }
}

/// Whether a third of the title's longer words stand in `text`.
fn is_about(text: &str, title: &str) -> bool {
    const LONG: usize = 4;
    /// Words that are looked for; no title has more.
    const MOST: usize = 40;
    let text = text.to_lowercase();
    let title = title.to_lowercase();
    let words = || {
        let words = title.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.len() >= LONG).take(MOST)
    };
    let known = words().filter(|word| text.contains(word)).count();
    known > 0 && 3 * known >= words().count()
}

/// Whether `text` has some runs of three words from one of `known`.
fn shares(text: &str, known: &[&str]) -> bool {
    /// Different runs; fewer are a matter of chance.
    const LEAST: usize = 6;
    let runs: HashSet<[&str; 3]> = body::triples(text).collect();
    known.iter().any(|known| {
        let shared: HashSet<[&str; 3]> =
            body::triples(known).filter(|run| runs.contains(run)).take(MOST_RUNS).collect();
        shared.len() >= LEAST
    })
}

/// The strings of a script with the key that stood last before each.
pub(super) fn strings<'h>(html: &'h str, script: &Range<usize>) -> Vec<(&'h str, Range<usize>)> {
    let bytes = &html.as_bytes()[..script.end];
    let mut strings = Vec::new();
    let mut key = "";
    let mut at = script.start;
    while let Some(start) = memchr::memchr(b'"', &bytes[at..]).map(|found| at + found + 1) {
        let mut end = start;
        while end < bytes.len() && !matches!(bytes[end], b'"' | b'\n') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        at = end + 1;
        if bytes.get(end) != Some(&b'"') {
            at = end;
        } else if bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':') {
            key = html.get(start..end).unwrap_or_default();
        } else {
            key = bare_key(html, start - 1).unwrap_or(key);
            strings.push((key, start..end));
        }
        if at >= bytes.len() {
            break;
        }
    }
    strings
}

/// The key without quotation marks whose value begins at `value`: `content: "…"`.
fn bare_key(html: &str, value: usize) -> Option<&str> {
    let before = html.get(..value)?.trim_end().strip_suffix(':')?.trim_end();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let length = before.bytes().rev().take_while(is_word).count();
    (length > 0).then(|| &before[before.len() - length..])
}

/// What strings of JSON say, as one page of HTML that knows the bytes of each character.
fn decode(html: &str, group: &Group) -> Aligned {
    let mut out = AlignedBuilder::with_capacity(group.iter().map(ExactSizeIterator::len).sum());
    let mut seen = HashSet::new();
    for range in group {
        let Some(raw) = html.get(range.clone()).filter(|raw| seen.insert(*raw)) else { continue };
        out.inserted("<p>");
        // A string without tags has its paragraphs in lines.
        let tagged = raw.contains("</") || raw.contains("<\\/") || raw.contains("\\u003c");
        unescape(raw, range.start, if tagged { "\n" } else { "<p>" }, &mut out);
    }
    out.finish()
}

/// Adds what a string says that stands at `start`; line ends become `line_end`.
fn unescape(raw: &str, start: usize, line_end: &str, out: &mut AlignedBuilder) {
    let mut copied = 0;
    while let Some(at) = memchr::memchr(b'\\', &raw.as_bytes()[copied..]) {
        let at = copied + at;
        out.same(&raw[copied..at], start + copied);
        let Some((character, len)) = escape(&raw[at..]) else {
            copied = at + 1;
            continue;
        };
        let place = start + at..start + at + len;
        if character == '\n' {
            out.whole(line_end, place);
        } else {
            out.whole(character.encode_utf8(&mut [0; 4]), place);
        }
        copied = at + len;
    }
    out.same(&raw[copied..], start + copied);
}

/// The character that a text which starts with a backslash begins with, and its length in bytes.
fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let plain = match *text.as_bytes().get(1)? {
        b'n' | b'r' => '\n',
        b't' => '\t',
        b'b' | b'f' => ' ',
        b'u' => {
            let first = unit(0)?;
            let mut units = vec![first];
            units.extend(unit(6).filter(|_| (0xD800..0xDC00).contains(&first)));
            let character = char::decode_utf16(units.iter().copied()).next()?.ok()?;
            return Some((character, 6 * units.len()));
        }
        _ => {
            let character = text[1..].chars().next()?;
            return Some((character, 1 + character.len_utf8()));
        }
    };
    Some((plain, 2))
}
