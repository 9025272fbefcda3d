//! Which names of persons are one person: parts of names, initials, nicknames, either order.
//!
//! Full names (two words or more) are compared first, longest first; a shorter form then belongs to the
//! person whose name it is a part of. Where it is a part of several persons' names, each mention
//! chooses for itself.

use std::collections::HashMap;

use document::symbol;

use crate::article::Article;
use crate::groups::{Groups, Index};
use crate::lexicon::GIVEN;
use crate::nicknames::Nicknames;

/// Words of a name beyond these are not compared.
const LONGEST: usize = 8;

/// Joins the forms of persons' names.
pub(crate) fn join(article: &Article<'_>, groups: &mut Groups<'_>, nicknames: &Nicknames) {
    let names: Vec<Option<PersonName>> = groups
        .forms
        .iter()
        .map(|form| (form.label == symbol::PER).then(|| PersonName::new(&form.words)))
        .collect();
    let (full, parts) = (Index::default(), Index::default());
    let mut persons =
        Persons { article, names, nicknames, full, parts, written_out: HashMap::new() };
    let mut order: Vec<usize> =
        (0..groups.forms.len()).filter(|form| persons.words(*form).len() > 1).collect();
    order.sort_by_key(|form| std::cmp::Reverse(persons.words(*form).len()));
    for form in order {
        persons.join_full(groups, form);
    }
    for form in 0..groups.forms.len() {
        if persons.words(form).len() == 1 {
            persons.join_single(groups, form);
        }
    }
}

/// The words of a name without what tells father from son.
#[derive(Debug)]
struct PersonName {
    words: Vec<String>,
    generation: Option<String>,
}

impl PersonName {
    fn new(words: &[String]) -> Self {
        let mut words: Vec<String> = words.iter().take(LONGEST).cloned().collect();
        let generation = words
            .pop_if(|last| matches!(last.as_str(), "jr" | "sr" | "ii" | "iii" | "iv" | "junior"));
        Self { words, generation }
    }

