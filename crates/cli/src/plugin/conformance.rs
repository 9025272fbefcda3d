//! `copydesk plugin test`: whether a plugin keeps its promises, tried through the host's own code.
//!
//! Every article is first worked on in a process of its own, so that a stage that aborts or never
//! returns costs a line of the report and not the report.

use std::collections::BTreeMap;
use std::io::{Write, stdout};
use std::path::Path;
use std::thread;
use std::time::Duration;

use config::{Mode, Overrides, Plan, PlannedStage};
use document::Document;
use stage_api::{
    BuiltStage, FailureClass, Kind, Lane, PluginLoader, PluginProgram, PluginRequest, Settings,
    StageSpec, Value,
};
use wire::Record;

use super::Opened;
use super::check::{Report, Verdict, help};
use super::samples::{self, Sample};
use super::subject::{Answer, Instance, Subject};
use crate::args::PluginTest;
use crate::exit::{Exit, Trouble};
use crate::{pipeline_file, registry, summary};

/// How long one article may take.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn test(command: &PluginTest) -> Result<Exit, Trouble> {
    let loader = registry::loader();
    if let Some(file) = command.pipeline.as_deref().filter(|file| !file.is_file()) {
        return Err(Trouble::Usage(format!("there is no pipeline `{}`", file.display())));
    }
    let opened = Opened::open(&loader, &command.program)?;
    let mut out = stdout();
    write!(out, "{}", opened.heading())?;
    let mut report = Report::default();
    for spec in &opened.plugin.stages {
        writeln!(out, "\n{}", spec.info.name)?;
        match prepare(&loader, command.pipeline.as_deref(), &opened, spec) {
            Ok(stages) => check_stage(stages, opened.plugin.file.lane, &mut report)?,
            Err(why) => report.say("settings", &Verdict::broken(why, HOW_TO_SET))?,
        }
    }
    let total = summary::plural(report.passed + report.broken, "check");
    writeln!(out)?;
    if report.broken > 0 {
        eprintln!("{total}: {} FAILED", report.broken);
        return Ok(Exit::Failure);
    }
    eprintln!(
        "{total}: all ok. Another ABI, a missing symbol, a wrong hash and rows out of range are refused by the \
         host, whatever the plugin"
    );
    Ok(Exit::Success)
}

const HOW_TO_SET: &str =
    "settings to test with are taken from a pipeline that uses the stage: `--pipeline FILE`";

/// The stages up to the tested one, built: those of a pipeline file, or the built-ins that the stage
/// may stand behind.
fn prepare(
    loader: &dyn PluginLoader,
    pipeline: Option<&Path>,
    opened: &Opened,
    spec: &StageSpec,
) -> Result<Vec<PlannedStage>, String> {
    let overrides = Overrides { paths: Some(Vec::new()), ..Overrides::default() };
    let options = pipeline_file::options(Mode::Run, true, overrides, loader);
    let registry = registry::built_in();
    let planned = if let Some(file) = pipeline {
        Plan::load(file, &registry, &options)
    } else {
        let text = pipeline_text(&opened.request, spec)?;
        Plan::from_text("the suite's pipeline", &text, Path::new(""), &registry, &options)
    };
    let mut plan = planned.map_err(|mistakes| mistakes.render(false))?;
    let stage = spec.info.name.split_once('/').map_or("", |(_, stage)| stage);
    let is_tested = |planned: &PlannedStage| {
        let file = planned.spec.plugin.as_ref();
        file.is_some_and(|file| file.digest == opened.plugin.file.digest)
            && planned.spec.info.name.ends_with(&format!("/{stage}"))
    };
    let Some(at) = plan.stages.iter().position(is_tested) else {
        // Of a pipeline that uses other stages of the plugin, nothing is to be learnt about this one.
        return match pipeline {
            Some(_) => prepare(loader, None, opened, spec),
            None => Err("it has changed since it was loaded".to_owned()),
        };
    };
    plan.stages.truncate(at + 1);
    Ok(plan.stages)
}

/// A pipeline with the built-ins that write what the stage does not, and the stage.
fn pipeline_text(request: &PluginRequest, spec: &StageSpec) -> Result<String, String> {
    let string = |text: &str| serde_json::Value::from(text).to_string();
    let program = match &request.program {
        PluginProgram::File { resolved, .. } => {
            let path = resolved.to_str().ok_or("a pipeline can only name paths that are UTF-8")?;
            format!("path = {}", string(path))
        }
        PluginProgram::Command { words, .. } => {
            let words: Vec<String> = words.iter().map(|word| string(word)).collect();
            format!("command = [{}]", words.join(", "))
        }
    };
    let mut text = format!("version = 1\n[[plugin]]\nname = \"{}\"\n{program}\n", request.name);
    for built_in in before(spec) {
        text.extend(["[[stage]]\nuse = \"", &*built_in, "\"\n"]);
    }
    text.extend(["[[stage]]\nuse = \"", &*spec.info.name, "\"\n"]);
    text.extend(spec.settings.iter().filter(|setting| setting.required).filter_map(|setting| {
        Some(format!("{} = {}\n", string(&setting.name), plain_value(&setting.kind)?))
    }));
    Ok(text)
}

