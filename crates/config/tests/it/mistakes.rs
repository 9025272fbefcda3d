//! The corpus of mistakes: `tests/mistakes/*.toml`.
//!
//! A comment line with carets marks the line above it, or above other such lines:
//!
//! ```text
//!   sentances = 3
//! # ^^^^^^^^^ error: unknown key `sentances`; help: did you mean `sentences`?
//! # 12:1 error: unclosed; for places that carets after a `#` cannot stand under
//! # mode: run            (otherwise: check)
//! # strict-env: yes
//! # env: NAME=value
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use config::{Mistakes, Mode, Options, Overrides, Place, Plan, Severity};

use crate::registry::{FakeLoader, registry};

struct Expected {
    place: Place,
    end: Option<usize>,
    severity: String,
    message: String,
    help: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes")
}

fn expectations(text: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut marked = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let Some(rest) = line.trim_start().strip_prefix('#') else {
            marked = number;
            continue;
        };
        let Some((place, words)) = ["error: ", "warning: "]
            .iter()
            .find_map(|word| line.find(word).map(|at| line.split_at(at)))
        else {
            continue;
        };
        let (severity, words) = words.split_once(": ").expect("found above");
        let (message, help) = match words.split_once("; help: ") {
            Some((message, help)) => (message, Some(help.to_owned())),
            None => (words, None),
        };
        let carets = place.chars().filter(|c| *c == '^').count();
        let (place, end) = if carets > 0 {
            let column = place.chars().position(|c| c == '^').expect("counted") + 1;
            (Place { line: marked, column }, Some(column + carets))
        } else {
            let (line, column) = rest
                .split_whitespace()
                .next()
                .and_then(|place| place.split_once(':'))
                .expect("LINE:COLUMN");
            (
                Place {
                    line: line.parse().expect("a line"),
                    column: column.parse().expect("a column"),
                },
                None,
            )
        };
        let (severity, message) = (severity.to_owned(), message.trim().to_owned());
        expected.push(Expected { place, end, severity, message, help });
    }
    expected
}

/// What the check says about one file of the corpus.
fn found(name: &str, text: &str) -> Mistakes {
    let env = |name: &str| {
        let set = format!("# env: {name}=");
        text.lines().find_map(|line| line.strip_prefix(&set).map(str::to_owned))
    };
    let says = |wanted: &str| text.lines().any(|line| line == wanted);
    let mode = if says("# mode: run") { Mode::Run } else { Mode::Check };
    let strict_env = says("# strict-env: yes");
    let overrides = Overrides::default();
    let options = Options { mode, strict_env, env: &env, plugins: &FakeLoader, overrides };
    match Plan::from_text(name, text, &folder(), &registry(), &options) {
        Ok(plan) => plan.warnings,
        Err(mistakes) => mistakes,
    }
}

