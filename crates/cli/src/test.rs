//! `copydesk test`: golden cases, articles beside what is expected of them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write, stdout};
use std::path::Path;

use config::{Mode, Overrides, Plan};
use runner::{Ending, Options, Pipeline};
use serde_json::{Value, json};
use sink::RecordEncoder;
use source::Context;
use stage_api::{Encode, Failure, Outcome, Sink, SinkError};
use wire::Facts;

use crate::args::Test;
use crate::corrections::ByHand;
use crate::drawing::Style;
use crate::exit::{Exit, Trouble};
use crate::pipeline_file::{self, PipelineFile};
use crate::{assemble, comparison, differences, registry, summary, suspects};

/// The folder beside the pipeline file.
const FOLDER: &str = "cases";

/// What an article's file name is followed by in the name of its expectation.
const EXPECTATION: &str = ".expected.json";

/// Keys that say that there is no record: they count whatever an expectation leaves out.
const ENDS: [&str; 2] = ["discarded", "failed"];

pub(crate) fn test(command: &Test) -> Result<Exit, Trouble> {
    let file = PipelineFile::choose(command.pipeline.file.as_deref());
    let folder = file.folder().join(FOLDER);
    let cases = Cases::find(&folder)?;
    let overrides = Overrides { paths: Some(vec![folder.clone()]), ..Overrides::default() };
    let loader = registry::loader();
    let options = pipeline_file::options(Mode::Run, true, overrides, &loader);
    let plan = file.plan(&registry::built_in(), &options)?;
    let _watch = suspects::watch(&plan, &loader, None)?;
    let mut tally = Tally::default();
    for name in &cases.articles {
        let expectation = folder.join(format!("{name}{EXPECTATION}"));
        let found = found(&plan, &folder.join(name))?;
        let expected = read(&expectation)?;
        if command.update {
            tally.update(name, &expectation, &found, expected.as_deref())?;
        } else {
            tally.compare(name, found, expected)?;
        }
    }
    for name in &cases.alone {
        tally.failed += 1;
        writeln!(stdout(), "lone     {name}: there is no such article in {}", folder.display())?;
    }
    eprintln!("{}", tally.closing_line(command.update));
    Ok(if tally.failed > 0 { Exit::Failure } else { Exit::Success })
}

/// What lies in the folder of cases.
struct Cases {
    /// File names of articles, sorted.
    articles: Vec<String>,
    /// Expectations without an article.
    alone: Vec<String>,
}

impl Cases {
    fn find(folder: &Path) -> Result<Self, Trouble> {
        let place = folder.display();
        let none = || {
            let help = "put articles there (any file that `run` reads), and `copydesk test --update` writes \
                        what the pipeline makes of them beside them, to be read and kept";
            Trouble::Usage(format!("no cases in {place}; {help}"))
        };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(none()),
            Err(error) => return Err(Trouble::Usage(format!("{place}: {error}"))),
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry.map_err(|error| Trouble::Failed(format!("{place}: {error}")))?;
            let name = entry.file_name().into_string().map_err(|name| {
                let name = name.display();
                Trouble::Usage(format!("{place}/{name}: the name of a case must be UTF-8"))
            })?;
            let is_sidecar = name == "drop.csv" || name.ends_with(".meta.json");
            if entry.path().is_file() && !name.starts_with('.') && !is_sidecar {
                names.insert(name);
            }
        }
        let (expectations, articles): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| name.ends_with(EXPECTATION));
        if articles.is_empty() && expectations.is_empty() {
            return Err(none());
        }
        let has_article = |expectation: &String| {
            let article = expectation.strip_suffix(EXPECTATION);
            article.is_some_and(|article| articles.iter().any(|name| name == article))
        };
        let alone = expectations.into_iter().filter(|name| !has_article(name)).collect();
        Ok(Self { articles, alone })
    }
}

/// What the pipeline makes of the articles in one file, each by itself: as if it were the first drop.
fn found(plan: &Plan, file: &Path) -> Result<Vec<Facts>, Trouble> {
    let path = file.to_string_lossy();
    let settings = plan.sources[0].settings.clone().with("paths", vec![&*path]);
    let context = Context { max_article: plan.run.max_article };
    let source = source::open_files(&settings, &context)
        .map_err(|error| Trouble::Usage(format!("{}: {error}", file.display())))?;
    let mut kept = Kept::default();
    let segments = assemble::segments(plan, &ByHand::default());
    let pipeline = Pipeline { source: Box::new(source), segments, sink: &mut kept };
    let report = runner::run(pipeline, Options { workers: 1, ..Options::default() });
    match report.ending {
        Ending::Failed(error) => Err(Trouble::Failed(format!("{}: {error}", file.display()))),
        _ => Ok(kept.0),
    }
}

/// What was expected of a case; `None` where nobody has said yet.
fn read(path: &Path) -> Result<Option<Vec<Facts>>, Trouble> {
    let wrong = |error: &dyn std::fmt::Display| {
        let help = "correct it, or delete it and `copydesk test --update`";
        Trouble::Usage(format!("{}: {error}; {help}", path.display()))
    };
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(&error)),
    };
    let articles = match serde_json::from_slice(&json).map_err(|error| wrong(&error))? {
        Value::Array(articles) => articles,
        article => vec![article],
    };
    let facts = |article: Value| match article {
        Value::Object(article) => Facts::from_object(article).map_err(|error| wrong(&error)),
        _ => Err(wrong(&"not an object of a record's keys")),
    };
    articles.into_iter().map(facts).collect::<Result<_, _>>().map(Some)
}

