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

/// What a feature is about. The weights of what is met again and again are added up once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// The word in one place of the window alone.
    Word(Place),
    /// What a [`Setting`] says, and nothing else.
    Setting,
    /// More than that.
    More,
}

/// A place in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Before2,
    Before,
    Here,
    After,
    After2,
}

/// Places in the window.
pub(crate) const PLACES: usize = 5;

/// Takes features of one kind, numbering their templates.
struct Out<'a, F> {
    take: &'a mut F,
    template: u32,
}

impl<F: FnMut(About, u64)> Out<'_, F> {
    /// Starts the templates of another kind.
    fn kind(&mut self, number: u32) {
        self.template = number * 64;
    }

    /// The next template, filled with two values; nothing where both are 0.
    #[inline]
    fn about(&mut self, about: About, a: u32, b: u32) {
        self.template += 1;
        if a != 0 || b != 0 {
            (self.take)(about, feature(self.template, a, b));
        }
    }

    /// The next template about the word in a place alone.
    #[inline]
    fn word(&mut self, place: Place, a: u32, b: u32) {
        self.about(About::Word(place), a, b);
    }

    /// The next template about the setting alone.
    #[inline]
    fn setting(&mut self, a: u32, b: u32) {
        self.about(About::Setting, a, b);
    }

    /// The next template about more than that.
    #[inline]
    fn add(&mut self, a: u32, b: u32) {
        self.about(About::More, a, b);
    }
}

/// A token's word and those around it; an empty one past the sentence's borders.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    before2: &'a Word,
    before: &'a Word,
    word: &'a Word,
    after: &'a Word,
    after2: &'a Word,
}

impl<'a> Window<'a> {
    /// The same word in every place.
    pub(crate) fn of(word: &'a Word) -> Self {
        Self { before2: word, before: word, word, after: word, after2: word }
    }

    /// The words in the order of their places.
    pub(crate) fn words(&self) -> [&'a Word; PLACES] {
        [self.before2, self.before, self.word, self.after, self.after2]
    }
}

/// What the page says of a token and its word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// 1, or 2 for the first of its sentence.
    first: u32,
    /// 1, or 2 in a heading.
    heading: u32,
    /// How often the page writes the word in either way.
    used: u32,
    /// 1, or 2 in brackets.
    brackets: u32,
    /// 1, or 2 between quotation marks.
    quoted: u32,
    /// Its place in a listed phrase, and those of its neighbours.
    phrases: [u32; 3],
    /// Its place in a name known from unlabelled text, and those of its neighbours.
    names: [u32; 3],
}

/// The shapes of a token and its neighbours, and where it stands: all that the features about
/// [`About::Setting`] look at. Never all zeros.
pub(crate) type Setting = [u32; 4];

