//! What refers to a person without a name: pronouns ("she") and descriptions ("the minister").

use std::collections::HashMap;

use document::{Span, Symbol, symbol};

use crate::classify::Name;
use crate::entities::{Gender, Grouping};
use crate::lexicon::{DEMONYM, ROLE, TITLE};
use crate::token::{Kind, Token};

/// A mention without a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Referent {
    pub(crate) span: Span,
    /// `pronoun` or `description`.
    pub(crate) kind: Symbol,
    /// Index of the entity, where only one is possible.
    pub(crate) entity: Option<usize>,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
}

/// Finds pronouns (where `pronouns` is set) and descriptions of persons.
///
/// A pronoun leads to a person only if a single one of fitting gender was mentioned in its
/// sentence before it or, failing that, in the sentence before: unknown beats a guess.
pub(crate) fn find(
    text: &str,
    tokens: &[Token],
    names: &[Name],
    grouping: &Grouping,
    pronouns: bool,
) -> Vec<Referent> {
    let finder = Finder { text, tokens, grouping };
    let offices = finder.offices(names);
    let mut found = Vec::new();
    let mut upcoming = names.iter().zip(&grouping.of_name).peekable();
    let (mut here, mut before) = (Persons::default(), Persons::default());
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].first() && !here.is_quoting_on(text, tokens, at) {
            before = std::mem::take(&mut here);
        }
        if let Some((name, entity)) = upcoming.next_if(|(name, _)| name.candidate.first <= at) {
            if name.label == symbol::PER {
                here.mention(*entity);
            }
            at = name.candidate.end.max(at + 1);
            continue;
        }
        if let Some((end, entity)) = finder.description(at, &offices) {
            if let Some(entity) = entity {
                here.mention(entity);
            }
            let span = Span::new(tokens[at].start, tokens[end - 1].end);
            let score = if entity.is_some() { 0.7 } else { 0.5 };
            found.push(Referent { span, kind: symbol::DESCRIPTION, entity, score });
            // What stands inside ("the French president") may still be a name of its own.
        } else if let Some(gender) = finder.pronoun(at).filter(|_| pronouns) {
            let entity = here
                .only(gender, grouping)
                .or_else(|| before.only(gender, grouping).filter(|_| !here.fits(gender, grouping)));
            if let Some(entity) = entity {
                here.mention(entity);
            }
            let span = Span::new(tokens[at].start, tokens[at].end);
            let score = if entity.is_some() { 0.6 } else { 0.5 };
            found.push(Referent { span, kind: symbol::PRONOUN, entity, score });
        }
        at += 1;
    }
    found
}

/// The persons of one sentence; more than a few are all ambiguous anyway.
#[derive(Default)]
struct Persons(Vec<usize>);

impl Persons {
    fn mention(&mut self, entity: usize) {
        const ENOUGH: usize = 8;
        if self.0.len() < ENOUGH && !self.0.contains(&entity) {
            self.0.push(entity);
        }
    }

    fn fitting(&self, gender: Gender, grouping: &Grouping) -> impl Iterator<Item = usize> {
        self.0
            .iter()
            .copied()
            .filter(move |at| grouping.entities[*at].gender.is_none_or(|known| known == gender))
    }

    fn fits(&self, gender: Gender, grouping: &Grouping) -> bool {
        self.fitting(gender, grouping).next().is_some()
    }

    fn only(&self, gender: Gender, grouping: &Grouping) -> Option<usize> {
        let mut fitting = self.fitting(gender, grouping);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    /// A sentence that opens with its speaker's verb goes on with the one before: `"…?" asked Ek.`
    fn is_quoting_on(&self, text: &str, tokens: &[Token], at: usize) -> bool {
        !self.0.is_empty()
            && tokens[at].lower()
            && text[tokens[at].range()].starts_with(char::is_lowercase)
    }
}

/// The entity that each office, in lower case, belongs to in this article; `None` for several.
type Offices = HashMap<String, Option<usize>>;

struct Finder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    grouping: &'a Grouping,
}

