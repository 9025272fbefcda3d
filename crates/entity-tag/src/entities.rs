//! Grouping: which names of an article are one entity, and its key and fullest name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use document::{Span, Symbol, symbol};

use crate::classify::Name;
use crate::fold::{folded, push_folded};
use crate::lexicon::{ANY_PLACE, COUNTRY, DEMONYM, GIVEN_F, GIVEN_M, Lexicon};
use crate::token::Token;

/// What several names refer to.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) label: Symbol,
    pub(crate) key: String,
    /// The fullest form of its name.
    pub(crate) name: String,
    /// ISO 3166 code.
    pub(crate) country: Option<String>,
    /// What its given name and titles say; `None` where they say nothing.
    pub(crate) gender: Option<Gender>,
}

/// What "he" and "she" can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    Female,
    Male,
}

/// The entities of an article in order of their first name, and for each name its entity.
#[derive(Debug, Default)]
pub(crate) struct Grouping {
    pub(crate) entities: Vec<Entity>,
    pub(crate) of_name: Vec<usize>,
}

/// Where a short form leads: to one key, or to several and so to none.
type Index = HashMap<String, Option<String>>;

/// Groups names into entities.
pub(crate) fn group(text: &str, tokens: &[Token], lexicon: &Lexicon, names: &[Name]) -> Grouping {
    let grouper = Grouper { text, tokens, lexicon };
    let shorts = grouper.short_forms(names);
    let mut grouping = Grouping::default();
    let mut known: HashMap<String, usize> = HashMap::new();
    for name in names {
        let key = grouper.key(name, &shorts);
        let at = *known.entry(key).or_insert_with_key(|key| {
            grouping.entities.push(grouper.entity(name, key));
            grouping.entities.len() - 1
        });
        grouper.enrich(&mut grouping.entities[at], name);
        grouping.of_name.push(at);
    }
    grouping
}

/// Short forms of an article's names and the keys of the full ones.
#[derive(Default)]
struct ShortForms {
    /// Last and, after a space, first words of persons' names.
    persons: Index,
    /// First and last word of persons' names with others between.
    spans: Index,
    /// Initials of organizations' names.
    initials: Index,
}

struct Grouper<'a> {
    text: &'a str,
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
}

impl<'a> Grouper<'a> {
    fn span(&self, name: &Name) -> Span {
        let (first, last) =
            (self.tokens[name.candidate.first], self.tokens[name.candidate.end - 1]);
        Span::new(first.start, last.end)
    }

