//! A plan that means the same from any folder.

use std::collections::BTreeMap;
use std::path::Path;

use stage_api::{Kind, Setting, Settings, Value, seen_from};

use crate::Plan;
use crate::plan::Output;
use crate::print::text_literal;

impl Plan {
    /// The same plan with every path made absolute from `here`, the folder that its relative paths
    /// start from: for an [`explain`](crate::explain) that is kept somewhere else.
    #[must_use]
    pub fn with_absolute_paths(mut self, here: &Path) -> Self {
        for plugin in &mut self.plugins {
            plugin.absolute(here);
        }
        for table in self.sources.iter_mut().chain(&mut self.sinks) {
            table.settings = settings(&table.declared, &table.settings, here);
        }
        for stage in &mut self.stages {
            stage.settings = settings(&stage.spec.settings, &stage.settings, here);
        }
        self.run.corrections = here.join(&self.run.corrections);
        if let Output::Folder(folder) = &mut self.run.output {
            *folder = seen_from(here, &*folder);
        }
        for shown in &mut self.run.shown {
            let path = match (shown.key, &self.run.output) {
                ("corrections", _) => &self.run.corrections,
                ("output", Output::Folder(folder)) => folder,
                _ => continue,
            };
            shown.value = text_literal(&path.to_string_lossy());
        }
        self
    }
}

fn settings(declared: &[Setting], settings: &Settings, here: &Path) -> Settings {
    Settings::new(table(declared, settings.values(), here))
}

fn table(
    declared: &[Setting],
    values: &BTreeMap<String, Value>,
    here: &Path,
) -> BTreeMap<String, Value> {
    let kind = |name: &str| {
        declared.iter().find(|setting| setting.name == name).map(|setting| &setting.kind)
    };
    let absolute = |(name, value): (&String, &Value)| {
        let value = kind(name).map_or_else(|| value.clone(), |kind| self::value(kind, value, here));
        (name.clone(), value)
    };
    values.iter().map(absolute).collect()
}

fn value(kind: &Kind, value: &Value, here: &Path) -> Value {
    match (kind, value) {
        // `-` is standard input, which lies in no folder.
        (Kind::Path, Value::Text(path)) if path != "-" => {
            Value::Text(seen_from(here, path).to_string_lossy().into_owned())
        }
        (Kind::List(inner), Value::List(values)) => {
            Value::List(values.iter().map(|value| self::value(inner, value, here)).collect())
        }
        (Kind::Map(inner), Value::Table(values)) => {
            let entry =
                |(key, value): (&String, &Value)| (key.clone(), self::value(inner, value, here));
            Value::Table(values.iter().map(entry).collect())
        }
        (Kind::Table(declared), Value::Table(values)) => {
            Value::Table(table(declared, values, here))
        }
        _ => value.clone(),
    }
}
