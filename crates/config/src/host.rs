//! The keys that belong to the host: `[run]`, a stage's `run`, `[[plugin]]`.

use std::ops::RangeInclusive;

use document::Field;
use stage_api::{Kind, Registry, Setting};

use crate::suggest::nearest;

/// The source of our own records, which come with layers.
pub(crate) const RECORDS: &str = "records";

/// The tables and keys at the top of the file.
pub(crate) const TOP: [&str; 6] = ["version", "run", "plugin", "source", "stage", "sink"];

/// The host's keys in a stage table; the others are the stage's own.
pub(crate) const STAGE: [&str; 4] = ["use", "name", "when", "run"];

/// The largest article that may be asked for: offsets and buffers are sized for it.
pub(crate) const LARGEST_ARTICLE: u64 = 1 << 30;

/// The most workers that may be asked for.
const MOST_WORKERS: u32 = 512;

/// How long one article may take in foreign code, at least and at most, in milliseconds.
pub(crate) const TIMEOUT: RangeInclusive<i64> = 1..=24 * 3_600_000;

/// What messages call `[run]`.
pub(crate) const RUN_TABLE: &str = "`[run]`";

/// What messages call the table `run` of a stage.
pub(crate) const STAGE_RUN_TABLE: &str = "the `run` table of a stage";

/// The keys of `[run]`, except `max_failures`, which is a number or a percentage.
pub(crate) fn run_settings() -> Vec<Setting> {
    vec![
        Setting::new("name", Kind::Text, "name of the pipeline, in logs and reports")
            .default("copydesk"),
        Setting::new("workers", Kind::count(0, MOST_WORKERS), "worker threads; 0 is one per core")
            .default(0),
        Setting::new("memory", Kind::Size, "bytes of articles in flight").default(64_i64 << 20),
        Setting::new("max_article", Kind::Size, "larger articles become dead letters")
            .default(16_i64 << 20),
        Setting::new(
            "order",
            Kind::choice(&["input", "any"]),
            "order of the records; `any` only for standard output or the null sink",
        )
        .default("input"),
        Setting::new("corrections", Kind::Path, "corrections by hand; absent is fine")
            .default("corrections.jsonl"),
        Setting::new(
            "on_error",
            Kind::choice(&["dead-letter", "abort"]),
            "what a failing article does",
        )
        .default("dead-letter"),
        Setting::new(
            "metrics",
            Kind::Text,
            "address and port to tell figures of the run at, such as `127.0.0.1:9464`; empty is none",
        )
        .default(""),
        Setting::new("output", Kind::Path, "output folder, or `-` for standard output")
            .default("out"),
    ]
}

/// What `max_failures` is, for people.
pub(crate) const MAX_FAILURES_DOC: &str =
    "the run stops beyond this many dead letters, or this share of them; default: no limit";

/// The keys of a stage's `run`.
pub(crate) fn stage_run_settings() -> Vec<Setting> {
    vec![
        Setting::new(
            "workers",
            Kind::count(1, MOST_WORKERS),
            "threads of its own; by default it shares the run's workers",
        ),
        Setting::new(
            "on_error",
            Kind::choice(&["dead-letter", "skip-stage", "abort"]),
            "what an article does that the stage cannot process; by default as in `[run]`",
        ),
        Setting::new(
            "retries",
            Kind::count(0, 100),
            "how often a failed article is tried again at once",
        )
        .default(0),
        Setting::new(
            "timeout",
            Kind::Duration,
            "for foreign code: how long one article may take, from 1 ms to 24 h",
        ),
        Setting::new("isolate", Kind::Bool, "runs apart from the other stages").default(false),
    ]
}

/// The keys of `[[plugin]]`.
pub(crate) fn plugin_settings() -> Vec<Setting> {
    vec![
        Setting::new("name", Kind::Text, "the part before `/` in `use`").required(),
        Setting::new("path", Kind::Path, "the library, without the platform's prefix and suffix"),
        Setting::new(
            "command",
            Kind::List(Box::new(Kind::Text)),
            "a child process, instead of `path`",
        ),
        Setting::new(
            "lane",
            Kind::choice(&["native", "child"]),
            "how it runs; by default told from the file",
        ),
        Setting::new("sha256", Kind::Text, "the digest that the file must have"),
    ]
}

/// The keys of `when`, except `meta.FIELD`.
pub(crate) fn when_keys() -> Vec<&'static str> {
    Field::ALL.into_iter().map(Field::key).chain(["meta"]).collect()
}

