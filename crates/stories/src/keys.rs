//! One key for one entity over articles and drops.

use crate::article::Article;

/// An entity over articles, as [`Keys`] numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeyId(pub(crate) u32);

/// Who and what was named in all articles so far.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    known: Vec<(String, String)>,
}

impl Keys {
    /// Learns the entities of an article of this story: one id for each, in their order.
    pub(crate) fn assign(&mut self, article: &Article, story: u32) -> Vec<KeyId> {
        let _ = story;
        let mut assign = |key: &str, name: &str| {
            let known = self.known.iter().position(|(known, _)| known == key);
            let place = known.unwrap_or_else(|| {
                self.known.push((key.to_owned(), name.to_owned()));
                self.known.len() - 1
            });
            KeyId(place as u32)
        };
        article.entities.iter().map(|entity| assign(&entity.key, &entity.name)).collect()
    }

    /// The key: the same for all ids that were found to be one entity.
    pub(crate) fn key(&self, id: KeyId) -> &str {
        &self.known[id.0 as usize].0
    }

    /// The fullest name.
    pub(crate) fn name(&self, id: KeyId) -> &str {
        &self.known[id.0 as usize].1
    }
}
