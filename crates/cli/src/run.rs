//! `copydesk run`.

use std::cell::RefCell;
use std::io::{stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{Mode, Output, Overrides, Plan, PlannedStage};
use plugin_host::Loader;
use runner::{Ending, Gauges, Ledger, Options, Pipeline, Reading, Report, RunError};
use serde_json::Value;
use sink::{Folder, FolderOptions, NullSink, OpenError, StdoutSink};
use source::KnownFiles;
use stage_api::{Settings, Sink, Source, is_address};

use crate::args::{LogFormat, Logging, Retry, Run};
use crate::assemble::{self, Failed, First};
use crate::corrections::ByHand;
use crate::exit::{Exit, Trouble};
use crate::failures::Hearing;
use crate::interrupts::Interrupts;
use crate::metrics::Metrics;
use crate::pipeline_file::{self, PipelineFile};
use crate::preview::Preview;
use crate::progress::ProgressDisplay;
use crate::summary::{self, Written};
use crate::workplace::Workplace;
use crate::{followers, generation, kill, records, registry, shard, suspects, watch};

/// What the command line asks for, sorted out.
struct Request {
    file: PipelineFile,
    input: Input,
}

/// What a run stands in.
#[derive(Clone, Copy)]
pub(crate) struct Where<'r> {
    pub(crate) loader: &'r Loader,
    pub(crate) logging: &'r Logging,
    /// The output folder, if there is one.
    pub(crate) folder: Option<&'r Path>,
    /// The whole plan, be it that this run does a half of it.
    pub(crate) whole: &'r Plan,
    /// Whether it takes everything that its sources hold.
    pub(crate) sees_all: bool,
    pub(crate) interrupts: &'r Interrupts,
    pub(crate) gauges: &'r Arc<Gauges>,
    pub(crate) by_hand: &'r ByHand,
}

/// How a run knows what was there before it.
pub(crate) enum Known {
    /// By the rules of identity.
    Articles(Box<Ledger>),
    /// By its place in what was read before.
    Before(Reading),
}

/// What a run reads.
pub(crate) struct Articles<'r> {
    pub(crate) source: Box<dyn Source>,
    /// The files that need not be read, if any are to be passed over.
    pub(crate) known: Option<KnownFiles>,
    /// Opens the same once more; nothing where it cannot be read twice.
    pub(crate) again: &'r dyn Fn() -> Result<Option<Box<dyn Source>>, Trouble>,
}

enum Input {
    /// What the pipeline names.
    Pipeline,
    Paths(Vec<PathBuf>),
    Stdin,
}

pub(crate) fn run(command: &Run, logging: &Logging) -> Result<Exit, Trouble> {
    run_in(command, logging, None)
}

/// The same in a workplace that is there already, if one is.
fn run_in(command: &Run, logging: &Logging, place: Option<Workplace>) -> Result<Exit, Trouble> {
    // First, for models and plugins take a while to load.
    let interrupts = Interrupts::listen()?;
    let request = sort_out(command)?;
    let loader = registry::loader();
    let plan = plan(command, &request, &loader)?;
    let by_hand = ByHand::load(&plan)?;
    let by_hand = if command.shard.is_some() { by_hand.in_half(&plan, true) } else { by_hand };
    let into_folder_of_ours = matches!(plan.run.output, Output::Folder(_));
    let known = (into_folder_of_ours && !command.retry).then(KnownFiles::default);
    let gauges = Arc::default();
    let at = Where {
        loader: &loader,
        logging,
        folder: None,
        whole: &plan,
        sees_all: true,
        interrupts: &interrupts,
        gauges: &gauges,
        by_hand: &by_hand,
    };
    let _metrics = Metrics::of(&plan, &gauges)?;
    if command.watch {
        return watch(command, &at, &plan, &request);
    }
    if let Some(asked) = command.shard {
        if matches!(request.input, Input::Stdin) || plan.reads_records() {
            let message =
                "shards are made of the files of a drop; name the folders that they lie in";
            return Err(Trouble::Usage(message.to_owned()));
        }
        return shard::run(command, &at, &plan, asked);
    }
    let source = source(&plan, &request, known.as_ref())?;
    if let Some(articles) = command.preview {
        let mut preview = Preview::new(stdout());
        let report = start(
            &plan,
            Box::new(First::new(source, articles)),
            &mut preview,
            Known::Articles(Box::default()),
            &at,
        )?;
        return conclude(command, logging, &plan, &report, None);
    }
    match (&plan.run.output, plan.keeps_records()) {
        (Output::Stdout, _) | (_, None) if command.retry => Err(Trouble::Usage(
            "only an output folder knows what failed; name it with `--output`".to_owned(),
        )),
        (_, None) => {
            let known = Known::Articles(Box::default());
            let report = start(&plan, source, &mut NullSink, known, &at)?;
            by_hand.tell(None);
            conclude(command, logging, &plan, &report, None)
        }
        (Output::Stdout, Some(settings)) => {
            refuse_drop_files(&plan)?;
            let mut sink = StdoutSink::new(stdout(), stderr(), sink::record_options(settings));
            let known = Known::Articles(Box::default());
            let report = start(&plan, source, &mut sink, known, &at)?;
            by_hand.tell(None);
            conclude(command, logging, &plan, &report, None)
        }
        (Output::Folder(dir), Some(settings)) => {
            let again = || again(command, &plan, &request);
            let input = Articles { source, known, again: &again };
            let place = place.map_or_else(|| Workplace::open(dir), Ok)?;
            let exit = into_folder(command, &at, &plan, input, &place, settings);
            place.leave(exit)
        }
    }
}

