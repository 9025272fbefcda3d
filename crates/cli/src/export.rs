//! `copydesk export`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write, stdout};
use std::path::Path;

use export::{ExportError, Filter, Format, What};

use crate::args::{Export, ExportFormat, ExportWhat};
use crate::exit::{Exit, Trouble};
use crate::summary;

pub(crate) fn export(command: &Export) -> Result<Exit, Trouble> {
    match &command.output {
        None => {
            let mut out = BufWriter::new(stdout().lock());
            write(command, &mut out).map_err(|error| trouble(error, Trouble::from))?;
        }
        Some(file) => {
            let failed = |error: io::Error| Trouble::Failed(format!("{}: {error}", file.display()));
            // Under another name until it is whole, so that an export that failed leaves the one before.
            let unfinished = unfinished(file);
            let mut out = BufWriter::new(File::create(&unfinished).map_err(failed)?);
            let written = write(command, &mut out);
            drop(out);
            let rows = written.map_err(|error| {
                let _ = fs::remove_file(&unfinished); // it is the export that is told of
                trouble(error, failed)
            })?;
            fs::rename(&unfinished, file).map_err(failed)?;
            let noun = if command.format == ExportFormat::Csv { "row" } else { "annotation" };
            eprintln!("{} in {}", summary::plural(rows, noun), file.display());
        }
    }
    Ok(Exit::Success)
}

fn write(command: &Export, out: &mut dyn Write) -> Result<u64, ExportError> {
    let what = match command.what {
        ExportWhat::Quotations => What::Quotations,
        ExportWhat::Entities => What::Entities,
        ExportWhat::Articles => What::Articles,
    };
    let format = match command.format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::W3c => Format::W3c,
    };
    let filter = Filter {
        person: command.person.clone(),
        outlet: command.published.outlet.clone(),
        since: command.published.since.clone(),
        until: command.published.until.clone(),
    };
    export::export(&command.folder, what, format, &filter, out)
}

fn trouble(error: ExportError, writing: impl FnOnce(io::Error) -> Trouble) -> Trouble {
    match error {
        ExportError::Write(error) => writing(error),
        ExportError::Folder(error) => error.into(),
        other => Trouble::failed(other),
    }
}

fn unfinished(file: &Path) -> std::path::PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    file.with_file_name(name)
}
