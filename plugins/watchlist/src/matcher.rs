//! Finding the terms in a text, all at once.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError};
use serde::Deserialize;

use crate::Term;

/// What case means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// A term with a capital matches as it stands or all in capitals, one without in any case.
    Smart,
    /// A term matches as it stands.
    Exact,
    /// A term matches in any case.
    Ignore,
}

/// A term found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Which term.
    pub term: usize,
}

/// Finds every term in one pass over the text (Aho and Corasick 1975).
///
/// Text and terms are folded character by character where the folded character has as many bytes, so that
/// offsets stay what they are; the few letters where it has not (`İ`, `ẞ`) match as they stand.
pub struct Matcher {
    automaton: AhoCorasick,
    /// Of each term: how it stands, and how it stands in capitals.
    forms: Vec<(String, String)>,
    whole: HashMap<String, usize>,
    case: Case,
    words: bool,
    folded: String,
}

impl Matcher {
    /// A matcher of `terms`; with `words`, a letter or digit may not follow on one at either end.
    ///
    /// # Errors
    /// [`BuildError`] where the terms are more than an automaton can hold, some gigabytes of them.
    pub fn new(terms: &[Term], case: Case, words: bool) -> Result<Self, BuildError> {
        let folded: Vec<String> = terms.iter().map(|term| fold(&term.text)).collect();
        let automaton = AhoCorasick::new(&folded)?;
        let forms =
            terms.iter().map(|term| (term.text.clone(), term.text.to_uppercase())).collect();
        // Of equal terms the first one stands.
        let numbered = folded.into_iter().enumerate().map(|(term, form)| (form, term));
        let whole = numbered.rev().collect();
        Ok(Self { automaton, forms, whole, case, words, folded: String::new() })
    }

    /// The hits in `text`, in their order, not overlapping: the leftmost, of these the longest, of these
    /// the term that was listed first. What was in `hits` before goes.
    pub fn find(&mut self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        self.folded.clear();
        fold_into(text, &mut self.folded);
        for found in self.automaton.find_overlapping_iter(&self.folded) {
            let (span, term) = (found.range(), found.pattern().as_usize());
            if (!self.words || stands_alone(text, &span)) && self.fits(term, &text[span.clone()]) {
                hits.push(Hit { span, term });
            }
        }
        hits.sort_unstable_by_key(|hit| (hit.span.start, usize::MAX - hit.span.end, hit.term));
        let mut end = 0;
        hits.retain(|hit| {
            let free = hit.span.start >= end;
            if free {
                end = hit.span.end;
            }
            free
        });
    }

    /// The term that is `name`, whole.
    pub fn whole(&self, name: &str) -> Option<usize> {
        let term = *self.whole.get(&fold(name))?;
        self.fits(term, name).then_some(term)
    }

    /// Whether these words, equal to the term but for case, are meant by it.
    fn fits(&self, term: usize, words: &str) -> bool {
        let (form, capitals) = &self.forms[term];
        let capital = || form.chars().any(char::is_uppercase);
        match self.case {
            Case::Ignore => true,
            Case::Exact => words == form,
            Case::Smart => words == form || words == capitals || !capital(),
        }
    }
}

/// Whether no letter or digit touches the span from outside where one stands inside.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let inside = &text[span.clone()];
    let joined = |outside: Option<char>, inside: Option<char>| {
        outside.is_some_and(char::is_alphanumeric) && inside.is_some_and(char::is_alphanumeric)
    };
    !joined(text[..span.start].chars().next_back(), inside.chars().next())
        && !joined(text[span.end..].chars().next(), inside.chars().next_back())
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends `text` with each letter in lower case, but for those whose lower case has another length.
fn fold_into(text: &str, out: &mut String) {
    out.extend(text.chars().map(|letter| {
        if letter.is_ascii() {
            return letter.to_ascii_lowercase();
        }
        // A character with a lower case of several characters has one of another length.
        let mut lower = letter.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(lower), None) if lower.len_utf8() == letter.len_utf8() => lower,
            _ => letter,
        }
    }));
}
