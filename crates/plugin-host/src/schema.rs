//! A stage's JSON Schema as the [`Setting`]s that the pipeline file is checked against.
//!
//! Understood is what a settings table can be: `boolean`, `integer` and `number` (`minimum`,
//! `maximum`), `string` (`enum`, `format` = `path`, `size` or `duration`), `array` (`items`), `object`
//! (`properties` and `required`, or `additionalProperties` for free keys), each with `description`
//! and `default`. A keyword that would promise a check that nobody makes is refused by name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use stage_api::{Kind, Setting, Value};

/// Keywords that say nothing about which values are right.
const REMARKS: &[&str] =
    &["$schema", "$id", "$comment", "title", "description", "examples", "deprecated"];
/// Keys of a stage's table that are the host's.
const HOST_KEYS: &[&str] = &["use", "name", "when", "run"];
/// Levels of tables and lists in one another.
const MAX_DEPTH: usize = 16;

/// The settings that a schema declares; an empty text declares none.
///
/// # Errors
/// What is wrong, lowercase, without a full stop, with the setting's name.
pub(crate) fn settings(schema: &str) -> Result<Vec<Setting>, String> {
    if schema.trim().is_empty() {
        return Ok(Vec::new());
    }
    let schema: Json =
        serde_json::from_str(schema).map_err(|error| format!("the schema is no JSON: {error}"))?;
    let Json::Object(schema) = schema else {
        return Err("the schema is no JSON object".to_owned());
    };
    if schema.get("type").is_some_and(|kind| kind != "object") {
        return Err("the schema's `type` is not `object`".to_owned());
    }
    let only = &["type", "properties", "required", "additionalProperties"];
    only_keywords(&schema, only, "")?;
    let settings = properties(&schema, "", 0)?;
    if let Some(taken) = settings.iter().find(|setting| HOST_KEYS.contains(&setting.name.as_ref()))
    {
        return Err(format!("a setting cannot be named `{}`: that key is the host's", taken.name));
    }
    Ok(settings)
}

fn properties(
    schema: &Map<String, Json>,
    path: &str,
    depth: usize,
) -> Result<Vec<Setting>, String> {
    if schema.get("additionalProperties").is_some_and(|more| *more != Json::Bool(false)) {
        return Err(said(path, "free keys beside `properties` cannot be declared"));
    }
    let empty = Map::new();
    let declared = match schema.get("properties") {
        None => &empty,
        Some(Json::Object(declared)) => declared,
        Some(_) => return Err(said(path, "`properties` is no object")),
    };
    let required: Vec<&str> = match schema.get("required") {
        None => Vec::new(),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        Some(_) => return Err(said(path, "`required` is no list")),
    };
    if let Some(unknown) = required.iter().find(|name| !declared.contains_key(**name)) {
        return Err(said(path, &format!("`{unknown}` is required and not declared")));
    }
    declared
        .iter()
        .map(|(name, schema)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Json::Object(schema) = schema else {
                return Err(said(&path, "its schema is no object"));
            };
            let kind = kind(schema, &path, depth + 1)?;
            let default = schema
                .get("default")
                .map(|default| value(default, &kind).ok_or_else(|| unfit(default, &kind, &path)))
                .transpose()?;
            let doc = schema.get("description").and_then(Json::as_str).unwrap_or_default();
            Ok(Setting {
                name: Cow::Owned(name.clone()),
                kind,
                default,
                required: required.contains(&name.as_str()),
                doc: Cow::Owned(doc.split_whitespace().collect::<Vec<_>>().join(" ")),
            })
        })
        .collect()
}

fn unfit(default: &Json, kind: &Kind, path: &str) -> String {
    let advice = match kind {
        Kind::Size => "; that of a size is a number of bytes",
        Kind::Duration => "; that of a duration is a number of milliseconds",
        _ => "",
    };
    said(path, &format!("the default {default} does not fit{advice}"))
}

