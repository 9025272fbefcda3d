//! The commands that look at a pipeline, and wrong ones.

use std::fs;

use serde_json::Value;

use crate::program::{copydesk, workspace};

const WRONG: &str = "\
version = 1
[[source]]
use = \"files\"
paths = [\".\"]
[[stage]]
use = \"normalise\"
[[stage]]
use = \"sumarize\"
sentences = \"three\"
";

#[test]
fn every_mistake_is_told_at_its_place_and_nothing_runs() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("pipeline.toml"), WRONG).unwrap();
    for command in ["run", "check", "explain", "graph"] {
        let ran = copydesk(dir.path(), &[command]);
        assert_eq!(ran.code, Some(2), "{command}");
        for place in [
            "pipeline.toml:6:7",
            "pipeline.toml:8:7",
            "did you mean `normalize`?",
            "did you mean `summarize`?",
        ] {
            assert!(ran.stderr.contains(place), "{command}: no {place} in\n{}", ran.stderr);
        }
        assert_eq!(ran.stdout, "", "{command}");
    }
    assert!(!dir.path().join("out").exists());
    let json = copydesk(dir.path(), &["check", "--json"]);
    let mistakes: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, &mistakes[0]["line"]), (Some(2), &Value::from(6)));
}

#[test]
fn a_plugin_that_is_not_there_is_told_at_its_path_by_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let text = "version = 1\n[[plugin]]\nname = \"gauge\"\npath = \"plugins/libgauge\"\n\
                [[source]]\nuse = \"files\"\npaths = [\".\"]\n\
                [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"gauge/water\"\n";
    fs::write(dir.path().join("tide.toml"), text).unwrap();
    for command in ["run", "check", "explain", "graph", "schema", "stages"] {
        let ran = copydesk(dir.path(), &[command, "tide.toml"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{command}");
        assert!(ran.stderr.contains("tide.toml:4:8: error: "), "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("1 mistake in"), "{command}: {}", ran.stderr);
    }
    assert!(!dir.path().join("out").exists());
}

#[test]
fn an_address_in_a_store_is_no_path_of_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let text = "version = 1\n[run]\noutput = \"s3://bucket/out\"\n\
                [[source]]\nuse = \"files\"\npaths = [\"s3://bucket/drop\"]\n[[stage]]\nuse = \"normalize\"\n";
    fs::write(dir.path().join("pipeline.toml"), text).unwrap();
    let ran = copydesk(dir.path(), &["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let explained = copydesk(dir.path(), &["explain"]).stdout;
    for line in ["output = \"s3://bucket/out\"", "paths = [\"s3://bucket/drop\"]"] {
        assert!(explained.contains(line), "no {line} in\n{explained}");
    }
}

#[test]
fn the_shipped_pipeline_is_what_init_writes_and_check_accepts() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(copydesk(dir.path(), &["init"]).code, Some(0));
    let written = fs::read_to_string(dir.path().join("pipeline.toml")).unwrap();
    assert_eq!(written, fs::read_to_string(workspace().join("pipeline.toml")).unwrap());
    let again = copydesk(dir.path(), &["init"]);
    assert_eq!(again.code, Some(2), "never over a file that is there");
    let checked = copydesk(&workspace(), &["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    insta::assert_snapshot!(checked.stdout);
    insta::assert_snapshot!("graph", copydesk(&workspace(), &["graph"]).stdout);
    insta::assert_snapshot!("explain", copydesk(&workspace(), &["explain"]).stdout);
    insta::assert_snapshot!("stages", copydesk(&workspace(), &["stages"]).stdout);
}

#[test]
fn schema_and_stages_are_json() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["schema"][..], &["stages", "--json"], &["check", "--json"]] {
        let ran = copydesk(&workspace(), args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout)
            .unwrap_or_else(|error| panic!("{args:?}: {error}"));
    }
    let completions = copydesk(dir.path(), &["completions", "bash"]);
    assert!(completions.stdout.contains("_copydesk"), "{}", completions.stdout);
}

#[test]
fn without_a_pipeline_the_built_in_one_is_used_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let nothing = copydesk(dir.path(), &["run"]);
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.stderr.contains("copydesk run FOLDER"), "{}", nothing.stderr);
    fs::write(dir.path().join("a.txt"), "A bridge opened in Ostrel.").unwrap();
    let ran = copydesk(dir.path(), &["run", "a.txt"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("built-in pipeline"), "{}", ran.stderr);
}

#[test]
fn two_inputs_with_one_name_are_refused_before_any_work() {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["a/drop", "b/drop"] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
        fs::write(dir.path().join(folder).join("x.txt"), folder).unwrap();
    }
    let ran = copydesk(dir.path(), &["run", "a/drop", "b/drop"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("drop/x.txt"), "{}", ran.stderr);
    assert!(!dir.path().join("out").exists());
}