/// The built-ins that write what the stage reads, and what those read, but for its rivals.
fn before(spec: &StageSpec) -> Vec<String> {
    let mut needed: Vec<_> =
        spec.info.reads.iter().chain(&spec.info.reads_if_present).cloned().collect();
    let mut names = Vec::new();
    for built_in in registry::built_in().stages.into_iter().rev() {
        let info = built_in.info;
        // Many stages may add values; any other layer has one writer.
        let is_rival =
            info.writes.iter().any(|layer| layer != "values" && spec.info.writes.contains(layer));
        if !is_rival && info.writes.iter().any(|layer| needed.contains(layer)) {
            needed.extend(info.reads.into_iter().chain(info.reads_if_present));
            names.push(info.name.into_owned());
        }
    }
    names.reverse();
    names
}

/// A value for a required setting, in TOML.
fn plain_value(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Bool => "true".to_owned(),
        Kind::Integer { min, max } => 1.clamp(*min, *max).to_string(),
        Kind::Number { min, max } => format!("{:?}", 0.5_f64.clamp(*min, *max)),
        Kind::Text => "\"bridge\"".to_owned(),
        Kind::Choice(words) => format!("{:?}", words.first()?),
        Kind::Size => "\"1 MiB\"".to_owned(),
        Kind::Duration => "\"1s\"".to_owned(),
        Kind::List(inner) => format!("[{}]", plain_value(inner)?),
        Kind::Map(inner) => format!("{{ bridge = {} }}", plain_value(inner)?),
        // A file must be there, and tables have keys of their own that may be required: the author knows.
        _ => return None,
    })
}

/// All checks of one stage.
fn check_stage(
    mut stages: Vec<PlannedStage>,
    lane: Lane,
    report: &mut Report,
) -> Result<(), Trouble> {
    let tested = stages.pop().expect("the tested stage is the last");
    let info = &tested.spec.info;
    let reads: Vec<String> =
        info.reads.iter().chain(&info.reads_if_present).map(ToString::to_string).collect();
    let before: Vec<PlannedStage> =
        stages.into_iter().filter(|stage| stage.spec.info.name != "normalize").collect();
    let samples = samples::all("conformance", &before, &reads);
    let subject = Subject::new(tested);
    let settings = subject.planned().settings.clone();
    let Ok(apart) = subject.build(&settings, true, TIMEOUT) else {
        let verdict = Verdict::broken("its own settings are refused", HOW_TO_SET);
        return report.say("settings", &verdict);
    };
    let survived = try_samples(&subject, &apart, &samples, report)?;
    report.say("settings at their limits", &settings_at_their_limits(&subject, &samples[0]))?;
    if !survived {
        let why = "what it did above would end this process, too";
        return report.say("instances, repeats, state", &Verdict::Skipped(why.to_owned()));
    }
    let built = match subject.build(&settings, false, TIMEOUT) {
        Ok(built) => built,
        Err(error) => {
            let what = format!("refused in this process: {}", error.message);
            return report.say("settings", &Verdict::broken(what, HOW_TO_SET));
        }
    };
    report.say("the same article twice", &twice(&subject, &built, &samples))?;
    report.say("two instances at a time", &two_at_a_time(&subject, &built, &samples))?;
    report.say("instances ended in any order", &any_order(&subject, &built, &samples))?;
    if subject.is_ordered() {
        let again = samples::all("again", &before, &reads);
        // Without the long one, which comes last: there are many kills.
        let docs = samples[..samples.len() - 1].iter().chain(&again[..again.len() - 1]);
        let docs: Vec<&Document> = docs.map(|sample| &sample.doc).collect();
        report.say("what it knows after a kill", &after_a_kill(&subject, &built, &docs))?;
    }
    let verdict = if lane == Lane::Child {
        Verdict::Skipped("it is a process of its own".to_owned())
    } else {
        let ours = answers(&subject, &mut Instance::of(&built), &samples);
        let apart = answers(&subject, &mut Instance::of(&apart), &samples);
        same(&samples, &ours, &apart, "in this process and in one of its own the records differ")
    };
    report.say("isolated and not", &verdict)
}

