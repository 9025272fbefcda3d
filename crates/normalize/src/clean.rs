//! Characters → clean paragraphs: spaces, line ends, invisible characters, hard-wrapped lines.

use std::collections::HashSet;
use std::ops::Range;

use crate::aligned::{Aligned, AlignedBuilder};

/// Clean paragraphs, one a line of `aligned`, with where each stands in it.
#[derive(Debug, Default)]
pub(crate) struct Paragraphs {
    pub(crate) aligned: Aligned,
    pub(crate) spans: Vec<Range<usize>>,
    /// Which of them something sets apart from the one before; empty where that is not known.
    apart: Vec<bool>,
}

impl Paragraphs {
    /// The words of one paragraph.
    pub(crate) fn get(&self, index: usize) -> &str {
        &self.aligned.text[self.spans[index].clone()]
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether an empty line, a page end or an indentation sets a paragraph of a plain text apart
    /// from the one before; what would stand behind the last one is.
    pub(crate) fn is_apart(&self, index: usize) -> bool {
        self.apart.get(index).copied().unwrap_or(true)
    }

    /// The chosen paragraphs with an empty line between two of them.
    pub(crate) fn assemble(&self, chosen: impl IntoIterator<Item = usize>) -> Aligned {
        let mut out = AlignedBuilder::with_capacity(self.aligned.text.len());
        for index in chosen {
            if out.len() > 0 {
                out.inserted("\n\n");
            }
            out.same(self.get(index), self.spans[index].start);
        }
        out.finish()
    }
}

/// The paragraphs of a plain text: its lines, or, where lines are hard-wrapped, what they were cut from.
pub(crate) fn paragraphs(text: &str) -> Paragraphs {
    let lines = lines(text);
    let width = wrap_width(text, &lines);
    let words = if width.is_some() { words(text) } else { HashSet::new() };
    let mut cleaner = Cleaner::with_capacity(text.len());
    let mut apart = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).filter(|next| continues(text, line, next, width));
        let words_of_line = &text[line.range.clone()];
        let joint =
            next.map(|next| Joint::between(words_of_line, &text[next.range.clone()], &words));
        let kept = words_of_line.len() - joint.as_ref().map_or(0, Joint::dropped);
        if cleaner.pending() == 0 {
            apart.push(line.apart);
        }
        cleaner.feed(&words_of_line[..kept], line.range.start);
        match (joint, next) {
            (Some(Joint::Space), Some(next)) => cleaner.space(line.range.end..next.range.start),
            (Some(_), _) => {}
            (None, _) => {
                if !cleaner.end_paragraph() {
                    apart.pop();
                }
            }
        }
    }
    Paragraphs { apart, ..cleaner.finish() }
}

/// What stood between two lines before they were wrapped.
enum Joint {
    Space,
    /// Nothing: the word has a hyphen of its own.
    Nothing,
    /// Nothing, and a hyphen of so many bytes was put in.
    Hyphen(usize),
}

impl Joint {
    /// A word cut by a hyphen is put together, but where the text elsewhere writes it with one.
    fn between(line: &str, next: &str, words: &HashSet<&str>) -> Self {
        let Some(hyphen) =
            line.chars().next_back().filter(|c| matches!(c, '-' | '\u{2010}' | '\u{AD}'))
        else {
            return Self::Space;
        };
        let start = &line[..line.len() - hyphen.len_utf8()];
        if !start.ends_with(char::is_alphabetic) || !next.starts_with(char::is_alphabetic) {
            return Self::Space;
        }
        if hyphen == '\u{AD}' {
            return Self::Hyphen(hyphen.len_utf8());
        }
        let head = &start[start
            .rfind(|c| !is_of_word(c))
            .map_or(0, |at| at + start[at..].chars().next().map_or(1, char::len_utf8))..];
        let tail = &next[..next.find(|c| !is_of_word(c)).unwrap_or(next.len())];
        let written = |word: String| words.contains(word.as_str());
        let hyphenated = written(format!("{head}-{tail}")) && !written(format!("{head}{tail}"));
        if hyphenated || !next.starts_with(char::is_lowercase) || head.contains('-') {
            Self::Nothing
        } else {
            Self::Hyphen(hyphen.len_utf8())
        }
    }