#[test]
fn every_mistake_is_found_at_its_place_and_no_other() {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .expect("the corpus")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let (mut mistakes, mut with_help, mut right_help) = (0, 0, 0);
    let mut wrong = String::new();
    for path in &files {
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(path).expect("readable");
        let found = found(&name, &text);
        let mut left: Vec<_> = found.list().iter().collect();
        let expected = expectations(&text);
        assert!(!expected.is_empty(), "{name} expects nothing");
        for expected in expected {
            mistakes += 1;
            let at = left.iter().position(|mistake| {
                let end = found.place(mistake.span.end);
                found.place(mistake.span.start) == expected.place
                    && expected
                        .end
                        .is_none_or(|column| end == Place { line: expected.place.line, column })
                    && mistake.severity.word() == expected.severity
                    && mistake.message.contains(&expected.message)
            });
            let Place { line, column } = expected.place;
            let Some(at) = at else {
                writeln!(wrong, "{name}:{line}:{column}: not found: {}", expected.message)
                    .expect("a string");
                continue;
            };
            let mistake = left.remove(at);
            if let Some(help) = &expected.help {
                with_help += 1;
                if mistake.help.as_ref().is_some_and(|found| found.contains(help)) {
                    right_help += 1;
                } else {
                    println!(
                        "{name}:{line}:{column}: expected help `{help}`, found {:?}",
                        mistake.help
                    );
                }
            }
        }
        for mistake in left {
            let place = found.place(mistake.span.start);
            let (message, help) = (&mistake.message, &mistake.help);
            writeln!(
                wrong,
                "{name}:{}:{}: unexpected: {message} ({help:?})",
                place.line, place.column
            )
            .expect("a string");
        }
        for (mistake, block) in found.list().iter().zip(found.render(false).split("\n\n")) {
            let place = found.place(mistake.span.start);
            let first = block.lines().next().unwrap_or_default();
            assert!(
                first.starts_with(&format!("{name}:{}:{}: ", place.line, place.column)),
                "{first}"
            );
        }
    }
    println!(
        "{mistakes} mistakes in {} files; {right_help} of {with_help} suggestions are right",
        files.len()
    );
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(mistakes >= 66, "the corpus has {mistakes} mistakes");
    assert!(
        right_help * 100 >= with_help * 90,
        "{right_help} of {with_help} suggestions are right"
    );
}

#[test]
fn a_warning_is_no_error() {
    let text = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"nowhere\"]\n";
    let plan = Plan::from_text("p.toml", text, Path::new(""), &registry(), &Options::run())
        .expect("a plan");
    assert_eq!(plan.warnings.list()[0].severity, Severity::Warning);
}

#[test]
fn what_is_no_file_of_text_is_told_plainly() {
    let folder = tempfile::tempdir().expect("a folder");
    let load = |path: &Path| {
        Plan::load(path, &registry(), &Options::run()).expect_err("no plan").render(false)
    };
    let name = |name: &str| folder.path().join(name);
    assert!(load(&name("absent.toml")).contains("absent.toml:1:1: error: there is no such file"));
    assert!(load(folder.path()).contains(":1:1: error: this is a folder"));
    std::fs::write(name("latin.toml"), b"version = 1\n# caf\xe9\n").expect("written");
    assert!(load(&name("latin.toml")).contains("latin.toml:2:6: error: this file is not UTF-8"));
}

#[test]
fn the_json_form_has_places_from_one() {
    let text = "version = 1\n[run]\nname = \"ö\" # Größe\n\"wörker\" = 3\n";
    let mistakes = Plan::from_text("p.toml", text, Path::new(""), &registry(), &Options::run());
    insta::assert_snapshot!(format!("{:#}", mistakes.expect_err("a mistake").to_json()), @r#"
    [
      {
        "column": 1,
        "end_column": 9,
        "end_line": 4,
        "file": "p.toml",
        "help": "did you mean `workers`?",
        "line": 4,
        "message": "unknown key `wörker`",
        "severity": "error"
      }
    ]
    "#);
}

#[test]
fn a_mistake_is_drawn_with_its_line_and_help() {
    let text = "version = 1\n\n[[stage]]\nuse = \"quote-extract\"\n\n[[stage]]\nuse = \"normalize\"\nsentences = 3\n";
    let mistakes =
        Plan::from_text("pipeline.toml", text, Path::new(""), &registry(), &Options::run())
            .expect_err("mistakes");
    insta::assert_snapshot!(mistakes.render(false), @r#"
    pipeline.toml:4:7: error: `quote-extract` reads `text` and `sentences`, which no stage before it writes
      |
    4 | use = "quote-extract"
      |       ^^^^^^^^^^^^^^^ needs `text` and `sentences`
    ...
    7 | use = "normalize"
      |       ----------- written only here
      |
      = help: move `normalize` (line 7) before it

    pipeline.toml:8:1: error: unknown key `sentences`
      |
    8 | sentences = 3
      | ^^^^^^^^^ not a key of the stage `normalize`
      |
      = help: `sentences` is a setting of the stage `summarize`
    "#);
    assert!(mistakes.render(true).contains("\u{1b}["));
}
