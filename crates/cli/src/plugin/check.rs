//! The lines of a conformance report.

use std::io::{Write, stdout};

use stage_api::FailureClass;

use crate::exit::Trouble;

/// What became of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As promised; with something to say beside it, or not.
    Fine(String),
    /// Not as promised: what happened, and what to do about it.
    Broken { what: String, help: &'static str },
    /// Not tried, and why.
    Skipped(String),
}

impl Verdict {
    pub(super) fn broken(what: impl Into<String>, help: &'static str) -> Self {
        Self::Broken { what: what.into(), help }
    }

    /// As promised, with nothing to say.
    pub(super) fn fine() -> Self {
        Self::Fine(String::new())
    }
}

/// What to do where foreign code failed in its own way.
pub(super) fn help(class: FailureClass) -> &'static str {
    match class {
        FailureClass::Timeout => {
            "bound the work by the length of the text, or poll `cancel` and give up in time"
        }
        FailureClass::Crash => "run it under a debugger on this text: nothing may end the process",
        FailureClass::Contract => {
            "the message names the row: spans are bytes of the text on character borders (code points in lines of JSON), and every \
             layer must be declared"
        }
        FailureClass::Panic => "return an error that says what is wrong in place of panicking",
        _ => "poor text is no error: find nothing, write nothing, and say why in a note",
    }
}

/// Counts the checks and prints a line for each.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) passed: u64,
    pub(super) broken: u64,
}

impl Report {
    pub(super) fn say(&mut self, check: &str, verdict: &Verdict) -> Result<(), Trouble> {
        let (word, more) = match verdict {
            Verdict::Fine(more) if more.is_empty() => ("ok     ", String::new()),
            Verdict::Fine(more) => ("ok     ", format!(" ({more})")),
            Verdict::Skipped(why) => ("skipped", format!(": {why}")),
            Verdict::Broken { what, help } => ("FAILED ", format!(": {what}\n             {help}")),
        };
        match verdict {
            Verdict::Broken { .. } => self.broken += 1,
            Verdict::Fine(_) => self.passed += 1,
            Verdict::Skipped(_) => {}
        }
        Ok(writeln!(stdout(), "  {word}  {check}{more}")?)
    }
}
