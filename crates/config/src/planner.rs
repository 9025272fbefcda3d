//! From the tree to the plan: one pass over the file's tables, collecting every mistake.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use stage_api::{Registry, Settings, TableSpec, Value};

use crate::checker::Checker;
use crate::layers::{self, Link};
use crate::mistake::LineIndex;
use crate::parse::{ARRAYS, parse};
use crate::plan::{Origin, Origins};
use crate::plugins::Plugins;
use crate::suggest::{listed, nearest, same_but_for_case};
use crate::table::{Checked, check_settings, missing, unknown_key};
use crate::tree::{Data, Entry, Node, Table};
use crate::value::Paths;
use crate::{Mistake, Mistakes, Options, Plan, PlannedTable, host, key};

pub(crate) fn plan(
    file: &str,
    text: &str,
    base: &Path,
    registry: &Registry,
    options: &Options<'_>,
) -> Result<Plan, Mistakes> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if u32::try_from(text.len()).is_err() {
        return Err(Mistakes::unreadable(
            file,
            "",
            0..0,
            "this file is far too large for a pipeline",
        ));
    }
    let parsed = parse(text);
    let mut checker = Checker {
        source: text,
        lines: LineIndex::new(text),
        base,
        registry,
        options,
        mistakes: parsed.mistakes,
        broken: parsed.broken,
    };
    let mut root = parsed.root;
    if options.overrides.paths.is_some() {
        forget_paths(&mut root);
    }
    checker.substitute(&mut root);
    let top = checker.top(&root);
    let plugins = checker.array(&top, "plugin");
    let plugins = checker.plugins(&plugins);
    let mut checker = Checker { registry: &plugins.registry, ..checker };
    let draft = checker.file(&top, &plugins);
    let mistakes = Mistakes::new(file, text, checker.mistakes);
    match draft {
        Some(plan) if !mistakes.has_errors() => {
            Ok(Plan { file: file.to_owned(), warnings: mistakes, ..plan })
        }
        _ => Err(mistakes),
    }
}

/// Takes the `paths` out of every source: the command line names others, so these are not looked at.
fn forget_paths(root: &mut Table) {
    let sources = root.entries.iter_mut().filter(|entry| entry.key == "source");
    for entry in sources {
        let Data::List(items) = &mut entry.node.data else { continue };
        for item in items {
            let Data::Table(source) = &mut item.data else { continue };
            for entry in source.entries.iter_mut().filter(|entry| entry.key == "paths") {
                entry.node.data = Data::Hole;
            }
        }
    }
}

/// The tables at the top of the file, by what they were meant as.
struct Top<'t> {
    tables: BTreeMap<&'static str, &'t Entry>,
}

