//! The `[[stage]]` tables.

use std::ops::Range;
use std::time::Duration;

use stage_api::{OnError, Placement, Settings, StageSpec, Threads, Value};

use crate::checker::Checker;
use crate::layers::Link;
use crate::planner::Use;
use crate::plugins::Plugins;
use crate::print::text_literal;
use crate::table::check_settings;
use crate::tree::{Data, Entry, Table};
use crate::units::Amount;
use crate::value::Paths;
use crate::{Mistake, PlannedStage, StageRun, host, key};

impl<'a> Checker<'a> {
    /// Checks and builds the stages, which see `records` or bare articles; `None` where a mistake was reported.
    pub(crate) fn stages(
        &mut self,
        tables: &[&Table],
        plugins: &Plugins,
        on_error: Option<OnError>,
        records: bool,
    ) -> Option<Vec<PlannedStage>> {
        let before = self.mistakes.len();
        let mut links = Vec::new();
        let mut planned = Vec::new();
        for table in tables {
            let (stage, link) = self.stage(table, plugins, on_error.unwrap_or(OnError::DeadLetter));
            planned.extend(stage);
            links.push(link);
        }
        self.contracts(&links, records);
        (self.mistakes.len() == before && planned.len() == tables.len()).then_some(planned)
    }

    fn stage(
        &mut self,
        table: &Table,
        plugins: &Plugins,
        on_error: OnError,
    ) -> (Option<PlannedStage>, Link<'a>) {
        let when = table.get("when").map(|entry| self.when(&entry.node)).unwrap_or_default();
        let own_name = self.own_name(table);
        let (spec, right, named, span) = self.used_stage(table, plugins);
        let foreign = spec.map_or(named.contains('/'), |spec| spec.plugin.is_some());
        let run = self.stage_run(table.get("run"), on_error, foreign);
        let name = own_name.unwrap_or(named);
        let Some(spec) = spec else {
            return (None, Link { info: None, name, span, when });
        };
        if let Some(span) = &run.workers_span {
            self.workers_fit(spec, run.run.workers, span);
        }
        let owner = format!("the stage `{}`", spec.info.name);
        let checked =
            check_settings(self, &owner, &spec.settings, table, &host::STAGE, Paths::MustExist);
        let link = Link {
            info: Some(&spec.info),
            name: name.clone(),
            span: span.clone(),
            when: when.clone(),
        };
        if !right || !checked.fine {
            return (None, link);
        }
        let origins = self.origins(table, &checked);
        let (spans, holes) = (checked.spans, checked.holes);
        let settings = Settings::new(checked.values);
        let built = if holes {
            None
        } else {
            let placement = Placement {
                stage: name.clone(),
                isolate: run.run.isolate,
                timeout: run.run.timeout,
                workers: run.run.workers,
            };
            match spec.build_at(&settings, &placement) {
                Ok(built) => Some(built),
                Err(error) => {
                    let span = spans.get(&error.setting).unwrap_or(&span);
                    let message = match error.setting.as_str() {
                        // Not the name that is written there is wrong, but what came of it.
                        "use" => format!("`{}` does not start: {}", spec.info.name, error.message),
                        setting => format!("`{setting}` does not fit: {}", error.message),
                    };
                    self.report(Mistake::error(span, message).label(format!("refused by {owner}")));
                    return (None, link);
                }
            }
        };
        let key = key::stage(&name, spec, &settings);
        let stage = PlannedStage {
            name,
            spec: spec.clone(),
            when,
            run: run.run,
            settings,
            built,
            key,
            origins,
        };
        (Some(stage), link)
    }

    /// The stage that a table names: what it is, whether that is what the file says, its name and place.
    fn used_stage(
        &mut self,
        table: &Table,
        plugins: &Plugins,
    ) -> (Option<&'a StageSpec>, bool, String, Range<usize>) {
        let registry = self.registry;
        let known: Vec<&str> = registry.stages.iter().map(|spec| spec.info.name.as_ref()).collect();
        match self.named("stage", table, &known) {
            Use::Unknown => (None, false, String::new(), table.span.clone()),
            Use::Named(name, node) => {
                let found = registry.stage(name);
                let meant = if found.is_some() {
                    None
                } else if name.contains('/') {
                    self.unknown_plugin_stage(name, node, plugins);
                    None
                } else {
                    self.unknown_name("stage", name, node, &known)
                };
                let spec = found.or_else(|| registry.stage(&meant?));
                (spec, found.is_some(), name.to_owned(), node.span.clone())
            }
        }
    }

