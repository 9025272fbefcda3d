//! A library in this process, and what its table says.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Mutex;

use plugin_abi::{ABI, Bytes, ENTRY, EntryFn, Plugin, Stage, ability, flag, kind};

use crate::declaration::{Declaration, StageDeclaration};

/// Stages that a library may have; more is a table that makes no sense.
const MAX_STAGES: usize = 1024;
/// Layers that a stage may name in one list.
const MAX_LAYERS: usize = 256;
/// Bytes of a text in the tables.
const MAX_TEXT: usize = 1 << 20;

/// A library that is never unloaded: its code, its threads and what it registered may be in use
/// until the process ends.
pub(crate) struct Library {
    declaration: Declaration,
    stages: &'static [Stage],
    /// Held while an instance is made or freed.
    pub(super) making: Mutex<()>,
}

impl Library {
    /// Opens a file that is a library for this machine. Its constructors run.
    ///
    /// # Errors
    /// Why it is no plugin: a predicate for the file's name, lowercase, without a full stop.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let library = ManuallyDrop::new(open(file)?);
        // SAFETY: the symbol is that of the boundary, whose one type is `EntryFn`.
        let entry = unsafe { library.get::<EntryFn>(ENTRY.as_bytes()) }.map_err(|_| {
            format!("has no symbol `{ENTRY}`: it is a library, and no plugin of this program")
        })?;
        // SAFETY: the boundary's promise: callable once loaded, and returns null or a static table.
        let table = unsafe { entry(ABI) };
        if table.is_null() {
            return Err(format!(
                "cannot work with this program, which speaks ABI {}",
                version(ABI)
            ));
        }
        // SAFETY: every version of the table begins with its size and its ABI.
        let [size, abi] = unsafe { *table.cast::<[u32; 2]>() };
        if abi != ABI {
            return Err(format!(
                "was built for ABI {}, and this program speaks {}",
                version(abi),
                version(ABI)
            ));
        }
        if size as usize != size_of::<Plugin>() {
            return Err(format!(
                "says that its table has {size} bytes; in ABI {} it has {}",
                version(ABI),
                size_of::<Plugin>()
            ));
        }
        // SAFETY: the table has the size and version that we know, and lives as long as the process.
        let table: &'static Plugin = unsafe { &*table };
        if table.stage_size as usize != size_of::<Stage>() {
            let ours = size_of::<Stage>();
            return Err(format!("says that a stage has {} bytes; it has {ours}", table.stage_size));
        }
        // SAFETY: the boundary's promise: as many stages as it counts, as long as the process lives.
        let stages = unsafe { array(table.stages, table.stage_count, MAX_STAGES) }
            .map_err(|error| format!("has a bad table: `stages` {error}"))?;
        let declaration =
            declaration(table, stages).map_err(|error| format!("has a bad table: {error}"))?;
        Ok(Self { declaration, stages, making: Mutex::new(()) })
    }

    pub(crate) fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// The table of the stage with this number in the declaration.
    pub(super) fn stage(&self, number: usize) -> &'static Stage {
        &self.stages[number]
    }
}

/// Every symbol is bound at once: one that is missing is told here, and not in the middle of a run.
#[cfg(unix)]
fn open(file: &Path) -> Result<libloading::Library, String> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

    // SAFETY: running a plugin's constructors is what loading it means; whoever names a plugin in a
    // pipeline file trusts it as far as any program.
    let library = unsafe { Library::open(Some(file), RTLD_NOW | RTLD_LOCAL) };
    library.map(Into::into).map_err(|error| cannot(&error, file))
}

#[cfg(not(unix))]
fn open(file: &Path) -> Result<libloading::Library, String> {
    // SAFETY: as above.
    unsafe { libloading::Library::new(file) }.map_err(|error| cannot(&error, file))
}

/// What the system says, without the path that our message has already.
fn cannot(error: &libloading::Error, file: &Path) -> String {
    let mut said = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        said = source.to_string();
    }
    let path = format!("{}: ", file.display());
    format!("cannot be loaded: {}", said.replace(&path, ""))
}

