//! Quotation marks into stretches: what stands inside a pair, one paragraph at a time.
//!
//! Outer marks only: a quotation inside a quotation is part of its words. Single marks are told
//! from apostrophes by what stands beside them. Linear in the text: each mark is looked at a
//! fixed number of times.

use std::ops::Range;

use document::Span;

use crate::repair;

/// A stretch inside quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// With its marks, as far as it has them.
    pub(crate) outer: Span,
    /// Without them, trimmed.
    pub(crate) inner: Span,
    /// Whether the stretch before it, in the paragraph before, is the same quotation.
    pub(crate) continues: bool,
    /// Whether its end was guessed.
    pub(crate) repaired: bool,
}

/// What the marks of an article say.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The stretches, in order.
    pub(crate) stretches: Vec<Stretch>,
    /// Marks without a partner, in order.
    pub(crate) lonely: Vec<Span>,
}

/// Which marks can close which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// `“ ” " ''` and doubled backticks, in any mixture, for writers mix them.
    Double,
    /// `‘ ’ '`.
    Single,
    /// `« »`, in either direction.
    Guillemet,
    /// `‹ ›`, in either direction.
    SingleGuillemet,
    /// `„` up to `“` or `”`.
    Low,
    /// `‚` up to `‘` or `’`.
    SingleLow,
}

/// A character, or a doubled one, that can be a quotation mark where it stands.
#[derive(Clone, Copy, Debug)]
struct Mark {
    span: Span,
    shape: char,
    opens: bool,
    closes: bool,
    /// Nothing but a closing mark: punctuation stands before it.
    surely: bool,
}

/// The marks open at some place of a paragraph.
#[derive(Clone, Copy, Debug)]
struct Open {
    span: Span,
    family: Family,
    continues: bool,
}

/// The non-blank lines of a text: its paragraphs.
pub(crate) fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        if !line.trim().is_empty() {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

/// Pairs the marks of a text.
pub(crate) fn pair(text: &str, paragraphs: &[Range<usize>]) -> Marks {
    let mut found = Marks::default();
    let mut marks = Vec::new();
    let mut carried: Option<Family> = None;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        scan(text, paragraph.clone(), &mut marks);
        let next = paragraphs.get(index + 1).and_then(|next| opening_family(text, next.clone()));
        let line = &text[paragraph.clone()];
        let lead = paragraph.start + (line.len() - line.trim_start().len());
        carried =
            Pairing { text, paragraph, lead, marks: &marks, found: &mut found }.run(carried, next);
    }
    found
}

/// Whether words in marks look like the title of a work: several, and most begin with a capital.
pub(crate) fn is_title(words: &str) -> bool {
    let capital = |word: &&str| {
        word.trim_start_matches(|mark: char| !mark.is_alphanumeric())
            .starts_with(char::is_uppercase)
    };
    let count = words.split_whitespace().take(10).count();
    count > 1 && 2 * words.split_whitespace().take(10).filter(capital).count() > count
}

struct Pairing<'p> {
    text: &'p str,
    paragraph: &'p Range<usize>,
    /// Where the first character stands that is no space.
    lead: usize,
    marks: &'p [Mark],
    found: &'p mut Marks,
}

