//! What a child says without being asked: it costs no article in a run, and its author should hear of it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Makes a call, and catches the first warning of that on this thread, which nobody else hears then.
pub(super) fn during<T>(call: impl FnOnce() -> T) -> (T, Option<String>) {
    let first = First::default();
    let listening = tracing_subscriber::registry().with(first.clone());
    let result = tracing::subscriber::with_default(listening, call);
    let told = first.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    (result, told)
}

/// Keeps the first warning.
#[derive(Clone, Default)]
struct First(Arc<Mutex<Option<String>>>);

impl<S: Subscriber> Layer<S> for First {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == plugin_host::UNASKED {
            let mut message = Message(String::new());
            event.record(&mut message);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message.0);
        }
    }
}

/// The words of an event, without its fields.
struct Message(String);

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
