//! A thread that looks whether native calls come back.
//!
//! It never interrupts: past the timeout it sets what `cancel/1` reads, past as much time
//! again it marks the slot and calls back, and the program ends. So that calls cost nothing, they read no
//! clock; the watchdog notes when it first saw each.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Hang;
use super::slot::{Slot, State};

/// What is done about a stage that hangs: say so, and end the program.
pub(super) type OnHang = Arc<dyn Fn(&Hang) + Send + Sync>;

/// The grace after the timeout: as much again, within these.
const GRACE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));
/// How often it looks: a twentieth of the shortest timeout, within these.
const TICK: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

pub(super) struct Watchdog {
    state: Arc<(Mutex<Looking>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Looking {
    stop: bool,
    calls: Vec<Watched>,
}

struct Watched {
    slot: &'static Slot,
    timeout: Duration,
    /// The call that was running when it last looked, and since when.
    seen: Option<(u32, Instant)>,
}

impl Watchdog {
    pub(super) fn start(on_hang: Option<OnHang>) -> Self {
        let state = Arc::new((Mutex::new(Looking::default()), Condvar::new()));
        let looking = Arc::clone(&state);
        let body = move || look(&looking, on_hang.as_ref());
        let thread = thread::Builder::new().name("watchdog".to_owned()).spawn(body);
        if let Err(error) = &thread {
            tracing::warn!(%error, "no thread for timeouts: native stages may take as long as they want");
        }
        Self { state, thread: thread.ok() }
    }

    pub(super) fn watch(&self, slot: &'static Slot, timeout: Duration) {
        let mut looking = self.state.0.lock().unwrap_or_else(PoisonError::into_inner);
        looking.calls.push(Watched { slot, timeout, seen: None });
        self.state.1.notify_one();
    }

    pub(super) fn forget(&self, slot: &'static Slot) {
        let mut looking = self.state.0.lock().unwrap_or_else(PoisonError::into_inner);
        looking.calls.retain(|watched| !std::ptr::eq(watched.slot, slot));
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.state.1.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // it has nothing to say
        }
    }
}

fn look(state: &(Mutex<Looking>, Condvar), on_hang: Option<&OnHang>) {
    let mut looking = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    while !looking.stop {
        #[expect(clippy::disallowed_methods, reason = "a timeout is about time")]
        let now = Instant::now();
        let mut hang = None;
        for watched in &mut looking.calls {
            let hangs = watched.look(now);
            // Nobody is blamed where the program does not end over it.
            if let (None, true, Some(call)) = (&hang, on_hang.is_some(), hangs) {
                hang = watched.blame(call);
            }
        }
        if let (Some(hang), Some(on_hang)) = (hang, on_hang) {
            on_hang(&hang);
        }
        let tick = looking.calls.iter().map(|watched| watched.timeout / 20).min();
        let tick = tick.unwrap_or(TICK.1).clamp(TICK.0, TICK.1);
        let woken = state.1.wait_timeout(looking, tick);
        looking = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
}

impl Watched {
    /// Looks once; the call, where it is past everything.
    fn look(&mut self, now: Instant) -> Option<u32> {
        let Some(call) = self.slot.call() else {
            self.seen = None;
            return None;
        };
        let Some((_, since)) = self.seen.filter(|(seen, _)| *seen == call) else {
            self.seen = Some((call, now));
            return None;
        };
        let taken = now.duration_since(since);
        if taken > self.timeout {
            self.slot.cancel(call);
        }
        let grace = self.timeout.clamp(GRACE.0, GRACE.1);
        (taken > self.timeout + grace).then_some(call)
    }

    /// Says of a call that it ends the program, unless it has returned by now.
    fn blame(&self, call: u32) -> Option<Hang> {
        self.slot.blame(Some(call), State::Hung).then(|| {
            let (stage, article) = self.slot.told();
            let text = |bytes: &[u8]| {
                String::from_utf8_lossy(bytes).trim_end_matches('\u{fffd}').to_owned()
            };
            Hang { stage: text(stage), article: text(article), timeout: self.timeout }
        })
    }
}
