//! Right files: what the plan says, its keys, and what the command line changes.

use std::path::{Path, PathBuf};

use config::{Options, Output, Overrides, Plan, SegmentKind, explain};
use document::{Document, Field, Form, Origin};
use stage_api::{MaxFailures, OnError, Order, Registry, Subject, Value};

use crate::registry::registry;

pub(crate) const WHOLE: &str = r#"version = 1

[run]
name = "gull"
workers = 4
memory = "32 MiB"
max_failures = "5%"

[[source]]
use = "files"
paths = ["drop", "more/*.html"]
fields = { text = "body" }

[[stage]]
use = "normalize"

[[stage]]
use = "entity-tag"
run = { on_error = "skip-stage", retries = 1 }

[[stage]]
use = "dedupe"

[[stage]]
use = "scorer"
name = "scores"
when = { language = ["en", "de"], meta.section = ["politics"] }
run = { workers = 2 }
window = "1.5 h"
weights = { text = 1, "quoted key" = 0.25 }
limits = { depth = 3 }

[[sink]]
use = "jsonl"
offsets = "bytes"
"#;

pub(crate) fn plan(text: &str) -> Plan {
    plan_with(text, &Options::run())
}

fn plan_with(text: &str, options: &Options<'_>) -> Plan {
    Plan::from_text("pipeline.toml", text, Path::new("base"), &registry(), options)
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn a_file_becomes_what_it_says() {
    let plan = plan(WHOLE);
    assert_eq!((plan.run.name.as_str(), plan.run.workers, plan.run.memory), ("gull", 4, 32 << 20));
    assert_eq!(
        (plan.run.max_article, plan.run.order, plan.run.on_error),
        (16 << 20, Order::Input, OnError::DeadLetter)
    );
    assert_eq!(plan.run.max_failures, Some(MaxFailures::Percent(5.0)));
    assert_eq!(plan.run.output, Output::Folder(PathBuf::from("base/out")));
    assert_eq!(plan.run.corrections, Path::new("base/corrections.jsonl"));
    assert_eq!(plan.sources[0].settings.texts("paths"), ["base/drop", "base/more/*.html"]);
    assert_eq!(plan.sources[0].settings.text_map("fields")["text"], "body");
    let names: Vec<_> = plan.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["normalize", "entity-tag", "dedupe", "scores"]);
    assert!(plan.stages.iter().all(|stage| stage.built.is_some()));
    let scores = &plan.stages[3];
    assert_eq!(scores.settings.count("window"), 5_400_000);
    assert_eq!(scores.settings.number("threshold").to_bits(), 0.5_f64.to_bits());
    let Some(Value::Table(limits)) = scores.settings.get("limits") else { panic!("a table") };
    assert_eq!((&limits["depth"], &limits["nodes"]), (&Value::Integer(3), &Value::Integer(1000)));
    assert_eq!(plan.stages[1].run.on_error, OnError::SkipStage);
    assert_eq!(plan.warnings.list().len(), 1, "the folder `drop` does not exist");
}

#[test]
fn an_almost_empty_file_is_a_plan() {
    let plan = plan("version = 1\n");
    assert!(plan.sources.is_empty() && plan.stages.is_empty());
    assert_eq!(plan.sinks[0].name, "jsonl");
    assert_eq!(plan.sinks[0].settings.text("offsets"), "codepoints");
}

#[test]
fn both_spellings_of_a_meta_condition_are_one() {
    for when in [
        "when = { meta.section = [\"a\"] }",
        "when = { \"meta.section\" = [\"a\"] }",
        "when = { meta = { section = [\"a\"] } }",
        "when.meta.section = [\"a\"]",
        "[stage.when]\nmeta.section = [\"a\"]",
        "[stage.when.meta]\nsection = [\"a\"]",
    ] {
        let plan = plan(&format!("version = 1\n[[stage]]\nuse = \"normalize\"\n{when}\n"));
        assert_eq!(
            plan.stages[0].when.conditions[0].subject,
            Subject::Meta("section".to_owned()),
            "{when}"
        );
    }
}

#[test]
fn a_condition_looks_at_the_metadata() {
    let plan = plan(WHOLE);
    let when = &plan.stages[3].when;
    let mut doc = Document::new("a", Origin::path("a"), Vec::new(), Form::Text);
    doc.metadata.supply(Field::Language, "de", "test");
    assert!(!when.holds(&doc));
    doc.metadata.set_meta("section", "\"politics\"".to_owned());
    assert!(when.holds(&doc));
    doc.metadata.supply(Field::Language, "fr", "test");
    assert!(!when.holds(&doc));
}

