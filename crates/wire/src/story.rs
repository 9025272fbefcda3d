//! A row of `stories.jsonl` read back.

use serde::{Deserialize, Serialize};

use crate::RecordError;

/// What a story's `schema` says.
pub const STORY_SCHEMA: &str = "copydesk.story/1";

/// One story: the articles that cover one event, and what they say about it together.
///
/// Keys that are not known here are passed over. Spans count code points of the article's text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Story {
    /// [`STORY_SCHEMA`].
    pub schema: String,
    /// Identity over drops.
    pub id: String,
    /// The story that took this one in, if one did; it lists all articles.
    pub merged_into: Option<String>,
    /// The most central title.
    pub headline: Option<String>,
    /// The articles' ids.
    #[serde(default)]
    pub articles: Vec<String>,
    /// A few sentences of different articles.
    #[serde(default)]
    pub digest: Vec<StoryPassage>,
    /// Who is named, by one key over articles.
    #[serde(default)]
    pub people: Vec<StoryPerson>,
    /// What else is named, in the same form.
    #[serde(default)]
    pub names: Vec<StoryPerson>,
    /// Quotations with their versions.
    #[serde(default)]
    pub quotations: Vec<StoryQuotation>,
    /// Sentences under the dates that they state.
    #[serde(default)]
    pub timeline: Vec<StoryDate>,
}

impl Story {
    /// The story on one line, its line end optional.
    ///
    /// # Errors
    /// [`RecordError`] if the line is no story of this schema.
    pub fn parse(line: impl AsRef<[u8]>) -> Result<Self, RecordError> {
        let story: Self = serde_json::from_slice(line.as_ref()).map_err(RecordError::Form)?;
        if story.schema == STORY_SCHEMA {
            Ok(story)
        } else {
            Err(RecordError::Schema(story.schema))
        }
    }

    /// Everybody and everything that is named.
    pub fn named(&self) -> impl Iterator<Item = &StoryPerson> {
        self.people.iter().chain(&self.names)
    }
}

/// A sentence with the article that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryPassage {
    /// The article's id.
    pub article: String,
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Its words.
    pub text: String,
}

/// Somebody or something that the articles name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoryPerson {
    /// The key over articles and drops.
    pub key: String,
    /// The keys that the articles' records give.
    #[serde(default)]
    pub keys: Vec<String>,
    /// The fullest form of the name.
    pub name: String,
    /// The articles that name them, by id.
    #[serde(default)]
    pub articles: Vec<String>,
}

/// One quotation with every version of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoryQuotation {
    /// Who said it.
    pub speaker: Option<String>,
    /// Their key over articles.
    pub key: Option<String>,
    /// The fullest member, by index.
    pub fullest: Option<usize>,
    /// The versions.
    #[serde(default)]
    pub members: Vec<StoryVersion>,
}

/// An article's version of a quotation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoryVersion {
    /// `same`, `variant` or `unmarked`, relative to the fullest.
    pub relation: String,
    /// The article's id.
    pub article: String,
    /// The quotation of its record, by `id`; `None` where the words are none.
    pub quotation: Option<u32>,
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Its words.
    pub text: String,
}

/// A sentence under a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryDate {
    /// An ISO date.
    pub date: String,
    /// The sentence.
    #[serde(flatten)]
    pub passage: StoryPassage,
}
