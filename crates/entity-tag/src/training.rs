//! What the training command needs of the tagger: its features, and the parts of a model file.
//!
//! Only the crate `trainer` uses this. Nothing of it runs on articles.

use std::collections::BTreeMap;
use std::ops::Range;

use document::Span;
use learner::crf::Learned;
use learner::tags::OUTSIDE;
use learner::{ModelError, ModelFile, Row, Rows, Steps, WIDTH, hash};

use crate::features::Features;
use crate::known::Known;
use crate::lexicon::Lexicon;
use crate::memory::{self, Memory};
use crate::page::Page;
use crate::tagger::{Model, SCALE, Tagger, read_resources};
use crate::token::{Token, tokenize};
use crate::vocabulary::Vocabulary;

/// The classes of names, in the order of their numbers.
pub const LABELS: [&str; 4] = ["PER", "ORG", "LOC", "MISC"];

/// Reads texts as the tagger does.
#[derive(Debug, Default)]
pub struct Reader {
    lexicon: Lexicon,
}

/// A text as the tagger reads it.
pub struct Read<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    page: Page,
}

impl Reader {
    /// With the embedded lists.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new() }
    }

    /// Reads a text with its sentences, knowing what the sections `groups`, `clusters`, `words` and
    /// `names` of the file say.
    ///
    /// # Errors
    /// If the file lacks one of them.
    pub fn read<'a>(
        &self,
        text: &'a str,
        sentences: &[Span],
        knowledge: &ModelFile,
    ) -> Result<Read<'a>, ModelError> {
        let mut tokens = Vec::new();
        tokenize(text, sentences, &self.lexicon, &mut tokens);
        let mut page = Page::default();
        let resources = read_resources(knowledge, &self.lexicon)?;
        page.read(text, &tokens, resources, &mut Vocabulary::default());
        Ok(Read { text, tokens, page })
    }
}

impl Read<'_> {
    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.page.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.page.len() == 0
    }

    /// The sentences, as ranges of tokens.
    pub fn sentences(&self) -> impl Iterator<Item = Range<usize>> {
        self.page.sentences.iter().map(|sentence| sentence.range.clone())
    }

    /// The tokens that some bytes lie in; `None` for none, or for tokens of several sentences.
    pub fn tokens_in(&self, bytes: Range<usize>) -> Option<Range<usize>> {
        let start = self.tokens.partition_point(|token| token.end as usize <= bytes.start);
        let end = self.tokens.partition_point(|token| (token.start as usize) < bytes.end);
        let inside = |sentence: Range<usize>| sentence.start <= start && end <= sentence.end;
        (start < end && self.sentences().any(inside)).then_some(start..end)
    }

    /// The bytes of some tokens.
    pub fn bytes_of(&self, tokens: Range<usize>) -> Range<usize> {
        self.tokens[tokens.start].start as usize..self.tokens[tokens.end - 1].end as usize
    }

    /// The features of each token in the first pass.
    pub fn features(&self) -> Vec<Vec<u64>> {
        let mut all = vec![Vec::new(); self.len()];
        let mut features = Features::default();
        for sentence in &self.page.sentences {
            features.start(self.text, &self.tokens, sentence);
            for at in sentence.range.clone() {
                let mut take = |_, feature| all[at].push(feature);
                features.read(self.text, &self.tokens, &self.page, sentence, at, &mut take);
            }
        }
        all
    }

    /// What the second pass adds, given the tags of the first.
    pub fn second(&self, tags: &[u8]) -> Vec<Vec<u64>> {
        let mut all = vec![Vec::new(); self.len()];
        let mut memory = Memory::default();
        memory.remember(&self.tokens, &self.page, tags);
        for sentence in &self.page.sentences {
            memory.start(&self.page, sentence, tags);
            for at in sentence.range.clone() {
                let mut take = |feature| all[at].push(feature);
                memory.read(&self.tokens, &self.page, sentence, tags, at, &mut take);
                memory::of_tags(memory::around(sentence, tags, at), &mut take);
            }
        }
        all
    }
}

/// Counts what tagged texts say of words and names.
#[derive(Clone, Debug, Default)]
pub struct Counts(Known);

impl Counts {
    /// Counts one text.
    pub fn count(&mut self, read: &Read<'_>, tags: &[u8]) {
        self.0.count(&read.tokens, &read.page, tags);
    }

    /// The sections `words` and `names` of a model.
    pub fn build(&self) -> [(&'static str, Vec<u8>); 2] {
        self.0.build()
    }
}

/// The section `groups` of a model: the group of each word.
pub fn build_groups<'a>(words: impl IntoIterator<Item = (&'a str, u16)>) -> Vec<u8> {
    let entries = words.into_iter().map(|(word, group)| (hash::bytes(word.as_bytes()), group));
    learner::Codes::build(entries)
}

/// What was learned for one pass: features and their weights.
pub struct Pass {
    /// The features, by their number.
    pub features: Vec<u64>,
    /// The weights.
    pub learned: Learned,
}

/// The sections `rows` and `steps` of a model. Weights are kept in steps of 1/80 up to 1.6; features of which none
/// is above `least` in either pass are left out.
pub fn build_weights(first: &Pass, second: &Pass, least: f32) -> Vec<(&'static str, Vec<u8>)> {
    let mut rows: BTreeMap<u64, Row> = BTreeMap::new();
    let mut steps = Vec::new();
    for (pass, start) in [(first, 0), (second, WIDTH)] {
        for (feature, row) in pass.features.iter().zip(&pass.learned.rows) {
            if row.iter().any(|weight| weight.abs() > least) {
                let slots = &mut rows.entry(*feature).or_default()[start..start + WIDTH];
                for (slot, weight) in slots.iter_mut().zip(row) {
                    *slot = (weight * SCALE).round() as i8;
                }
            }
        }
        let rounded =
            pass.learned.steps.map(|row| row.map(|weight| (weight * SCALE).round() as i16));
        steps.extend(Steps::build(&rounded));
    }
    let rows: Vec<(u64, Row)> = rows.into_iter().collect();
    vec![("rows", Rows::build(&rows)), ("steps", steps)]
}

/// A model and what it needs to tag texts.
pub struct Trial {
    model: Model,
    tagger: Tagger,
}

impl Trial {
    /// Opens the bytes of a model.
    ///
    /// # Errors
    /// If they are none.
    pub fn open(bytes: Vec<u8>) -> Result<Self, ModelError> {
        Ok(Self { model: Model::open(bytes)?, tagger: Tagger::default() })
    }

    /// The tags that the model gives a text after both passes, or after the first alone.
    pub fn tags(&mut self, reader: &Reader, read: &Read<'_>, both: bool) -> Vec<u8> {
        let mut tags = vec![OUTSIDE; read.len()];
        if both {
            for name in self.tagger.tag(&self.model, &reader.lexicon, read.text, &read.tokens) {
                learner::tags::mark(&mut tags, name.tokens, name.class);
            }
        } else {
            tags = self.tagger.tag_once(&self.model, &reader.lexicon, read.text, &read.tokens);
        }
        tags
    }
}
