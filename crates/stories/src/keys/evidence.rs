//! What speaks for two names being one entity: the story, the office, the company.

use super::KeyId;

/// Of each sort, how much is remembered; the oldest is forgotten first.
const STORIES: usize = 16;
const COMPANY: usize = 16;
const NAMES: usize = 16;
const APART: usize = 8;
/// A name is rare if another stands for the entity more than so many times as often.
const RARE: u32 = 16;
/// Entities of an article that count as company: those it names first.
const NAMED: usize = 24;

/// Where an entity was named so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    stories: Vec<u32>,
    /// Who and what was named in the same articles.
    company: Vec<KeyId>,
    /// Offices, one bit each.
    pub(super) roles: u64,
    /// The ways in which its whole name is written, and how often.
    names: Vec<(Box<str>, u32)>,
    /// Those that an article names beside it as someone else, though the names are alike.
    apart: Vec<KeyId>,
    /// The single words that it was called by.
    called: Vec<Box<str>>,
}

/// What the article at hand says about one of its entities.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) story: u32,
    company: Vec<KeyId>,
    /// The persons that it names so far.
    persons: Vec<usize>,
}

impl Here {
    pub(super) fn new(story: u32) -> Self {
        Self { story, company: Vec::new(), persons: Vec::new() }
    }

    /// The article names this one, too.
    pub(super) fn name(&mut self, id: KeyId) {
        if self.company.len() < NAMED {
            self.company.push(id);
        }
    }

    /// The article names this person.
    pub(super) fn take(&mut self, root: usize) {
        self.persons.push(root);
    }

    pub(super) fn names_person(&self, root: usize) -> bool {
        self.persons.contains(&root)
    }

    pub(super) fn company(&self) -> &[KeyId] {
        &self.company
    }
}

impl Context {
    /// Points for this context and the article being about one entity: two for a story, one for an office, one for
    /// two in the company, two for four. `tells` says whether an entity in the company tells anything.
    pub(super) fn points(&self, here: &Here, roles: u64, tells: impl Fn(KeyId) -> bool) -> u32 {
        let story = if self.stories.contains(&here.story) { 2 } else { 0 };
        let role = u32::from(self.roles & roles != 0);
        let shared =
            here.company.iter().filter(|id| self.company.contains(id) && tells(**id)).count();
        let company = match shared {
            0 | 1 => 0,
            2 | 3 => 1,
            _ => 2,
        };
        story + role + company
    }

    pub(super) fn in_story(&self, story: u32) -> bool {
        self.stories.contains(&story)
    }

    pub(super) fn add_story(&mut self, story: u32) {
        remember(&mut self.stories, story, STORIES);
    }

    /// Remembers who else is named, but not the entity itself.
    pub(super) fn add_company(&mut self, company: &[KeyId], own: KeyId) {
        company
            .iter()
            .filter(|id| **id != own)
            .for_each(|id| remember(&mut self.company, *id, COMPANY));
    }

    /// Counts a form of the whole name, and says whether it is a new one.
    pub(super) fn add_name(&mut self, name: &str, times: u32) -> bool {
        if let Some(known) = self.names.iter_mut().find(|known| *known.0 == *name) {
            known.1 += times;
            return false;
        }
        let new = self.names.len() < NAMES;
        if new {
            self.names.push((name.into(), times));
        }
        new
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.0.as_ref())
    }

    /// The names that are not rare beside the most common one: a slip is.
    pub(super) fn common_names(&self) -> impl Iterator<Item = &str> {
        let most = self.names.iter().map(|name| name.1).max().unwrap_or_default();
        self.names.iter().filter(move |name| name.1 * RARE >= most).map(|name| name.0.as_ref())
    }

    pub(super) fn hold_apart(&mut self, other: KeyId) {
        remember(&mut self.apart, other, APART);
    }

    pub(super) fn apart(&self) -> &[KeyId] {
        &self.apart
    }

    /// Takes a single word that it is called by, and says whether it is a new one.
    pub(super) fn call(&mut self, word: &str) -> bool {
        let new = !self.is_called(word) && self.called.len() < NAMES;
        if new {
            self.called.push(word.into());
        }
        new
    }

    pub(super) fn is_called(&self, word: &str) -> bool {
        self.called.iter().any(|known| **known == *word)
    }

    pub(super) fn called(&self) -> impl Iterator<Item = &str> {
        self.called.iter().map(AsRef::as_ref)
    }

    /// Takes over what another context knows of the same entity.
    pub(super) fn merge(&mut self, other: &Self) {
        other.stories.iter().for_each(|story| self.add_story(*story));
        other.company.iter().for_each(|id| remember(&mut self.company, *id, COMPANY));
        self.roles |= other.roles;
        for (name, times) in &other.names {
            self.add_name(name, *times);
        }
        other.apart.iter().for_each(|id| self.hold_apart(*id));
        for word in other.called() {
            self.call(word);
        }
    }
}

/// Puts `new` last, and forgets the first of more than `most`.
fn remember<T: PartialEq>(list: &mut Vec<T>, new: T, most: usize) {
    if let Some(at) = list.iter().position(|known| *known == new) {
        list.remove(at);
    } else if list.len() == most {
        list.remove(0);
    }
    list.push(new);
}
