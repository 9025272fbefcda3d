//! Panics: kept inside the article that they happened on.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether this thread is inside a stage, where a panic costs one article and is told in its dead letter.
    static IN_STAGE: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic in a stage happened.
    static PANIC_PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics inside stages off standard error, and remembers their place for the dead letter.
///
/// To be called once by a program; without it panics are caught all the same, but printed and without their place.
pub fn note_stage_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if IN_STAGE.get() {
            PANIC_PLACE.set(info.location().map(ToString::to_string));
        } else {
            before(info);
        }
    }));
}

/// Calls something that may panic on one article, and turns the panic into its place and message.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    IN_STAGE.set(true);
    // What a panic may leave half done is the document, which is rolled back or dropped, and the
    // stage's instance, which is replaced; an ordered stage keeps its state as it stands.
    let result = catch_unwind(AssertUnwindSafe(call));
    IN_STAGE.set(false);
    result.map_err(|panic| {
        let place = PANIC_PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
        format!("panicked{place}: {}", panic_message(panic.as_ref()))
    })
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
