//! What a stage may ask of the host.

use plugin_abi::{Bytes, Call, Cancel1, HostState1, Log1, ability, level};

/// The host during one call: a log, and whether to give up.
#[derive(Debug)]
pub struct Host {
    pub(crate) table: *const plugin_abi::Host,
    pub(crate) call: *mut Call,
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something failed.
    Error,
    /// Degraded; someone should look.
    Warn,
    /// Start and end.
    Info,
    /// A decision on one article; the only level for text of articles.
    Debug,
}

impl Host {
    /// The host's ability with this id, whose table is a `T`.
    fn ability<T>(&self, id: &core::ffi::CStr) -> Option<&'static T> {
        if self.table.is_null() {
            return None;
        }
        // SAFETY: the host's table lives as long as the process, and gives for each id null or a table of
        // that id's type, which lives as long; the callers below name the type that belongs to the id.
        unsafe { ((*self.table).ability)(id.as_ptr()).cast::<T>().as_ref() }
    }

    /// Writes a line into the program's log.
    pub fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Error => level::ERROR,
            Level::Warn => level::WARN,
            Level::Info => level::INFO,
            Level::Debug => level::DEBUG,
        };
        if let Some(table) = self.ability::<Log1>(ability::LOG) {
            // SAFETY: the call is open while there is a `Host`, and the message is copied.
            unsafe { (table.log)(self.call, level, Bytes::new(message)) };
        }
    }

    /// Whether this article has taken longer than the stage's `timeout`: return soon, with any result.
    /// Worth asking in loops that may be long; it costs some nanoseconds.
    pub fn is_cancelled(&self) -> bool {
        self.ability::<Cancel1>(ability::CANCEL)
            // SAFETY: the call is open while there is a `Host`.
            .is_some_and(|table| unsafe { (table.cancelled)(self.call) } != 0)
    }

    pub(crate) fn change(&self, change: &[u8]) {
        if let Some(table) = self.ability::<HostState1>(ability::STATE) {
            // SAFETY: the call is open while there is a `Host`, and the bytes are copied.
            unsafe { (table.change)(self.call, change.into()) };
        }
    }

    pub(crate) fn explain(&self, about: &str, message: &str) {
        if !self.table.is_null() {
            // SAFETY: the call is open while there is a `Host`, and both texts are copied.
            unsafe {
                ((*self.table).explain)(self.call, Bytes::new(about), Bytes::new(message));
            }
        }
    }

    /// Whether the host took it.
    pub(crate) fn emit(&self, output: &plugin_abi::Output) -> bool {
        if self.table.is_null() {
            return true;
        }
        // SAFETY: the call is open while there is a `Host`, and the output's tables outlive this call.
        unsafe { ((*self.table).emit)(self.call, output) == 0 }
    }
}