    fn dropped(&self) -> usize {
        match self {
            Self::Hyphen(bytes) => *bytes,
            Self::Space | Self::Nothing => 0,
        }
    }
}

/// The words of a text as it writes them, hyphens included.
fn words(text: &str) -> HashSet<&str> {
    text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty()).collect()
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '-'
}

/// A line of the input that is not blank, without the white space around it.
struct Line {
    range: Range<usize>,
    /// Whether an empty line, a page end or an indentation sets it apart from the line before.
    apart: bool,
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut blank = true;
    let mut start = 0;
    let mut add = |range: Range<usize>, page_end: bool| {
        let raw = &text[range.clone()];
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            blank = true;
            return;
        }
        let indent = raw.len() - raw.trim_start().len();
        let from = range.start + indent;
        lines.push(Line { range: from..from + trimmed.len(), apart: blank || indent >= 2 });
        blank = page_end;
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let len = match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n' | b'\r' | 0x0B | 0x0C => 1,
            0xC2 if bytes[at + 1] == 0x85 => 2,
            0xE2 if bytes[at + 1] == 0x80 && matches!(bytes[at + 2], 0xA8 | 0xA9) => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        add(start..at, bytes[at] == 0x0C);
        at += len;
        start = at;
    }
    add(start..bytes.len(), false);
    lines
}

/// Widths at which people and programs wrap text, in characters.
const WIDTHS: Range<usize> = 40..121;

/// The width at which lines were wrapped, if they were: nearly every line that another one follows
/// at once leaves no room for that one's first word.
fn wrap_width(text: &str, lines: &[Line]) -> Option<usize> {
    let width_of = |line: &Line| text[line.range.clone()].chars().take(WIDTHS.end + 1).count();
    let pairs = || lines.windows(2).filter(|pair| !pair[1].apart);
    let width = pairs().flat_map(|pair| pair.iter().map(width_of)).max()?;
    if !WIDTHS.contains(&width) {
        return None;
    }
    let (mut all, mut full) = (0, 0);
    for pair in pairs() {
        all += 1;
        full += usize::from(no_room(text, &pair[0], &pair[1], width));
    }
    (full >= 2 && full * 10 >= all * 7).then_some(width)
}

fn continues(text: &str, before: &Line, line: &Line, width: Option<usize>) -> bool {
    !line.apart && width.is_some_and(|width| no_room(text, before, line, width))
}

/// Whether the first word of `next` would not have fitted on `line`.
fn no_room(text: &str, line: &Line, next: &Line, width: usize) -> bool {
    let used = text[line.range.clone()].chars().take(width).count();
    let word =
        text[next.range.clone()].chars().take(width).take_while(|c| !c.is_whitespace()).count();
    used + 1 + word > width
}

/// Copies text, tidying white space and invisible characters, and keeps the way back.
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    out: AlignedBuilder,
    spans: Vec<Range<usize>>,
    /// Where the paragraph in progress begins.
    start: usize,
    /// White space seen since the last character that was copied.
    gap: Option<Range<usize>>,
}

enum Class {
    Plain,
    Space,
    Removed,
}

