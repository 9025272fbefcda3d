//! Everything that this program brings along.

use stage_api::{NoPlugins, PluginLoader, Registry};

/// The built-in sources, stages and sinks.
pub(crate) fn built_in() -> Registry {
    Registry {
        sources: vec![source::files_spec()],
        stages: vec![
            normalize::spec(),
            entity_tag::spec(),
            quote_extract::spec(),
            summarize::spec(),
        ],
        sinks: sink::specs(),
    }
}

/// What loads the plugins that a pipeline names.
pub(crate) fn loader() -> Box<dyn PluginLoader> {
    Box::new(NoPlugins)
}
