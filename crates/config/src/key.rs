//! Keys: digests of everything that determines an output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use document::Sha256;
use serde_json::{Map, Value as Json};
use sha2::Digest as _;
use stage_api::{Kind, OnError, Setting, Settings, StageSpec, Value, When};

use crate::{PlannedStage, PlannedTable};

/// A stage's key: name, version, effective settings, content in place of the paths it names, and
/// for a plugin's stage the plugin's digest.
pub(crate) fn stage(name: &str, spec: &StageSpec, settings: &Settings) -> String {
    let mut key = object([
        ("name", name.into()),
        ("settings", settings_json(&spec.settings, settings.values(), &[])),
        ("use", spec.info.name.as_ref().into()),
        ("version", spec.info.version.as_ref().into()),
    ]);
    if let Some(plugin) = &spec.plugin {
        key["plugin"] = plugin.digest.to_string().into();
    }
    digest(&key)
}

/// A source as the configuration key sees it.
pub(crate) fn of_source(source: &PlannedTable) -> Json {
    object([
        ("settings", settings_json(&source.declared, source.settings.values(), &["paths"])),
        ("use", source.name.as_str().into()),
    ])
}

/// The configuration key.
pub(crate) fn configuration(
    stages: &[PlannedStage],
    max_article: u64,
    sources: Vec<Json>,
) -> String {
    let one = |stage: &PlannedStage| stage_entry(&stage.key, &stage.when, stage.run.on_error);
    digest(&object([
        ("max_article", max_article.into()),
        ("sources", Json::Array(sources)),
        ("stages", stages.iter().map(one).collect()),
    ]))
}

fn stage_entry(key: &str, when: &When, on_error: OnError) -> Json {
    let conditions = when.conditions.iter().map(|line| {
        let mut values = line.values.clone();
        values.sort();
        values.dedup();
        (line.subject.key(), Json::from(values))
    });
    let conditions: BTreeMap<_, _> = conditions.collect();
    object([
        ("key", key.into()),
        ("on_error", on_error.word().into()),
        ("when", Json::Object(conditions.into_iter().collect())),
    ])
}

/// Keys in alphabetical order, so that the text is the same however the map is built.
fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    debug_assert!(entries.is_sorted_by_key(|(key, _)| *key), "a canonical object is sorted");
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn digest(value: &Json) -> String {
    hex(&sha2::Sha256::digest(value.to_string().as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn settings_json(declared: &[Setting], values: &BTreeMap<String, Value>, without: &[&str]) -> Json {
    let kind = |name: &str| {
        declared.iter().find(|setting| setting.name == name).map(|setting| &setting.kind)
    };
    let entries = values
        .iter()
        .filter(|(name, _)| !without.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value_json(kind(name), value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn value_json(kind: Option<&Kind>, value: &Value) -> Json {
    match (kind, value) {
        (Some(Kind::Path), Value::Text(path)) => content(Path::new(path)).into(),
        (Some(Kind::List(inner)), Value::List(items)) => {
            items.iter().map(|item| value_json(Some(inner), item)).collect()
        }
        (Some(Kind::Map(inner)), Value::Table(entries)) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), value_json(Some(inner), value)))
                .collect(),
        ),
        (Some(Kind::Table(declared)), Value::Table(entries)) => {
            settings_json(declared, entries, &[])
        }
        // A whole number given for a setting that takes any number is that number.
        (Some(Kind::Number { .. }), Value::Integer(number)) => (*number as f64).into(),
        (_, value) => plain(value),
    }
}

/// A value as JSON, whatever it means.
pub(crate) fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Table(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
    }
}

/// Digest of a file's content, or of the names and contents of a folder's files; empty for what
/// cannot be read.
fn content(path: &Path) -> String {
    let mut hasher = sha2::Sha256::new();
    match feed(path, &mut hasher) {
        Ok(()) => Sha256(hasher.finalize().into()).to_string(),
        Err(_) => String::new(),
    }
}

fn feed(path: &Path, hasher: &mut sha2::Sha256) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name.as_encoded_bytes());
            // A link to a folder could lead in a circle.
            if !(entry.file_type()?.is_symlink() && entry.path().is_dir()) {
                feed(&entry.path(), hasher)?;
            }
        }
        return Ok(());
    }
    let mut file = std::fs::File::open(path)?;
    let mut buffer = [0; 1 << 14];
    let mut size = 0_u64;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            hasher.update(size.to_le_bytes());
            return Ok(());
        }
        size += read as u64;
        hasher.update(&buffer[..read]);
    }
}
