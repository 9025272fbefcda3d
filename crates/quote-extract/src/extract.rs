//! The whole article: statement by statement, with what carries over from one to the next.

use std::ops::Range;

use document::{Span, Symbol, symbol};

use crate::detail;
use crate::headline;
use crate::lexicon::Lexicon;
use crate::marks::{Marks, Stretch};
use crate::model::Model;
use crate::names::{Names, span_of};
use crate::phrase;
use crate::reports::{self, Report};
use crate::signs::{self, Sign};
use crate::speaker::{self, Memory, Voice};
use crate::statement::Statement;
use crate::tagger::Tagger;
use crate::token::{Kind, Token, Tokenizer};
use crate::turns;

/// A statement with more tokens is no prose (a table, a list of names) and is passed over.
const LONGEST: usize = 600;
/// Words from which on a stretch in marks without a report can be a quotation.
const LONG: usize = 5;

/// A quotation before it becomes rows.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The content, without outer marks.
    pub(crate) span: Span,
    /// Direct, mixed or indirect.
    pub(crate) kind: Symbol,
    /// The stretches in marks.
    pub(crate) marked: Vec<Span>,
    /// The cue.
    pub(crate) cue: Option<Span>,
    /// Who said it.
    pub(crate) voice: Option<Voice>,
    /// Whom it was said to.
    pub(crate) addressee: Option<Span>,
    /// Where it was said.
    pub(crate) occasion: Option<Span>,
    /// When it was said.
    pub(crate) said_on: Option<String>,
    /// Whether it was not said.
    pub(crate) negated: bool,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
    /// Index of the first part of a quotation of several parts.
    pub(crate) part_of: Option<usize>,
}

/// What is extracted from one article, and what it is extracted from.
pub(crate) struct Extraction<'a> {
    pub(crate) text: &'a str,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) model: &'a Model<'a>,
    pub(crate) marks: &'a Marks,
    pub(crate) names: Names,
    memory: Memory,
    found: Vec<Found>,
    /// The last quotation: its index, paragraph, and whether it ended its statement.
    last: Option<(usize, usize)>,
    /// A speaker announced by a colon at the end of a paragraph, with cue and paragraph.
    announced: Option<(Voice, Option<Span>, usize)>,
}

impl<'a> Extraction<'a> {
    /// Nothing extracted yet.
    pub(crate) fn new(
        text: &'a str,
        lexicon: &'a Lexicon,
        model: &'a Model<'a>,
        marks: &'a Marks,
        names: Names,
    ) -> Self {
        let (memory, found) = (Memory::default(), Vec::new());
        Self { text, lexicon, model, marks, names, memory, found, last: None, announced: None }
    }

    /// Every quotation of the article, in text order.
    pub(crate) fn run(mut self, statements: &[Statement]) -> Vec<Found> {
        let starts = statements.iter().map(|statement| statement.span.start());
        let mut tokenizer = Tokenizer::new(self.text, starts);
        let mut tokens = Vec::new();
        let outer: Vec<Span> = self.marks.stretches.iter().map(|stretch| stretch.outer).collect();
        let mut cut = |statement: &Statement, tokens: &mut Vec<Token>| {
            let inside = statement.stretches.clone();
            tokenizer.cut(
                self.lexicon,
                statement.span,
                &outer[inside.clone()],
                inside.start,
                tokens,
            );
        };
        if !self.names.is_tagged() {
            for statement in statements {
                cut(statement, &mut tokens);
                self.names.learn(self.text, &tokens);
            }
        }
        let mut tagger = Tagger::default();
        let mut signs = Vec::new();
        for statement in statements {
            cut(statement, &mut tokens);
            if tokens.len() > LONGEST {
                continue;
            }
            if !signs::may_report(&tokens, self.model) {
                self.announced = None;
                continue;
            }
            let (text, model, stretches) = (self.text, self.model, &self.marks.stretches);
            signs::read(text, &tokens, stretches, &self.names, model, &mut signs);
            self.statement(statement, &tokens, &signs, &mut tagger);
        }
        self.in_order()
    }

