//! Everything that this program brings along.

use std::ffi::OsString;
use std::sync::OnceLock;

use plugin_host::Loader;
use stage_api::Registry;

/// The built-in sources, stages and sinks.
pub(crate) fn built_in() -> Registry {
    Registry {
        sources: vec![source::files_spec(), source::records_spec()],
        stages: vec![
            normalize::spec(),
            filter::spec(),
            entity_tag::spec(),
            quote_extract::spec(),
            summarize::spec(),
            stories::spec(),
        ],
        sinks: sink::specs(),
    }
}

/// How this program is started once more, where that is not by its own file.
static STARTED_BY: OnceLock<Vec<OsString>> = OnceLock::new();

/// Says with which words this program is started again, for who carries it inside of another one. What counts is the
/// first call; without one it is the file of the running program.
pub fn started_by(words: Vec<OsString>) {
    let _ = STARTED_BY.set(words);
}

/// What loads the plugins that a pipeline names, and runs libraries in processes of their own by
/// starting this program again.
pub(crate) fn loader() -> Loader {
    let this = || vec![std::env::current_exe().unwrap_or_else(|_| "copydesk".into()).into()];
    let mut words = STARTED_BY.get().cloned().unwrap_or_else(this);
    words.extend(["plugin".into(), "serve".into()]);
    Loader::new(words)
}
