//! `run --watch`: one run after the other, each over what has settled since.
//!
//! Folders are looked through again and again, which works on every file system; a file is taken once it
//! has not changed for two seconds. Between runs nothing is held but the list of files that are known.

use std::thread;
use std::time::Duration;

use crate::exit::{Exit, Trouble};
use crate::interrupts::Interrupts;

/// Time between looks at the folders.
const LOOK: Duration = Duration::from_secs(1);

/// Time until a run is tried again on a disk that was full, or for a follower that is behind.
const PAUSE: Duration = Duration::from_secs(10);

/// Time between looks whether to stop.
const TICK: Duration = Duration::from_millis(50);

/// Calls `pass` for a run whenever `waits` says that something is there to do, until interrupted. Articles that
/// fail are dead letters and end nothing; what ends a run ends the watch, but for a full disk and a follower that
/// could not catch up.
pub(crate) fn watch(
    interrupts: &Interrupts,
    waits: impl Fn() -> Result<bool, Trouble>,
    mut pass: impl FnMut() -> Result<Exit, Trouble>,
) -> Result<Exit, Trouble> {
    let mut again = true;
    loop {
        let mut rest = LOOK;
        if again || waits()? {
            match pass() {
                Ok(Exit::Interrupted) => return Ok(Exit::Interrupted),
                Ok(_) => again = false,
                Err(Trouble::DiskFull(message)) => {
                    tracing::warn!("{message}; waiting for space");
                    (again, rest) = (true, PAUSE);
                }
                Err(Trouble::Behind(message)) => {
                    tracing::warn!("{message}; the records are safe, trying again");
                    (again, rest) = (true, PAUSE);
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let mut waited = Duration::ZERO;
        while waited < rest {
            if interrupts.requested() {
                return Ok(Exit::Interrupted);
            }
            thread::sleep(TICK);
            waited += TICK;
        }
    }
}