impl Pairing<'_> {
    /// Pairs one paragraph; `carried` is the family left open by the paragraph before, `next` the
    /// one that the next paragraph opens with. Returns the family that is open at its end.
    fn run(&mut self, carried: Option<Family>, next: Option<Family>) -> Option<Family> {
        let closers = possible_closers(self.marks);
        let mut open: Option<Open> = None;
        for (index, mark) in self.marks.iter().enumerate() {
            let Some(current) = open else {
                open = self.opening(mark, closers[index], carried, next);
                continue;
            };
            let reopens = mark.opens && reopens(current.family, mark);
            if mark.closes && closes(current.family, mark.shape) && !reopens {
                if current.family == Family::Single && !mark.surely && closers[index] {
                    continue; // a possessive: the real end comes later
                }
                self.close(current, mark.span.start(), mark.span.end(), false);
                open = None;
            } else if reopens {
                self.repair(current, mark.span.start());
                open = self.opening(mark, closers[index], carried, next);
            }
        }
        let current = open?;
        let end = self.text[self.paragraph.clone()].trim_end().len() + self.paragraph.start;
        if next == Some(current.family) {
            self.close(current, end as u32, end as u32, false);
            return Some(current.family);
        }
        self.found.lonely.push(current.span);
        let inner = current.span.end() as usize..end;
        if current.continues || repair::is_speech(self.text, self.paragraph.start, inner) {
            self.close(current, end as u32, end as u32, true);
        }
        None
    }

    fn opening(
        &mut self,
        mark: &Mark,
        closer_follows: bool,
        carried: Option<Family>,
        next: Option<Family>,
    ) -> Option<Open> {
        let lonely_closer = mark.closes && matches!(mark.shape, '”' | '»' | '"');
        if !mark.opens {
            if lonely_closer {
                self.found.lonely.push(mark.span);
            }
            return None;
        }
        let family = family(mark.shape);
        let leads = mark.span.start() as usize == self.lead;
        if family == Family::Single && !closer_follows && next != Some(Family::Single) {
            if mark.shape == '‘' {
                self.found.lonely.push(mark.span);
            }
            return None;
        }
        Some(Open { span: mark.span, family, continues: leads && carried == Some(family) })
    }

    /// Ends an opening mark that another one follows before any closing one.
    fn repair(&mut self, open: Open, before: u32) {
        self.found.lonely.push(open.span);
        let inner = open.span.end() as usize..before as usize;
        if let Some(end) = repair::likely_end(self.text, inner) {
            self.close(open, end as u32, end as u32, true);
        }
    }

    fn close(&mut self, open: Open, inner_end: u32, outer_end: u32, repaired: bool) {
        let inside = &self.text[open.span.end() as usize..inner_end as usize];
        if !inside.contains(char::is_alphanumeric) {
            return;
        }
        let start = open.span.end() as usize + (inside.len() - inside.trim_start().len());
        let inner = Span::from_range(start..start + inside.trim().len());
        self.found.stretches.push(Stretch {
            outer: Span::new(open.span.start(), outer_end),
            inner,
            continues: open.continues,
            repaired,
        });
    }
}

/// For each mark, whether a closing single mark follows before the next opening one.
fn possible_closers(marks: &[Mark]) -> Vec<bool> {
    let mut follows = false;
    let mut closers = vec![false; marks.len()];
    for (index, mark) in marks.iter().enumerate().rev() {
        closers[index] = follows;
        if closes(Family::Single, mark.shape) && mark.closes {
            follows = true;
        } else if family(mark.shape) == Family::Single && mark.opens {
            follows = false;
        }
    }
    closers
}

fn family(shape: char) -> Family {
    match shape {
        '‘' | '’' | '\'' => Family::Single,
        '«' | '»' => Family::Guillemet,
        '‹' | '›' => Family::SingleGuillemet,
        '„' => Family::Low,
        '‚' => Family::SingleLow,
        _ => Family::Double,
    }
}

fn closes(family: Family, shape: char) -> bool {
    match family {
        Family::Double => matches!(shape, '”' | '"' | '‟' | '“'),
        Family::Single => matches!(shape, '’' | '\''),
        Family::Guillemet => matches!(shape, '«' | '»'),
        Family::SingleGuillemet => matches!(shape, '‹' | '›'),
        Family::Low => matches!(shape, '“' | '”' | '"'),
        Family::SingleLow => matches!(shape, '‘' | '’'),
    }
}

/// Whether a mark opens anew where another of its kind is open: the first then lacks its partner.
fn reopens(open: Family, mark: &Mark) -> bool {
    match open {
        Family::Double => matches!(mark.shape, '“' | '"' | '„') && !mark.closes,
        Family::Single | Family::SingleLow | Family::Low => false,
        Family::Guillemet => mark.shape == '«' && !mark.closes,
        Family::SingleGuillemet => mark.shape == '‹' && !mark.closes,
    }
}

/// The family of the mark that a paragraph opens with, if it opens with one.
fn opening_family(text: &str, paragraph: Range<usize>) -> Option<Family> {
    let line = text[paragraph].trim_start();
    let first = line.chars().next()?;
    let doubled = line.starts_with("''") || line.starts_with("``");
    let rest = line[first.len_utf8()..].chars().next()?;
    match first {
        '\'' | '`' if doubled => Some(Family::Double),
        '“' | '"' => Some(Family::Double),
        '‘' | '\'' if rest.is_alphanumeric() || matches!(rest, '[' | '…') => {
            Some(Family::Single)
        }
        '«' => Some(Family::Guillemet),
        '„' => Some(Family::Low),
        _ => None,
    }
}

