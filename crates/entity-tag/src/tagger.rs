//! The tagger: from tokens to names, by a learned model in two passes.

use std::borrow::Cow;
use std::ops::Range;

use learner::tags::{self, TAGS};
use learner::{Batch, Codes, ModelError, ModelFile, Rows, Steps, Sums, WIDTH};

use crate::clusters::Clusters;
use crate::features::{self, About, Features};
use crate::lexicon::Lexicon;
use crate::memo::Memo;
use crate::memory::{self, Memory};
use crate::page::{Page, Resources};
use crate::token::Token;
use crate::vocabulary::{Both, Vocabulary};

/// What a weight of 1 is kept as.
pub(crate) const SCALE: f32 = 80.0;

/// A page has no more tokens than this, so that what is kept for each stays small: articles are far shorter.
const LONGEST_PAGE: usize = 1 << 15;

/// A learned model.
#[derive(Debug)]
pub(crate) struct Model {
    file: ModelFile,
    /// Of the first pass, of the second.
    steps: [Steps; 2],
}

impl Model {
    /// Opens the bytes of a model.
    ///
    /// # Errors
    /// If they are no model of this version.
    pub(crate) fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let file = ModelFile::open(bytes)?;
        let both = file.section("steps")?;
        let (first, second) = both.split_at(both.len() / 2);
        let steps = [Steps::open(first)?, Steps::open(second)?];
        <Rows>::open(file.section("rows")?)?;
        read_resources(&file, &Lexicon::default())?;
        Ok(Self { file, steps })
    }

    /// Bytes that it takes.
    pub(crate) fn memory(&self) -> u64 {
        self.file.size() as u64
    }

    fn rows(&self) -> Rows<'_> {
        Rows::open(self.file.section("rows").expect("checked")).expect("checked")
    }

    fn resources<'a>(&'a self, lexicon: &'a Lexicon) -> Resources<'a> {
        read_resources(&self.file, lexicon).expect("checked when it was opened")
    }
}

/// What a model file says of words and names.
pub(crate) fn read_resources<'a>(
    file: &'a ModelFile,
    lexicon: &'a Lexicon,
) -> Result<Resources<'a>, ModelError> {
    Ok(Resources {
        lexicon,
        clusters: Clusters::open(file)?,
        words: Codes::open(file.section("words")?)?,
        names: Codes::open(file.section("names")?)?,
    })
}

/// A name that the tagger found.
#[derive(Clone, Debug)]
pub(crate) struct Tagged {
    /// Its tokens.
    pub(crate) tokens: Range<usize>,
    /// Its class: person, organization, place, other.
    pub(crate) class: usize,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
}

/// Tags one text after another by one model; its buffers are kept between them.
pub(crate) struct Tagger {
    vocabulary: Vocabulary,
    /// Sums of the settings that were met.
    settings: Memo,
    /// Sums of three tags in a row.
    around: Memo,
    /// The features of one sentence, and their sums.
    batch: Batch,
    sums: Vec<Both>,
    page: Page,
    features: Features,
    memory: Memory,
    /// For each token of the page its sums in the first pass.
    first: Vec<Sums>,
    /// For each token of the page its sums in the second pass.
    second: Vec<Sums>,
    tags: Vec<u8>,
    again: Vec<u8>,
    back: Vec<[u8; TAGS]>,
}

impl Default for Tagger {
    fn default() -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            settings: Memo::new(11),
            around: Memo::new(9),
            batch: Batch::default(),
            sums: Vec::new(),
            page: Page::default(),
            features: Features::default(),
            memory: Memory::default(),
            first: Vec::new(),
            second: Vec::new(),
            tags: Vec::new(),
            again: Vec::new(),
            back: Vec::new(),
        }
    }
}

impl Tagger {
    /// The names of a text, in order, not overlapping.
    pub(crate) fn tag(
        &mut self,
        model: &Model,
        lexicon: &Lexicon,
        text: &str,
        tokens: &[Token],
    ) -> Vec<Tagged> {
        let mut found = Vec::new();
        let (rows, resources) = (model.rows(), model.resources(lexicon));
        let mut start = 0;
        while start < tokens.len() {
            let end = page_end(tokens, start);
            let page = &tokens[start..end];
            self.read(text, page, resources);
            self.first_pass(rows, &model.steps[0], text, page);
            self.second_pass(rows, &model.steps[1], page);
            for (range, class) in tags::stretches(&self.again) {
                let score = confidence(&self.second[range.clone()], class);
                let tokens = start + range.start..start + range.end;
                found.push(Tagged { tokens, class, score });
            }
            start = end;
        }
        found
    }

