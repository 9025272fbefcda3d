//! `${NAME}` and `${NAME:-default}` in string values.

use std::ops::Range;

/// A text after substitution.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Substituted {
    /// It names no variable.
    Unchanged,
    /// With the variables put in.
    Text(String),
    /// Some variables are unset and have no default.
    Unset(Vec<String>),
    /// This part of it is no substitution, for this reason.
    Malformed(String, &'static str),
}

/// Replaces the variables of `text`. `$$` before `{` stands for a plain `$`.
pub(crate) fn substitute(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Substituted {
    if !text.contains("${") {
        return Substituted::Unchanged;
    }
    let (mut out, mut rest, mut unset) = (String::new(), text, Vec::new());
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            out.push_str(&rest[..at]);
            out.push('{');
            rest = &rest[at + 2..];
            continue;
        }
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            return Substituted::Malformed(rest[at..].to_owned(), "the closing `}` is missing");
        };
        let whole = &rest[at..=at + end];
        let inner = &rest[at + 2..at + end];
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        let first = name.chars().next();
        let named = first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !named || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Substituted::Malformed(
                whole.to_owned(),
                "a variable is named by letters, digits and `_`",
            );
        }
        match env(name).or_else(|| default.map(str::to_owned)) {
            Some(value) => out.push_str(&value),
            None => unset.push(name.to_owned()),
        }
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    if unset.is_empty() { Substituted::Text(out) } else { Substituted::Unset(unset) }
}

/// Where `part` stands inside the value that `span` covers; the whole value if it was escaped.
pub(crate) fn place_of(source: &str, span: &Range<usize>, part: &str) -> Range<usize> {
    let found = source.get(span.clone()).and_then(|value| value.find(part));
    found.map_or(span.clone(), |at| span.start + at..span.start + at + part.len())
}
