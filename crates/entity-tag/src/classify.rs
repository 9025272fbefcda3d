//! Classifying names: person, organization, place or other, by lists, by the words around, and
//! by what the rest of the article says of the same name.
//!
//! Every clue adds points to a class. A name's own points and half of those of its other
//! occurrences decide together, so that one clear place settles the unclear ones.

use std::collections::HashMap;

use document::{Symbol, symbol};

use crate::context::Words;
use crate::lexicon::{
    ANY_PLACE, BIG_CITY, CITY, COMMON, COUNTRY, Classes, DEMONYM, FAMILY, GIVEN, MISC, MISC_WORD,
    ORG, ORG_BEFORE, ORG_HEAD, ORG_NOUN, ORG_SUFFIX, ORG_TAIL, OUTLET, PEOPLE_NOUN, PLACE,
    PLACE_BEFORE, PLACE_MAYBE, PLACE_NOUN, PLACE_WORD, RARE_SURNAME, ROLE, SPEECH, SURNAME, TITLE,
};
use crate::names::{Candidate, is_plain_word};
use crate::token::{Kind, Token};

/// A name with its class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) candidate: Candidate,
    pub(crate) label: Symbol,
    /// Confidence from 0 to 1.
    pub(crate) score: f32,
}

/// Points for each class.
#[derive(Clone, Copy, Debug, Default)]
struct Points([i32; 4]);

const PER: usize = 0;
const ORG_: usize = 1;
const LOC: usize = 2;
const MISC_: usize = 3;
const LABELS: [Symbol; 4] = [symbol::PER, symbol::ORG, symbol::LOC, symbol::MISC];

impl Points {
    fn add(&mut self, class: usize, points: i32) {
        self.0[class] += points;
    }

    /// The best class and its lead over the second.
    fn best(self) -> (usize, i32) {
        let best = (0..4).rev().max_by_key(|class| self.0[*class]).expect("there are four classes");
        let second = (0..4).filter(|class| *class != best).map(|class| self.0[class]).max();
        (best, self.0[best] - second.expect("there are three others"))
    }
}

/// Gives every candidate a class; candidates without any support are left out.
pub(crate) fn classify(
    text: &str,
    tokens: &[Token],
    words: &Words,
    candidates: &[Candidate],
) -> Vec<Name> {
    let clues = Clues { text, tokens, words };
    let own: Vec<Points> = candidates.iter().map(|candidate| clues.points(candidate)).collect();
    let mut sums: HashMap<&str, Points> = HashMap::new();
    for (candidate, points) in candidates.iter().zip(&own) {
        let sum = sums.entry(clues.slice(candidate)).or_default();
        for class in 0..4 {
            sum.0[class] += points.0[class];
        }
    }
    let mut settled: Vec<Points> = Vec::with_capacity(candidates.len());
    let mut parts: HashMap<&str, usize> = HashMap::new();
    for (candidate, points) in candidates.iter().zip(&own) {
        let sum = sums[clues.slice(candidate)];
        let mut points = *points;
        for class in 0..4 {
            points.0[class] += ((sum.0[class] - points.0[class]) / 2).clamp(-12, 12);
        }
        let (best, lead) = points.best();
        if candidate.end - candidate.first >= 2 && best == PER && lead >= 2 {
            for at in [candidate.end - 1, candidate.first] {
                *parts.entry(&text[tokens[at].range()]).or_default() += 1;
            }
        }
        settled.push(points);
    }
    let decide = |(candidate, points): (&Candidate, &mut Points)| {
        if candidate.end - candidate.first == 1
            && !tokens[candidate.first].is(COUNTRY | DEMONYM)
            && parts.contains_key(clues.slice(candidate))
        {
            points.add(PER, 7);
        }
        let (best, lead) = points.best();
        let supported = points.0[best] > 0 || !candidate.weak;
        let score = 1.0 - 0.5 / (1.0 + lead as f32 * 0.35);
        supported.then_some(Name { candidate: *candidate, label: LABELS[best], score })
    };
    candidates.iter().zip(&mut settled).filter_map(decide).collect()
}

struct Clues<'a> {
    text: &'a str,
    tokens: &'a [Token],
    words: &'a Words,
}

