//! Which names of persons are one person: parts of names, initials, nicknames, either order.
//!
//! Full names (two words or more) are compared first, longest first; a shorter form then belongs to the
//! person whose name it is a part of. Where it is a part of several persons' names, each mention
//! chooses for itself.

use std::cmp::Reverse;
use std::collections::HashMap;

use document::symbol;

use crate::article::Article;
use crate::groups::{Forms, Groups, Index, Key};
use crate::lexicon::GIVEN;
use crate::nicknames::Nicknames;

/// Words of a name beyond these are not compared.
const LONGEST: usize = 8;

/// Joins the forms of persons' names.
pub(crate) fn join(
    article: &Article<'_>,
    forms: &Forms<'_>,
    groups: &mut Groups,
    nicknames: &Nicknames,
) {
    let name = |at: usize| (forms.all[at].label == symbol::PER).then(|| PersonName::new(forms, at));
    let names: Vec<PersonName<'_>> = (0..forms.all.len()).filter_map(name).collect();
    let mut persons = Persons {
        article,
        nicknames,
        names,
        full: Index::default(),
        parts: Index::default(),
        written_out: HashMap::new(),
    };
    let mut full: Vec<usize> =
        (0..persons.names.len()).filter(|at| persons.names[*at].words.len() > 1).collect();
    full.sort_by_key(|at| Reverse(persons.names[*at].words.len()));
    for at in full {
        persons.join_full(groups, at);
    }
    for name in persons.names.iter().filter(|name| name.words.len() == 1) {
        persons.join_single(groups, name);
    }
}

/// The words of a name without what tells father from son.
#[derive(Debug)]
struct PersonName<'f> {
    form: usize,
    /// The name as the article writes it.
    text: &'f str,
    words: Vec<&'f str>,
    generation: Option<&'f str>,
}

impl<'f> PersonName<'f> {
    fn new(forms: &'f Forms<'_>, form: usize) -> Self {
        let mut words: Vec<&str> = forms.all[form].words().take(LONGEST).collect();
        let generation =
            words.pop_if(|last| matches!(*last, "jr" | "sr" | "ii" | "iii" | "iv" | "junior"));
        Self { form, text: forms.all[form].text, words, generation }
    }

