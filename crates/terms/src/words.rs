//! Words, and how forms of one word become one term.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// What a term can tell about an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Nothing: "the", "which", a number.
    Stop,
    /// Little: a word of the long list, such as "area" or "group", or one that all news uses.
    Common,
    /// Something.
    Content,
}

/// The words of a text as byte ranges: letters and digits, with apostrophes and hyphens inside,
/// without a possessive ending.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let mut end = start;
        let mut rest = text[start..].chars().peekable();
        while let Some(character) = rest.next() {
            let inside = matches!(character, '\'' | '’' | '-')
                && rest.peek().is_some_and(|next| next.is_alphanumeric());
            if !character.is_alphanumeric() && !inside {
                break;
            }
            end += character.len_utf8();
        }
        at = end;
        let word = &text[start..end];
        let possessive =
            ["'s", "’s", "'S", "’S"].into_iter().find_map(|ending| word.strip_suffix(ending));
        Some(start..start + possessive.unwrap_or(word).len())
    })
}

/// The term of a word, into `form`, and what it can tell: lower case, a plural as its singular.
pub fn fold(word: &str, form: &mut String) -> Grade {
    lower(word, form);
    let grade = grade(form);
    if grade != Grade::Stop {
        fold_plural(form);
    }
    grade
}

pub(crate) fn lower(word: &str, form: &mut String) {
    form.clear();
    if word.is_ascii() {
        form.push_str(word);
        form.make_ascii_lowercase();
    } else {
        let plain = |character| if character == '’' { '\'' } else { character };
        form.extend(word.chars().flat_map(char::to_lowercase).map(plain));
    }
}

pub(crate) fn grade(form: &str) -> Grade {
    static STOP: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        include_str!("../data/function_words_en.txt").split_whitespace().collect()
    });
    static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let lists =
            [include_str!("../data/stopwords_en.txt"), include_str!("../data/news_words_en.txt")];
        lists.into_iter().flat_map(str::split_whitespace).collect()
    });
    if STOP.contains(form) || !form.contains(char::is_alphabetic) {
        Grade::Stop
    } else if COMMON.contains(form) {
        Grade::Common
    } else {
        Grade::Content
    }
}

/// Turns a regular English plural into its singular; a rough fold that only has to be consistent.
pub(crate) fn fold_plural(form: &mut String) {
    if form.len() < 4
        || !form.is_ascii()
        || ["ss", "us", "is"].iter().any(|ending| form.ends_with(ending))
    {
        return;
    }
    if let Some(stem) = form.strip_suffix("ies").map(str::len).filter(|stem| *stem > 2) {
        form.truncate(stem);
        form.push('y');
    } else if form.ends_with('s') {
        form.pop();
    }
}
