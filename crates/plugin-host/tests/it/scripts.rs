//! Scripts in Python as children, for the tests of what children do.

use std::path::Path;
use std::time::Duration;

use document::Document;
use plugin_host::Loader;
use stage_api::{
    BuiltStage, Flow, LoadedPlugin, OrderedStage, Placement, PluginError, PluginLoader,
    PluginProgram, PluginRequest, Settings, Stage, StageError, StageSpec,
};

/// What every script begins and ends with; between them it says what `answer` does.
pub(crate) const HEAD: &str = r#"
import json, os, signal, sys

def say(message):
    print(json.dumps(message), flush=True)

def good(doc, **more):
    say({"id": doc["id"], "annotations": [{"layer": "t.hit", "start": 0, "end": 1}], **more})

def hang():
    end, other = os.pipe()
    os.read(end, 1)

def first_time():
    try:
        os.close(os.open("seen", os.O_CREAT | os.O_EXCL))
        return True
    except FileExistsError:
        return False
"#;
pub(crate) const TAIL: &str = r#"
stages = [{"name": "tag", "reads": ["text"], "writes": ["t.hit"]},
          {"name": "sum", "kind": "ordered", "writes": ["values"], "flags": ["state"]}]
say({"copydesk_plugin": 1, "name": "t", "version": "1", "stages": stages})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        say({"ready": True})
    elif "id" in message:
        answer(message)
    elif "restore" in message:
        restore(message["restore"])
"#;

/// Whether there is a Python to run scripts, one with `match`; says so where there is none.
pub(crate) fn has_python() -> bool {
    let recent = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = std::process::Command::new("python3").args(["-c", recent]).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("skipped: there is no python3, or an old one");
    }
    found
}

/// The stages of a script in a folder.
pub(crate) fn load(folder: &Path, script: &str) -> Result<Vec<StageSpec>, PluginError> {
    std::fs::write(folder.join("tag.py"), script).unwrap();
    load_command(folder, &["python3", "tag.py"]).map(|plugin| plugin.stages)
}

pub(crate) fn load_command(folder: &Path, words: &[&str]) -> Result<LoadedPlugin, PluginError> {
    Loader::new(Vec::new()).load(&PluginRequest {
        name: "p".to_owned(),
        program: PluginProgram::Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.to_owned(),
        },
        lane: None,
        sha256: None,
    })
}

pub(crate) fn placement(timeout: Duration) -> Placement {
    Placement { timeout: Some(timeout), ..Placement::named("tag") }
}

pub(crate) fn article_stage(stages: &[StageSpec], timeout: Duration) -> Box<dyn Stage> {
    match stages[0].build_at(&Settings::default(), &placement(timeout)).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

pub(crate) fn ordered_stage(stages: &[StageSpec]) -> Box<dyn OrderedStage> {
    match stages[1].build_at(&Settings::default(), &placement(Duration::from_secs(20))).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => panic!("an ordered stage"),
    }
}

/// An article whose id is its number.
pub(crate) fn article(number: usize) -> Document {
    let mut doc = Document::new(
        number.to_string(),
        document::Origin::path("a"),
        Vec::new(),
        document::Form::Text,
    );
    doc.set_text(document::Text::verbatim(format!("Zoë said {number}.")));
    doc
}

/// One word for each outcome, with the message of those that failed.
pub(crate) fn shown(outcome: &Result<Flow, StageError>, doc: &Document) -> String {
    match outcome {
        Ok(Flow::Keep) => format!("{} row", doc.rows().len()),
        Ok(Flow::Discard(reason)) => format!("discard: {reason}"),
        Err(StageError::Article(message)) => format!("fail: {message}"),
        Err(StageError::Retry(message)) => format!("retry: {message}"),
        Err(StageError::Fatal(message)) => format!("fatal: {message}"),
        Err(StageError::Foreign(class, message)) => format!("{}: {message}", class.word()),
        Err(other) => other.to_string(),
    }
}

pub(crate) fn outcomes(stage: &mut dyn Stage, count: usize) -> Vec<String> {
    let mut docs: Vec<Document> = (0..count).map(article).collect();
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    let outcomes = stage.process_batch(&mut batch);
    outcomes.iter().zip(&docs).map(|(outcome, doc)| shown(outcome, doc)).collect()
}

/// Runs ten articles through a script in which `answer` is as given, and compares what became of
/// those that are not simply kept.
#[track_caller]
pub(crate) fn check(answer: &str, timeout: Duration, expected: &[(usize, &str)]) {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HEAD}\ndef answer(doc):\n    n = doc[\"id\"]\n{answer}\n{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), timeout);
    let outcomes = outcomes(stage.as_mut(), 10);
    for (number, outcome) in outcomes.iter().enumerate() {
        let unusual = expected.iter().find(|(unusual, _)| *unusual == number);
        let expected = unusual.map_or("1 row", |(_, expected)| *expected);
        assert!(outcome.starts_with(expected), "article {number}: {outcome}\nexpected: {expected}");
    }
}

pub(crate) const LONG: Duration = Duration::from_secs(60);