    /// Reports `workers` where the stage runs on one thread whatever the file says.
    fn workers_fit(&mut self, spec: &StageSpec, workers: Option<usize>, span: &Range<usize>) {
        let name = &spec.info.name;
        let message = match spec.threads {
            _ if spec.ordered => format!("`{name}` is an ordered stage: it runs on one thread"),
            Threads::One if workers.is_some_and(|workers| workers > 1) => {
                format!("`{name}` says of itself that it must run on one thread")
            }
            _ => return,
        };
        let mistake = Mistake::error(span, message);
        self.report(mistake.label("no `workers` here").help("leave `workers` out"));
    }

    fn own_name(&mut self, table: &Table) -> Option<String> {
        let entry = table.get("name")?;
        match &entry.node.data {
            // Not known yet, but different from every other.
            Data::Hole => Some(self.quote(&entry.node.span)?.trim_matches(['"', '\'']).to_owned()),
            Data::Text(name) | Data::Substituted(name) if !name.trim().is_empty() => {
                Some(name.clone())
            }
            Data::Text(_) | Data::Substituted(_) => {
                let mistake =
                    Mistake::error(&entry.node.span, "the name of a stage cannot be empty")
                        .label("empty");
                self.report(mistake.help("leave `name` out to call the stage by its `use`"));
                None
            }
            _ => {
                let help = self
                    .quote(&entry.node.span)
                    .map(|text| format!("write `name = {}`", text_literal(text)));
                let mistake = Mistake::error(
                    &entry.node.span,
                    format!("`name` must be a string, not {}", entry.node.what()),
                );
                self.report(mistake.label("expected a string").maybe_help(help));
                None
            }
        }
    }

    fn stage_run(&mut self, entry: Option<&Entry>, on_error: OnError, foreign: bool) -> CheckedRun {
        let mut run =
            StageRun { workers: None, on_error, retries: 0, timeout: None, isolate: false };
        let table = match entry.map(|entry| (&entry.node.data, entry)) {
            None | Some((Data::Hole, _)) => return CheckedRun { run, workers_span: None },
            Some((Data::Table(table), _)) => table,
            Some((_, entry)) => {
                let mistake = Mistake::error(
                    &entry.node.span,
                    format!("`run` must be a table, not {}", entry.node.what()),
                );
                self.report(
                    mistake
                        .label("expected a table")
                        .help("write for example `run = { workers = 2 }`"),
                );
                return CheckedRun { run, workers_span: None };
            }
        };
        let declared = host::stage_run_settings();
        let checked =
            check_settings(self, host::STAGE_RUN_TABLE, &declared, table, &[], Paths::MayBeAbsent);
        // The limits of built-in stages are in bytes and steps.
        if let (false, Some(span)) = (foreign, checked.spans.get("timeout")) {
            // Whether its value fits does not matter.
            self.mistakes.retain(|mistake| mistake.span != *span);
            let mistake = Mistake::error(
                span,
                "`timeout` is for foreign code only, and this stage is built in",
            )
            .label("built-in stages have no clock")
            .help("remove `timeout`: the same input must give the same output on every machine");
            self.report(mistake);
        } else if let (Some(span), Some(&Value::Integer(millis))) =
            (checked.spans.get("timeout"), checked.values.get("timeout"))
            && !host::TIMEOUT.contains(&millis)
        {
            let nearest = millis.clamp(*host::TIMEOUT.start(), *host::TIMEOUT.end());
            let nearest = text_literal(&Amount::Time.show(nearest));
            let mistake = Mistake::error(span, "`timeout` is out of range")
                .label("expected a length of time from 1 ms to 24 h")
                .help(format!("write `timeout = {nearest}`"));
            self.report(mistake);
        }
        let number = |key: &str| match checked.values.get(key) {
            Some(Value::Integer(number)) => u32::try_from(*number).ok(),
            _ => None,
        };
        run.workers = number("workers").map(|workers| workers as usize);
        run.retries = number("retries").unwrap_or(0);
        run.timeout = number("timeout").map(|millis| Duration::from_millis(u64::from(millis)));
        run.isolate = checked.values.get("isolate") == Some(&Value::Bool(true));
        if let (false, true, Some(span)) = (foreign, run.isolate, checked.spans.get("isolate")) {
            let mistake = Mistake::error(
                span,
                "`isolate` is for foreign code only, and this stage is built in",
            )
            .label("built-in stages run in this process")
            .help("remove `isolate`: no built-in stage can end the run");
            self.report(mistake);
        }
        if let Some(Value::Text(word)) = checked.values.get("on_error") {
            run.on_error = OnError::from_word(word).unwrap_or(run.on_error);
        }
        CheckedRun { run, workers_span: checked.spans.get("workers").cloned() }
    }
}

/// A stage's `run`, and where its `workers` stands.
struct CheckedRun {
    run: StageRun,
    workers_span: Option<Range<usize>>,
}
