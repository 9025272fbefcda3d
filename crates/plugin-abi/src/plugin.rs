//! The tables of functions: what a library exports and what the host offers.

use core::ffi::{c_char, c_int, c_void};

use crate::{Bytes, Document, Output};

/// First half of [`ABI`]: a change here breaks.
pub const ABI_MAJOR: u32 = 0;
/// Second half of [`ABI`]: from 1.0 on, a change here only appends.
pub const ABI_MINOR: u32 = 1;
/// The version of everything in this crate: `major << 16 | minor`. 0.x matches 0.x alone.
pub const ABI: u32 = ABI_MAJOR << 16 | ABI_MINOR;

/// The one symbol that a library exports.
pub const ENTRY: &str = "copydesk_plugin";

/// The type of [`ENTRY`]: takes the host's [`ABI`], returns a table that lives as long as the process,
/// or null where the plugin cannot work with that host.
pub type EntryFn = unsafe extern "C" fn(host_abi: u32) -> *const Plugin;

/// What a library is and which stages it holds.
#[derive(Debug)]
#[repr(C)]
pub struct Plugin {
    /// Bytes of this table.
    pub size: u32,
    /// The [`ABI`] it was built for.
    pub abi: u32,
    /// Its name: lowercase letters, digits and hyphens.
    pub name: Bytes,
    /// Its own version; part of every stage's key.
    pub version: Bytes,
    /// The stages.
    pub stages: *const Stage,
    /// How many.
    pub stage_count: usize,
    /// Bytes of a [`Stage`].
    pub stage_size: u32,
    /// Zero.
    pub reserved: u32,
}

/// One stage of a library.
#[derive(Debug)]
#[repr(C)]
pub struct Stage {
    /// Bytes of this table.
    pub size: u32,
    /// One of [`kind`].
    pub kind: u32,
    /// Bits of [`flag`].
    pub flags: u64,
    /// Its name, the part after `/` in `use`: lowercase letters, digits and hyphens.
    pub name: Bytes,
    /// One line for people, lowercase, without a full stop.
    pub summary: Bytes,
    /// Names of layers that some stage before must write, such as `sentences`.
    pub reads: *const Bytes,
    /// How many.
    pub read_count: usize,
    /// Names of layers that are read if they are there.
    pub reads_if_present: *const Bytes,
    /// How many.
    pub read_if_present_count: usize,
    /// Names of layers that it writes: core layers, or its own, which have a dot (`watchlist.hit`).
    pub writes: *const Bytes,
    /// How many.
    pub write_count: usize,
    /// JSON Schema of its settings: an object with `properties`. Empty for a stage without settings.
    pub settings: Bytes,
    /// Makes an instance from checked settings, a JSON object with the defaults filled in, and puts it
    /// into `instance`. Returns 0; else what is wrong was said through [`Host::explain`], whose `about` names the setting.
    pub create: Option<
        unsafe extern "C" fn(
            host: *const Host,
            call: *mut Call,
            settings: Bytes,
            instance: *mut *mut c_void,
        ) -> c_int,
    >,
    /// Frees an instance. Never called while another call on it runs.
    pub destroy: Option<unsafe extern "C" fn(instance: *mut c_void)>,
    /// Works on one article and returns one of [`outcome`].
    pub process: Option<
        unsafe extern "C" fn(
            instance: *mut c_void,
            document: *const Document,
            call: *mut Call,
        ) -> c_int,
    >,
    /// The stage's own ability with this id (zero-ended), such as [`ability::STATE`]; may be absent.
    pub ability: Option<unsafe extern "C" fn(id: *const c_char) -> *const c_void>,
}

/// One call of `create`, `process` or `restore`, to be handed back to the host; opaque.
#[derive(Debug)]
#[repr(C)]
pub struct Call {
    _opaque: [u8; 0],
}

/// What the host offers; valid as long as the process.
#[derive(Debug)]
#[repr(C)]
pub struct Host {
    /// Bytes of this table.
    pub size: u32,
    /// The host's [`ABI`].
    pub abi: u32,
    /// Adds rows, relations, values. Returns 0, or 1 where the call is over or the tables make no sense; then stop.
    pub emit: unsafe extern "C" fn(call: *mut Call, output: *const Output) -> c_int,
    /// Says why: the reason of a discard, the cause of a failure, the setting (`about`) that does not fit.
    /// The first one counts.
    pub explain: unsafe extern "C" fn(call: *mut Call, about: Bytes, message: Bytes),
    /// The host's ability with this id (zero-ended), or null.
    pub ability: unsafe extern "C" fn(id: *const c_char) -> *const c_void,
}

/// What [`Stage::process`] returns.
pub mod outcome {
    /// The article goes on.
    pub const KEEP: i32 = 0;
    /// It goes no further, on purpose; the reason was explained.
    pub const DISCARD: i32 = 1;
    /// It cannot be processed; the others can.
    pub const FAIL: i32 = 2;
    /// It may succeed if tried again at once.
    pub const RETRY: i32 = 3;
    /// No article can be processed from here on; the run ends, and the next one takes this article again.
    pub const FATAL: i32 = 4;
    /// The stage panicked and was stopped at the boundary; its instance is destroyed and another one made,
    /// but that of an ordered stage goes on with its state as it stands.
    pub const PANIC: i32 = 5;
}

