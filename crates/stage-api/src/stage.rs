//! Stages: what they declare and what they do.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use document::Document;

use crate::{Setting, SettingError, Settings};

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
    /// No article can be processed from here on; the run ends.
    Fatal(String),
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Article(message) | Self::Retry(message) | Self::Fatal(message)) = self;
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
pub trait OrderedStage: Send {
    /// As [`Stage::process`], called once for each article that reached the stage, in input order.
    ///
    /// # Errors
    /// [`StageError`] where the stage could not do its work; nothing it added is kept.
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError>;
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

/// A stage as the registry knows it: what it declares, its settings, and how to build it.
#[derive(Clone)]
pub struct StageSpec {
    /// Name, version, contract.
    pub info: StageInfo,
    /// Whether it is an ordered stage.
    pub ordered: bool,
    /// Its part of `pipeline.toml`.
    pub settings: Vec<Setting>,
    build: Arc<BuildFn>,
}

type BuildFn = dyn Fn(&Settings) -> Result<BuiltStage, SettingError> + Send + Sync;

impl StageSpec {
    /// An article stage. `build` sees checked settings with the defaults filled in.
    pub fn article<B>(info: StageInfo, settings: Vec<Setting>, build: B) -> Self
    where
        B: Fn(&Settings) -> Result<Box<dyn ArticleFactory>, SettingError> + Send + Sync + 'static,
    {
        let build = move |settings: &Settings| Ok(BuiltStage::Article(Arc::from(build(settings)?)));
        Self { info, ordered: false, settings, build: Arc::new(build) }
    }

    /// An ordered stage. `build` sees checked settings with the defaults filled in.
    pub fn ordered<B, F>(info: StageInfo, settings: Vec<Setting>, build: B) -> Self
    where
        B: Fn(&Settings) -> Result<F, SettingError> + Send + Sync + 'static,
        F: Fn() -> Box<dyn OrderedStage> + Send + Sync + 'static,
    {
        let build = move |settings: &Settings| Ok(BuiltStage::Ordered(Arc::new(build(settings)?)));
        Self { info, ordered: true, settings, build: Arc::new(build) }
    }

    /// Builds the stage; files that its settings name are read here and never again.
    ///
    /// # Errors
    /// [`SettingError`] naming the setting that does not fit.
    pub fn build(&self, settings: &Settings) -> Result<BuiltStage, SettingError> {
        (self.build)(settings)
    }
}

impl fmt::Debug for StageSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageSpec")
            .field("info", &self.info)
            .field("ordered", &self.ordered)
            .finish_non_exhaustive()
    }
}