impl Finder<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range()])
    }

    /// Offices that the article gives to persons: "Foreign Minister Ek", "minister Ek", "Ek, the minister".
    fn offices(&self, names: &[Name]) -> Offices {
        let mut offices = Offices::new();
        let mut offer = |office: String, entity: usize| {
            let known = offices.entry(office).or_insert(Some(entity));
            if *known != Some(entity) {
                *known = None;
            }
        };
        let persons =
            names.iter().zip(&self.grouping.of_name).filter(|(name, _)| name.label == symbol::PER);
        for (name, entity) in persons {
            let (first, end) = name.candidate.title;
            let mut ranges = Vec::new();
            if first < end {
                ranges.push((first, end));
            } else if let Some(at) =
                name.candidate.first.checked_sub(1).filter(|at| self.is_role(*at))
            {
                ranges.push((self.role_start(at), at + 1));
            }
            if self.word(name.candidate.end) == "," {
                let at = name.candidate.end + 1;
                let at = at + usize::from(matches!(self.word(at), "the" | "a" | "an"));
                let end = self.role_end(at);
                let of_it = (at..end + 3).find(|at| self.is_role(*at)).map_or(at, |role| role);
                let end = self.role_end(of_it).max(end);
                if end > of_it {
                    ranges.push((of_it, end));
                }
            }
            for (first, end) in ranges {
                let words: Vec<String> = (first..end)
                    .map(|at| self.word(at).trim_end_matches('.').to_lowercase())
                    .collect();
                let last = words.last().cloned().unwrap_or_default();
                let whole = words.join(" ").replace(" - ", " ").replace('-', " ");
                if whole != last {
                    offer(last, *entity);
                }
                offer(whole, *entity);
            }
        }
        offices
    }

    fn is_role(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.lower() && token.is(ROLE))
    }

    fn role_start(&self, at: usize) -> usize {
        let mut start = at;
        while start > 0 && self.is_role(start - 1) {
            start -= 1;
        }
        start
    }

    fn role_end(&self, at: usize) -> usize {
        let mut end = at;
        while end < at + 4 && self.is_role(end) {
            end += 1;
        }
        end
    }

    /// "the", up to two words for whose or which, and an office.
    fn description(&self, at: usize, offices: &Offices) -> Option<(usize, Option<usize>)> {
        if !matches!(self.word(at), "the" | "The") {
            return None;
        }
        let modifier = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                token.kind == Kind::Word
                    && !token.first()
                    && (token.is(DEMONYM) || is_modifier(&self.text[token.range()]))
            })
        };
        let mut first = at + 1;
        while first < at + 3 && modifier(first) {
            first += 1;
        }
        let mut end = self.role_end(first);
        // "the Secretary General", not "the President Ek".
        let titled = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| token.upper() && token.is(TITLE) && !token.first())
        };
        while end == first.max(end) && end < first + 3 && titled(end) {
            end += 1;
        }
        if end == first {
            return None;
        }
        let names_on = self
            .tokens
            .get(end)
            .is_some_and(|next| next.upper() && !next.first() && next.kind == Kind::Word);
        if names_on {
            return None;
        }
        let words: Vec<String> =
            (at + 1..end).map(|at| self.word(at).to_lowercase().replace('-', " ")).collect();
        let known = (0..words.len()).find_map(|from| offices.get(&words[from..].join(" ")));
        let entity = known.copied().flatten();
        let generic = matches!(
            words.last().map(String::as_str),
            Some(
                "general"
                    | "chief"
                    | "deputy"
                    | "principal"
                    | "fellow"
                    | "executive"
                    | "counterpart"
            )
        );
        (entity.is_some() || !generic).then_some((end, entity))
    }

    fn pronoun(&self, at: usize) -> Option<Gender> {
        match self.word(at) {
            "he" | "He" | "him" | "Him" | "his" | "His" | "himself" => Some(Gender::Male),
            "she" | "She" | "her" | "Her" | "hers" | "Hers" | "herself" => Some(Gender::Female),
            _ => None,
        }
    }
}

fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "former"
            | "prime"
            | "foreign"
            | "finance"
            | "defence"
            | "defense"
            | "interior"
            | "health"
            | "education"
            | "home"
            | "vice"
            | "deputy"
            | "new"
            | "acting"
            | "attorney"
            | "press"
            | "police"
            | "outgoing"
            | "incumbent"
            | "opposition"
    )
}
