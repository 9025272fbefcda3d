//! What a file of corrections says, checked.

use std::collections::BTreeMap;

use sha2::Digest;

use crate::parse::{self, Mistake};

/// A file of corrections, by the articles that its lines name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    by_article: BTreeMap<String, Vec<Line>>,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// The line as it stands there, without the white space around it: one JSON object.
    pub json: String,
    /// What it changes.
    pub change: Change,
}

/// What a line changes in its article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Who said a quotation, in what role. Not both are [`Wish::Keep`].
    Speaker {
        /// The quotation.
        quotation: Place,
        /// The speaker: the name of an entity of the article, or any name.
        speaker: Wish,
        /// The role. Kept, it is the one that the article gives the speaker elsewhere.
        role: Wish,
    },
    /// What was taken for a quotation is none.
    Remove {
        /// The quotation.
        quotation: Place,
    },
    /// An entity has another name.
    Rename {
        /// The entity.
        entity: Place,
        /// The name.
        name: String,
    },
    /// What was taken for several entities is one.
    Merge {
        /// The entity that stays.
        entity: Place,
        /// The others; never empty.
        others: Vec<Place>,
    },
    /// Some names of an entity are another entity's.
    Split {
        /// The entity that keeps the other names.
        entity: Place,
        /// The names that leave it; never empty.
        names: Vec<Place>,
        /// What the new entity is called; the fullest of its names by default.
        name: Option<String>,
    },
}

/// What becomes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It stays.
    Keep,
    /// It is not known.
    Clear,
    /// It is this.
    Set(String),
}

/// Words of the article, and which of several places they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The words.
    pub text: String,
    /// The place nearest to this code point of the text.
    pub start: Option<u32>,
    /// The place with this number among those with these words, from 1.
    pub occurrence: Option<u32>,
}

impl Change {
    /// In a word: `speaker`, `role`, `remove`, `rename`, `merge` or `split`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Speaker { speaker: Wish::Keep, .. } => "role",
            Self::Speaker { .. } => "speaker",
            Self::Remove { .. } => "remove",
            Self::Rename { .. } => "rename",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
        }
    }
}

impl Corrections {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// Every mistake in it, at its place, in the order of the file.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let mut corrections = Self::default();
        for (article, line) in parse::lines(text)? {
            corrections.by_article.entry(article).or_default().push(line);
        }
        Ok(corrections)
    }

    /// Whether the file has no line.
    pub fn is_empty(&self) -> bool {
        self.by_article.is_empty()
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.by_article.values().map(Vec::len).sum()
    }

    /// The lines that name an article, in the order of the file.
    pub fn of(&self, article: &str) -> &[Line] {
        self.by_article.get(article).map_or(&[], Vec::as_slice)
    }

    /// The articles that are named, sorted by id, with their lines.
    pub fn articles(&self) -> impl Iterator<Item = (&str, &[Line])> {
        self.by_article.iter().map(|(article, lines)| (&**article, &**lines))
    }

    /// For each article that is named, a digest of its lines; never 0.
    pub fn digests(&self) -> impl Iterator<Item = (&str, u64)> {
        self.articles().map(|(article, lines)| {
            let mut hash = sha2::Sha256::new();
            for line in lines {
                hash.update((line.json.len() as u64).to_le_bytes());
                hash.update(&line.json);
            }
            let digest: [u8; 32] = hash.finalize().into();
            let first = digest.first_chunk().expect("a digest has 32 bytes");
            (article, u64::from_le_bytes(*first).max(1))
        })
    }
}
