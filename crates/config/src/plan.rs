//! The checked result of reading a pipeline file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use stage_api::{
    BuiltStage, MaxFailures, NoPlugins, OnError, Order, PluginFile, PluginLoader, Registry,
    Setting, Settings, StageSpec, Threads, When,
};

use crate::host::RECORDS;
use crate::parse::parse;
use crate::tree::Data;
use crate::{Mistakes, key, planner};

/// Everything a run needs to know, checked.
///
/// There is no way to make one but from a file without errors, so what it says fits together:
/// every stage exists, is built and finds the layers it reads.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The file, as the user named it.
    pub file: String,
    /// The part `[run]`.
    pub run: RunSettings,
    /// The plugins, in order.
    pub plugins: Vec<PlannedPlugin>,
    /// Where articles come from, in order. Empty where the file names no source and the command
    /// line no path: such a plan can be shown and not run.
    pub sources: Vec<PlannedTable>,
    /// The stages, in order. May be empty: articles then pass as they came.
    pub stages: Vec<PlannedStage>,
    /// Where records go; `jsonl` with its defaults where the file names none.
    pub sinks: Vec<PlannedTable>,
    /// The configuration key, 64 hexadecimal digits: it changes exactly when the output may.
    pub key: String,
    /// What a run reports and survives, such as a source path that does not exist; `check` refuses.
    pub warnings: Mistakes,
    pub(crate) version_line: Option<usize>,
}

/// The part `[run]`, defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// Name of the pipeline.
    pub name: String,
    /// Worker threads; 0 is one per core.
    pub workers: usize,
    /// Bytes of articles in flight, 1 or more.
    pub memory: u64,
    /// Bytes of the largest article that is read, from 1 to 1 GiB.
    pub max_article: u64,
    /// Order of the records.
    pub order: Order,
    /// Where figures of the run are told, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// The file of corrections; it may be absent.
    pub corrections: PathBuf,
    /// What an article does that fails; never [`OnError::SkipStage`].
    pub on_error: OnError,
    /// When the run stops for its failures; `None` is never.
    pub max_failures: Option<MaxFailures>,
    /// Where the output goes.
    pub output: Output,
    pub(crate) shown: Vec<Shown>,
}

/// Where the output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A folder.
    Folder(PathBuf),
    /// Standard output.
    Stdout,
}

impl Output {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path == Path::new("-") { Self::Stdout } else { Self::Folder(path) }
    }
}

/// A plugin of the plan, loaded.
#[derive(Clone, Debug)]
pub struct PlannedPlugin {
    /// Its name: the part before `/` in `use`.
    pub name: String,
    /// What it was loaded from.
    pub file: Arc<PluginFile>,
    /// The keys of its table: `path` is the file that was loaded, `lane` the one that it runs in.
    pub(crate) settings: Settings,
    pub(crate) origins: Origins,
}

/// A source or sink of the plan.
#[derive(Clone, Debug)]
pub struct PlannedTable {
    /// The name in `use`.
    pub name: String,
    /// Checked settings, paths resolved, defaults filled in.
    pub settings: Settings,
    pub(crate) declared: Vec<Setting>,
    pub(crate) origins: Origins,
}

/// A stage of the plan.
#[derive(Clone, Debug)]
pub struct PlannedStage {
    /// Its name, unique in the plan: `name`, or else `use`.
    pub name: String,
    /// What it is.
    pub spec: StageSpec,
    /// Which articles it sees.
    pub when: When,
    /// How it is run.
    pub run: StageRun,
    /// Checked settings, paths resolved, defaults filled in.
    pub settings: Settings,
    /// The stage, ready to run. `None` only under [`Mode::Check`], where a setting hangs on an
    /// environment variable that is not set here.
    pub built: Option<BuiltStage>,
    /// The stage's key, 64 hexadecimal digits: over name, version, settings and the content of
    /// the files they name.
    pub key: String,
    pub(crate) origins: Origins,
}