/// One run after the other into an output folder, each over what has settled since.
fn watch(command: &Run, at: &Where<'_>, plan: &Plan, request: &Request) -> Result<Exit, Trouble> {
    let (Output::Folder(dir), Some(settings)) = (&plan.run.output, plan.keeps_records()) else {
        let message =
            "`--watch` needs an output folder, to know what is done; name one with `--output`";
        return Err(Trouble::Usage(message.to_owned()));
    };
    let inputs = plan.sources.iter().flat_map(|table| table.settings.texts("paths"));
    if is_address(dir) || inputs.map(Path::new).any(is_address) {
        let message = "`--watch` looks at folders of this machine each second; `copydesk run` now and then does for stores";
        return Err(Trouble::Usage(message.to_owned()));
    }
    let place = Workplace::open(dir)?;
    if plan.reads_records() {
        let message = "records are read once, without `--watch`; run again when there are more";
        return Err(Trouble::Usage(message.to_owned()));
    }
    if matches!(request.input, Input::Stdin) {
        let message = "standard input is read as it comes without `--watch`; name folders instead";
        return Err(Trouble::Usage(message.to_owned()));
    }
    let last = RefCell::new(KnownFiles::of_settled_files());
    let by_hand = RefCell::new(ByHand::load(plan)?);
    let seen = RefCell::new(None);
    let waits = || {
        // As a file, corrections count once they stay as they are from one look to the next.
        let text = by_hand.borrow().changed_text();
        let settled = text.is_some() && text == *seen.borrow();
        *seen.borrow_mut() = text;
        Ok(settled || assemble::has_news(plan, &last.borrow())?)
    };
    watch::watch(at.interrupts, waits, || {
        let now = by_hand.borrow().again()?;
        *by_hand.borrow_mut() = now;
        let by_hand = by_hand.borrow();
        let at = &Where { by_hand: &by_hand, ..*at };
        let known = KnownFiles::of_settled_files();
        let source = source(plan, request, Some(&known))?;
        let again = || again(command, plan, request);
        let input = Articles { source, known: Some(known.clone()), again: &again };
        let exit = into_folder(command, at, plan, input, &place, settings)?;
        if exit != Exit::Interrupted {
            *last.borrow_mut() = known; // what a run that failed has read is not done
        }
        Ok(exit)
    })
}

/// `copydesk retry`: a run of what the folder keeps as its last one, over its dead letters alone.
pub(crate) fn retry(command: Retry, logging: &Logging) -> Result<Exit, Trouble> {
    let folder = command.folder.clone();
    let place = Workplace::open(&folder)?;
    let kept = place.dir().join(sink::CONFIGURATION);
    if !kept.exists() {
        let help = "`copydesk run` comes first";
        return Err(Trouble::Usage(format!("{}: no output folder; {help}", folder.display())));
    }
    if let Some(shard) = sink::ShardFolder::open(place.dir()).map_err(Trouble::failed)? {
        let (number, of) = (shard.shard().number, shard.shard().of);
        return Err(Trouble::Usage(format!(
            "{} is shard {number}/{of}; `copydesk merge` makes one folder of all, and that can be retried",
            folder.display()
        )));
    }
    run_in(&Run { paths: vec![kept], ..command.into() }, logging, Some(place))
}

