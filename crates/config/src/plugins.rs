//! The `[[plugin]]` tables: checked, loaded, and their stages put beside those that are built in.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use document::Sha256;
use stage_api::{
    Lane, PluginError, PluginKey, PluginProgram, PluginRequest, Registry, Settings, Value,
};

use crate::checker::Checker;
use crate::mistake::LineIndex;
use crate::parse::{Parsed, parse};
use crate::plan::PlannedPlugin;
use crate::suggest::same_but_for_case;
use crate::table::{Checked, check_settings, missing};
use crate::tree::{Data, Node, Table};
use crate::value::Paths;
use crate::{Mistake, Mistakes, Options, host};

/// What messages call a `[[plugin]]` table.
const TABLE: &str = "a `[[plugin]]` table";

/// The plugins of a file.
#[derive(Debug, Default)]
pub(crate) struct Plugins {
    /// The names of all of them, also of those that were refused: what is wrong with a stage of one
    /// that was refused cannot be known.
    pub(crate) names: Vec<String>,
    /// Those that were loaded, in the order of the file.
    pub(crate) planned: Vec<PlannedPlugin>,
    /// What may be named now.
    pub(crate) registry: Registry,
}

/// The registry with the stages of the plugins that a file names, and nothing else of the file
/// looked at: for lists and schemas, which an editor wants while the file is half written.
///
/// # Errors
/// Every mistake in the `[[plugin]]` tables; also where the file is no text that can be read.
pub fn registry_with_plugins(
    path: &Path,
    registry: &Registry,
    options: &Options<'_>,
) -> Result<Registry, Mistakes> {
    let (file, text) = crate::plan::read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let Parsed { root, mistakes, .. } = parse(text);
    let of_the_file = mistakes.len();
    let mut checker = Checker {
        source: text,
        lines: LineIndex::new(text),
        base: path.parent().unwrap_or(Path::new("")),
        registry,
        options,
        mistakes,
        broken: true,
    };
    let mut tables = Table { entries: Vec::new(), span: root.span.clone() };
    tables.entries.extend(root.entries.into_iter().filter(|entry| entry.key == "plugin"));
    checker.substitute(&mut tables);
    let items = tables.entries.iter().flat_map(|entry| match &entry.node.data {
        Data::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.node),
    });
    let items: Vec<&Table> = items
        .filter_map(|node| match &node.data {
            Data::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    let plugins = checker.plugins(&items);
    let mistakes = Mistakes::new(&file, text, checker.mistakes.split_off(of_the_file));
    if mistakes.has_errors() { Err(mistakes) } else { Ok(plugins.registry) }
}

impl Checker<'_> {
    /// Checks the tables and loads what they name.
    pub(crate) fn plugins(&mut self, tables: &[&Table]) -> Plugins {
        let mut plugins = Plugins { registry: self.registry.clone(), ..Plugins::default() };
        let mut first_uses: Vec<(String, Range<usize>)> = Vec::new();
        for table in tables {
            let checked = check_settings(
                self,
                TABLE,
                &host::plugin_settings(),
                table,
                &[],
                Paths::MayBeAbsent,
            );
            let before = self.mistakes.len();
            self.holes(table);
            let request = self.request(table, &checked);
            if let (Some(Value::Text(name)), Some(span)) =
                (checked.values.get("name"), checked.spans.get("name"))
            {
                if let Some((_, first)) = first_uses.iter().find(|(known, _)| known == name) {
                    let mistake = Mistake::error(span, format!("two plugins are named `{name}`"))
                        .label("second one")
                        .help("give this one a name of its own")
                        .also(first, "first one");
                    self.report(mistake);
                }
                first_uses.push((name.clone(), span.clone()));
                plugins.names.push(name.clone());
            }
            let fine = checked.fine && !checked.holes && self.mistakes.len() == before;
            if let Some(request) = request.filter(|_| fine) {
                self.load(table, checked, &request, &mut plugins);
            }
        }
        plugins
    }

    /// Loads a plugin whose table is fine by itself.
    fn load(
        &mut self,
        table: &Table,
        checked: Checked,
        request: &PluginRequest,
        plugins: &mut Plugins,
    ) {
        let loaded = match self.options.plugins.load(request) {
            Ok(loaded) => loaded,
            Err(error) => return self.refused(table, &checked, &request.name, error),
        };
        let file = Arc::new(loaded.file);
        for mut stage in loaded.stages {
            debug_assert!(
                stage.info.name.starts_with(&format!("{}/", request.name)),
                "a loader names its stages after the request"
            );
            stage.plugin = Some(Arc::clone(&file));
            plugins.registry.stages.push(stage);
        }
        let origins = self.origins(table, &checked);
        let mut values = checked.values;
        let lane = file.lane.word();
        values.insert("lane".to_owned(), Value::Text(lane.to_owned()));
        match &request.program {
            PluginProgram::File { .. } => {
                let path = file.path.to_string_lossy().into_owned();
                values.insert("path".to_owned(), Value::Text(path));
            }
            PluginProgram::Command { words, folder } => {
                let words = words.iter().map(|word| {
                    Value::Text(if is_file(word, folder) {
                        self.resolve(word).to_string_lossy().into_owned()
                    } else {
                        word.clone()
                    })
                });
                values.insert("command".to_owned(), Value::List(words.collect()));
            }
        }
        plugins.planned.push(PlannedPlugin {
            name: request.name.clone(),
            file,
            settings: Settings::new(values),
            origins,
        });
    }

    /// Reports a plugin that the loader refused, at the key that is wrong.
    fn refused(&mut self, table: &Table, checked: &Checked, name: &str, error: PluginError) {
        let asked = [error.key, PluginKey::Path, PluginKey::Command];
        let span = asked.iter().find_map(|key| checked.spans.get(key.word()));
        let mistake = Mistake::error(span.unwrap_or(&table.span), error.message)
            .label(format!("the plugin `{name}` is not loaded"))
            .maybe_help(error.help);
        self.report(mistake);
    }

    /// Without its values a plugin cannot be loaded, and without it nothing of its stages is known.
    fn holes(&mut self, table: &Table) {
        for entry in &table.entries {
            let items = match &entry.node.data {
                Data::List(items) => items.as_slice(),
                _ => std::slice::from_ref(&entry.node),
            };
            for item in items.iter().filter(|item| item.is_hole()) {
                self.report_hole(&entry.key, &item.span, "which plugin?");
            }
        }
    }

    /// What to ask of the loader; `None` where a mistake was reported.
    fn request(&mut self, table: &Table, checked: &Checked) -> Option<PluginRequest> {
        let name = self.plugin_name(checked);
        let program = self.program(table, checked);
        let lane = self.lane(checked);
        let sha256 = self.sha256(checked);
        Some(PluginRequest { name: name?, program: program?, lane: lane?, sha256: sha256? })
    }

    fn plugin_name(&mut self, checked: &Checked) -> Option<String> {
        let (Some(Value::Text(name)), Some(span)) =
            (checked.values.get("name"), checked.spans.get("name"))
        else {
            return None;
        };
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if name.split('-').all(word) {
            return Some(name.clone());
        }
        let plain: String = name
            .to_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let help = if plain.is_empty() {
            "write for example `name = \"watchlist\"`".to_owned()
        } else {
            format!("write `name = \"{plain}\"`")
        };
        let mistake = Mistake::error(
            span,
            "the name of a plugin is small letters and digits, with single hyphens between them",
        )
        .label("stages are named `plugin/stage` after it")
        .help(help);
        self.report(mistake);
        None
    }

    fn program(&mut self, table: &Table, checked: &Checked) -> Option<PluginProgram> {
        let spans = (checked.spans.get("path"), checked.spans.get("command"));
        match spans {
            (Some(path), Some(command)) => {
                let mistake =
                    Mistake::error(command, "a plugin has a `path` or a `command`, not both")
                        .label("second one")
                        .help("remove one of the two")
                        .also(path, "first one");
                self.report(mistake);
                None
            }
            (None, None) => {
                if checked.fine {
                    let mistake = missing(TABLE, "path", &table.span, "\"plugins/libname\"");
                    self.report_missing(mistake);
                }
                None
            }
            (Some(_), None) => {
                let written = table.get("path").and_then(|entry| entry.node.text())?;
                let resolved = self.resolve(written);
                Some(PluginProgram::File { written: PathBuf::from(written), resolved })
            }
            (None, Some(command)) => {
                let Some(Value::List(words)) = checked.values.get("command") else { return None };
                let words: Vec<String> = words
                    .iter()
                    .filter_map(|word| match word {
                        Value::Text(word) => Some(word.clone()),
                        _ => None,
                    })
                    .collect();
                if words.first().is_none_or(|program| program.trim().is_empty()) {
                    let mistake = Mistake::error(command, "`command` names no program")
                        .label("empty")
                        .help("write for example `command = [\"python3\", \"tag.py\"]`");
                    self.report(mistake);
                    return None;
                }
                let folder = match self.base {
                    base if base == Path::new("") => PathBuf::from("."),
                    base => base.to_owned(),
                };
                Some(PluginProgram::Command { words, folder })
            }
        }
    }

    /// The lane that was asked for; the outer `None` was reported.
    #[expect(clippy::option_option, reason = "no lane is one of the answers")]
    fn lane(&mut self, checked: &Checked) -> Option<Option<Lane>> {
        let (Some(Value::Text(word)), Some(span)) =
            (checked.values.get("lane"), checked.spans.get("lane"))
        else {
            return Some(None);
        };
        let lane = [Lane::Native, Lane::Child].into_iter().find(|lane| lane.word() == word);
        if lane == Some(Lane::Native) && checked.spans.contains_key("command") {
            let mistake = Mistake::error(span, "a `command` is a process of its own")
                .label("cannot be native")
                .help("write `lane = \"child\"`, or leave `lane` out");
            self.report(mistake);
            return None;
        }
        Some(lane)
    }

    /// The digest that was asked for; the outer `None` was reported.
    #[expect(clippy::option_option, reason = "no digest is one of the answers")]
    fn sha256(&mut self, checked: &Checked) -> Option<Option<Sha256>> {
        let (Some(Value::Text(text)), Some(span)) =
            (checked.values.get("sha256"), checked.spans.get("sha256"))
        else {
            return Some(None);
        };
        let digest = digest(text);
        if digest.is_none() {
            let found = text.chars().count();
            let label = if found == 64 {
                "not hexadecimal".to_owned()
            } else {
                format!("{found} characters")
            };
            let mistake =
                Mistake::error(span, "`sha256` must be 64 hexadecimal digits").label(label);
            self.report(mistake);
        }
        digest.map(Some)
    }

    /// Where a key or a value hangs on an environment variable that is not set, and that alone is
    /// in the way of going on.
    pub(crate) fn report_hole(&mut self, key: &str, span: &Range<usize>, label: &str) {
        let inside = |known: &Mistake| known.span.start >= span.start && known.span.end <= span.end;
        if !self.mistakes.iter().any(inside) {
            let mistake = Mistake::error(
                span,
                format!("`{key}` hangs on an environment variable that is not set"),
            )
            .label(label)
            .help("set it, or give a default: `${NAME:-default}`");
            self.report(mistake);
        }
    }

    /// Reports a `use` of a plugin's stage that is not there, unless the plugin was refused.
    pub(crate) fn unknown_plugin_stage(&mut self, name: &str, node: &Node, plugins: &Plugins) {
        let Some((plugin, stage)) = name.split_once('/') else { return };
        if !plugins.names.iter().any(|known| known == plugin) {
            let near = crate::suggest::nearest(plugin, plugins.names.iter().map(String::as_str));
            let known: Vec<_> = self.stage_names().filter(|name| !name.contains('/')).collect();
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "a stage with `/` belongs to a plugin; built in are {}",
                    crate::suggest::listed(&known, "and")
                ),
            };
            let mistake =
                Mistake::error(&node.span, format!("no `[[plugin]]` is named `{plugin}`"));
            return self.report(mistake.label("unknown plugin").help(help));
        }
        if plugins.planned.iter().any(|known| known.name == plugin) {
            let of_it = format!("{plugin}/");
            let stages: Vec<_> =
                self.stage_names().filter_map(|name| name.strip_prefix(&of_it)).collect();
            let near = stages.iter().copied().find(|known| same_but_for_case(known, stage));
            let near = near.or_else(|| crate::suggest::nearest(stage, stages.iter().copied()));
            let help = near.map_or_else(
                || {
                    let full: Vec<_> = stages.iter().map(|name| format!("{of_it}{name}")).collect();
                    format!("it has {}", crate::suggest::listed(&full, "and"))
                },
                |near| format!("did you mean `{plugin}/{near}`?"),
            );
            let mistake =
                Mistake::error(&node.span, format!("the plugin `{plugin}` has no stage `{stage}`"));
            self.report(mistake.label("unknown stage").help(help));
        }
    }

    fn stage_names(&self) -> impl Iterator<Item = &str> {
        self.registry.stages.iter().map(|spec| spec.info.name.as_ref())
    }
}

impl PlannedPlugin {
    /// The same with its paths absolute from `here`.
    pub(crate) fn absolute(&mut self, here: &Path) {
        let from_here = |value: &Value| match value {
            Value::Text(word) if is_file(word, here) => {
                Value::Text(here.join(word).to_string_lossy().into_owned())
            }
            value => value.clone(),
        };
        let mut values = self.settings.values().clone();
        if let Some(Value::Text(path)) = values.get_mut("path") {
            *path = here.join(&path).to_string_lossy().into_owned();
        }
        if let Some(Value::List(words)) = values.get_mut("command") {
            *words = words.iter().map(from_here).collect();
        }
        self.settings = Settings::new(values);
    }
}

/// Whether a word of a command is a file beside the pipeline file.
fn is_file(word: &str, folder: &Path) -> bool {
    !word.is_empty() && folder.join(word).is_file()
}

/// A digest written in 64 hexadecimal digits.
fn digest(text: &str) -> Option<Sha256> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, at) in digest.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(Sha256(digest))
}
