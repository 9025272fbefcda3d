//! What stands beside a report: the occasion.

use document::Span;

use crate::names::span_of;
use crate::token::{Class, Token};

/// Tokens from the preposition to the noun, and from there to the end.
const REACH: usize = 6;

/// Where it was said, as in `in a speech at the institute`: the phrase after the preposition.
pub(crate) fn occasion(text: &str, tokens: &[Token]) -> Option<Span> {
    let word = |at: usize| tokens.get(at).map_or("", |token: &Token| &text[token.span.range()]);
    for (at, token) in tokens.iter().enumerate() {
        let lower = matches!(word(at), "in" | "at" | "during" | "In" | "At" | "During");
        if !lower || !token.is(Class::PREPOSITION) {
            continue;
        }
        let noun = (at + 1..tokens.len().min(at + 1 + REACH))
            .take_while(|noun| tokens[*noun].is_word())
            .find(|noun| is_occasion(word(*noun)) || is_event(tokens, at + 1, *noun, word(*noun)));
        let Some(noun) = noun else { continue };
        let mut end = noun + 1;
        let linked = matches!(word(end), "at" | "with" | "to" | "in" | "on" | "before" | "of")
            && tokens
                .get(end + 1)
                .is_some_and(|token| token.is_capital() || token.is(Class::DETERMINER));
        if linked && !tokens[end + 1].is(Class::DAY.with(Class::MONTH)) {
            end += 2;
            while end < tokens.len()
                && end - noun < 2 * REACH
                && tokens[end].is_word()
                && (tokens[end].is_capital()
                    || word(end - 1) == "the"
                    || matches!(word(end), "for" | "of")
                        && tokens.get(end + 1).is_some_and(Token::is_capital))
            {
                end += 1;
            }
        }
        return Some(span_of(&tokens[at + 1..end]));
    }
    None
}

/// Whether a name such as `the Tarn Water Forum`, whose first and last token are given, is that of an occasion.
fn is_event(tokens: &[Token], first: usize, last: usize, word: &str) -> bool {
    tokens[first].is(Class::DETERMINER)
        && tokens[last].is_capital()
        && !tokens.get(last + 1).is_some_and(Token::is_capital)
        && is_occasion(&word.to_lowercase())
}

fn is_occasion(word: &str) -> bool {
    matches!(
        word,
        "speech"
            | "interview"
            | "conference"
            | "briefing"
            | "rally"
            | "statement"
            | "meeting"
            | "summit"
            | "address"
            | "hearing"
            | "debate"
            | "forum"
            | "event"
            | "email"
            | "letter"
            | "tweet"
            | "testimony"
            | "appearance"
            | "podcast"
            | "lecture"
            | "session"
            | "ceremony"
            | "memo"
            | "call"
            | "remarks"
    )
}
