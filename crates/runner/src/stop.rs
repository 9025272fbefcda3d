//! The request to stop, made from any thread.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

/// A request that a run end soon: it takes in nothing more, finishes what a stage is at work on and what has the
/// first segment behind it, and leaves every other article to the next run, without an outcome. What waits before a
/// segment with workers of its own, whose stage may take minutes an article, is left, too.
///
/// Clones share one request. It cannot be taken back.
#[derive(Clone, Debug)]
pub struct Stop {
    // Nothing is ever sent: dropping the sender wakes every receiver, now and later.
    open: Arc<Mutex<Option<Sender<()>>>>,
    requested: Receiver<()>,
}

impl Default for Stop {
    fn default() -> Self {
        let (sender, requested) = bounded(0);
        Self { open: Arc::new(Mutex::new(Some(sender))), requested }
    }
}

impl Stop {
    /// Asks the run to stop; later calls change nothing.
    pub fn request(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether a stop was requested.
    pub fn is_requested(&self) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// A channel that disconnects when a stop is requested, for `select!`.
    pub(crate) fn channel(&self) -> &Receiver<()> {
        &self.requested
    }
}