/// Gives every sample to a process of its own; whether that always lived to answer.
fn try_samples(
    subject: &Subject,
    apart: &BuiltStage,
    samples: &[Sample],
    report: &mut Report,
) -> Result<bool, Trouble> {
    let mut instance = Instance::of(apart);
    let (mut hangs, mut survived) = (0, true);
    for sample in samples {
        if hangs == 2 {
            report.say(sample.name, &Verdict::Skipped("it hung twice".to_owned()))?;
            continue;
        }
        let (answer, time) = subject.ask(&mut instance, &sample.doc);
        let is = |class| matches!(&answer, Answer::Failed(failed, _) if *failed == class);
        hangs += u32::from(is(FailureClass::Timeout));
        survived &= !is(FailureClass::Timeout) && !is(FailureClass::Crash);
        report.say(sample.name, &judge(sample, &answer, time))?;
    }
    Ok(survived)
}

/// Whether an answer to a sample is one that a run can live with.
fn judge(sample: &Sample, answer: &Answer, time: Duration) -> Verdict {
    match answer {
        Answer::Kept(record) => {
            let written = Record::parse(record).map(|_| ());
            match written {
                Ok(()) if time >= Duration::from_millis(100) => Verdict::Fine(milliseconds(time)),
                Ok(()) => Verdict::fine(),
                Err(error) => Verdict::broken(error.to_string(), help(FailureClass::Contract)),
            }
        }
        Answer::Discarded(reason) if reason.trim().is_empty() => {
            Verdict::broken("it discards without a reason", "explain why: the reason is counted")
        }
        Answer::Discarded(reason) => Verdict::Fine(format!("discarded: {reason}")),
        Answer::Again(message) | Answer::Failed(FailureClass::Stage, message)
            if !sample.ordinary =>
        {
            Verdict::Fine(format!("refused: {message}"))
        }
        Answer::Again(message) => Verdict::broken(
            format!("asks to be tried again: {message}"),
            "only what may pass by itself is worth a second try",
        ),
        Answer::Failed(class, message) => {
            Verdict::broken(format!("{}: {message}", class.word()), help(*class))
        }
        Answer::Fatal(message) => Verdict::broken(
            format!("ends the run: {message}"),
            "`fatal` means that no article can be worked on; fail this one",
        ),
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

fn answers(subject: &Subject, instance: &mut Instance, samples: &[Sample]) -> Vec<Answer> {
    samples.iter().map(|sample| subject.ask(instance, &sample.doc).0).collect()
}

/// Fine where both lists of answers are the same.
fn same(samples: &[Sample], one: &[Answer], other: &[Answer], what: &str) -> Verdict {
    match samples.iter().zip(one.iter().zip(other)).find(|(_, (one, other))| one != other) {
        None => Verdict::fine(),
        // That one of them came to nothing says more than that they differ.
        Some((
            sample,
            (Answer::Failed(class @ (FailureClass::Timeout | FailureClass::Crash), why), _)
            | (_, Answer::Failed(class @ (FailureClass::Timeout | FailureClass::Crash), why)),
        )) => Verdict::broken(format!("{}: {why}, on {}", class.word(), sample.name), help(*class)),
        Some((sample, _)) => Verdict::broken(
            format!("{what}, on {}", sample.name),
            "the same article and settings must give the same rows: no clock, no random numbers, no order of \
             a hash table, nothing kept from articles before",
        ),
    }
}

/// An article stage gives the same on one instance again, whatever came between; an ordered one on
/// a fresh instance that saw the same articles.
fn twice(subject: &Subject, built: &BuiltStage, samples: &[Sample]) -> Verdict {
    let mut instance = Instance::of(built);
    let one = answers(subject, &mut instance, samples);
    if subject.is_ordered() {
        drop(instance);
        let other = answers(subject, &mut Instance::of(built), samples);
        return same(samples, &one, &other, "a second run differs");
    }
    let mut other: Vec<Answer> =
        samples.iter().rev().map(|sample| subject.ask(&mut instance, &sample.doc).0).collect();
    other.reverse();
    same(samples, &one, &other, "the second time it differs")
}

/// Two instances, each on a thread of its own where it may be; an ordered stage has one in a run, but two
/// uses of it in a pipeline have two.
fn two_at_a_time(subject: &Subject, built: &BuiltStage, samples: &[Sample]) -> Verdict {
    let instances = [Instance::of(built), Instance::of(built)];
    let results = thread::scope(|scope| {
        let workers = instances
            .map(|mut instance| scope.spawn(move || answers(subject, &mut instance, samples)));
        workers.map(|worker| worker.join().expect("the host catches what a plugin throws"))
    });
    same(samples, &results[0], &results[1], "two instances differ")
}

/// Instances that are ended in the order of their making, in the reverse, and unused.
fn any_order(subject: &Subject, built: &BuiltStage, samples: &[Sample]) -> Verdict {
    let sample = &samples[0];
    let mut list = Vec::new();
    for first_is_ended in [true, false] {
        let (mut first, mut second) = (Instance::of(built), Instance::of(built));
        let unused = Instance::of(built);
        list.push(subject.ask(&mut first, &sample.doc).0);
        if first_is_ended {
            drop(first);
            list.push(subject.ask(&mut second, &sample.doc).0);
        } else {
            drop(second);
            drop(unused);
            // An ordered stage has seen it by now: ask a fresh one.
            let fresh = &mut Instance::of(built);
            list.push(
                subject.ask(if subject.is_ordered() { fresh } else { &mut first }, &sample.doc).0,
            );
        }
    }
    if list.iter().all(|answer| *answer == list[0]) {
        Verdict::fine()
    } else {
        Verdict::broken(
            "an instance answers otherwise once another one has ended",
            "keep what an instance needs in the instance: another one may end at any time",
        )
    }
}

/// An ordered stage that was given its changes again goes on as one that was never stopped.
fn after_a_kill(subject: &Subject, built: &BuiltStage, docs: &[&Document]) -> Verdict {
    const HELP: &str = "hand over every change of what it knows (`state/1`), and restore it from the same \
                        changes in the same order";
    let ask = |instance: &mut Instance, at: usize| {
        let answer = subject.ask(instance, docs[at]).0;
        let Instance::Ordered(stage) = instance else { unreachable!("the stage is ordered") };
        (answer, stage.take_change())
    };
    let mut instance = Instance::of(built);
    let whole: Vec<_> = (0..docs.len()).map(|at| ask(&mut instance, at)).collect();
    drop(instance);
    for kill in 1..docs.len() {
        let mut instance = Instance::of(built);
        let Instance::Ordered(stage) = &mut instance else { unreachable!("the stage is ordered") };
        for change in whole[..kill].iter().filter_map(|(_, change)| change.as_ref()) {
            if let Err(error) = stage.restore(change) {
                return Verdict::broken(format!("it refuses a change of its own: {error}"), HELP);
            }
        }
        for (at, (answer, _)) in whole.iter().enumerate().skip(kill) {
            if ask(&mut instance, at).0 != *answer {
                let what = format!(
                    "killed after {kill} articles, it answers otherwise on {}",
                    docs[at].id()
                );
                return Verdict::broken(what, HELP);
            }
        }
    }
    let bytes: usize = whole.iter().filter_map(|(_, change)| change.as_ref()).map(Vec::len).sum();
    Verdict::Fine(format!("{} bytes an article", bytes / docs.len()))
}

/// Every setting at its limits is taken or refused with a reason, and what was built works.
fn settings_at_their_limits(subject: &Subject, sample: &Sample) -> Verdict {
    let settings = &subject.planned().settings;
    let mut tried = 0;
    for setting in &subject.planned().spec.settings {
        for value in limits(&setting.kind) {
            tried += 1;
            let changed: Settings = settings.clone().with(&setting.name, value.clone());
            // Apart: nobody knows yet whether it lives through this.
            let built = match subject.build(&changed, true, TIMEOUT) {
                Ok(built) => built,
                // What concerns no setting is laid to the line that uses the stage.
                Err(error) if error.setting == "use" => {
                    return Verdict::broken(
                        format!("with `{}` = {}: {}", setting.name, shown(&value), error.message),
                        "refuse a setting by its name and with a reason, and never end the process",
                    );
                }
                Err(_) => continue,
            };
            match subject.ask(&mut Instance::of(&built), &sample.doc).0 {
                Answer::Kept(_) | Answer::Discarded(_) | Answer::Failed(FailureClass::Stage, _) => {
                }
                answer => {
                    return Verdict::broken(
                        format!("with `{}` = {}: {}", setting.name, shown(&value), answer.words()),
                        "refuse such a setting when the stage is made",
                    );
                }
            }
        }
    }
    if tried == 0 { Verdict::Skipped("it has none".to_owned()) } else { Verdict::fine() }
}

/// A value as people write it, cut short.
fn shown(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Table(_) => "{ }".to_owned(),
    }
}

/// The values at the ends of what a setting may be.
fn limits(kind: &Kind) -> Vec<Value> {
    match kind {
        Kind::Bool => vec![true.into(), false.into()],
        Kind::Integer { min, max } => vec![(*min).into(), (*max).into()],
        Kind::Number { min, max } => vec![(*min).into(), (*max).into()],
        Kind::Text => vec!["".into(), "(".into(), "é\u{0}👩‍👩‍👧".into()],
        Kind::Choice(words) => words.iter().map(|word| Value::from(&**word)).collect(),
        Kind::Size | Kind::Duration => vec![0.into(), i64::MAX.into()],
        Kind::List(inner) => {
            let one = limits(inner).into_iter().map(|value| Value::List(vec![value]));
            std::iter::once(Value::List(Vec::new())).chain(one).collect()
        }
        Kind::Map(_) => vec![Value::Table(BTreeMap::new())],
        // A file must be there, and tables have keys of their own that may be required.
        _ => Vec::new(),
    }
}
