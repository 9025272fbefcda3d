//! What a run does not do again: files that are known and have not changed, and, unless `retry` asks for it, what failed.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::plugins::has;
use crate::program::{copydesk, copydesk_with_input, json_file, json_lines, records};

/// A plugin that fails on articles of the ferry for as long as there is a file `strike` beside it.
const SCRIPT: &str = r#"
import json, os, sys
def say(message):
    print(json.dumps(message), flush=True)
say({"copydesk_plugin": 1, "name": "desk", "version": "1",
     "stages": [{"name": "look", "reads": ["text"], "writes": ["desk.seen"]}]})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        say({"ready": True})
    elif "id" in message:
        if "ferry" in message["text"] and os.path.exists(os.path.join(os.path.dirname(__file__), "strike")):
            say({"id": message["id"], "retry": "the ferry does not run"})
        else:
            say({"id": message["id"], "annotations": []})
"#;

const PIPELINE: &str = "version = 1\n[[plugin]]\nname = \"desk\"\ncommand = [\"python3\", \"desk.py\"]\n\
    [[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n\
    [[stage]]\nuse = \"desk/look\"\nrun = { retries = 2 }\n";

fn write_desk(dir: &Path) {
    fs::write(dir.join("desk.py"), SCRIPT).unwrap();
    fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
    fs::write(dir.join("strike"), "").unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    for (name, text) in [
        ("a", "The ferry to Ostrel is late."),
        ("b", "Rain fell on Ostrel."),
        ("c", "The ferry to Ostrel is late."),
        ("d", "The ferry came in at noon."),
    ] {
        fs::write(dir.join("drop").join(name).with_extension("txt"), text).unwrap();
    }
}

/// Id and attempts of the dead letters that stand.
fn letters(dir: &Path) -> Vec<(String, u64)> {
    let lines = json_lines(&fs::read_to_string(dir.join("out/dead-letters.jsonl")).unwrap());
    let letter = |line: &Value| {
        (line["id"].as_str().unwrap().to_owned(), line["attempts"].as_u64().unwrap())
    };
    lines.iter().map(letter).collect()
}

fn ids(dir: &Path) -> Vec<String> {
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    records(&dir.join("out")).iter().map(id).collect()
}

#[track_caller]
fn expect(dir: &Path, args: &[&str], code: i32) -> String {
    let ran = copydesk(dir, args);
    assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.stderr);
    ran.stderr
}

#[test]
fn what_failed_is_tried_again_by_retry_alone_and_appended() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_desk(dir);
    let early = expect(dir, &["retry"], 2);
    assert_eq!(early, "error: out: no output folder; `copydesk run` comes first\n");

    expect(dir, &["run"], 3);
    let failed = |attempts| {
        let letter = |(id, attempts): (&str, u64)| (format!("drop/{id}.txt"), attempts);
        [("a", attempts), ("c", attempts / 3), ("d", attempts)].map(letter).to_vec()
    };
    assert_eq!(letters(dir), failed(3), "three calls each; the duplicate shares its fate");
    expect(dir, &["run"], 0);
    assert_eq!(letters(dir), failed(3), "a run leaves them alone");
    expect(dir, &["retry"], 3);
    assert_eq!(letters(dir), failed(6));

    fs::remove_file(dir.join("strike")).unwrap();
    fs::write(dir.join("drop/aa.txt"), "A new bell hangs in Ostrel.").unwrap();
    fs::remove_file(dir.join("drop/d.txt")).unwrap();
    let told = expect(dir, &["retry", "out"], 0);
    assert!(told.contains("1 dead letter not met in what was read"), "{told}");
    assert_eq!(ids(dir), ["drop/b.txt", "drop/a.txt"], "nothing new is taken");
    assert_eq!(letters(dir), [("drop/d.txt".to_owned(), 6)]);
    let run = json_file(&dir.join("out/run.json"));
    assert_eq!((&run["run"]["written"], &run["run"]["discarded"]), (&1.into(), &1.into()));

    let revision = &records(&dir.join("out"))[1]["revision"];
    assert_eq!(revision, 1, "a second try is no revision");
    expect(dir, &["run"], 0);
    assert_eq!(ids(dir), ["drop/b.txt", "drop/a.txt", "drop/aa.txt"]);

    fs::write(dir.join("out/dead-letters.jsonl"), "").unwrap();
    let checked = copydesk(dir, &["verify", "out", "--dry-run"]);
    assert_eq!(checked.code, Some(1));
    let checked = copydesk(dir, &["verify", "out"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        checked.stdout.lines().collect::<Vec<_>>(),
        [
            "mended   out/dead-letters.jsonl: is not what follows from the journal",
            "out: 3 records, 1 dead letter in 1 generation: sound now",
        ]
    );
    assert_eq!(letters(dir), [("drop/d.txt".to_owned(), 6)]);
    let nowhere = copydesk(dir, &["verify", "drop"]);
    assert_eq!(
        (nowhere.code, nowhere.stderr.as_str()),
        (Some(2), "error: drop: no output folder\n")
    );
}

#[test]
fn what_came_through_standard_input_is_kept_in_its_letter() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_desk(dir);
    let lines = b"{\"text\": \"The ferry is late.\"}\n{\"text\": \"Rain fell.\"}\n";
    let ran = copydesk_with_input(dir, &["run", "--input", "-"], lines);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let letter = &json_lines(&fs::read_to_string(dir.join("out/dead-letters.jsonl")).unwrap())[0];
    assert_eq!(letter["payload"], "The ferry is late.");
    assert!(letter["stage_key"].as_str().is_some_and(|key| !key.is_empty()));
    fs::remove_file(dir.join("strike")).unwrap();
    let ran = copydesk_with_input(dir, &["retry", "--input", "-"], lines);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ids(dir), ["-#2", "-#1"]);
    assert!(letters(dir).is_empty());
}

#[test]
fn what_has_not_changed_is_passed_over_and_what_only_seems_so_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let write = |name: &str, text: &str| {
        let path = dir.join("drop").join(name);
        fs::write(&path, text).unwrap();
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
    };
    fs::create_dir(dir.join("drop")).unwrap();
    write("a.txt", "Rain fell on Ostrel.");
    let run = |read: u64, unchanged: u64| {
        expect(dir, &["run", "drop"], 0);
        let run = json_file(&dir.join("out/run.json"));
        assert_eq!(
            (&run["run"]["read"], &run["run"]["unchanged"]),
            (&read.into(), &unchanged.into())
        );
    };
    run(1, 0);
    write("b.txt", "Fog lay on Ostrel.");
    run(1, 1);
    // Of the same length and time, as a mirror copies one file over another.
    write("a.txt", "Snow fell on Ostrel.");
    run(1, 1);
    assert_eq!(ids(dir), ["drop/a.txt", "drop/b.txt", "drop/a.txt"], "a revision");
}
