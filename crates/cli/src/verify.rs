//! `copydesk verify`.

use sink::OpenError;

use crate::args::Verify;
use crate::exit::{Exit, Trouble};
use crate::summary::plural;

/// Looks an output folder over, mends what can be mended, and says what there is.
pub(crate) fn verify(command: &Verify) -> Result<Exit, Trouble> {
    let dir = &command.dir;
    let findings = sink::verify(dir, !command.dry_run).map_err(|error| match error {
        OpenError::Io { .. } => Trouble::failed(error),
        wrong_folder => Trouble::Usage(wrong_folder.to_string()),
    })?;
    for line in &findings.damage {
        println!("damaged  {line}");
    }
    let mends = findings.damage.is_empty() && !command.dry_run;
    for line in &findings.mendable {
        println!("{}  {line}", if mends { "mended " } else { "to mend" });
    }
    let damaged = match findings.damage.len() as u64 {
        0 if findings.is_sound() => "sound".to_owned(),
        0 if mends => "sound now".to_owned(),
        0 => "sound but for what can be mended".to_owned(),
        count => format!(
            "damaged in {}; restore the folder from a copy, or begin from nothing with `run --fresh`",
            plural(count, "place")
        ),
    };
    println!(
        "{}: {}, {} in {}: {damaged}",
        dir.display(),
        plural(findings.records, "record"),
        plural(findings.dead_letters, "dead letter"),
        plural(findings.generations as u64, "generation"),
    );
    let fine = findings.damage.is_empty() && (mends || findings.is_sound());
    Ok(if fine { Exit::Success } else { Exit::Failure })
}
