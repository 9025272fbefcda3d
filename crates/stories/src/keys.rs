//! One key for one entity over articles and drops.
//!
//! Articles come one after the other, and each entity of each is joined to one that is known or becomes a new
//! one, whose key is that of its record (with a number where another entity has that key). What is written the same
//! way is one. Other spellings need evidence: a story, an office or company in common. Two that were held apart
//! are joined when an article shows that they are one; both then have the elder's key, so a key once given stays.

mod evidence;
mod index;
mod names;
mod organizations;
mod persons;
mod roles;
mod short_forms;
mod spelling;
#[cfg(test)]
mod test_entities;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tokens::folded;

use crate::article::{Article, Entity, Label};
use evidence::{Context, Here};
use index::{Index, hash};

/// An entity over articles, as [`Keys`] numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeyId(pub(crate) u32);

/// Who and what was named in all articles so far.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    known: Vec<Known>,
    index: Index,
    /// Hashes of all keys given, with how many numbers of each were tried.
    given: HashMap<u64, u32>,
    articles: u32,
}

/// What is known under one id.
#[derive(Debug)]
struct Known {
    /// The elder that this one was found to be, or itself.
    elder: u32,
    label: Label,
    /// How many articles name it.
    articles: u32,
    key: Box<str>,
    /// The fullest form of its name.
    name: Box<str>,
    /// For persons and organizations.
    context: Option<Box<Context>>,
}

impl Keys {
    /// Learns the entities of an article of this story: one id for each, in their order.
    pub(crate) fn assign(&mut self, article: &Article, story: u32) -> Vec<KeyId> {
        self.articles += 1;
        let mut ids: Vec<Option<KeyId>> = vec![None; article.entities.len()];
        let mut here = Here::new(story);
        // Persons come last: what else is named beside them is evidence. Of persons, those whose names are
        // known as they stand come first: no other can then be one of them.
        let turn = |entity: &Entity| match entity.label {
            Label::Per if self.knows_letters(&entity.name) => 1,
            Label::Per => 2,
            _ => 0,
        };
        let mut order: Vec<(u8, usize)> =
            article.entities.iter().enumerate().map(|(at, entity)| (turn(entity), at)).collect();
        order.sort_unstable();
        for (turn, at) in order {
            let (entity, persons) = (&article.entities[at], turn > 0);
            let id = if let Some(listed) = listed_key(entity) {
                self.of_listed(listed, entity)
            } else if persons {
                self.person(article, entity, &here)
            } else {
                self.thing(article, entity, story)
            };
            ids[at] = Some(id);
            let root = self.root(id);
            self.known[root].articles += 1;
            if !is_country(entity) {
                here.name(KeyId(root as u32));
            }
            if persons {
                here.take(root);
            }
        }
        let ids: Vec<KeyId> =
            ids.into_iter().map(|id| id.expect("every entity has an id")).collect();
        for (entity, id) in article.entities.iter().zip(&ids) {
            let root = self.root(*id);
            self.name_fuller(root, &entity.name);
            if let Some(context) = &mut self.known[root].context {
                context.add_story(story);
                if entity.label == Label::Per {
                    context.add_company(here.company(), KeyId(root as u32));
                }
            }
        }
        ids
    }

    /// The key: the same for all ids that were found to be one entity.
    pub(crate) fn key(&self, id: KeyId) -> &str {
        &self.known[self.root(id)].key
    }

    /// The fullest name.
    pub(crate) fn name(&self, id: KeyId) -> &str {
        &self.known[self.root(id)].name
    }

    /// The eldest of those that are one with `id`.
    fn root(&self, id: KeyId) -> usize {
        let mut at = id.0 as usize;
        while self.known[at].elder as usize != at {
            at = self.known[at].elder as usize;
        }
        at
    }

    /// What the index has under a key, as eldest ids, each once, in order.
    fn roots(&self, key: u64) -> Vec<usize> {
        let mut roots: Vec<usize> = self.index.get(key).map(|id| self.root(id)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// Both are one entity from now on; the elder's key stays.
    fn join(&mut self, one: usize, other: usize) -> usize {
        let (elder, younger) = (one.min(other), one.max(other));
        if elder != younger {
            self.known[younger].elder = elder as u32;
            self.known[elder].articles += self.known[younger].articles;
            let context = self.known[younger].context.take();
            if let (Some(all), Some(more)) = (&mut self.known[elder].context, context) {
                all.merge(&more);
            }
            let name = std::mem::take(&mut self.known[younger].name);
            self.name_fuller(elder, &name);
        }
        elder
    }

    /// A new entity under the key of its record, or the next free one.
    fn add(&mut self, entity: &Entity) -> KeyId {
        let id =
            KeyId(u32::try_from(self.known.len()).expect("there are fewer than 2^32 entities"));
        let own = hash("key", [entity.key.as_str()]);
        let mut key = entity.key.clone();
        if let Some(mut number) = self.given.get(&own).copied() {
            // No key is ever given back, so the numbers tried before need not be tried again.
            loop {
                number += 1;
                key = format!("{}-{number}", entity.key);
                if let Entry::Vacant(free) = self.given.entry(hash("key", [key.as_str()])) {
                    free.insert(1);
                    break;
                }
            }
            self.given.insert(own, number);
        } else {
            self.given.insert(own, 1);
        }
        let context = matches!(entity.label, Label::Per | Label::Org).then(Box::default);
        self.known.push(Known {
            elder: id.0,
            label: entity.label,
            articles: 0,
            key: key.into(),
            name: entity.name.as_str().into(),
            context,
        });
        id
    }

    /// An entity whose key a list or a country's code gives: the key says it all.
    fn of_listed(&mut self, key: &str, entity: &Entity) -> KeyId {
        let place = hash("listed", [key]);
        if let Some(known) = self.index.get(place).next() {
            return known;
        }
        let id = self.add(entity);
        self.index.add(place, id);
        id
    }

    /// Another form of the name: the fullest stays, of a person's only such as are not rare.
    fn name_fuller(&mut self, root: usize, name: &str) {
        let known = &mut self.known[root];
        let often = known.context.as_deref().filter(|_| known.label == Label::Per);
        let common =
            often.and_then(|context| context.common_names().max_by_key(|name| fullness(name)));
        if let Some(name) = common {
            if known.name.as_ref() != name {
                known.name = name.into();
            }
        } else if fullness(name) > fullness(&known.name) {
            known.name = name.into();
        }
    }
}

/// The key of an entity's record where it is more than its label and name: a list's, or a country's code.
fn listed_key(entity: &Entity) -> Option<&str> {
    let prefix = match entity.label {
        Label::Per => "per:",
        Label::Org => "org:",
        Label::Loc => "loc:",
        Label::Misc => "misc:",
    };
    let plain = entity.key.strip_prefix(prefix).is_some_and(|rest| rest == folded(&entity.name));
    (!plain || is_country(entity)).then_some(entity.key.as_str())
}

fn is_country(entity: &Entity) -> bool {
    let code = entity.country.as_deref();
    code.is_some_and(|code| {
        entity.key.strip_prefix("loc:").is_some_and(|key| key.eq_ignore_ascii_case(code))
    })
}

/// What makes one form of a name fuller than another: no stray marks, then words, then not shouting, then letters.
fn fullness(name: &str) -> (bool, usize, bool, usize) {
    let stray = |letter: char| matches!(letter, '[' | ']' | '(' | ')' | '"' | '~' | '*');
    let shouts = name.len() > 4 && !name.contains(char::is_lowercase);
    (!name.contains(stray), name.split([' ', '-']).count(), !shouts, name.chars().count())
}