/// The key that other tools call by this name.
pub(crate) fn alias(key: &str) -> Option<&'static str> {
    Some(match key.to_lowercase().as_str() {
        "uses" | "type" | "kind" | "stage" | "module" | "component" => "use",
        "id" | "label" => "name",
        "if" | "where" | "condition" | "only" => "when",
        "threads" | "jobs" | "parallelism" | "concurrency" => "workers",
        "out" | "output_dir" | "out_dir" | "destination" => "output",
        "input" | "inputs" | "files" | "dir" | "folder" => "paths",
        "retry" => "retries",
        "max_size" | "max_article_size" => "max_article",
        _ => return None,
    })
}

/// The table at the top that other tools call by this name.
pub(crate) fn table_alias(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "input" | "inputs" | "reader" | "readers" => "source",
        "step" | "steps" | "pipeline" | "transform" | "transforms" | "processor" | "processors" => {
            "stage"
        }
        "output" | "outputs" | "writer" | "writers" => "sink",
        "settings" | "config" | "general" | "global" | "options" => "run",
        _ => return None,
    })
}

/// Where a key belongs that is in the wrong table, as a sentence; `nearly` allows for a misspelling.
pub(crate) fn elsewhere(
    registry: &Registry,
    key: &str,
    owner: &str,
    nearly: bool,
) -> Option<String> {
    if owner == "the file"
        && let Some(spec) = registry.stage(key)
    {
        let name = &spec.info.name;
        return Some(format!("write `[[stage]]`, and below it `use = \"{name}\"`"));
    }
    let tabled = owner.starts_with("the s");
    if tabled && matches!(key, "config" | "settings" | "options" | "params" | "with") {
        return Some(format!("its settings stand in the table itself, without `{key}`"));
    }
    if owner.starts_with("the sink") && matches!(key, "path" | "file" | "dir" | "folder" | "output")
    {
        return Some("records go into the folder that `output` of `[run]` names".to_owned());
    }
    let in_stage = owner.starts_with("the stage");
    let mut places: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, sentence: String| places.push((name.to_owned(), sentence));
    let run = |add: &mut dyn FnMut(&str, String)| {
        for name in
            run_settings().iter().map(|s| s.name.to_string()).chain(["max_failures".to_owned()])
        {
            add(&name, format!("`{name}` is a key of `[run]`"));
        }
    };
    let stage_run = |add: &mut dyn FnMut(&str, String)| {
        for setting in stage_run_settings() {
            let name = &setting.name;
            let example = crate::value::example(&setting.kind);
            add(
                name,
                format!(
                    "`{name}` is a key of a stage's `run` table: `run = {{ {name} = {example} }}`"
                ),
            );
        }
    };
    if in_stage || owner == "`when`" {
        stage_run(&mut add);
    }
    for name in ["use", "when"] {
        add(name, format!("`{name}` is a key of a `[[stage]]` table"));
    }
    let stages = registry.stages.iter().map(|spec| ("stage", &spec.info.name, &spec.settings));
    let sources = registry.sources.iter().map(|spec| ("source", &spec.name, &spec.settings));
    let sinks = registry.sinks.iter().map(|spec| ("sink", &spec.name, &spec.settings));
    for (what, owner, settings) in stages.chain(sources).chain(sinks) {
        for setting in settings {
            let name = &setting.name;
            add(name, format!("`{name}` is a setting of the {what} `{owner}`"));
        }
    }
    run(&mut add);
    if !in_stage {
        stage_run(&mut add);
    }
    for field in Field::ALL.into_iter().map(Field::key).filter(|_| in_stage) {
        add(
            field,
            format!(
                "to run a stage for some articles only, write `when = {{ {field} = [\"…\"] }}`"
            ),
        );
    }
    if key == "version" && owner != "the file" {
        return Some("`version` stands at the top of the file, before the first table".to_owned());
    }
    // A table's own keys were looked through before.
    places.retain(|(_, sentence)| !sentence.ends_with(&format!("of {owner}")));
    let name = if nearly {
        nearest(key, places.iter().map(|(name, _)| name.as_str()))?.to_owned()
    } else {
        key.to_owned()
    };
    let sentence =
        places.into_iter().find(|(known, _)| *known == name).map(|(_, sentence)| sentence)?;
    Some(if nearly { format!("did you mean `{name}`? {sentence}") } else { sentence })
}
