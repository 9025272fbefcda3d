//! `copydesk report`, and the sink `report` at the end of a run.

use std::path::Path;

use crate::args::Report;
use crate::exit::{Exit, Trouble};

pub(crate) fn report(command: &Report) -> Result<Exit, Trouble> {
    let page = write(&command.folder)?;
    println!("{page}");
    Ok(Exit::Success)
}

/// Writes the report of an output folder; returns the path of its first page.
pub(crate) fn write(dir: &Path) -> Result<String, Trouble> {
    match report::write(dir) {
        Ok(page) => Ok(page.display().to_string()),
        Err(report::ReportError::Folder(error)) => Err(error.into()),
        Err(error) => Err(Trouble::failed(format!("no report: {error}"))),
    }
}
