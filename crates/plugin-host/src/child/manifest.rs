//! The lines of JSON with which host and child get to know each other, in both forms.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Declaration, StageDeclaration};

/// The version of these lines and of the form of lines; the frame has one of its own.
pub(crate) const PROTOCOL: u32 = 1;

/// How articles and answers travel once a stage has started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// One line of JSON each.
    #[default]
    #[serde(rename = "jsonl")]
    Lines,
    /// One frame each.
    #[serde(rename = "frame")]
    Frames,
}

/// The first line to the child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    /// [`PROTOCOL`].
    pub(crate) copydesk: u32,
    /// Version of the frame.
    pub(crate) abi: u32,
    /// Version of the program.
    pub(crate) version: String,
}

impl Hello {
    pub(crate) fn new() -> Self {
        Self {
            copydesk: PROTOCOL,
            abi: plugin_abi::ABI,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The first line from the child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// [`PROTOCOL`].
    copydesk_plugin: u32,
    name: String,
    version: String,
    #[serde(default)]
    form: Form,
    stages: Vec<ManifestStage>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestStage {
    name: String,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    reads_if_present: Vec<String>,
    #[serde(default)]
    writes: Vec<String>,
    /// JSON Schema of its settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<Box<RawValue>>,
    #[serde(default)]
    flags: Vec<Flag>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Article,
    Ordered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Flag {
    Pure,
    Shared,
    State,
}

impl Manifest {
    /// The line of a plugin that speaks in frames.
    pub(crate) fn new(declaration: &Declaration) -> Self {
        let stage = |stage: &StageDeclaration| ManifestStage {
            name: stage.name.clone(),
            kind: if stage.ordered { Kind::Ordered } else { Kind::Article },
            summary: stage.summary.clone(),
            reads: stage.reads.clone(),
            reads_if_present: stage.reads_if_present.clone(),
            writes: stage.writes.clone(),
            settings: RawValue::from_string(stage.settings.clone()).ok(),
            flags: [
                (stage.pure, Flag::Pure),
                (stage.shared, Flag::Shared),
                (stage.keeps_state, Flag::State),
            ]
            .into_iter()
            .filter_map(|(set, flag)| set.then_some(flag))
            .collect(),
        };
        Self {
            copydesk_plugin: PROTOCOL,
            name: declaration.name.clone(),
            version: declaration.version.clone(),
            form: Form::Frames,
            stages: declaration.stages.iter().map(stage).collect(),
        }
    }

    /// What the child's first line declares.
    ///
    /// # Errors
    /// What is wrong with it: lowercase, without a full stop.
    pub(super) fn parse(line: &str) -> Result<(Declaration, Form), String> {
        let manifest: Self = serde_json::from_str(line).map_err(|error| {
            let shown: String = line.trim().chars().take(80).collect();
            format!("its first line is no manifest ({error}): {shown}")
        })?;
        if manifest.copydesk_plugin != PROTOCOL {
            let theirs = manifest.copydesk_plugin;
            return Err(format!("it speaks version {theirs} of the protocol, not {PROTOCOL}"));
        }
        let stage = |stage: ManifestStage| StageDeclaration {
            name: stage.name,
            ordered: stage.kind == Kind::Ordered,
            summary: stage.summary,
            reads: stage.reads,
            reads_if_present: stage.reads_if_present,
            writes: stage.writes,
            settings: stage.settings.map(|schema| schema.get().to_owned()).unwrap_or_default(),
            pure: stage.flags.contains(&Flag::Pure),
            shared: stage.flags.contains(&Flag::Shared),
            keeps_state: stage.flags.contains(&Flag::State),
        };
        let declaration = Declaration {
            name: manifest.name,
            version: manifest.version,
            stages: manifest.stages.into_iter().map(stage).collect(),
        };
        Ok((declaration, manifest.form))
    }
}

/// The second line to the child: which stage it is to be from here on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Start<S> {
    /// The stage's name in the manifest.
    #[serde(rename = "start")]
    pub(crate) stage: String,
    /// Its name in the pipeline.
    #[serde(rename = "as")]
    pub(crate) alias: String,
    /// Its settings, an object with the defaults filled in.
    pub(crate) settings: S,
}

/// The second line from the child: `{"ready": true}`, or why not.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Started {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ready: bool,
    /// Why it cannot start with these settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// Which setting does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) setting: Option<String>,
}
