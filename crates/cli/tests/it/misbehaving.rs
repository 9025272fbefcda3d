//! Plugins that do everything wrong, in a run: in this process, in one of their own, and as a command.
//!
//! Whatever one does costs its article: all others are written, and the dead letter names plugin, stage, article and
//! cause. Only what ends the program from inside ends a run, and the next one gets past it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::plugins::{has, library, shell};
use crate::program::{copydesk, json_lines, records, workspace};

/// How a pipeline names the plugin, and how its stages are run.
struct Lane {
    plugin: String,
    isolate: bool,
    /// The timeout of stages that never return; the others have none, so that a busy machine costs no article.
    patience: &'static str,
}

impl Lane {
    /// The table `run` of a stage that does this.
    fn run(&self, way: &str) -> String {
        let timeout = match way {
            "hang" | "deaf" => format!(", timeout = \"{}\"", self.patience),
            _ => String::new(),
        };
        format!("isolate = {}{timeout}", self.isolate)
    }
}

fn native() -> Lane {
    let plugin = format!("path = '{}'", library("misbehave").display());
    Lane { plugin, isolate: false, patience: "2s" }
}

fn isolated() -> Lane {
    Lane { isolate: true, ..native() }
}

fn command(script: &str) -> Lane {
    let plugin = format!("command = [\"python3\", \"{script}\"]");
    Lane { plugin, ..native() }
}

/// A pipeline with one stage for each way to go wrong, and an article on which that stage does; before and
/// after them one on which all behave.
fn write_drop(dir: &Path, lane: &Lane, ways: &[&str]) {
    let plugin = &lane.plugin;
    let mut pipeline = format!(
        "version = 1\n\n[[plugin]]\nname = \"misbehave\"\n{plugin}\n\n\
         [[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\n[[stage]]\nuse = \"normalize\"\n"
    );
    fs::create_dir_all(dir.join("drop")).unwrap();
    let article = |name: &str, text: &str| {
        fs::write(dir.join("drop").join(format!("{name}.txt")), text).unwrap();
    };
    article("a", "Nothing happened in Ostrel.");
    for way in ways {
        write!(
            pipeline,
            "\n[[stage]]\nuse = \"misbehave/wrong\"\nname = \"does-{way}\"\nhow = \"{way}\"\n\
             on = \"The way is {way}!\"\nrun = {{ {} }}\n",
            lane.run(way)
        )
        .unwrap();
        article(&format!("is-{way}"), &format!("Äh, this is it. The way is {way}!"));
    }
    article("z", "Nothing happened in Ostrel, either.");
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
}

fn ids(out: &Path) -> Vec<String> {
    let id = |record: &serde_json::Value| record["id"].as_str().unwrap().to_owned();
    records(out).iter().map(id).collect()
}

/// The dead letters of a folder: article, stage, class and message of each, panics without their line.
fn letters(out: &Path) -> String {
    let letters = json_lines(&fs::read_to_string(out.join("dead-letters.jsonl")).unwrap());
    let mut lines = String::new();
    for letter in letters {
        let part = |key: &str| letter[key].as_str().unwrap().to_owned();
        let message = part("message");
        // What a child said last is its own, with numbers of threads and lines in it.
        let message = message.split("; its last words").next().unwrap_or_default().to_owned();
        let message = match message.split_once("lib.rs:") {
            Some((before, after)) => {
                let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
                format!("{before}lib.rs: {}", rest.trim_start())
            }
            None => message,
        };
        writeln!(lines, "{} {} ({})\n    {message}", part("id"), part("stage"), part("class"))
            .unwrap();
    }
    lines
}

