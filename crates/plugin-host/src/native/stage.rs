//! What the runner sees of a library: stages. And what becomes of an article that a library was
//! found dead over: it goes to a process of its own.

use std::borrow::Cow;
use std::ffi::{OsString, c_void};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use document::Document;
use plugin_abi::{Bytes, Call, StageState1, ability, outcome};
use serde_json::Value as Json;
use stage_api::{
    ArticleFactory, BuiltStage, FailureClass, Flow, OrderedStage, Placement, SettingError,
    Settings, Stage, StageError, StageSpec,
};

use super::call::{HOST, State, Talk};
use super::library::{Library, ability_of};
use super::shown::Shown;
use crate::check::Contract;
use crate::child::Program;
use crate::in_flight::{InFlight, Slot, Suspect, crash};
use crate::schema;

/// How to run a library in a process of its own: a command that serves it, to which its file is added.
#[derive(Clone, Debug)]
pub(crate) struct Serve {
    pub(crate) command: Vec<OsString>,
    pub(crate) library: PathBuf,
    /// The plugin's name in the pipeline file.
    pub(crate) plugin: String,
}

impl Serve {
    /// Starts a process that serves the library.
    pub(crate) fn program(&self) -> Result<Arc<Program>, String> {
        let mut words = self.command.clone();
        words.push(self.library.clone().into());
        let folder = self.library.parent().unwrap_or(&self.library);
        Program::ask(words, folder, &self.plugin)
    }
}

/// A library as a plugin of a pipeline.
pub(crate) struct Native {
    pub(crate) library: Arc<Library>,
    pub(crate) serve: Serve,
    pub(crate) in_flight: InFlight,
}

impl Native {
    /// Its stages, each named `plugin/stage`.
    ///
    /// # Errors
    /// What is wrong with its declaration.
    pub(crate) fn stages(self) -> Result<Vec<StageSpec>, String> {
        let native = Arc::new(self);
        let declaration = native.library.declaration();
        let checked = declaration.check(&native.serve.plugin)?;
        let specs = checked.into_iter().zip(&declaration.stages).enumerate();
        let specs = specs.map(|(number, ((info, settings), declared))| {
            let native = Arc::clone(&native);
            let build = move |settings: &Settings, placement: &Placement| {
                native.build(number, settings, placement)
            };
            StageSpec::placed(info, declared.ordered, settings, build)
        });
        Ok(specs.collect())
    }

    fn build(
        self: &Arc<Self>,
        number: usize,
        settings: &Settings,
        placement: &Placement,
    ) -> Result<BuiltStage, SettingError> {
        let declared = &self.library.declaration().stages[number];
        if placement.isolate {
            let program = self.serve.program();
            let program = program.map_err(|message| SettingError::new("use", message))?;
            return program.build(declared, settings, placement);
        }
        let made = Made {
            native: Arc::clone(self),
            number,
            name: format!("{}/{}", self.serve.plugin, declared.name),
            contract: Contract::new(&declared.writes),
            settings: settings.clone(),
            placement: placement.clone(),
            first: Mutex::new(None),
        };
        let first = Arc::new(made.instance()?);
        *made.first() = Some(first);
        let made = Arc::new(made);
        Ok(if declared.ordered {
            BuiltStage::Ordered(Arc::new(move || made.ordered()))
        } else {
            BuiltStage::Article(Arc::new(Factory(made)))
        })
    }
}

/// A stage with its settings: what instances are made from.
struct Made {
    native: Arc<Native>,
    /// Which of the library's stages.
    number: usize,
    /// `plugin/stage`.
    name: String,
    contract: Contract,
    settings: Settings,
    placement: Placement,
    /// The instance that showed whether the settings fit, until it is used; a shared one for good.
    first: Mutex<Option<Arc<Instance>>>,
}

