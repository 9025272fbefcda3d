//! Signals, and calls of `exit`, that end the program: which stage, on which article.
//!
//! The handler does only what is allowed in one: it reads memory, writes to standard error, and ends
//! the process with exit code 1. The slot stays as it is, marked as the one that did it. Where no
//! native stage was at work the signal is handled as if we were not here, and a call of `exit` is ours.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use super::slot::{Slot, Table};

thread_local! {
    /// The slot of the native call that this thread is in. Without a destructor and set from the
    /// start, so a signal handler may read it.
    static CURRENT: Cell<*const Slot> = const { Cell::new(ptr::null()) };
    /// The native call without an article that this thread is in, likewise.
    static BESIDE: Cell<Option<Beside>> = const { Cell::new(None) };
}

/// A call that is about no article: whose, and what for.
#[derive(Clone, Copy)]
struct Beside {
    who: Who,
    /// Of the stage or file; borrowed by [`during`] until the call returns.
    name: *const str,
    what: &'static str,
}

/// Whose code is called.
#[derive(Clone, Copy)]
enum Who {
    Stage,
    Library,
}

impl Who {
    /// What stands before the name.
    fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Library => "library",
        }
    }

    /// What in the pipeline file helps.
    fn way_out(self) -> &'static str {
        match self {
            Self::Stage => "run = { isolate = true }",
            Self::Library => "lane = \"child\"",
        }
    }
}

/// The slots of the latest run; a signal handler can be told nothing in another way.
static TABLE: AtomicPtr<Slot> = AtomicPtr::new(ptr::null_mut());
static SLOTS: AtomicUsize = AtomicUsize::new(0);
/// Whether they outlive the program.
static KEPT: AtomicBool = AtomicBool::new(false);

/// Says that this thread is in a native call.
pub(super) fn enter(slot: &Slot) {
    CURRENT.set(slot);
}

/// Says that it is not.
pub(super) fn leave() {
    CURRENT.set(ptr::null());
}

/// Makes a native call that is about no article, so that it is known whose it was should it end the program;
/// `what` completes "ended the program".
pub(crate) fn beside<T>(stage: &str, what: &'static str, call: impl FnOnce() -> T) -> T {
    during(Beside { who: Who::Stage, name: stage, what }, call)
}

/// The same for calls into a library of which no stage is at work: its file instead of a stage.
pub(crate) fn loading<T>(file: &str, call: impl FnOnce() -> T) -> T {
    during(Beside { who: Who::Library, name: file, what: "while it was loaded" }, call)
}

fn during<T>(beside: Beside, call: impl FnOnce() -> T) -> T {
    let before = BESIDE.replace(Some(beside));
    let result = call();
    BESIDE.set(before);
    result
}

/// Says which slots to look at where a thread that a plugin started ends the program, and whether the
/// next run will look at them, too.
pub(super) fn watch(table: &Table, kept: bool) {
    KEPT.store(kept, Ordering::Relaxed);
    let slots = table.slots();
    SLOTS.store(0, Ordering::Release);
    TABLE.store(slots.as_ptr().cast_mut(), Ordering::Release);
    SLOTS.store(slots.len(), Ordering::Release);
}

#[cfg(not(unix))]
pub(crate) fn install() {}

#[cfg(unix)]
pub(crate) use unix::install;

/// Ends the program at once with this exit code, on whatever thread: nothing that a plugin has
/// registered for the end (`atexit`, destructors of its library) runs, since it may wait for the stage that
/// hangs. What is buffered for standard error is written before, for standard output not.
pub fn exit_at_once(code: i32) -> ! {
    use std::io::Write as _;

    let _nobody_to_tell = std::io::stderr().flush();
    #[cfg(unix)]
    // SAFETY: the function takes any code and does not return.
    unsafe {
        libc::_exit(code)
    }
    #[cfg(not(unix))]
    std::process::exit(code)
}

#[cfg(unix)]
mod unix {
    use std::cell::Cell;
    use std::ffi::c_int;
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::slice;
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering;

    use super::super::slot::State;
    use super::{BESIDE, CURRENT, KEPT, SLOTS, Slot, TABLE};

    const SIGNALS: [(c_int, &str); 5] = [
        (libc::SIGABRT, "abort"),
        (libc::SIGSEGV, "segmentation fault"),
        (libc::SIGBUS, "bus error"),
        (libc::SIGILL, "illegal instruction"),
        (libc::SIGFPE, "arithmetic error"),
    ];

    /// What was done about them before: the standard library tells of an overflow of the stack.
    static BEFORE: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

