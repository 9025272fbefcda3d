//! Stages: what they declare and what they do.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use document::Document;

use crate::{FailureClass, Placement, PluginFile, Setting, SettingError, Settings};

/// What becomes of an article after a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Keep,
    /// It goes no further, on purpose; the reason is counted (`empty`, `duplicate of …`).
    Discard(Cow<'static, str>),
}

/// Why a stage could not do its work on one article.
///
/// Poor text is no error: a stage that finds nothing writes empty layers and says why in a note.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StageError {
    /// This article cannot be processed; the others can.
    Article(String),
    /// This article may succeed if tried again at once.
    Retry(String),
    /// No article can be processed from here on; the run ends before this one, which the next run takes again.
    Fatal(String),
    /// Foreign code failed on this article in its own way: [`FailureClass::Timeout`],
    /// [`Crash`](FailureClass::Crash), [`Contract`](FailureClass::Contract) or
    /// [`Panic`](FailureClass::Panic). As [`Article`](Self::Article), but for the dead letter's class.
    Foreign(FailureClass, String),
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Article(message)
        | Self::Retry(message)
        | Self::Fatal(message)
        | Self::Foreign(_, message)) = self;
        f.write_str(message)
    }
}

impl std::error::Error for StageError {}

/// One step over one article at a time, on any worker, in any order.
///
/// The runner makes one instance per worker through the stage's [`ArticleFactory`] and calls it
/// from that worker alone, so an instance may keep buffers between articles but nothing that changes
/// a later result: same document and settings, same output. A stage does no I/O after it was built
/// and reads no clock. After an error or a panic nothing that the stage added stays: the article
/// is a dead letter or, where it goes on or is tried again, rolled back; after a panic the
/// instance is thrown away too.
pub trait Stage: Send {
    /// Reads the layers that the stage declared and adds rows to those it writes.
    ///
    /// The runner marks the declared layers as written, also where no row was added.
    ///
    /// # Errors
    /// [`StageError`] where the stage could not do its work; nothing it added is kept.
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError>;

    /// How many articles it wants in one call of [`process_batch`](Self::process_batch); 1, the
    /// default, is never called with more. A matter of speed only: it may get fewer.
    fn batch(&self) -> usize {
        1
    }

    /// As [`process`](Self::process) on each of these articles, one result for each in their order.
    ///
    /// Called only where the stage stands alone in its segment and asks for batches. One article's
    /// error says nothing about the others. After a panic all of them are rolled back, and a fresh
    /// instance gets each by itself; so does one that asked to be tried again.
    fn process_batch(&mut self, docs: &mut [&mut Document]) -> Vec<Result<Flow, StageError>> {
        docs.iter_mut().map(|doc| self.process(doc)).collect()
    }
}

/// Makes the instances of an article stage, one per worker; shared data (a model) sits in the factory.
pub trait ArticleFactory: Send + Sync {
    /// A fresh instance.
    fn instance(&self) -> Box<dyn Stage>;

    /// Bytes that all instances share (word lists, a model), roughly; for people who plan a run.
    fn memory(&self) -> u64 {
        0
    }
}

impl<F: Fn() -> Box<dyn Stage> + Send + Sync> ArticleFactory for F {
    fn instance(&self) -> Box<dyn Stage> {
        self()
    }
}

/// One step over every article in input order, on one thread.
///
/// It decides on each article before it sees the next and never holds one back, so what it knows
/// is only ever what came before.
///
/// What it knows outlives the run as a list of changes: one for each article that taught it
/// something, committed with that article. A new instance that is given the same changes in the same
/// order through [`restore`](Self::restore) knows what this one knows, so a run that was killed goes
/// on as if it had not been, and the next drop continues the last.
pub trait OrderedStage: Send {
    /// As [`Stage::process`], called once for each article that reached the stage, in input order.
    ///
    /// # Errors
    /// [`StageError`] where the stage could not do its work; nothing it added is kept.
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError>;

    /// What has changed in its state since the last call, in bytes of its own; `None` for nothing.
    ///
    /// Called after each article, whatever became of it: also where the stage discarded it, failed or
    /// panicked, so what an article did to the state is committed with it or not at all.
    fn take_change(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// Makes a change again that [`take_change`](Self::take_change) of an earlier instance gave;
    /// called before the first article, once for each change, in their order.
    ///
    /// # Errors
    /// A message where these bytes are no change of this stage; the run does not start.
    fn restore(&mut self, change: &[u8]) -> Result<(), String> {
        Err(format!("this stage keeps no state, and was given {} bytes of one", change.len()))
    }

    /// Writes its drop records, what it has to say about all articles together, one JSON value a line.
    ///
    /// Called at the end of a run whose articles are all committed, interrupted or not, for a stage that
    /// declared a [`drop_file`](StageInfo::drop_file). The file is replaced each time, so it is written
    /// in full, also where this run brought nothing new.
    ///
    /// # Errors
    /// Those of `out`, and what the stage could not read of its own.
    fn drop_records(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        let _ = out;
        Ok(())
    }
}

/// What a stage declares about itself. Layers are named as in records (`mentions`) or, for a
/// plugin's own, `plugin.layer`; `text` counts as a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageInfo {
    /// The name in `use = "…"`.
    pub name: Cow<'static, str>,
    /// Version of the stage; part of its key.
    pub version: Cow<'static, str>,
    /// One line for people, lowercase, without a full stop.
    pub summary: Cow<'static, str>,
    /// Layers that some stage before must write.
    pub reads: Vec<Cow<'static, str>>,
    /// Layers that are read if they are there.
    pub reads_if_present: Vec<Cow<'static, str>>,
    /// Layers that it writes.
    pub writes: Vec<Cow<'static, str>>,
    /// For an ordered stage that writes [drop records](OrderedStage::drop_records): the name of their
    /// file in the output folder, without `.jsonl`.
    pub drop_file: Option<Cow<'static, str>>,
}

