//! What the tagger sees: the words of one article, or of a part of a very long one.

use std::ops::Range;

use learner::Codes;
use learner::hash::{self, ByHash};

use crate::clusters::Clusters;
use crate::lexicon::{ANY_PLACE, Classes, DEMONYM, Lexicon, MISC, ORG, OUTLET, TITLE};
use crate::token::{Kind, Token};
use crate::vocabulary::Vocabulary;

/// A sentence longer than this many tokens is read in pieces.
const LONGEST_SENTENCE: usize = 300;

/// One form of a word, with all that can be said of it alone. Values are hashes; 0 is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Word {
    /// As it is written.
    pub(crate) form: u32,
    /// In lower case; digits and addresses are all the same.
    pub(crate) low: u32,
    /// Its capitals, small letters, digits and marks.
    pub(crate) shape: u32,
    /// Its first 1 to 4 letters, where it has more.
    pub(crate) starts: [u32; 4],
    /// Its last 1 to 4 letters, where it has more.
    pub(crate) ends: [u32; 4],
    /// Its clusters, coarse to fine, from 1 on.
    pub(crate) clusters: [u32; 3],
    /// What the lists say of it.
    pub(crate) classes: Classes,
    /// The same as one number.
    pub(crate) listed: u32,
    /// What unlabelled text says of it.
    pub(crate) known: u32,
    /// Whether it is of letters.
    pub(crate) letters: bool,
    /// Number of its form in lower case on this page.
    pub(crate) id: u32,
    /// Its number in the [`Vocabulary`], from 1 on; 0 for no word.
    pub(crate) number: u32,
}

/// How a page writes a word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Use {
    /// How often in lower case.
    pub(crate) lower: u32,
    /// How often with a capital inside a sentence.
    pub(crate) inner: u32,
    /// The words before and after the first of those.
    pub(crate) near: [[u32; 2]; 3],
}

/// A sentence: its tokens on the page.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub(crate) range: Range<usize>,
    /// Whether capitals say little in it: a heading, a table, a menu.
    pub(crate) heading: bool,
}

/// The words of an article.
#[derive(Default)]
pub(crate) struct Page {
    words: Vec<Word>,
    /// For each token its word.
    of: Vec<u32>,
    pub(crate) sentences: Vec<Sentence>,
    /// For each word in lower case its use.
    pub(crate) uses: Vec<Use>,
    /// For each token its place in a listed phrase.
    pub(crate) phrases: Vec<u32>,
    /// For each token its place in a name known from unlabelled text.
    pub(crate) names: Vec<u32>,
    forms: ByHash<u32>,
    lows: ByHash<u32>,
}

/// What words are compared with.
#[derive(Clone, Copy)]
pub(crate) struct Resources<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) clusters: Clusters<'a>,
    /// What unlabelled text says of words in lower case.
    pub(crate) words: Codes<'a>,
    /// What it says of names of several words.
    pub(crate) names: Codes<'a>,
}

impl Page {
    /// Reads tokens of a text.
    pub(crate) fn read(
        &mut self,
        text: &str,
        tokens: &[Token],
        resources: Resources<'_>,
        vocabulary: &mut Vocabulary,
    ) {
        self.words.clear();
        self.of.clear();
        self.forms.clear();
        self.lows.clear();
        for token in tokens {
            let word = &text[token.range()];
            let next = self.words.len() as u32;
            let form = hash::bytes(word.as_bytes());
            let number = *self.forms.entry(form).or_insert(next);
            if number == next {
                let mut word = vocabulary.word(word, form, *token, resources);
                let next = self.lows.len() as u32;
                word.id = *self.lows.entry(u64::from(word.low)).or_insert(next);
                self.words.push(word);
            }
            self.of.push(number);
        }
        self.cut(text, tokens);
        self.count(text, tokens);
        self.mark_phrases(text, tokens, resources.lexicon);
        self.mark_names(tokens, resources.names);
    }

    /// The word of a token.
    pub(crate) fn word(&self, token: usize) -> &Word {
        &self.words[self.of[token] as usize]
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.of.len()
    }

    /// Hash of some tokens' words in lower case.
    pub(crate) fn name(&self, range: Range<usize>) -> u64 {
        range.fold(0, |name, at| hash::feature(7, (name >> 16) as u32, self.word(at).low))
    }

    fn cut(&mut self, text: &str, tokens: &[Token]) {
        self.sentences.clear();
        let mut start = 0;
        for end in 1..=tokens.len() {
            let over = tokens.get(end).is_none_or(|next| next.first());
            if over || end - start >= LONGEST_SENTENCE {
                let heading = is_heading(text, &tokens[start..end]);
                self.sentences.push(Sentence { range: start..end, heading });
                start = end;
            }
        }
    }

