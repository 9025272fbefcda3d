//! Which pipeline a command means, and reading it.

use std::path::{Path, PathBuf};

use config::{Mistakes, Mode, Options, Overrides, Plan};
use stage_api::Registry;

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

/// Options for planning with this process's environment.
pub(crate) fn options(mode: Mode, strict_env: bool, overrides: Overrides) -> Options<'static> {
    Options { mode, strict_env, env: &|name| std::env::var(name).ok(), overrides }
}
