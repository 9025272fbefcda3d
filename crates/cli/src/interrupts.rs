//! Ctrl-C: the first finishes what stages are at work on, the second ends the program.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use runner::Stop;

use crate::exit::{Exit, Trouble};

/// Where an interrupt goes: to the run that is going on, and to all that would follow it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    requested: bool,
    run: Stop,
}

impl Interrupts {
    /// Listens from now on; once for a program.
    pub(crate) fn listen() -> Result<Self, Trouble> {
        let interrupts = Self::default();
        let handler = interrupts.clone();
        ctrlc::set_handler(move || handler.interrupt())
            .map_err(|error| Trouble::Failed(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(interrupts)
    }

    /// The request to stop for a run that begins.
    pub(crate) fn begin(&self) -> Stop {
        let stop = Stop::default();
        let mut state = self.state();
        if state.requested {
            stop.request();
        }
        state.run = stop.clone();
        stop
    }

    /// Whether there was one.
    pub(crate) fn requested(&self) -> bool {
        self.state().requested
    }

    fn interrupt(&self) {
        let mut state = self.state();
        if state.requested {
            plugin_host::end_children();
            process::exit(Exit::Interrupted as i32);
        }
        state.requested = true;
        state.run.request();
        drop(state);
        tracing::warn!(
            "finishing what stages are at work on, the next run takes the rest; Ctrl-C again stops at once"
        );
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