/// The table `run` of a stage, defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRun {
    /// Threads of its own, 1 or more; `None` where it shares the run's.
    pub workers: Option<usize>,
    /// What an article does that it cannot process: what the stage says, else what `[run]` says.
    pub on_error: OnError,
    /// How often a failed article is tried again at once.
    pub retries: u32,
    /// How long one article may take; only ever set for foreign code.
    pub timeout: Option<Duration>,
    /// Whether it runs apart from the other stages.
    pub isolate: bool,
}

/// Where the values of a table came from. Keys that it lacks have their default.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// Line of the header; `None` for a table that is not in the file.
    pub(crate) header: Option<usize>,
    pub(crate) keys: BTreeMap<String, Origin>,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Line(usize),
    CommandLine,
    Default,
}

/// A key of `[run]` as the effective configuration shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) origin: Origin,
}

/// What the plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To be run: every environment variable must be set.
    Run,
    /// To be looked at: an unset variable is a value not known yet, and not checked.
    Check,
}

/// What the outside brings to a plan.
pub struct Options<'a> {
    /// What the plan is for.
    pub mode: Mode,
    /// Whether an unset environment variable without default is an error under [`Mode::Check`], too.
    pub strict_env: bool,
    /// The environment: the value of a variable, if it is set.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// What loads plugins.
    pub plugins: &'a dyn PluginLoader,
    /// What the command line says instead of the file.
    pub overrides: Overrides,
}

impl Options<'_> {
    /// Options for a check that sees no environment, loads no plugins and overrides nothing.
    pub fn check() -> Self {
        Self {
            mode: Mode::Check,
            strict_env: false,
            env: &|_| None,
            plugins: &NoPlugins,
            overrides: Overrides::default(),
        }
    }

    /// Options for a run that sees no environment, loads no plugins and overrides nothing.
    pub fn run() -> Self {
        Self { mode: Mode::Run, ..Self::check() }
    }
}

/// What the command line says instead of the file. Paths are taken as they are.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Replaces the `paths` of the first `files` source, or of a `records` source that stands alone; its other
    /// settings stay; the replaced paths and all other sources are not looked at. Without such a source, one of
    /// files is made.
    pub paths: Option<Vec<PathBuf>>,
    /// Whether the run reads records and nothing else: a source `records` takes the place of `files`, of `paths`
    /// too, and stages that write what the records have are no mistake, for
    /// [`starting_at`](Plan::starting_at) leaves them out.
    pub records: bool,
    /// Replaces `output`; `-` is standard output.
    pub output: Option<PathBuf>,
    /// Replaces `workers`.
    pub workers: Option<usize>,
}

impl Plan {
    /// Reads and checks a file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// Every mistake of the file, warnings included, if one is an error; also where the file cannot be read.
    pub fn load(path: &Path, registry: &Registry, options: &Options<'_>) -> Result<Self, Mistakes> {
        let (file, text) = read_text(path)?;
        let base = path.parent().unwrap_or(Path::new(""));
        Self::from_text(&file, &text, base, registry, options)
    }

