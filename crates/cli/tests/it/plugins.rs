//! `copydesk plugin`, and plugins in a run.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Ran, copydesk, json_lines, records, workspace};

/// Whether there is such a program here; a test that needs one says so and passes where there is none.
pub(crate) fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        say_skipped(program);
    }
    found
}

#[expect(clippy::print_stdout, reason = "a skipped test says so in the test output")]
fn say_skipped(program: &str) {
    println!("skipped: no `{program}` here");
}

/// The library of a plugin of this workspace, which cargo builds beside the tests, as a dependency.
pub(crate) fn library(name: &str) -> PathBuf {
    std::env::current_exe().unwrap().with_file_name(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}

/// Makes a project in a new folder and gives the lines that it printed, without the `cd`.
fn project(dir: &Path, lang: &str) -> (PathBuf, Vec<String>) {
    let made = copydesk(dir, &["plugin", "new", "--lang", lang, "river-words"]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let lines: Vec<String> = made.stdout.lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "cd river-words");
    assert_eq!(lines.len(), 4, "three commands after it");
    (dir.join("river-words"), lines[1..].to_vec())
}

/// Runs a line as a shell would, with this program in reach.
pub(crate) fn shell(dir: &Path, line: &str) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_copydesk")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = [program.to_owned()].into_iter().chain(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(dir)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("NO_COLOR", "1")
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Every printed command does what it says, and the stage finds what the pipeline asks for.
fn check_project(dir: &Path, commands: &[String]) {
    for line in commands {
        let ran = shell(dir, line);
        assert_eq!(ran.code, Some(0), "{line}\n{}{}", ran.stdout, ran.stderr);
    }
    let record = &records(&dir.join("out"))[0];
    let hits: Vec<&str> = record["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| {
            assert_eq!(hit["layer"], "river-words.word");
            hit["label"].as_str().unwrap()
        })
        .collect();
    assert_eq!(hits, ["ferry", "ferry", "ferry", "bell"]);
    assert_eq!(record["values"]["river-words.words"], 4);
    assert_eq!(record["layers"]["river-words.word"]["stage"], "river-words/mark");
}

#[test]
fn a_project_in_c_builds_is_tested_and_runs() {
    if !has("cc") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (dir, commands) = project(dir.path(), "c");
    check_project(&dir, &commands);
    // The record is the same where the library is in a process of its own.
    let pipeline = fs::read_to_string(dir.join("pipeline.toml")).unwrap();
    fs::write(dir.join("pipeline.toml"), pipeline + "run = { isolate = true }\n").unwrap();
    let apart = copydesk(&dir, &["run", "--output", "apart"]);
    assert_eq!(apart.code, Some(0), "{}", apart.stderr);
    let read = |out: &str| fs::read(dir.join(out).join("articles-00000000.jsonl")).unwrap();
    assert_eq!(read("out"), read("apart"));
}

#[test]
fn a_project_in_python_is_tested_and_runs() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (dir, commands) = project(dir.path(), "python");
    check_project(&dir, &commands);
}

/// Offline where the registry's crates are here already, as they are where this was built.
#[test]
fn a_project_in_rust_builds_is_tested_and_runs() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, mut commands) = project(dir.path(), "rust");
    fs::copy(workspace().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    assert_eq!(commands[0], "cargo build --release");
    commands[0] += " --offline";
    check_project(&dir, &commands);
}

/// What is written is what this workspace is built from.
#[test]
fn the_kit_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (dir, _) = project(dir.path(), "rust");
    for name in ["plugin-abi", "plugin-sdk"] {
        let sources = workspace().join("crates").join(name).join("src");
        let mut count = 0;
        for entry in fs::read_dir(sources).unwrap() {
            let entry = entry.unwrap();
            let written = dir.join("kit").join(name).join("src").join(entry.file_name());
            assert_eq!(fs::read(written).unwrap(), fs::read(entry.path()).unwrap());
            count += 1;
        }
        assert_eq!(count, fs::read_dir(dir.join("kit").join(name).join("src")).unwrap().count());
    }
}