impl Checker<'_> {
    /// The whole file but its plugins. `None` only where a mistake was reported.
    fn file(&mut self, top: &Top<'_>, plugins: &Plugins) -> Option<Plan> {
        let version_line = self.version(top);
        let run = self.run(top.tables.get("run").copied());
        let [sources, stages, sinks] =
            ["source", "stage", "sink"].map(|name| self.array(top, name));
        let records = sources.iter().any(|table| is_records(table));
        let sources = self.sources(&sources);
        let on_error = run.as_ref().map(|run| run.on_error);
        let stages = self.stages(&stages, plugins, on_error, records);
        let sinks = self.sinks(&sinks);
        if let (Some(run), Some(sinks)) = (&run, &sinks) {
            self.order(run, sinks, top.tables.get("run").copied());
        }
        let (run, stages, (sources, in_key), sinks) = (run?, stages?, sources?, sinks?);
        let key = key::configuration(&stages, run.max_article, in_key);
        let (file, warnings) = (String::new(), Mistakes::default());
        let plugins = plugins.planned.clone();
        Some(Plan { file, run, plugins, sources, stages, sinks, key, warnings, version_line })
    }

    /// Sorts the keys at the top; a misspelt table is checked as what it was meant to be.
    fn top<'t>(&mut self, root: &'t Table) -> Top<'t> {
        let mut tables = BTreeMap::new();
        for entry in &root.entries {
            if let Some(known) = host::TOP.into_iter().find(|known| *known == entry.key) {
                tables.insert(known, entry);
            }
        }
        for entry in root.entries.iter().filter(|entry| !host::TOP.contains(&entry.key.as_str())) {
            let name = &entry.key;
            let table = matches!(&entry.node.data, Data::Table(_) | Data::List(_));
            let candidates = host::TOP.into_iter().filter(|known| !table || *known != "version");
            let near = host::TOP.into_iter().find(|known| same_but_for_case(known, name));
            let near = near.or_else(|| host::table_alias(name).filter(|_| table));
            let near = near
                .or_else(|| nearest(name, candidates))
                .filter(|near| table || *near == "version");
            let Some(near) =
                near.and_then(|near| host::TOP.into_iter().find(|known| *known == near))
            else {
                unknown_key(self, "the file", entry, &host::TOP);
                continue;
            };
            let (shape, near_shape) = match &entry.node.data {
                Data::List(_) => (format!("[[{name}]]"), format!("[[{near}]]")),
                Data::Table(_) if ARRAYS.contains(&near) => {
                    (format!("[{name}]"), format!("[[{near}]]"))
                }
                Data::Table(_) => (format!("[{name}]"), format!("[{near}]")),
                _ => (name.clone(), near.to_owned()),
            };
            let what = if table { "table" } else { "key" };
            let mistake = Mistake::error(&entry.key_span, format!("unknown {what} `{shape}`"))
                .label(format!("not a {what} of a pipeline file"))
                .help(format!("did you mean `{near_shape}`?"));
            self.report(mistake);
            tables.entry(near).or_insert(entry);
        }
        Top { tables }
    }

    fn version(&mut self, top: &Top<'_>) -> Option<usize> {
        let Some(entry) = top.tables.get("version") else {
            let mistake = Mistake::error(&(0..0), "`version` is missing in the file")
                .label("needs `version`")
                .help("write `version = 1` as the first line");
            self.report_missing(mistake);
            return None;
        };
        let node = &entry.node;
        if !matches!(node.data, Data::Integer(1) | Data::Hole) && node.text() != Some("1")
            || matches!(&node.data, Data::Text(_))
        {
            let mistake = match node.data {
                Data::Integer(found) => Mistake::error(
                    &node.span,
                    format!("this build does not know version {found} of the file"),
                ),
                _ => Mistake::error(
                    &node.span,
                    format!("`version` must be the number 1, not {}", node.what()),
                ),
            };
            self.report(mistake.label("expected 1").help("write `version = 1`"));
        }
        Some(self.lines.line(entry.key_span.start))
    }

    /// The tables of `[[name]]`. A single `[name]` is reported and taken as one of them.
    fn array<'t>(&mut self, top: &Top<'t>, name: &'static str) -> Vec<&'t Table> {
        debug_assert!(ARRAYS.contains(&name), "only these stand several times");
        let Some(entry) = top.tables.get(name) else { return Vec::new() };
        match &entry.node.data {
            Data::Hole => Vec::new(),
            Data::Table(table) => {
                if entry.key != name {
                    // Reported with the misspelt name.
                    return vec![table];
                }
                let mistake =
                    Mistake::error(&entry.node.span, format!("`{name}` needs double brackets"))
                        .label("one of several");
                // `[stage.normalize]`: the name stands in the header.
                let named = table.entries.iter().find(|inner| self.is_named(name, &inner.key));
                let help = match named {
                    Some(inner) => {
                        format!("write `[[{name}]]`, and below it `use = \"{}\"`", inner.key)
                    }
                    None => format!("write `[[{name}]]`"),
                };
                self.report(mistake.help(help));
                if named.is_some() { Vec::new() } else { vec![table] }
            }
            Data::List(items) => items.iter().filter_map(|item| self.item(name, item)).collect(),
            _ => {
                let mistake = Mistake::error(
                    &entry.node.span,
                    format!("`{name}` must be a table, not {}", entry.node.what()),
                )
                .label("expected a table")
                .help(format!("write `[[{name}]]`, and its keys on the lines below"));
                self.report(mistake);
                Vec::new()
            }
        }
    }

    /// Whether something of this sort has this name.
    fn is_named(&self, what: &str, name: &str) -> bool {
        match what {
            "stage" => self.registry.stage(name).is_some(),
            "source" => self.registry.sources.iter().any(|spec| spec.name == name),
            "sink" => self.registry.sinks.iter().any(|spec| spec.name == name),
            _ => false,
        }
    }

    fn item<'t>(&mut self, name: &str, item: &'t Node) -> Option<&'t Table> {
        if let Data::Table(table) = &item.data {
            return Some(table);
        }
        if !item.is_hole() {
            let help = match item.text() {
                Some(text) => format!(
                    "write `[[{name}]]`, and below it `use = {}`",
                    crate::print::text_literal(text)
                ),
                None => format!("write `[[{name}]]`, and its keys on the lines below"),
            };
            let mistake = Mistake::error(
                &item.span,
                format!("each `{name}` must be a table, not {}", item.what()),
            );
            self.report(mistake.label("expected a table").help(help));
        }
        None
    }

    /// The value of `use`, looked up among `known`; `None` was reported, or cannot be known.
    pub(crate) fn named<'t>(&mut self, what: &str, table: &'t Table, known: &[&str]) -> Use<'t> {
        let entry = table.get("use").or_else(|| {
            // `uses` and the like are reported as unknown keys, and read as what they mean.
            table.entries.iter().find(|entry| {
                host::alias(&entry.key) == Some("use") || nearest(&entry.key, ["use"]).is_some()
            })
        });
        let entry = entry.filter(|entry| entry.key == "use" || entry.node.text().is_some());
        let Some(entry) = entry else {
            let example =
                known.first().map_or("\"…\"".to_owned(), |name| crate::print::text_literal(name));
            self.report_missing(missing(
                &format!("this `[[{what}]]` table"),
                "use",
                &table.span,
                &example,
            ));
            return Use::Unknown;
        };
        if entry.node.is_hole() {
            // Without a name nothing of the table can be checked.
            self.report_hole("use", &entry.node.span, &format!("which {what}?"));
            return Use::Unknown;
        }
        let Some(name) = entry.node.text() else {
            let example = known.first().map_or("…", |name| *name);
            let mistake = Mistake::error(
                &entry.node.span,
                format!("`use` must be the name of a {what}, not {}", entry.node.what()),
            )
            .label("expected a string")
            .help(format!("write for example `use = \"{example}\"`"));
            self.report(mistake);
            return Use::Unknown;
        };
        Use::Named(name, &entry.node)
    }

    /// Reports a name that nothing has; returns the one that was probably meant.
    pub(crate) fn unknown_name(
        &mut self,
        what: &str,
        name: &str,
        node: &Node,
        known: &[&str],
    ) -> Option<String> {
        // A plugin's stage without the plugin, or the plugin without the stage.
        let half = known.iter().copied().find(|known| {
            known.split_once('/').is_some_and(|(plugin, stage)| plugin == name || stage == name)
        });
        let meant = half.or_else(|| nearest(name, known.iter().copied()));
        let registry = self.registry;
        let other = [
            ("source", registry.sources.iter().any(|spec| spec.name == name)),
            ("stage", registry.stage(name).is_some()),
            ("sink", registry.sinks.iter().any(|spec| spec.name == name)),
        ];
        let other = other.into_iter().find(|(_, is)| *is).map(|(other, _)| other);
        let help = match (other, meant) {
            (Some(other), _) => format!("`{name}` is a {other}: put it into a `[[{other}]]` table"),
            (None, Some(meant)) => format!("did you mean `{meant}`?"),
            (None, None) if known.is_empty() => format!("this build has no {what}s"),
            (None, None) => format!("there are {}", listed(known, "and")),
        };
        let mistake = Mistake::error(&node.span, format!("there is no {what} `{name}`"))
            .label(format!("unknown {what}"))
            .help(help);
        self.report(mistake);
        if other.is_some() { None } else { meant.map(str::to_owned) }
    }

    /// Sources of the plan, and what the configuration key says of sources.
    fn sources(
        &mut self,
        tables: &[&Table],
    ) -> Option<(Vec<PlannedTable>, Vec<serde_json::Value>)> {
        let registry = self.registry;
        let mut planned = Vec::new();
        let mut fine = true;
        for table in tables {
            match self.planned_table("source", table, &registry.sources, Paths::ShouldExist) {
                Some(source) => planned.push(source),
                None => fine = false,
            }
        }
        let replaces = self.options.overrides.records;
        if replaces {
            planned.retain(|source: &PlannedTable| source.name == host::RECORDS);
        } else {
            fine &= self.one_sort(tables);
        }
        let has = |name: &str| planned.iter().any(|source| source.name == name);
        let records = replaces || has(host::RECORDS) && !has("files");
        let sort = if records { host::RECORDS } else { "files" };
        let spec = registry.sources.iter().find(|spec| spec.name == sort);
        if let (Some(paths), Some(spec)) = (&self.options.overrides.paths, spec) {
            if !planned.iter().any(|source| source.name == sort) {
                planned.push(default_table(spec));
            }
            let in_key = planned.iter().map(key::of_source).collect();
            let mut source =
                planned.into_iter().find(|source| source.name == sort).expect("one was made");
            let paths: Vec<_> =
                paths.iter().map(|path| Value::Text(path.to_string_lossy().into_owned())).collect();
            source.settings = source.settings.with("paths", Value::List(paths));
            source.origins.keys.insert("paths".to_owned(), Origin::CommandLine);
            return fine.then(|| (vec![source], in_key));
        }
        let in_key = planned.iter().map(key::of_source).collect();
        fine.then_some((planned, in_key))
    }

    /// Reports records beside other sources: a stage would meet articles with its layers and without.
    fn one_sort(&mut self, tables: &[&Table]) -> bool {
        if self.options.overrides.paths.is_some() {
            return true;
        }
        let records = tables.iter().find(|table| is_records(table));
        let other = tables.iter().find(|table| !is_records(table));
        let (Some(records), Some(other)) = (records, other) else { return true };
        let span = |table: &Table| {
            table.get("use").map_or_else(|| table.span.clone(), |entry| entry.node.span.clone())
        };
        let mistake =
            Mistake::error(&span(records), "records cannot be read together with other articles")
                .label("these have been through stages already")
                .help("use a pipeline of its own for the records")
                .also(&span(other), "these have not");
        self.report(mistake);
        false
    }

    fn sinks(&mut self, tables: &[&Table]) -> Option<Vec<PlannedTable>> {
        let registry = self.registry;
        let mut planned: Vec<PlannedTable> = Vec::new();
        let mut seen: Vec<(&str, &Node)> = Vec::new();
        let mut fine = true;
        for table in tables {
            match self.planned_table("sink", table, &registry.sinks, Paths::MayBeAbsent) {
                Some(sink) => planned.push(sink),
                None => fine = false,
            }
            let Some(node) = table.get("use").map(|entry| &entry.node) else { continue };
            let Some(name) = node.text() else { continue };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
                let mistake =
                    Mistake::error(&node.span, format!("the sink `{name}` is used a second time"))
                        .label("second use")
                        .help("remove one of the two")
                        .also(&first.span, "first use");
                self.report(mistake);
            }
            seen.push((name, node));
        }
        for (name, node) in &seen {
            let spec = registry.sinks.iter().find(|spec| spec.name == *name);
            let Some(leader) = spec.and_then(|spec| spec.follows.as_deref()) else { continue };
            if !seen.iter().any(|(known, _)| *known == leader) {
                let message =
                    format!("the sink `{name}` is made from what the sink `{leader}` keeps");
                let mistake = Mistake::error(&node.span, message)
                    .label(format!("`{leader}` is missing"))
                    .help(format!("add a table `[[sink]]` with `use = \"{leader}\"`"));
                self.report(mistake);
                fine = false;
            }
        }
        if tables.is_empty()
            && let Some(spec) = registry.sinks.iter().find(|spec| spec.name == "jsonl")
        {
            planned.push(default_table(spec));
        }
        fine.then_some(planned)
    }

    /// A source or sink.
    fn planned_table(
        &mut self,
        what: &str,
        table: &Table,
        specs: &[TableSpec],
        paths: Paths,
    ) -> Option<PlannedTable> {
        let known: Vec<&str> = specs.iter().map(|spec| spec.name.as_ref()).collect();
        let (spec, right) = match self.named(what, table, &known) {
            Use::Unknown => return None,
            Use::Named(name, node) => {
                if let Some(spec) = specs.iter().find(|spec| spec.name == name) {
                    (spec, true)
                } else {
                    let meant = self.unknown_name(what, name, node, &known)?;
                    (specs.iter().find(|spec| spec.name == meant)?, false)
                }
            }
        };
        let owner = format!("the {what} `{}`", spec.name);
        let checked = check_settings(self, &owner, &spec.settings, table, &["use"], paths);
        (right && checked.fine).then(|| PlannedTable {
            name: spec.name.to_string(),
            origins: self.origins(table, &checked),
            settings: Settings::new(checked.values),
            declared: spec.settings.clone(),
        })
    }

    /// Where the values of a checked table stand.
    pub(crate) fn origins(&self, table: &Table, checked: &Checked) -> Origins {
        let line = |span: &Range<usize>| Origin::Line(self.lines.line(span.start));
        let mut keys: BTreeMap<_, _> =
            checked.spans.iter().map(|(key, span)| (key.clone(), line(span))).collect();
        keys.extend(table.entries.iter().map(|entry| (entry.key.clone(), line(&entry.key_span))));
        Origins { header: Some(self.lines.line(table.span.start)), keys }
    }

    /// Reports stages whose layers or names clash; see [`layers::check`].
    pub(crate) fn contracts(&mut self, links: &[Link<'_>], records: bool) {
        let clashing = layers::check(self, links, records);
        for (at, link) in links.iter().enumerate() {
            // A stage whose `use` is missing has no name to clash.
            let same = |first: &&Link<'_>| !link.name.is_empty() && first.name == link.name;
            let Some(first) = links[..at].iter().find(same) else { continue };
            if clashing.contains(&at) {
                continue;
            }
            let mistake =
                Mistake::error(&link.span, format!("two stages are named `{}`", link.name))
                    .label("second one")
                    .help(format!("give this one a name of its own: `name = \"{}-2\"`", link.name))
                    .also(&first.span, "first one");
            self.report(mistake);
        }
    }
}

/// What a table's `use` says.
pub(crate) enum Use<'t> {
    /// This name, which stands here.
    Named(&'t str, &'t Node),
    /// Nothing that could be looked up; reported if it is a mistake.
    Unknown,
}

fn is_records(source: &Table) -> bool {
    source.get("use").and_then(|entry| entry.node.text()) == Some(host::RECORDS)
}

fn default_table(spec: &TableSpec) -> PlannedTable {
    PlannedTable {
        name: spec.name.to_string(),
        settings: Settings::defaults(&spec.settings),
        declared: spec.settings.clone(),
        origins: Origins::default(),
    }
}
