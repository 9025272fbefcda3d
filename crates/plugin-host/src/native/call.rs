//! What a plugin reaches through the host's table: `emit`, `explain`, the abilities.
//!
//! The `Call` that a plugin is handed is a [`Talk`] of ours behind an opaque pointer. A plugin may keep
//! it for too long, or use it from a thread of its own; so talks are never freed, each has a lock,
//! and outside a call it says no.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use plugin_abi::{
    ABI, Bytes, Call, Cancel1, Host, HostState1, Log1, Output, Relation, Row, Settings1, Values1,
    ability, level,
};
use serde_json::Value as Json;

use crate::check::{Answer, MAX_ANSWER, MAX_MESSAGE, MAX_NAME, Violation};
use crate::in_flight::Slot;

/// One call at a time of one instance.
pub(super) struct Talk {
    state: Mutex<State>,
    /// The slot of the instance, to ask whether to give up; null where it has none.
    slot: AtomicPtr<Slot>,
}

/// What was said in a call.
#[derive(Default)]
pub(super) struct State {
    open: bool,
    pub(super) answer: Answer,
    /// The first thing in what was emitted that makes no sense.
    pub(super) refused: Option<Violation>,
    /// About what, and why; the first one counts.
    pub(super) explained: Option<(String, String)>,
    pub(super) change: Option<Vec<u8>>,
    settings: Json,
    stage: String,
}

/// Talks that no instance has; what is in it or in use is all there ever were.
static SPARE: Mutex<Vec<&'static Talk>> = Mutex::new(Vec::new());

impl Talk {
    /// A talk for a stage's instance, until [`give_back`](Self::give_back).
    pub(super) fn take(stage: &str) -> &'static Self {
        let spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let talk = spare.unwrap_or_else(|| {
            Box::leak(Box::new(Self { state: Mutex::default(), slot: AtomicPtr::default() }))
        });
        stage.clone_into(&mut talk.state().stage);
        talk
    }

    /// Keeps it for another instance.
    pub(super) fn give_back(&'static self) {
        self.slot.store(std::ptr::null_mut(), Ordering::Relaxed);
        *self.state() = State::default();
        SPARE.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    pub(super) fn set_slot(&self, slot: &'static Slot) {
        self.slot.store(std::ptr::from_ref(slot).cast_mut(), Ordering::Relaxed);
    }

    /// Opens it for a call; `settings` are those that `settings/1` reads.
    pub(super) fn open(&'static self, settings: Json) -> *mut Call {
        let mut state = self.state();
        state.open = true;
        state.answer.clear();
        state.refused = None;
        state.explained = None;
        state.change = None;
        state.settings = settings;
        std::ptr::from_ref(self).cast_mut().cast()
    }

    /// Closes it; what was said is in the state.
    pub(super) fn close(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.open = false;
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The talk behind a plugin's pointer; `None` for null.
    fn behind(call: *mut Call) -> Option<&'static Self> {
        // SAFETY: `open` is the only one that hands out such pointers, and talks are never freed.
        unsafe { call.cast::<Self>().cast_const().as_ref() }
    }
}

/// Does something in the open call behind a pointer; `None` where there is none, or we have a bug:
/// no panic of ours may cross into the plugin.
fn within<T>(call: *mut Call, act: impl FnOnce(&mut State) -> T) -> Option<T> {
    let talk = Talk::behind(call)?;
    let acted = catch_unwind(AssertUnwindSafe(|| {
        let mut state = talk.state();
        state.open.then(|| act(&mut state))
    }));
    acted.unwrap_or_default()
}

/// The host's table.
pub(super) static HOST: Host =
    Host { size: size_of::<Host>() as u32, abi: ABI, emit, explain, ability };

unsafe extern "C" fn emit(call: *mut Call, output: *const Output) -> c_int {
    let added = within(call, |state| {
        if state.refused.is_none() {
            // SAFETY: the plugin passes its table, valid for this call.
            let added = unsafe { add(&mut state.answer, output) };
            state.refused = added.err();
        }
        c_int::from(state.refused.is_some())
    });
    added.unwrap_or(1)
}

