//! Sentences as quotations need them: a border inside quotation marks is none.
//!
//! `“It rained. It poured,” she said.` is three sentences to a splitter and one statement here.

use std::ops::Range;

use document::Span;

use crate::lexicon::{Form, Frames, Lexicon};
use crate::marks::Stretch;

/// A sentence of fewer words is a short one.
const SHORT: usize = 7;
/// Words in which a verb of speech comes soon.
const SOON: usize = 14;

/// A sentence, or several that one stretch in marks holds together; never over a paragraph border.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// Where it stands.
    pub(crate) span: Span,
    /// Its stretches, as a range of indices.
    pub(crate) stretches: Range<usize>,
    /// Which paragraph it is in.
    pub(crate) paragraph: usize,
}

/// Makes statements of sentences; all three lists are in text order.
pub(crate) fn statements(
    text: &str,
    paragraphs: &[Range<usize>],
    sentences: &[Span],
    stretches: &[Stretch],
    lexicon: &Lexicon,
) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut sentence = sentences.iter().flat_map(|span| lines(text, *span)).peekable();
    let mut stretch = 0;
    for (paragraph, range) in paragraphs.iter().enumerate() {
        let limit = range.end as u32;
        while let Some(mut span) = sentence.next_if(|span| span.start() < limit) {
            while stretch < stretches.len() && stretches[stretch].outer.end() <= span.start() {
                stretch += 1; // outside every sentence: left to nobody
            }
            let first = stretch;
            loop {
                while stretch < stretches.len() && stretches[stretch].outer.start() < span.end() {
                    span = span.cover(stretches[stretch].outer);
                    stretch += 1;
                }
                let open = span.end();
                let joins = |next: &Span| {
                    next.start() < limit
                        && (next.start() < open
                            || goes_on(text, open, *next, &stretches[first..stretch], lexicon))
                };
                match sentence.next_if(joins) {
                    Some(next) => span = span.cover(next),
                    None => break,
                }
            }
            found.push(Statement { span, stretches: first..stretch, paragraph });
        }
    }
    found
}

/// Whether the sentence `next` still belongs to a statement that ends at `end`: it ends in a mark,
/// and what follows begins in lower case, or the words in marks end with a comma, or with `?` or
/// `!` before a report such as `Ada Ek asked.`
fn goes_on(text: &str, end: u32, next: Span, stretches: &[Stretch], lexicon: &Lexicon) -> bool {
    let Some(last) = stretches.last().filter(|last| last.outer.end() == end) else {
        return false;
    };
    let words = &text[last.inner.range()];
    let rest = &text[next.range()];
    rest.starts_with(char::is_lowercase)
        || rest.starts_with([',', ';', '—', '–', '―'])
        || words.ends_with(',')
        || words.ends_with(['?', '!']) && is_report(rest, lexicon)
}

/// Whether a sentence is no more than a few words long, as `Ada Ek asked.`, or comes to a verb of speech soon.
fn is_report(sentence: &str, lexicon: &Lexicon) -> bool {
    if sentence.starts_with(['“', '"', '‘', '\'']) {
        return false;
    }
    let mut words = sentence.split_whitespace().map(|word| word.trim_end_matches([',', '.', ':']));
    let says = |word: &str| {
        lexicon.verb(word).is_some_and(|verb| {
            let loose = verb.frames.has(Frames::THOUGHT) || verb.frames.has(Frames::MARKS_ONLY);
            !loose && matches!(verb.form, Form::Past | Form::Present)
        })
    };
    words.clone().take(SHORT).count() < SHORT || words.by_ref().take(SOON).any(says)
}

/// A sentence cut at line ends, without blanks at its ends.
fn lines(text: &str, sentence: Span) -> impl Iterator<Item = Span> {
    let mut at = sentence.start() as usize;
    text[sentence.range()].split('\n').filter_map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len() + 1;
        (!line.trim().is_empty()).then(|| Span::from_range(start..start + line.trim().len()))
    })
}