    fn slice(&self, name: &Name) -> &'a str {
        &self.text[self.span(name).range()]
    }

    fn word(&self, at: usize) -> &'a str {
        &self.text[self.tokens[at].range()]
    }

    fn short_forms(&self, names: &[Name]) -> ShortForms {
        let mut shorts = ShortForms::default();
        for name in names.iter().filter(|name| name.candidate.end - name.candidate.first > 1) {
            let key = plain_key(name.label, self.slice(name));
            let (first, last) = (name.candidate.first, name.candidate.end - 1);
            if name.label == symbol::PER {
                let (given, family) = (folded(self.word(first)), folded(self.word(last)));
                offer(&mut shorts.spans, format!("{given} {family}"), &key);
                offer(&mut shorts.persons, family, &key);
                offer(&mut shorts.persons, format!(" {given}"), &key);
            } else if name.label == symbol::ORG {
                let upper = self.tokens[first..=last].iter().filter(|token| token.upper());
                let initials: String =
                    upper.filter_map(|token| self.text[token.range()].chars().next()).collect();
                if initials.chars().count() > 1 {
                    offer(&mut shorts.initials, initials, &key);
                }
                if let Some(short) = self.bracketed(name.candidate.end) {
                    offer(&mut shorts.initials, short.to_owned(), &key);
                }
            }
        }
        shorts
    }

    /// The acronym in brackets at token `at`: "(LN)".
    fn bracketed(&self, at: usize) -> Option<&'a str> {
        let bracket = |at: usize, mark: &str| {
            self.tokens.get(at).is_some_and(|token| &self.text[token.range()] == mark)
        };
        (bracket(at, "(") && bracket(at + 2, ")") && self.tokens[at + 1].caps())
            .then(|| self.word(at + 1))
    }

    fn key(&self, name: &Name, shorts: &ShortForms) -> String {
        if let Some(country) = Self::country_itself(name) {
            return format!("loc:{}", country.to_lowercase());
        }
        let text = self.slice(name);
        let unique = |index: &Index, form: &str| index.get(form).cloned().flatten();
        let single = name.candidate.end - name.candidate.first == 1;
        let full = if name.label == symbol::PER && single {
            let form = folded(text);
            unique(&shorts.persons, &form).or_else(|| unique(&shorts.persons, &format!(" {form}")))
        } else if name.label == symbol::PER {
            let (first, last) =
                (self.word(name.candidate.first), self.word(name.candidate.end - 1));
            unique(&shorts.spans, &format!("{} {}", folded(first), folded(last)))
        } else if name.label == symbol::ORG && single {
            unique(&shorts.initials, text)
        } else {
            None
        };
        full.unwrap_or_else(|| plain_key(name.label, text))
    }

    /// The code of the country that this name, or the people it names, stands for.
    fn country_itself(name: &Name) -> Option<String> {
        let classes = name.candidate.classes;
        let country = name.label == symbol::LOC && classes & COUNTRY != 0;
        let people = name.label == symbol::MISC && classes & DEMONYM != 0;
        (country || people).then(|| code(name.candidate.country)).flatten()
    }

    fn entity(&self, name: &Name, key: &str) -> Entity {
        let place = name.label == symbol::LOC && name.candidate.classes & ANY_PLACE != 0;
        let country =
            Self::country_itself(name).or_else(|| code(name.candidate.country).filter(|_| place));
        let people = name.label == symbol::MISC && key.starts_with("loc:");
        let text = if people { self.lexicon.country_name(name.candidate.country) } else { None };
        Entity {
            label: if people { symbol::LOC } else { name.label },
            key: key.to_owned(),
            name: text.unwrap_or_else(|| self.slice(name)).to_owned(),
            country,
            gender: None,
        }
    }

    /// Takes what a further name adds: a fuller form, a gender.
    fn enrich(&self, entity: &mut Entity, name: &Name) {
        let text = self.slice(name);
        let fuller = text.chars().count() > entity.name.chars().count();
        if fuller && name.label == entity.label {
            text.clone_into(&mut entity.name);
        }
        if entity.label != symbol::PER {
            return;
        }
        let given = self.tokens[name.candidate.first].classes & (GIVEN_M | GIVEN_F);
        let full = name.candidate.end - name.candidate.first > 1;
        let by_title = (name.candidate.title.0..name.candidate.title.1)
            .find_map(|at| gender_of_title(self.word(at)));
        let by_name = match given {
            GIVEN_M if full => Some(Gender::Male),
            GIVEN_F if full => Some(Gender::Female),
            _ => None,
        };
        entity.gender = by_title.or(entity.gender).or(by_name);
    }
}

fn offer(index: &mut Index, form: String, key: &str) {
    match index.entry(form) {
        Entry::Vacant(entry) => {
            entry.insert(Some(key.to_owned()));
        }
        Entry::Occupied(mut entry) => {
            if entry.get().as_deref() != Some(key) {
                entry.insert(None);
            }
        }
    }
}

fn plain_key(label: Symbol, text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 5);
    key.push_str(match label {
        symbol::PER => "per:",
        symbol::ORG => "org:",
        symbol::LOC => "loc:",
        _ => "misc:",
    });
    push_folded(&mut key, text);
    key
}

fn code(country: [u8; 2]) -> Option<String> {
    (country != [0; 2]).then(|| country.iter().map(|letter| char::from(*letter)).collect())
}

fn gender_of_title(word: &str) -> Option<Gender> {
    match word.trim_end_matches('.') {
        "Mr" | "Sir" | "Lord" | "King" | "Prince" | "Duke" | "Spokesman" | "Chairman"
        | "Congressman" => Some(Gender::Male),
        "Mrs" | "Ms" | "Miss" | "Dame" | "Lady" | "Queen" | "Princess" | "Duchess"
        | "Spokeswoman" | "Chairwoman" | "Congresswoman" => Some(Gender::Female),
        _ => None,
    }
}
