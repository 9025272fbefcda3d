//! Logging, to standard error only.

use std::io::{IsTerminal, stderr, stdout};

use tracing_subscriber::EnvFilter;

use crate::args::{LogFormat, Logging};

/// Sets up logging for the whole program.
pub(crate) fn start(logging: &Logging) {
    // As text, the end table and the closing line say what happened; as JSON, events must.
    let default = match logging.log_format {
        LogFormat::Text => "warn",
        LogFormat::Json => "info",
    };
    let level = logging.log.as_deref().unwrap_or(default);
    let (filter, wrong) = match EnvFilter::try_new(level) {
        Ok(filter) => (filter, None),
        Err(error) => (EnvFilter::new(default), Some(error)),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match logging.log_format {
        LogFormat::Text => {
            builder.with_ansi(stderr_has_color()).with_target(false).without_time().init();
        }
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    if let Some(error) = wrong {
        tracing::warn!(%error, level, "unknown log level, using `{default}`");
    }
}

/// Whether talk may be coloured.
pub(crate) fn stderr_has_color() -> bool {
    stderr().is_terminal() && !no_color()
}

/// Whether data for people may be coloured.
pub(crate) fn stdout_has_color() -> bool {
    stdout().is_terminal() && !no_color()
}

fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
