//! From words that may report to reports: what each says, of whom, and which of two that disagree holds.

use std::ops::Range;

use crate::lexicon::{Form, Frames, Lexicon};
use crate::model::Model;
use crate::phrase::{self, Head, Phrase};
use crate::signs::Sign;
use crate::tagger::{Tagged, Tagger};
use crate::token::{Class, Token};

/// Words after which marks only name something.
const NAMERS: [&str; 7] =
    ["term", "terms", "so-called", "titled", "entitled", "dubbed", "nicknamed"];
/// Before `to say`: nothing was said.
const WITHHELD: [&str; 9] = [
    "declined",
    "declines",
    "declining",
    "refused",
    "refuses",
    "refusing",
    "failed",
    "fails",
    "failing",
];
/// What is reported with these is not so.
const DENIED: [&str; 4] = ["deny", "denies", "denied", "denying"];
/// Verbs of speech after which `to` leads to whom it was said to.
const TELLS_TO: [&str; 12] = [
    "said",
    "says",
    "saying",
    "wrote",
    "writes",
    "writing",
    "explained",
    "explains",
    "complained",
    "confirmed",
    "admitted",
    "suggested",
];
/// A word that reports in at least so many fifteenths of its occurrences mostly reports.
const MOSTLY: u16 = 6;
/// Tokens from a cue to the colon behind it.
const COLON: usize = 8;
/// Fewer words in marks than this are a few; fewer than that, not many.
const SHORT: usize = 4;
const LONG: usize = 8;
/// What a few words in marks need, as a logarithm of odds, to be what somebody said rather than a term: one wrong is worse
/// than one missed.
const DOUBT: f32 = 1.0;

/// A report.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The tokens of its cue; `None` where words in marks stand without one.
    pub(crate) cue: Option<Range<usize>>,
    /// Whom it credits.
    pub(crate) source: Option<Phrase>,
    /// Whom it may credit, if nobody is at hand.
    pub(crate) guess: Option<Phrase>,
    /// The reported content, in pieces; none where it stands in another statement.
    pub(crate) contents: Vec<Range<usize>>,
    /// Whom it was said to.
    pub(crate) addressee: Option<Range<usize>>,
    /// Whether it says what was not said.
    pub(crate) negated: bool,
    /// Whether its cue tells of hopes and plans rather than of speech.
    pub(crate) attitude: bool,
    /// How far it is ahead of no report, as a logarithm of odds.
    pub(crate) margin: f32,
}

/// A statement under analysis.
#[derive(Clone, Copy)]
pub(crate) struct Statement<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) signs: &'a [Sign],
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) model: &'a Model<'a>,
}