/// What the request asks for once more: all that this run and those after it are to take.
fn again(
    command: &Run,
    plan: &Plan,
    request: &Request,
) -> Result<Option<Box<dyn Source>>, Trouble> {
    let taken = command.watch.then(KnownFiles::of_finished_files);
    match request.input {
        Input::Stdin => Ok(None),
        Input::Pipeline | Input::Paths(_) => Ok(Some(assemble::sources(plan, taken.as_ref())?)),
    }
}

/// Runs a plan into an output folder, and brings what follows it up to date.
pub(crate) fn into_folder(
    command: &Run,
    at: &Where<'_>,
    plan: &Plan,
    Articles { source, known, again }: Articles<'_>,
    place: &Workplace,
    settings: &Settings,
) -> Result<Exit, Trouble> {
    let dir = place.dir();
    let options = FolderOptions {
        fresh: command.fresh,
        existing: command.retry,
        records: sink::record_options(settings),
        part_bytes: sink::part_bytes(settings),
        compression: sink::compression(settings),
        disk: kill::disk(),
        ..FolderOptions::new(dir, plan.key.as_str(), kept(at.whole)?)
    };
    let mut folder = open(options)?;
    if !command.fresh && !command.retry {
        generation::refuse_to_lose(&folder, dir, again)?;
    }
    let mut ledger = Ledger::default();
    for known in folder.known().map_err(Trouble::failed)? {
        ledger.remember(&known.map_err(Trouble::failed)?).map_err(Trouble::failed)?;
    }
    if let Some(known) = &known {
        known.amend(at.by_hand.digests());
        known.load(&folder.kept_files());
    }
    let standing = if command.retry {
        folder.standing_failures().map_err(Trouble::failed)?
    } else {
        Vec::new()
    };
    let source: Box<dyn Source> = if command.retry {
        for letter in &standing {
            ledger.retry(&letter.id, letter.payload, letter.revision);
        }
        Box::new(Failed::new(source, &standing))
    } else {
        source
    };
    let at = Where { folder: Some(dir), sees_all: !command.retry, ..*at };
    let mut hearing = Hearing::new(&mut folder);
    let report = start(plan, source, &mut hearing, Known::Articles(Box::new(ledger)), &at)?;
    hearing.tell(at.logging);
    let untried = (standing.len() as u64).saturating_sub(report.counts.read);
    if report.is_complete() && untried > 0 {
        let letters = summary::plural(untried, "dead letter");
        tracing::warn!("{letters} not met in what was read; name their files too");
    }
    if report.is_complete() && at.sees_all {
        // Of a file that has yet to settle, the output that this would replace may have articles.
        if known.as_ref().is_some_and(KnownFiles::met_unsettled) {
            tracing::debug!("some files have yet to settle; they are taken when they have");
        } else {
            folder.complete().map_err(|error| Trouble::writing(&error))?;
        }
        if let Some(known) = known {
            folder.keep_files(&known.to_bytes()).map_err(|error| Trouble::writing(&error))?;
        }
    }
    let corrections = at.by_hand.tell(report.is_complete().then_some(dir));
    write_figures(&folder, &report, plan, &at, corrections)?;
    // A run that failed may have left what cannot be told of yet.
    let tells = !matches!(report.ending, Ending::Failed(_) | Ending::Closed);
    let (mut made, caught_up) =
        if tells { followers::catch_up(plan, dir) } else { (Vec::new(), Ok(())) };
    for made in &mut made {
        made.place = place.shown(Path::new(&made.place)).display().to_string();
    }
    let output = Written { records: &place.shown(dir), made: &made };
    let exit = conclude(command, at.logging, plan, &report, Some(&output))?;
    caught_up.map(|()| exit)
}

/// The effective configuration of a plan, to be kept in an output folder.
pub(crate) fn kept(plan: &Plan) -> Result<String, Trouble> {
    let here = std::env::current_dir()
        .map_err(|error| Trouble::Failed(format!("the current folder: {error}")))?;
    Ok(config::explain(&plan.clone().with_absolute_paths(&here)))
}