/// Runs and expects that of the ways exactly the `kept` ones cost no article; gives the dead letters.
#[track_caller]
fn run(dir: &Path, ways: &[&str], kept: &[&str]) -> String {
    let ran = copydesk(dir, &["run"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let mut expected: Vec<String> = kept.iter().map(|way| format!("drop/is-{way}.txt")).collect();
    expected.extend(["drop/a.txt".to_owned(), "drop/z.txt".to_owned()]);
    expected.sort();
    assert_eq!(ids(&dir.join("out")), expected, "{}", ran.stderr);
    let letters = letters(&dir.join("out"));
    for way in ways.iter().filter(|way| !kept.contains(way)) {
        let named = format!("drop/is-{way}.txt does-{way} (");
        assert!(letters.contains(&named), "{named}\n{letters}");
    }
    let told = letters.lines().filter(|line| line.starts_with("    "));
    for cause in told {
        assert!(cause.starts_with("    `misbehave/wrong`: "), "{cause}");
    }
    letters
}

/// What a library can do without ending the process that it is in.
const WAYS: &[&str] = &[
    "backwards",
    "end",
    "fail",
    "hang",
    "huge",
    "json",
    "layout",
    "leak",
    "no-name",
    "panic",
    "relation",
    "retry",
    "score",
    "split",
    "undeclared",
];

#[test]
fn a_library_in_this_process() {
    let dir = tempfile::tempdir().unwrap();
    write_drop(dir.path(), &native(), WAYS);
    insta::assert_snapshot!(run(dir.path(), WAYS, &["leak"]));
}

#[test]
fn a_library_in_a_process_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let ways = [WAYS, &["abort", "deaf", "exit", "overflow"]].concat();
    write_drop(dir.path(), &isolated(), &ways);
    insta::assert_snapshot!(run(dir.path(), &ways, &["leak"]));
}

/// The same mistakes, and those that only a program can make.
const SCRIPT: &str = r#"
import json, os, sys, threading

def say(message):
    print(json.dumps(message), flush=True)

stage = {"name": "wrong", "reads": ["text"], "writes": ["misbehave.row", "values"],
         "settings": {"properties": {"how": {"type": "string"}, "on": {"type": "string"}}}}
say({"copydesk_plugin": 1, "name": "misbehave", "version": "0.1.0", "stages": [stage]})
for line in sys.stdin:
    article = json.loads(line)
    if "start" in article:
        settings = article["settings"]
        say({"ready": True})
    if "id" not in article:
        continue
    row = {"layer": "misbehave.row", "start": 0, "end": 1}
    answer = {"id": article["id"], "annotations": [row]}
    match settings["how"] if settings["on"] in article["text"] else "":
        case "abort": os.abort()
        case "backwards": row.update(start=3, end=2)
        case "bare": del answer["id"]
        case "closes": os.close(1); threading.Event().wait()
        case "end": row["end"] = 9000
        case "exit": os._exit(0)
        case "fail": answer = {"id": article["id"], "fail": "there is nothing to be done"}
        case "hang": threading.Event().wait()
        case "huge": row["data"] = "x" * (65 << 20)
        case "leak": globals().setdefault("lost", []).append(bytearray(4 << 20))
        case "panic": raise KeyError("no such thing")
        case "prints": print("hello", flush=True)
        case "score": row["score"] = float("nan")
        case "stray": answer["id"] = "another"
        case "twice": say(answer)
        case "undeclared": row["layer"] = "other.row"
        case "undotted": answer["values"] = {"undotted": 1}
    say(answer)
"#;

#[test]
fn a_command() {
    if !has("python3") {
        return;
    }
    let ways = [
        "abort",
        "backwards",
        "bare",
        "closes",
        "end",
        "exit",
        "fail",
        "hang",
        "huge",
        "leak",
        "panic",
        "prints",
        "score",
        "stray",
        "twice",
        "undeclared",
        "undotted",
    ];
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("wrong.py"), SCRIPT).unwrap();
    write_drop(dir.path(), &command("wrong.py"), &ways);
    insta::assert_snapshot!(run(dir.path(), &ways, &["leak", "twice"]));
}

