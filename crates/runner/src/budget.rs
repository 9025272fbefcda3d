//! Bytes in flight: what makes the source wait instead of the memory grow.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes reserved for an article beside [`PER_PAYLOAD_BYTE`] times its payload.
const PER_ARTICLE: u64 = 4 * 1024;

/// What an article of one payload byte may come to hold on its way: payload, text, rows and record.
const PER_PAYLOAD_BYTE: u64 = 6;

/// A pool of bytes that articles take at the source and give back at the commit.
#[derive(Debug)]
pub(crate) struct Budget {
    capacity: u64,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug)]
struct State {
    used: u64,
    closed: bool,
}

impl Budget {
    /// A pool of `capacity` bytes.
    pub(crate) fn new(capacity: u64) -> Self {
        let state = Mutex::new(State { used: 0, closed: false });
        Self { capacity: capacity.max(1), state, freed: Condvar::new() }
    }

    /// What an article with this payload reserves. Never more than there is, so that the largest
    /// article allowed can pass, alone.
    pub(crate) fn charge(&self, payload_bytes: usize) -> u64 {
        (PER_ARTICLE + PER_PAYLOAD_BYTE * payload_bytes as u64).min(self.capacity)
    }

    /// Takes `bytes` if they are free now.
    pub(crate) fn try_take(&self, bytes: u64) -> bool {
        let mut state = self.lock();
        let fits = state.used + bytes <= self.capacity;
        if fits {
            state.used += bytes;
        }
        fits
    }

    /// Takes `bytes` as soon as they are free; `false` if the pool was closed meanwhile.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        let full = |state: &mut State| !state.closed && state.used + bytes > self.capacity;
        let mut state =
            self.freed.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        state.used += bytes;
        !state.closed
    }

    /// Gives `bytes` back.
    pub(crate) fn give_back(&self, bytes: u64) {
        self.lock().used -= bytes;
        self.freed.notify_one();
    }

    /// Ends all waiting: the run is over.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.freed.notify_all();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
