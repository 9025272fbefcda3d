//! What the training command needs of the stage: what it looks at, and the parts of a model file.
//!
//! Only the crate `trainer` uses this. Nothing of it runs on articles.

use std::collections::BTreeMap;
use std::ops::Range;

use document::{Document, Span};
use learner::crf::Learned;
use learner::tags::OUTSIDE;
use learner::{Codes, ModelError, Rows, hash, tags};

use crate::features::{SHARED, Seen, fixed, glance, quoted};
use crate::lexicon::Lexicon;
use crate::marks;
use crate::model::{NONE, SCALE, Stored, TAGS};
use crate::names::Names;
use crate::signs::{self, Sign};
use crate::statement;
use crate::token::{Class, Kind, Token, Tokenizer};

/// One report of labelled text, in bytes.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The reported content, in parts.
    pub contents: Vec<Range<usize>>,
    /// The words that signal it.
    pub cue: Option<Range<usize>>,
    /// Who said it.
    pub source: Option<Range<usize>>,
    /// Whether it is an attitude rather than speech.
    pub attitude: bool,
}

/// What one anchor teaches: the features of each token it sees, and their tags.
pub struct Lesson {
    /// Features of each token.
    pub features: Vec<Vec<u64>>,
    /// Tag of each token.
    pub tags: Vec<u8>,
}

/// Reads articles as the stage does.
pub struct Reader {
    lexicon: Lexicon,
}

impl Default for Reader {
    fn default() -> Self {
        Self { lexicon: Lexicon::new() }
    }
}

/// An article as the stage reads it: its statements, token by token.
pub struct Read<'a> {
    text: &'a str,
    statements: Vec<Vec<Token>>,
    marks: marks::Marks,
    names: Names,
}

/// How often words stand in articles, and how often they signal speech and attitudes.
#[derive(Clone, Debug, Default)]
pub struct Counts(BTreeMap<String, [u32; 3]>);

impl Counts {
    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        for (word, counts) in &other.0 {
            let own = self.0.entry(word.clone()).or_default();
            own.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        }
    }

    /// The section `cues` of a model: words that signal reports often enough to be looked at.
    pub fn build(&self) -> Vec<u8> {
        let entries = self.0.iter().filter_map(|(word, [all, speech, attitude])| {
            let share = |count: u32| (15 * count).div_ceil((*all).max(1)).min(15) as u16;
            let often = speech + attitude >= 2 && 33 * (speech + attitude) >= *all;
            let often_seen = all.checked_ilog2().unwrap_or(0).min(7) as u16;
            let code = share(*speech) | (share(*attitude) << 4) | (often_seen << 8);
            often.then(|| (hash::bytes(word.as_bytes()), code))
        });
        Codes::build(entries)
    }

    /// How often a word signals a report.
    fn reports(&self, word: &str) -> u32 {
        self.0.get(word).map_or(0, |[_, speech, attitude]| speech + attitude)
    }
}

impl Reader {
    /// Reads an article that has its sentences and, if at all, its mentions.
    pub fn read<'a>(&self, doc: &'a Document) -> Read<'a> {
        let text = doc.text();
        let paragraphs = marks::paragraphs(text);
        let marks = marks::pair(text, &paragraphs);
        let view = doc.view();
        let sentences: Vec<Span> = view.sentences().collect();
        let names = Names::from_view(&view);
        let statements =
            statement::statements(text, &paragraphs, &sentences, &marks.stretches, &self.lexicon);
        let starts = statements.iter().map(|statement| statement.span.start());
        let mut tokenizer = Tokenizer::new(text, starts);
        let outer: Vec<Span> = marks.stretches.iter().map(|stretch| stretch.outer).collect();
        let mut cut = Vec::new();
        for statement in &statements {
            let mut tokens = Vec::new();
            let inside = statement.stretches.clone();
            tokenizer.cut(
                &self.lexicon,
                statement.span,
                &outer[inside.clone()],
                inside.start,
                &mut tokens,
            );
            cut.push(tokens);
        }
        Read { text, statements: cut, marks, names }
    }
}