impl Statement<'_> {
    /// The reports of the statement, in order of their anchors.
    pub(crate) fn reports(&self, tagger: &mut Tagger) -> Vec<Report> {
        tagger.start(self.tokens.len());
        let mut found: Vec<(usize, Tagged)> = Vec::new();
        for at in (0..self.tokens.len()).filter(|at| self.signs[*at].cue != 0) {
            if tagger.may_report(self.model, self.signs, at) {
                found.extend(tagger.tag(self.model, self.signs, at).map(|tagged| (at, tagged)));
            }
        }
        found.sort_by(|left, right| {
            right.1.margin.total_cmp(&left.1.margin).then(left.0.cmp(&right.0))
        });
        let stretches: Vec<usize> =
            (0..self.tokens.len()).filter(|at| self.tokens[*at].stretch().is_some()).collect();
        let mut quoted = vec![0.0; self.tokens.len()];
        for at in &stretches {
            quoted[*at] = tagger.quoted(self.model, self.signs, *at);
        }
        let mut taken = vec![false; self.tokens.len()];
        let mut kept = Vec::new();
        for (at, mut tagged) in found {
            tagged.contents.retain(|part| !self.is_term(part, &quoted));
            if !tagged.contents.is_empty() || tagged.source.is_some() {
                self.keep(at, tagged, &mut taken, &mut kept);
            }
        }
        for at in stretches {
            if !taken[at]
                && !self.is_named(at)
                && !self.is_doubtful(at, &quoted)
                && let Some(mut tagged) = tagger.tag(self.model, self.signs, at)
            {
                tagged.contents.retain(|part| part.contains(&at));
                if !tagged.contents.is_empty() && tagged.margin >= self.needed(at) {
                    self.keep(at, tagged, &mut taken, &mut kept);
                }
            }
        }
        let last = self.tokens.len().saturating_sub(1);
        if self.word(last) == ":"
            && kept.iter().all(|(_, report)| !report.contents.is_empty())
            && let Some(source) = tagger.whom(self.model, self.signs, last)
        {
            let announcer =
                Tagged { contents: Vec::new(), source: None, guess: Some(source), margin: 0.0 };
            self.keep(last, announcer, &mut taken, &mut kept);
        }
        kept.sort_by_key(|(at, _)| *at);
        kept.into_iter().map(|(_, report)| report).collect()
    }

    /// Keeps a report, as far as no better one holds its tokens.
    fn keep(
        &self,
        at: usize,
        mut tagged: Tagged,
        taken: &mut [bool],
        kept: &mut Vec<(usize, Report)>,
    ) {
        let stretch = self.tokens[at].stretch().is_some();
        if !stretch && taken[at] {
            return;
        }
        let held = |token: &usize| {
            taken[*token] || kept.iter().any(|(other, _)| other == token && *other != at)
        };
        let whole = tagged.contents.len();
        for part in &mut tagged.contents {
            if let Some(end) = part.clone().find(held) {
                *part = self.cut(part.start..end);
            }
        }
        tagged.contents.retain(|part| !part.is_empty());
        let code = self.signs[at].cue;
        let attitude = !stretch && code & 15 < code >> 4 & 15;
        tagged.contents.retain(|part| !self.is_idle(part, attitude, tagged.margin));
        if whole > 0 && tagged.contents.is_empty() {
            return;
        }
        for part in &tagged.contents {
            taken[part.clone()].fill(true);
        }
        let cue = if stretch { self.cue_before(at) } else { Some(self.cue(at)) };
        let phrase = |range: Range<usize>| {
            let starts = tagged.contents.iter().map(|part| part.start).chain([at]);
            let limit = starts.filter(|start| *start >= range.end).min();
            phrase::of(self.text, self.tokens, range, limit.unwrap_or(self.tokens.len()))
        };
        let source = tagged.source.and_then(phrase);
        let known = |phrase: &Phrase| !matches!(phrase.head, Head::Description);
        let guess = tagged.guess.and_then(phrase).filter(known);
        let addressee =
            cue.as_ref().and_then(|cue| self.addressee(cue, source.as_ref(), &tagged.contents));
        let report = Report {
            negated: !stretch && self.is_negated(at),
            attitude,
            cue,
            source,
            guess,
            contents: tagged.contents,
            addressee,
            margin: tagged.margin,
        };
        kept.push((at, report));
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.span.range()])
    }

    /// Whether content is little else than words in marks that nobody said.
    fn is_term(&self, part: &Range<usize>, quoted: &[f32]) -> bool {
        let mut stretches =
            part.clone().filter(|at| self.tokens[*at].stretch().is_some()).peekable();
        let words = part.clone().filter(|at| self.tokens[*at].is_word()).count();
        stretches.peek().is_some()
            && words < SHORT
            && stretches.all(|at| self.is_named(at) || self.is_doubtful(at, quoted))
    }

    /// Whether the word before marks says that they only name something.
    fn is_named(&self, at: usize) -> bool {
        at > 0 && NAMERS.contains(&self.word(at - 1))
    }

    /// Whether words in marks are few and more likely a term or a title than what somebody said.
    fn is_doubtful(&self, at: usize, quoted: &[f32]) -> bool {
        self.words(at) < LONG && quoted[at] < DOUBT
    }

    /// How sure it must be that words in marks without a cue are a quotation: a few are a term or a title
    /// rather than what somebody said.
    fn needed(&self, at: usize) -> f32 {
        if self.words(at) < SHORT { 1.0 } else { 0.0 }
    }

    /// Whether content holds nothing in marks but a term, or a few words that somebody hopes or plans.
    fn is_idle(&self, part: &Range<usize>, attitude: bool, margin: f32) -> bool {
        let mut stretches =
            part.clone().filter(|at| self.tokens[*at].stretch().is_some()).peekable();
        stretches.peek().is_some()
            && stretches
                .all(|at| self.words(at) < SHORT && (self.is_named(at) || attitude && margin < 2.0))
    }

    fn words(&self, at: usize) -> usize {
        self.text[self.tokens[at].span.range()].split_whitespace().take(LONG).count()
    }

    /// What is left of content that another report cuts short: words in marks stay, without what led
    /// from them to the other report.
    fn cut(&self, part: Range<usize>) -> Range<usize> {
        let last = part.clone().rev().find(|at| self.tokens[*at].stretch().is_some());
        part.start..last.map_or(part.start, |last| last + 1)
    }

    /// The tokens of the cue that hangs on a word, or on a colon behind one.
    fn cue(&self, at: usize) -> Range<usize> {
        if self.tokens[at].is_mark(':') {
            let near = at.saturating_sub(COLON)..at;
            let word = near.rev().find(|at| self.signs[*at].cue != 0 && self.tokens[*at].is_word());
            return word.map_or(at..at + 1, |word| self.cue(word));
        }
        let word = self.word(at);
        let longer = word.eq_ignore_ascii_case("according") && self.word(at + 1) == "to"
            || word.starts_with("point") && self.word(at + 1) == "out";
        at..at + 1 + usize::from(longer)
    }

    /// The word that mostly reports right before words in marks, as in `she went on: “…”`.
    fn cue_before(&self, at: usize) -> Option<Range<usize>> {
        let mark = usize::from(at > 0 && !self.tokens[at - 1].is_word());
        let word = at.checked_sub(1 + mark)?;
        let reports = self.tokens[word].is_word() && self.signs[word].cue & 15 >= MOSTLY;
        reports.then(|| self.cue(word))
    }

    /// Whether a report tells what was not said: `did not say`, `declined to say`, `stopped short of saying`, `denied`;
    /// but not `did not deny`.
    fn is_negated(&self, at: usize) -> bool {
        let between = Class::ADVERB.with(Class::NEGATION).with(Class::AUXILIARY);
        let negation = (at.saturating_sub(4)..at)
            .rev()
            .take_while(|at| self.tokens[*at].is(between) || self.word(*at).ends_with("ly"))
            .any(|at| self.tokens[at].is(Class::NEGATION));
        let withheld = at >= 2
            && self.word(at - 1) == "to"
            && WITHHELD.iter().any(|verb| self.word(at - 2).eq_ignore_ascii_case(verb));
        let without = at >= 1 && self.word(at - 1).eq_ignore_ascii_case("without");
        let denied = DENIED.iter().any(|verb| self.word(at).eq_ignore_ascii_case(verb));
        let short = at >= 2 && self.word(at - 1) == "of" && self.word(at - 2) == "short";
        (negation || withheld || without || short) != denied
    }

    /// Whom it was said to: what stands right behind a verb such as `told`, or after `said to`.
    fn addressee(
        &self,
        cue: &Range<usize>,
        source: Option<&Phrase>,
        contents: &[Range<usize>],
    ) -> Option<Range<usize>> {
        let lower = self.word(cue.start).to_lowercase();
        let verb = self.lexicon.verb(&lower)?;
        // `said to her`, `wrote to the council`; but `according to` and `said to be` are none
        let to = self.word(cue.end) == "to"
            && TELLS_TO.contains(&lower.as_str())
            && self.tokens.get(cue.end + 1).is_some_and(|token| {
                token.is(Class::OBJECT.with(Class::AUDIENCE).with(Class::DETERMINER))
                    || token.is_capital()
            });
        let frames =
            verb.frames.has(Frames::ADDRESSEE) && (verb.form != Form::Base || lower != "ask");
        if !to && !frames {
            return None;
        }
        let at = cue.end + usize::from(to);
        let token = self.tokens.get(at)?;
        // `told her colleagues`, but `told her ships would sail`
        let owned = token.is(Class::OBJECT)
            && token.is(Class::DETERMINER)
            && self.tokens.get(at + 1).is_some_and(|next| next.is_word() && !next.is_capital())
            && !self.tokens[at + 1].is(Class::FUNCTION.with(Class::ADVERB))
            && contents.iter().all(|content| content.start != at + 1);
        let alone = token.is(Class::OBJECT.with(Class::AUDIENCE)) && self.word(at + 1) != "of";
        let end = if alone && !owned {
            at + 1
        } else if token.is(Class::PRONOUN) {
            return None;
        } else {
            phrase::after(self.text, self.tokens, at)?.tokens.end
        };
        let free = |range: &Range<usize>| range.end <= at || range.start >= end;
        let apart = source.is_none_or(|source| free(&source.tokens)) && contents.iter().all(free);
        apart.then_some(at..end)
    }
}