#[test]
fn stages_for_different_articles_may_write_the_same_layer() {
    let stage = |name: &str, language: &str| {
        format!(
            "[[stage]]\nuse = \"summarize\"\nname = \"{name}\"\nwhen = {{ language = [\"{language}\"] }}\n"
        )
    };
    let text = format!(
        "version = 1\n[[stage]]\nuse = \"normalize\"\n{}{}",
        stage("a", "en"),
        stage("b", "de")
    );
    assert_eq!(plan(&text).stages.len(), 3);
    let same = format!(
        "version = 1\n[[stage]]\nuse = \"normalize\"\n{}{}",
        stage("a", "en"),
        stage("b", "en")
    );
    let mistakes = Plan::from_text("p", &same, Path::new(""), &registry(), &Options::run())
        .expect_err("a clash");
    assert_eq!(mistakes.list().len(), 1);
}

#[test]
fn neighbours_share_a_segment_unless_one_stands_apart() {
    let segments: Vec<_> =
        plan(WHOLE).segments().into_iter().map(|segment| (segment.stages, segment.kind)).collect();
    assert_eq!(
        segments,
        [(0..2, SegmentKind::Pool), (2..3, SegmentKind::Ordered), (3..4, SegmentKind::Own(2))]
    );
}

#[test]
fn the_command_line_replaces_paths_output_and_workers() {
    let paths = Some(vec![PathBuf::from("here"), PathBuf::from("-")]);
    let overrides = Overrides {
        paths,
        output: Some(PathBuf::from("-")),
        workers: Some(1),
        ..Overrides::default()
    };
    let options = Options { overrides, ..Options::run() };
    let with = plan_with(WHOLE, &options);
    assert_eq!(with.sources[0].settings.texts("paths"), ["here", "-"]);
    assert_eq!(with.sources[0].settings.text_map("fields")["text"], "body");
    assert_eq!((with.run.output.clone(), with.run.workers), (Output::Stdout, 1));
    assert!(with.warnings.is_empty(), "replaced paths are not looked at");
    assert_eq!(with.key, plan(WHOLE).key);
    let made = plan_with("version = 1\n", &options);
    assert_eq!(made.sources[0].settings.texts("paths"), ["here", "-"]);
    assert!(explain(&made).contains("# command line"));
}

#[test]
fn a_plan_to_keep_has_absolute_paths_and_standard_input_stays_itself() {
    let paths = Some(vec![PathBuf::from("drop"), PathBuf::from("-")]);
    let overrides = Overrides { paths, ..Overrides::default() };
    let kept = plan_with("version = 1\n", &Options { overrides, ..Options::run() })
        .with_absolute_paths(Path::new("/desk"));
    assert_eq!(kept.sources[0].settings.texts("paths"), ["/desk/drop", "-"]);
    assert!(explain(&kept).contains("output = \"/desk/base/out\""));
}

#[test]
fn replaced_paths_are_not_looked_at() {
    let paths = |paths: &str| {
        let source = format!("[[source]]\nuse = \"files\"\npaths = {paths}\n");
        format!("version = 1\n{source}{source}[[sink]]\nuse = \"null\"\n")
    };
    let overrides = Overrides { paths: Some(vec!["here".into()]), ..Overrides::default() };
    let options = Options { overrides, ..Options::run() };
    for replaced in [r#"["${UNSET}"]"#, r#"["${UNSET:-gone}"]"#, r#"["missing"]"#, r#""missing""#] {
        let plan = plan_with(&paths(replaced), &options);
        assert_eq!(plan.sources.len(), 1, "{replaced}");
        assert_eq!(plan.sources[0].settings.texts("paths"), ["here"], "{replaced}");
        assert!(plan.warnings.is_empty(), "{replaced}");
    }
}

#[test]
fn a_key_changes_with_what_changes_the_output_and_with_nothing_else() {
    let key = |from: &str, to: &str| {
        assert!(WHOLE.contains(from), "{from}");
        plan(&WHOLE.replace(from, to)).key
    };
    let unchanged = plan(WHOLE).key;
    for (from, to) in [
        ("workers = 4", "workers = 1"),
        ("32 MiB", "64 MiB"),
        ("\"drop\"", "\"elsewhere\""),
        ("name = \"gull\"", "output = \"other\""),
        ("\"bytes\"", "\"utf16\""),
        ("1.5 h", "90m"),
        ("[\"en\", \"de\"]", "[\"de\", \"en\"]"),
        ("use = \"normalize\"", "use = \"normalize\"\nmode = \"article\""),
        ("retries = 1", "retries = 2"),
    ] {
        assert_eq!(key(from, to), unchanged, "{to}");
    }
    for (from, to) in [
        ("\"body\"", "\"content\""),
        ("\"skip-stage\"", "\"abort\""),
        ("1.5 h", "2 h"),
        ("[\"en\", \"de\"]", "[\"en\"]"),
        ("name = \"scores\"", "name = \"other\""),
        ("name = \"gull\"", "max_article = \"1 MiB\""),
        ("name = \"gull\"", "on_error = \"abort\""),
        ("[[stage]]\nuse = \"dedupe\"\n", ""),
    ] {
        assert_ne!(key(from, to), unchanged, "{to}");
    }
}

