//! From a cue to the words it reports: before it, after it, or around it.

use std::ops::Range;

use crate::cues::{Cue, is_word};
use crate::lexicon::{Form, Frames};
use crate::marks;
use crate::phrase::{self, Before, Phrase};
use crate::token::{Class, Kind, Token};

/// Tokens between a cue and the word that introduces its content.
const REACH: usize = 16;
/// Tokens between a cue and words in marks that nothing introduces, as in `said of it “…”`.
const NEAR: usize = 4;

/// Words after which marks only name something.
const NAMERS: [&str; 16] = [
    "term",
    "terms",
    "word",
    "words",
    "phrase",
    "so-called",
    "called",
    "titled",
    "entitled",
    "dubbed",
    "nicknamed",
    "book",
    "song",
    "film",
    "show",
    "movie",
];

/// Whom a cue credits.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The phrase beside it.
    Phrase(Phrase),
    /// Whoever the cue before it credits.
    Same,
    /// Nobody that could be found.
    Nobody,
}

/// What one cue reports.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The cue.
    pub(crate) cue: Cue,
    /// Whom it credits.
    pub(crate) source: Source,
    /// The reported content, in pieces, as token ranges.
    pub(crate) contents: Vec<Range<usize>>,
    /// Whom it was said to.
    pub(crate) addressee: Option<Range<usize>>,
}

/// A statement under analysis.
pub(crate) struct Clauses<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) cues: &'a [Cue],
}

