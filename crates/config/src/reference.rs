//! Every key of a pipeline file as a page to read.

use std::fmt::Write as _;

use stage_api::{Kind, Registry, Setting, StageSpec, TableSpec};

use crate::catalog::kind_words;
use crate::host;
use crate::print::value_text;

const HEAD: &str = "\
# Settings

Every key of `pipeline.toml`. The commands `copydesk stages` and `copydesk schema` tell the same, the settings of your plugins with
it; `copydesk check` says what is wrong in a file, at its line and column.

- A size is a string such as `\"64 MiB\"` (`B`, `KB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`), a duration one such as `\"5s\"` (`ms`, `s`, `m`, `h`, `d`).
- A path is relative to the folder of the pipeline file.
- In any string, `${NAME}` is replaced by the environment variable, `${NAME:-default}` has a default, and `$${` stands for `${`.
- A key that is not listed here is a mistake, at any depth.

A file begins with `version = 1`.
";

const STAGE_HEAD: &str = "
## `[[stage]]`

One table a stage, in their order. The host's keys are these; all others are the stage's own.

| key | what |
|---|---|
| `use` | the name of the stage; of a plugin's, `plugin/stage` |
| `name` | its name, where the stage is used a second time |
| `when` | which articles the stage sees: for each of these metadata fields a list of values, all must hold: ";

const RUN_HEAD: &str =
    "| `run` | how the stage is run: the table below |\n\n### `run` of a stage\n\n";

/// Every key of a pipeline file that may name what is in the registry, as a page of Markdown: the host's own
/// tables, then stages, sources and sinks. Ends with a line end.
pub fn reference(registry: &Registry) -> String {
    let mut out = HEAD.to_owned();
    let limit = Setting::new("max_failures", Kind::Text, host::MAX_FAILURES_DOC);
    let mut run: Vec<_> = host::run_settings().iter().map(row).collect();
    run.push(cells(&limit, "a whole number, or a percentage such as `\"5%\"`"));
    out += "\n## `[run]`\n\nThe run as a whole.\n\n";
    table(&mut out, &run);
    out += "\n## `[[plugin]]`\n\nA library or program with further stages.\n\n";
    table(&mut out, &rows(&host::plugin_settings()));
    let fields: Vec<_> = host::when_keys()
        .iter()
        .map(|key| format!("`{key}`").replace("meta", "meta.FIELD"))
        .collect();
    let _ = writeln!(out, "{STAGE_HEAD}{} |", fields.join(", "));
    out += RUN_HEAD;
    table(&mut out, &rows(&host::stage_run_settings()));
    for spec in &registry.stages {
        stage(&mut out, spec);
    }
    for (kind, specs) in [("source", &registry.sources), ("sink", &registry.sinks)] {
        for spec in specs {
            source_or_sink(&mut out, kind, spec);
        }
    }
    out
}

fn stage(out: &mut String, spec: &StageSpec) {
    let info = &spec.info;
    let _ = writeln!(out, "\n## Stage `{}`\n\n{}.", info.name, sentence(&info.summary));
    let kind = if spec.ordered { "ordered stage" } else { "article stage" };
    let _ = write!(out, "Version {}, {kind}.", info.version);
    for (words, layers) in [
        ("Reads", &info.reads),
        ("Reads where they are there", &info.reads_if_present),
        ("Writes", &info.writes),
    ] {
        if !layers.is_empty() {
            let layers: Vec<_> = layers.iter().map(|layer| format!("`{layer}`")).collect();
            let _ = write!(out, " {words}: {}.", layers.join(", "));
        }
    }
    if let Some(file) = &info.drop_file {
        let _ = write!(out, " Writes the file `{file}.jsonl`.");
    }
    out.push_str("\n\n");
    table(out, &rows(&spec.settings));
}

fn source_or_sink(out: &mut String, kind: &str, spec: &TableSpec) {
    let kind = sentence(kind);
    let _ = writeln!(out, "\n## {kind} `{}`\n\n{}.\n", spec.name, sentence(&spec.summary));
    table(out, &rows(&spec.settings));
}

/// The cells of a setting, and below it those of the table that is its value.
fn rows(settings: &[Setting]) -> Vec<[String; 4]> {
    settings.iter().map(row).collect()
}

fn row(setting: &Setting) -> [String; 4] {
    let words = match &setting.kind {
        Kind::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        kind => kind_words(kind),
    };
    cells(setting, &words)
}

fn cells(setting: &Setting, value: &str) -> [String; 4] {
    let default = match &setting.default {
        Some(default) => format!("`{}`", value_text(&setting.kind, default)),
        None if setting.required => "required".to_owned(),
        None => "–".to_owned(),
    };
    [format!("`{}`", setting.name), default, value.to_owned(), setting.doc.replace('|', "\\|")]
}

fn table(out: &mut String, rows: &[[String; 4]]) {
    if rows.is_empty() {
        out.push_str("No settings.\n");
        return;
    }
    out.push_str("| key | default | value | what |\n|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

/// Words with a capital at their beginning.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