    /// Sorts by place, keeping the links between parts.
    fn in_order(self) -> Vec<Found> {
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|index| self.found[*index].span);
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let mut first_of = vec![usize::MAX; order.len()];
        for (old, found) in self.found.iter().enumerate() {
            if let Some(group) = found.part_of {
                first_of[group] = first_of[group].min(place[old]);
            }
        }
        let mut slots: Vec<Option<Found>> = self.found.into_iter().map(Some).collect();
        let sorted = order.into_iter().filter_map(|old| slots[old].take());
        sorted
            .map(|found| Found { part_of: found.part_of.map(|group| first_of[group]), ..found })
            .collect()
    }

    fn statement(
        &mut self,
        statement: &Statement,
        tokens: &[Token],
        signs: &[Sign],
        tagger: &mut Tagger,
    ) {
        let paragraph = statement.paragraph;
        let bare = tokens.iter().all(|token| !token.is_word());
        if bare && !statement.stretches.is_empty() {
            self.unreported(statement);
            return;
        }
        if headline::echoes(self.text, statement, tokens, &self.marks.stretches) {
            self.announced = None;
            return;
        }
        let (text, lexicon, model) = (self.text, self.lexicon, self.model);
        let reports = reports::Statement { text, tokens, signs, lexicon, model }.reports(tagger);
        let mut covered = vec![false; statement.stretches.len()];
        let mut announced = None;
        let credit = self.credit(tokens, paragraph);
        for report in &reports {
            let mut voice = self.voice(tokens, report.source.as_ref(), paragraph);
            if report.cue.is_none() {
                voice = credit.clone().or(voice);
            }
            let marked = report
                .contents
                .iter()
                .any(|part| tokens[part.clone()].iter().any(|token| token.stretch().is_some()));
            if (marked || report.contents.is_empty()) && voice.is_none() {
                if marked {
                    voice = self.voice_at_hand(paragraph);
                }
                voice = voice.or_else(|| self.voice(tokens, report.guess.as_ref(), paragraph));
            }
            if report.contents.is_empty() {
                announced = voice.map(|voice| {
                    (voice, report.cue.as_ref().map(|cue| span_of(&tokens[cue.clone()])), paragraph)
                });
                continue;
            }
            self.report(statement, tokens, report, voice.as_ref(), &mut covered);
        }
        if let Some(voice) = credit {
            self.credited(statement, &voice, &mut covered);
        }
        self.announced = announced;
    }

    fn voice(
        &mut self,
        tokens: &[Token],
        phrase: Option<&phrase::Phrase>,
        paragraph: usize,
    ) -> Option<Voice> {
        let phrase = phrase?;
        let voice =
            speaker::resolve(self.text, tokens, &self.names, &self.memory, phrase, paragraph);
        if let Some(voice) = &voice {
            self.memory.hear(voice, paragraph);
        }
        voice
    }

    /// Turns what one cue reports into quotations.
    fn report(
        &mut self,
        statement: &Statement,
        tokens: &[Token],
        report: &Report,
        voice: Option<&Voice>,
        covered: &mut [bool],
    ) {
        let cue = report.cue.as_ref().map(|cue| span_of(&tokens[cue.clone()]));
        let mut first: Option<usize> = None;
        for content in &report.contents {
            let inside: Vec<usize> =
                tokens[content.clone()].iter().filter_map(Token::stretch).collect();
            if report.attitude && inside.is_empty() {
                continue; // hopes and plans are no speech, but for the words in marks
            }
            for index in &inside {
                covered[index - statement.stretches.start] = true;
            }
            let worded = tokens[content.clone()].iter().any(Token::is_word);
            let base = Found {
                span: statement.span,
                kind: symbol::DIRECT,
                marked: Vec::new(),
                cue,
                addressee: report.addressee.clone().map(|tokens_of| span_of(&tokens[tokens_of])),
                occasion: self.occasion(tokens, &report.contents),
                said_on: self.said_on(statement, tokens, content, cue),
                negated: report.negated,
                score: 0.0,
                voice: voice.cloned(),
                part_of: None,
            };
            if worded || inside.is_empty() {
                let Some(found) = self.worded(tokens, content, &inside, base) else {
                    continue;
                };
                let score = score(found.kind, voice, report);
                let new = self.push(Found { score, ..found }, statement.paragraph);
                if let Some(first) = first {
                    self.join(first, new);
                }
                first = first.or(Some(new));
                continue;
            }
            for index in inside {
                let stretch = self.marks.stretches[index];
                let (span, marked) = (stretch.inner, vec![stretch.inner]);
                let score = score(symbol::DIRECT, voice, report);
                let found = Found { span, marked, score, ..base.clone() };
                let new = self.push(found, statement.paragraph);
                if stretch.continues {
                    self.join_last(new);
                } else if let Some(first) = first {
                    self.join(first, new);
                }
                first = first.or(Some(new));
            }
        }
    }

    /// Mixed or indirect content; `None` where it is too thin to be reported without marks.
    fn worded(
        &self,
        tokens: &[Token],
        content: &Range<usize>,
        inside: &[usize],
        base: Found,
    ) -> Option<Found> {
        let (mut start, mut end) = (content.start, content.end);
        while start < end
            && matches!(tokens[start].kind, Kind::Mark(',' | '.' | ':' | ';' | '—' | '–'))
        {
            start += 1;
        }
        while end > start
            && matches!(tokens[end - 1].kind, Kind::Mark(',' | '.' | ':' | ';' | '—' | '–'))
        {
            end -= 1;
        }
        if start == end || inside.is_empty() && base.voice.is_none() {
            return None;
        }
        let inner = |index: usize| self.marks.stretches[index].inner;
        let whole = span_of(&tokens[start..end]);
        let from = tokens[start].stretch().map_or(whole.start(), |index| {
            if start + 1 == end { inner(index).start() } else { whole.start() }
        });
        let marked: Vec<Span> = inside.iter().map(|index| inner(*index)).collect();
        let kind = if marked.is_empty() { symbol::INDIRECT } else { symbol::MIXED };
        Some(Found { span: Span::new(from, whole.end()), kind, marked, ..base })
    }

    /// Who is named beside words in marks without a verb: `Ada Ek: “…”` or `“…” — Ada Ek`.
    fn credit(&self, tokens: &[Token], paragraph: usize) -> Option<Voice> {
        let stretch = tokens.iter().position(|token| token.stretch().is_some())?;
        let phrase = if stretch > 1 && tokens[stretch - 1].is_mark(':') {
            phrase::ending_at(self.text, tokens, stretch - 1)
                .filter(|phrase| phrase.tokens.start == 0)
        } else {
            let dash = tokens
                .get(stretch + 1)
                .is_some_and(|token| matches!(token.kind, Kind::Mark('—' | '–' | '―' | '-')));
            let last = tokens.len() <= stretch + 2 + LONG;
            (stretch == 0 && dash && last)
                .then(|| phrase::after(self.text, tokens, stretch + 2))
                .flatten()
        }?;
        if !matches!(phrase.head, phrase::Head::Name(_)) {
            return None;
        }
        speaker::resolve(self.text, tokens, &self.names, &self.memory, &phrase, paragraph)
    }

    fn credited(&mut self, statement: &Statement, voice: &Voice, covered: &mut [bool]) {
        for (index, covered) in statement.stretches.clone().zip(covered) {
            if !*covered {
                *covered = true;
                let found =
                    Self::plain(self.marks.stretches[index], None, Some(voice.clone()), 0.8);
                self.push(found, statement.paragraph);
            }
        }
    }

    /// A statement of nothing but words in marks: it goes on from the quotation before it, answers
    /// a colon, or stands alone.
    fn unreported(&mut self, statement: &Statement) {
        let paragraph = statement.paragraph;
        for index in statement.stretches.clone() {
            let mut stretch = self.marks.stretches[index];
            if let Some((voice, words)) =
                turns::headed_inside(self.text, &self.names, stretch.inner)
            {
                // a transcript whose paragraphs are set in marks, heads and all
                stretch.inner = words;
                self.memory.hear(&voice, paragraph);
                let found = Self::plain(stretch, None, Some(voice), 0.85);
                self.push(found, paragraph);
                continue;
            }
            let announced = self.announced.take().filter(|(_, _, from)| paragraph - from <= 1);
            if let Some((voice, cue, _)) = announced {
                let found = Self::plain(stretch, cue, Some(voice), 0.85);
                self.push(found, paragraph);
                continue;
            }
            let words = self.words(stretch);
            let adjacent = self.last.filter(|(_, from)| {
                *from == paragraph || stretch.continues && paragraph - from <= 1
            });
            let voice = match adjacent {
                Some(_) => self.voice_at_hand(paragraph),
                None if words >= LONG => self.last_paragraph_voice(paragraph),
                None => None,
            };
            if adjacent.is_none() && words < LONG {
                continue;
            }
            let score = if adjacent.is_some() { 0.85 } else { 0.5 };
            let found = Self::plain(stretch, None, voice, score);
            let joins = adjacent.is_some_and(|(last, _)| self.found[last].kind == symbol::DIRECT);
            let new = self.push(found, paragraph);
            if joins {
                let (last, _) = adjacent.expect("it joins something");
                self.join(last, new);
            }
        }
    }

    fn plain(stretch: Stretch, cue: Option<Span>, voice: Option<Voice>, score: f32) -> Found {
        Found {
            span: stretch.inner,
            kind: symbol::DIRECT,
            marked: vec![stretch.inner],
            cue,
            voice,
            addressee: None,
            occasion: None,
            said_on: None,
            negated: false,
            score,
            part_of: None,
        }
    }

    /// The speaker of the last quotation of this paragraph, or of the quotation that goes on into it.
    fn voice_at_hand(&self, paragraph: usize) -> Option<Voice> {
        let (last, from) = self.last?;
        (paragraph - from <= 1)
            .then(|| self.found[last].voice.as_ref().map(Voice::carried))
            .flatten()
    }

    /// The speaker of a direct quotation in the paragraph before.
    fn last_paragraph_voice(&self, paragraph: usize) -> Option<Voice> {
        let (last, from) = self.last?;
        let direct = self.found[last].kind == symbol::DIRECT;
        (direct && paragraph - from <= 1)
            .then(|| self.found[last].voice.as_ref().map(Voice::carried))
            .flatten()
    }

    fn words(&self, stretch: Stretch) -> usize {
        self.text[stretch.inner.range()].split_whitespace().take(2 * LONG).count()
    }

    fn occasion(&self, tokens: &[Token], contents: &[Range<usize>]) -> Option<Span> {
        let first = contents.iter().map(|content| content.start).min().unwrap_or(tokens.len());
        let last = contents.iter().map(|content| content.end).max().unwrap_or(0);
        detail::occasion(self.text, &tokens[..first.min(tokens.len())])
            .or_else(|| detail::occasion(self.text, &tokens[last.min(tokens.len())..]))
    }

    fn said_on(
        &self,
        statement: &Statement,
        tokens: &[Token],
        content: &Range<usize>,
        cue: Option<Span>,
    ) -> Option<String> {
        let content = span_of(&tokens[content.clone()]);
        let before = Span::new(statement.span.start(), content.start());
        let after = Span::new(content.end(), statement.span.end().max(content.end()));
        let mut days = self.names.days_within(before).chain(self.names.days_within(after));
        let day = days.find(|day| {
            // in `Ada Ek, who was elected on Sunday` it is the day of something else
            let near = tokens.iter().rev().skip_while(|token| token.span.end() > day.span.start());
            let mut near =
                near.take_while(|token| Some(token.span) != cue && token.stretch().is_none());
            !near.any(|token| matches!(&self.text[token.span.range()], "who" | "whose" | "which"))
        });
        day.map(|day| day.date.clone())
    }

    fn push(&mut self, found: Found, paragraph: usize) -> usize {
        self.found.push(found);
        self.last = Some((self.found.len() - 1, paragraph));
        self.found.len() - 1
    }

    /// Joins a new part to the quotation before it.
    fn join_last(&mut self, new: usize) {
        if let Some(last) = new.checked_sub(1) {
            self.join(last, new);
        }
    }

    fn join(&mut self, first: usize, new: usize) {
        let group = self.found[first].part_of.unwrap_or(first);
        self.found[first].part_of = Some(group);
        self.found[new].part_of = Some(group);
        match (self.found[group].voice.is_some(), &self.found[new].voice) {
            (false, Some(voice)) => {
                let carried = voice.carried();
                for part in &mut self.found[group..new] {
                    if part.part_of == Some(group) {
                        part.voice = Some(carried.clone());
                    }
                }
            }
            (true, None) => {
                self.found[new].voice = self.found[group].voice.as_ref().map(Voice::carried);
            }
            _ => {}
        }
    }
}

/// The share of reports like this one whose words and speaker were right on the dev part: from the first
/// number, where the model is torn, up to the second, where it is sure.
fn score(kind: Symbol, voice: Option<&Voice>, report: &Report) -> f32 {
    let (torn, sure, pace) = match kind {
        symbol::DIRECT => (0.70, 0.99, 1.0),
        symbol::MIXED => (0.30, 0.95, 2.0),
        _ => (0.20, 0.87, 2.0),
    };
    let margin = report.margin.max(0.0);
    let share = torn + (sure - torn) * margin / (margin + pace);
    let known = if voice.is_some() { 1.0 } else { 0.6 };
    let cued = if report.cue.is_some() || kind == symbol::DIRECT { 1.0 } else { 0.5 };
    share * known * cued
}
