//! A text as terms: its words, folded so that forms of one word count together.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use document::Span;

use crate::words::{Grade, fold_plural, grade, lower, words};

/// A word of the text.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Its letters and digits, without a possessive ending.
    pub span: Span,
    /// The number of its term.
    pub term: u32,
    /// Whether only white space stands between it and the word before, in the same sentence.
    pub joined: bool,
}

/// The words of the sentences it was given, sentence by sentence; its buffers are kept for the next texts.
#[derive(Debug, Default)]
pub struct Terms {
    forms: HashMap<Box<str>, u32, BuildHasherDefault<ByWord>>,
    grades: Vec<Grade>,
    tokens: Vec<Token>,
    sentences: Vec<Range<usize>>,
    form: String,
}

impl Terms {
    /// Reads the sentences of a text, forgetting all before.
    ///
    /// # Panics
    /// If a sentence is no slice of the text.
    pub fn read(&mut self, text: &str, sentences: &[Span]) {
        self.clear();
        for sentence in sentences {
            self.push(text, *sentence);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.forms.clear();
        self.grades.clear();
        self.tokens.clear();
        self.sentences.clear();
    }

    /// Reads one more sentence, the slice `sentence` of `text`.
    ///
    /// # Panics
    /// If it is no slice of the text.
    pub fn push(&mut self, text: &str, sentence: Span) {
        let first = self.tokens.len();
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
        self.sentences.push(first..self.tokens.len());
    }

    /// The terms of a text of its own, such as the headline; those that were not read are left out.
    pub fn known_in(&mut self, text: &str) -> Vec<u32> {
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

    /// How many terms there are; they are numbered from 0.
    pub fn count(&self) -> usize {
        self.grades.len()
    }

    /// What a term can tell.
    ///
    /// # Panics
    /// If there is no such term.
    pub fn grade(&self, term: u32) -> Grade {
        self.grades[term as usize]
    }

    /// Every word of every sentence.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// For each sentence, which of [`tokens`](Self::tokens) are its own.
    pub fn sentences(&self) -> &[Range<usize>] {
        &self.sentences
    }

    /// The words of sentence `index`.
    ///
    /// # Panics
    /// If there is no such sentence.
    pub fn of_sentence(&self, index: usize) -> &[Token] {
        &self.tokens[self.sentences[index].clone()]
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

/// Hashes short words: FNV-1a over eight bytes at a time. The words come from the article and the
/// table lives as long as it, so that nobody gains by collisions.
#[derive(Debug)]
struct ByWord(u64);

impl Default for ByWord {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for ByWord {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..part.len()].copy_from_slice(part);
            self.0 = (self.0 ^ u64::from_le_bytes(eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 ^= self.0 >> 29;
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