/// Finds what can be a quotation mark in a paragraph.
fn scan(text: &str, paragraph: Range<usize>, marks: &mut Vec<Mark>) {
    marks.clear();
    let line = &text[paragraph.clone()];
    let mut from = 0;
    // all that can be a mark begins with one of these bytes
    let leads = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | 0xC2 | 0xE2);
    while let Some(skipped) = line.as_bytes()[from..].iter().position(leads) {
        let at = from + skipped;
        let rest = &line[at..];
        let Some(character) = rest.chars().next() else { break };
        let mut shape = character;
        let mut end = at + character.len_utf8();
        if matches!(character, '\'' | '`') && rest[1..].starts_with(character) {
            shape = '"';
            end += 1;
        }
        from = end;
        if !matches!(
            shape,
            '“' | '„' | '‟' | '”' | '"' | '«' | '»' | '‹' | '›' | '‘' | '’' | '\'' | '‚'
        ) {
            continue;
        }
        let before = line[..at].chars().next_back().unwrap_or(' ');
        let after = line[end..].chars().next().unwrap_or(' ');
        let span = Span::from_range(paragraph.start + at..paragraph.start + end);
        marks.extend(match shape {
            '‘' | '’' | '\'' | '‚' => single(span, shape, before, after, &line[end..]),
            _ => Some(double(span, shape, before, after)),
        });
    }
}

fn is_blank_before(before: char) -> bool {
    before.is_whitespace()
        || matches!(before, '(' | '[' | '—' | '–' | '-' | '/' | '“' | '"' | '‘' | ':' | '…')
}

fn double(span: Span, shape: char, before: char, after: char) -> Mark {
    let spaced_before = is_blank_before(before);
    let word_after = after.is_alphanumeric()
        || matches!(after, '[' | '(' | '…' | '$' | '‘' | '\'' | '@' | '#' | '.');
    let (opens, closes) = match shape {
        '“' | '‟' => (true, after.is_whitespace() && !before.is_whitespace()),
        '„' => (true, false),
        '”' => (spaced_before && word_after, !(spaced_before && word_after)),
        '»' | '›' | '«' | '‹' => (
            !after.is_whitespace() || before.is_whitespace(),
            !before.is_whitespace() || shape == '»',
        ),
        _ => {
            let inch = before.is_alphanumeric() && !after.is_alphanumeric();
            let opens = !inch && (!after.is_whitespace() || before.is_whitespace());
            (opens, !(before.is_whitespace() && word_after))
        }
    };
    Mark { span, shape, opens, closes, surely: false }
}

fn single(span: Span, shape: char, before: char, after: char, rest: &str) -> Option<Mark> {
    let word_after = after.is_alphanumeric() || matches!(after, '[' | '(' | '…' | '“' | '"' | '$');
    let opens = shape != '’' && is_blank_before(before) && word_after && !is_elision(rest);
    let closes = !matches!(shape, '‚')
        && !before.is_whitespace()
        && !after.is_alphanumeric()
        && (shape != '‘' || after.is_whitespace());
    let surely = closes
        && (matches!(before, ',' | '.' | '?' | '!' | '…' | ']' | ')' | '”' | '"')
            || !(before == 's' && starts_with_lowercase_word(rest)));
    (opens || closes).then_some(Mark { span, shape, opens, closes, surely })
}

/// Whether a space and then a small letter follow.
fn starts_with_lowercase_word(rest: &str) -> bool {
    rest.strip_prefix(' ').is_some_and(|word| word.starts_with(char::is_lowercase))
}

/// Whether an apostrophe before `rest` stands for letters left out: `’90s`, `’em`, or a stray `‘s`.
fn is_elision(rest: &str) -> bool {
    let word =
        rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len()).min(8);
    let word = rest.get(..word).unwrap_or(rest);
    let decade = word.len() == 3
        && word.ends_with('s')
        && word.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    let elided = [
        "s", "t", "d", "m", "re", "ve", "ll", "em", "til", "cause", "twas", "tis", "n", "bout",
        "round",
    ];
    decade || elided.iter().any(|known| word.eq_ignore_ascii_case(known))
}
