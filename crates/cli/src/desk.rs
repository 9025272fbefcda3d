//! The article stages of a pipeline file over articles that somebody else brings, and over single files.
//!
//! Neither the sources nor the sinks of the file are opened, and its ordered stages do not run: they would have to see
//! every article. What comes out are the records that `copydesk run` writes.

use std::io;
use std::mem;
use std::path::Path;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use config::{Mode, Overrides, Plan};
use document::{Document, Origin};
use plugin_host::{Loader, Watch};
use runner::{Counts, Ending, Line, NoArticle, Options, Pipeline, Segment};
use sink::RecordEncoder;
use source::Context;
use stage_api::{Arrival, Encode, Failure, Outcome, Receipt, Settings, Sink, SinkError, Source};
use wire::Tape;

use crate::corrections::ByHand;
use crate::exit::{self, Trouble};
use crate::pipeline_file;
use crate::{assemble, registry, suspects};

pub use source::InputFile;

/// Articles that one worker takes at a time, as in a run.
const BATCH: usize = 16;

/// What became of an article: its record in the form that was asked for, or why there is none.
pub type Answer = Result<Vec<u8>, Box<NoRecord>>;

/// What the records of answers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordForm {
    /// Lines of JSON, line end included.
    Line,
    /// What [`wire::play`] tells again. Spans have their words wherever the record has its text.
    Tape,
}

/// An article without a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRecord {
    /// The id that it has or would have had.
    pub id: String,
    /// Where it was read from, payload digest included.
    pub origin: Origin,
    /// The class of a dead letter; `discarded` where a stage dropped it on purpose, which is no failure.
    pub class: &'static str,
    /// The stage that failed; `None` for what could not be read and what was discarded.
    pub stage: Option<String>,
    /// What happened and what to do, or the reason for discarding it.
    pub message: String,
}

/// Why articles cannot be processed at all; displays as what to tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The pipeline file, what it names, or what was asked of it is wrong; for mistakes of the file in the very words
    /// of `copydesk check`.
    #[error("{0}")]
    Configuration(String),
    /// Something failed on the way, and what was begun has no outcome.
    #[error("{0}")]
    Failed(String),
}

/// A pipeline file, ready for articles.
///
/// Any number of threads may use one at a time.
pub struct Desk {
    plan: Plan,
    left_out: Vec<String>,
    segments: Vec<Segment>,
    records: wire::Options,
    /// The settings of the first `files` source: what it calls the fields of an article.
    fields: Settings,
    workers: usize,
    /// Lines at rest: a stage of a child process takes long to begin.
    lines: Mutex<Lines>,
    _loader: Loader,
    _watch: Option<Watch>,
}

struct Lines {
    /// The process that made them. Another has the numbers of their children and pipes, but not these.
    process: u32,
    at_rest: Vec<Line>,
}

impl Desk {
    /// Reads a pipeline file, loads its plugins and models, and checks everything. `workers` counts in place of the
    /// file's `run.workers`; 0 is one per core.
    ///
    /// # Errors
    /// [`DeskError::Configuration`] where `copydesk check` refuses the file, save for what concerns its sources, or an
    /// environment variable is not set.
    pub fn open(file: &Path, workers: Option<usize>) -> Result<Self, DeskError> {
        let loader = registry::loader();
        let options = pipeline_file::options(Mode::Run, true, Overrides::default(), &loader);
        let mistakes = |mistakes| DeskError::Configuration(exit::told(&mistakes, false));
        let mut plan = Plan::load(file, &registry::built_in(), &options).map_err(mistakes)?;
        let behind = plan.stages.split_off(plan.before_ordered());
        let left_out = behind.into_iter().map(|stage| stage.name).collect();
        let by_hand = ByHand::load(&plan)?;
        let records = plan.keeps_records().map(sink::record_options).unwrap_or_default();
        let files = plan.sources.iter().find(|source| source.name == "files");
        let fields = files.map(|source| source.settings.clone()).unwrap_or_default();
        let workers = match workers.unwrap_or(plan.run.workers) {
            0 => thread::available_parallelism().map_or(1, Into::into),
            given => given,
        };
        Ok(Self {
            left_out,
            segments: assemble::segments(&plan, &by_hand),
            records,
            fields,
            workers,
            lines: Mutex::new(Lines { process: process::id(), at_rest: Vec::new() }),
            _watch: suspects::watch(&plan, &loader, None)?,
            _loader: loader,
            plan,
        })
    }

