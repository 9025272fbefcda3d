//! What a plan says about a stop beside its settings: when it runs, and what its failures cost.

use document::{Document, Field, json};

/// The condition of a stage: all lines must hold. Without a line, every article passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// The lines, sorted by subject.
    pub conditions: Vec<Condition>,
}

/// One line of a [`When`]: the article's value must be one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked at.
    pub subject: Subject,
    /// The values that let an article pass; never empty.
    pub values: Vec<String>,
}

/// What a [`Condition`] looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A metadata field.
    Field(Field),
    /// A field without a fixed meaning, by its name in `meta`.
    Meta(String),
}

impl Subject {
    /// The key in `when`.
    pub fn key(&self) -> String {
        match self {
            Self::Field(field) => field.key().to_owned(),
            Self::Meta(name) => format!("meta.{name}"),
        }
    }
}

impl When {
    /// Whether an article passes.
    ///
    /// A field with several values (`byline`) passes if one of them does. A `meta` field is
    /// compared as text if it is a JSON string, and letter by letter as JSON otherwise.
    pub fn holds(&self, doc: &Document) -> bool {
        self.conditions.iter().all(|condition| condition.holds(doc))
    }
}

impl Condition {
    fn holds(&self, doc: &Document) -> bool {
        let wanted = |value: &str| self.values.iter().any(|wanted| wanted == value);
        match &self.subject {
            Subject::Field(field) => doc.metadata.all(*field).any(wanted),
            Subject::Meta(name) => {
                let holds = |value: &str| {
                    json::as_str(value).map_or_else(|| wanted(value), |text| wanted(&text))
                };
                doc.metadata.meta().iter().any(|(key, value)| key == name && holds(value))
            }
        }
    }
}

/// What becomes of an article that a stage failed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// It is a dead letter and the run goes on.
    #[default]
    DeadLetter,
    /// It goes on without what the stage would have written.
    SkipStage,
    /// It is a dead letter and the run ends after it.
    Abort,
}

impl OnError {
    /// The word in `pipeline.toml`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeadLetter => "dead-letter",
            Self::SkipStage => "skip-stage",
            Self::Abort => "abort",
        }
    }

    /// The value with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::DeadLetter, Self::SkipStage, Self::Abort]
            .into_iter()
            .find(|value| value.word() == word)
    }
}

/// How many dead letters end a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxFailures {
    /// More than this many.
    Count(u64),
    /// More than this share of the articles, in percent (above 0, up to 100), judged in input
    /// order from the 1,000th article on.
    Percent(f64),
}

/// Order of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// That of the input.
    #[default]
    Input,
    /// As they are ready; for outputs that keep nothing.
    Any,
}
