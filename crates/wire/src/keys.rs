//! The keys of a record that may be left out.

/// What may be left out of a record. Everything else is always there: which article, from where, its
/// metadata and its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// The clean text.
    Text,
    /// `text` beside `start` and `end`: the words of mentions, quotations, cues and the like. Read back
    /// they are there again as long as the record has its text, for they are slices of it.
    SpanTexts,
    /// The sentences.
    Sentences,
    /// Spans that refer to something or state a value.
    Mentions,
    /// What mentions refer to.
    Entities,
    /// Reported speech.
    Quotations,
    /// Questions and answers of an interview.
    Turns,
    /// The sentences chosen as the summary.
    Summary,
    /// The terms that say what the article is about.
    Keyphrases,
    /// Rows of plugins' own layers. Those of `corrections`, by hand, stay.
    Annotations,
    /// Values of the whole article.
    Values,
    /// Where metadata is known from.
    Fields,
    /// Which stage wrote each layer.
    Layers,
    /// Fields of the input without a fixed meaning.
    Meta,
    /// Non-fatal oddities.
    Notes,
}

impl Key {
    /// Each of them, in the record's order.
    pub const ALL: [Self; 15] = [
        Self::Fields,
        Self::Text,
        Self::SpanTexts,
        Self::Sentences,
        Self::Mentions,
        Self::Entities,
        Self::Quotations,
        Self::Turns,
        Self::Summary,
        Self::Keyphrases,
        Self::Annotations,
        Self::Values,
        Self::Layers,
        Self::Meta,
        Self::Notes,
    ];

    /// Its name: the record's key, or `span-texts`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::SpanTexts => "span-texts",
            Self::Sentences => "sentences",
            Self::Mentions => "mentions",
            Self::Entities => "entities",
            Self::Quotations => "quotations",
            Self::Turns => "turns",
            Self::Summary => "summary",
            Self::Keyphrases => "keyphrases",
            Self::Annotations => "annotations",
            Self::Values => "values",
            Self::Fields => "fields",
            Self::Layers => "layers",
            Self::Meta => "meta",
            Self::Notes => "notes",
        }
    }
}

/// Some keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys(u16);

impl Keys {
    /// Whether `key` is one of them.
    pub fn contains(self, key: Key) -> bool {
        self.0 & Self::bit(key) != 0
    }

    pub(crate) fn without(self, key: Key) -> Self {
        Self(self.0 & !Self::bit(key))
    }

    fn bit(key: Key) -> u16 {
        1 << key as u16
    }
}

impl FromIterator<Key> for Keys {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().fold(0, |bits, key| bits | Self::bit(key)))
    }
}
