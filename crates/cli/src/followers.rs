//! The sinks that follow the committed parts, brought up to date at the end of a run.

use std::path::Path;

use ::archive::ArchiveError;
use ::report::ReportError;
use config::Plan;
use parquet_sink::{Layout, ParquetError};
use sink::{Disk, Lock, ReadError};
use stage_api::Settings;

use crate::exit::Trouble;
use crate::kill;

/// What a follower made, and where.
#[derive(Debug)]
pub(crate) struct Made {
    /// Such as `report`.
    pub(crate) what: &'static str,
    /// The file to open.
    pub(crate) place: String,
}

/// Why a follower is behind.
struct Missed {
    why: String,
    /// Whether the records themselves are not as they were written.
    is_damage: bool,
}

/// Brings what a follower makes of an output folder up to date; returns the file to open.
type CatchUp = fn(&Path, &Settings, &Disk) -> Result<String, Missed>;

/// What the sink of this name makes and how; `None` for one that takes records from the run itself.
fn follower(name: &str) -> Option<(&'static str, CatchUp)> {
    match name {
        "sqlite" => Some(("archive", archive)),
        "report" => Some(("report", report)),
        "parquet" => Some(("Parquet files", parquet)),
        _ => None,
    }
}

fn report(dir: &Path, _: &Settings, _: &Disk) -> Result<String, Missed> {
    match report::write(dir) {
        Ok(page) => Ok(page.display().to_string()),
        Err(error) => {
            let is_damage = matches!(
                error,
                ReportError::Damaged { .. } | ReportError::Folder(ReadError::Damaged { .. })
            );
            Err(Missed { why: format!("no report: {error}"), is_damage })
        }
    }
}

fn parquet(dir: &Path, settings: &Settings, disk: &Disk) -> Result<String, Missed> {
    let layout = match settings.text("layout") {
        "tables" => Layout::Tables,
        _ => Layout::Nested,
    };
    match parquet_sink::catch_up(dir, layout, disk) {
        Ok(caught_up) => {
            for file in caught_up.remade {
                let file = file.display();
                tracing::warn!("{file} could not be read, and was made anew from the records");
            }
            Ok(caught_up.folder.display().to_string())
        }
        Err(error) => {
            let is_damage = matches!(
                error,
                ParquetError::Record { .. } | ParquetError::Folder(ReadError::Damaged { .. })
            );
            Err(Missed { why: format!("Parquet files: {error}"), is_damage })
        }
    }
}

fn archive(dir: &Path, _: &Settings, disk: &Disk) -> Result<String, Missed> {
    match archive::catch_up(dir, disk) {
        Ok(caught_up) => {
            let file = caught_up.path.display();
            if let Some(error) = caught_up.remade {
                tracing::warn!("{file} was damaged ({error}), and was made anew from the records");
            }
            Ok(file.to_string())
        }
        Err(error) => {
            let is_damage = matches!(
                error,
                ArchiveError::Damaged { .. } | ArchiveError::Folder(ReadError::Damaged { .. })
            );
            Err(Missed { why: error.to_string(), is_damage })
        }
    }
}

/// What followers made of an output folder and is not as it was written, each with what is wrong with it. Everything
/// is read from end to end. With `mend` it is made anew from the records.
pub(crate) fn look_over(dir: &Path, mend: bool) -> Result<Vec<String>, Trouble> {
    let _lock = Lock::acquire(dir).map_err(|error| Trouble::Usage(error.to_string()))?;
    let disk = Disk::default();
    let mut wrong = Vec::new();
    if let Some(fault) = archive::fault(dir).map_err(Trouble::failed)? {
        wrong.push(format!("{}: {fault}", dir.join(archive::FILE).display()));
        if mend {
            archive::remake(dir, &disk).map_err(Trouble::failed)?;
        }
    }
    let damaged = parquet_sink::damaged(dir).map_err(Trouble::failed)?;
    wrong.extend(damaged.iter().map(|file| format!("{}: has no seal that holds", file.display())));
    if mend && !damaged.is_empty() {
        parquet_sink::remake(dir, &damaged, &disk).map_err(Trouble::failed)?;
    }
    Ok(wrong)
}

/// Brings every follower of the plan up to date. One that fails keeps no other from its work and costs no
/// record: it is behind until the next run, and says why. That records are damaged is another matter, and said as such.
pub(crate) fn catch_up(plan: &Plan, dir: &Path) -> (Vec<Made>, Result<(), Trouble>) {
    let disk = kill::disk();
    let mut made = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    let mut is_damage = false;
    for sink in &plan.sinks {
        let Some((what, catch_up)) = follower(&sink.name) else { continue };
        match catch_up(dir, &sink.settings, &disk) {
            Ok(place) => made.push(Made { what, place }),
            Err(missed) => {
                is_damage |= missed.is_damage;
                failed.push(missed.why);
            }
        }
    }
    let why = failed.join("; ");
    let result = match () {
        () if failed.is_empty() => Ok(()),
        () if is_damage => {
            let dir = dir.display();
            let advice =
                format!("`copydesk verify {dir}` tells what is damaged and what can be done");
            Err(Trouble::Failed(format!("records that were written are damaged: {why}; {advice}")))
        }
        () => Err(Trouble::Behind(why)),
    };
    (made, result)
}
