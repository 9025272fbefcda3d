//! Sources: where articles come from, and what can go wrong on the way in.

use std::collections::BTreeSet;

use document::{Document, Origin};

/// What a source hands over next.
#[derive(Debug)]
pub enum Arrival {
    /// An article, with its payload, its supplied metadata, its id and its origin (digest included).
    Article(Document),
    /// Something that should have been an article and cannot be read; it becomes a dead letter.
    Failed(Failure),
    /// What an earlier run took in, from a file that has not changed since and was not read again.
    Unchanged {
        /// The id that an article without one of its own has there.
        id: String,
    },
    /// An article that earlier work has done with, only to be known again: it has no text. The rules of
    /// identity decide about it as about any other; where they would have it processed, this becomes of it.
    Ended {
        /// Its id, its origin and its [`fingerprint`](Document::fingerprint).
        doc: Document,
        /// What became of it.
        end: End,
    },
    /// Something passed over on purpose, counted under the reason.
    Discarded {
        /// The id that the article would have had.
        id: String,
        /// Where it is.
        origin: Origin,
        /// Why, in a few fixed words.
        reason: String,
    },
}

/// What a stage made of an article that has no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was discarded, for this reason.
    Discarded(String),
    /// It failed.
    Failed(Box<Failure>),
}

/// How far a source has come, for the progress bar. All in bytes as stored (before decompression).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Bytes there are, if known.
    pub total: Option<u64>,
}

/// Where articles come from. Called from one thread, in order, until it returns `None`.
pub trait Source: Send {
    /// The next arrival, or `None` at the end.
    ///
    /// What concerns one article is [`Arrival::Failed`] and costs nothing else.
    ///
    /// # Errors
    /// [`SourceError`] where nothing more can be read at all; the run ends.
    fn next(&mut self) -> Result<Option<Arrival>, SourceError>;

    /// Whether the next call may wait for input that has not arrived yet; the runner then sends on
    /// what it has instead of filling a batch.
    fn may_wait(&self) -> bool {
        false
    }

    /// Whether it can give articles [`again`](Self::again).
    fn can_repeat(&self) -> bool {
        false
    }

    /// Starts over with what has one of these ids and did not bring it along: this alone is given by the calls of
    /// [`next`](Self::next) that follow, in the order of the first time, and read even where it was
    /// [unchanged](Arrival::Unchanged). What is no longer there is not given. Called after the end was reached, and
    /// only if it [can be](Self::can_repeat).
    fn again(&mut self, ids: BTreeSet<String>) {
        drop(ids);
    }

    /// How far it has come.
    fn progress(&self) -> Progress {
        Progress::default()
    }

    /// The number of the file that the last arrival came from, counted from 0 over all files of the
    /// drop; `None` where the source does not count them.
    fn file(&self) -> Option<u64> {
        None
    }
}

/// Why a source cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct SourceError {
    /// File or stream.
    pub place: String,
    /// What happened and what to do.
    pub message: String,
}

/// What kind of thing went wrong with one article; fixed words of `dead-letters.jsonl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureClass {
    /// The file or stream could not be read there.
    Unreadable,
    /// Larger than `run.max_article`.
    TooLarge,
    /// It is not what its container says, or lacks what an article needs.
    Malformed,
    /// A stage refused it.
    Stage,
    /// A stage panicked on it.
    Panic,
    /// Foreign code took too long.
    Timeout,
    /// Foreign code died.
    Crash,
    /// A plugin returned what it had not declared.
    Contract,
}

impl FailureClass {
    /// The word in `dead-letters.jsonl`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::Stage => "stage",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::Crash => "crash",
            Self::Contract => "contract",
        }
    }

    /// The class with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Unreadable,
            Self::TooLarge,
            Self::Malformed,
            Self::Stage,
            Self::Panic,
            Self::Timeout,
            Self::Crash,
            Self::Contract,
        ]
        .into_iter()
        .find(|class| class.word() == word)
    }
}

/// One article that failed, with everything needed to find it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The id that the article has or would have had.
    pub id: String,
    /// Where it is.
    pub origin: Origin,
    /// The stage that failed; `None` for the source.
    pub stage: Option<String>,
    /// The key of that stage: its version, settings, and whatever else decides what it answers.
    pub stage_key: Option<String>,
    /// What kind of failure.
    pub class: FailureClass,
    /// What happened, and what to do where there is something.
    pub message: String,
    /// How often the stage was called on the article, or the source looked at it; at least 1.
    pub attempts: u32,
    /// The payload, where it came from standard input and lies nowhere to be read again.
    pub payload: Option<String>,
}

impl Failure {
    /// Something that could not be read: no stage, one attempt.
    pub fn of_source(
        id: String,
        origin: Origin,
        class: FailureClass,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self {
            id,
            origin,
            stage: None,
            stage_key: None,
            class,
            message,
            attempts: 1,
            payload: None,
        }
    }
}