    /// Checks the text of a file. `file` is its name in messages, `base` the folder that its
    /// relative paths start from.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_text(
        file: &str,
        text: &str,
        base: &Path,
        registry: &Registry,
        options: &Options<'_>,
    ) -> Result<Self, Mistakes> {
        planner::plan(file, text, base, registry, options)
    }

    /// The plan that begins with the stage of this name: what is before it has run already, over the records
    /// that are read. `None` where no stage has the name.
    pub fn starting_at(mut self, stage: &str) -> Option<Self> {
        let at = self.stages.iter().position(|known| known.name == stage)?;
        self.stages.drain(..at);
        let sources = self.sources.iter().map(key::of_source).collect();
        self.key = key::configuration(&self.stages, self.run.max_article, sources);
        Some(self)
    }

    /// How many stages come before the first ordered one: those that see each article by itself.
    pub fn before_ordered(&self) -> usize {
        let ordered = self.stages.iter().position(|stage| stage.spec.ordered);
        ordered.unwrap_or(self.stages.len())
    }

    /// The plan without its stages from the first ordered one on. Its key stays that of the whole: it is
    /// the first half of the same work.
    pub fn until_ordered(mut self) -> Self {
        self.stages.truncate(self.before_ordered());
        self
    }

    /// The plan with its stages from the first ordered one on: the other half.
    pub fn since_ordered(mut self) -> Self {
        self.stages.drain(..self.before_ordered());
        self
    }

    /// The settings of the sink that keeps the records, if it has one.
    pub fn keeps_records(&self) -> Option<&Settings> {
        self.sinks.iter().find(|sink| sink.name == "jsonl").map(|sink| &sink.settings)
    }

    /// Whether it reads records, which have the layers of earlier runs.
    pub fn reads_records(&self) -> bool {
        self.sources.iter().any(|source| source.name == RECORDS)
    }

    /// The stages in groups that are passed from worker to worker as one. See [`Segment`].
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for (at, stage) in self.stages.iter().enumerate() {
            let kind = match (stage.spec.ordered, stage.own_threads()) {
                (true, _) => SegmentKind::Ordered,
                (false, Some(threads)) => SegmentKind::Own(threads),
                (false, None) => SegmentKind::Pool,
            };
            match segments.last_mut() {
                Some(last) if last.kind == SegmentKind::Pool && kind == SegmentKind::Pool => {
                    last.stages.end = at + 1;
                }
                _ => segments.push(Segment { stages: at..at + 1, kind }),
            }
        }
        segments
    }
}

impl PlannedStage {
    /// The name of the plugin that it came from, if it did.
    pub fn plugin(&self) -> Option<&str> {
        self.spec.plugin.as_ref()?;
        self.spec.info.name.split_once('/').map(|(plugin, _)| plugin)
    }

    /// The threads of its own that it runs on; `None` where it shares the run's.
    pub(crate) fn own_threads(&self) -> Option<usize> {
        let apart = self.spec.ordered || self.run.isolate || self.spec.threads != Threads::Shared;
        self.run.workers.or(apart.then_some(1))
    }
}

/// Neighbouring stages that one worker runs over an article without handing it on.
///
/// A stage stands alone if it is ordered, has `workers` of its own or `isolate = true`, or says of
/// itself that it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Indexes into [`Plan::stages`].
    pub stages: Range<usize>,
    /// Who runs it.
    pub kind: SegmentKind,
}

/// Who runs a [`Segment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// The run's workers.
    Pool,
    /// This many threads of its own.
    Own(usize),
    /// One thread, in input order.
    Ordered,
}

/// The `use` of every table of a pipeline file under `what` (`source`, `stage`), in order and unchecked: for
/// files that were checked once, such as the configuration that an output folder keeps. Empty where it cannot
/// be read.
pub fn uses(file: &Path, what: &str) -> Vec<String> {
    let Ok((_, text)) = read_text(file) else { return Vec::new() };
    let root = parse(&text).root;
    let Some(entry) = root.get(what) else { return Vec::new() };
    let Data::List(items) = &entry.node.data else { return Vec::new() };
    let named = items.iter().filter_map(|item| {
        let Data::Table(table) = &item.data else { return None };
        table.get("use")?.node.text().map(str::to_owned)
    });
    named.collect()
}

/// The name of a file in messages, and its text.
pub(crate) fn read_text(path: &Path) -> Result<(String, String), Mistakes> {
    let file = path.display().to_string();
    let bytes = read(path).map_err(|message| Mistakes::unreadable(&file, "", 0..0, &message))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((file, text)),
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes());
            // The valid part stands at the front of the repaired text, byte for byte.
            let at = error.utf8_error().valid_up_to();
            let help = "this file is not UTF-8; save it as UTF-8";
            Err(Mistakes::unreadable(&file, &text, at..at + '\u{fffd}'.len_utf8(), help))
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no such file; `copydesk init` writes one".to_owned()
        }
        std::io::ErrorKind::IsADirectory => {
            "this is a folder; name the pipeline file in it".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => {
            "this file may not be read; check its permissions".to_owned()
        }
        _ => format!("this file cannot be read: {error}"),
    })
}
