//! What a pipeline file may name.

use std::borrow::Cow;

use crate::{Setting, StageSpec};

/// A source or sink as the registry knows it: its name and its part of `pipeline.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSpec {
    /// The name in `use = "…"`.
    pub name: Cow<'static, str>,
    /// One line for people, lowercase, without a full stop.
    pub summary: Cow<'static, str>,
    /// The keys of its table.
    pub settings: Vec<Setting>,
    /// For a sink that is made from what another one keeps: the name of that one.
    pub follows: Option<Cow<'static, str>>,
}

/// Everything that a pipeline file may name: built-ins, and what plugins brought.
///
/// A value that the program builds and passes on, never a global.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Sources, in the order in which lists show them.
    pub sources: Vec<TableSpec>,
    /// Stages, likewise.
    pub stages: Vec<StageSpec>,
    /// Sinks, likewise.
    pub sinks: Vec<TableSpec>,
}

impl Registry {
    /// The stage with this name.
    pub fn stage(&self, name: &str) -> Option<&StageSpec> {
        self.stages.iter().find(|stage| stage.info.name == name)
    }
}
