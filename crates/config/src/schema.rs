//! The JSON Schema of a pipeline file, for editors.

use document::Field;
use serde_json::{Map, Value as Json, json};
use stage_api::{Kind, Registry, Setting, Value};

use crate::host;
use crate::key;
use crate::units::Amount;

/// The JSON Schema (draft 7) of pipeline files that may name what is in the registry, indented.
///
/// It knows every key and choice, at every depth, and which settings go with which `use`. What
/// needs more than one table (layers, names used twice) is left to the check. Values that come from the
/// environment are allowed anywhere. Ends with a line end.
pub fn schema(registry: &Registry) -> String {
    let mut run = properties(&host::run_settings());
    run.insert("max_failures".to_owned(), json!({
        "description": host::MAX_FAILURES_DOC,
        "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "%\\s*$"}, variable()],
    }));
    let sources = registry
        .sources
        .iter()
        .map(|spec| (spec.name.as_ref(), spec.summary.as_ref(), spec.settings.as_slice()));
    let sinks = registry
        .sinks
        .iter()
        .map(|spec| (spec.name.as_ref(), spec.summary.as_ref(), spec.settings.as_slice()));
    let stages = registry.stages.iter().map(|spec| {
        (spec.info.name.as_ref(), spec.info.summary.as_ref(), spec.settings.as_slice())
    });
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "pipeline.toml of copydesk",
        "type": "object",
        "additionalProperties": false,
        "required": ["version"],
        "properties": {
            "version": {"description": "version of this file's form", "const": 1},
            "run": {"description": "the run as a whole", "type": "object", "additionalProperties": false, "properties": run},
            "plugin": {"description": "libraries and programs with further stages", "type": "array", "items": object(&host::plugin_settings())},
            "source": {"description": "where articles come from", "type": "array", "items": one_of("source", &sources.collect::<Vec<_>>(), &Map::new())},
            "stage": {"description": "what is done to each article, in order", "type": "array", "items": one_of("stage", &stages.collect::<Vec<_>>(), &stage_keys())},
            "sink": {"description": "where records go", "type": "array", "items": one_of("sink", &sinks.collect::<Vec<_>>(), &Map::new())},
        },
    });
    format!("{schema:#}\n")
}

/// A table whose other keys hang on its `use`.
fn one_of(what: &str, specs: &[(&str, &str, &[Setting])], host: &Map<String, Json>) -> Json {
    let names: Vec<_> = specs.iter().map(|(name, ..)| *name).collect();
    let described: Vec<_> =
        specs.iter().map(|(name, summary, _)| format!("{name}: {summary}")).collect();
    let branch = |(name, summary, settings): &(&str, &str, &[Setting])| {
        let mut keys = host.clone();
        keys.insert("use".to_owned(), json!(true));
        keys.append(&mut properties(settings));
        json!({
            "if": {"properties": {"use": {"const": name}}, "required": ["use"]},
            "then": {"description": summary, "properties": keys, "required": required(settings), "additionalProperties": false},
        })
    };
    json!({
        "type": "object",
        "required": ["use"],
        "properties": {"use": {
            "description": format!("name of the {what}\n{}", described.join("\n")),
            "anyOf": [{"enum": names}, variable()],
        }},
        "allOf": specs.iter().map(branch).collect::<Json>(),
    })
}

/// The host's keys of a stage table.
fn stage_keys() -> Map<String, Json> {
    let values = json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    let mut when: Map<_, _> =
        Field::ALL.into_iter().map(|field| (field.key().to_owned(), values.clone())).collect();
    let meta =
        json!({"type": "object", "additionalProperties": {"anyOf": [values, {"type": "object"}]}});
    when.insert("meta".to_owned(), meta);
    let mut keys = Map::new();
    keys.insert(
        "name".to_owned(),
        json!({"description": "its name, where the stage is used a second time", "type": "string"}),
    );
    keys.insert("when".to_owned(), json!({
        "description": "which articles the stage sees: a list of values for each metadata field, all must hold",
        "type": "object",
        "properties": when,
        "patternProperties": {"^meta\\.": values},
        "additionalProperties": false,
    }));
    let mut run = object(&host::stage_run_settings());
    run["description"] = json!("how the stage is run");
    keys.insert("run".to_owned(), run);
    keys
}

fn object(declared: &[Setting]) -> Json {
    json!({"type": "object", "properties": properties(declared), "required": required(declared), "additionalProperties": false})
}

fn required(declared: &[Setting]) -> Json {
    declared.iter().filter(|setting| setting.required).map(|setting| json!(setting.name)).collect()
}

fn properties(declared: &[Setting]) -> Map<String, Json> {
    let one = |setting: &Setting| {
        let mut schema = of_kind(&setting.kind);
        schema["description"] = json!(setting.doc);
        if let Some(default) = &setting.default {
            schema["default"] = match (&setting.kind, default) {
                (Kind::Size, Value::Integer(bytes)) => Amount::Size.show(*bytes).into(),
                (Kind::Duration, Value::Integer(millis)) => Amount::Time.show(*millis).into(),
                _ => key::plain(default),
            };
        }
        (setting.name.to_string(), schema)
    };
    declared.iter().map(one).collect()
}

/// A string that the environment fills in.
fn variable() -> Json {
    json!({"type": "string", "pattern": "\\$\\{"})
}

fn of_kind(kind: &Kind) -> Json {
    let or_variable = |schema: Json| json!({"anyOf": [schema, variable()]});
    match kind {
        Kind::Bool => or_variable(json!({"type": "boolean"})),
        Kind::Integer { min, max } => {
            or_variable(json!({"type": "integer", "minimum": min, "maximum": max}))
        }
        Kind::Number { min, max } => {
            let mut schema = json!({"type": "number"});
            // JSON has no infinity.
            for (key, bound) in [("minimum", min), ("maximum", max)] {
                if bound.is_finite() {
                    schema[key] = json!(bound);
                }
            }
            or_variable(schema)
        }
        Kind::Choice(words) => or_variable(json!({"enum": words})),
        Kind::Size => or_variable(
            json!({"type": "string", "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*([KMG]i?)?B\\s*$"}),
        ),
        Kind::Duration => or_variable(
            json!({"type": "string", "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*(ms|s|m|h|d)\\s*$"}),
        ),
        Kind::List(inner) => json!({"type": "array", "items": of_kind(inner)}),
        Kind::Map(inner) => json!({"type": "object", "additionalProperties": of_kind(inner)}),
        Kind::Table(declared) => object(declared),
        _ => json!({"type": "string"}),
    }
}
