//! The lane of child processes: a command that speaks the protocol of `docs/plugin-protocol.md`.
//!
//! A plugin there may be written in any language, may hang and may crash: it costs the article that it
//! was working on, and no other. It is started once to hear what it declares, once for each stage
//! that the pipeline uses of it (the first of these is the same process), and again after it died.
//!
//! - `process`: the child and its pipes; `groups`: all that live;
//! - `manifest`: how host and child get to know each other;
//! - `link`: a started stage; articles go in and answers come back;
//! - `lines`, `frames`: the two forms of an article and its answer;
//! - `stage`: what the runner sees, and what becomes of articles when a child dies;
//! - `changes`: what a fresh child of an ordered stage is told.

mod changes;
pub(crate) mod command;
pub(crate) mod frames;
pub(crate) mod groups;
mod lines;
mod link;
pub(crate) mod manifest;
mod process;
mod stage;
mod tables;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use stage_api::{BuiltStage, Placement, SettingError, Settings, StageSpec, Threads};

pub(crate) use process::now;

use crate::check::Contract;
use crate::{Declaration, StageDeclaration, schema};
use link::{Link, Terms};
use manifest::{Form, Hello, Manifest, Start, Started};
use process::{Process, Silence};

/// How long a child may take to say what it declares.
const MANIFEST_LIMIT: Duration = Duration::from_secs(10);
/// How long a stage may take to start where its `timeout` is not longer; a large model takes longer to load.
const START_LIMIT: Duration = Duration::from_secs(30);
/// After how long a wait for it is said.
const START_TOLD: Duration = Duration::from_secs(5);
/// How long a stage may take to restore a state.
const RESTORE_LIMIT: Duration = Duration::from_secs(300);
/// How long an article may take where the pipeline does not say.
const ARTICLE_LIMIT: Duration = Duration::from_secs(60);

/// A command that is a plugin: what starts it, and what it declared.
#[derive(Debug)]
pub(crate) struct Program {
    words: Vec<OsString>,
    folder: PathBuf,
    /// The plugin's name in the pipeline file.
    plugin: String,
    pub(crate) declaration: Declaration,
    form: Form,
    /// The child that declared it, until a stage is started in it.
    spare: Mutex<Option<Process>>,
}

/// Why a stage does not start.
enum NoStart {
    /// The stage refuses its settings.
    Refused(SettingError),
    /// The child is not there, or does not say what it should.
    Failed(String),
}

impl Program {
    /// Starts a command in a folder, to hear what it declares.
    ///
    /// # Errors
    /// What is wrong with the command, in one sentence: lowercase, without a full stop.
    pub(crate) fn ask(
        words: Vec<OsString>,
        folder: &Path,
        plugin: &str,
    ) -> Result<Arc<Self>, String> {
        let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
        let (process, declaration, form) = greet(&words, &folder, plugin)?;
        Ok(Arc::new(Self {
            words,
            folder,
            plugin: plugin.to_owned(),
            declaration,
            form,
            spare: Mutex::new(Some(process)),
        }))
    }

    /// The stages that it declared, each named `plugin/stage`, and the declaration in its own words.
    ///
    /// # Errors
    /// What is wrong with its declaration.
    pub(crate) fn declared(self: &Arc<Self>) -> Result<(Vec<StageSpec>, Declaration), String> {
        let checked = self.declaration.check(&self.plugin)?;
        let spec = |((info, settings), declared): (_, &StageDeclaration)| {
            let (program, stage) = (Arc::clone(self), declared.clone());
            let build = move |settings: &Settings, placement: &Placement| {
                program.build(&stage, settings, placement)
            };
            StageSpec::placed(info, declared.ordered, settings, build).threads(Threads::Own)
        };
        let stages = checked.into_iter().zip(&self.declaration.stages).map(spec).collect();
        Ok((stages, self.declaration.clone()))
    }

    /// Starts a stage, which shows whether its settings fit.
    ///
    /// # Errors
    /// [`SettingError`] where the stage refuses its settings or does not start.
    pub(crate) fn build(
        self: &Arc<Self>,
        stage: &StageDeclaration,
        settings: &Settings,
        placement: &Placement,
    ) -> Result<BuiltStage, SettingError> {
        let starter = Arc::new(self.starter(stage, settings, placement)?);
        Ok(if stage.ordered {
            BuiltStage::Ordered(Arc::new(move || Box::new(starter.ordered())))
        } else {
            BuiltStage::Article(Arc::new(move || Box::new(starter.article()) as _))
        })
    }

