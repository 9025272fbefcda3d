//! What the tagger looks at: for each token some features, each one a template with the values that fill it.
//!
//! The templates are those of Ratinov and Roth (2009) and of Turian, Ratinov and Bengio (2010): words, shapes and
//! affixes in a window of two, lists, clusters at several grains, the same word elsewhere in the
//! article. Added are the run of capitalised words that a token stands in, with the words around it, and what
//! unlabelled text says of words and names.

use std::ops::Range;

use learner::hash::{feature, pair, short};

use crate::page::{Page, Sentence, Word};
use crate::token::{Kind, Token};

/// Takes features of one kind, numbering their templates.
struct Out<'a, F> {
    take: &'a mut F,
    template: u32,
}

impl<F: FnMut(u64)> Out<'_, F> {
    /// Starts the templates of another kind.
    fn kind(&mut self, number: u32) {
        self.template = number * 64;
    }

    /// The next template, filled with two values; nothing where both are 0.
    fn add(&mut self, a: u32, b: u32) {
        self.template += 1;
        if a != 0 || b != 0 {
            (self.take)(feature(self.template, a, b));
        }
    }

    /// As [`add`](Self::add), with the same template again.
    fn again(&mut self, a: u32, b: u32) {
        self.template -= 1;
        self.add(a, b);
    }
}

/// A token's word and those around it; an empty one past the sentence's borders.
struct Window<'a> {
    before2: &'a Word,
    before: &'a Word,
    word: &'a Word,
    after: &'a Word,
    after2: &'a Word,
}

/// Capitalised tokens in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    start: usize,
    end: usize,
    /// Hash of its text.
    whole: u32,
}

/// Reads the features of one sentence after another.
#[derive(Default)]
pub(crate) struct Features {
    runs: Vec<Run>,
    empty: Word,
    quoted: bool,
    brackets: u32,
}

impl Features {
    /// Starts a sentence.
    pub(crate) fn start(&mut self, text: &str, tokens: &[Token], sentence: &Sentence) {
        (self.quoted, self.brackets) = (false, 0);
        let Range { start, end } = sentence.range;
        self.runs.clear();
        self.runs.resize(end - start, Run::default());
        let mut at = start;
        while at < end {
            if !tokens[at].upper() {
                at += 1;
                continue;
            }
            let first = at;
            while at < end && (tokens[at].upper() || is_join(text, tokens, first..end, at)) {
                at += 1;
            }
            let bytes = tokens[first].start as usize..tokens[at - 1].end as usize;
            let run = Run { start: first, end: at, whole: short(&text.as_bytes()[bytes]) };
            self.runs[first - start..at - start].fill(run);
        }
    }

    /// The features of token `at`; those of the sentence before it must have been read.
    pub(crate) fn read(
        &mut self,
        text: &str,
        tokens: &[Token],
        page: &Page,
        sentence: &Sentence,
        at: usize,
        take: &mut impl FnMut(u64),
    ) {
        self.marks(&text[tokens[at].range()]);
        let word =
            |at: usize| if sentence.range.contains(&at) { page.word(at) } else { &self.empty };
        let window = Window {
            before2: word(at.wrapping_sub(2)),
            before: word(at.wrapping_sub(1)),
            word: word(at),
            after: word(at + 1),
            after2: word(at + 2),
        };
        let mut out = Out { take, template: 0 };
        out.add(1, 0);
        words(&window, &mut out);
        clusters(&window, &mut out);
        lists(&window, page, sentence, at, &mut out);
        self.place(&window, page, sentence, at, &mut out);
        known(&window, page, sentence, at, &mut out);
        let run = self.runs[at - sentence.range.start];
        if run.end > 0 {
            runs(run, &word, page, sentence, at, &mut out);
            elsewhere(&window, page, &mut out);
        } else {
            let capital = |at: usize| sentence.range.contains(&at) && tokens[at].upper();
            let around = u32::from(capital(at.wrapping_sub(1))) + 2 * u32::from(capital(at + 1));
            out.kind(12);
            out.add(window.word.low, around + 1);
        }
    }

