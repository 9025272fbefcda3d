//! A drop that is read once, and gone on with where a kill came between.

use std::fmt;
use std::io;

use stage_api::{Known, OutcomeKind};

/// The outcomes of a run that was stopped, oldest first.
type KnownSoFar = Box<dyn Iterator<Item = io::Result<Known>> + Send>;

/// Knows arrivals by their place in the sequence alone: what comes first must be what came first, and
/// everything behind what was committed is new, be it the same as something before.
///
/// For runs that share a drop. Which articles are revised or duplicates, only who sees all of them can
/// tell, by the rules of the [`Ledger`](crate::Ledger).
pub struct Reading {
    known: KnownSoFar,
}

impl Reading {
    /// Goes on behind what an earlier run committed, in the order in which it did.
    pub fn behind(known: impl Iterator<Item = io::Result<Known>> + Send + 'static) -> Self {
        Self { known: Box::new(known) }
    }

    /// Whether the earlier run took this arrival in; `None` where it took in another one at its place.
    pub(crate) fn has(&mut self, arrival: &Known) -> io::Result<Option<bool>> {
        let Some(known) = self.known.next().transpose()? else { return Ok(Some(false)) };
        // What became of it does not matter.
        let same = Known { kind: OutcomeKind::Written, ..known }
            == Known { kind: OutcomeKind::Written, ..*arrival };
        Ok(same.then_some(true))
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}