impl<'a> Clues<'a> {
    fn slice(&self, candidate: &Candidate) -> &'a str {
        &self.text[self.tokens[candidate.first].start as usize
            ..self.tokens[candidate.end - 1].end as usize]
    }

    fn points(&self, candidate: &Candidate) -> Points {
        let mut points = Points::default();
        Self::whole(candidate, &mut points);
        self.inner(candidate, &mut points);
        self.quoted(candidate, &mut points);
        self.before(candidate, &mut points);
        self.after(candidate, &mut points);
        points
    }

    /// What the lists say of the whole name.
    fn whole(candidate: &Candidate, points: &mut Points) {
        let single = candidate.end - candidate.first == 1;
        let table: [(Classes, usize, i32); 8] = [
            (COUNTRY, LOC, 14),
            (DEMONYM, MISC_, 14),
            (PLACE, LOC, 9),
            (ORG, ORG_, 9),
            (OUTLET, ORG_, 6),
            (MISC, MISC_, 9),
            (BIG_CITY, LOC, if single { 5 } else { 7 }),
            (CITY, LOC, if single { 2 } else { 4 }),
        ];
        for (class, label, value) in table {
            if candidate.classes & class != 0 {
                points.add(label, value);
            }
        }
        if candidate.title.1 > candidate.title.0 {
            points.add(PER, 10);
        }
    }

    /// The words of the name.
    fn inner(&self, candidate: &Candidate, points: &mut Points) {
        let first = self.tokens[candidate.first];
        let last = self.tokens[candidate.end - 1];
        let word = &self.text[last.range()];
        if candidate.end - candidate.first == 1 {
            return Self::single(first, word, candidate.classes, points);
        }
        if candidate.classes & (COUNTRY | PLACE | ORG | MISC | DEMONYM) != 0 {
            return;
        }
        let all = &self.tokens[candidate.first..candidate.end];
        let connected =
            all.iter().any(|token| matches!(&self.text[token.range()], "of" | "for" | "and" | "&"));
        if last.is(ORG_SUFFIX) {
            points.add(ORG_, 12);
        }
        if first.is(ORG_HEAD) {
            points.add(ORG_, if connected { 12 } else { 3 });
        }
        if all.iter().any(|token| token.is(ORG_HEAD)) && connected {
            points.add(ORG_, 5);
        }
        if last.is(ORG_TAIL) {
            points.add(ORG_, 8);
        }
        if last.is(PLACE_WORD) {
            points.add(LOC, 8);
        }
        if first.is(PLACE_WORD) {
            points.add(
                LOC,
                if connected
                    || matches!(
                        &self.text[first.range()],
                        "Mount" | "Lake" | "Fort" | "Cape" | "Port" | "Camp" | "Gulf"
                    )
                {
                    8
                } else {
                    1
                },
            );
        }
        if last.is(MISC_WORD) {
            points.add(MISC_, 8);
        }
        if first.is(DEMONYM) {
            points.add(MISC_, 1);
            points.add(ORG_, 1);
            points.add(PER, -3);
        }
        if last.kind == Kind::Number || word.starts_with(|first: char| first.is_ascii_digit()) {
            points.add(MISC_, 5);
        }
        if word == "Jr" || word == "Jr." || word == "Sr." {
            points.add(PER, 8);
        }
        if connected {
            return points.add(PER, -6);
        }
        self.person(all, points);
        Self::capitals(all, points);
    }

    /// What speaks for and against a person in a name of several words.
    fn person(&self, all: &[Token], points: &mut Points) {
        let (first, last) = (all[0], all[all.len() - 1]);
        if all.iter().any(|token| token.initial()) {
            points.add(PER, 5);
        }
        let particles = all.iter().any(|token| token.lower());
        let words = all.iter().filter(|token| token.upper()).count();
        if first.is(GIVEN) {
            points.add(PER, if first.is(ANY_PLACE) { 3 } else { 6 });
        }
        if last.is(FAMILY) && !last.is(ORG_TAIL | PLACE_WORD | MISC_WORD) {
            points.add(PER, if last.is(SURNAME) { 3 } else { 2 });
        }
        if (2..=4).contains(&words)
            && !last.is(ORG_TAIL | PLACE_WORD | MISC_WORD | ORG_SUFFIX | DEMONYM)
        {
            points.add(PER, if words == 2 { 4 } else { 2 });
        }
        let plain = |token: &&Token| {
            token.upper()
                && !token.is(GIVEN | ANY_PLACE | SURNAME)
                && (token.is(COMMON | ROLE)
                    || is_plain_word(&self.text[token.range()])
                    || self.words.counts(&self.text[token.range()]).lower > 0)
        };
        let plain = all.iter().filter(plain).map(|_| 1).sum::<i32>();
        if plain > 0 {
            points.add(PER, -3 * plain);
            points.add(MISC_, 2);
            points.add(ORG_, 1);
        }
        if particles {
            points.add(PER, 2);
        }
        if all.iter().any(|token| token.is(ORG_TAIL | PLACE_WORD | MISC_WORD | ORG_SUFFIX)) {
            points.add(PER, -5);
            points.add(ORG_, 1);
        }
    }

    /// What capitals and the name of a country in front say.
    fn capitals(all: &[Token], points: &mut Points) {
        let (first, last) = (all[0], all[all.len() - 1]);
        if first.caps() && first.end - first.start > 2 || last.caps() && !first.caps() {
            points.add(ORG_, 3);
        }
        if all.iter().all(|token| token.caps() || !token.upper()) && first.end - first.start > 2 {
            points.add(ORG_, 4);
            points.add(PER, -3);
        }
        if first.is(COUNTRY) {
            points.add(ORG_, 3);
            points.add(PER, -3);
        }
    }

    fn single(token: Token, word: &str, classes: Classes, points: &mut Points) {
        if token.caps() && classes & (COUNTRY | PLACE | MISC) == 0 {
            points.add(ORG_, 5);
            if word.len() > 6 {
                points.add(ORG_, -3);
            }
        }
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            points.add(MISC_, 4);
        }
        if token.is(GIVEN) {
            points.add(PER, 3);
        }
        if token.is(SURNAME) {
            points.add(PER, 2);
        } else if token.is(RARE_SURNAME) {
            points.add(PER, 1);
        }
        if token.is(MISC_WORD) {
            points.add(MISC_, 2);
        }
        if token.is(ORG_TAIL | ORG_HEAD) {
            points.add(ORG_, 2);
        }
        if token.is(PLACE_WORD) {
            points.add(LOC, 1);
        }
        if word.ends_with("ism") || word.ends_with("ian") && classes == 0 {
            points.add(MISC_, 3);
        }
        if ["stan", "land", "burg", "ville", "shire", "pur", "abad"]
            .iter()
            .any(|ending| word.ends_with(ending))
        {
            points.add(LOC, 3);
        }
        if word.chars().skip(1).any(char::is_uppercase) && !token.caps() && !word.starts_with("Mc")
        {
            points.add(ORG_, 2);
        }
    }

    /// Marks around a name of several words: the title of a work.
    fn quoted(&self, candidate: &Candidate, points: &mut Points) {
        let mark = |at: Option<usize>, marks: &[char]| {
            at.and_then(|at| self.tokens.get(at))
                .is_some_and(|token| self.text[token.range()].starts_with(marks))
        };
        let opened = mark(candidate.first.checked_sub(1), &['"', '“', '‘']);
        if opened
            && candidate.end - candidate.first > 1
            && mark(Some(candidate.end), &['"', '”', '’'])
        {
            points.add(MISC_, 6);
        }
    }

    /// The words right before the name.
    fn before(&self, candidate: &Candidate, points: &mut Points) {
        let at =
            if candidate.title.1 > candidate.title.0 { candidate.title.0 } else { candidate.first };
        let Some(at) = at.checked_sub(1).filter(|_| !self.tokens[candidate.first].first()) else {
            return;
        };
        let previous = self.tokens[at];
        let word = &self.text[previous.range()];
        if previous.kind == Kind::Mark {
            // "Accra, Ghana": the part before the comma settles what stands after it.
            if word == "," && at > 0 && self.tokens[at - 1].is(CITY) {
                points.add(LOC, 1);
            }
            return;
        }
        if !previous.lower() {
            return;
        }
        if word == "the" {
            points.add(PER, -4);
            points.add(ORG_, 2);
            points.add(MISC_, 1);
            // "of the X", "in the X" say nothing more.
            return;
        }
        if previous.is(ROLE) {
            points.add(PER, 5);
        }
        if previous.is(SPEECH) {
            points.add(PER, 2);
        }
        if previous.is(PLACE_BEFORE) {
            points.add(LOC, if word == "in" { 4 } else { 3 });
        } else if previous.is(PLACE_MAYBE) {
            points.add(LOC, 1);
        }
        if previous.is(PLACE_NOUN) {
            points.add(LOC, 2);
        }
        if previous.is(ORG_BEFORE) {
            points.add(ORG_, 3);
        }
        match word {
            "at" => {
                points.add(ORG_, 2);
                points.add(LOC, 1);
            }
            "of" => points.add(LOC, i32::from(at > 0 && self.tokens[at - 1].is(PLACE_NOUN)) * 5),
            "by" | "with" | "named" | "called" => points.add(PER, 1),
            "a" | "an" => {
                points.add(PER, -3);
                points.add(MISC_, 2);
            }
            _ => {}
        }
    }

    /// The words right after the name.
    fn after(&self, candidate: &Candidate, points: &mut Points) {
        let rest = &self.tokens[candidate.end..self.tokens.len().min(candidate.end + 4)];
        let Some(next) = rest.first().filter(|next| !next.first()) else { return };
        let word = &self.text[next.range()];
        match next.kind {
            // A row of a table of results: "Harwick 2 Eastby 0".
            Kind::Number if word.len() <= 2 && candidate.classes & CITY != 0 && !next.glued() => {
                points.add(ORG_, 6);
            }
            Kind::Mark if word == "," => {
                let Some(second) = rest.get(1) else { return };
                if second.kind == Kind::Number && second.end - second.start <= 2 {
                    points.add(PER, 7);
                } else if second.is(COUNTRY | PLACE)
                    && rest.get(2).is_some_and(|third| third.kind == Kind::Possessive)
                {
                    points.add(PER, 2);
                } else if second.is(COUNTRY | PLACE) && !second.is(GIVEN) {
                    points.add(LOC, 3);
                } else if matches!(&self.text[second.range()], "who" | "whose") {
                    points.add(PER, 6);
                } else if rest[1..].iter().take(3).any(|token| token.lower() && token.is(ROLE))
                    && matches!(
                        &self.text[second.range()],
                        "a" | "an" | "the" | "president" | "director" | "chief" | "head"
                    )
                {
                    points.add(PER, 3);
                }
            }
            Kind::Mark if word == "(" => {
                let Some(second) = rest.get(1) else { return };
                if second.caps()
                    && candidate.end - candidate.first >= 2
                    && self.abbreviates(*second, candidate)
                {
                    points.add(ORG_, 8);
                } else if second.kind == Kind::Number && second.end - second.start <= 2 {
                    points.add(PER, 5);
                }
            }
            Kind::Possessive => {
                let Some(second) = rest.get(1) else { return };
                if second.is(TITLE) || second.is(PLACE_NOUN) {
                    points.add(LOC, 1);
                }
            }
            Kind::Word if next.lower() => {
                if next.is(SPEECH) {
                    points.add(PER, 3);
                }
                if next.is(PLACE_NOUN) {
                    points.add(LOC, 5);
                }
                if next.is(ORG_NOUN) {
                    points.add(ORG_, 3);
                }
                if next.is(PEOPLE_NOUN) {
                    points.add(MISC_, 1);
                    points.add(LOC, 1);
                }
                match word {
                    "government" => points.add(LOC, 2),
                    "administration" | "presidency" | "regime" | "campaign" | "camp" => {
                        points.add(PER, 5);
                    }
                    "who" => points.add(PER, 5),
                    "where" => points.add(LOC, 3),
                    "has" | "had" | "is" | "was" | "will" => points.add(PER, 1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Whether a token holds the initials of a name.
    fn abbreviates(&self, short: Token, candidate: &Candidate) -> bool {
        let capitals = |range: std::ops::Range<usize>| {
            self.text[range].chars().find(|first| first.is_uppercase())
        };
        let initials = self.tokens[candidate.first..candidate.end]
            .iter()
            .filter_map(|token| capitals(token.range()));
        let short = &self.text[short.range()];
        let same =
            initials.zip(short.chars()).filter(|(initial, letter)| initial == letter).count();
        2 * same >= short.chars().count()
    }
}
