//! What people type to search, as an expression of the full-text index.
//!
//! Words are all wanted, wherever they stand: `taiwan strait`. Words in double quotation marks stand next to each
//! other: `"supply chain"`. `taiw*` is any word that begins so, `-chips` one that must not be there, and `OR`
//! between two words takes either: `ferry OR boat`. Everything else is part of a word: nobody
//! has to know the syntax of SQLite.

/// Why a search cannot be asked. Says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A quotation mark opens and none closes.
    #[error("`{0}` has a quotation mark without a partner; close it, or leave it out")]
    UnclosedMark(String),
    /// There is nothing to look for.
    #[error("`{0}` has no word to look for; `-word` only leaves results out")]
    NoWords(String),
    /// `OR` has nothing on one of its sides.
    #[error(
        "`{0}` has an OR without a word on both sides; quote it, as in `\"or\"`, to look for the word itself"
    )]
    LonelyOr(String),
}

/// The expression of FTS5 that means what was typed; `None` where nothing was.
pub(crate) fn expression(typed: &str) -> Result<Option<String>, QueryError> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    // Alternatives that must all be met, and what must not.
    let (mut wanted, mut unwanted): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut after_or = false;
    let mut after_term = false;
    for term in terms(typed)? {
        match term {
            Term::Or if !after_term || after_or => {
                return Err(QueryError::LonelyOr(typed.to_owned()));
            }
            Term::Or => after_or = true,
            Term::Not(_) if after_or => return Err(QueryError::LonelyOr(typed.to_owned())),
            Term::Not(phrase) => {
                unwanted.push(phrase);
                after_term = false;
            }
            Term::Words(phrase) => {
                match wanted.last_mut().filter(|_| after_or) {
                    Some(alternatives) => alternatives.push(phrase),
                    None => wanted.push(vec![phrase]),
                }
                (after_or, after_term) = (false, true);
            }
        }
    }
    if after_or {
        return Err(QueryError::LonelyOr(typed.to_owned()));
    }
    if wanted.is_empty() {
        return Err(QueryError::NoWords(typed.to_owned()));
    }
    let all: Vec<_> = wanted.iter().map(|either| format!("({})", either.join(" OR "))).collect();
    let mut expression = format!("({})", all.join(" AND "));
    for phrase in unwanted {
        expression = format!("({expression} NOT {phrase})");
    }
    Ok(Some(expression))
}

/// A piece of what was typed, words as a phrase of FTS5.
enum Term {
    Words(String),
    Not(String),
    Or,
}

fn terms(typed: &str) -> Result<Vec<Term>, QueryError> {
    let mut terms = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let (not, body) = match rest.strip_prefix('-') {
            Some(body) if !body.starts_with([' ', '-']) && !body.is_empty() => (true, body),
            _ => (false, rest),
        };
        let after;
        let (words, is_word) = if let Some(quoted) = body.strip_prefix(is_mark) {
            let end =
                quoted.find(is_mark).ok_or_else(|| QueryError::UnclosedMark(typed.to_owned()))?;
            after = quoted[end..].strip_prefix(is_mark).expect("a mark was found there");
            (&quoted[..end], false)
        } else {
            let end = body.find(|c: char| c.is_whitespace() || is_mark(c)).unwrap_or(body.len());
            after = &body[end..];
            (&body[..end], true)
        };
        let (words, after) = match after.strip_prefix('*') {
            Some(after) if !is_word => (format!("{words}*"), after),
            _ => (words.to_owned(), after),
        };
        if is_word && words == "OR" {
            terms.push(Term::Or);
        } else if let Some(phrase) = phrase(&words) {
            terms.push(if not { Term::Not(phrase) } else { Term::Words(phrase) });
        }
        rest = after.trim_start();
    }
    Ok(terms)
}

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// Words next to each other; `None` where there is none.
fn phrase(words: &str) -> Option<String> {
    let stem = words.trim_end_matches('*');
    if !stem.contains(char::is_alphanumeric) {
        return None;
    }
    let prefix = if stem.len() < words.len() { " *" } else { "" };
    Some(format!("\"{}\"{prefix}", stem.replace('"', " ")))
}

#[cfg(test)]
mod tests {
    use super::{QueryError, expression};

    #[test]
    fn what_is_typed_becomes_an_expression() {
        for (typed, expected) in [
            ("", None),
            ("ferry", Some(r#"(("ferry"))"#)),
            ("ferry  strike", Some(r#"(("ferry") AND ("strike"))"#)),
            (r#""ferry strike" pay"#, Some(r#"(("ferry strike") AND ("pay"))"#)),
            ("“ferry strike”", Some(r#"(("ferry strike"))"#)),
            ("ferr*", Some(r#"(("ferr" *))"#)),
            (r#""night ferr"*"#, Some(r#"(("night ferr" *))"#)),
            ("pay ferry OR boat OR ship", Some(r#"(("pay") AND ("ferry" OR "boat" OR "ship"))"#)),
            ("ferry -strike", Some(r#"((("ferry")) NOT "strike")"#)),
            ("cease-fire", Some(r#"(("cease-fire"))"#)),
            ("NEAR(a) AND b^", Some(r#"(("NEAR(a)") AND ("AND") AND ("b^"))"#)),
            ("ferry - & strike", Some(r#"(("ferry") AND ("strike"))"#)),
        ] {
            assert_eq!(expression(typed).unwrap().as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        let typed = |typed: &str| typed.to_owned();
        for (query, error) in [
            ("\"ferry", QueryError::UnclosedMark(typed("\"ferry"))),
            ("-ferry", QueryError::NoWords(typed("-ferry"))),
            ("!", QueryError::NoWords(typed("!"))),
            ("OR ferry", QueryError::LonelyOr(typed("OR ferry"))),
            ("ferry OR", QueryError::LonelyOr(typed("ferry OR"))),
            ("ferry OR OR boat", QueryError::LonelyOr(typed("ferry OR OR boat"))),
        ] {
            assert_eq!(expression(query).unwrap_err(), error);
        }
    }
}