impl StageInfo {
    /// A stage that reads and writes nothing yet.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        summary: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            summary: summary.into(),
            reads: Vec::new(),
            reads_if_present: Vec::new(),
            writes: Vec::new(),
            drop_file: None,
        }
    }

    /// Adds a layer that must have been written before.
    pub fn reads(mut self, layer: impl Into<Cow<'static, str>>) -> Self {
        self.reads.push(layer.into());
        self
    }

    /// Adds a layer that is read if it was written before.
    pub fn reads_if_present(mut self, layer: impl Into<Cow<'static, str>>) -> Self {
        self.reads_if_present.push(layer.into());
        self
    }

    /// Adds a layer that the stage writes.
    pub fn writes(mut self, layer: impl Into<Cow<'static, str>>) -> Self {
        self.writes.push(layer.into());
        self
    }

    /// Says that the stage writes drop records into the file of this name, `.jsonl` left out.
    pub fn drop_file(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.drop_file = Some(name.into());
        self
    }
}

/// A stage built from its settings, ready to run.
#[derive(Clone)]
pub enum BuiltStage {
    /// An article stage: see [`Stage`].
    Article(Arc<dyn ArticleFactory>),
    /// An ordered stage: see [`OrderedStage`]. The function makes its one instance.
    Ordered(Arc<dyn Fn() -> Box<dyn OrderedStage> + Send + Sync>),
}

impl fmt::Debug for BuiltStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article(_) => "Article",
            Self::Ordered(_) => "Ordered",
        })
    }
}

/// Which threads may run an article stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// Every worker has an instance, and it shares a segment with its neighbours.
    #[default]
    Shared,
    /// It stands alone in its segment, on one thread or as many as the plan gives it: a child process
    /// should not stand behind each worker, and wants batches.
    Own,
    /// It stands alone in its segment and must have one instance on one thread, for code that is not
    /// safe to run twice at a time.
    One,
}

/// A stage as the registry knows it: what it declares, its settings, and how to build it.
#[derive(Clone)]
pub struct StageSpec {
    /// Name, version, contract.
    pub info: StageInfo,
    /// Whether it is an ordered stage.
    pub ordered: bool,
    /// Which threads may run it; an ordered stage always has one of its own.
    pub threads: Threads,
    /// Its part of `pipeline.toml`.
    pub settings: Vec<Setting>,
    /// The plugin that it came from; `None` for what is built in.
    pub plugin: Option<Arc<PluginFile>>,
    build: Arc<BuildFn>,
}

type BuildFn = dyn Fn(&Settings, &Placement) -> Result<BuiltStage, SettingError> + Send + Sync;

impl StageSpec {
    /// An article stage. `build` sees checked settings with the defaults filled in.
    pub fn article<B>(info: StageInfo, settings: Vec<Setting>, build: B) -> Self
    where
        B: Fn(&Settings) -> Result<Box<dyn ArticleFactory>, SettingError> + Send + Sync + 'static,
    {
        let build = move |settings: &Settings, _: &Placement| {
            Ok(BuiltStage::Article(Arc::from(build(settings)?)))
        };
        Self::placed(info, false, settings, build)
    }

    /// An ordered stage. `build` sees checked settings with the defaults filled in.
    pub fn ordered<B, F>(info: StageInfo, settings: Vec<Setting>, build: B) -> Self
    where
        B: Fn(&Settings) -> Result<F, SettingError> + Send + Sync + 'static,
        F: Fn() -> Box<dyn OrderedStage> + Send + Sync + 'static,
    {
        let build = move |settings: &Settings, _: &Placement| {
            Ok(BuiltStage::Ordered(Arc::new(build(settings)?)))
        };
        Self::placed(info, true, settings, build)
    }

    /// A stage that wants to know where in the pipeline it is built, as foreign code does. `build`
    /// gives an ordered stage where `ordered` says so, and an article stage where not.
    pub fn placed<B>(info: StageInfo, ordered: bool, settings: Vec<Setting>, build: B) -> Self
    where
        B: Fn(&Settings, &Placement) -> Result<BuiltStage, SettingError> + Send + Sync + 'static,
    {
        Self {
            info,
            ordered,
            threads: Threads::default(),
            settings,
            plugin: None,
            build: Arc::new(build),
        }
    }

    /// The same stage, run by these threads.
    pub fn threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }

    /// Builds the stage by itself, under its own name; see [`build_at`](Self::build_at).
    ///
    /// # Errors
    /// As [`build_at`](Self::build_at).
    pub fn build(&self, settings: &Settings) -> Result<BuiltStage, SettingError> {
        self.build_at(settings, &Placement::named(self.info.name.clone()))
    }

    /// Builds the stage at its place in a pipeline; files that its settings name are read here and
    /// never again.
    ///
    /// # Errors
    /// [`SettingError`] naming the setting that does not fit.
    pub fn build_at(
        &self,
        settings: &Settings,
        placement: &Placement,
    ) -> Result<BuiltStage, SettingError> {
        (self.build)(settings, placement)
    }
}

impl fmt::Debug for StageSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageSpec")
            .field("info", &self.info)
            .field("ordered", &self.ordered)
            .field("threads", &self.threads)
            .field("plugin", &self.plugin)
            .finish_non_exhaustive()
    }
}
