//! Which pipeline a command means, and reading it.

use std::path::{Path, PathBuf};

use config::{Mistakes, Mode, Options, Overrides, Plan};
use stage_api::{PluginLoader, Registry};

use crate::registry;

const DEFAULT_NAME: &str = "pipeline.toml";

/// The commented default that `init` writes and that is used where there is no file.
pub(crate) const DEFAULT: &str = include_str!("../../../pipeline.toml");

/// A pipeline to plan.
#[derive(Debug)]
pub(crate) enum PipelineFile {
    File(PathBuf),
    BuiltIn,
}

impl PipelineFile {
    /// The file that was named, else `pipeline.toml` here, else the built-in one, which is said.
    pub(crate) fn choose(named: Option<&Path>) -> Self {
        match named {
            Some(file) => Self::File(file.to_owned()),
            None if Path::new(DEFAULT_NAME).exists() => Self::File(DEFAULT_NAME.into()),
            None => {
                tracing::warn!(
                    "no {DEFAULT_NAME} here: using the built-in pipeline (`copydesk init` writes it)"
                );
                Self::BuiltIn
            }
        }
    }

    pub(crate) fn is_built_in(&self) -> bool {
        matches!(self, Self::BuiltIn)
    }

    /// The folder that the file lies in; this one for the built-in.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::File(file) => file.parent().unwrap_or(Path::new("")),
            Self::BuiltIn => Path::new(""),
        }
    }

    /// Reads and checks it.
    pub(crate) fn plan(
        &self,
        registry: &Registry,
        options: &Options<'_>,
    ) -> Result<Plan, Mistakes> {
        match self {
            Self::File(file) => Plan::load(file, registry, options),
            Self::BuiltIn => Plan::from_text("built-in", DEFAULT, Path::new(""), registry, options),
        }
    }
}

/// The built-ins, and the stages of the plugins that a pipeline file names: that file, or
/// `pipeline.toml` here if there is one.
pub(crate) fn registry(named: Option<&Path>) -> Result<Registry, Mistakes> {
    let here = Path::new(DEFAULT_NAME);
    let file = named.or_else(|| here.exists().then_some(here));
    let built_in = registry::built_in();
    let Some(file) = file else { return Ok(built_in) };
    let loader = registry::loader();
    let options = options(Mode::Check, false, Overrides::default(), &loader);
    config::registry_with_plugins(file, &built_in, &options)
}

/// Options for planning with this process's environment.
pub(crate) fn options(
    mode: Mode,
    strict_env: bool,
    overrides: Overrides,
    plugins: &dyn PluginLoader,
) -> Options<'_> {
    Options { mode, strict_env, env: &|name| std::env::var(name).ok(), plugins, overrides }
}