    fn count(&mut self, text: &str, tokens: &[Token]) {
        self.uses.clear();
        self.uses.resize(self.lows.len(), Use::default());
        for sentence in &self.sentences {
            let mut opens = true;
            for at in sentence.range.clone() {
                let token = tokens[at];
                if token.kind != Kind::Word {
                    opens |= text[token.range()].starts_with(['"', '“', '‘', ':', '•']);
                    continue;
                }
                let low = |at: usize| {
                    if sentence.range.contains(&at) { self.word(at).low } else { 1 }
                };
                let near = [low(at.wrapping_sub(1)), low(at + 1)];
                let id = self.word(at).id as usize;
                let used = &mut self.uses[id];
                if token.lower() {
                    // A glued part of a longer word says nothing of the word alone.
                    let part = token.glued() && at > 0 && &text[tokens[at - 1].range()] == "-";
                    used.lower += u32::from(!part);
                } else if !opens && !sentence.heading {
                    if let Some(slot) = used.near.get_mut(used.inner as usize) {
                        *slot = near;
                    }
                    used.inner += 1;
                }
                opens = false;
            }
        }
    }

    /// Marks the longest phrases of the lists.
    fn mark_phrases(&mut self, text: &str, tokens: &[Token], lexicon: &Lexicon) {
        const LONGEST: usize = 5;
        const LISTS: Classes = ANY_PLACE | ORG | MISC | OUTLET | TITLE | DEMONYM;
        self.phrases.clear();
        self.phrases.resize(tokens.len(), 0);
        for sentence in &self.sentences {
            let mut at = sentence.range.start;
            while at < sentence.range.end {
                let longest =
                    if tokens[at].upper() { LONGEST.min(sentence.range.end - at) } else { 0 };
                let start = tokens[at].start as usize;
                let found = (2..=longest).rev().find_map(|length| {
                    let phrase = &text[start..tokens[at + length - 1].end as usize];
                    let entry = if tokens[at].caps() {
                        lexicon.entry_in_capitals(phrase)
                    } else {
                        lexicon.entry(phrase)
                    };
                    let lists = entry.classes & LISTS;
                    (lists != 0).then_some((length, folded(lists)))
                });
                let length = found.map_or(1, |(length, lists)| {
                    mark(&mut self.phrases[at..at + length], lists);
                    length
                });
                at += length;
            }
        }
    }

    /// Marks the longest names that are known from unlabelled text.
    fn mark_names(&mut self, tokens: &[Token], known: Codes<'_>) {
        self.names.clear();
        self.names.resize(tokens.len(), 0);
        for sentence in 0..self.sentences.len() {
            let Range { mut start, end } = self.sentences[sentence].range;
            while start < end {
                let longest = if tokens[start].upper() { LONGEST_NAME.min(end - start) } else { 0 };
                let found = (2..=longest).rev().find_map(|length| {
                    let last = tokens[start + length - 1];
                    let may_end = last.upper() || last.kind != Kind::Word;
                    let code = known.get(self.name(start..start + length)).filter(|_| may_end);
                    code.map(|code| (length, u32::from(code)))
                });
                let length = found.map_or(1, |(length, code)| {
                    mark(&mut self.names[start..start + length], code);
                    length
                });
                start += length;
            }
        }
    }
}

/// Names of more tokens than this are not remembered.
pub(crate) const LONGEST_NAME: usize = 6;

/// The place of each token in a marked stretch, and what it is marked with.
fn mark(slots: &mut [u32], with: u32) {
    let last = slots.len() - 1;
    for (at, slot) in slots.iter_mut().enumerate() {
        let place = if at == 0 { 1 } else { 2 + u32::from(at == last) };
        *slot = with.wrapping_mul(4).wrapping_add(place);
    }
}

/// Classes as one number of 30 bits; 0 for none.
pub(crate) fn folded(classes: Classes) -> u32 {
    (classes ^ (classes >> 30)) as u32 & 0x3fff_ffff
}

/// Whether capitals say little in this sentence: a heading, a table, a menu.
fn is_heading(text: &str, tokens: &[Token]) -> bool {
    let (mut words, mut upper, mut lower) = (0, 0, false);
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        if token.end - token.start >= 4 {
            words += 1;
            upper += u32::from(token.upper());
            lower |= token.lower();
        }
    }
    let stopped =
        tokens.last().is_some_and(|last| text[last.range()].starts_with(['.', '?', '!', ',', ':']));
    let mostly = words >= 4 && upper * 10 >= words * 8 && (!stopped || !lower);
    mostly || words >= 2 && upper == words && !stopped
}
