//! Who and what is one over articles, by the stories.

use std::collections::HashMap;

use crate::Story;

/// Keys and names over articles for the keys in records.
///
/// ```
/// use wire::{OverArticles, Story};
///
/// let mut over = OverArticles::default();
/// over.add(&Story::parse(
///     r#"{"schema": "copydesk.story/1", "id": "s1",
///         "people": [{"key": "per:ada-ek", "keys": ["per:ada-ek", "per:ek"], "name": "Ada Ek"}],
///         "names": [{"key": "org:port-board", "keys": ["org:board"], "name": "Port Board"}]}"#,
/// )?);
/// over.add(&Story::parse(r#"{"schema": "copydesk.story/1", "id": "s2", "merged_into": "s1"}"#)?);
/// assert_eq!(over.get(Some("s1"), "per:ek"), Some(("per:ada-ek", "Ada Ek")));
/// assert_eq!(over.get(Some("s2"), "org:board"), Some(("org:port-board", "Port Board")));
/// assert_eq!(over.get(None, "per:ek"), None);
/// # Ok::<(), wire::RecordError>(())
/// ```
#[derive(Debug, Default)]
pub struct OverArticles {
    /// The story that counts, by the id that a record gives.
    merged: HashMap<String, String>,
    /// Key and fullest name over articles, by the id of the story and the key in the record.
    known: HashMap<String, HashMap<String, (String, String)>>,
}

impl OverArticles {
    /// Takes in what a story says.
    pub fn add(&mut self, story: &Story) {
        if let Some(into) = &story.merged_into {
            self.merged.insert(story.id.clone(), into.clone());
            return;
        }
        let known = self.known.entry(story.id.clone()).or_default();
        for named in story.named() {
            for key in &named.keys {
                known.insert(key.clone(), (named.key.clone(), named.name.clone()));
            }
        }
    }

    /// The key and the fullest name over articles of who or what has `key` in a record of this story; `None` where
    /// no story knows it: then the record's own count.
    pub fn get(&self, story: Option<&str>, key: &str) -> Option<(&str, &str)> {
        let story = story.map(|story| self.merged.get(story).map_or(story, String::as_str))?;
        self.known.get(story)?.get(key).map(|(key, name)| (key.as_str(), name.as_str()))
    }
}
