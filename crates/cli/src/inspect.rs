//! The commands that look at a configuration without running it.

use std::fs;
use std::io::{ErrorKind, Write, stdout};

use clap::CommandFactory;
use config::{Mode, Overrides, Plan};
use wire::Shape;

use crate::args::{
    Args, Check, Completions, Explain, Graph, GraphForm, Init, PipelineArg, Schema, SchemaOf,
    Stages,
};
use crate::corrections::ByHand;
use crate::exit::{Exit, Trouble};
use crate::pipeline_file::{self, PipelineFile};
use crate::registry;

pub(crate) fn init(command: &Init) -> Result<Exit, Trouble> {
    let file = &command.file;
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Trouble::Usage(format!(
            "{} is there already; name another file, or remove it first",
            file.display()
        )),
        ErrorKind::NotFound => Trouble::Usage(format!(
            "{}: the folder for it does not exist; make it first, or name another file",
            file.display()
        )),
        _ => Trouble::Failed(format!("{}: {error}; name another file", file.display())),
    };
    let mut created = fs::File::create_new(file).map_err(failed)?;
    created.write_all(pipeline_file::DEFAULT.as_bytes()).map_err(failed)?;
    eprintln!(
        "wrote {}; set the paths under [[source]], then `copydesk check` and `copydesk run`",
        file.display()
    );
    Ok(Exit::Success)
}

pub(crate) fn check(command: &Check) -> Result<Exit, Trouble> {
    let file = PipelineFile::choose(command.pipeline.file.as_deref());
    let loader = registry::loader();
    let options =
        pipeline_file::options(Mode::Check, command.strict_env, Overrides::default(), &loader);
    let checked = file.plan(&registry::built_in(), &options);
    // A pipeline that is right may name corrections that are not.
    let by_hand = checked.as_ref().ok().map(ByHand::load);
    let checked = match by_hand {
        Some(Err(Trouble::Mistakes(mistakes))) => Err(mistakes),
        Some(Err(trouble)) => return Err(trouble),
        _ => checked,
    };
    let mistakes = match &checked {
        Ok(plan) => &plan.warnings,
        Err(mistakes) => mistakes,
    };
    let exit = if mistakes.is_empty() { Exit::Success } else { Exit::Usage };
    if command.json {
        let json = match &checked {
            Ok(plan) if mistakes.is_empty() => config::plan_json(plan),
            _ => mistakes.to_json(),
        };
        writeln!(stdout(), "{json:#}")?;
        return Ok(exit);
    }
    if !mistakes.is_empty() {
        return Err(Trouble::Mistakes(mistakes.clone()));
    }
    if let Ok(plan) = &checked {
        write!(stdout(), "{}", config::check_table(plan))?;
    }
    Ok(exit)
}

pub(crate) fn explain(command: &Explain) -> Result<Exit, Trouble> {
    write!(stdout(), "{}", config::explain(&plan(&command.pipeline)?))?;
    Ok(Exit::Success)
}

pub(crate) fn graph(command: &Graph) -> Result<Exit, Trouble> {
    let format = match command.format {
        GraphForm::Text => config::GraphFormat::Text,
        GraphForm::Mermaid => config::GraphFormat::Mermaid,
        GraphForm::Dot => config::GraphFormat::Dot,
    };
    write!(stdout(), "{}", config::graph(&plan(&command.pipeline)?, format))?;
    Ok(Exit::Success)
}

pub(crate) fn schema(command: &Schema) -> Result<Exit, Trouble> {
    let shape = match command.of {
        SchemaOf::Pipeline => None,
        SchemaOf::Article => Some(Shape::Article),
        SchemaOf::Story => Some(Shape::Story),
        SchemaOf::DeadLetter => Some(Shape::DeadLetter),
        SchemaOf::Manifest => Some(Shape::Manifest),
        SchemaOf::Run => Some(Shape::Run),
    };
    if let Some(shape) = shape {
        write!(stdout(), "{}", shape.schema())?;
        return Ok(Exit::Success);
    }
    let registry = pipeline_file::registry(command.pipeline.file.as_deref())?;
    writeln!(stdout(), "{}", config::schema(&registry))?;
    Ok(Exit::Success)
}

pub(crate) fn stages(command: &Stages) -> Result<Exit, Trouble> {
    let registry = pipeline_file::registry(command.pipeline.file.as_deref())?;
    if command.json {
        writeln!(stdout(), "{:#}", config::stages_json(&registry))?;
    } else if command.markdown {
        write!(stdout(), "{}", config::reference(&registry))?;
    } else {
        write!(stdout(), "{}", config::stages(&registry))?;
    }
    Ok(Exit::Success)
}

pub(crate) fn completions(command: &Completions) -> Result<Exit, Trouble> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Args::command(), "copydesk", &mut script);
    stdout().write_all(&script)?;
    Ok(Exit::Success)
}

/// The plan of a file, to be looked at.
fn plan(pipeline: &PipelineArg) -> Result<Plan, Trouble> {
    let loader = registry::loader();
    let options = pipeline_file::options(Mode::Check, false, Overrides::default(), &loader);
    Ok(PipelineFile::choose(pipeline.file.as_deref()).plan(&registry::built_in(), &options)?)
}