impl Made {
    fn first(&self) -> std::sync::MutexGuard<'_, Option<Arc<Instance>>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shared(&self) -> bool {
        self.native.library.declaration().stages[self.number].shared
    }

    /// The first instance if it is free, else a new one.
    fn next(&self) -> Result<Arc<Instance>, SettingError> {
        let first = if self.shared() { self.first().clone() } else { self.first().take() };
        first.map_or_else(|| self.instance().map(Arc::new), Ok)
    }

    fn instance(&self) -> Result<Instance, SettingError> {
        let library = &self.native.library;
        let table = library.stage(self.number);
        let create = table.create.expect("a library without it was refused");
        let settings = schema::to_json(&self.settings);
        let parsed = serde_json::from_str(&settings).expect("we wrote it");
        let talk = Talk::take(&self.placement.stage);
        let call = talk.open(parsed);
        let mut handle = std::ptr::null_mut();
        let code = {
            let _one_at_a_time = library.making.lock().unwrap_or_else(PoisonError::into_inner);
            // SAFETY: the boundary's promise for `create`; settings and call live until it returns.
            crash::beside(&self.placement.stage, "while it was made", || unsafe {
                create(&raw const HOST, call, Bytes::new(&settings), &raw mut handle)
            })
        };
        let explained = talk.close().explained.take();
        talk.give_back();
        if code == 0 {
            let (library, stage) = (Arc::clone(library), self.placement.stage.clone());
            return Ok(Instance { library, number: self.number, stage, handle });
        }
        let (about, message) = explained.unwrap_or_default();
        let message =
            if message.is_empty() { format!("`{}` does not say why", self.name) } else { message };
        let about = if about.is_empty() { "use".to_owned() } else { about };
        Err(SettingError::new(about, message))
    }

    fn stage(self: &Arc<Self>, suspects: Vec<Suspect>) -> NativeStage {
        NativeStage {
            made: Arc::clone(self),
            instance: None,
            talk: Talk::take(&self.placement.stage),
            slot: None,
            shown: Shown::default(),
            change: None,
            suspects,
            isolated: None,
        }
    }

    /// The stage in a process of its own.
    fn isolated(&self) -> Result<BuiltStage, String> {
        let declared = &self.native.library.declaration().stages[self.number];
        let program = self.native.serve.program()?;
        program.build(declared, &self.settings, &self.placement).map_err(|error| error.to_string())
    }

    /// In this process, unless it ended the last run: what an ordered stage knows cannot be divided.
    fn ordered(self: &Arc<Self>) -> Box<dyn OrderedStage> {
        if self.native.in_flight.suspects(&self.placement.stage).is_empty() {
            return Box::new(self.stage(Vec::new()));
        }
        match self.isolated() {
            Ok(BuiltStage::Ordered(make)) => make(),
            Ok(BuiltStage::Article(_)) => Box::new(Broken("is no ordered stage".to_owned())),
            Err(message) => Box::new(Broken(message)),
        }
    }
}

struct Factory(Arc<Made>);

impl ArticleFactory for Factory {
    fn instance(&self) -> Box<dyn Stage> {
        Box::new(self.0.stage(self.0.native.in_flight.suspects(&self.0.placement.stage)))
    }
}

/// A stage that cannot be run at all.
struct Broken(String);

impl OrderedStage for Broken {
    fn process(&mut self, _doc: &mut Document) -> Result<Flow, StageError> {
        Err(StageError::Fatal(self.0.clone()))
    }

    fn restore(&mut self, _change: &[u8]) -> Result<(), String> {
        Err(self.0.clone())
    }
}

/// An instance of the library's.
struct Instance {
    library: Arc<Library>,
    number: usize,
    /// The stage's name in the pipeline.
    stage: String,
    handle: *mut c_void,
}

// SAFETY: the boundary's promise: calls on an instance may come from any thread, and the stage that
// owns it makes one at a time; a shared one may be called from several at once.
unsafe impl Send for Instance {}
// SAFETY: as above; only instances that are declared shared are used from several threads.
unsafe impl Sync for Instance {}

impl Drop for Instance {
    fn drop(&mut self) {
        let Some(destroy) = self.library.stage(self.number).destroy else { return };
        let _one_at_a_time = self.library.making.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: `create` gave this handle, nobody uses it any more, and it is freed once.
        crash::beside(&self.stage, "while it was ended", || unsafe { destroy(self.handle) });
    }
}

/// One worker's share of a native stage.
struct NativeStage {
    made: Arc<Made>,
    instance: Option<Arc<Instance>>,
    talk: &'static Talk,
    slot: Option<&'static Slot>,
    shown: Shown,
    change: Option<Vec<u8>>,
    /// Articles that this stage was found dead over.
    suspects: Vec<Suspect>,
    /// The stage in a process of its own, once a suspect came.
    isolated: Option<Box<dyn Stage>>,
}

impl NativeStage {
    fn call(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        self.change = None;
        if self.suspects.iter().any(|suspect| suspect.is(doc.id())) {
            return self.call_isolated(doc);
        }
        let instance = self.instance()?;
        let slot = self.slot();
        let call = self.talk.open(Json::Null);
        let shown = self.shown.document(doc);
        let process = instance
            .library
            .stage(instance.number)
            .process
            .expect("a library without it was refused");
        slot.begin(doc.id());
        // SAFETY: the boundary's promise for `process`; the document and its table outlive the call.
        let code = unsafe { process(instance.handle, &raw const shown, call) };
        let cancelled = slot.end();
        let mut state = self.talk.close();
        // What it could not restore is not kept either.
        let keeps_state =
            self.made.native.library.declaration().stages[self.made.number].keeps_state;
        self.change = state.change.take().filter(|_| keeps_state);
        if cancelled {
            let timeout = self.made.placement.timeout.unwrap_or_default();
            let message = format!("`{}`: took longer than {timeout:?}", self.made.name);
            return Err(StageError::Foreign(FailureClass::Timeout, message));
        }
        let flow = judge(&mut state, code, doc, &self.made);
        drop(state);
        let panicked = matches!(flow, Err(StageError::Foreign(FailureClass::Panic, _)));
        if panicked && !self.made.native.library.declaration().stages[self.made.number].ordered {
            self.instance = None; // another one is made for the next article
            self.made.first().take_if(|first| Arc::ptr_eq(first, &instance));
        }
        flow
    }