pub(crate) fn open(options: FolderOptions) -> Result<Folder, Trouble> {
    Folder::open(options).map_err(|error| match error {
        OpenError::Io { .. } => {
            Trouble::writing(&error).saying("cannot make or open the output folder: ")
        }
        wrong_folder => Trouble::Usage(wrong_folder.to_string()),
    })
}

/// Writes `run.json`, unless a write failed: the counts then include what was not committed, and the next run tells
/// the true ones.
pub(crate) fn write_figures(
    folder: &Folder,
    report: &Report,
    plan: &Plan,
    at: &Where<'_>,
    corrections: Option<Value>,
) -> Result<(), Trouble> {
    let failed_writing = |error: &RunError| matches!(error, RunError::Sink(_) | RunError::State(_));
    if matches!(&report.ending, Ending::Failed(error) if failed_writing(error)) {
        return Ok(());
    }
    let mut figures = summary::figures(report, plan);
    figures.insert("peak_in_flight".to_owned(), at.gauges.peak_in_flight().into());
    figures.extend(corrections.map(|told| ("corrections".to_owned(), told)));
    folder.write_run(figures).map_err(|error| Trouble::writing(&error))
}

/// Standard output has room for records alone.
fn refuse_drop_files(plan: &Plan) -> Result<(), Trouble> {
    let with_file =
        |stage: &PlannedStage| Some((stage.name.clone(), stage.spec.info.drop_file.clone()?));
    match plan.stages.iter().find_map(with_file) {
        Some((stage, file)) => Err(Trouble::Usage(format!(
            "the stage `{stage}` writes {file}.jsonl, which standard output has no place for; name a folder with `--output DIR`, or leave the stage out"
        ))),
        None => Ok(()),
    }
}

/// Sorts the paths of the command line into pipeline and articles.
fn sort_out(command: &Run) -> Result<Request, Trouble> {
    let is_pipeline =
        |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let pipelines: Vec<_> = command.paths.iter().filter(is_pipeline).collect();
    if let [first, second, ..] = pipelines[..] {
        let (first, second) = (first.display(), second.display());
        return Err(Trouble::Usage(format!("two pipelines, {first} and {second}; name one")));
    }
    let mut inputs: Vec<PathBuf> =
        command.paths.iter().filter(|path| !is_pipeline(path)).cloned().collect();
    inputs.extend(command.input.iter().cloned());
    let file = PipelineFile::choose(pipelines.first().map(|path| path.as_path()));
    let input = match &inputs[..] {
        [] if file.is_built_in() => {
            let help = "`copydesk run FOLDER` reads the articles in a folder; `copydesk init` writes a pipeline.toml";
            return Err(Trouble::Usage(format!("no articles to read; {help}")));
        }
        [] => Input::Pipeline,
        [only] if only == Path::new("-") => Input::Stdin,
        several if several.iter().any(|path| path == Path::new("-")) => {
            return Err(Trouble::Usage(
                "standard input (`-`) cannot be read together with other paths".to_owned(),
            ));
        }
        paths => {
            paths.iter().try_for_each(|path| refuse_missing(path))?;
            Input::Paths(inputs)
        }
    };
    Ok(Request { file, input })
}