    /// The tags of the first pass alone, for training.
    pub(crate) fn tag_once(
        &mut self,
        model: &Model,
        lexicon: &Lexicon,
        text: &str,
        tokens: &[Token],
    ) -> Vec<u8> {
        self.read(text, tokens, model.resources(lexicon));
        self.first_pass(model.rows(), &model.steps[0], text, tokens);
        self.tags.clone()
    }

    fn read(&mut self, text: &str, tokens: &[Token], resources: Resources<'_>) {
        self.vocabulary.forget_some();
        self.page.read(text, tokens, resources, &mut self.vocabulary);
    }

    fn first_pass(&mut self, rows: Rows<'_>, steps: &Steps, text: &str, tokens: &[Token]) {
        self.vocabulary.weigh(rows);
        self.first.clear();
        self.second.clear();
        self.tags.clear();
        for sentence in &self.page.sentences {
            self.features.start(text, tokens, sentence);
            self.batch.clear();
            self.sums.clear();
            for at in sentence.range.clone() {
                self.features.pass(&text[tokens[at].range()]);
                let (window, context) = self.features.look(&self.page, sentence, at);
                let setting = features::setting(&window, &context);
                let mut sums = *self.settings.get(setting, |sums| {
                    features::of_window(&window, &context, &mut |about, feature| {
                        if about == About::Setting {
                            rows.add(feature, sums);
                        }
                    });
                });
                self.vocabulary.add(&window, &mut sums);
                self.sums.push(sums);
                let mut take = |about, feature| {
                    if about == About::More {
                        self.batch.push(feature);
                    }
                };
                features::of_window(&window, &context, &mut take);
                self.features.of_sentence(tokens, &self.page, sentence, at, &window, &mut take);
                self.batch.end_token();
            }
            self.batch.add_to(rows, &mut self.sums);
            self.first.extend(self.sums.iter().map(|sums| half(sums, 0)));
            self.second.extend(self.sums.iter().map(|sums| half(sums, 1)));
            steps.best(&self.first[sentence.range.clone()], &mut self.back, &mut self.tags);
        }
    }

    /// Tags again, with what the first pass says of the same words elsewhere.
    fn second_pass(&mut self, rows: Rows<'_>, steps: &Steps, tokens: &[Token]) {
        self.memory.remember(tokens, &self.page, &self.tags);
        self.again.clear();
        for sentence in &self.page.sentences {
            self.memory.start(&self.page, sentence, &self.tags);
            self.batch.clear();
            self.sums.clear();
            for at in sentence.range.clone() {
                let [before, own, after] = memory::around(sentence, &self.tags, at);
                self.sums.push(*self.around.get([1, before, own, after], |sums| {
                    memory::of_tags([before, own, after], &mut |feature| rows.add(feature, sums));
                }));
                let mut take = |feature| self.batch.push(feature);
                self.memory.read(tokens, &self.page, sentence, &self.tags, at, &mut take);
                self.batch.end_token();
            }
            self.batch.add_to(rows, &mut self.sums);
            for (at, more) in sentence.range.clone().zip(&self.sums) {
                for (sum, more) in self.second[at].iter_mut().zip(half(more, 1)) {
                    *sum = sum.wrapping_add(more);
                }
            }
            steps.best(&self.second[sentence.range.clone()], &mut self.back, &mut self.again);
        }
    }
}

/// The sums of one pass.
fn half(sums: &[i16; 2 * WIDTH], pass: usize) -> Sums {
    let mut half = Sums::default();
    half.copy_from_slice(&sums[pass * WIDTH..(pass + 1) * WIDTH]);
    half
}

/// The end of the page that starts with a token: the last border of a sentence that fits.
fn page_end(tokens: &[Token], start: usize) -> usize {
    let limit = start + LONGEST_PAGE;
    if limit >= tokens.len() {
        return tokens.len();
    }
    (start + 1..=limit).rev().find(|at| tokens[*at].first()).unwrap_or(limit)
}

/// How far the class is ahead of all others at the token where it is least, from 0 to 1.
fn confidence(sums: &[Sums], class: usize) -> f32 {
    let lead = sums.iter().map(|sums| {
        let best = |own: bool| {
            let fitting = sums.iter().enumerate().filter(|(tag, _)| (tag / 4 == class) == own);
            fitting.map(|(_, sum)| *sum).max().unwrap_or(0)
        };
        f32::from(best(true)) - f32::from(best(false).max(0))
    });
    let lead = lead.fold(f32::MAX, f32::min) / SCALE;
    0.5 + 0.5 * lead / (1.0 + lead.abs())
}
