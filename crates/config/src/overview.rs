//! The plan as a table for people and as JSON for programs.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use stage_api::{BuiltStage, MaxFailures, Order, PluginFile};

use crate::layers::writer;
use crate::{Output, Plan, PlannedPlugin, PlannedStage, PlannedTable, SegmentKind, key};

/// The plan as a table (stage, kind, what it reads and from which stage, what it writes, who runs
/// it, the memory of its lists and models), with sources and sinks above and below, and one line for each segment. Ends with a line end.
pub fn check_table(plan: &Plan) -> String {
    let mut rows =
        vec![["stage", "kind", "reads", "writes", "workers", "memory"].map(str::to_owned)];
    let otherwise = if plan.reads_records() { "the records" } else { "absent" };
    for (at, stage) in plan.stages.iter().enumerate() {
        let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
        for read in reads(plan, at) {
            let from = read.from.unwrap_or(otherwise);
            match sources.iter_mut().find(|(known, _)| *known == from) {
                Some((_, layers)) => layers.push(read.layer),
                None => sources.push((from, vec![read.layer])),
            }
        }
        let reads: Vec<_> = sources
            .iter()
            .map(|(from, layers)| format!("{} ({from})", layers.join(", ")))
            .collect();
        rows.push([
            stage.name.clone(),
            kind(stage).to_owned(),
            dash(&reads),
            dash(&stage.spec.info.writes),
            workers(plan, stage),
            memory(stage).map_or_else(|| "–".to_owned(), mebibytes),
        ]);
    }
    let names = |tables: &[PlannedTable]| {
        dash(&tables.iter().map(|table| table.name.clone()).collect::<Vec<_>>())
    };
    let (sources, sinks) = (names(&plan.sources), names(&plan.sinks));
    let mut out = String::new();
    for plugin in &plan.plugins {
        let _ = writeln!(out, "plugin {}: {}", plugin.name, file_words(&plugin.file));
    }
    let _ = write!(out, "sources: {sources}\n{}sinks: {sinks}\n", columns(&rows));
    for (number, line) in (1..).zip(segment_lines(plan)) {
        let _ = writeln!(out, "segment {number}: {line}");
    }
    out
}

/// A plugin's file and how it runs, for people.
pub(crate) fn file_words(file: &PluginFile) -> String {
    format!("{} ({})", file.path.display(), file.lane.word())
}