/// What [`Stage::kind`] is.
pub mod kind {
    /// Sees one article at a time, on any worker, in any order.
    pub const ARTICLE: u32 = 0;
    /// Sees every article in input order, one instance for the whole run.
    pub const ORDERED: u32 = 1;
}

/// The bits of [`Stage::flags`].
pub mod flag {
    /// The output depends on text, metadata, layers and settings alone.
    pub const PURE: u64 = 1;
    /// One instance may be called from several threads at once.
    pub const SHARED: u64 = 2;
}

/// How much a message of [`Log1`] matters.
pub mod level {
    /// Something failed.
    pub const ERROR: i32 = 1;
    /// Degraded; someone should look.
    pub const WARN: i32 = 2;
    /// Start and end.
    pub const INFO: i32 = 3;
    /// A decision on one article.
    pub const DEBUG: i32 = 4;
}

/// The ids of abilities. Zero-ended, as they cross the boundary.
pub mod ability {
    /// Host: [`HostState1`](crate::HostState1); stage: [`StageState1`](crate::StageState1).
    pub const STATE: &core::ffi::CStr = c"state/1";
    /// Host: [`Values1`](crate::Values1).
    pub const VALUES: &core::ffi::CStr = c"values/1";
    /// Host: [`Settings1`](crate::Settings1).
    pub const SETTINGS: &core::ffi::CStr = c"settings/1";
    /// Host: [`Log1`](crate::Log1).
    pub const LOG: &core::ffi::CStr = c"log/1";
    /// Host: [`Cancel1`](crate::Cancel1).
    pub const CANCEL: &core::ffi::CStr = c"cancel/1";
}

/// `state/1`, the host's side: keeps what an article changed in an ordered stage.
#[derive(Debug)]
#[repr(C)]
pub struct HostState1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Within `process`: these bytes are the change of state that this article made. They are stored with
    /// the article's outcome, whatever it is, and handed to `restore` in the same order when
    /// the run is continued. The last call counts; none means that nothing changed.
    pub change: unsafe extern "C" fn(call: *mut Call, change: Bytes),
}

/// `state/1`, the stage's side.
#[derive(Debug)]
#[repr(C)]
pub struct StageState1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Applies one change, before the first `process`. Returns 0; else why not was explained.
    pub restore: Option<
        unsafe extern "C" fn(instance: *mut c_void, change: Bytes, call: *mut Call) -> c_int,
    >,
}

/// `values/1`: values of the whole article without building rows.
#[derive(Debug)]
#[repr(C)]
pub struct Values1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Sets `name` (with a dot: `readability.flesch`) to a finite number.
    pub number: unsafe extern "C" fn(call: *mut Call, name: Bytes, value: f64),
    /// Sets `name` to a JSON text.
    pub json: unsafe extern "C" fn(call: *mut Call, name: Bytes, value: Bytes),
}

/// `settings/1`: reads settings by key within `create`, for languages without JSON at hand.
///
/// Each function returns 1 and fills in its result, or returns 0 where the key is absent or of another type.
#[derive(Debug)]
#[repr(C)]
pub struct Settings1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// A number or whole number.
    pub number: unsafe extern "C" fn(call: *mut Call, key: Bytes, value: *mut f64) -> c_int,
    /// A truth value, as 0 or 1.
    pub truth: unsafe extern "C" fn(call: *mut Call, key: Bytes, value: *mut c_int) -> c_int,
    /// A text, borrowed until `create` returns.
    pub text: unsafe extern "C" fn(call: *mut Call, key: Bytes, value: *mut Bytes) -> c_int,
    /// Number `index` of a list of texts, borrowed until `create` returns.
    pub item:
        unsafe extern "C" fn(call: *mut Call, key: Bytes, index: usize, value: *mut Bytes) -> c_int,
}

/// `log/1`: a line in the program's log.
#[derive(Debug)]
#[repr(C)]
pub struct Log1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Logs a message, at one of [`level`]. No text of articles above [`level::DEBUG`].
    pub log: unsafe extern "C" fn(call: *mut Call, level: c_int, message: Bytes),
}

/// `cancel/1`: whether to give up on this article.
#[derive(Debug)]
#[repr(C)]
pub struct Cancel1 {
    /// Bytes of this table.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// 1 once the article has taken longer than the stage's `timeout`; then return soon, with any outcome.
    pub cancelled: unsafe extern "C" fn(call: *mut Call) -> c_int,
}

// SAFETY: the tables are constants of a library that is never unloaded; nobody writes to them.
unsafe impl Sync for Plugin {}
// SAFETY: as for `Plugin`.
unsafe impl Sync for Stage {}
// SAFETY: as for `Plugin`.
unsafe impl Sync for Bytes {}