    /// What instances of a stage are started from, with the first child.
    fn starter(
        self: &Arc<Self>,
        stage: &StageDeclaration,
        settings: &Settings,
        placement: &Placement,
    ) -> Result<stage::Starter, SettingError> {
        let made = stage::Starter {
            program: Arc::clone(self),
            stage: stage.name.clone(),
            alias: placement.stage.clone(),
            settings: schema::to_json(settings),
            terms: Terms {
                reads: stage.reads.iter().chain(&stage.reads_if_present).cloned().collect(),
                contract: Contract::new(&stage.writes),
                timeout: placement.timeout.unwrap_or(ARTICLE_LIMIT),
            },
            start_limit: placement.timeout.unwrap_or_default().max(START_LIMIT),
            keeps_state: stage.keeps_state,
            ready: Mutex::new(None),
        };
        let link = made.start().map_err(|error| match error {
            NoStart::Refused(error) => error,
            NoStart::Failed(message) => SettingError::new("use", message),
        })?;
        *lock(&made.ready) = Some(link);
        Ok(made)
    }

    /// A child in which this stage has started, within `limit`.
    fn start(
        &self,
        stage: &str,
        alias: &str,
        settings: &str,
        limit: Duration,
    ) -> Result<Link, NoStart> {
        let mut process = self.connect().map_err(NoStart::Failed)?;
        let settings = RawValue::from_string(settings.to_owned()).expect("settings are JSON");
        let start = Start { stage: stage.to_owned(), alias: alias.to_owned(), settings };
        say(&mut process, &start);
        let begun = now();
        let line = process.line(begun + START_TOLD.min(limit)).or_else(|silence| {
            if silence == Silence::Hung {
                let seconds = limit.as_secs();
                tracing::warn!(
                    stage = alias,
                    seconds,
                    "waiting for a child to say that it is ready"
                );
                return process.line(begun + limit);
            }
            Err(silence)
        });
        let line = line.map_err(|silence| {
            let message = match silence {
                Silence::Hung => {
                    let said = process.kill();
                    let limit = limit.as_secs();
                    format!(
                        "it did not say within {limit} s that it is ready{said}; a longer `timeout` gives it more time"
                    )
                }
                Silence::Dead => format!("it ended instead of starting: {}", process.end()),
                Silence::TooLong => "it said something endless instead of starting".to_owned(),
            };
            NoStart::Failed(message)
        })?;
        match serde_json::from_str(&line) {
            Ok(Started { ready: true, refused: None, .. }) => Ok(Link::new(process, self.form)),
            Ok(Started { refused: Some(message), setting, .. }) => {
                let setting = setting.unwrap_or_else(|| "use".to_owned());
                Err(NoStart::Refused(SettingError::new(setting, message)))
            }
            Ok(_) => Err(NoStart::Failed("it is neither ready nor refuses to start".to_owned())),
            Err(error) => {
                let line: String = line.chars().take(80).collect();
                let message = format!("it did not say that it is ready ({error}): {line}");
                Err(NoStart::Failed(message))
            }
        }
    }

    /// A child that has declared what this program did.
    fn connect(&self) -> Result<Process, String> {
        let spare = lock(&self.spare).take();
        if let Some(mut spare) = spare
            && !spare.speaks_unasked()
        {
            return Ok(spare);
        }
        let (process, declaration, form) = greet(&self.words, &self.folder, &self.plugin)?;
        if (&declaration, form) != (&self.declaration, self.form) {
            return Err("it declares something else than when it was first started".to_owned());
        }
        Ok(process)
    }
}

/// Starts a child and exchanges the first lines.
fn greet(
    words: &[OsString],
    folder: &Path,
    plugin: &str,
) -> Result<(Process, Declaration, Form), String> {
    let program = words[0].to_string_lossy();
    let mut process =
        Process::start(words, folder, plugin).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("there is no program `{program}`"),
            io::ErrorKind::PermissionDenied => format!("`{program}` may not be executed"),
            _ => format!("`{program}` does not start: {error}"),
        })?;
    say(&mut process, &Hello::new());
    let line = process.line(now() + MANIFEST_LIMIT).map_err(|silence| match silence {
        Silence::Hung => {
            let said = process.kill();
            let limit = MANIFEST_LIMIT.as_secs();
            format!("`{program}` did not say within {limit} s what it declares{said}")
        }
        Silence::Dead => {
            format!("`{program}` ended without saying what it declares: {}", process.end())
        }
        Silence::TooLong => format!("`{program}` said something endless instead of a manifest"),
    })?;
    let (declaration, form) = Manifest::parse(&line)
        .map_err(|message| format!("`{program}` does not speak as a plugin does: {message}"))?;
    Ok((process, declaration, form))
}

/// Puts a line of JSON into the child's input.
fn say(process: &mut Process, message: &impl serde::Serialize) {
    serde_json::to_writer(&mut process.output, message)
        .expect("plain values are written to memory");
    process.output.push(b'\n');
}

/// A lock whose holder never panics while it holds it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