/// Bytes that the instances of a stage share; `None` where that is nothing to speak of.
fn memory(stage: &PlannedStage) -> Option<u64> {
    match &stage.built {
        Some(BuiltStage::Article(factory)) => Some(factory.memory()).filter(|bytes| *bytes > 0),
        _ => None,
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// The plan as JSON: `configuration` (the key), `run`, `plugins` (each with `name`, `path`, `lane` and
/// `digest`), `sources`, `stages` (each with `name`,
/// `use`, `version`, `kind`, `key`, `plugin` (its name or null), `memory` (bytes or null), `reads` as `{layer, from, optional}`, `writes`, `when`, `run`,
/// `settings`), `sinks`, and `segments` as `{stages, workers}`, where `workers` is `pool`,
/// `ordered` or a number.
pub fn plan_json(plan: &Plan) -> Json {
    let settings = |values: &stage_api::Settings| -> Json {
        Json::Object(
            values.values().iter().map(|(name, value)| (name.clone(), key::plain(value))).collect(),
        )
    };
    let table =
        |table: &PlannedTable| json!({"use": table.name, "settings": settings(&table.settings)});
    let stage = |(at, stage): (usize, &PlannedStage)| {
        let reads = |read: Read<'_>| json!({"layer": read.layer, "from": read.from, "optional": read.optional});
        let when = stage
            .when
            .conditions
            .iter()
            .map(|line| (line.subject.key(), Json::from(line.values.clone())));
        json!({
            "name": stage.name,
            "use": stage.spec.info.name,
            "version": stage.spec.info.version,
            "kind": kind(stage),
            "key": stage.key,
            "plugin": stage.plugin(),
            "memory": memory(stage),
            "reads": reads_json(plan, at, reads),
            "writes": stage.spec.info.writes,
            "when": Json::Object(when.collect()),
            "run": {
                "workers": stage.run.workers,
                "on_error": stage.run.on_error.word(),
                "retries": stage.run.retries,
                "timeout": stage.run.timeout.map(|timeout| timeout.as_millis() as u64),
                "isolate": stage.run.isolate,
            },
            "settings": settings(&stage.settings),
        })
    };
    let segment = |segment: &crate::Segment| {
        let names: Vec<_> =
            plan.stages[segment.stages.clone()].iter().map(|stage| stage.name.as_str()).collect();
        let workers = match segment.kind {
            SegmentKind::Pool => json!("pool"),
            SegmentKind::Ordered => json!("ordered"),
            SegmentKind::Own(workers) => json!(workers),
        };
        json!({"stages": names, "workers": workers})
    };
    let plugin = |plugin: &PlannedPlugin| {
        json!({
            "name": plugin.name,
            "path": plugin.file.path.to_string_lossy(),
            "lane": plugin.file.lane.word(),
            "digest": plugin.file.digest.to_string(),
        })
    };
    let run = &plan.run;
    json!({
        "configuration": plan.key,
        "run": {
            "name": run.name,
            "workers": run.workers,
            "memory": run.memory,
            "max_article": run.max_article,
            "order": if run.order == Order::Input { "input" } else { "any" },
            "corrections": run.corrections.to_string_lossy(),
            "on_error": run.on_error.word(),
            "max_failures": match run.max_failures {
                None => Json::Null,
                Some(MaxFailures::Count(count)) => json!(count),
                Some(MaxFailures::Percent(share)) => json!(format!("{share}%")),
            },
            "output": match &run.output {
                Output::Stdout => "-".into(),
                Output::Folder(path) => path.to_string_lossy(),
            },
        },
        "plugins": plan.plugins.iter().map(plugin).collect::<Json>(),
        "sources": plan.sources.iter().map(table).collect::<Json>(),
        "stages": plan.stages.iter().enumerate().map(stage).collect::<Json>(),
        "sinks": plan.sinks.iter().map(table).collect::<Json>(),
        "segments": plan.segments().iter().map(segment).collect::<Json>(),
    })
}

fn reads_json(plan: &Plan, at: usize, one: impl Fn(Read<'_>) -> Json) -> Json {
    reads(plan, at).into_iter().map(one).collect()
}

/// A layer that a stage reads.
pub(crate) struct Read<'p> {
    pub(crate) layer: &'p str,
    /// The stage that wrote it last.
    pub(crate) from: Option<&'p str>,
    pub(crate) optional: bool,
}

/// What the stage at `at` reads, required layers first.
pub(crate) fn reads(plan: &Plan, at: usize) -> Vec<Read<'_>> {
    let info = &plan.stages[at].spec.info;
    let required = info.reads.iter().map(|layer| (layer, false));
    let optional = info.reads_if_present.iter().map(|layer| (layer, true));
    let before = plan.stages[..at].iter().map(|stage| &stage.spec.info);
    let from =
        |layer: &str| writer(before.clone(), layer).map(|from| plan.stages[from].name.as_str());
    required
        .chain(optional)
        .map(|(layer, optional)| Read { layer, from: from(layer), optional })
        .collect()
}

/// Each segment in words: who runs it, and its stages.
pub(crate) fn segment_lines(plan: &Plan) -> Vec<String> {
    let line = |segment: &crate::Segment| {
        let names: Vec<_> =
            plan.stages[segment.stages.clone()].iter().map(|stage| stage.name.as_str()).collect();
        let names = names.join(" → ");
        match segment.kind {
            SegmentKind::Pool => format!("one worker pool: {names}"),
            SegmentKind::Ordered => format!("one thread, in input order: {names}"),
            SegmentKind::Own(1) => format!("a thread of its own: {names}"),
            SegmentKind::Own(workers) => format!("{workers} threads of its own: {names}"),
        }
    };
    plan.segments().iter().map(line).collect()
}

pub(crate) fn kind(stage: &PlannedStage) -> &'static str {
    if stage.spec.ordered { "ordered" } else { "article" }
}

fn workers(plan: &Plan, stage: &PlannedStage) -> String {
    match (stage.spec.ordered, stage.own_threads()) {
        (true, _) => "1, in order".to_owned(),
        (false, Some(threads)) => threads.to_string(),
        (false, None) if plan.run.workers == 0 => "one per core".to_owned(),
        (false, None) => plan.run.workers.to_string(),
    }
}

fn dash<S: AsRef<str>>(items: &[S]) -> String {
    if items.is_empty() {
        "–".to_owned()
    } else {
        items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
    }
}

/// Rows in columns two spaces apart, a line each.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells: Vec<_> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
