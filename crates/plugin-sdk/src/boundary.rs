//! Behind the macro: the tables that a library exports, and the functions in them.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, OnceLock};

use plugin_abi::{ABI, Bytes, Call, Plugin, StageState1, ability, flag, kind, outcome};

use crate::document::Sorted;
use crate::output::{Buffers, Output};
use crate::{Document, Error, Flow, Host, SettingError, Stage};

/// A stage's table, made when the library is first asked.
pub type StageTable = plugin_abi::Stage;

thread_local! {
    /// Whether this thread is inside a stage, where a panic is told to the host and not printed.
    static IN_STAGE: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic in a stage happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The library's table, made on the first call; null where it cannot be made.
pub fn entry(
    _host_abi: u32,
    table: &'static OnceLock<&'static Plugin>,
    name: &'static str,
    version: &'static str,
    stages: &[fn() -> StageTable],
) -> *const Plugin {
    // The host refuses another version by the number in the table, naming both.
    let made = catch_unwind(AssertUnwindSafe(|| {
        *table.get_or_init(|| {
            note_panics();
            let stages: Vec<StageTable> = stages.iter().map(|stage| stage()).collect();
            let stages = stages.leak();
            Box::leak(Box::new(Plugin {
                size: size_of::<Plugin>() as u32,
                abi: ABI,
                name: Bytes::new(name),
                version: Bytes::new(version),
                stages: stages.as_ptr(),
                stage_count: stages.len(),
                stage_size: size_of::<StageTable>() as u32,
                reserved: 0,
            }))
        })
    }));
    made.map_or(std::ptr::null(), std::ptr::from_ref)
}

/// The table of one stage; its texts are leaked, as they must live as long as the process.
pub fn stage<S: Stage>() -> StageTable {
    let contract = S::contract();
    let layers = |layers: &[&'static str]| -> (*const Bytes, usize) {
        let layers: Vec<Bytes> = layers.iter().map(|layer| Bytes::new(layer)).collect();
        let layers = layers.leak();
        (layers.as_ptr(), layers.len())
    };
    let (reads, read_count) = layers(&contract.reads);
    let (reads_if_present, read_if_present_count) = layers(&contract.reads_if_present);
    let (writes, write_count) = layers(&contract.writes);
    StageTable {
        size: size_of::<StageTable>() as u32,
        kind: if contract.ordered { kind::ORDERED } else { kind::ARTICLE },
        flags: if contract.pure { flag::PURE } else { 0 },
        name: Bytes::new(contract.name),
        summary: Bytes::new(contract.summary),
        reads,
        read_count,
        reads_if_present,
        read_if_present_count,
        writes,
        write_count,
        settings: Bytes::new(contract.schema_text().leak()),
        create: Some(create::<S>),
        destroy: Some(destroy::<S>),
        process: Some(process::<S>),
        ability: if contract.keeps_state { Some(abilities::<S>) } else { None },
    }
}

/// What a handle points to.
struct Instance<S> {
    stage: S,
    host: *const plugin_abi::Host,
    buffers: Buffers,
}

unsafe extern "C" fn create<S: Stage>(
    host: *const plugin_abi::Host,
    call: *mut Call,
    settings: Bytes,
    instance: *mut *mut c_void,
) -> c_int {
    let here = Host { table: host, call };
    let made = caught(|| {
        // SAFETY: the host passes JSON, so UTF-8, that lives until this call returns.
        let settings = unsafe { std::slice::from_raw_parts(settings.ptr, settings.len) };
        S::new(read(settings)?, &here)
    });
    match made {
        Ok(Ok(stage)) => {
            let made = Box::new(Instance { stage, host, buffers: Buffers::default() });
            // SAFETY: the host passes a place for the handle.
            unsafe { instance.write(Box::into_raw(made).cast()) };
            0
        }
        Ok(Err(error)) => {
            here.explain(&error.setting, &error.message);
            1
        }
        Err(panic) => {
            here.explain("", &panic);
            1
        }
    }
}

/// Settings from the host's JSON object; `()` stands for none.
pub(crate) fn read<T: serde::de::DeserializeOwned>(settings: &[u8]) -> Result<T, SettingError> {
    let nothing = serde_json::from_str("null").ok().filter(|_| settings == b"{}");
    let read = nothing.map_or_else(|| serde_json::from_slice(settings), Ok);
    read.map_err(|error| SettingError::new("", format!("the settings cannot be read: {error}")))
}

unsafe extern "C" fn destroy<S: Stage>(instance: *mut c_void) {
    // A destructor that panics has nobody left to tell.
    let _ = caught(|| {
        // SAFETY: `create` made the handle with this type, and the host gives it back once.
        drop(unsafe { Box::from_raw(instance.cast::<Instance<S>>()) });
    });
}

unsafe extern "C" fn process<S: Stage>(
    instance: *mut c_void,
    document: *const plugin_abi::Document,
    call: *mut Call,
) -> c_int {
    // SAFETY: `create` made the handle with this type; calls on it never overlap.
    let instance = unsafe { &mut *instance.cast::<Instance<S>>() };
    let host = Host { table: instance.host, call };
    let sorted = Sorted::default();
    let done = caught(|| {
        // SAFETY: the host passes a document that keeps the boundary's promises until this call returns.
        let doc = unsafe { Document::new(&*document, &sorted) };
        let mut out = Output::new(&host, &mut instance.buffers, doc.row_count());
        let flow = instance.stage.process(&doc, &mut out)?;
        Ok((out.send(), flow))
    });
    let (code, message) = match done {
        Ok(Ok((true, Flow::Keep))) => return outcome::KEEP,
        Ok(Ok((false, _))) => return outcome::FAIL, // the host knows what it refused
        Ok(Ok((true, Flow::Discard(reason)))) => (outcome::DISCARD, reason),
        Ok(Err(Error::Article(message))) => (outcome::FAIL, message),
        Ok(Err(Error::Retry(message))) => (outcome::RETRY, message),
        Ok(Err(Error::Fatal(message))) => (outcome::FATAL, message),
        Err(panic) => (outcome::PANIC, panic),
    };
    host.explain("", &message);
    code
}

unsafe extern "C" fn abilities<S: Stage>(id: *const c_char) -> *const c_void {
    struct Of<S>(S);
    impl<S: Stage> Of<S> {
        const STATE: &'static StageState1 = &StageState1 {
            size: size_of::<StageState1>() as u32,
            reserved: 0,
            restore: Some(restore::<S>),
        };
    }
    // SAFETY: the host passes a text that ends in zero.
    if unsafe { CStr::from_ptr(id) } == ability::STATE {
        std::ptr::from_ref(Of::<S>::STATE).cast()
    } else {
        std::ptr::null()
    }
}

