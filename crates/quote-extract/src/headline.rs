//! Headlines: words in marks that a later quotation repeats are no quotation of their own.

use crate::marks::Stretch;
use crate::statement::Statement;
use crate::token::{Class, Token};

/// Paragraphs in which a headline is looked for: it stands at the top, under what surrounds an article.
const TOP: usize = 12;
/// Fewer words outside marks are no headline.
const WORDS: usize = 4;

/// Whether a statement is a headline all of whose words in marks come again further down.
pub(crate) fn echoes(
    text: &str,
    statement: &Statement,
    tokens: &[Token],
    stretches: &[Stretch],
) -> bool {
    let inside = &stretches[statement.stretches.clone()];
    statement.paragraph < TOP
        && !inside.is_empty()
        && is_headline(text, tokens)
        && inside.iter().all(|stretch| {
            let words =
                text[stretch.inner.range()].trim_matches(|mark: char| !mark.is_alphanumeric());
            comes_again(&text[statement.span.end() as usize..], words)
        })
}

/// Whether a line has no full stop at its end, and a capital at each of its longer words.
fn is_headline(text: &str, tokens: &[Token]) -> bool {
    let word = |token: &&Token| token.is_word() && !token.is(Class::FUNCTION);
    let words = || tokens.iter().filter(word);
    let ended = tokens.last().is_some_and(|last| {
        let last = text[last.span.range()].trim_end_matches(['”', '’', '"', '\'']);
        last.ends_with(['.', '?', '!', ':', ',', '…', ';'])
    });
    !ended
        && words().count() >= WORDS
        && words().all(|token| token.is_capital() || text[token.span.range()].len() < WORDS)
}

/// Whether these words stand in a text, in capitals or not.
fn comes_again(text: &str, words: &str) -> bool {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    !words.is_empty() && text.windows(words.len()).any(|window| window.eq_ignore_ascii_case(words))
}