/// What became of the cases so far.
#[derive(Debug, Default)]
struct Tally {
    right: u64,
    written: u64,
    failed: u64,
}

impl Tally {
    fn compare(
        &mut self,
        name: &str,
        found: Vec<Facts>,
        expected: Option<Vec<Facts>>,
    ) -> Result<(), Trouble> {
        let Some(mut expected) = expected else {
            self.failed += 1;
            let help = "`copydesk test --update` writes what the pipeline finds";
            writeln!(stdout(), "new      {name}: there is no {name}{EXPECTATION}; {help}")?;
            return Ok(());
        };
        let mut drawn = String::new();
        let mut left_out = BTreeSet::new();
        for found in found {
            let at = expected.iter().position(|expected| expected.id == found.id);
            match at {
                Some(at) => drawn += &compare_article(expected.remove(at), found, &mut left_out),
                None => drawn.extend(["+ article ", &found.id, "\n"]),
            }
        }
        drawn.extend(expected.iter().flat_map(|lacking| ["- article ", &lacking.id, "\n"]));
        let word = if drawn.is_empty() { "ok     " } else { "differs" };
        *(if drawn.is_empty() { &mut self.right } else { &mut self.failed }) += 1;
        let left_out: Vec<String> = left_out.into_iter().collect();
        let note = if left_out.is_empty() {
            String::new()
        } else {
            format!(" (not compared: {})", left_out.join(", "))
        };
        write!(stdout(), "{word}  {name}{note}\n{drawn}")?;
        Ok(())
    }

    /// Writes what was found as what is expected; a key that an expectation leaves out stays out.
    fn update(
        &mut self,
        name: &str,
        path: &Path,
        found: &[Facts],
        expected: Option<&[Facts]>,
    ) -> Result<(), Trouble> {
        let text = |found: &Facts| {
            let kept = expected.and_then(|list| list.iter().find(|known| known.id == found.id));
            let is_kept =
                |key: &str| kept.is_none_or(|kept| kept.has_key(key)) || ENDS.contains(&key);
            found.clone().filtered(is_kept).to_text()
        };
        let texts: Vec<String> = found.iter().map(text).collect();
        let text = match &texts[..] {
            [one] => one.clone(),
            several => format!("[\n{}\n]\n", several.concat().replace("}\n{", "},\n{").trim_end()),
        };
        let before = fs::read_to_string(path).ok();
        if before.as_deref() == Some(&*text) {
            self.right += 1;
            writeln!(stdout(), "ok       {name}")?;
            return Ok(());
        }
        fs::write(path, text)
            .map_err(|error| Trouble::Failed(format!("{}: {error}", path.display())))?;
        self.written += 1;
        writeln!(stdout(), "written  {name}{EXPECTATION}")?;
        Ok(())
    }

    fn closing_line(&self, update: bool) -> String {
        let cases = summary::plural(self.right + self.written + self.failed, "case");
        let help = "; if what is new is right, `copydesk test --update` keeps it";
        match (self.failed, self.written) {
            (0, 0) => format!("{cases}: all as expected"),
            (0, written) => format!("{cases}: {written} written; read them before you keep them"),
            (failed, _) => {
                format!("{cases}: {failed} not as expected{}", if update { "" } else { help })
            }
        }
    }
}

/// The differences of one article, drawn; empty where there are none.
fn compare_article(expected: Facts, found: Facts, left_out: &mut BTreeSet<String>) -> String {
    let is_compared = |key: &str| expected.has_key(key) || ENDS.contains(&key);
    let passed_over = found.keys().into_iter().filter(|key| !is_compared(key));
    left_out.extend(passed_over.map(str::to_owned));
    let text = found.text.clone();
    let mut found = found.filtered(is_compared);
    let mut expected = expected;
    if !expected.has_key("text") {
        // Not compared, but what the marks are drawn under.
        expected.text.clone_from(&text);
        found.text = text;
    }
    let mut changes = comparison::compare(&expected, &found);
    // Where there is no record on one side, that alone is worth saying.
    if changes.iter().any(|change| ENDS.contains(&&*change.fact().key)) {
        changes.retain(|change| ENDS.contains(&&*change.fact().key));
    }
    differences::draw(&expected, &found, &changes, &Style::of_stdout())
}

/// A sink that keeps the facts of every outcome.
#[derive(Debug, Default)]
struct Kept(Vec<Facts>);

impl Sink for Kept {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(RecordEncoder(wire::Options::default())))
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        let facts = match outcome {
            Outcome::Written { record, .. } => Facts::parse(record).map(Facts::without_measures),
            Outcome::Discarded { receipt, reason } => end(&receipt.id, "discarded", &reason),
            Outcome::Failed { failure, .. } => {
                let Failure { id, stage, message, .. } = failure;
                let stage = stage.map(|stage| format!("{stage}: ")).unwrap_or_default();
                end(&id, "failed", &format!("{stage}{message}"))
            }
            Outcome::Unchanged | Outcome::Moved { .. } | Outcome::Restored { .. } => return Ok(()),
        };
        self.0.push(facts.expect("what the encoder writes can be read"));
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn end(id: &str, key: &str, why: &str) -> Result<Facts, wire::RecordError> {
    Facts::parse(json!({"id": id, key: why}).to_string())
}