/// The setting of a token.
pub(crate) fn setting(window: &Window<'_>, context: &Context) -> Setting {
    let Context { first, heading, used, brackets, quoted, .. } = *context;
    let bits = [heading - 1, brackets - 1, quoted - 1, u32::from(window.word.listed == 0)];
    let place = bits.into_iter().fold(used * 4 + first, |place, bit| place * 2 + bit);
    [window.before.shape, window.word.shape, window.after.shape, place]
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
        take: &mut impl FnMut(About, u64),
    ) {
        self.pass(&text[tokens[at].range()]);
        let (window, context) = self.look(page, sentence, at);
        of_window(&window, &context, take);
        self.of_sentence(tokens, page, sentence, at, &window, take);
    }

    /// What the features of token `at`, which was passed just now, look at first.
    pub(crate) fn look<'a>(
        &'a self,
        page: &'a Page,
        sentence: &Sentence,
        at: usize,
    ) -> (Window<'a>, Context) {
        let word =
            |at: usize| if sentence.range.contains(&at) { page.word(at) } else { &self.empty };
        let window = Window {
            before2: word(at.wrapping_sub(2)),
            before: word(at.wrapping_sub(1)),
            word: word(at),
            after: word(at + 1),
            after2: word(at + 2),
        };
        let context = Context {
            first: 1 + u32::from(at == sentence.range.start),
            heading: 1 + u32::from(sentence.heading),
            used: usage(page, window.word),
            brackets: 1 + self.brackets.min(1),
            quoted: 1 + u32::from(self.quoted),
            phrases: around(&page.phrases, sentence, at),
            names: around(&page.names, sentence, at),
        };
        (window, context)
    }

    /// The features of token `at` that the sentence and the page have beside those of the window.
    pub(crate) fn of_sentence(
        &self,
        tokens: &[Token],
        page: &Page,
        sentence: &Sentence,
        at: usize,
        window: &Window<'_>,
        take: &mut impl FnMut(About, u64),
    ) {
        let mut out = Out { take, template: 0 };
        let run = self.runs[at - sentence.range.start];
        if run.end > 0 {
            let word =
                |at: usize| if sentence.range.contains(&at) { page.word(at) } else { &self.empty };
            runs(run, &word, sentence, at, &mut out);
            elsewhere(window, page, &mut out);
        } else {
            let capital = |at: usize| sentence.range.contains(&at) && tokens[at].upper();
            let around = u32::from(capital(at.wrapping_sub(1))) + 2 * u32::from(capital(at + 1));
            out.kind(12);
            out.add(window.word.low, around + 1);
        }
    }

    /// Goes on to the next token of the sentence, noting marks and brackets as they open and close.
    pub(crate) fn pass(&mut self, word: &str) {
        match word {
            "\"" => self.quoted = !self.quoted,
            "“" | "‘" => self.quoted = true,
            "”" | "’" => self.quoted = false,
            "(" => self.brackets += 1,
            ")" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
    }
}