#[test]
fn a_stage_key_follows_the_content_of_its_files_and_not_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("b")).expect("made");
    let key = |path: &str, content: &str| {
        std::fs::write(folder.path().join(path), content).expect("written");
        let text = format!(
            "version = 1\n[[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"entity-tag\"\nlists = [\"{path}\"]\n"
        );
        let plan = Plan::from_text("p", &text, folder.path(), &registry(), &Options::run())
            .expect("a plan");
        plan.stages[1].key.clone()
    };
    let first = key("a.csv", "Ada Ek\n");
    assert_eq!(key("b/other.csv", "Ada Ek\n"), first);
    assert_ne!(key("a.csv", "Ada Eck\n"), first);
}

#[test]
fn variables_fill_in_strings_numbers_and_truth_values() {
    let env = |name: &str| match name {
        "N" => Some("7".to_owned()),
        "RAW" => Some("true".to_owned()),
        _ => None,
    };
    let options = Options { env: &env, ..Options::run() };
    let text = "version = 1\n[run]\nname = \"${A:-gull} $${A}\"\nworkers = \"${N}\"\nmax_failures = \"${N}%\"\n[[sink]]\nuse = \"jsonl\"\nraw_offsets = \"${RAW}\"\n";
    let plan = plan_with(text, &options);
    assert_eq!((plan.run.name.as_str(), plan.run.workers), ("gull ${A}", 7));
    assert_eq!(plan.run.max_failures, Some(MaxFailures::Percent(7.0)));
    assert!(plan.sinks[0].settings.bool("raw_offsets"));
}

#[test]
fn an_unset_variable_is_a_hole_in_a_check_and_a_mistake_in_a_run() {
    let text = "version = 1\n[[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"summarize\"\nsentences = \"${N}\"\n";
    let plan = plan_with(text, &Options::check());
    assert!(plan.stages[0].built.is_some() && plan.stages[1].built.is_none());
    assert!(Plan::from_text("p", text, Path::new(""), &registry(), &Options::run()).is_err());
}

#[test]
fn the_effective_configuration_reads_back_as_the_same_plan() {
    let first = plan(WHOLE);
    let text = explain(&first);
    let again =
        Plan::from_text("pipeline.toml", &text, Path::new(""), &registry(), &Options::run())
            .unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"));
    assert_eq!(again.key, first.key);
    assert_eq!(again.run.output, first.run.output);
    assert_eq!(again.sources[0].settings, first.sources[0].settings);
}

#[test]
fn a_check_is_quick() {
    // The floor is far below: this catches a slip into quadratic work, not a slow machine.
    let stage =
        |n: usize| format!("[[stage]]\nuse = \"scorer\"\nname = \"s{n}\"\n  thresold{n} = 1\n");
    let many = (0..2000).map(stage).collect::<Vec<_>>().concat();
    let text = format!("version = 1\n[[stage]]\nuse = \"normalize\"\n{many}");
    let mistakes = Plan::from_text("p", &text, Path::new(""), &registry(), &Options::run())
        .expect_err("mistakes");
    assert_eq!(mistakes.list().len(), 2000);
    assert!(mistakes.render(false).lines().count() > 2000);
}

#[test]
fn an_empty_registry_plans_an_empty_file() {
    assert!(
        Plan::from_text("p", "version = 1", Path::new(""), &Registry::default(), &Options::run())
            .is_ok()
    );
}

#[test]
fn a_plan_that_starts_later_has_the_key_of_its_stages() {
    let overrides =
        Overrides { paths: Some(vec!["out".into()]), records: true, ..Overrides::default() };
    let whole = plan_with(WHOLE, &Options { overrides, ..Options::run() });
    assert_eq!(whole.sources.len(), 1);
    assert_eq!(whole.sources[0].name, "records");
    assert!(whole.reads_records());
    let names: Vec<_> = whole.stages.iter().map(|stage| stage.name.clone()).collect();
    let mut keys = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let later = whole.clone().starting_at(name).unwrap();
        let left: Vec<_> = later.stages.iter().map(|stage| stage.name.clone()).collect();
        assert_eq!(left, names[at..]);
        let kept = later.clone().with_absolute_paths(Path::new("/"));
        assert_eq!(kept.key, later.key);
        keys.push(later.key);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), names.len());
    assert!(whole.starting_at("nothing").is_none());
}
