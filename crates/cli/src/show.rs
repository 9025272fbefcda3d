//! `copydesk show`: one article, drawn.

use std::io::{Read, Write, stdin, stdout};
use std::path::Path;

use config::{Mode, Output, Overrides, Plan};
use document::{Document, Form, Origin, Sha256};
use plugin_host::Loader;
use runner::{Ending, Options, Pipeline};
use sha2::Digest;
use stage_api::{Arrival, Source, SourceError};
use wire::Record;

use crate::args::Show;
use crate::corrections::ByHand;
use crate::exit::{Exit, Trouble};
use crate::pipeline_file::{self, PipelineFile};
use crate::preview::Preview;
use crate::{assemble, drawing, registry, suspects};

pub(crate) fn show(command: &Show) -> Result<Exit, Trouble> {
    let path = Path::new(&command.article);
    let pasted = command.article == "-";
    // Who names an output folder means what is in it, also where a file has the id's name.
    let in_folder = command.output.is_some() && command.after.is_none();
    if !pasted && (in_folder || !path.exists()) {
        return show_known(command);
    }
    let paths = Some(vec![path.to_owned()]);
    let loader = registry::loader();
    let plan = plan(command, Overrides { paths, ..Overrides::default() }, &loader)?;
    let source: Box<dyn Source> =
        if pasted { Box::new(pasted_article()?) } else { assemble::sources(&plan, None)? };
    // After a stage, the article is as that stage left it.
    let by_hand = if command.after.is_some() { ByHand::default() } else { ByHand::load(&plan)? };
    let mut preview = Preview::new(stdout());
    let segments = assemble::segments(&plan, &by_hand);
    let pipeline = Pipeline { source, segments, sink: &mut preview };
    let _watch = suspects::watch(&plan, &loader, None)?;
    let report = runner::run(pipeline, Options { workers: 1, ..Options::default() });
    match report.ending {
        Ending::Failed(error) => Err(Trouble::failed(error)),
        _ if report.counts.failed > 0 => Ok(Exit::DeadLetters),
        _ => Ok(Exit::Success),
    }
}

/// The plan, cut after the stage that was asked for.
fn plan(command: &Show, overrides: Overrides, loader: &Loader) -> Result<Plan, Trouble> {
    let file = PipelineFile::choose(command.pipeline.as_deref());
    let options = pipeline_file::options(Mode::Run, true, overrides, loader);
    let mut plan = file.plan(&registry::built_in(), &options)?;
    if let Some(last) = &command.after {
        let Some(at) = plan.stages.iter().position(|stage| stage.name == *last) else {
            let names: Vec<_> =
                plan.stages.iter().map(|stage| format!("`{}`", stage.name)).collect();
            return Err(Trouble::Usage(format!(
                "no stage `{last}` in {}; there is {}",
                plan.file,
                names.join(", ")
            )));
        };
        plan.stages.truncate(at + 1);
    }
    Ok(plan)
}

/// The record of an article in the output folder.
fn show_known(command: &Show) -> Result<Exit, Trouble> {
    let id = &command.article;
    if command.after.is_some() {
        return Err(Trouble::Usage(format!(
            "no file {id}; `--after` needs the article itself, not its record"
        )));
    }
    let folder = match &command.output {
        Some(folder) => folder.clone(),
        None => match plan(command, Overrides::default(), &registry::loader())?.run.output {
            Output::Folder(folder) => folder,
            Output::Stdout => {
                return Err(Trouble::Usage(format!(
                    "no file {id}, and no output folder to find it in"
                )));
            }
        },
    };
    let place = folder.display();
    let (no_file, help) = if Path::new(id).exists() {
        (String::new(), "without `--output` the file is drawn")
    } else {
        (format!("no file {id}, and "), "a record says its `id`, such as `drop/a.txt`")
    };
    let found = sink::find_record(&folder, id).map_err(|error| {
        Trouble::Usage(format!("{no_file}no record to find `{id}` in: {error}"))
    })?;
    let Some(line) = found else {
        return Err(Trouble::Usage(format!(
            "{no_file}no article with the id `{id}` in {place}; {help}"
        )));
    };
    let record =
        Record::parse(line).map_err(|error| Trouble::Failed(format!("{place}: {error}")))?;
    write!(stdout(), "{}", drawing::article(&record, &drawing::Style::of_stdout()))?;
    Ok(Exit::Success)
}

/// What was pasted on standard input, as one article.
struct Pasted(Option<Document>);

fn pasted_article() -> Result<Pasted, Trouble> {
    let mut payload = Vec::new();
    stdin()
        .read_to_end(&mut payload)
        .map_err(|error| Trouble::Failed(format!("standard input: {error}")))?;
    let markup = payload.trim_ascii_start().starts_with(b"<");
    let origin =
        Origin { sha256: Sha256(sha2::Sha256::digest(&payload).into()), ..Origin::path("-") };
    let form = if markup { Form::Html } else { Form::Text };
    Ok(Pasted(Some(Document::new("-", origin, payload, form))))
}

impl Source for Pasted {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        Ok(self.0.take().map(Arrival::Article))
    }
}
