//! The program `copydesk`: arguments, logging, the registry of built-ins, exit codes.
//!
//! It only connects: what a pipeline file means is `config`'s, how documents flow is `runner`'s,
//! what a record looks like is `wire`'s. The only crate that prints: data to standard output, talk
//! to standard error.
//!
//! A library for two: the binary, which is [`main`], and the Python extension, which brings the same command along
//! and runs the article stages of a pipeline file over articles of its own, with a [`Desk`].

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the crate that prints")]

mod args;
mod assemble;
mod comparison;
mod corrections;
mod desk;
mod diff;
mod differences;
mod drawing;
mod exit;
mod export;
mod failures;
mod followers;
mod generation;
mod inspect;
mod interrupts;
mod kill;
mod log;
mod merge;
mod metrics;
mod pipeline_file;
mod plugin;
mod preview;
mod progress;
mod records;
mod registry;
mod report;
mod run;
mod search;
mod shard;
mod show;
mod shown;
mod summary;
mod suspects;
mod test;
mod verify;
mod watch;
mod workplace;

use std::ffi::OsString;
use std::path::Path;

use clap::Parser;
use clap::error::{ContextKind, ContextValue};

use crate::args::{Args, Command, LogFormat};
use crate::exit::Trouble;

pub use crate::desk::{Answer, Desk, DeskError, InputFile, NoRecord, RecordForm};
pub use crate::exit::Exit;
pub use crate::registry::started_by;

/// Says what is wrong with the command line, and what was meant where that is an article without a command.
fn refuse(error: &clap::Error) -> ! {
    let named = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if Path::new(word).exists() => Some(word),
        _ => None,
    };
    if let Some(path) = named {
        let help = format!("`copydesk run {path}` reads it, `copydesk show {path}` draws it");
        eprintln!("error: `{path}` is no command; {help}");
        std::process::exit(Exit::Usage as i32);
    }
    error.exit()
}

/// The program, with the arguments that it was started with, its own name first.
///
/// To be called once in a process: it sets up logging and listens for signals. Ends the process where the arguments
/// are wrong.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let args = Args::try_parse_from(arguments).unwrap_or_else(|error| refuse(&error));
    log::start(&args.logging);
    runner::note_stage_panics();
    let result = match args.command {
        Command::Run(command) => run::run(&command, &args.logging),
        Command::Retry(command) => run::retry(command, &args.logging),
        Command::Merge(command) => merge::merge(command, &args.logging),
        Command::Verify(command) => verify::verify(&command),
        Command::Show(command) => show::show(&command),
        Command::Init(command) => inspect::init(&command),
        Command::Check(command) => inspect::check(&command),
        Command::Explain(command) => inspect::explain(&command),
        Command::Graph(command) => inspect::graph(&command),
        Command::Schema(command) => inspect::schema(&command),
        Command::Stages(command) => inspect::stages(&command),
        Command::Test(command) => test::test(&command),
        Command::Diff(command) => diff::diff(&command),
        Command::Report(command) => report::report(&command),
        Command::Export(command) => export::export(&command),
        Command::Search(command) => search::search(&command),
        Command::Plugin(command) => plugin::plugin(&command),
        Command::Completions(command) => inspect::completions(&command),
    };
    match result {
        Ok(exit) => exit,
        // The reader of our output has gone: nothing is wrong, and nobody is left to tell.
        Err(Trouble::Closed) => Exit::Success,
        Err(trouble) => {
            match args.logging.log_format {
                LogFormat::Text => eprintln!("{trouble}"),
                LogFormat::Json => tracing::error!("{trouble}"),
            }
            trouble.exit()
        }
    }
}
