//! What a person sees when a run has ended: a table of stages and one closing line.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use config::Plan;
use runner::{Ending, Report};
use serde_json::{Value, json};

use crate::followers::Made;

/// The table: a row a stage with articles in, kept, discarded, failed, and its time.
pub(crate) fn table(report: &Report) -> String {
    let name_width =
        report.stages.iter().map(|stage| stage.stage.len()).max().unwrap_or(0).max("stage".len());
    let total: Duration = report.stages.iter().map(|stage| stage.time).sum();
    let mut out = format!(
        "{:name_width$}  {:>9} {:>9} {:>9} {:>9} {:>10} {:>6}\n",
        "stage", "in", "kept", "discarded", "failed", "time", "share"
    );
    for stage in &report.stages {
        let share = 100.0 * stage.time.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        let time = duration(stage.time);
        writeln!(
            out,
            "{:name_width$}  {:>9} {:>9} {:>9} {:>9} {time:>10} {share:>5.0}%",
            stage.stage, stage.received, stage.kept, stage.discarded, stage.failed
        )
        .expect("a string takes everything");
    }
    out
}

/// Where a run left what it made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'w> {
    /// The output folder.
    pub(crate) records: &'w Path,
    /// What the sinks that follow have made of them.
    pub(crate) made: &'w [Made],
}

/// The closing line: what there is now, and where to look.
pub(crate) fn closing_line(report: &Report, output: Option<&Written<'_>>, fresh: bool) -> String {
    let counts = report.counts;
    let before = match &report.ending {
        Ending::Complete | Ending::Closed => "",
        Ending::Interrupted => "interrupted: ",
        Ending::Failed(_) => "stopped: ",
    };
    let mut articles = plural(counts.written, "article");
    if counts.unchanged > 0 {
        articles.extend([" (", &counts.unchanged.to_string(), " unchanged)"]);
    }
    let said = format!(
        "{} by {}",
        plural(report.quotations, "quotation"),
        plural(report.speakers, "speaker")
    );
    let mut figures = vec![articles, said];
    figures.extend(
        report.discards.iter().map(|(reason, count)| format!("{count} discarded ({reason})")),
    );
    figures.push(format!("{} in {}", plural(counts.failed, "dead letter"), duration(report.wall)));
    let mut parts = vec![format!("{before}{}", figures.join(", "))];
    if let Some(Written { records, made }) = output {
        let mut places = vec![format!("records in {}", records.display())];
        places.extend(made.iter().map(|Made { what, place }| format!("{what} in {place}")));
        if counts.failed > 0 {
            places.push(format!("failures in {}", records.join("dead-letters.jsonl").display()));
        }
        parts.push(places.join(", "));
    }
    if matches!(report.ending, Ending::Interrupted) && output.is_some() {
        let how = if fresh {
            "the same command without `--fresh` continues"
        } else {
            "the same command continues"
        };
        parts.push(how.to_owned());
    }
    parts.join("; ")
}

/// The figures of a run for `run.json`.
pub(crate) fn figures(report: &Report, plan: &Plan) -> serde_json::Map<String, Value> {
    let version = |name: &str| {
        plan.stages.iter().find(|s| s.name == name).map(|s| s.spec.info.version.to_string())
    };
    let stage = |stage: &runner::StageFigures| {
        json!({
            "stage": stage.stage,
            "version": version(&stage.stage),
            "in": stage.received,
            "kept": stage.kept,
            "discarded": stage.discarded,
            "failed": stage.failed,
            "skipped": stage.skipped,
            "seconds": stage.time.as_secs_f64(),
            "call_seconds_below": json!({
                "p50": below(stage, 0.5),
                "p90": below(stage, 0.9),
                "p99": below(stage, 0.99),
            }),
        })
    };
    let ending = match &report.ending {
        Ending::Complete => json!("complete"),
        Ending::Interrupted => json!("interrupted"),
        Ending::Closed => json!("closed"),
        Ending::Failed(error) => json!(format!("failed: {error}")),
    };
    let figures = json!({
        "copydesk": env!("CARGO_PKG_VERSION"),
        "ending": ending,
        "workers": report.workers,
        "seconds": report.wall.as_secs_f64(),
        "quotations": report.quotations,
        "attributed": report.attributed,
        "speakers": report.speakers,
        "stages": report.stages.iter().map(stage).collect::<Vec<_>>(),
    });
    let Value::Object(figures) = figures else { unreachable!("an object was written above") };
    figures
}

/// The time that this share of a stage's calls stayed below, in seconds, by powers of two of a microsecond.
fn below(stage: &runner::StageFigures, share: f64) -> Option<f64> {
    stage.latencies.quantile(share).map(|bound| bound.as_secs_f64())
}

/// A number with its noun.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", indicatif::HumanCount(count), if count == 1 { "" } else { "s" })
}

fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 100.0 => format!("{seconds:.0} s"),
        seconds if seconds >= 1.0 => format!("{seconds:.1} s"),
        seconds => format!("{:.1} ms", seconds * 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use runner::{Counts, Ending, Report};

    use super::{Made, Written, closing_line};

    #[test]
    fn the_closing_line_says_what_to_do() {
        let counts = Counts { read: 5, written: 3, discarded: 1, failed: 1, unchanged: 2 };
        let report = Report {
            counts,
            discards: [("empty".to_owned(), 1)].into(),
            stages: Vec::new(),
            quotations: 1,
            attributed: 1,
            speakers: 1,
            workers: 2,
            wall: std::time::Duration::from_millis(12),
            ending: Ending::Interrupted,
        };
        let made = [Made { what: "report", place: "out/report/index.html".to_owned() }];
        let written = Written { records: Path::new("out"), made: &made };
        assert_eq!(
            closing_line(&report, Some(&written), false),
            "interrupted: 3 articles (2 unchanged), 1 quotation by 1 speaker, 1 discarded (empty), 1 dead letter \
             in 12.0 ms; records in out, report in out/report/index.html, failures in out/dead-letters.jsonl; the same command continues"
        );
    }
}
