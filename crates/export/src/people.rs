//! Who is one over articles, by `stories.jsonl`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;

use wire::Story;

use crate::error::ExportError;

/// Keys over articles for the keys in records.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// The story that counts, by the id that a record gives.
    merged: HashMap<String, String>,
    /// Key and fullest name over articles, by the id of the story and the key in the record.
    known: HashMap<(String, String), (String, String)>,
}

impl People {
    pub(crate) fn read(dir: &Path) -> Result<Self, ExportError> {
        let path = dir.join("stories.jsonl");
        let damaged = |number: usize, message: String| ExportError::Damaged {
            path: path.clone(),
            message: format!("line {number}: {message}"),
        };
        let mut people = Self::default();
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(people),
            opened => opened.map_err(|error| damaged(1, error.to_string()))?,
        };
        for (line, number) in BufReader::new(file).split(b'\n').zip(1..) {
            let line = line.map_err(|error| damaged(number, error.to_string()))?;
            let story = Story::parse(line).map_err(|error| damaged(number, error.to_string()))?;
            people.add(story);
        }
        Ok(people)
    }

    fn add(&mut self, story: Story) {
        if let Some(into) = story.merged_into {
            self.merged.insert(story.id, into);
            return;
        }
        for person in story.people {
            for key in person.keys {
                let known = (person.key.clone(), person.name.clone());
                self.known.insert((story.id.clone(), key), known);
            }
        }
    }

    /// The key and the fullest name over articles of who has `key` in a record of this story; those of the
    /// record where no story knows better.
    pub(crate) fn over_articles<'p>(
        &'p self,
        story: Option<&str>,
        key: &'p str,
        name: &'p str,
    ) -> (&'p str, &'p str) {
        let known = story.and_then(|story| {
            let story = self.merged.get(story).map_or(story, String::as_str);
            self.known.get(&(story.to_owned(), key.to_owned()))
        });
        known.map_or((key, name), |(key, name)| (key, name))
    }
}