/// `fatal` is the one way for a stage to say that no article can be processed.
#[test]
fn a_stage_may_end_the_run_by_saying_so() {
    for lane in [native(), isolated()] {
        let dir = tempfile::tempdir().unwrap();
        write_drop(dir.path(), &lane, &["fatal"]);
        let ran = copydesk(dir.path(), &["run"]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        for part in ["does-fatal", "drop/is-fatal.txt", "`misbehave/wrong`: nothing works any more"]
        {
            assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
        }
    }
}

/// An end from inside costs one run, then its article; a process of its own saves the run from the start. Both
/// ways lead to the same bytes.
#[test]
fn what_ends_the_program_costs_one_run_and_then_one_article() {
    for (how, said, known, class) in [
        ("abort", "ended the program on article", "ended the last run on article", "crash"),
        ("exit", "ended the program on article", "ended the last run on article", "crash"),
        ("overflow", "ended the program on article", "ended the last run on article", "crash"),
        ("deaf", "hangs on article", "hung in the last run on article", "timeout"),
    ] {
        let inside = tempfile::tempdir().unwrap();
        let short = Lane { patience: "500ms", ..native() };
        write_drop(inside.path(), &short, &[how]);
        let article = format!("drop/is-{how}.txt");
        let first = copydesk(inside.path(), &["run"]);
        assert_eq!(first.code, Some(1), "{how}: {}", first.stderr);
        let said = format!("stage `does-{how}` {said} `{article}`");
        assert!(first.stderr.contains(&said), "{said}\n{}", first.stderr);
        let second = copydesk(inside.path(), &["run"]);
        assert_eq!(second.code, Some(3), "{how}: {}", second.stderr);
        let known = format!(
            "stage `does-{how}` {known} `{article}`; it is run in a process of its own this time"
        );
        assert!(second.stderr.contains(&known), "{known}\n{}", second.stderr);
        let told = letters(&inside.path().join("out"));
        assert!(told.starts_with(&format!("{article} does-{how} ({class})\n")), "{told}");
        let third = copydesk(inside.path(), &["run"]);
        assert_eq!(third.code, Some(0), "the letter is known: {}", third.stderr);

        let apart = tempfile::tempdir().unwrap();
        write_drop(apart.path(), &isolated(), &[how]);
        let saved = copydesk(apart.path(), &["run"]);
        assert_eq!(saved.code, Some(3), "{how}: {}", saved.stderr);
        assert_eq!(ids(&apart.path().join("out")), ["drop/a.txt", "drop/z.txt"]);
        let part =
            |dir: &Path| fs::read_to_string(dir.join("out/articles-00000000.jsonl")).unwrap();
        assert_eq!(part(inside.path()), part(apart.path()), "{how}");
    }
}

/// The whole stage moves into a process of its own, since it has one state; what it knew goes with it.
#[test]
fn an_ordered_stage_goes_on_after_the_article_that_ended_the_program() {
    let write = |dir: &Path, lane: &Lane| {
        let (plugin, run) = (&lane.plugin, lane.run("count"));
        let pipeline = format!(
            "version = 1\n[[plugin]]\nname = \"misbehave\"\n{plugin}\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
             [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"misbehave/tally\"\nrun = {{ {run} }}\n"
        );
        fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
        fs::create_dir(dir.join("drop")).unwrap();
        for (name, text) in [("a", "Rain fell."), ("b", "ABORT now."), ("c", "The bell rang.")] {
            fs::write(dir.join("drop").join(name).with_extension("txt"), text).unwrap();
        }
    };
    let numbers = |dir: &Path| -> Vec<_> {
        let number = |record: serde_json::Value| record["values"]["misbehave.number"].as_u64();
        records(&dir.join("out")).into_iter().map(number).collect()
    };
    let (inside, apart) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(inside.path(), &native());
    write(apart.path(), &isolated());
    let first = copydesk(inside.path(), &["run"]);
    assert_eq!(first.code, Some(1), "{}", first.stderr);
    for dir in [inside.path(), apart.path()] {
        let ran = copydesk(dir, &["run"]);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert_eq!(
            numbers(dir),
            [Some(1), Some(2)],
            "the article that ends the process is not counted"
        );
        // The next drop is counted on, in this process again.
        fs::write(dir.join("drop/d.txt"), "Snow fell.").unwrap();
        let ran = copydesk(dir, &["run"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(numbers(dir), [Some(1), Some(2), Some(3)]);
    }
}

/// A plugin that keeps the host's call beyond its end, and emits then.
#[test]
fn what_comes_after_the_call_is_not_taken() {
    if !has("cc") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let source = workspace().join("crates/plugin-host/tests/c/calls.c");
    let source = fs::read_to_string(source).unwrap().replacen("| SHARED", "", 1);
    fs::write(dir.path().join("calls.c"), source.replace("PURE SHARED", "PURE")).unwrap();
    let header = workspace().join("crates/plugin-abi/include");
    let line = format!("cc -std=c11 -shared -fPIC -I '{}' -o calls.so calls.c", header.display());
    let built = shell(dir.path(), &line);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    fs::create_dir(dir.path().join("drop")).unwrap();
    for number in 0..40 {
        fs::write(dir.path().join(format!("drop/{number}.txt")), format!("Rain {number} fell."))
            .unwrap();
    }
    for isolate in [false, true] {
        let pipeline = format!(
            "version = 1\n[[plugin]]\nname = \"calls\"\npath = \"calls.so\"\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
             [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"calls/call\"\nhow = \"late\"\nrun = {{ isolate = {isolate} }}\n"
        );
        fs::write(dir.path().join("pipeline.toml"), pipeline).unwrap();
        let out = format!("out-{isolate}");
        let ran = copydesk(dir.path(), &["run", "--output", &out, "--workers", "4"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let records = records(&dir.path().join(out));
        assert_eq!(records.len(), 40);
        assert!(records.iter().all(|record| record["annotations"].as_array().unwrap().len() == 1));
    }
}
