//! Plugins, seen from the pipeline file: what is asked of the one who loads them, and what comes back.
//!
//! Reading `pipeline.toml` needs to know a plugin's stages before it can check a line that uses them,
//! and must not know how a library is loaded or a child process is spoken to. So the program hands it a
//! [`PluginLoader`].

use std::path::PathBuf;
use std::time::Duration;

use document::Sha256;

use crate::StageSpec;

/// Loads plugins: the one thing about them that reading a pipeline file needs.
pub trait PluginLoader: Send + Sync {
    /// Loads a plugin, or starts it for as long as it takes to hear what it declares.
    ///
    /// Asked twice for the same file it loads the library once.
    ///
    /// # Errors
    /// [`PluginError`], which names the key of the `[[plugin]]` table that is wrong. Nothing of a
    /// plugin that was refused has run on an article.
    fn load(&self, request: &PluginRequest) -> Result<LoadedPlugin, PluginError>;
}

/// The loader of a program that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPlugins;

impl PluginLoader for NoPlugins {
    fn load(&self, request: &PluginRequest) -> Result<LoadedPlugin, PluginError> {
        let key = match request.program {
            PluginProgram::File { .. } => PluginKey::Path,
            PluginProgram::Command { .. } => PluginKey::Command,
        };
        Err(PluginError::new(key, "this program loads no plugins")
            .help("remove this table and the stages of the plugin"))
    }
}

/// One `[[plugin]]` table, checked on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginRequest {
    /// The name: the part before `/` in `use`. Lowercase letters, digits and inner hyphens.
    pub name: String,
    /// The library or the command.
    pub program: PluginProgram,
    /// The lane that the file asks for; `None` leaves it to the loader, which looks at the file.
    pub lane: Option<Lane>,
    /// The digest that the file must have.
    pub sha256: Option<Sha256>,
}

/// What a plugin is run from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginProgram {
    /// A library or a program in a file.
    File {
        /// As the pipeline file says it; the loader looks for it beside the executable, too, and
        /// tries the platform's prefix and suffix in both places.
        written: PathBuf,
        /// The same, resolved against the folder of the pipeline file.
        resolved: PathBuf,
    },
    /// A command line for a child process.
    Command {
        /// The program and its arguments; never empty.
        words: Vec<String>,
        /// The folder of the pipeline file, in which the command runs; `.` where that is here.
        folder: PathBuf,
    },
}

/// How a plugin runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lane {
    /// A dynamic library in this process.
    Native,
    /// A process of its own.
    Child,
}

impl Lane {
    /// The word in `pipeline.toml`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Child => "child",
        }
    }
}

/// A plugin that is ready to be used.
#[derive(Clone, Debug)]
pub struct LoadedPlugin {
    /// Its stages. Each is named `plugin/stage`, after the name in the request.
    pub stages: Vec<StageSpec>,
    /// Which file it came from; reading the pipeline file puts it into [`StageSpec::plugin`].
    pub file: PluginFile,
}

/// Where a stage came from that is not built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFile {
    /// The file that was loaded, or for a command its script or program: what `explain` shows.
    pub path: PathBuf,
    /// Digest of what the plugin's output may hang on, as far as it is known: of the library, or for
    /// a command of its words, with the content in place of those that are files. Part of the key of
    /// each of its stages.
    pub digest: Sha256,
    /// How it runs.
    pub lane: Lane,
}

/// Why a plugin is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PluginError {
    /// Which key of the table is wrong.
    pub key: PluginKey,
    /// What is wrong, in one sentence: lowercase, without a full stop.
    pub message: String,
    /// What to do about it, if there is something to say.
    pub help: Option<String>,
}

impl PluginError {
    /// An error about one key of the table.
    pub fn new(key: PluginKey, message: impl Into<String>) -> Self {
        Self { key, message: message.into(), help: None }
    }

    /// The same error with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A key of a `[[plugin]]` table that a loader may find wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginKey {
    /// `path`
    Path,
    /// `command`
    Command,
    /// `lane`
    Lane,
    /// `sha256`
    Sha256,
}

impl PluginKey {
    /// The key in `pipeline.toml`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Command => "command",
            Self::Lane => "lane",
            Self::Sha256 => "sha256",
        }
    }
}

/// Where in a pipeline a stage is built: what the plan says about running it. Stages that are built
/// in have no use for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// The stage's name in the pipeline, unique there: messages and slots say it.
    pub stage: String,
    /// Whether foreign code must run in a process of its own.
    pub isolate: bool,
    /// How long one article may take; `None` leaves it to the lane.
    pub timeout: Option<Duration>,
    /// Threads of its own, and so instances; `None` where it shares the run's or has one.
    pub workers: Option<usize>,
}

impl Placement {
    /// A stage under this name, with nothing said about running it.
    pub fn named(stage: impl Into<String>) -> Self {
        Self { stage: stage.into(), ..Self::default() }
    }
}