    /// Notes marks and brackets as they open and close.
    fn marks(&mut self, word: &str) {
        match word {
            "\"" => self.quoted = !self.quoted,
            "“" | "‘" => self.quoted = true,
            "”" | "’" => self.quoted = false,
            "(" => self.brackets += 1,
            ")" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
    }

    /// Where the token stands, and how the page writes its word.
    fn place(
        &self,
        Window { word, .. }: &Window<'_>,
        page: &Page,
        sentence: &Sentence,
        at: usize,
        out: &mut Out<'_, impl FnMut(u64)>,
    ) {
        let first = 1 + u32::from(at == sentence.range.start);
        let heading = 1 + u32::from(sentence.heading);
        let used = usage(page, word);
        out.kind(4);
        out.add(first, word.shape);
        out.add(used, word.shape);
        out.add(used, first);
        out.add(heading, word.shape);
        out.add(heading, used);
        out.add(used, word.listed);
        out.add(1 + self.brackets.min(1), word.shape);
        out.add(1 + u32::from(self.quoted), word.shape);
    }
}

/// Whether the token is a hyphen inside a capitalised word.
fn is_join(text: &str, tokens: &[Token], sentence: Range<usize>, at: usize) -> bool {
    at > sentence.start
        && at + 1 < sentence.end
        && tokens[at].kind == Kind::Mark
        && tokens[at].glued()
        && tokens[at + 1].glued()
        && &text[tokens[at].range()] == "-"
        && tokens[at - 1].upper()
        && tokens[at + 1].upper()
}

/// How often the page writes the word in either way.
fn usage(page: &Page, word: &Word) -> u32 {
    let used = &page.uses[word.id as usize];
    1 + used.lower.min(2) * 4 + used.inner.min(3)
}

/// Words, shapes and affixes.
fn words(window: &Window<'_>, out: &mut Out<'_, impl FnMut(u64)>) {
    let Window { before2, before, word, after, after2 } = window;
    out.kind(1);
    out.add(word.low, 0);
    out.add(before.low, 0);
    out.add(after.low, 0);
    out.add(before2.low, 0);
    out.add(after2.low, 0);
    out.add(word.form, 0);
    out.add(before.low, word.low);
    out.add(word.low, after.low);
    out.add(before.low, after.low);
    out.add(word.shape, 0);
    out.add(before.shape, 0);
    out.add(after.shape, 0);
    out.add(before.shape, word.shape);
    out.add(word.shape, after.shape);
    out.add(pair(before.shape, word.shape), after.shape);
    out.add(before.low, word.shape);
    out.add(after.low, word.shape);
    out.add(pair(before2.low, before.low), word.shape);
    out.add(pair(after.low, after2.low), word.shape);
    for length in 0..4 {
        out.add(word.starts[length], 0);
        out.add(word.ends[length], 0);
    }
    out.add(word.ends[2], word.shape);
    out.add(before.ends[2], 0);
    out.add(after.ends[2], 0);
    out.add(before.ends[2], word.shape);
    out.add(after.ends[2], word.shape);
}

/// Clusters at three grains.
fn clusters(window: &Window<'_>, out: &mut Out<'_, impl FnMut(u64)>) {
    let Window { before2, before, word, after, after2 } = window;
    out.kind(2);
    for near in [before2, before, word, after, after2] {
        out.add(near.clusters[0], 0);
        out.add(near.clusters[1], 0);
    }
    for near in [before, word, after] {
        out.add(near.clusters[2], 0);
    }
    out.add(before.clusters[1], word.clusters[1]);
    out.add(word.clusters[1], after.clusters[1]);
    out.add(before.clusters[1], after.clusters[1]);
    out.add(pair(before.clusters[0], word.clusters[0]), after.clusters[0]);
    out.add(word.clusters[1], word.shape);
    out.add(word.clusters[2], word.shape);
    out.add(before.clusters[1], word.shape);
    out.add(after.clusters[1], word.shape);
}

/// What the lists say of the word, its neighbours, and the phrase it stands in.
fn lists(
    window: &Window<'_>,
    page: &Page,
    sentence: &Sentence,
    at: usize,
    out: &mut Out<'_, impl FnMut(u64)>,
) {
    let Window { before, word, after, .. } = window;
    let (phrase, phrase_before, phrase_after) = around(&page.phrases, sentence, at);
    out.kind(3);
    out.add(word.listed, 0);
    out.add(before.listed, 0);
    out.add(after.listed, 0);
    out.add(word.listed, word.shape);
    out.add(before.listed, word.listed);
    out.add(word.listed, after.listed);
    out.add(phrase, 0);
    out.add(phrase_before, 0);
    out.add(phrase_after, 0);
    out.add(phrase, word.shape);
    out.add(0, 0);
    let mut classes = word.classes;
    while classes != 0 {
        out.again(classes.trailing_zeros() + 1, 0);
        classes &= classes - 1;
    }
}

/// What unlabelled text says of the word, its neighbours, and the name it stands in.
fn known(
    window: &Window<'_>,
    page: &Page,
    sentence: &Sentence,
    at: usize,
    out: &mut Out<'_, impl FnMut(u64)>,
) {
    let Window { before, word, after, .. } = window;
    let (name, name_before, name_after) = around(&page.names, sentence, at);
    out.kind(5);
    if word.known > 0 {
        out.add(word.known, 0);
        out.add(word.known, word.shape);
        out.add(1 + word.known / 20, before.known / 20);
        out.add(1 + word.known / 20, after.known / 20);
        out.add(1 + word.known / 5, usage(page, word));
    }
    out.kind(6);
    out.add(before.known, 0);
    out.add(after.known, 0);
    out.add(name, 0);
    out.add(name_before, 0);
    out.add(name_after, 0);
    if name > 0 {
        out.add(name, word.shape);
    }
}

/// A token's mark and those of its neighbours.
fn around(marks: &[u32], sentence: &Sentence, at: usize) -> (u32, u32, u32) {
    let mark = |at: usize| if sentence.range.contains(&at) { marks[at] } else { 0 };
    (mark(at), mark(at.wrapping_sub(1)), mark(at + 1))
}

/// The run of capitalised words that the token stands in, and the words around the run.
fn runs<'a>(
    run: Run,
    word: &impl Fn(usize) -> &'a Word,
    page: &Page,
    sentence: &Sentence,
    at: usize,
    out: &mut Out<'_, impl FnMut(u64)>,
) {
    let (first, last) = (page.word(run.start), page.word(run.end - 1));
    let (before, after) = (word(run.start.wrapping_sub(1)), word(run.end));
    let place = 1 + ((at - run.start).min(3) * 5 + (run.end - 1 - at).min(3)) as u32;
    out.kind(7);
    out.add(place, 0);
    out.add(place, 1 + u32::from(sentence.heading));
    out.add(before.low, place);
    out.add(after.low, place);
    out.add(last.low, place);
    out.add(first.low, place);
    out.add(last.ends[2], place);
    out.add(last.listed, place);
    out.add(first.listed, place);
    out.add(last.clusters[1], place);
    out.add(first.clusters[1], place);
    out.add(pair(before.low, 7), after.low);
    out.add(before.clusters[1], after.clusters[1]);
    out.add(before.clusters[1], place);
    out.add(after.clusters[1], place);
    out.add(run.whole, place);
}

/// The words around the same word elsewhere on the page.
fn elsewhere(window: &Window<'_>, page: &Page, out: &mut Out<'_, impl FnMut(u64)>) {
    let Window { before, word, after, .. } = window;
    if !word.letters {
        return;
    }
    let own = [before.low.max(1), after.low.max(1)];
    for near in page.uses[word.id as usize].near {
        if near[0] != 0 && near != own {
            out.kind(8);
            out.add(near[0], 0);
            out.add(near[1], 0);
        }
    }
}