/// `major.minor`.
fn version(abi: u32) -> String {
    format!("{}.{}", abi >> 16, abi & 0xffff)
}

fn declaration(table: &Plugin, stages: &[Stage]) -> Result<Declaration, String> {
    let text = |what: &str, bytes: Bytes| {
        // SAFETY: the boundary's promise, here and below: the texts and lists of the table are what
        // their lengths say and live as long as the process.
        unsafe { text(bytes) }.map_err(|error| format!("{what} {error}"))
    };
    let mut declared = Declaration {
        name: text("its name", table.name)?,
        version: text("its version", table.version)?,
        stages: Vec::new(),
    };
    for (number, stage) in stages.iter().enumerate() {
        let name = text(&format!("the name of stage {number}"), stage.name)?;
        let wrong = |message: String| format!("stage `{name}`: {message}");
        let layers = |what: &str, list, count| {
            // SAFETY: as above.
            let list = unsafe { array(list, count, MAX_LAYERS) };
            let list: &[Bytes] = list.map_err(|error| format!("`{what}` {error}"))?;
            list.iter()
                .map(|layer| text(&format!("a layer of `{what}`"), *layer))
                .collect::<Result<Vec<_>, _>>()
        };
        if stage.size as usize != size_of::<Stage>() {
            return Err(wrong(format!("its size is {}, not {}", stage.size, size_of::<Stage>())));
        }
        if stage.create.is_none() || stage.process.is_none() {
            return Err(wrong("`create` or `process` is null".to_owned()));
        }
        if !matches!(stage.kind, kind::ARTICLE | kind::ORDERED) {
            return Err(wrong(format!("its kind {} is unknown", stage.kind)));
        }
        if stage.flags & !(flag::PURE | flag::SHARED) != 0 {
            return Err(wrong(format!("its flags {:#x} are unknown", stage.flags)));
        }
        declared.stages.push(StageDeclaration {
            ordered: stage.kind == kind::ORDERED,
            summary: text("its summary", stage.summary).map_err(wrong)?,
            reads: layers("reads", stage.reads, stage.read_count).map_err(wrong)?,
            reads_if_present: layers(
                "reads_if_present",
                stage.reads_if_present,
                stage.read_if_present_count,
            )
            .map_err(wrong)?,
            writes: layers("writes", stage.writes, stage.write_count).map_err(wrong)?,
            settings: text("its settings", stage.settings).map_err(wrong)?,
            pure: stage.flags & flag::PURE != 0,
            shared: stage.flags & flag::SHARED != 0,
            keeps_state: !ability_of(stage, ability::STATE).is_null(),
            name,
        });
    }
    Ok(declared)
}

/// A stage's ability, or null.
pub(super) fn ability_of(stage: &Stage, id: &CStr) -> *const std::ffi::c_void {
    // SAFETY: the boundary's promise: the function takes any id, and returns null or a static table.
    stage.ability.map_or(std::ptr::null(), |ability| unsafe { ability(id.as_ptr()) })
}

/// # Safety
/// `ptr` is null or points to `count` elements that live as long as the process.
unsafe fn array<T>(ptr: *const T, count: usize, most: usize) -> Result<&'static [T], String> {
    if count == 0 {
        return Ok(&[]);
    }
    if ptr.is_null() || !ptr.is_aligned() {
        return Err(format!("is no array of {count}"));
    }
    if count > most {
        return Err(format!("has {count} elements, {most} are allowed"));
    }
    // SAFETY: neither null nor unaligned nor too long; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(ptr, count) })
}

/// # Safety
/// As [`array`].
unsafe fn text(bytes: Bytes) -> Result<String, String> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { array(bytes.ptr, bytes.len, MAX_TEXT) }?;
    std::str::from_utf8(bytes)
        .map(ToOwned::to_owned)
        .map_err(|error| format!("is no UTF-8 from byte {} on", error.valid_up_to()))
}