impl Read<'_> {
    /// The same article as if nobody had found names in it.
    pub fn untagged(mut self) -> Self {
        self.names = Names::default();
        self
    }

    fn lower(&self, token: &Token) -> String {
        self.text[token.span.range()].to_lowercase().trim_end_matches('.').to_owned()
    }

    /// Whether a token may be what a cue hangs on.
    fn may_report(token: &Token) -> bool {
        token.is_word() && !token.is(Class::FUNCTION) || token.is_mark(':')
    }

    /// Counts the words of the article; with `heads`, of each cue only the word that most often is one.
    pub fn count(&self, labelled: &[Labelled], heads: Option<&Counts>) -> Counts {
        let mut counts = Counts::default();
        for token in self.statements.iter().flatten().filter(|token| Self::may_report(token)) {
            counts.0.entry(self.lower(token)).or_default()[0] += 1;
        }
        for report in labelled {
            let slot = if report.attitude { 2 } else { 1 };
            let inside = report.cue.as_ref().map(|cue| self.in_cue(cue)).unwrap_or_default();
            let chosen = match heads {
                Some(heads) => self.head(&inside, heads).into_iter().collect(),
                None => inside,
            };
            for (statement, at) in chosen {
                let word = self.lower(&self.statements[statement][at]);
                counts.0.entry(word).or_default()[slot] += 1;
            }
        }
        counts
    }

    /// The tokens of a cue that it may hang on.
    fn in_cue(&self, cue: &Range<usize>) -> Vec<(usize, usize)> {
        let Some(statement) = self.statement_at(cue.start) else { return Vec::new() };
        let tokens = self.statements[statement].iter().enumerate();
        let inside = tokens.filter(|(_, token)| {
            (token.span.start() as usize) < cue.end
                && token.span.end() as usize > cue.start
                && Self::may_report(token)
        });
        inside.map(|(at, _)| (statement, at)).collect()
    }

    fn head(&self, inside: &[(usize, usize)], heads: &Counts) -> Option<(usize, usize)> {
        let reports = |place: &&(usize, usize)| {
            heads.reports(&self.lower(&self.statements[place.0][place.1]))
        };
        inside.iter().rev().max_by_key(reports).copied()
    }

    fn statement_at(&self, byte: usize) -> Option<usize> {
        let after = self.statements.partition_point(|tokens| {
            tokens.last().is_none_or(|last| last.span.end() as usize <= byte)
        });
        (after < self.statements.len()).then_some(after)
    }

    /// The tokens of a statement that lie in some bytes, by more than half of each.
    fn tokens_in(&self, statement: usize, bytes: &Range<usize>) -> Option<Range<usize>> {
        let mostly = |token: &&Token| {
            let span = token.span.range();
            let shared = span.end.min(bytes.end).saturating_sub(span.start.max(bytes.start));
            2 * shared > span.len()
        };
        let tokens = &self.statements[statement];
        let first = tokens.iter().position(|token| mostly(&token))?;
        let last = tokens.iter().rposition(|token| mostly(&token))?;
        (first <= last).then_some(first..last + 1)
    }

    /// Content without punctuation at its ends.
    fn trimmed(&self, statement: usize, mut range: Range<usize>) -> Option<Range<usize>> {
        let tokens = &self.statements[statement];
        let bare = |token: &Token| {
            matches!(token.kind, Kind::Mark(',' | '.' | ':' | ';' | '—' | '–' | '-'))
        };
        while !range.is_empty() && bare(&tokens[range.start]) {
            range.start += 1;
        }
        while !range.is_empty() && bare(&tokens[range.end - 1]) {
            range.end -= 1;
        }
        (!range.is_empty()).then_some(range)
    }

    /// The first words of a speaker, up to a comma or parenthesis: what follows them describes.
    fn core(&self, statement: usize, range: Range<usize>) -> Range<usize> {
        let tokens = &self.statements[statement];
        let mut words = range.clone().skip_while(|at| !tokens[*at].is_word());
        let start = words.next().unwrap_or(range.start);
        let ends = |at: &usize| {
            matches!(tokens[*at].kind, Kind::Mark(',' | '(' | '-' | '—' | '–' | ';' | ':'))
        };
        start..words.find(ends).unwrap_or(range.end)
    }

    /// What each anchor of the article teaches.
    pub fn lessons(
        &self,
        labelled: &[Labelled],
        heads: &Counts,
        knowledge: &Knowledge,
    ) -> Vec<Lesson> {
        let places: Vec<Vec<(usize, usize)>> = labelled
            .iter()
            .map(|report| report.cue.as_ref().map(|cue| self.in_cue(cue)).unwrap_or_default())
            .collect();
        let chosen: Vec<Option<(usize, usize)>> =
            places.iter().map(|inside| self.head(inside, heads)).collect();
        let model = knowledge.0.model();
        let mut lessons = Vec::new();
        let mut signs: Vec<Sign> = Vec::new();
        for (number, tokens) in self.statements.iter().enumerate() {
            signs::read(self.text, tokens, &self.marks.stretches, &self.names, &model, &mut signs);
            for at in 0..tokens.len() {
                let stretch = tokens[at].stretch();
                if stretch.is_none() && signs[at].cue == 0 {
                    continue;
                }
                let seen = Seen::new(&signs, at);
                let window = seen.window();
                let mut tags = vec![OUTSIDE; window.len()];
                let mut mark = |range: Range<usize>, class| {
                    let range = range.start.max(window.start)..range.end.min(window.end);
                    if !range.is_empty() {
                        tags::mark(
                            &mut tags,
                            range.start - window.start..range.end - window.start,
                            class,
                        );
                    }
                };
                let place = Some((number, at));
                let owner = if stretch.is_some() {
                    labelled.iter().find(|report| {
                        report.contents.iter().any(|part| {
                            self.tokens_in(number, part).is_some_and(|part| part.contains(&at))
                        })
                    })
                } else {
                    let own = chosen.iter().position(|head| *head == place);
                    if own.is_none() && places.iter().flatten().any(|inside| Some(*inside) == place)
                    {
                        continue; // a part of a cue that hangs on another word
                    }
                    own.map(|own| &labelled[own])
                };
                if stretch.is_some() {
                    let mut features = Vec::new();
                    quoted(&signs, at, &mut |feature| features.push(feature));
                    let tag = if owner.is_some() { 3 } else { OUTSIDE };
                    lessons.push(Lesson { features: vec![features], tags: vec![tag] });
                }
                if let Some(report) = owner {
                    for part in &report.contents {
                        let part = self
                            .tokens_in(number, part)
                            .and_then(|part| self.trimmed(number, part));
                        let own = |part: &Range<usize>| stretch.is_none() || part.contains(&at);
                        if let Some(part) = part.filter(own) {
                            mark(part, 0);
                        }
                    }
                    if let Some(part) =
                        report.source.as_ref().and_then(|source| self.tokens_in(number, source))
                    {
                        mark(self.core(number, part), 1);
                    }
                    if tags.iter().all(|tag| *tag == OUTSIDE) {
                        continue; // all of it stands elsewhere
                    }
                }
                let mut features = vec![Vec::new(); window.len()];
                for (token, features) in window.clone().zip(&mut features) {
                    let mut take = |feature| features.push(feature);
                    fixed(&signs, token, seen.side(token), &mut take);
                    for key in 0..SHARED {
                        seen.shared(token, key, &mut take);
                    }
                    seen.read(token, &mut take);
                }
                if stretch.is_none() {
                    let mut features = Vec::new();
                    glance(&signs, at, &mut |feature| features.push(feature));
                    let reports = tags.iter().any(|tag| *tag != OUTSIDE);
                    let tag = if reports { 3 } else { OUTSIDE };
                    lessons.push(Lesson { features: vec![features], tags: vec![tag] });
                }
                lessons.push(Lesson { features, tags });
            }
        }
        lessons
    }
}

