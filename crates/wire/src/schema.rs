//! The JSON Schemas of what an output folder holds.

/// A form of JSON in an output folder that programs may count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A record: a line of a part file.
    Article,
    /// A line of `stories.jsonl`.
    Story,
    /// A line of `dead-letters.jsonl`, and of standard error where records go to standard output.
    DeadLetter,
    /// `manifest.json`.
    Manifest,
    /// `run.json`.
    Run,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 5] =
        [Self::Article, Self::Story, Self::DeadLetter, Self::Manifest, Self::Run];

    /// Its JSON Schema (draft 2020-12), with a line end.
    ///
    /// It describes what this version writes. Keys that it does not know are allowed, as later versions
    /// with the same `schema` may add some; a test closes it and holds what is written against it.
    ///
    /// ```
    /// assert!(wire::Shape::Article.schema().contains(wire::SCHEMA));
    /// ```
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Article => include_str!("../schemas/article.json"),
            Self::Story => include_str!("../schemas/story.json"),
            Self::DeadLetter => include_str!("../schemas/dead-letter.json"),
            Self::Manifest => include_str!("../schemas/manifest.json"),
            Self::Run => include_str!("../schemas/run.json"),
        }
    }
}
