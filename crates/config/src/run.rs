//! The part `[run]`.

use std::net::SocketAddr;

use stage_api::{MaxFailures, OnError, Order, Value};

use crate::checker::Checker;
use crate::plan::{Origin, Shown};
use crate::print::value_text;
use crate::table::{Checked, check_settings};
use crate::tree::{Data, Entry, Node, Table};
use crate::value::Paths;
use crate::{Mistake, Output, PlannedTable, RunSettings, host};

impl Checker<'_> {
    /// Checks `[run]`; `None` where a mistake was reported.
    pub(crate) fn run(&mut self, entry: Option<&Entry>) -> Option<RunSettings> {
        let empty = Table::default();
        let table = match entry.map(|entry| (entry, &entry.node.data)) {
            None | Some((_, Data::Hole)) => &empty,
            Some((_, Data::Table(table))) => table,
            Some((entry, Data::List(items))) => {
                let span = items.get(1).map_or(&entry.key_span, |second| &second.span);
                let mistake = Mistake::error(span, "`run` stands once, in single brackets")
                    .label("a list")
                    .help("write `[run]`");
                self.report(mistake);
                match items.first().map(|first| &first.data) {
                    Some(Data::Table(table)) => table,
                    _ => &empty,
                }
            }
            Some((entry, _)) => {
                let mistake = Mistake::error(
                    &entry.node.span,
                    format!("`run` must be a table, not {}", entry.node.what()),
                )
                .label("expected a table")
                .help("write `[run]`, and its keys on the lines below");
                self.report(mistake);
                &empty
            }
        };
        let declared = host::run_settings();
        let before = self.mistakes.len();
        let mut checked = check_settings(
            self,
            host::RUN_TABLE,
            &declared,
            table,
            &["max_failures"],
            Paths::MayBeAbsent,
        );
        self.relax_stage_word(before);
        let mut fine = checked.fine;
        fine &= self.bounded(&mut checked, "max_article", host::LARGEST_ARTICLE, "1 GiB");
        fine &= self.bounded(&mut checked, "memory", u64::MAX, "");
        fine &= self.address(&checked);
        let max_failures =
            match table.get("max_failures").map(|entry| self.max_failures(&entry.node)) {
                Some(Err(())) => {
                    fine = false;
                    None
                }
                Some(Ok(limit)) => limit,
                None => None,
            };
        // Values that hang on an unset variable are shown as their default.
        for setting in &declared {
            let default = setting.default.clone().expect("every key of `[run]` has a default");
            checked.values.entry(setting.name.to_string()).or_insert(default);
        }
        if !checked.spans.contains_key("corrections") {
            let beside = self.resolve("corrections.jsonl").to_string_lossy().into_owned();
            checked.values.insert("corrections".to_owned(), Value::Text(beside));
        }
        if !checked.spans.contains_key("output") {
            let beside = self.resolve("out").to_string_lossy().into_owned();
            checked.values.insert("output".to_owned(), Value::Text(beside));
        }
        let overrides = &self.options.overrides;
        if let Some(workers) = overrides.workers {
            checked.values.insert(
                "workers".to_owned(),
                Value::Integer(i64::try_from(workers).unwrap_or(i64::MAX)),
            );
        }
        if let Some(output) = &overrides.output {
            checked
                .values
                .insert("output".to_owned(), Value::Text(output.to_string_lossy().into_owned()));
        }
        let shown = self.shown(&checked, table, max_failures);
        fine.then(|| settings(checked, max_failures, shown))
    }

    /// The word that stages have and `[run]` has not deserves its own help.
    fn relax_stage_word(&mut self, before: usize) {
        for mistake in &mut self.mistakes[before..] {
            if mistake.message == "`on_error` cannot be `skip-stage`" {
                mistake.help = Some(
                    "that is for one stage: `run = { on_error = \"skip-stage\" }` in its table"
                        .to_owned(),
                );
            }
        }
    }

    /// Whether a size lies between 1 byte and `most`.
    fn bounded(&mut self, checked: &mut Checked, key: &str, most: u64, most_text: &str) -> bool {
        let (Some(Value::Integer(bytes)), Some(span)) =
            (checked.values.get(key), checked.spans.get(key))
        else {
            return true;
        };
        let mistake = if *bytes == 0 {
            Mistake::error(span, format!("`{key}` must be more than nothing"))
                .help(format!("write for example `{key} = \"64 MiB\"`"))
        } else if bytes.unsigned_abs() > most {
            Mistake::error(span, format!("`{key}` is larger than {most_text}"))
                .help(format!("write `{key} = \"{most_text}\"` or less"))
        } else {
            return true;
        };
        self.report(mistake.label("out of range"));
        false
    }

    /// Whether `metrics` is empty or an address with a port.
    fn address(&mut self, checked: &Checked) -> bool {
        let (Some(Value::Text(text)), Some(span)) =
            (checked.values.get("metrics"), checked.spans.get("metrics"))
        else {
            return true;
        };
        if text.is_empty() || text.parse::<SocketAddr>().is_ok() {
            return true;
        }
        let mistake = Mistake::error(span, "`metrics` must be an address and a port")
            .label("no address")
            .help("write for example `metrics = \"127.0.0.1:9464\"`");
        self.report(mistake);
        false
    }

    /// A number, or a share in percent.
    fn max_failures(&mut self, node: &Node) -> Result<Option<MaxFailures>, ()> {
        let (message, help) = match &node.data {
            Data::Hole => return Ok(None),
            Data::Integer(count) if *count >= 0 => {
                return Ok(Some(MaxFailures::Count(count.unsigned_abs())));
            }
            Data::Integer(_) => (
                "`max_failures` cannot be negative".to_owned(),
                "write `max_failures = 0` to stop at the first".to_owned(),
            ),
            Data::Text(text) | Data::Substituted(text) => {
                let number = text.trim();
                if let (Data::Substituted(_), Ok(count)) = (&node.data, number.parse()) {
                    return Ok(Some(MaxFailures::Count(count)));
                }
                let percent = number.strip_suffix('%').map(|number| number.trim().parse::<f64>());
                match percent {
                    Some(Ok(share)) if share > 0.0 && share <= 100.0 => {
                        return Ok(Some(MaxFailures::Percent(share)));
                    }
                    Some(Ok(_)) => (
                        "`max_failures` must be above 0% and at most 100%".to_owned(),
                        "write for example `max_failures = \"5%\"`".to_owned(),
                    ),
                    _ if number.parse::<u64>().is_ok() => (
                        "`max_failures` must be a number, or a percentage in quotation marks"
                            .to_owned(),
                        format!("write `max_failures = {number}` or `\"{number}%\"`"),
                    ),
                    _ => (
                        "`max_failures` must be a number, or a percentage in quotation marks"
                            .to_owned(),
                        "write for example `max_failures = 100` or `\"5%\"`".to_owned(),
                    ),
                }
            }
            _ => (
                format!(
                    "`max_failures` must be a whole number or a percentage, not {}",
                    node.what()
                ),
                "write for example `max_failures = 100` or `\"5%\"`".to_owned(),
            ),
        };
        self.report(
            Mistake::error(&node.span, message)
                .label("expected a number or a percentage")
                .help(help),
        );
        Err(())
    }

    /// `order = "any"` would make a folder's parts depend on chance.
    pub(crate) fn order(
        &mut self,
        run: &RunSettings,
        sinks: &[PlannedTable],
        entry: Option<&Entry>,
    ) {
        let unordered =
            run.output == Output::Stdout || sinks.iter().all(|sink| sink.name == "null");
        if run.order == Order::Input || unordered {
            return;
        }
        let Some(Data::Table(table)) = entry.map(|entry| &entry.node.data) else { return };
        if let Some(entry) = table.get("order") {
            let mistake = Mistake::error(
                &entry.node.span,
                "`order = \"any\"` is only for standard output or the null sink",
            )
            .label("an output folder keeps the order of the input")
            .help("write `order = \"input\"`");
            self.report(mistake);
        }
    }

    fn shown(
        &self,
        checked: &Checked,
        table: &Table,
        max_failures: Option<MaxFailures>,
    ) -> Vec<Shown> {
        const KEYS: [&str; 9] = [
            "name",
            "workers",
            "memory",
            "max_article",
            "order",
            "corrections",
            "on_error",
            "metrics",
            "output",
        ];
        let overrides = &self.options.overrides;
        let origin = |key: &str| {
            if (key == "workers" && overrides.workers.is_some())
                || (key == "output" && overrides.output.is_some())
            {
                return Origin::CommandLine;
            }
            table.get(key).map_or(Origin::Default, |entry| {
                Origin::Line(self.lines.line(entry.key_span.start))
            })
        };
        let declared = host::run_settings();
        let mut shown = Vec::new();
        for key in KEYS {
            let setting =
                declared.iter().find(|setting| setting.name == key).expect("declared above");
            let value = value_text(&setting.kind, &checked.values[key]);
            if key == "output"
                && let Some(limit) = max_failures
            {
                let value = match limit {
                    MaxFailures::Count(count) => count.to_string(),
                    MaxFailures::Percent(share) => format!("\"{share}%\""),
                };
                shown.push(Shown { key: "max_failures", value, origin: origin("max_failures") });
            }
            shown.push(Shown { key, value, origin: origin(key) });
        }
        shown
    }
}

fn settings(checked: Checked, max_failures: Option<MaxFailures>, shown: Vec<Shown>) -> RunSettings {
    let values = stage_api::Settings::new(checked.values);
    let word = |key| values.text(key);
    RunSettings {
        name: word("name").to_owned(),
        workers: values.count("workers"),
        memory: values.count("memory") as u64,
        max_article: values.count("max_article") as u64,
        order: if word("order") == "any" { Order::Any } else { Order::Input },
        corrections: word("corrections").into(),
        on_error: OnError::from_word(word("on_error")).unwrap_or_default(),
        max_failures,
        metrics: word("metrics").parse().ok(),
        output: Output::new(word("output")),
        shown,
    }
}