/// What is known of words before anything is learned of reports.
pub struct Knowledge(Stored);

impl Knowledge {
    /// From the sections `cues`, `groups` and `clusters`.
    ///
    /// # Errors
    /// If one of them is damaged.
    pub fn new(cues: Vec<u8>, groups: Vec<u8>, clusters: Vec<u8>) -> Result<Self, ModelError> {
        let learned = Learned { rows: Vec::new(), steps: [[0.0; tags::TAGS]; tags::TAGS] };
        let file = build(&[], &learned, 0.0, cues, groups, clusters);
        Stored::open(file).map(Self)
    }
}

/// The bytes of a model. Features of which no weight is above `least` are left out.
pub fn build(
    features: &[u64],
    learned: &Learned,
    least: f32,
    cues: Vec<u8>,
    groups: Vec<u8>,
    clusters: Vec<u8>,
) -> Vec<u8> {
    let mut rows: BTreeMap<u64, [i8; NONE]> = BTreeMap::new();
    for (feature, weights) in features.iter().zip(&learned.rows) {
        let own = &weights[..NONE];
        if own.iter().any(|weight| weight.abs() > least) {
            let mut row = [0; NONE];
            row.iter_mut()
                .zip(own)
                .for_each(|(slot, weight)| *slot = (weight * SCALE).round() as i8);
            rows.insert(*feature, row);
        }
    }
    let rows: Vec<(u64, [i8; NONE])> = rows.into_iter().collect();
    let wide = |tag: usize| if tag == NONE { usize::from(OUTSIDE) } else { tag };
    let mut steps = Vec::new();
    for from in 0..TAGS {
        for to in 0..TAGS {
            let weight = learned.steps[wide(from)][wide(to)];
            steps.extend(((weight * SCALE).round() as i16).to_le_bytes());
        }
    }
    learner::ModelFile::build(&[
        ("cues", cues),
        ("rows", Rows::build(&rows)),
        ("steps", steps),
        ("groups", groups),
        ("clusters", clusters),
    ])
}
