//! Noun phrases beside a cue: who stands where the speaker stands.

use std::ops::Range;

use document::Span;

use crate::names::{run_end, span_of, untitled};
use crate::token::{Class, Kind, Token, is_possessive};

/// Tokens looked at for one phrase.
const REACH: usize = 16;
/// Words before a name that state no office.
const HONORIFICS: [&str; 5] = ["mr", "mrs", "ms", "miss", "dr"];

/// A noun phrase that can be a speaker.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    /// Its tokens, title words included, apposition not.
    pub(crate) tokens: Range<usize>,
    /// What it is.
    pub(crate) head: Head,
    /// The tokens up to the cue or the end, apposition included.
    pub(crate) extent: Range<usize>,
    /// The tokens of an apposition after it.
    pub(crate) apposition: Option<Range<usize>>,
}

/// What a noun phrase is by its form.
#[derive(Clone, Debug)]
pub(crate) enum Head {
    /// A pronoun.
    Pronoun,
    /// A name, in these tokens.
    Name(Range<usize>),
    /// Anything else.
    Description,
}

/// The phrase that some tokens are, with the apposition or parenthesis that follows it before the
/// token `limit`; `None` if it has no word.
pub(crate) fn of(
    text: &str,
    tokens: &[Token],
    range: Range<usize>,
    limit: usize,
) -> Option<Phrase> {
    let mut start = range.clone().find(|at| tokens[*at].is_word())?;
    while start > 0 && is_run(text, &tokens[start - 1], &tokens[start]) {
        start -= 1; // a name is taken whole
    }
    let core = (start..range.end)
        .find(|at| !tokens[*at].is_word() && !is_inner_mark(text, &tokens[*at]))
        .unwrap_or(range.end);
    if core == start + 1 && tokens[start].is(Class::PRONOUN.with(Class::RELATIVE)) {
        let tokens = start..core;
        return Some(Phrase { tokens, head: Head::Pronoun, extent: range, apposition: None });
    }
    let close = match tokens.get(core).map(|token| &token.kind) {
        Some(Kind::Mark(',')) => Some(','),
        Some(Kind::Mark('(')) => Some(')'),
        _ => None,
    };
    let limit = limit.max(core).min(tokens.len()).min(core + REACH);
    let rest = close.and_then(|close| {
        let end =
            (core + 1..limit).find(|at| tokens[*at].is_mark(close) || tokens[*at].is_mark('.'));
        let end = end.or((limit < tokens.len()).then_some(limit))?;
        // Nothing stands between the mark and the limit where the phrase reaches it.
        let rest = tokens.get(core + 1..end).filter(|rest| !rest.is_empty())?;
        rest.iter().all(|token| token.stretch().is_none()).then_some(core + 1..end)
    });
    // `Ada Ek, 43, a farmer`: the apposition stands behind the age
    let rest = rest.map(|rest| {
        let digits =
            text[tokens[rest.start].span.range()].starts_with(|digit: char| digit.is_ascii_digit());
        let next = rest.end + 1;
        let end = (next..limit).find(|at| !tokens[*at].is_word());
        match end {
            Some(end)
                if digits && rest.len() == 1 && tokens[rest.end].is_mark(',') && next < end =>
            {
                next..end
            }
            _ => rest,
        }
    });
    let mut head = head_after(text, tokens, start..core);
    if let (Head::Description, Some(rest)) = (&head, &rest)
        && run_end(text, tokens, rest.start) == rest.end
    {
        let (start, end) = untitled(tokens, rest.start, rest.end);
        head = Head::Name(start..end);
    }
    Some(Phrase { tokens: start..core, head, extent: range, apposition: rest })
}

/// Whether two tokens stand in one run of capitalised words.
fn is_run(text: &str, before: &Token, token: &Token) -> bool {
    let plain = Class::PLAIN.with(Class::DAY).with(Class::MONTH);
    before.is_capital()
        && token.is_capital()
        && !before.is(plain)
        && !token.is(Class::PRONOUN.with(Class::DETERMINER))
        && !is_possessive(&text[before.span.range()])
}

/// Whether a mark does not end a phrase: those of `AT&T` and `and/or`.
fn is_inner_mark(text: &str, token: &Token) -> bool {
    matches!(&text[token.span.range()], "&" | "/" | "." | "’" | "'")
}

