//! The sinks that follow the committed parts, brought up to date at the end of a run.

use std::path::Path;

use config::Plan;
use parquet_sink::Layout;
use sink::Disk;
use stage_api::Settings;

use crate::exit::Trouble;
use crate::{kill, report};

/// What a follower made, and where.
#[derive(Debug)]
pub(crate) struct Made {
    /// Such as `report`.
    pub(crate) what: &'static str,
    /// The file to open.
    pub(crate) place: String,
}

/// Brings what a follower makes of an output folder up to date; returns the file to open.
type CatchUp = fn(&Path, &Settings, &Disk) -> Result<String, Trouble>;

/// What the sink of this name makes and how; `None` for one that takes records from the run itself.
fn follower(name: &str) -> Option<(&'static str, CatchUp)> {
    let report: CatchUp = |dir, _, _| report::write(dir);
    let parquet: CatchUp = |dir, settings, disk| {
        let layout = match settings.text("layout") {
            "tables" => Layout::Tables,
            _ => Layout::Nested,
        };
        let folder = parquet_sink::catch_up(dir, layout, disk)
            .map_err(|error| Trouble::failed(format!("Parquet files: {error}")))?;
        Ok(folder.display().to_string())
    };
    let archive: CatchUp = |dir, _, disk| {
        let caught_up = archive::catch_up(dir, disk).map_err(Trouble::failed)?;
        Ok(caught_up.path.display().to_string())
    };
    match name {
        "sqlite" => Some(("archive", archive)),
        "report" => Some(("report", report)),
        "parquet" => Some(("Parquet files", parquet)),
        _ => None,
    }
}

/// Brings every follower of the plan up to date. One that fails keeps no other from its work and costs no
/// record: it is behind until the next run, and says why.
pub(crate) fn catch_up(plan: &Plan, dir: &Path) -> (Vec<Made>, Result<(), Trouble>) {
    let disk = kill::disk();
    let mut made = Vec::new();
    let mut failed: Vec<String> = Vec::new();
    for sink in &plan.sinks {
        let Some((what, catch_up)) = follower(&sink.name) else { continue };
        match catch_up(dir, &sink.settings, &disk) {
            Ok(place) => made.push(Made { what, place }),
            Err(trouble) => failed.push(trouble.message()),
        }
    }
    let result = if failed.is_empty() { Ok(()) } else { Err(Trouble::Behind(failed.join("; "))) };
    (made, result)
}
