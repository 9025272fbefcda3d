//! Ids by what may stand for a name.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::KeyId;

/// Ids under one key beyond these are not looked at: a family name that so many bear tells nothing.
const MOST: u8 = 64;

/// Ids in the order in which they were added, by the hash of a key.
#[derive(Debug, Default)]
pub(super) struct Index {
    first: HashMap<u64, Chain>,
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    last: u32,
    links: u8,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    id: KeyId,
    /// Its own place at the end of a chain.
    next: u32,
}

/// The hash of a key of some kind; equal parts of other kinds are other keys.
pub(super) fn hash<'a>(kind: &str, parts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    kind.hash(&mut hasher);
    parts.into_iter().for_each(|part| part.hash(&mut hasher));
    hasher.finish()
}

impl Index {
    /// Adds an id, unless it was the last one added under this key.
    pub(super) fn add(&mut self, key: u64, id: KeyId) {
        let place = u32::try_from(self.links.len()).expect("there are fewer than 2^32 links");
        let link = Link { id, next: place };
        if let Some(chain) = self.first.get_mut(&key) {
            if chain.links == MOST || self.links[chain.last as usize].id == id {
                return;
            }
            self.links[chain.last as usize].next = place;
            *chain = Chain { last: place, links: chain.links + 1, ..*chain };
        } else {
            self.first.insert(key, Chain { first: place, last: place, links: 1 });
        }
        self.links.push(link);
    }

    /// The ids under a key, in order.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = KeyId> {
        let mut at = self.first.get(&key).map(|chain| chain.first);
        std::iter::from_fn(move || {
            let place = at?;
            let link = self.links[place as usize];
            at = (link.next != place).then_some(link.next);
            Some(link.id)
        })
    }

    /// Whether so many ids stand under a key that more were turned away.
    pub(super) fn is_full(&self, key: u64) -> bool {
        self.first.get(&key).is_some_and(|chain| chain.links == MOST)
    }
}