    fn given(&self) -> &'f str {
        self.words.first().copied().unwrap_or_default()
    }

    fn family(&self) -> &'f str {
        self.words.last().copied().unwrap_or_default()
    }

    fn middle(&self) -> &[&'f str] {
        self.words.get(1..self.words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Whether two persons of the same given and family name can be one: middle names and
    /// initials do not contradict each other, nor do "Jr." and "Sr.".
    fn agrees(&self, other: &Self) -> bool {
        let same = |(one, other): (&&str, &&str)| one == other || is_initial(one, other);
        let middles = self.middle().iter().zip(other.middle()).all(same);
        middles && self.generation == other.generation
    }

    /// What may stand for the whole name, however it is parted into words or ordered.
    fn whole(&self) -> [Key; 2] {
        let mut sorted = self.words.clone();
        sorted.sort_unstable();
        let letters = self.words.concat();
        [Key::new("letters", [letters.as_str()]), Key::new("words", sorted)]
    }

    /// Given and family name without what transcriptions disagree about.
    fn rough(&self) -> Key {
        let (given, family) = (rough(self.given()), rough(self.family()));
        Key::new("rough", [given.as_str(), family.as_str()])
    }

    /// The first letter of the given name with the family name; `class` says whether that letter is all of it.
    fn initial(&self, class: &str) -> Key {
        let letter = self.given().chars().next().map_or(0, char::len_utf8);
        Key::new(class, [&self.given()[..letter], self.family()])
    }

    /// Whether the given name is only an initial.
    fn is_abbreviated(&self) -> bool {
        self.given().chars().count() == 1
    }
}

struct Persons<'a, 'f> {
    article: &'a Article<'a>,
    nicknames: &'a Nicknames,
    names: Vec<PersonName<'f>>,
    /// Full names by what may stand for the whole of them.
    full: Index,
    /// Full names by their parts, shorter than the whole.
    parts: Index,
    /// For the root of a group its first name whose given name is written out.
    written_out: HashMap<usize, usize>,
}

impl Persons<'_, '_> {
    /// Joins a full name to a longer or earlier one, the surest reason first, and files it.
    fn join_full(&mut self, groups: &mut Groups, at: usize) {
        let name = &self.names[at];
        let ends = Key::new("ends", [name.given(), name.family()]);
        let mut found = self.agreeing(groups, name, &name.whole(), false);
        if found.is_empty() {
            found = self.agreeing(groups, name, &[ends], false);
        }
        if found.is_empty() {
            let other = if name.is_abbreviated() { "written out" } else { "abbreviated" };
            let related = self.nicknames.related(name.given());
            let loose: Vec<Key> = [name.rough(), name.initial(other)]
                .into_iter()
                .chain(related.map(|given| Key::new("ends", [given, name.family()])))
                .collect();
            found = self.agreeing(groups, name, &loose, true);
        }
        if found.is_empty() && name.generation.is_none() {
            found = self.parts.get(part(&name.words));
        }
        // Of several the one with the most mentions, the first of equals.
        let best = found.into_iter().rev().max_by_key(|at| groups.mentions(self.names[*at].form));
        let own = (!name.is_abbreviated()).then_some(at);
        let mut written_out = own;
        if let Some(best) = best {
            let other = self.names[best].form;
            written_out = self.written_out.get(&groups.find(other)).copied().or(own);
            groups.join(other, name.form);
        }
        if let Some(written_out) = written_out {
            self.written_out.insert(groups.find(name.form), written_out);
        }
        self.file(at);
    }

    /// The names under `keys` that can be the same person's as `name`. Where the keys are `loose`, the
    /// given names of their groups must fit, too.
    fn agreeing(
        &self,
        groups: &mut Groups,
        name: &PersonName<'_>,
        keys: &[Key],
        loose: bool,
    ) -> Vec<usize> {
        let mut found = Vec::new();
        for other in keys.iter().flat_map(|key| self.full.get(*key)) {
            let root = groups.find(self.names[other].form);
            let fits = |written_out: &usize| {
                let other = &self.names[*written_out];
                other.agrees(name) && (!loose || self.given_agrees(name.given(), other.given()))
            };
            if self.names[other].agrees(name) && self.written_out.get(&root).is_none_or(fits) {
                found.push(other);
            }
        }
        found
    }

    /// Whether two given names, written out or not, can be one person's.
    fn given_agrees(&self, one: &str, other: &str) -> bool {
        one == other
            || is_initial(one, other)
            || rough(one) == rough(other)
            || self.nicknames.related(one).any(|related| related == other)
    }

    fn file(&mut self, at: usize) {
        let name = &self.names[at];
        let own = if name.is_abbreviated() { "abbreviated" } else { "written out" };
        let ends = Key::new("ends", [name.given(), name.family()]);
        for key in name.whole().into_iter().chain([ends, name.rough(), name.initial(own)]) {
            self.full.add(key, at);
        }
        let words = &name.words;
        if words.iter().any(|word| matches!(*word, "of" | "the" | "and")) {
            // The Queen of Harwick is not called Harwick.
            return;
        }
        for first in 0..words.len() {
            for end in first + 1..=words.len() {
                if end - first < words.len() {
                    self.parts.add(part(&words[first..end]), at);
                }
            }
        }
    }

    /// Joins a single word to the persons whose family name it can be or, failing that, to those of whose
    /// names it is another part.
    fn join_single(&self, groups: &mut Groups, name: &PersonName<'_>) {
        let bearers: Vec<usize> = self
            .parts
            .get(part(&name.words))
            .into_iter()
            .filter(|at| name.generation.is_none() || name.generation == self.names[*at].generation)
            .collect();
        let family = |at: &&usize| self.may_be_family(&self.names[**at], name.given());
        let of_family: Vec<usize> = bearers.iter().filter(family).copied().collect();
        let bearers = if of_family.is_empty() { bearers } else { of_family };
        let bearers: Vec<usize> = bearers.into_iter().map(|at| self.names[at].form).collect();
        let found = groups.roots(&bearers);
        groups.join_or_choose(name.form, &found);
    }

    /// Whether a word is the last of a full name, or the first and no given name that one knows.
    fn may_be_family(&self, full: &PersonName<'_>, word: &str) -> bool {
        let first = full.text.split([' ', '-']).next().unwrap_or_default();
        let given = self.article.entry(first).classes & GIVEN != 0;
        full.family() == word || full.given() == word && !given
    }
}

/// Whether one of two words is the first letter of the other.
fn is_initial(one: &str, other: &str) -> bool {
    let short = |one: &str, other: &str| one.chars().count() == 1 && other.starts_with(one);
    short(one, other) || short(other, one)
}

/// A name without double letters, y as i: what transcriptions disagree about.
fn rough(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars().map(|letter| if letter == 'y' { 'i' } else { letter }) {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
    out
}

fn part(words: &[&str]) -> Key {
    Key::new("part", words.iter().copied())
}
