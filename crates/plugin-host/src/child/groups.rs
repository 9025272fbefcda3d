//! The process groups of the children that live: a program that ends without waiting for anything ends them first.

use std::sync::Mutex;

use rustix::process::{Pid, Signal};

use super::lock;

/// By the numbers of their first processes, none of which has been waited for: so each names its group and no
/// other's.
static LIVE: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Remembers the group of a child that was started.
pub(super) fn add(child: Pid) {
    lock(&LIVE).push(child);
}

/// Kills what is left of a child's group, and itself, should it have left that group; then forgets it, so that it
/// can be waited for.
pub(super) fn kill(child: Pid) {
    let mut live = lock(&LIVE);
    end(child);
    live.retain(|known| *known != child);
}

/// Kills every child of this program with whatever it has started, for a program that ends at once: dropping the
/// stages does the same with more patience.
pub fn end_children() {
    lock(&LIVE).iter().copied().for_each(end);
}

fn end(child: Pid) {
    let _nobody_left = rustix::process::kill_process_group(child, Signal::KILL);
    let _gone = rustix::process::kill_process(child, Signal::KILL);
}
