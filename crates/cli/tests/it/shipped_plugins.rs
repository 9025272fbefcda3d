//! The plugins of this repository in pipelines: `examples/plugins`, and `dedupe` over drops and kills.

use std::env::consts::DLL_SUFFIX;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::plugins::{has, library, shell};
use crate::program::{Ran, assert_sound, copydesk, json_file, records, workspace};

/// Copies a folder without what lies below it.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// The example beside built plugins, as in a checkout in which its first lines were run.
fn example(dir: &Path) {
    for folder in ["examples/drop", "examples/plugins", "plugins/datelines", "plugins/readability"]
    {
        copy_folder(&workspace().join(folder), &dir.join(folder));
    }
    for name in ["watchlist", "dedupe"] {
        let library = library(name);
        let beside = dir.join("examples/plugins").join(library.file_name().unwrap());
        fs::copy(library, beside).unwrap();
    }
    let header = workspace().join("crates/plugin-abi/include");
    let made = shell(dir, &format!("make -C plugins/readability HEADER='{}'", header.display()));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
}

fn annotations<'r>(record: &'r Value, layer: &str) -> Vec<&'r Value> {
    let all = record["annotations"].as_array().unwrap().iter();
    all.filter(|annotation| annotation["layer"] == layer).collect()
}

#[test]
fn the_example_has_a_stage_of_each() {
    if !has("make") || !has("cc") || !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    example(dir.path());
    let ran = copydesk(dir.path(), &["run", "examples/plugins/pipeline.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let records = records(&dir.path().join("examples/plugins/out"));
    assert_eq!(records.len(), 14);
    records.iter().for_each(assert_sound);
    let id = |end: &str| {
        let ends = |record: &&Value| record["id"].as_str().unwrap().ends_with(end);
        records.iter().find(ends).unwrap()
    };

    let speech = id("meridian-renn-speech.txt");
    let datelines = annotations(speech, "datelines.dateline");
    assert_eq!(datelines.len(), 1);
    assert_eq!(datelines[0]["data"], json!({"place": "PORT ANSEL, Velland"}));
    let hits = annotations(speech, "watchlist.hit");
    let labels: Vec<_> = hits.iter().map(|hit| hit["label"].as_str().unwrap()).collect();
    for label in ["place", "body", "person"] {
        assert!(labels.contains(&label), "{label} in {labels:?}");
    }
    // "he" is flagged, too, where the article speaks of somebody on the list.
    assert!(hits.iter().any(|hit| hit["kind"] == "entity"));
    assert_eq!(speech["layers"]["datelines.dateline"]["stage"], "datelines/mark");
    let goats = annotations(id("lower-ansel-bell.txt"), "watchlist.hit");
    assert!(goats.iter().any(|hit| hit["label"] == "goat"));

    for record in &records {
        let words = &record["values"]["readability.words"];
        if record["language"] == "en" {
            let spaced = record["text"].as_str().unwrap().split_whitespace().count() as f64;
            let share = words.as_f64().unwrap() / spaced;
            assert!((0.8..1.1).contains(&share), "{words} of {spaced} words");
            let ease = record["values"]["readability.flesch"].as_f64();
            assert_eq!(ease.is_some(), words.as_f64().unwrap() >= 100.0);
            assert!(ease.is_none_or(|ease| (20.0..95.0).contains(&ease)), "{ease:?}");
        } else {
            assert!(words.is_null(), "the stage was for English alone");
        }
    }
    let again = copydesk(dir.path(), &["run", "examples/plugins/pipeline.toml"]);
    assert!(again.stderr.contains("0 articles (14 unchanged)"), "{}", again.stderr);
}

#[test]
fn the_example_can_be_looked_at() {
    if !has("make") || !has("cc") || !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    example(dir.path());
    let file = "examples/plugins/pipeline.toml";
    for (args, parts) in [
        (&["check", file][..], &["flag-animals", "dedupe/articles", "ordered"][..]),
        (&["explain", file], &["strait.tsv", "on_duplicate"]),
        (&["schema", file], &["\"on_duplicate\"", "\"min_words\"", "\"capitals\""]),
        (&["stages", file], &["watchlist/flag", "similarity", "min_words"]),
    ] {
        let ran = copydesk(dir.path(), args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        for part in parts {
            assert!(ran.stdout.contains(part), "{part} of {args:?} in\n{}", ran.stdout);
        }
    }
}

#[test]
fn each_keeps_its_promises() {
    if !has("make") || !has("cc") || !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    example(dir.path());
    let watchlist = "version = 1\n[[plugin]]\nname = \"watchlist\"\npath = \"examples/plugins/watchlist\"\n\
                     [[source]]\nuse = \"files\"\npaths = [\"examples/drop\"]\n[[stage]]\nuse = \"normalize\"\n\
                     [[stage]]\nuse = \"watchlist/flag\"\nterms = [\"ferry\", \"Mira Holt\"]\n";
    fs::write(dir.path().join("watchlist.toml"), watchlist).unwrap();
    let beside = |name: &str| {
        let file = library(name).file_name().unwrap().to_str().unwrap().to_owned();
        format!("examples/plugins/{file}")
    };
    let (watchlist, dedupe) = (beside("watchlist"), beside("dedupe"));
    let readability = format!("plugins/readability/libreadability{DLL_SUFFIX}");
    for args in [
        &[watchlist.as_str(), "--pipeline", "watchlist.toml"][..],
        &[&dedupe],
        &[&readability],
        &["--", "python3", "plugins/datelines/datelines.py"],
    ] {
        let ran = copydesk(dir.path(), &[&["plugin", "test"], args].concat());
        assert_eq!(ran.code, Some(0), "{args:?}\n{}{}", ran.stdout, ran.stderr);
    }
    let own = shell(&dir.path().join("plugins/datelines"), "python3 -m unittest");
    assert_eq!(own.code, Some(0), "{}", own.stderr);
}

/// An article of words that depend on `seed` alone.
fn words(seed: u64) -> String {
    const WORDS: [&str; 16] = [
        "river", "bell", "ferry", "mill", "goat", "winter", "bridge", "baker", "letter", "market",
        "north", "council", "old", "slow", "quiet", "blue",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for at in 0..60 {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        text += WORDS[(state >> 60) as usize];
        text += if at % 10 == 9 { ". " } else { " " };
    }
    text
}

/// Articles by number, as JSON Lines. Every fifth repeats an earlier one under another head.
fn drop_of(numbers: std::ops::Range<u64>) -> String {
    let mut lines = String::new();
    for number in numbers {
        let text = if number % 5 == 4 {
            format!("From our own desk. {}", words(number / 10 * 5))
        } else {
            words(number)
        };
        writeln!(lines, "{}", json!({"id": format!("a{number}"), "text": text})).unwrap();
    }
    lines
}

const PASS: &str = r#"
import json, os, signal, sys

def say(message):
    print(json.dumps(message), flush=True)

say({"copydesk_plugin": 1, "name": "pass", "version": "0.1.0", "stages": [{"name": "on", "reads": ["text"]}]})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        say({"ready": True})
    elif "id" in message:
        if message["id"] == "a900" and os.path.exists("kill"):
            os.remove("kill")
            os.kill(os.getppid(), signal.SIGKILL)
        say({"id": message["id"]})
"#;

/// A kill in the middle of the second drop, after a commit of it: what `memory` lets in flight is less than what lies
/// before the article that kills.
#[test]
fn dedupe_remembers_over_drops_and_a_kill() {
    if !has("python3") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let pipeline = format!(
        "version = 1\n[run]\nmemory = \"1 MiB\"\n\
         [[plugin]]\nname = \"dedupe\"\npath = '{}'\n[[plugin]]\nname = \"pass\"\ncommand = [\"python3\", \"pass.py\"]\n\
         [[source]]\nuse = \"files\"\npaths = [\"none\"]\n[[stage]]\nuse = \"normalize\"\nmode = \"verbatim\"\n\
         [[stage]]\nuse = \"pass/on\"\n[[stage]]\nuse = \"dedupe/articles\"\n",
        library("dedupe").display()
    );
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
    fs::write(dir.join("pass.py"), PASS).unwrap();
    fs::write(dir.join("one.jsonl"), drop_of(0..300)).unwrap();
    fs::write(dir.join("two.jsonl"), drop_of(300..1100)).unwrap();
    let run = |drop: &str, out: &str| -> Ran { copydesk(dir, &["run", drop, "--output", out]) };
    let done = |ran: &Ran| assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    done(&run("one.jsonl", "whole"));
    done(&run("two.jsonl", "whole"));
    let counts = json_file(&dir.join("whole/run.json"));
    assert_eq!(counts["total"]["discarded"], 220, "{counts}");
    assert_eq!(counts["total"]["written"], 880);
    assert_eq!(counts["discards"], json!({"duplicate of": 160}));

    done(&run("one.jsonl", "killed"));
    fs::write(dir.join("kill"), "").unwrap();
    let killed = run("two.jsonl", "killed");
    assert_eq!(killed.code, None, "a signal ended it: {}", killed.stderr);
    let second = run("two.jsonl", "killed");
    done(&second);
    let known = json_file(&dir.join("killed/run.json"))["run"]["unchanged"].as_u64().unwrap();
    assert!(known >= 256, "a part of the drop was committed before the kill, {known} articles");
    for file in ["articles-00000000.jsonl", "manifest.json", "state-dedupe%2Farticles.bin"] {
        let read = |out: &str| fs::read(dir.join(out).join(file)).unwrap();
        assert!(read("whole") == read("killed"), "{file}");
    }
    done(&run("two.jsonl", "killed"));
}

#[test]
fn a_duplicate_of_the_drop_before_is_told_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (out, mode) in [("discard", "discard"), ("mark", "mark")] {
        let pipeline = format!(
            "version = 1\n[[plugin]]\nname = \"dedupe\"\npath = '{}'\n[[source]]\nuse = \"files\"\npaths = [\"none\"]\n\
             [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"dedupe/articles\"\non_duplicate = \"{mode}\"\n",
            library("dedupe").display()
        );
        fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
        let line = |id: &str, text: &str| json!({"id": id, "text": text}).to_string() + "\n";
        let first = words(7);
        fs::write(dir.join("one.jsonl"), line("first", &first)).unwrap();
        let copy = first.to_uppercase().replace(". ", "! ");
        fs::write(dir.join("two.jsonl"), line("copy", &copy) + &line("other", &words(8))).unwrap();
        for drop in ["one.jsonl", "two.jsonl"] {
            let ran = copydesk(dir, &["run", drop, "--output", out]);
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        }
        let records = records(&dir.join(out));
        let ids: Vec<_> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
        if mode == "discard" {
            assert_eq!(ids, ["first", "other"]);
        } else {
            assert_eq!(ids, ["first", "copy", "other"]);
            let marks = annotations(&records[1], "dedupe.duplicate");
            assert_eq!(marks[0]["data"], json!({"of": "first", "similarity": 1.0}));
            assert!(annotations(&records[2], "dedupe.duplicate").is_empty());
        }
    }
}
