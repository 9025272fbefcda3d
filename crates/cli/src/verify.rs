//! `copydesk verify`.

use sink::{Mend, OpenError, Pruned};

use crate::args::Verify;
use crate::exit::{Exit, Trouble};
use crate::followers;
use crate::summary::plural;

/// Looks an output folder over, mends what can be mended, and says what there is.
pub(crate) fn verify(command: &Verify) -> Result<Exit, Trouble> {
    let dir = &command.dir;
    let mend = match command {
        Verify { dry_run: true, .. } => Mend::Nothing,
        Verify { take_back: true, .. } => Mend::TakeBack,
        _ => Mend::Harmless,
    };
    let mut findings = sink::verify(dir, mend).map_err(trouble)?;
    let is_damaged = !findings.damage.is_empty();
    for line in &findings.damage {
        println!("damaged  {line}");
    }
    let mends = mend == Mend::TakeBack || (!is_damaged && mend == Mend::Harmless);
    findings.mendable.extend(followers::look_over(dir, mends)?);
    for line in &findings.mendable {
        println!("{}  {line}", if mends { "mended " } else { "to mend" });
    }
    for line in &findings.for_the_next_run {
        println!("to run   {line}; the next run writes it anew");
    }
    let state = match findings.damage.len() as u64 {
        0 if findings.is_sound() => "sound".to_owned(),
        0 if !findings.for_the_next_run.is_empty() => "sound after the next run".to_owned(),
        0 if mends => "sound now".to_owned(),
        0 => "sound but for what can be mended".to_owned(),
        _ if mends => format!(
            "went back to the last commit before the damage, by {}; the next run takes them again from their files",
            plural(findings.taken_back, "record")
        ),
        count => format!(
            "damaged in {}; restore the folder from a copy, or `copydesk verify --take-back {}` goes back to the last \
             commit before the damage, and the next run does the rest again as far as its files are still there",
            plural(count, "place"),
            dir.display(),
        ),
    };
    println!(
        "{}: {}, {} in {}: {state}",
        dir.display(),
        plural(findings.records, "record"),
        plural(findings.dead_letters, "dead letter"),
        plural(findings.generations as u64, "generation"),
    );
    if command.prune && !is_damaged {
        let Pruned { files, bytes } = sink::prune(dir).map_err(trouble)?;
        let mib = bytes as f64 / f64::from(1 << 20);
        println!("deleted {} of earlier configurations, {mib:.1} MiB", plural(files, "file"));
    }
    let fine = (mends || !is_damaged && findings.mendable.is_empty())
        && findings.for_the_next_run.is_empty();
    Ok(if fine { Exit::Success } else { Exit::Failure })
}

fn trouble(error: OpenError) -> Trouble {
    match error {
        OpenError::Io { .. } => Trouble::failed(error),
        wrong_folder => Trouble::Usage(wrong_folder.to_string()),
    }
}
