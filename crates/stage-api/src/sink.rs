//! Sinks: where records go.

use std::io;

use document::{Document, Origin, Revision};

use crate::{Failure, OutcomeKind};

/// The part of a sink that runs on the workers: a finished document into bytes.
pub trait Encode: Send + Sync {
    /// Appends the record of `doc` to `out`, line end included.
    ///
    /// # Errors
    /// A message where the document breaks the record's promises (a value that is no JSON); the
    /// article becomes a dead letter.
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String>;
}

/// What remains of an article once its record is bytes: enough to know it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Identity over drops.
    pub id: String,
    /// Whether the id came with the article.
    pub explicit_id: bool,
    /// Which revision; number 0 for what never became an article (an unreadable file), where the
    /// digest in `origin` is that of what was wrong with it.
    pub revision: Revision,
    /// Where it was read from, payload digest included.
    pub origin: Origin,
    /// Digest of the supplied metadata.
    pub fingerprint: u64,
}

/// What was found in one article, for the closing line of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Whole quotations: the parts of a split one count once.
    pub quotations: u32,
    /// Of these, how many have a speaker.
    pub attributed: u32,
    /// Hashes of the speakers' names.
    pub speakers: Vec<u64>,
}

/// The one outcome of an article, in input order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has a record.
    Written {
        /// What to remember of it.
        receipt: Receipt,
        /// The record, line end included; empty for sinks without an encoder.
        record: Vec<u8>,
        /// What was found in it.
        tally: Tally,
    },
    /// A stage or an identity rule dropped it on purpose.
    Discarded {
        /// What to remember of it.
        receipt: Receipt,
        /// Why; counted by the words before a colon.
        reason: String,
    },
    /// Known from before, same payload and metadata: nothing was done.
    Unchanged,
    /// Unchanged, too, but an earlier run found it unreadable: that dead letter is settled.
    Restored {
        /// What to remember of it.
        receipt: Receipt,
        /// What became of it when it was last read.
        kind: OutcomeKind,
    },
    /// Unchanged, too, but under a name that is new: an article that is not in this drop has its payload.
    Moved {
        /// What to remember of it, with revision 0.
        receipt: Receipt,
    },
    /// It failed.
    Failed {
        /// What to remember of it.
        receipt: Receipt,
        /// What went wrong.
        failure: Failure,
    },
}

/// The words that a reason for discarding is counted under: those before a colon, which a detail
/// may follow (`duplicate of: drop/a.txt`).
pub fn reason_class(reason: &str) -> &str {
    reason.split(':').next().unwrap_or_default().trim()
}

/// Where records go. Called from one thread, in input order.
pub trait Sink: Send {
    /// The part that runs on the workers, or `None` for a sink that wants no bytes.
    fn encoder(&self) -> Option<Box<dyn Encode>>;

    /// Takes one outcome.
    ///
    /// # Errors
    /// [`SinkError`] where output is no longer possible; the run ends.
    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError>;

    /// Gives back every [`change`](Self::change) of an ordered stage that earlier runs committed, in
    /// their order; called once for each such stage, before the first `write`.
    ///
    /// # Errors
    /// [`SinkError::State`] where what was kept is damaged, or `each` refuses it.
    fn replay(
        &mut self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        let _ = (stage, each);
        Ok(())
    }

    /// Takes what the article of the next [`write`](Self::write) changed in the state of an ordered
    /// stage, by the stage's name in the pipeline. A sink that keeps nothing has no use for it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn change(&mut self, stage: &str, change: &[u8]) -> Result<(), SinkError> {
        let _ = (stage, change);
        Ok(())
    }

    /// Says from which file of the drop the article of the next [`write`](Self::write) came, where the
    /// source [counts them](crate::Source::file). A sink that does not keep the order of files has no use
    /// for it.
    fn arrived(&mut self, file: u64) {
        let _ = file;
    }

    /// Replaces the file of drop records `name`, in which `write` puts them; called for each stage that
    /// has one after the last [`write`](Self::write) and before [`finish`](Self::finish). A sink without
    /// a folder has no place for it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn drop_file(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        let _ = (name, write);
        Ok(())
    }

    /// Called when nothing is waiting to be written: a moment to flush what people watch.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn idle(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Makes everything written so far durable, at the end of a run or when it is interrupted.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// Why output is no longer possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// Reading stopped at the other end of a pipe: a quiet end.
    #[error("the reader of standard output has gone")]
    Closed,
    /// A file could not be written.
    #[error("{path}: {error}")]
    Io {
        /// The file, as the user named its folder.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// What an ordered stage knew cannot be given back to it.
    #[error(
        "{path}: the state of the stage `{stage}` cannot be read back: {message}; restore the folder from a copy, or begin from nothing with `--fresh`"
    )]
    State {
        /// The file.
        path: String,
        /// The stage's name in the pipeline.
        stage: String,
        /// What is wrong with it.
        message: String,
    },
}