/// The noun phrase that ends before the token `end`.
pub(crate) fn ending_at(text: &str, tokens: &[Token], end: usize) -> Option<Phrase> {
    let last = end.checked_sub(1)?;
    let token = &tokens[last];
    let word = &text[token.span.range()];
    if token.is_mark(')') {
        // a party or an age after the name
        let open = (last.saturating_sub(6)..last).rev().find(|at| tokens[*at].is_mark('('))?;
        return ending_at(text, tokens, open);
    }
    if !token.is_word() || is_possessive(word) {
        return None;
    }
    if token.is(Class::PRONOUN) {
        let tokens = last..end;
        return Some(Phrase {
            tokens: tokens.clone(),
            head: Head::Pronoun,
            extent: tokens,
            apposition: None,
        });
    }
    if !token.is_capital() && is_function_word(token) {
        return None;
    }
    let mut start = last;
    while start > 0 && end - start < REACH {
        let previous = &tokens[start - 1];
        if !previous.is_word() {
            break;
        }
        let word = &text[previous.span.range()];
        let two_back = start.checked_sub(2).map(|at| &tokens[at]);
        let noun_before = two_back.is_some_and(|token| {
            token.is_word() && (token.is_capital() || !is_function_word(token))
        });
        if previous.is(Class::DETERMINER)
            && !previous.is(Class::PRONOUN)
            && !matches!(word, "that" | "That")
        {
            start -= 1;
            let linked = start >= 2 && is_link(&text[tokens[start - 1].span.range()]);
            let noun =
                start >= 2 && tokens[start - 2].is_word() && !is_function_word(&tokens[start - 2]);
            if linked && noun {
                start -= 2;
                continue;
            }
            break;
        } else if is_link(word) && noun_before
            || word == "and"
                && noun_before
                && tokens[start].is_capital()
                && two_back.is_some_and(Token::is_capital)
        {
            start -= 2;
        } else if previous.is_capital() && !previous.is(Class::PLAIN)
            || !is_function_word(previous) && previous.verb().is_none_or(|_| previous.is_capital())
        {
            start -= 1;
        } else {
            break;
        }
    }
    let tokens_of = start..end;
    let head = head(text, tokens, tokens_of.clone());
    Some(Phrase { tokens: tokens_of.clone(), head, extent: tokens_of, apposition: None })
}

/// The subject that stands after a cue that ends before token `from`: `said Ada Ek, a lawyer`.
pub(crate) fn after(text: &str, tokens: &[Token], from: usize) -> Option<Phrase> {
    let first = tokens.get(from)?;
    if first.is(Class::PRONOUN) {
        let tokens = from..from + 1;
        return Some(Phrase {
            tokens: tokens.clone(),
            head: Head::Pronoun,
            extent: tokens,
            apposition: None,
        });
    }
    if !first.is_capital()
        && (is_function_word(first) && !first.is(Class::DETERMINER) || !first.is_word())
    {
        return None;
    }
    let mut end = from;
    while end < tokens.len() && end - from < REACH {
        let token = &tokens[end];
        let word = &text[token.span.range()];
        let joined = is_link(word) && end > from && tokens.get(end + 1).is_some_and(Token::is_word)
            || word == "and"
                && tokens.get(end + 1).is_some_and(Token::is_capital)
                && end > from
                && tokens[end - 1].is_capital();
        let stops = !token.is_word()
            || token.is(Class::DAY)
            || !token.is_capital()
                && is_function_word(token)
                && !token.is(Class::DETERMINER)
                && !joined
            || token.is(Class::DETERMINER)
                && end > from
                && !is_link(&text[tokens[end - 1].span.range()])
            || end > from && token.verb().is_some() && !token.is_capital();
        if stops {
            break;
        }
        end += 1;
    }
    if end == from {
        return None;
    }
    let mut phrase = Phrase {
        tokens: from..end,
        head: head_after(text, tokens, from..end),
        extent: from..end,
        apposition: None,
    };
    let named = matches!(phrase.head, Head::Name(_));
    if !named && !first.is(Class::DETERMINER) && !is_plural(&text[tokens[end - 1].span.range()]) {
        return None;
    }
    if tokens.get(end).is_some_and(|token| token.is_mark(',')) {
        let reach = tokens.len().min(end + 1 + REACH);
        let stop = (end + 1..reach).find(|at| !tokens[*at].is_word()).unwrap_or(reach);
        let inner = &tokens[end + 1..stop];
        let opens = inner.first().is_some_and(|first| {
            first.is(Class::DETERMINER.with(Class::TITLE)) || first.is_capital()
        });
        let clause = inner
            .iter()
            .any(|token| token.is(Class::AUXILIARY.with(Class::MODAL).with(Class::PRONOUN)));
        let closed = tokens.get(stop).is_none_or(|token| {
            token.is_mark(',') || token.is_mark('.') || token.stretch().is_some()
        });
        let stop = if opens && closed && !clause { stop } else { end + 1 };
        if stop > end + 1 {
            let capital = run_end(text, tokens, end + 1) == stop;
            if capital && !named {
                let (start, stop) = untitled(tokens, end + 1, stop);
                phrase.head = Head::Name(start..stop);
                phrase.extent = from..stop;
                return Some(phrase);
            }
            phrase.apposition = Some(end + 1..stop);
            phrase.extent = from..stop;
        }
    }
    Some(phrase)
}

