//! Everything that this program brings along.

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

/// What loads the plugins that a pipeline names, and runs libraries in processes of their own by
/// starting this program again.
pub(crate) fn loader() -> Loader {
    let program = std::env::current_exe().unwrap_or_else(|_| "copydesk".into());
    Loader::new(vec![program.into(), "plugin".into(), "serve".into()])
}
