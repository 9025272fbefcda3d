//! What the stage knows: a fold over the articles in their order.

use std::collections::HashMap;
use std::io;

use stage_api::IdHash;

use crate::article::Article;
use crate::clusters::{Clusters, Limits};
use crate::frequencies::Frequencies;
use crate::keys::Keys;
use crate::store::Store;
use crate::vector::{Words, vector};

/// Every story so far.
///
/// It is a function of the articles in their order and of nothing else, so a run that was killed and one that
/// continues another get it back by admitting the same articles again.
#[derive(Debug)]
pub(crate) struct Stories {
    given: bool,
    clusters: Clusters,
    frequencies: Frequencies,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    /// Number of the latest revision of each article.
    numbers: HashMap<IdHash, u32>,
    /// Story of each article by number; `None` where a later revision took its place.
    story_of: Vec<Option<u32>>,
    /// Id of each story.
    ids: Vec<String>,
    /// Stories given by the articles, by their value.
    groups: HashMap<String, u32>,
}

impl Stories {
    /// No story yet; `given` says that the articles name theirs.
    pub(crate) fn new(limits: Limits, given: bool) -> Self {
        Self {
            given,
            clusters: Clusters::new(limits),
            frequencies: Frequencies::new(),
            keys: Keys::default(),
            store: Store::new(),
            numbers: HashMap::new(),
            story_of: Vec::new(),
            ids: Vec::new(),
            groups: HashMap::new(),
        }
    }

    /// Takes an article in, or a new revision of one, and gives the id of its story. `bytes` is the article as encoded.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub(crate) fn admit(&mut self, article: &Article, bytes: &[u8]) -> io::Result<&str> {
        let number = self.story_of.len() as u32;
        let id = IdHash::of(&article.id);
        let before = self.numbers.insert(id, number);
        let known = before.and_then(|before| self.story_of[before as usize].take());
        if let Some(before) = before {
            self.clusters.forget(before);
        }
        let story = if self.given {
            match &article.group {
                Some(group) => self.group(group),
                None => known.unwrap_or_else(|| self.open(story_id(id))),
            }
        } else {
            let words = Words::of(article);
            self.frequencies.learn(words.terms());
            let vector = vector(&words, &self.frequencies);
            let story = match known {
                Some(story) => self.clusters.root(story),
                None => self.clusters.place(&vector, article.day),
            };
            if story as usize == self.ids.len() {
                self.ids.push(story_id(id));
            }
            self.clusters.add(story, vector, article.day);
            story
        };
        self.story_of.push(Some(story));
        let keys = self.keys.assign(article, story);
        self.store.add(bytes, keys)?;
        Ok(&self.ids[story as usize])
    }

    /// The stories in order of their first articles, each with its articles in order of arrival; without articles
    /// where it was merged, or where its articles were given to other stories.
    pub(crate) fn told(&self) -> Vec<(u32, Vec<u32>)> {
        let mut told: Vec<(u32, Vec<u32>)> = (0..self.ids.len() as u32)
            .map(|story| (self.clusters.root(story), Vec::new()))
            .collect();
        for (number, story) in (0..).zip(&self.story_of) {
            if let Some(story) = story {
                told[self.clusters.root(*story) as usize].1.push(number);
            }
        }
        told
    }

    /// The id of a story.
    pub(crate) fn id(&self, story: u32) -> &str {
        &self.ids[story as usize]
    }

    fn group(&mut self, group: &str) -> u32 {
        if let Some(story) = self.groups.get(group) {
            return *story;
        }
        let story = self.open(group.to_owned());
        self.groups.insert(group.to_owned(), story);
        story
    }

    fn open(&mut self, id: String) -> u32 {
        self.ids.push(id);
        self.clusters.open()
    }
}

/// A story is called by its first article, whatever joins it later.
fn story_id(first: IdHash) -> String {
    use std::fmt::Write;

    first.0[..8].iter().fold("s-".to_owned(), |mut id, byte| {
        write!(id, "{byte:02x}").expect("a string takes every text");
        id
    })
}