/// A path of the command line that leads nowhere is a slip of the hand, and no article that failed.
fn refuse_missing(path: &Path) -> Result<(), Trouble> {
    let Some(given) = path.to_str().filter(|given| source::leads_nowhere(given)) else {
        return Ok(());
    };
    if given.contains(['*', '?', '[']) {
        let message = format!("nothing matches `{given}`; correct the pattern, or name a folder");
        return Err(Trouble::Usage(message));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside: Vec<String> = std::fs::read_dir(folder.unwrap_or(Path::new(".")))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let help = match config::nearest(name, beside.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{}`?", path.with_file_name(near).display()),
        None => "name the files or folders that the articles lie in".to_owned(),
    };
    Err(Trouble::Usage(format!("there is no file or folder `{given}`; {help}")))
}

fn plan(command: &Run, request: &Request, loader: &Loader) -> Result<Plan, Trouble> {
    let paths = match &request.input {
        Input::Pipeline => None,
        Input::Paths(paths) => Some(paths.clone()),
        Input::Stdin => Some(vec!["-".into()]),
    };
    let (output, workers) = (command.output.clone(), command.workers);
    let overrides = Overrides { paths, records: command.from.is_some(), output, workers };
    let options = pipeline_file::options(Mode::Run, true, overrides, loader);
    let plan = request.file.plan(&registry::built_in(), &options)?;
    if !plan.warnings.is_empty() {
        eprintln!("{}\n", plan.warnings.render(crate::log::stderr_has_color()));
    }
    if let Some(stage) = &command.from {
        return records::starting_at(plan, stage);
    }
    records::check(&plan)?;
    if plan.sources.is_empty() {
        let help = "add a [[source]] table, or name them on the command line";
        return Err(Trouble::Usage(format!("{} names no articles to read; {help}", plan.file)));
    }
    Ok(plan)
}

fn source(
    plan: &Plan,
    request: &Request,
    known: Option<&KnownFiles>,
) -> Result<Box<dyn Source>, Trouble> {
    match request.input {
        Input::Stdin => {
            if plan.reads_records() {
                return Err(records::not_from_stdin());
            }
            let context = source::Context { max_article: plan.run.max_article };
            let opened = source::open_stdin(stdin(), &plan.sources[0].settings, &context);
            Ok(Box::new(opened.map_err(|error| Trouble::Usage(error.to_string()))?))
        }
        Input::Pipeline | Input::Paths(_) => assemble::sources(plan, known),
    }
}

/// Runs the plan's stages between a source and a sink, watched.
pub(crate) fn start(
    plan: &Plan,
    source: Box<dyn Source>,
    sink: &mut dyn Sink,
    known: Known,
    at: &Where<'_>,
) -> Result<Report, Trouble> {
    let (ledger, reading) = match known {
        Known::Articles(ledger) => (*ledger, None),
        Known::Before(reading) => (Ledger::default(), Some(reading)),
    };
    let options = Options {
        workers: plan.run.workers,
        memory: plan.run.memory,
        order: plan.run.order,
        on_error: plan.run.on_error,
        max_failures: plan.run.max_failures,
        ledger,
        reading,
        amended: at.by_hand.amended(),
        stop: at.interrupts.begin(),
        gauges: Arc::clone(at.gauges),
        ..Options::default()
    };
    tracing::info!(
        pipeline = plan.run.name,
        key = plan.key,
        stages = plan.stages.len(),
        "run started"
    );
    let watch = suspects::watch(plan, at.loader, at.folder)?;
    let progress = ProgressDisplay::start(options.gauges.clone(), at.logging);
    let segments = assemble::segments(plan, at.by_hand);
    let report = runner::run(Pipeline { source, segments, sink }, options);
    drop(progress);
    // Of a run that did not see everything, suspects stay suspects.
    if let Some(watch) = watch.filter(|_| report.is_complete() && at.sees_all) {
        watch
            .finish()
            .map_err(|error| Trouble::Failed(format!("the note of what is in flight: {error}")))?;
    }
    Ok(report)
}

/// Says what became of the run, and which exit code that is.
pub(crate) fn conclude(
    command: &Run,
    logging: &Logging,
    plan: &Plan,
    report: &Report,
    output: Option<&Written<'_>>,
) -> Result<Exit, Trouble> {
    let counts = report.counts;
    tracing::info!(
        read = counts.read,
        written = counts.written,
        discarded = counts.discarded,
        failed = counts.failed,
        unchanged = counts.unchanged,
        seconds = report.wall.as_secs_f64(),
        pipeline = plan.run.name,
        "run ended"
    );
    if logging.log_format == LogFormat::Text && !matches!(report.ending, Ending::Closed) {
        eprint!("{}", summary::table(report));
        eprintln!("{}", summary::closing_line(report, output, command.fresh));
    }
    let found_nothing = counts.read == 0 && counts.unchanged == 0;
    let expects_some = !command.retry && command.shard.is_none();
    if matches!(report.ending, Ending::Complete) && found_nothing && expects_some {
        tracing::warn!("no article was found; name files or folders that hold some");
    }
    match &report.ending {
        Ending::Failed(RunError::Sink(error)) => {
            Err(Trouble::writing(error).saying("cannot write the output: "))
        }
        Ending::Failed(error) => Err(Trouble::failed(error)),
        Ending::Interrupted => Ok(Exit::Interrupted),
        Ending::Complete if counts.failed > 0 && !command.accept_failures => Ok(Exit::DeadLetters),
        Ending::Complete | Ending::Closed => Ok(Exit::Success),
    }
}