impl Clauses<'_> {
    /// What the cues of the statement report, in order of the cues.
    pub(crate) fn reports(&self) -> Vec<Report> {
        let mut reports: Vec<Report> = Vec::new();
        let mut floor = 0;
        for (index, cue) in self.cues.iter().enumerate() {
            if cue.first < floor {
                continue; // inside what another cue reports
            }
            let source = self.source(cue);
            let mut report = Report { cue: *cue, source, contents: Vec::new(), addressee: None };
            let inverted = Self::is_inverted(&report);
            let after = self.after(index, &mut report, inverted);
            let ahead = self.ahead(&report, floor, inverted, after.is_some());
            report.contents.extend(ahead);
            if let Some(after) = after {
                floor = after.end;
                self.push_pieces(after, &mut report.contents);
            } else {
                floor = floor.max(cue.last + 1);
            }
            reports.push(report);
        }
        reports
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.span.range()])
    }

    fn is_stretch(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.stretch().is_some())
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    /// Whether the words in marks at `at` end like a quotation before its report.
    fn is_closed(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| token.stretch().is_some()) else {
            return false;
        };
        let words = &self.text[token.span.range()];
        let words = words.trim_end_matches(['”', '’', '"', '\'', '»', '“']);
        words.ends_with([',', '.', '?', '!', '…', '—', '-']) || self.is_mark(at + 1, ',')
    }

    fn source(&self, cue: &Cue) -> Source {
        let at = cue.first;
        if cue.form.is_none() {
            return phrase::after(self.text, self.tokens, cue.last + 1)
                .map_or(Source::Nobody, Source::Phrase);
        }
        let auxiliary = at > 0 && self.tokens[at - 1].is(Class::AUXILIARY);
        if cue.form == Some(Form::Participle) && !auxiliary {
            return Source::Same;
        }
        let quoted = at > 0 && self.is_stretch(at - 1)
            || at > 1 && self.is_mark(at - 1, ',') && self.is_stretch(at - 2);
        let after = || phrase::after(self.text, self.tokens, cue.last + 1).map(Source::Phrase);
        if quoted
            && !cue.frames.has(Frames::ADDRESSEE)
            && let Some(found) = after()
        {
            return found;
        }
        match phrase::before(self.text, self.tokens, at) {
            Before::Phrase(phrase) => Source::Phrase(phrase),
            Before::Same => Source::Same,
            Before::Nothing if at > 0 && self.is_mark(at - 1, ',') => {
                after().unwrap_or(Source::Nobody)
            }
            Before::Nothing => Source::Nobody,
        }
    }

    fn is_inverted(report: &Report) -> bool {
        matches!(&report.source, Source::Phrase(phrase) if phrase.tokens.start > report.cue.last)
    }

    /// The content that ends before the cue and its subject: `…, the minister said`.
    fn ahead(
        &self,
        report: &Report,
        floor: usize,
        inverted: bool,
        more: bool,
    ) -> Option<Range<usize>> {
        let Source::Phrase(phrase) = &report.source else { return None };
        let border = if inverted { report.cue.first } else { phrase.extent.start };
        let last = border.checked_sub(1)?;
        let end = if self.is_mark(last, ',') { last } else { border };
        if end <= floor || end == border && !self.is_stretch(last) {
            return None;
        }
        let first_quoted = (floor..end).find(|at| self.is_stretch(*at));
        if self.is_stretch(end - 1) && self.is_closed(end - 1) {
            let first = first_quoted.expect("the last token is a stretch");
            let lead = (floor..first).all(|at| matches!(self.tokens[at].kind, Kind::Mark(_)));
            let introduced = first > floor && matches!(self.word(first - 1), ":" | ",");
            let start = if lead || introduced { first } else { floor };
            return Some(start..end);
        }
        let frames = report.cue.frames;
        let thought = frames.has(Frames::MARKS_ONLY) || frames.has(Frames::THOUGHT);
        let worded = (floor..end).filter(|at| self.tokens[*at].is_word()).count() >= 3;
        let parenthetical = self.is_mark(report.cue.last + 1, ',')
            && !inverted
            && !self.is_stretch(report.cue.last + 2);
        let ends = match &report.source {
            Source::Phrase(phrase) if inverted => self.is_tail(phrase.extent.end),
            _ => self.is_tail(report.cue.last + 1),
        };
        let opens =
            !self.tokens[floor].is(Class::PREPOSITION) || first_quoted.is_some() || end - floor > 8;
        let fits = !thought && worded && floor == 0 && opens && (parenthetical || !more && ends);
        fits.then_some(floor..end)
    }

    /// Whether what follows says at most when or where it was said.
    fn is_tail(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return true };
        !token.is_word()
            || token.is(Class::DAY
                .with(Class::PREPOSITION)
                .with(Class::ADVERB)
                .with(Class::CONJUNCTION))
    }

    /// Whether the report stands behind words in marks: `“…,” she said`.
    fn is_behind_marks(&self, report: &Report, inverted: bool) -> bool {
        let Source::Phrase(phrase) = &report.source else { return false };
        let border = if inverted { report.cue.first } else { phrase.extent.start };
        let last = border.checked_sub(1);
        last.is_some_and(|last| {
            self.is_closed(last) || last > 0 && self.is_mark(last, ',') && self.is_stretch(last - 1)
        })
    }

    /// The content that begins after the cue.
    fn after(&self, index: usize, report: &mut Report, inverted: bool) -> Option<Range<usize>> {
        let cue = &self.cues[index];
        let from = match &report.source {
            Source::Phrase(phrase) if inverted => phrase.extent.end,
            _ => cue.last + 1,
        };
        if cue.form.is_none() {
            return self.after_according(index, from);
        }
        let behind = self.is_behind_marks(report, inverted);
        let start = if behind {
            self.introduced(Frames::default(), from)
        } else {
            self.start(cue, from, inverted, report)
        }?;
        if cue.frames.has(Frames::MARKS_ONLY) && self.is_stretch(start) && self.is_title(start) {
            return None;
        }
        if self.is_stretch(start) && (self.is_closed(start) || self.is_last(start + 1)) {
            let mut end = start + 1;
            while self.is_stretch(end) || self.is_mark(end, ',') && self.is_stretch(end + 1) {
                end += 1;
            }
            return Some(start..end);
        }
        let end = self.end(index, start);
        let words = (start..end).filter(|at| self.tokens[*at].is_word()).count();
        let quoted = (start..end).any(|at| self.is_stretch(at) && !self.is_term(at));
        if cue.frames.has(Frames::MARKS_ONLY) || cue.frames.has(Frames::THOUGHT) {
            let urged = cue.frames.has(Frames::INFINITIVE) && self.infinitive(start).is_some();
            if !quoted && !urged {
                return None;
            }
        } else if words < 2 && !quoted {
            return None;
        }
        Some(start..end)
    }

    /// `According to X, …`: only at the head of the statement.
    fn after_according(&self, index: usize, from: usize) -> Option<Range<usize>> {
        let cue = &self.cues[index];
        let leads = self.tokens[..cue.first].iter().all(|token| token.is(Class::CONJUNCTION));
        let comma = (from..self.tokens.len().min(from + REACH)).find(|at| self.is_mark(*at, ','));
        if !leads || from > 0 && !self.is_mark(from, ',') && comma.is_none() {
            return None;
        }
        let start = if self.is_mark(from, ',') { from } else { comma? } + 1;
        (start < self.tokens.len()).then(|| start..self.end(index, start))
    }

    /// Where the content after a cue begins.
    fn start(&self, cue: &Cue, from: usize, inverted: bool, report: &mut Report) -> Option<usize> {
        let frames = cue.frames;
        let mut at = from;
        while self.tokens.get(at).is_some_and(|token| {
            token.is(Class::DAY) || token.is(Class::ADVERB) && !token.is(Class::CONJUNCTION)
        }) || matches!(self.word(at), "on" | "late" | "early" | "earlier" | "last")
            && self.tokens.get(at + 1).is_some_and(|token| token.is(Class::DAY))
        {
            at += 1;
        }
        if frames.has(Frames::INFINITIVE) && self.word(at) == "on" && !inverted {
            at += 1;
        }
        if frames.has(Frames::INFINITIVE)
            && !inverted
            && let Some(start) = self.infinitive(at)
        {
            return Some(start);
        }
        if frames.has(Frames::MARKS_ONLY) {
            return (at < self.tokens.len() && self.quoted_in_clause(at)).then_some(at);
        }
        if frames.has(Frames::ADDRESSEE)
            && !inverted
            && let Some(end) = self.addressee(at)
        {
            report.addressee = Some(at..end);
            at = end;
            let next = self.tokens.get(at);
            let clause = next.is_some_and(|token| {
                token.is(Class::PRONOUN.with(Class::DETERMINER)) || token.is_capital()
            });
            if clause && !is_word(self.text, self.tokens, at, "that") {
                return Some(at);
            }
        }
        if self.is_stretch(at) {
            return Some(at);
        }
        let next = self.tokens.get(at)?;
        let wh = matches!(
            self.word(at),
            "who" | "what" | "why" | "how" | "whether" | "if" | "when" | "where"
        );
        if frames.has(Frames::WH) && wh {
            return Some(at);
        }
        let says = matches!(self.word(cue.last), "said" | "says" | "say");
        if frames.has(Frames::BARE) && !inverted && self.opens_clause(at, next, says) {
            return Some(at);
        }
        if frames.has(Frames::BARE)
            && !inverted
            && self.is_mark(at, ',')
            && self.is_parenthesis(report)
        {
            return Some(at + 1);
        }
        self.introduced(frames, at)
    }

    /// Where the first `that`, colon, comma with marks, or infinitive within reach puts the content.
    fn introduced(&self, frames: Frames, from: usize) -> Option<usize> {
        let mut comma = false;
        for at in from..self.tokens.len().min(from + REACH) {
            let quoted_next = self.is_stretch(at + 1);
            match self.word(at) {
                ":" => return (at + 1 < self.tokens.len()).then_some(at + 1),
                "that" if !comma && frames.has(Frames::THAT) => return Some(at + 1),
                "," if quoted_next => return Some(at + 1),
                "," => comma = true,
                "." | ";" => return None,
                _ if self.is_stretch(at) && !comma && at <= from + NEAR => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// Where `urged Seoul to …` or `promised to …` begins: with the object, if there is one.
    fn infinitive(&self, from: usize) -> Option<usize> {
        let to = (from..self.tokens.len().min(from + REACH / 2))
            .find(|at| !self.tokens[*at].is_word() || self.word(*at) == "to")?;
        let object = self.tokens[from]
            .is(Class::OBJECT.with(Class::DETERMINER).with(Class::AUDIENCE))
            || self.tokens[from].is_capital();
        (self.word(to) == "to" && (to == from || object)).then_some(from)
    }

    /// Whether a report stands inside the clause that it reports: `The plan, she said, is bad.`
    fn is_parenthesis(&self, report: &Report) -> bool {
        let Source::Phrase(phrase) = &report.source else { return false };
        let start = phrase.extent.start;
        start > 1 && self.is_mark(start - 1, ',')
    }

    /// Whether content without `that` begins here; after forms of `say` nearly any word can.
    fn opens_clause(&self, at: usize, token: &Token, says: bool) -> bool {
        let word = self.word(at);
        if matches!(word, "that" | "who" | "which" | "as" | "nothing" | "so" | "something") {
            return false;
        }
        let closed =
            Class::PREPOSITION.with(Class::CONJUNCTION).with(Class::OBJECT).with(Class::AUXILIARY);
        let closed = closed.with(Class::MODAL).with(Class::NEGATION).with(Class::ADVERB);
        let noun = token.is_word() && !token.is(closed);
        token.is(Class::PRONOUN.with(Class::DETERMINER))
            || token.is_capital()
            || word == "there"
            || noun && (says || word.ends_with('s') && !word.ends_with("ss"))
            || matches!(word, "if" | "while" | "when" | "because" | "although")
    }

    /// The end of the phrase of somebody spoken to that begins at `at`.
    fn addressee(&self, at: usize) -> Option<usize> {
        let token = self.tokens.get(at)?;
        if token.is(Class::OBJECT.with(Class::AUDIENCE))
            && !is_word(self.text, self.tokens, at + 1, "of")
        {
            return Some(at + 1);
        }
        if token.is(Class::PRONOUN) {
            return None;
        }
        phrase::after(self.text, self.tokens, at).map(|phrase| phrase.tokens.end)
    }

    fn quoted_in_clause(&self, from: usize) -> bool {
        for at in from..self.tokens.len() {
            if self.is_stretch(at) {
                return true;
            }
            if matches!(self.word(at), ";" | ".") {
                return false;
            }
        }
        false
    }

    /// Whether the words in marks are only named: `the term “…”`.
    fn is_term(&self, at: usize) -> bool {
        at > 0 && NAMERS.contains(&self.word(at - 1))
    }

    /// Whether the words in marks at `at` are the title of a work: `read “The Long Winter”`.
    fn is_title(&self, at: usize) -> bool {
        !self.is_closed(at) && marks::is_title(&self.text[self.tokens[at].span.range()])
    }

    /// Whether nothing but punctuation stands from `at` on.
    fn is_last(&self, at: usize) -> bool {
        self.tokens[at.min(self.tokens.len())..]
            .iter()
            .all(|token| matches!(token.kind, Kind::Mark(_)))
    }

    /// Where content that begins at `start` ends: at the statement's last full stop, or where
    /// another report begins.
    fn end(&self, index: usize, start: usize) -> usize {
        let mut end = self.subordinate_end(index, start).unwrap_or(self.tokens.len());
        for cue in self.cues[index + 1..].iter().filter(|cue| cue.first > start) {
            let border = match cue.form {
                Some(Form::Participle) | None => cue.first,
                Some(_) => match phrase::before(self.text, self.tokens, cue.first) {
                    Before::Phrase(phrase) => phrase.extent.start,
                    Before::Same => {
                        let joint = (start..cue.first)
                            .rev()
                            .take(6)
                            .find(|at| matches!(self.word(*at), "and" | "but" | "then"));
                        let Some(joint) = joint else { continue };
                        end = joint;
                        break;
                    }
                    Before::Nothing => continue,
                },
            };
            let comma = border > start && self.is_mark(border - 1, ',');
            let trailing = cue.form == Some(Form::Participle)
                || cue.form.is_none()
                || self.is_short_tail(cue.last + 1);
            if comma && trailing {
                end = border - 1;
                break;
            }
        }
        while end > start
            && (matches!(self.tokens[end - 1].kind, Kind::Mark('.' | ',' | ';' | ':')))
        {
            end -= 1;
        }
        end
    }

    /// `While Ada Ek said it rained, …`: a report inside a clause that opens the statement ends with it.
    fn subordinate_end(&self, index: usize, start: usize) -> Option<usize> {
        let cue = &self.cues[index];
        let opener = self.tokens.first()?;
        let subordinate = opener.is(Class::CONJUNCTION.with(Class::PREPOSITION))
            && !matches!(self.word(0), "But" | "And" | "So" | "Yet" | "That");
        let led = self.tokens[..cue.first]
            .iter()
            .any(|token| token.is_mark(',') || token.stretch().is_some());
        if !subordinate || led || cue.form.is_none() {
            return None;
        }
        (start..self.tokens.len()).find(|at| self.is_mark(*at, ','))
    }

    /// Whether what follows a cue is only a day or nothing.
    fn is_short_tail(&self, from: usize) -> bool {
        let tail = &self.tokens[from.min(self.tokens.len())..];
        tail.len() <= 4
            && tail.iter().all(|token| {
                !token.is_word()
                    || token.is(Class::DAY.with(Class::PREPOSITION).with(Class::ADVERB))
            })
    }

    /// Content with `: “…”` inside is two pieces: the words before the colon, and those in marks.
    fn push_pieces(&self, content: Range<usize>, pieces: &mut Vec<Range<usize>>) {
        let colon = content.clone().find(|at| self.is_mark(*at, ':') && self.is_stretch(at + 1));
        match colon {
            Some(colon) if colon > content.start => {
                pieces.push(content.start..colon);
                pieces.push(colon + 1..content.end.max(colon + 2));
            }
            _ => pieces.push(content),
        }
    }
}
