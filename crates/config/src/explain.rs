//! The effective configuration, and where each value of it came from.

use std::fmt::Write as _;

use stage_api::{Kind, Setting, Value};

use crate::host::plugin_settings;
use crate::plan::{Origin, Origins};
use crate::print::{key_text, text_literal, value_text};
use crate::when::when_text;
use crate::{Plan, PlannedStage, PlannedTable};

/// The effective configuration as a pipeline file: every setting with its value, and behind it
/// `FILE:LINE`, `default` or `command line`.
///
/// Paths stand as the run uses them; read back from the same working folder, the text gives a plan
/// with the same key. Ends with a line end.
pub fn explain(plan: &Plan) -> String {
    let mut page = Page { file: &plan.file, out: String::new() };
    page.line("version = 1", plan.version_line.map_or(Origin::Default, Origin::Line));
    page.out.push_str("\n[run]\n");
    for shown in &plan.run.shown {
        page.line(&format!("{} = {}", shown.key, shown.value), shown.origin);
    }
    for plugin in &plan.plugins {
        page.out.push_str("\n[[plugin]]\n");
        page.settings(&plugin_settings(), plugin.settings.values(), &plugin.origins);
    }
    for source in &plan.sources {
        page.table("source", source);
    }
    for stage in &plan.stages {
        page.stage(stage, plan);
    }
    for sink in &plan.sinks {
        page.table("sink", sink);
    }
    page.out
}

struct Page<'p> {
    file: &'p str,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str, origin: Origin) {
        let origin = match origin {
            Origin::Line(line) => {
                format!("{}:{line}", self.file.replace(|c: char| c.is_control(), "?"))
            }
            Origin::CommandLine => "command line".to_owned(),
            Origin::Default => "default".to_owned(),
        };
        // A column that most lines reach without a gap that the eye loses.
        let _ = writeln!(self.out, "{text:<40} # {origin}");
    }

    fn table(&mut self, what: &str, table: &PlannedTable) {
        let _ = writeln!(self.out, "\n[[{what}]]");
        let header = table.origins.header.map_or(Origin::Default, Origin::Line);
        self.line(
            &format!("use = {}", text_literal(&table.name)),
            origin(&table.origins, "use", header),
        );
        self.settings(&table.declared, table.settings.values(), &table.origins);
    }

    fn stage(&mut self, stage: &PlannedStage, plan: &Plan) {
        self.out.push_str("\n[[stage]]\n");
        let origins = &stage.origins;
        self.line(
            &format!("use = {}", text_literal(&stage.spec.info.name)),
            origin(origins, "use", Origin::Default),
        );
        self.line(
            &format!("name = {}", text_literal(&stage.name)),
            origin(origins, "name", Origin::Default),
        );
        if !stage.when.conditions.is_empty() {
            self.line(
                &format!("when = {}", when_text(&stage.when)),
                origin(origins, "when", Origin::Default),
            );
        }
        let mut keys = Vec::new();
        if let Some(workers) = stage.run.workers {
            keys.push(format!("workers = {workers}"));
        }
        if origins.keys.contains_key("run") || stage.run.on_error != plan.run.on_error {
            keys.push(format!("on_error = \"{}\"", stage.run.on_error.word()));
            keys.push(format!("retries = {}", stage.run.retries));
            if let Some(timeout) = stage.run.timeout {
                let millis = Value::Integer(timeout.as_millis() as i64);
                keys.push(format!("timeout = {}", value_text(&Kind::Duration, &millis)));
            }
            keys.push(format!("isolate = {}", stage.run.isolate));
            self.line(
                &format!("run = {{ {} }}", keys.join(", ")),
                origin(origins, "run", Origin::Default),
            );
        }
        self.settings(&stage.spec.settings, stage.settings.values(), origins);
    }

    fn settings(
        &mut self,
        declared: &[Setting],
        values: &std::collections::BTreeMap<String, Value>,
        origins: &Origins,
    ) {
        for setting in declared {
            if let Some(value) = values.get(setting.name.as_ref()) {
                let text =
                    format!("{} = {}", key_text(&setting.name), value_text(&setting.kind, value));
                self.line(&text, origin(origins, &setting.name, Origin::Default));
            }
        }
    }
}

fn origin(origins: &Origins, key: &str, otherwise: Origin) -> Origin {
    origins.keys.get(key).copied().unwrap_or(otherwise)
}