fn kind(schema: &Map<String, Json>, path: &str, depth: usize) -> Result<Kind, String> {
    if depth > MAX_DEPTH {
        return Err(said(path, &format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    let words = schema.get("enum");
    let declared = match schema.get("type") {
        Some(Json::String(kind)) => kind.as_str(),
        None if words.is_some() => "string",
        None => return Err(said(path, "its `type` is missing")),
        Some(_) => return Err(said(path, "its `type` is not one word")),
    };
    let only = |keywords: &[&str]| only_keywords(schema, keywords, path);
    match declared {
        "boolean" => {
            only(&["type", "default"])?;
            Ok(Kind::Bool)
        }
        "integer" => {
            only(&["type", "default", "minimum", "maximum"])?;
            let bound = |key: &str, open: i64| match schema.get(key) {
                None => Ok(open),
                Some(bound) => whole(bound)
                    .ok_or_else(|| said(path, &format!("its `{key}` is no whole number"))),
            };
            let (min, max) = (bound("minimum", i64::MIN)?, bound("maximum", i64::MAX)?);
            Ok(Kind::Integer { min, max })
        }
        "number" => {
            only(&["type", "default", "minimum", "maximum"])?;
            let bound = |key: &str, open: f64| match schema.get(key) {
                None => Ok(open),
                Some(bound) => {
                    bound.as_f64().ok_or_else(|| said(path, &format!("its `{key}` is no number")))
                }
            };
            let (min, max) = (bound("minimum", f64::MIN)?, bound("maximum", f64::MAX)?);
            Ok(Kind::Number { min, max })
        }
        "string" => {
            only(&["type", "default", "enum", "format"])?;
            text(schema.get("format"), words, path)
        }
        "array" => {
            only(&["type", "default", "items"])?;
            let Some(Json::Object(items)) = schema.get("items") else {
                return Err(said(path, "a list needs `items`"));
            };
            Ok(Kind::List(Box::new(kind(items, &format!("{path}[]"), depth + 1)?)))
        }
        "object" => {
            only(&["type", "default", "properties", "required", "additionalProperties"])?;
            match schema.get("additionalProperties") {
                Some(Json::Object(free)) if !schema.contains_key("properties") => {
                    Ok(Kind::Map(Box::new(kind(free, &format!("{path}.*"), depth + 1)?)))
                }
                _ => Ok(Kind::Table(properties(schema, path, depth + 1)?)),
            }
        }
        other => Err(said(path, &format!("its `type` `{other}` is unknown"))),
    }
}

fn text(format: Option<&Json>, words: Option<&Json>, path: &str) -> Result<Kind, String> {
    match (words, format.map(|format| format.as_str().unwrap_or_default())) {
        (Some(_), Some(_)) => Err(said(path, "`enum` and `format` do not go together")),
        (Some(Json::Array(words)), None) if !words.is_empty() => {
            let word = |word: &Json| word.as_str().map(|word| Cow::Owned(word.to_owned()));
            let words: Option<Vec<_>> = words.iter().map(word).collect();
            words.map(Kind::Choice).ok_or_else(|| said(path, "its `enum` has more than strings"))
        }
        (Some(_), None) => Err(said(path, "its `enum` is no list of strings")),
        (None, None) => Ok(Kind::Text),
        (None, Some("path")) => Ok(Kind::Path),
        (None, Some("size")) => Ok(Kind::Size),
        (None, Some("duration")) => Ok(Kind::Duration),
        (None, Some(other)) => Err(said(
            path,
            &format!("its `format` `{other}` is not one of `path`, `size`, `duration`"),
        )),
    }
}

/// A JSON value as one of a kind; `None` where it does not fit.
fn value(json: &Json, kind: &Kind) -> Option<Value> {
    match (kind, json) {
        (Kind::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
        (Kind::Integer { min, max }, _) => {
            whole(json).filter(|value| (min..=max).contains(&value)).map(Value::Integer)
        }
        (Kind::Number { min, max }, _) => {
            json.as_f64().filter(|value| (min..=max).contains(&value)).map(Value::Number)
        }
        (Kind::Size | Kind::Duration, _) => {
            whole(json).filter(|value| *value >= 0).map(Value::Integer)
        }
        (Kind::Text | Kind::Path, Json::String(text)) => Some(Value::Text(text.clone())),
        (Kind::Choice(words), Json::String(text)) => {
            words.iter().any(|word| word == text).then(|| Value::Text(text.clone()))
        }
        (Kind::List(kind), Json::Array(values)) => {
            values.iter().map(|json| value(json, kind)).collect::<Option<_>>().map(Value::List)
        }
        (Kind::Map(kind), Json::Object(entries)) => {
            let entry = |(key, json): (&String, &Json)| Some((key.clone(), value(json, kind)?));
            entries.iter().map(entry).collect::<Option<_>>().map(Value::Table)
        }
        (Kind::Table(settings), Json::Object(entries)) => {
            let declared =
                |key: &String| settings.iter().any(|setting| setting.name == key.as_str());
            let mut table = BTreeMap::new();
            for setting in settings {
                let given = match entries.get(setting.name.as_ref()) {
                    Some(json) => Some(value(json, &setting.kind)?),
                    None if setting.required => return None,
                    None => setting.default.clone(),
                };
                table.extend(given.map(|given| (setting.name.to_string(), given)));
            }
            entries.keys().all(declared).then_some(Value::Table(table))
        }
        _ => None,
    }
}

fn whole(json: &Json) -> Option<i64> {
    let fraction_free = |number: &f64| number.fract() == 0.0 && number.abs() < 9e15;
    json.as_i64().or_else(|| json.as_f64().filter(fraction_free).map(|number| number as i64))
}

fn only_keywords(schema: &Map<String, Json>, known: &[&str], path: &str) -> Result<(), String> {
    let unknown = schema
        .keys()
        .find(|key| !known.contains(&key.as_str()) && !REMARKS.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| {
        Err(said(path, &format!("the keyword `{key}` cannot be checked here")))
    })
}

fn said(path: &str, message: &str) -> String {
    if path.is_empty() { message.to_owned() } else { format!("setting `{path}`: {message}") }
}

/// Checked settings as the JSON object that a plugin gets, keys sorted.
pub(crate) fn to_json(settings: &stage_api::Settings) -> String {
    let object: Map<String, Json> =
        settings.values().iter().map(|(key, value)| (key.clone(), json(value))).collect();
    Json::Object(object).to_string()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Number(value) => Json::from(*value),
        Value::Text(value) => Json::String(value.clone()),
        Value::List(values) => values.iter().map(json).collect(),
        Value::Table(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(properties: &str) -> String {
        settings(&format!("{{\"properties\": {{{properties}}}}}")).unwrap_err()
    }

    #[test]
    fn what_a_table_can_be_is_understood() {
        let declared = settings(
            r#"{"$schema": "x", "type": "object", "additionalProperties": false, "required": ["terms"], "properties": {
                "at_least": {"type": "integer", "minimum": 0, "maximum": 9, "default": 3, "description": "how\n many"},
                "case": {"enum": ["smart", "exact"], "default": "smart"},
                "files": {"type": "array", "items": {"type": "string", "format": "path"}},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "b"}},
                "share": {"type": "number", "default": 1},
                "size": {"type": "string", "format": "size", "default": 1024},
                "sub": {"type": "object", "properties": {"on": {"type": "boolean", "default": true}}, "default": {}},
                "terms": {"type": "array", "items": {"type": "string"}}}}"#,
        )
        .unwrap();
        let table = |on| Value::Table([("on".to_owned(), Value::Bool(on))].into());
        let expected = [
            Setting::new("at_least", Kind::count(0, 9), "how many").default(3),
            Setting::new("case", Kind::choice(&["smart", "exact"]), "").default("smart"),
            Setting::new("files", Kind::List(Box::new(Kind::Path)), ""),
            Setting {
                default: Some(Value::Table([("a".to_owned(), "b".into())].into())),
                ..Setting::new("labels", Kind::Map(Box::new(Kind::Text)), "")
            },
            Setting::new("share", Kind::Number { min: f64::MIN, max: f64::MAX }, "").default(1.0),
            Setting::new("size", Kind::Size, "").default(1024),
            Setting {
                default: Some(table(true)),
                ..Setting::new(
                    "sub",
                    Kind::Table(vec![Setting::new("on", Kind::Bool, "").default(true)]),
                    "",
                )
            },
            Setting::new("terms", Kind::List(Box::new(Kind::Text)), "").required(),
        ];
        assert_eq!(declared, expected);
        assert_eq!(settings("").unwrap(), []);
        assert_eq!(settings("{}").unwrap(), []);
    }

    #[test]
    fn what_would_promise_a_check_that_nobody_makes_is_refused() {
        for (property, expected) in [
            (
                r#""a": {"type": "string", "pattern": "^x"}"#,
                "setting `a`: the keyword `pattern` cannot be checked here",
            ),
            (
                r#""a": {"type": "integer", "exclusiveMinimum": 0}"#,
                "setting `a`: the keyword `exclusiveMinimum` cannot be checked here",
            ),
            (r#""a": {"type": ["string", "null"]}"#, "setting `a`: its `type` is not one word"),
            (r#""a": {"anyOf": []}"#, "setting `a`: its `type` is missing"),
            (r#""a": {"type": "text"}"#, "setting `a`: its `type` `text` is unknown"),
            (
                r#""a": {"type": "string", "format": "uri"}"#,
                "setting `a`: its `format` `uri` is not one of `path`, `size`, `duration`",
            ),
            (r#""a": {"type": "array"}"#, "setting `a`: a list needs `items`"),
            (r#""a": {"enum": [1]}"#, "setting `a`: its `enum` has more than strings"),
            (
                r#""a": {"type": "integer", "default": 1.5}"#,
                "setting `a`: the default 1.5 does not fit",
            ),
            (
                r#""a": {"type": "string", "format": "size", "default": "1 MiB"}"#,
                "setting `a`: the default \"1 MiB\" does not fit; that of a size is a number of bytes",
            ),
            (
                r#""a": {"type": "object", "properties": {"b": {"type": "null"}}}"#,
                "setting `a.b`: its `type` `null` is unknown",
            ),
            (
                r#""run": {"type": "boolean"}"#,
                "a setting cannot be named `run`: that key is the host's",
            ),
        ] {
            assert_eq!(refusal(property), expected);
        }
        assert_eq!(settings("[]").unwrap_err(), "the schema is no JSON object");
        assert!(settings("{").unwrap_err().starts_with("the schema is no JSON: "));
        let more = r#"{"additionalProperties": true}"#;
        assert_eq!(settings(more).unwrap_err(), "free keys beside `properties` cannot be declared");
    }
}
