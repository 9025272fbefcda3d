//! Titles: the words right before a name that say what its bearer is.

use crate::article::Article;
use crate::lexicon::{ROLE, TITLE};
use crate::token::Kind;

/// The tokens of the title that ends right before token `name`, as first and end; an empty range for none.
///
/// A title is written with capitals ("Prime Minister Ek", "Mr. Ek") or not ("minister Ek"), several may
/// follow each other.
pub(crate) fn before(article: &Article<'_>, name: usize) -> (usize, usize) {
    let mut start = name;
    while start > 0 && name - start < LONGEST && !begins(article, start) {
        let Some(length) = title_ending_at(article, start) else { break };
        start -= length;
    }
    (start, name)
}

/// Tokens of a run of titles at most; the rest of a longer one says no more.
const LONGEST: usize = 8;

/// Whether a sentence begins at token `at`, so that what stands before it says nothing of it.
fn begins(article: &Article<'_>, at: usize) -> bool {
    article.tokens.get(at).is_some_and(|token| token.first())
}

fn title_ending_at(article: &Article<'_>, end: usize) -> Option<usize> {
    let phrase = (2..=4.min(end)).rev().find(|length| {
        let first = end - length;
        (first + 1..end).all(|at| !begins(article, at))
            && article.tokens[first].upper()
            && article.entry(article.slice(first, end)).classes & TITLE != 0
    });
    let last = article.tokens[end - 1];
    let single = last.kind == Kind::Word
        && (last.upper()
            && last.is(TITLE)
            && !matches!(article.word(end - 1), "St" | "St." | "Saint")
            || last.lower() && last.is(ROLE));
    phrase.or(single.then_some(1))
}