impl Cleaner {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: AlignedBuilder::with_capacity(bytes), ..Self::default() }
    }

    /// Adds `piece`, which stands at `at`.
    pub(crate) fn feed(&mut self, piece: &str, at: usize) {
        let bytes = piece.as_bytes();
        let mut start = 0;
        let mut i = 0;
        while i < bytes.len() {
            if bytes[i].is_ascii_graphic() {
                i += 1;
                continue;
            }
            let (class, len) = classify(bytes, i);
            match class {
                Class::Plain => i += len,
                // The common case, a single space between words, is copied along with them.
                Class::Space if i > start && bytes[i] == b' ' && is_plain(bytes, i + 1) => i += 1,
                Class::Space | Class::Removed => {
                    self.copy(&piece[start..i], at + start);
                    if matches!(class, Class::Space) {
                        self.space(at + i..at + i + len);
                    }
                    i += len;
                    start = i;
                }
            }
        }
        self.copy(&piece[start..], at + start);
    }

    /// Adds `piece`, which stands for the whole of `raw`: a character written as an entity.
    pub(crate) fn feed_whole(&mut self, piece: &str, raw: &Range<usize>) {
        for (at, character) in piece.char_indices() {
            match classify(piece.as_bytes(), at).0 {
                Class::Plain => {
                    self.close_gap();
                    self.out.whole(character.encode_utf8(&mut [0; 4]), raw.clone());
                }
                Class::Space => self.space(raw.clone()),
                Class::Removed => {}
            }
        }
    }

    /// Notes that words are separated by what stands at `raw`.
    pub(crate) fn space(&mut self, raw: Range<usize>) {
        let gap = self.gap.get_or_insert(raw.clone());
        gap.end = raw.end;
    }

    /// Bytes of the paragraph in progress.
    pub(crate) fn pending(&self) -> usize {
        self.out.len() - self.start
    }

    /// Ends the paragraph in progress; returns whether there was one.
    pub(crate) fn end_paragraph(&mut self) -> bool {
        self.gap = None;
        if self.pending() == 0 {
            return false;
        }
        self.spans.push(self.start..self.out.len());
        self.out.inserted("\n");
        self.start = self.out.len();
        true
    }

    pub(crate) fn finish(mut self) -> Paragraphs {
        self.end_paragraph();
        Paragraphs { aligned: self.out.finish(), spans: self.spans, apart: Vec::new() }
    }

    fn copy(&mut self, piece: &str, at: usize) {
        if !piece.is_empty() {
            self.close_gap();
            self.out.same(piece, at);
        }
    }

    fn close_gap(&mut self) {
        if let Some(gap) = self.gap.take()
            && self.pending() > 0
        {
            self.out.whole(" ", gap);
        }
    }
}

fn is_plain(bytes: &[u8], at: usize) -> bool {
    at < bytes.len() && matches!(classify(bytes, at).0, Class::Plain)
}

/// The class of the character that starts at `at`, and its length in bytes.
#[inline]
fn classify(bytes: &[u8], at: usize) -> (Class, usize) {
    let byte = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
    match bytes[at] {
        b' ' | b'\t'..=b'\r' => (Class::Space, 1),
        0xC2 => match byte(1) {
            0xA0 | 0x85 => (Class::Space, 2),
            0xAD => (Class::Removed, 2),
            _ => (Class::Plain, 2),
        },
        0xE1 if byte(1) == 0x9A && byte(2) == 0x80 => (Class::Space, 3), // U+1680
        0xE2 => match (byte(1), byte(2)) {
            // U+2000 to U+200A, line and paragraph separator, U+202F, U+205F
            (0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF) | (0x81, 0x9F) => (Class::Space, 3),
            // U+200B, U+2060; the joiners U+200C and U+200D carry meaning in many scripts
            (0x80, 0x8B) | (0x81, 0xA0) => (Class::Removed, 3),
            _ => (Class::Plain, 3),
        },
        0xE3 if byte(1) == 0x80 && byte(2) == 0x80 => (Class::Space, 3), // U+3000
        0xEF if byte(1) == 0xBB && byte(2) == 0xBF => (Class::Removed, 3), // U+FEFF
        0xC3..=0xDF => (Class::Plain, 2),
        0xE0..=0xEF => (Class::Plain, 3),
        0xF0.. => (Class::Plain, 4),
        _ => (Class::Plain, 1),
    }
}