    /// Installs the handler, once in a process.
    pub(crate) fn install() {
        BEFORE.get_or_init(|| {
            // SAFETY: the function keeps to what is safe while the process ends. Where there is no room for
            // it, what a stage's `exit` leaves is an article in flight and a code that says nothing.
            unsafe { libc::atexit(exiting) };
            SIGNALS.map(|(signal, _)| {
                let function: extern "C" fn(c_int) = handler;
                // SAFETY: both actions are C structures, for which zeros are valid, and the new one has
                // its handler and flags filled in; the handler keeps to what is safe in one. `SA_ONSTACK`:
                // after an overflow of the stack it runs on the one that each thread has for that.
                unsafe {
                    let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
                    let mut before: libc::sigaction = MaybeUninit::zeroed().assume_init();
                    action.sa_sigaction = function as *const () as libc::sighandler_t;
                    action.sa_flags = libc::SA_ONSTACK;
                    libc::sigemptyset(&raw mut action.sa_mask);
                    libc::sigaction(signal, &raw const action, &raw mut before);
                    before
                }
            })
        });
    }

    /// A stage calls `exit`: without us, with whatever code it likes.
    extern "C" fn exiting() {
        if let Some(slot) = current() {
            tell(slot, "exit", b" ended the program on article `");
            end(slot);
        }
        end_beside("exit");
    }

    /// The slot of the native call that this thread is in.
    fn current() -> Option<&'static Slot> {
        let current = CURRENT.try_with(Cell::get).unwrap_or(ptr::null());
        // SAFETY: slots live as long as the process.
        unsafe { current.as_ref() }
    }

    extern "C" fn handler(signal: c_int) {
        let name =
            SIGNALS.iter().find(|(number, _)| *number == signal).map_or("signal", |(_, name)| name);
        if let Some(slot) = current() {
            tell(slot, name, b" ended the program on article `");
            end(slot);
        }
        end_beside(name);
        let (table, slots) = (TABLE.load(Ordering::Acquire), SLOTS.load(Ordering::Acquire));
        if !table.is_null() {
            // SAFETY: `watch` has stored a slice that lives as long as the process.
            let slots = unsafe { slice::from_raw_parts(table, slots) };
            let mut busy = slots.iter().filter(|slot| slot.call().is_some()).peekable();
            if busy.peek().is_some() {
                // A thread that a plugin started, or one of ours: whoever is at work may have done it.
                for slot in busy {
                    tell(slot, name, b" was at work when the program ended, on article `");
                }
                // SAFETY: `_exit` may be called in a signal handler.
                unsafe { libc::_exit(1) };
            }
        }
        // None of ours: what raised the signal runs again, and meets what was there before us.
        let at = SIGNALS.iter().position(|(number, _)| *number == signal);
        if let (Some(before), Some(at)) = (BEFORE.get(), at) {
            // SAFETY: `sigaction` may be called in a signal handler, and gave us this action.
            unsafe { libc::sigaction(signal, &raw const before[at], ptr::null_mut()) };
        }
        if signal == libc::SIGABRT {
            // One that was sent from outside: nothing would raise it again. It comes when we return.
            // SAFETY: `raise` may be called in a signal handler.
            unsafe { libc::raise(signal) };
        }
    }

    fn end(slot: &Slot) -> ! {
        slot.blame(None, State::Crashed);
        // SAFETY: `_exit` may be called in a signal handler.
        unsafe { libc::_exit(1) }
    }

    /// Ends the program where this thread is in a native call that is about no article.
    fn end_beside(how: &str) {
        let Some(beside) = BESIDE.try_with(Cell::get).unwrap_or_default() else { return };
        // SAFETY: the call has not returned, so the name is borrowed still.
        let name = unsafe { &*beside.name };
        write(&[
            b"copydesk: ",
            beside.who.word().as_bytes(),
            b" `",
            name.as_bytes(),
            b"` ended the program ",
            beside.what.as_bytes(),
            b" (",
            how.as_bytes(),
            b"); `",
            beside.who.way_out().as_bytes(),
            b"` keeps it in a process of its own\n",
        ]);
        // SAFETY: `_exit` may be called in a signal handler.
        unsafe { libc::_exit(1) };
    }

    fn tell(slot: &Slot, how: &str, verb: &[u8]) {
        let (stage, article) = slot.told();
        write(&[
            b"copydesk: stage `",
            stage,
            b"`",
            verb,
            article,
            b"` (",
            how.as_bytes(),
            if KEPT.load(Ordering::Relaxed) {
                b"); run again and it gets that article in a process of its own\n"
            } else {
                b"); `run = { isolate = true }` keeps the stage in a process of its own\n"
                    .as_slice()
            },
        ]);
    }

    fn write(parts: &[&[u8]]) {
        for part in parts {
            // SAFETY: `write` may be called in a signal handler; the part is memory of its length.
            unsafe { libc::write(2, part.as_ptr().cast(), part.len()) };
        }
    }
}
