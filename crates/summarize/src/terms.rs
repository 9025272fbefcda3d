//! The article as terms: its words, folded so that forms of one word count together.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use document::Span;

/// What a term can tell about an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    /// Nothing: "the", "which", a number.
    Stop,
    /// Little: a word of the long list, such as "area" or "group", or one that all news uses.
    Common,
    /// Something.
    Content,
}

/// A word of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Its letters and digits, without a possessive ending.
    pub(crate) span: Span,
    /// Index into [`Terms::grades`].
    pub(crate) term: u32,
    /// Whether only white space stands between it and the word before, in the same sentence.
    pub(crate) joined: bool,
}

/// The words of one article; its buffers are kept for the next.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    forms: HashMap<Box<str>, u32>,
    /// One for each term.
    pub(crate) grades: Vec<Grade>,
    /// Every word of every sentence.
    pub(crate) tokens: Vec<Token>,
    /// For each sentence, which of `tokens` are its own.
    pub(crate) sentences: Vec<Range<usize>>,
    form: String,
}

impl Terms {
    /// Reads an article's words, forgetting those of the one before.
    pub(crate) fn read(&mut self, text: &str, sentences: &[Span]) {
        self.forms.clear();
        self.grades.clear();
        self.tokens.clear();
        self.sentences.clear();
        for sentence in sentences {
            let first = self.tokens.len();
            self.read_sentence(text, *sentence);
            self.sentences.push(first..self.tokens.len());
        }
    }

    /// The terms of a text of its own, such as the headline; those that the article lacks are left out.
    pub(crate) fn known_in(&mut self, text: &str) -> Vec<u32> {
        let mut form = std::mem::take(&mut self.form);
        let terms = words(text)
            .filter_map(|word| {
                lower(&text[word], &mut form);
                self.forms.get(form.as_str()).copied().or_else(|| {
                    fold_plural(&mut form);
                    self.forms.get(form.as_str()).copied()
                })
            })
            .collect();
        self.form = form;
        terms
    }

    /// The words of sentence `index`.
    pub(crate) fn of_sentence(&self, index: usize) -> &[Token] {
        &self.tokens[self.sentences[index].clone()]
    }

    fn read_sentence(&mut self, text: &str, sentence: Span) {
        let base = sentence.start() as usize;
        let content = &text[sentence.range()];
        let mut form = std::mem::take(&mut self.form);
        let mut end = None;
        for word in words(content) {
            let joined = end.is_some_and(|end: usize| {
                content[end..word.start].chars().all(char::is_whitespace)
            });
            end = Some(word.end);
            lower(&content[word.clone()], &mut form);
            let term = self.term(&mut form);
            let span = Span::from_range(base + word.start..base + word.end);
            self.tokens.push(Token { span, term, joined });
        }
        self.form = form;
    }

    /// The term of a lower-case form, which is folded in place where it is new.
    fn term(&mut self, form: &mut String) -> u32 {
        if let Some(term) = self.forms.get(form.as_str()) {
            return *term;
        }
        let seen = form.as_str().into();
        let grade = grade(form);
        if grade == Grade::Content {
            fold_plural(form);
        }
        let term = self.forms.get(form.as_str()).copied().unwrap_or_else(|| {
            self.grades.push(grade);
            let term = self.grades.len() as u32 - 1;
            self.forms.insert(form.as_str().into(), term);
            term
        });
        self.forms.insert(seen, term);
        term
    }
}

/// The words of a text as byte ranges: letters and digits, with apostrophes and hyphens inside,
/// without a possessive ending.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
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

fn lower(word: &str, form: &mut String) {
    form.clear();
    if word.is_ascii() {
        form.push_str(word);
        form.make_ascii_lowercase();
    } else {
        let plain = |character| if character == '’' { '\'' } else { character };
        form.extend(word.chars().flat_map(char::to_lowercase).map(plain));
    }
}

fn grade(form: &str) -> Grade {
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
fn fold_plural(form: &mut String) {
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