    fn instance(&mut self) -> Result<Arc<Instance>, StageError> {
        if let Some(instance) = &self.instance {
            return Ok(Arc::clone(instance));
        }
        let made = self.made.next().map_err(|error| {
            StageError::Fatal(format!("`{}` makes no further instance: {error}", self.made.name))
        })?;
        Ok(Arc::clone(self.instance.insert(made)))
    }

    fn slot(&mut self) -> &'static Slot {
        self.slot.get_or_insert_with(|| {
            let Placement { stage, timeout, .. } = &self.made.placement;
            let slot = self.made.native.in_flight.slot(stage, *timeout);
            self.talk.set_slot(slot);
            slot
        })
    }

    fn call_isolated(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        if self.isolated.is_none() {
            let failed = |message: String| {
                let name = &self.made.name;
                let message = format!(
                    "`{name}`: ended the last run on it, and does not run in a process of its own: {message}"
                );
                StageError::Foreign(FailureClass::Crash, message)
            };
            let built = self.made.isolated().map_err(&failed)?;
            let BuiltStage::Article(factory) = built else {
                return Err(failed("it is no article stage there".to_owned()));
            };
            self.isolated = Some(factory.instance());
        }
        self.isolated.as_mut().expect("it was just made").process(doc)
    }
}

/// What became of an article, from what the library returned and said; its answer goes into `doc`.
fn judge(
    state: &mut State,
    code: i32,
    doc: &mut Document,
    made: &Made,
) -> Result<Flow, StageError> {
    let name = &made.name;
    let explained = state.explained.take().map(|(_, message)| message);
    let said = explained.filter(|message| !message.trim().is_empty());
    let why = |said: Option<String>| {
        format!("`{name}`: {}", said.as_deref().unwrap_or("no reason given"))
    };
    let contract = |what: String| {
        Err(StageError::Foreign(FailureClass::Contract, format!("`{name}`: {what}")))
    };
    match (code, state.refused.take()) {
        (outcome::PANIC, _) => {
            let said = said.as_deref().unwrap_or("panicked without a message");
            Err(StageError::Foreign(FailureClass::Panic, format!("`{name}`: {said}")))
        }
        (outcome::FATAL, _) => Err(StageError::Fatal(why(said))),
        (_, Some(violation)) => contract(format!("answered what it may not: {violation}")),
        (outcome::KEEP, None) => match state.answer.apply(doc, &made.contract) {
            Ok(()) => Ok(Flow::Keep),
            Err(violation) => contract(format!("answered what it may not: {violation}")),
        },
        (outcome::DISCARD, None) => {
            Ok(Flow::Discard(said.map_or(Cow::Borrowed("no reason given"), Cow::Owned)))
        }
        (outcome::FAIL, None) => Err(StageError::Article(why(said))),
        (outcome::RETRY, None) => Err(StageError::Retry(why(said))),
        (other, None) => contract(format!("returned {other}, which is no outcome")),
    }
}

impl Stage for NativeStage {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        self.call(doc)
    }
}

impl OrderedStage for NativeStage {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        self.call(doc)
    }

    fn take_change(&mut self) -> Option<Vec<u8>> {
        self.change.take()
    }

    fn restore(&mut self, change: &[u8]) -> Result<(), String> {
        const WHAT: &str = "while it was told its state";
        let instance = self.instance().map_err(|error| error.to_string())?;
        let name = &self.made.name;
        let stage = instance.library.stage(instance.number);
        let table = crash::beside(&instance.stage, WHAT, || ability_of(stage, ability::STATE));
        // SAFETY: the boundary's promise: null, or the table of this id, as long as the process lives.
        let restore =
            unsafe { table.cast::<StageState1>().as_ref() }.and_then(|table| table.restore);
        let restore = restore.ok_or_else(|| format!("`{name}` keeps no state"))?;
        let call: *mut Call = self.talk.open(Json::Null);
        // SAFETY: the boundary's promise for `restore`; the bytes outlive the call.
        let code = crash::beside(&instance.stage, WHAT, || unsafe {
            restore(instance.handle, change.into(), call)
        });
        let explained = self.talk.close().explained.take();
        if code == 0 {
            return Ok(());
        }
        let said = explained.map(|(_, message)| message).filter(|message| !message.is_empty());
        Err(format!("`{name}`: {}", said.as_deref().unwrap_or("no reason given")))
    }
}

impl Drop for NativeStage {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            self.made.native.in_flight.release(slot);
        }
        self.talk.give_back();
    }
}