unsafe extern "C" fn restore<S: Stage>(
    instance: *mut c_void,
    change: Bytes,
    call: *mut Call,
) -> c_int {
    // SAFETY: `create` made the handle with this type; calls on it never overlap.
    let instance = unsafe { &mut *instance.cast::<Instance<S>>() };
    let host = Host { table: instance.host, call };
    let restored = caught(|| {
        let change = match change.len {
            0 => &[],
            // SAFETY: the host passes bytes that live until this call returns.
            len => unsafe { std::slice::from_raw_parts(change.ptr, len) },
        };
        instance.stage.restore(change)
    });
    let message = match restored {
        Ok(Ok(())) => return 0,
        Ok(Err(Error::Article(message) | Error::Retry(message) | Error::Fatal(message)))
        | Err(message) => message,
    };
    host.explain("", &message);
    1
}

/// Calls something that may panic, and turns the panic into its place and message.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    IN_STAGE.set(true);
    // What a panic may leave half done is the instance, which the host throws away; an ordered
    // stage keeps its state as it stands.
    let result = catch_unwind(AssertUnwindSafe(call));
    IN_STAGE.set(false);
    result.map_err(|panic| {
        let place = PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
        let message = format!("panicked{place}: {}", message(panic.as_ref()));
        // A payload whose destructor panics must not do so on its way out.
        std::mem::forget(panic);
        message
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

/// Keeps panics inside stages off standard error, and remembers their place. The hook is this
/// library's own: each has a standard library of its own.
fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if IN_STAGE.get() {
                PLACE.set(info.location().map(ToString::to_string));
            } else {
                before(info);
            }
        }));
    });
}