    /// The names of the stages that run, in order.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        self.plan.stages.iter().map(|stage| &*stage.name)
    }

    /// The names of the stages that do not: the first ordered one, and those behind it.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// The configuration key of the file: it changes whenever the records may.
    pub fn key(&self) -> &str {
        &self.plan.key
    }

    /// What becomes of articles, one on each line of `json`, as in a file of JSON Lines. An answer for each line,
    /// in their order, whether two articles are the same or not. No origin says which line that was: who brings articles
    /// cuts them into lines at will, and a record is the same however it came.
    ///
    /// # Errors
    /// [`DeskError::Failed`] where a stage says that it can work on no article at all.
    pub fn take(&self, json: Vec<u8>, form: RecordForm) -> Result<Vec<Answer>, DeskError> {
        let mut source = source::open_stdin(io::Cursor::new(json), &self.fields, &self.context())
            .map_err(|error| DeskError::Configuration(error.to_string()))?;
        let mut answers: Vec<Option<Answer>> = Vec::new();
        let mut docs = Vec::new();
        while let Some(arrival) =
            source.next().map_err(|error| DeskError::Failed(error.to_string()))?
        {
            match arrival {
                Arrival::Article(mut doc) => {
                    forget_line(&mut doc.origin);
                    docs.push((answers.len(), doc));
                    answers.push(None);
                }
                Arrival::Failed(mut failure) => {
                    forget_line(&mut failure.origin);
                    answers.push(Some(Err(failure.into())));
                }
                Arrival::Discarded { id, mut origin, reason } => {
                    forget_line(&mut origin);
                    answers.push(Some(Err(NoRecord::discarded(id, origin, reason))));
                }
                // Of lines of JSON, neither comes.
                Arrival::Unchanged { .. } | Arrival::Ended { .. } => {}
            }
        }
        for (at, outcome) in self.process(docs, self.encoder(form))? {
            answers[at] = answer(outcome);
        }
        Ok(answers.into_iter().map(|answer| answer.expect("each line has an answer")).collect())
    }

    /// The files that `paths` leads to, in the order in which a run reads them.
    ///
    /// # Errors
    /// [`DeskError::Configuration`] where the paths make no sense, or two files would have one id.
    pub fn files(&self, paths: &[&str]) -> Result<Vec<InputFile>, DeskError> {
        let settings = self.fields.clone().with("paths", paths.to_vec());
        source::list_files(&settings).map_err(|error| DeskError::Configuration(error.to_string()))
    }

    /// What a run reads of one file, each answer to `each` in input order. The rules of identity hold inside of the
    /// file: what is the same twice has one record.
    ///
    /// # Errors
    /// [`DeskError::Failed`] where the run fails, or `each` does.
    pub fn file(
        &self,
        file: InputFile,
        form: RecordForm,
        each: &mut (dyn FnMut(Answer) -> io::Result<()> + Send),
    ) -> Result<Counts, DeskError> {
        let place = file.path.display().to_string();
        let source = source::open_file(&self.fields, &self.context(), file)
            .map_err(|error| DeskError::Configuration(error.to_string()))?;
        let mut sink = Each { take: each, encoder: self.encoder(form), place };
        let pipeline =
            Pipeline { source: Box::new(source), segments: self.segments.clone(), sink: &mut sink };
        let run = &self.plan.run;
        let options = Options {
            workers: self.workers,
            memory: run.memory,
            on_error: run.on_error,
            max_failures: run.max_failures,
            ..Options::default()
        };
        let report = runner::run(pipeline, options);
        match report.ending {
            Ending::Failed(error) => Err(DeskError::Failed(error.to_string())),
            _ => Ok(report.counts),
        }
    }

    fn context(&self) -> Context {
        Context { max_article: self.plan.run.max_article }
    }

    fn encoder(&self, form: RecordForm) -> Encoder {
        Encoder { form, options: self.records }
    }

    /// The outcomes of articles by their numbers, in any order.
    fn process(
        &self,
        docs: Vec<(usize, Document)>,
        encoder: Encoder,
    ) -> Result<Vec<(usize, Outcome)>, NoArticle> {
        let mut docs = docs.into_iter();
        let batches: Vec<Vec<_>> = std::iter::from_fn(|| Some(docs.by_ref().take(BATCH).collect()))
            .take_while(|batch: &Vec<_>| !batch.is_empty())
            .collect();
        let workers = self.workers.min(batches.len());
        let waiting = Mutex::new(batches);
        let work = || -> Result<Vec<(usize, Outcome)>, NoArticle> {
            let mut done = Vec::new();
            let mut line = self.line();
            line.encode_with(Arc::new(encoder));
            loop {
                // The lock is given back before the work begins.
                let batch = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some(batch) = batch else { break };
                let (numbers, docs): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
                done.extend(numbers.into_iter().zip(line.take(docs)?));
            }
            self.at_rest(|lines| lines.push(line));
            Ok(done)
        };
        if workers <= 1 {
            return work();
        }
        thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let mut done = Vec::new();
            for thread in threads {
                done.extend(thread.join().expect("a line catches what its stages throw")?);
            }
            Ok(done)
        })
    }

    fn line(&self) -> Line {
        let at_rest = self.at_rest(Vec::pop);
        at_rest.unwrap_or_else(|| Line::new(&self.segments))
    }

    fn at_rest<T>(&self, with: impl FnOnce(&mut Vec<Line>) -> T) -> T {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.process != process::id() {
            // A fork: the lines are the parent's, and ending them here would end its children.
            lines.process = process::id();
            mem::forget(mem::take(&mut lines.at_rest));
        }
        with(&mut lines.at_rest)
    }
}