/// Copies one output.
///
/// # Safety
/// `output` is null or points to a table as its size says, whose arrays are what their counts say.
unsafe fn add(answer: &mut Answer, output: *const Output) -> Result<(), Violation> {
    let wrong = |message: String| Violation { place: "output".to_owned(), message };
    // SAFETY: a table begins with its size.
    let size = unsafe { output.cast::<u32>().as_ref() };
    let size = *size.ok_or_else(|| wrong("it is null".to_owned()))? as usize;
    if size != size_of::<Output>() {
        let ours = size_of::<Output>();
        return Err(wrong(format!("its size is {size}, that of the table is {ours}")));
    }
    // SAFETY: it has the size of the table.
    let output = unsafe { &*output };
    let sizes = (output.row_size as usize, output.relation_size as usize);
    if sizes != (size_of::<Row>(), size_of::<Relation>()) {
        return Err(wrong(format!("a row has {} bytes and a relation {}", sizes.0, sizes.1)));
    }
    // SAFETY: the caller's promise, for each of the arrays.
    let (rows, relations, values, names) = unsafe {
        (
            array(output.rows, output.row_count)
                .map_err(|error| wrong(format!("`rows` {error}")))?,
            array(output.relations, output.relation_count)
                .map_err(|error| wrong(format!("`relations` {error}")))?,
            bytes(output.values).map_err(|error| wrong(format!("`values` {error}")))?,
            array(output.names, output.name_count)
                .map_err(|error| wrong(format!("`names` {error}")))?,
        )
    };
    for (number, name) in names.iter().enumerate() {
        if name.len > MAX_NAME || name.ptr.is_null() {
            return Err(Violation {
                place: format!("name {number}"),
                message: format!("it has {} bytes, 1 to {MAX_NAME} are allowed", name.len),
            });
        }
    }
    // SAFETY: the caller's promise; null was refused above.
    let names = names.iter().map(|name| unsafe { std::slice::from_raw_parts(name.ptr, name.len) });
    answer.add(rows.iter().copied(), relations.iter().copied(), values, names)
}

/// The array behind a pointer and a count.
///
/// # Safety
/// `ptr` points to `count` elements that live for `'a`, or is null.
unsafe fn array<'a, T>(ptr: *const T, count: usize) -> Result<&'a [T], String> {
    if count == 0 {
        return Ok(&[]);
    }
    if ptr.is_null() {
        return Err(format!("is null and should have {count} elements"));
    }
    if !ptr.is_aligned() {
        return Err("is not aligned".to_owned());
    }
    if count.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > MAX_ANSWER) {
        return Err(format!("has {count} elements: more than {} MiB", MAX_ANSWER >> 20));
    }
    // SAFETY: neither null nor unaligned nor too long; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(ptr, count) })
}

/// The bytes of the plugin's.
///
/// # Safety
/// As [`array`].
unsafe fn bytes<'a>(bytes: Bytes) -> Result<&'a [u8], String> {
    // SAFETY: the caller's promise.
    unsafe { array(bytes.ptr, bytes.len) }
}

/// A message of the plugin's, whatever it is made of; a long one is cut.
///
/// # Safety
/// As [`array`].
unsafe fn text(message: Bytes) -> String {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(message) }.unwrap_or_default();
    String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_MESSAGE)]).into_owned()
}

unsafe extern "C" fn explain(call: *mut Call, about: Bytes, message: Bytes) {
    within(call, |state| {
        // SAFETY: the plugin passes bytes that are valid for this call.
        state.explained.get_or_insert_with(|| unsafe { (text(about), text(message)) });
    });
}

unsafe extern "C" fn ability(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return std::ptr::null();
    }
    // SAFETY: the plugin passes a text that ends in zero.
    match unsafe { CStr::from_ptr(id) } {
        id if id == ability::STATE => (&raw const STATE).cast(),
        id if id == ability::VALUES => (&raw const VALUES).cast(),
        id if id == ability::SETTINGS => (&raw const SETTINGS).cast(),
        id if id == ability::LOG => (&raw const LOG).cast(),
        id if id == ability::CANCEL => (&raw const CANCEL).cast(),
        _ => std::ptr::null(),
    }
}

static STATE: HostState1 = HostState1 { size: size_of::<HostState1>() as u32, reserved: 0, change };
static VALUES: Values1 = Values1 { size: size_of::<Values1>() as u32, reserved: 0, number, json };
static SETTINGS: Settings1 = Settings1 {
    size: size_of::<Settings1>() as u32,
    reserved: 0,
    number: setting_number,
    truth: setting_truth,
    text: setting_text,
    item: setting_item,
};
static LOG: Log1 = Log1 { size: size_of::<Log1>() as u32, reserved: 0, log };
static CANCEL: Cancel1 = Cancel1 { size: size_of::<Cancel1>() as u32, reserved: 0, cancelled };