/// What a phrase before its verb is: its name stands last.
fn head(text: &str, tokens: &[Token], phrase: Range<usize>) -> Head {
    let mut start = phrase.end;
    while start > phrase.start && is_name_part(text, &tokens[start - 1], start < phrase.end) {
        start -= 1;
    }
    while start < phrase.end && !tokens[start].is_capital() {
        start += 1;
    }
    if start == phrase.end {
        return Head::Description;
    }
    if start > phrase.start && is_link(&text[tokens[start - 1].span.range()]) {
        return Head::Description;
    }
    let (start, end) = untitled(tokens, start, phrase.end);
    if tokens[end - 1].is(Class::PLAIN.with(Class::DAY)) {
        Head::Description
    } else {
        Head::Name(start..end)
    }
}

/// What a phrase after its verb is: its name stands last before the first `of` or `for`.
fn head_after(text: &str, tokens: &[Token], phrase: Range<usize>) -> Head {
    let link = phrase.clone().find(|at| is_link(&text[tokens[*at].span.range()]));
    let before = head(text, tokens, phrase.start..link.unwrap_or(phrase.end));
    match before {
        Head::Name(name)
            if tokens[name.clone()].iter().all(|token| token.is(Class::TITLE))
                && link.is_some() =>
        {
            Head::Description
        }
        other => other,
    }
}

fn is_name_part(text: &str, token: &Token, inside: bool) -> bool {
    let word = &text[token.span.range()];
    let particle = matches!(
        word,
        "von"
            | "van"
            | "der"
            | "den"
            | "de"
            | "la"
            | "al"
            | "bin"
            | "del"
            | "di"
            | "da"
            | "dos"
            | "el"
    );
    token.is_capital()
        && !(inside && is_possessive(word))
        && !(inside && token.is(Class::PLAIN.with(Class::DAY)))
        || inside && particle
}

fn is_function_word(token: &Token) -> bool {
    token.is(Class::FUNCTION.with(Class::ADVERB))
}

/// Words that tie a name to a noun before it, as in `a spokesman for the ministry`.
fn is_link(word: &str) -> bool {
    matches!(word, "of" | "for" | "at" | "with" | "from" | "in")
}

fn is_plural(word: &str) -> bool {
    word.ends_with('s') && !word.ends_with("ss") || word == "people"
}

/// The office that a phrase states: the words before the name, or the apposition after it. `Mr.` and `Dr.` are none.
pub(crate) fn role(text: &str, tokens: &[Token], phrase: &Phrase) -> Option<Span> {
    let Head::Name(name) = &phrase.head else { return None };
    if name.start >= phrase.tokens.end {
        return Some(span_of(&tokens[phrase.tokens.clone()])); // `the mayor, Ada Ek`
    }
    let honorific = |token: &Token| {
        let word = text[token.span.range()].trim_end_matches('.');
        HONORIFICS.iter().any(|honorific| word.eq_ignore_ascii_case(honorific))
    };
    let start = (phrase.tokens.start..name.start).find(|at| {
        let token = &tokens[*at];
        token.is_capital() && !token.is(Class::PLAIN.with(Class::DAY))
            || token.is_word() && !is_function_word(token)
    });
    if let Some(start) = start.filter(|start| *start < name.start) {
        let words = &tokens[start..name.start];
        if words.iter().any(|token| token.is(Class::TITLE) || !token.is_capital())
            && words.iter().all(Token::is_word)
            && !words.iter().all(honorific)
        {
            return Some(span_of(words));
        }
    }
    let apposition = &tokens[phrase.apposition.clone()?];
    let first = apposition.first()?;
    let opens = first.is(Class::DETERMINER)
        || first.is_word() && !is_function_word(first) && !first.is_capital()
        || first.is(Class::TITLE);
    let worded = apposition.iter().any(|token| {
        token.is_word() && !token.is_capital() && !is_function_word(token) || token.is(Class::TITLE)
    });
    let first = &text[first.span.range()];
    let digits = first.starts_with(|digit: char| digit.is_ascii_digit());
    let doing = first.ends_with("ing") && !apposition.iter().any(|token| token.is(Class::TITLE));
    (opens && worded && !digits && !doing && apposition.len() <= REACH).then(|| span_of(apposition))
}