/// Makes records in the form that was asked for.
#[derive(Clone, Copy)]
struct Encoder {
    form: RecordForm,
    options: wire::Options,
}

impl Encode for Encoder {
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String> {
        match self.form {
            RecordForm::Line => RecordEncoder(self.options).encode(doc, out),
            RecordForm::Tape => wire::tell(doc, &self.options.with_words(), &mut Tape(out))
                .map_err(|error| error.to_string()),
        }
    }
}

/// Hands what becomes of articles on.
struct Each<'e> {
    take: &'e mut (dyn FnMut(Answer) -> io::Result<()> + Send),
    encoder: Encoder,
    place: String,
}

impl Sink for Each<'_> {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(self.encoder))
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        let Some(answer) = answer(outcome) else { return Ok(()) };
        (self.take)(answer).map_err(|error| SinkError::Io { path: self.place.clone(), error })
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn forget_line(origin: &mut Origin) {
    (origin.line, origin.offset) = (None, None);
}

/// What an outcome says; nothing where the article was there already.
fn answer(outcome: Outcome) -> Option<Answer> {
    match outcome {
        Outcome::Written { record, .. } => Some(Ok(record)),
        Outcome::Discarded { receipt: Receipt { id, origin, .. }, reason } => {
            Some(Err(NoRecord::discarded(id, origin, reason)))
        }
        Outcome::Failed { failure, .. } => Some(Err(failure.into())),
        Outcome::Unchanged | Outcome::Moved { .. } | Outcome::Restored { .. } => None,
    }
}

impl NoRecord {
    fn discarded(id: String, origin: Origin, reason: String) -> Box<Self> {
        Box::new(Self { id, origin, class: "discarded", stage: None, message: reason })
    }
}

impl From<Failure> for Box<NoRecord> {
    fn from(failure: Failure) -> Self {
        let Failure { id, origin, stage, class, message, .. } = failure;
        Self::new(NoRecord { id, origin, class: class.word(), stage, message })
    }
}

impl From<NoArticle> for DeskError {
    fn from(error: NoArticle) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<Trouble> for DeskError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Mistakes(mistakes) => Self::Configuration(exit::told(&mistakes, false)),
            Trouble::Usage(message) => Self::Configuration(message),
            trouble => Self::Failed(trouble.message()),
        }
    }
}