#[test]
fn a_project_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    fs::create_dir_all(dir.path().join("full/x")).unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    for (name, code, said) in [
        ("full", 2, "full is not empty"),
        ("file", 2, "file is a file"),
        ("Upper", 2, "lowercase letters"),
        ("empty", 0, "wrote the plugin `empty`"),
    ] {
        let ran = copydesk(dir.path(), &["plugin", "new", "--lang", "c", name]);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

/// A library of the C project with one line changed.
fn broken_library(dir: &Path, line: &str, instead: &str) -> PathBuf {
    let (dir, commands) = project(dir, "c");
    let source = fs::read_to_string(dir.join("plugin.c")).unwrap();
    assert_eq!(source.matches(line).count(), 1, "{line}");
    fs::write(dir.join("plugin.c"), source.replace(line, instead)).unwrap();
    let built = shell(&dir, &commands[0]);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    dir
}

#[test]
fn a_plugin_that_breaks_its_promises_fails_the_suite() {
    if !has("cc") {
        return;
    }
    for (line, instead, said) in [
        (
            "                .end = (uint32_t)(at - begin + word.len),",
            "                .end = (uint32_t)(at - begin + 9000000),",
            "contract: `river-words/mark`",
        ),
        ("            total++;", "            total += (size_t)self;", "on an ordinary article"),
        ("            total++;", "            abort();", "crash: `river-words/mark`"),
        (
            "        if (word.len == 0 || word.len > MAX_NAME)",
            "        if (word.len == 0) abort();\n        if (word.len > MAX_NAME)",
            "settings at their limits: with `words` = ",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let dir = broken_library(dir.path(), line, instead);
        let ran = copydesk(&dir, &["plugin", "test", "river_words", "--pipeline", "pipeline.toml"]);
        assert_eq!(ran.code, Some(1), "{instead}\n{}{}", ran.stdout, ran.stderr);
        let failed: Vec<&str> = ran.stdout.lines().filter(|line| line.contains("FAILED")).collect();
        assert!(failed.iter().any(|line| line.contains(said)), "{said} in {failed:#?}");
    }
}

/// A run gets past what a child says unasked; its author hears of it.
#[test]
fn a_child_that_answers_twice_fails_the_suite() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let child = "import json, sys\n\
        def say(*messages):\n    \
            sys.stdout.write(''.join(json.dumps(message) + '\\n' for message in messages))\n    \
            sys.stdout.flush()\n\
        sys.stdin.readline()\n\
        say({'copydesk_plugin': 1, 'name': 'twice', 'version': '1', 'stages': [{'name': 'tag'}]})\n\
        sys.stdin.readline()\n\
        say({'ready': True})\n\
        for line in sys.stdin:\n    \
            answer = {'id': json.loads(line)['id']}\n    \
            say(answer, answer)\n";
    fs::write(dir.path().join("twice.py"), child).unwrap();
    let ran = copydesk(dir.path(), &["plugin", "test", "--", "python3", "twice.py"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    let said = "FAILED   an ordinary article: contract: a child spoke or ended without being asked";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

#[test]
fn a_pipeline_that_is_not_there_is_a_mistake_of_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let library = library("misbehave");
    let library = library.to_str().unwrap();
    let ran = copydesk(dir.path(), &["plugin", "test", library, "--pipeline", "nosuch.toml"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("there is no pipeline `nosuch.toml`"), "{}", ran.stderr);
}

/// A library that ends the program ends one run; the next one knows which article it was.
#[test]
fn an_abort_costs_one_run_and_then_one_article() {
    if !has("cc") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = broken_library(
        dir.path(),
        "    size_t count = 0, total = 0;",
        "    size_t count = 0, total = 0;\n    if (document->text.len > 6 && !memcmp(begin, \"Ostrel\", 6)) abort();",
    );
    fs::remove_file(dir.join("drop/ferry.txt")).unwrap();
    for (name, text) in [("a", "Rain fell."), ("b", "Ostrel burned."), ("c", "The bell rang.")] {
        fs::write(dir.join(format!("drop/{name}.txt")), text).unwrap();
    }
    let first = copydesk(&dir, &["run"]);
    assert_eq!(first.code, Some(1), "{}", first.stderr);
    assert!(first.stderr.contains("river-words/mark"), "{}", first.stderr);
    assert!(first.stderr.contains("drop/b.txt"), "{}", first.stderr);
    let second = copydesk(&dir, &["run"]);
    assert_eq!(second.code, Some(3), "{}", second.stderr);
    let said = "stage `river-words/mark` ended the last run on article `drop/b.txt`; it is run in a process of its own";
    assert!(second.stderr.contains(said), "{}", second.stderr);
    let ids: Vec<String> = records(&dir.join("out"))
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["drop/a.txt", "drop/c.txt"]);
    let letters = json_lines(&fs::read_to_string(dir.join("out/dead-letters.jsonl")).unwrap());
    assert_eq!(letters.len(), 1);
    assert_eq!((&letters[0]["id"], &letters[0]["class"]), (&"drop/b.txt".into(), &"crash".into()));
    assert!(!dir.join("out/in-flight.slots").exists(), "nobody is suspected any more");
    let third = copydesk(&dir, &["run"]);
    assert_eq!(third.code, Some(0), "known: {}", third.stderr);
}

#[test]
fn what_is_no_plugin_is_refused_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("notes.txt");
    fs::write(&text, "These are notes.").unwrap();
    fs::create_dir(dir.path().join("folder")).unwrap();
    for (args, said) in [
        (&["notes.txt"][..], "is neither a library nor a program"),
        (&["folder"], "is a folder"),
        (&["nowhere"], "there is no plugin at"),
        (&["--", "no-such-program"], "there is no program `no-such-program`"),
        (&[], "FILE"),
        (&["notes.txt", "--", "python3"], "cannot be used with"),
    ] {
        for command in ["info", "test"] {
            let ran = copydesk(dir.path(), &[&["plugin", command], args].concat());
            assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    }
}

#[test]
fn info_tells_what_a_plugin_declares() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (dir, _) = project(dir.path(), "python");
    let text = copydesk(&dir, &["plugin", "info", "--", "python3", "plugin.py"]);
    assert_eq!(text.code, Some(0), "{}", text.stderr);
    for part in ["lane     child", "abi      0.1", "writes river-words.word, values", "words = []"]
    {
        assert!(text.stdout.contains(part), "{part} in {}", text.stdout);
    }
    let json = copydesk(&dir, &["plugin", "info", "--json", "--", "python3", "plugin.py"]);
    let info: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(info["version"], "0.1.0");
    // The digest is the one that a pipeline can pin.
    let pinned = |digest: &str| {
        let pipeline = fs::read_to_string(dir.join("pipeline.toml")).unwrap();
        let program = "command = [\"python3\", \"plugin.py\"]";
        assert_eq!(pipeline.matches(program).count(), 1);
        let pinned = pipeline.replace(program, &format!("{program}\nsha256 = \"{digest}\""));
        fs::write(dir.join("pinned.toml"), pinned).unwrap();
        copydesk(&dir, &["check", "pinned.toml"])
    };
    let right = pinned(info["sha256"].as_str().unwrap());
    assert_eq!(right.code, Some(0), "{}", right.stderr);
    let wrong = pinned(&"0".repeat(64));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("is not the file that was pinned"), "{}", wrong.stderr);
    assert_eq!(info["stages"][0]["settings"][0]["name"], "words");
}
