//! What a pipeline file may name.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use stage_api::{Kind, Registry, Setting};

use crate::key;
use crate::overview::file_words;
use crate::print::value_text;

/// Every stage of the registry with what it reads and writes and its settings, one line each;
/// then sources and sinks likewise. Ends with a line end.
pub fn stages(registry: &Registry) -> String {
    let mut out = String::new();
    for spec in &registry.stages {
        let info = &spec.info;
        let kind = if spec.ordered { "ordered stage" } else { "stage" };
        let _ = writeln!(out, "{kind} {} {}: {}", info.name, info.version, info.summary);
        if let Some(plugin) = &spec.plugin {
            let _ = writeln!(out, "  from {}", file_words(plugin));
        }
        for (words, layers) in [
            ("reads", &info.reads),
            ("reads if present", &info.reads_if_present),
            ("writes", &info.writes),
        ] {
            if !layers.is_empty() {
                let _ = writeln!(out, "  {words} {}", layers.join(", "));
            }
        }
        if let Some(file) = &info.drop_file {
            let _ = writeln!(out, "  writes the file {file}.jsonl");
        }
        out += &settings_lines(&spec.settings);
    }
    for (kind, specs) in [("source", &registry.sources), ("sink", &registry.sinks)] {
        for spec in specs {
            let _ = writeln!(out, "{kind} {}: {}", spec.name, spec.summary);
            out += &settings_lines(&spec.settings);
        }
    }
    out
}

fn settings_lines(settings: &[Setting]) -> String {
    let line = |setting: &Setting| {
        let default = match &setting.default {
            Some(value) => format!(" = {}", value_text(&setting.kind, value)),
            None if setting.required => " (required)".to_owned(),
            None => String::new(),
        };
        format!("  {}{default}: {}, {}\n", setting.name, kind_words(&setting.kind), setting.doc)
    };
    settings.iter().map(line).collect()
}

/// A kind in a few words.
pub(crate) fn kind_words(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Choice(words) => words.join("|"),
        Kind::Size => "size".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::List(inner) => format!("list of {}", kind_words(inner)),
        Kind::Map(inner) => format!("table of {}", kind_words(inner)),
        Kind::Table(keys) => {
            let names: Vec<_> = keys.iter().map(|key| key.name.as_ref()).collect();
            format!("table with {}", names.join(", "))
        }
        other => crate::value::expected(other),
    }
}

/// The same as JSON: `stages`, `sources` and `sinks`, each a list of objects with `name`,
/// `summary` and `settings` (`name`, `type`, `default`, `required`, `doc`); stages also with
/// `version`, `kind`, `plugin` (the file it came from, or null), `reads`, `reads_if_present`, `writes` and
/// `drop_file` (the file of drop records, or null). Sizes are in bytes, durations in
/// milliseconds.
pub fn stages_json(registry: &Registry) -> Json {
    let setting = |setting: &Setting| {
        json!({
            "name": setting.name,
            "type": kind_words(&setting.kind),
            "default": setting.default.as_ref().map(key::plain),
            "required": setting.required,
            "doc": setting.doc,
        })
    };
    let settings = |list: &[Setting]| list.iter().map(setting).collect::<Json>();
    let stage = |spec: &stage_api::StageSpec| {
        json!({
            "name": spec.info.name,
            "version": spec.info.version,
            "summary": spec.info.summary,
            "kind": if spec.ordered { "ordered" } else { "article" },
            "plugin": spec.plugin.as_ref().map(|file| file.path.to_string_lossy()),
            "reads": spec.info.reads,
            "reads_if_present": spec.info.reads_if_present,
            "writes": spec.info.writes,
            "drop_file": spec.info.drop_file.as_ref().map(|name| format!("{name}.jsonl")),
            "settings": settings(&spec.settings),
        })
    };
    let table = |spec: &stage_api::TableSpec| json!({"name": spec.name, "summary": spec.summary, "settings": settings(&spec.settings)});
    json!({
        "stages": registry.stages.iter().map(stage).collect::<Json>(),
        "sources": registry.sources.iter().map(table).collect::<Json>(),
        "sinks": registry.sinks.iter().map(table).collect::<Json>(),
    })
}