/// The features of a window and its context.
pub(crate) fn of_window(window: &Window<'_>, context: &Context, take: &mut impl FnMut(About, u64)) {
    let mut out = Out { take, template: 0 };
    out.word(Place::Here, 1, 0);
    words(window, &mut out);
    clusters(window, &mut out);
    lists(window, context, &mut out);
    place(window, context, &mut out);
    known(window, context, &mut out);
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
fn words(window: &Window<'_>, out: &mut Out<'_, impl FnMut(About, u64)>) {
    use Place::{After, After2, Before, Before2, Here};
    let Window { before2, before, word, after, after2 } = window;
    out.kind(1);
    out.word(Here, word.low, 0);
    out.word(Before, before.low, 0);
    out.word(After, after.low, 0);
    out.word(Before2, before2.low, 0);
    out.word(After2, after2.low, 0);
    out.word(Here, word.form, 0);
    out.add(before.low, word.low);
    out.add(word.low, after.low);
    out.add(before.low, after.low);
    out.word(Here, word.shape, 0);
    out.word(Before, before.shape, 0);
    out.word(After, after.shape, 0);
    out.setting(before.shape, word.shape);
    out.setting(word.shape, after.shape);
    out.setting(pair(before.shape, word.shape), after.shape);
    out.add(before.low, word.shape);
    out.add(after.low, word.shape);
    out.add(pair(before2.low, before.low), word.shape);
    out.add(pair(after.low, after2.low), word.shape);
    for length in 0..4 {
        out.word(Here, word.starts[length], 0);
        out.word(Here, word.ends[length], 0);
    }
    out.word(Here, word.ends[2], word.shape);
    out.word(Before, before.ends[2], 0);
    out.word(After, after.ends[2], 0);
    out.add(before.ends[2], word.shape);
    out.add(after.ends[2], word.shape);
}

/// Clusters at three grains.
fn clusters(window: &Window<'_>, out: &mut Out<'_, impl FnMut(About, u64)>) {
    use Place::{After, After2, Before, Before2, Here};
    let Window { before2, before, word, after, after2 } = window;
    out.kind(2);
    let near =
        [(Before2, before2), (Before, before), (Here, word), (After, after), (After2, after2)];
    for (place, near) in near {
        out.word(place, near.clusters[0], 0);
        out.word(place, near.clusters[1], 0);
    }
    for (place, near) in &near[1..4] {
        out.word(*place, near.clusters[2], 0);
    }
    out.add(before.clusters[1], word.clusters[1]);
    out.add(word.clusters[1], after.clusters[1]);
    out.add(before.clusters[1], after.clusters[1]);
    out.add(pair(before.clusters[0], word.clusters[0]), after.clusters[0]);
    out.word(Here, word.clusters[1], word.shape);
    out.word(Here, word.clusters[2], word.shape);
    out.add(before.clusters[1], word.shape);
    out.add(after.clusters[1], word.shape);
}

/// What the lists say of the word, its neighbours, and the phrase it stands in.
fn lists(window: &Window<'_>, context: &Context, out: &mut Out<'_, impl FnMut(About, u64)>) {
    use Place::{After, Before, Here};
    let Window { before, word, after, .. } = window;
    let [phrase, phrase_before, phrase_after] = context.phrases;
    out.kind(3);
    out.word(Here, word.listed, 0);
    out.word(Before, before.listed, 0);
    out.word(After, after.listed, 0);
    out.word(Here, word.listed, word.shape);
    out.add(before.listed, word.listed);
    out.add(word.listed, after.listed);
    out.add(phrase, 0);
    out.add(phrase_before, 0);
    out.add(phrase_after, 0);
    out.add(phrase, word.shape);
    let classes = out.template;
    let mut rest = word.classes;
    while rest != 0 {
        out.template = classes;
        out.word(Here, rest.trailing_zeros() + 1, 0);
        rest &= rest - 1;
    }
}

/// Where the token stands, and how the page writes its word.
fn place(
    Window { word, .. }: &Window<'_>,
    context: &Context,
    out: &mut Out<'_, impl FnMut(About, u64)>,
) {
    let Context { first, heading, used, brackets, quoted, .. } = *context;
    let unlisted = if word.listed == 0 { About::Setting } else { About::More };
    out.kind(4);
    out.setting(first, word.shape);
    out.setting(used, word.shape);
    out.setting(used, first);
    out.setting(heading, word.shape);
    out.setting(heading, used);
    out.about(unlisted, used, word.listed);
    out.setting(brackets, word.shape);
    out.setting(quoted, word.shape);
}

/// What unlabelled text says of the word, its neighbours, and the name it stands in.
fn known(window: &Window<'_>, context: &Context, out: &mut Out<'_, impl FnMut(About, u64)>) {
    use Place::{After, Before, Here};
    let Window { before, word, after, .. } = window;
    let [name, name_before, name_after] = context.names;
    out.kind(5);
    if word.known > 0 {
        out.word(Here, word.known, 0);
        out.word(Here, word.known, word.shape);
        out.add(1 + word.known / 20, before.known / 20);
        out.add(1 + word.known / 20, after.known / 20);
        out.add(1 + word.known / 5, context.used);
    }
    out.kind(6);
    out.word(Before, before.known, 0);
    out.word(After, after.known, 0);
    out.add(name, 0);
    out.add(name_before, 0);
    out.add(name_after, 0);
    if name > 0 {
        out.add(name, word.shape);
    }
}

/// A token's mark and those of its neighbours.
fn around(marks: &[u32], sentence: &Sentence, at: usize) -> [u32; 3] {
    let mark = |at: usize| if sentence.range.contains(&at) { marks[at] } else { 0 };
    [mark(at), mark(at.wrapping_sub(1)), mark(at + 1)]
}

/// The run of capitalised words that the token stands in, and the words around the run.
fn runs<'a>(
    run: Run,
    word: &impl Fn(usize) -> &'a Word,
    sentence: &Sentence,
    at: usize,
    out: &mut Out<'_, impl FnMut(About, u64)>,
) {
    let (first, last) = (word(run.start), word(run.end - 1));
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
fn elsewhere(window: &Window<'_>, page: &Page, out: &mut Out<'_, impl FnMut(About, u64)>) {
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