unsafe extern "C" fn change(call: *mut Call, change: Bytes) {
    within(call, |state| {
        // SAFETY: the plugin passes bytes that are valid for this call.
        match unsafe { bytes(change) } {
            Ok(change) => state.change = Some(change.to_vec()),
            Err(error) => refuse(state, "change", error),
        }
    });
}

fn refuse(state: &mut State, place: &str, message: String) {
    state.refused.get_or_insert(Violation { place: place.to_owned(), message });
}

unsafe extern "C" fn number(call: *mut Call, name: Bytes, value: f64) {
    within(call, |state| {
        // SAFETY: the plugin passes bytes that are valid for this call.
        let name = unsafe { bytes(name) }.unwrap_or_default();
        if !value.is_finite() {
            let name = String::from_utf8_lossy(name).into_owned();
            return refuse(
                state,
                &format!("value `{name}`"),
                format!("{value} is no finite number"),
            );
        }
        let whole = value.fract() == 0.0 && value.abs() < 9e15;
        let json = if whole { (value as i64).to_string() } else { Json::from(value).to_string() };
        add_value(state, name, json.as_bytes());
    });
}

unsafe extern "C" fn json(call: *mut Call, name: Bytes, value: Bytes) {
    within(call, |state| {
        // SAFETY: the plugin passes bytes that are valid for this call.
        let (name, value) = unsafe { (bytes(name).unwrap_or_default(), bytes(value)) };
        match value {
            Ok(value) => add_value(state, name, value),
            Err(error) => refuse(state, "value", error),
        }
    });
}

fn add_value(state: &mut State, name: &[u8], json: &[u8]) {
    if state.refused.is_none() {
        state.refused = state.answer.add_value(name, json).err();
    }
}

/// Gives the plugin a setting of one type.
///
/// # Safety
/// `key` is as [`array`] wants it; `out` is null or can be written to.
unsafe fn setting<T>(
    call: *mut Call,
    key: Bytes,
    out: *mut T,
    get: impl FnOnce(&Json) -> Option<T>,
) -> c_int {
    let found = within(call, |state| {
        // SAFETY: the caller's promise.
        let key = std::str::from_utf8(unsafe { bytes(key) }.ok()?).ok()?;
        get(state.settings.get(key)?)
    });
    let Some(value) = found.flatten().filter(|_| !out.is_null()) else { return 0 };
    // SAFETY: the caller's promise; null was asked about.
    unsafe { out.write(value) };
    1
}

unsafe extern "C" fn setting_number(call: *mut Call, key: Bytes, value: *mut f64) -> c_int {
    // SAFETY: as the plugin's header says.
    unsafe { setting(call, key, value, Json::as_f64) }
}

unsafe extern "C" fn setting_truth(call: *mut Call, key: Bytes, value: *mut c_int) -> c_int {
    // SAFETY: as the plugin's header says.
    unsafe { setting(call, key, value, |json| json.as_bool().map(c_int::from)) }
}

unsafe extern "C" fn setting_text(call: *mut Call, key: Bytes, value: *mut Bytes) -> c_int {
    // The text lies in the call's settings, which stay as they are until `create` returns.
    // SAFETY: as the plugin's header says.
    unsafe { setting(call, key, value, |json| json.as_str().map(|text| text.as_bytes().into())) }
}

unsafe extern "C" fn setting_item(
    call: *mut Call,
    key: Bytes,
    index: usize,
    value: *mut Bytes,
) -> c_int {
    let item = |json: &Json| json.get(index)?.as_str().map(|text| text.as_bytes().into());
    // SAFETY: as the plugin's header says.
    unsafe { setting(call, key, value, item) }
}

unsafe extern "C" fn log(call: *mut Call, level: c_int, message: Bytes) {
    within(call, |state| {
        // SAFETY: the plugin passes bytes that are valid for this call.
        let message = unsafe { text(message) };
        let stage = state.stage.as_str();
        match level {
            level::ERROR => tracing::error!(stage, "{message}"),
            level::WARN => tracing::warn!(stage, "{message}"),
            level::INFO => tracing::info!(stage, "{message}"),
            _ => tracing::debug!(stage, "{message}"),
        }
    });
}

unsafe extern "C" fn cancelled(call: *mut Call) -> c_int {
    let slot = Talk::behind(call).map(|talk| talk.slot.load(Ordering::Relaxed));
    // SAFETY: slots live as long as the process.
    let slot = slot.and_then(|slot| unsafe { slot.as_ref() });
    c_int::from(slot.is_some_and(Slot::is_cancelled))
}