    fn given(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    fn family(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    fn middle(&self) -> &[String] {
        self.words.get(1..self.words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Whether two persons of the same given and family name can be one: middle names and
    /// initials do not contradict each other, nor do "Jr." and "Sr.".
    fn agrees(&self, other: &Self) -> bool {
        let same = |one: &String, other: &String| {
            one == other
                || one.len() == 1 && other.starts_with(one.as_str())
                || other.len() == 1 && one.starts_with(other.as_str())
        };
        let middles = self.middle().iter().zip(other.middle()).all(|(one, other)| same(one, other));
        middles && self.generation == other.generation
    }
}

struct Persons<'n> {
    article: &'n Article<'n>,
    names: Vec<Option<PersonName>>,
    nicknames: &'n Nicknames,
    /// Full names by what may stand for the whole of them.
    full: Index,
    /// Full names by their parts, shorter than the whole.
    parts: Index,
    /// For the root of a group the full name whose given name is written out.
    written_out: HashMap<usize, usize>,
}

impl Persons<'_> {
    fn words(&self, form: usize) -> &[String] {
        self.names[form].as_ref().map_or(&[], |name| name.words.as_slice())
    }

    fn name(&self, form: usize) -> &PersonName {
        self.names[form].as_ref().expect("a person's form has a person's name")
    }

    /// Joins a full name to a longer or earlier one, the surest reason first, and files it.
    fn join_full(&mut self, groups: &mut Groups<'_>, form: usize) {
        let name = self.name(form);
        let (given, family) = (name.given(), name.family());
        let whole = [letters_key(&name.words), sorted_key(&name.words)];
        let ends = [pair_key(given, family)];
        let mut loose = vec![rough_key(given, family)];
        if let Some(initial) = given.chars().next() {
            let tag = if given.chars().count() == 1 { "initial" } else { "given" };
            loose.push(format!("{tag} {initial} {family}"));
        }
        loose.extend(self.nicknames.related(given).map(|other| pair_key(other, family)));
        let mut found = Vec::new();
        for (keys, is_loose) in [(&whole[..], false), (&ends[..], false), (&loose[..], true)] {
            for key in keys {
                for member in self.full.get(key) {
                    let other = groups.find(*member);
                    let written_out = self.written_out.get(&other).map(|other| self.name(*other));
                    let agrees = self.name(*member).agrees(name)
                        && written_out.is_none_or(|other| {
                            other.agrees(name)
                                && (!is_loose || self.given_agrees(given, other.given()))
                        });
                    if agrees && !found.contains(&other) {
                        found.push(other);
                    }
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        if found.is_empty() {
            found = self.parts.groups(&part_key(&name.words), groups);
            found.retain(|_| name.generation.is_none());
        }
        // Of several the one with the most mentions, the first of equals.
        let best = found.into_iter().rev().max_by_key(|other| groups.mentions(*other));
        let written_out = best.and_then(|other| self.written_out.get(&other).copied());
        let own = (given.chars().count() > 1).then_some(form);
        if let Some(other) = best {
            groups.join(form, other);
        }
        if let Some(written_out) = written_out.or(own) {
            self.written_out.insert(groups.find(form), written_out);
        }
        self.file(form);
    }

    /// Whether two given names, written out or not, can be one person's.
    fn given_agrees(&self, one: &str, other: &str) -> bool {
        let initial =
            |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
        one == other
            || initial(one, other)
            || initial(other, one)
            || rough(one) == rough(other)
            || self.nicknames.related(one).any(|related| related == other)
    }

    fn file(&mut self, form: usize) {
        let name = self.names[form].as_ref().expect("a person's form has a person's name");
        let (given, family) = (name.given(), name.family());
        let mut keys = vec![
            letters_key(&name.words),
            sorted_key(&name.words),
            pair_key(given, family),
            rough_key(given, family),
        ];
        if let Some(initial) = given.chars().next() {
            // An initial finds given names, a given name finds initials.
            let tag = if given.chars().count() == 1 { "given" } else { "initial" };
            keys.push(format!("{tag} {initial} {family}"));
        }
        for key in keys {
            self.full.add(key, form);
        }
        let words = &name.words;
        if words.iter().any(|word| matches!(word.as_str(), "of" | "the" | "and")) {
            // The Queen of Harwick is not called Harwick.
            return;
        }
        for first in 0..words.len() {
            for end in first + 1..=words.len() {
                if end - first < words.len() {
                    self.parts.add(part_key(&words[first..end]), form);
                }
            }
        }
    }

    /// Joins a single word to the persons whose family name it can be or, failing that, to those of whose
    /// names it is another part.
    fn join_single(&mut self, groups: &mut Groups<'_>, form: usize) {
        let name = self.name(form);
        let word = name.words[0].as_str();
        let fits = |other: &&usize| {
            name.generation.is_none() || name.generation == self.name(**other).generation
        };
        let bearers: Vec<usize> =
            self.parts.get(&part_key(&name.words)).iter().filter(fits).copied().collect();
        let of_family: Vec<usize> = bearers
            .iter()
            .copied()
            .filter(|other| self.may_be_family(groups, *other, word))
            .collect();
        let mut found: Vec<usize> = Vec::new();
        for other in if of_family.is_empty() { bearers } else { of_family } {
            let root = groups.find(other);
            if !found.contains(&root) {
                found.push(root);
            }
        }
        groups.join_or_choose(form, &found);
    }

    /// Whether a word is the last of a full name, or the first and no given name that one knows.
    fn may_be_family(&self, groups: &Groups<'_>, full: usize, word: &str) -> bool {
        let name = self.name(full);
        let first = groups.forms[full].text.split([' ', '-']).next().unwrap_or_default();
        name.family() == word
            || name.given() == word && self.article.entry(first).classes & GIVEN == 0
    }
}

/// The whole name however it is parted into words.
fn letters_key(words: &[String]) -> String {
    format!("letters {}", words.concat())
}

/// The whole name in whatever order.
fn sorted_key(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    format!("words {}", words.join(" "))
}

fn pair_key(given: &str, family: &str) -> String {
    format!("ends {given} {family}")
}

/// Given and family name without what transcriptions disagree about: double letters, y or i at the end.
fn rough_key(given: &str, family: &str) -> String {
    format!("rough {} {}", rough(given), rough(family))
}

fn rough(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars().map(|letter| if letter == 'y' { 'i' } else { letter }) {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

fn part_key(words: &[String]) -> String {
    words.join(" ")
}
