//! Corrections by hand: the articles that a changed line names come out again, and no others; what does not fit is
//! told; a kill changes no byte.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::kills::{End, promised, run, say};
use crate::program::{assert_sound, copydesk, json_file, json_lines, records};
use crate::schemas::assert_folder;

const PIPELINE: &str = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
    [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"entity-tag\"\n\
    [[stage]]\nuse = \"quote-extract\"\n[[stage]]\nuse = \"stories\"\n";

fn text(town: &str) -> String {
    format!(
        "The harbour of {town} opened on Monday. “It will last,” said Ada Ek, the mayor. \
         Bo Lind, a judge, was in {town} too."
    )
}

/// Writes a file that was finished long ago.
fn put(dir: &Path, name: &str, content: &str) {
    let path = dir.join("drop").join(name);
    fs::write(&path, content).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
}

fn write_drop(dir: &Path) {
    fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    for (name, town) in [("a.txt", "Ostrel"), ("b.txt", "Kesten"), ("c.txt", "Morvik")] {
        put(dir, name, &text(town));
    }
    let line = |id: &str, town: &str| format!("{}\n", json!({"id": id, "text": text(town)}));
    put(dir, "one.jsonl", &(line("x-1", "Tarn") + &line("x-2", "Rova")));
    put(dir, "two.jsonl", &line("x-3", "Orsk"));
}

/// A line that lets Bo Lind say what there is.
fn by_bo(article: &str) -> String {
    format!("{}\n", json!({"article": article, "quotation": "It will last,", "speaker": "Bo Lind"}))
}

fn correct(dir: &Path, lines: &str) {
    fs::write(dir.join("corrections.jsonl"), lines).unwrap();
}

/// Runs; returns what was said and the records that came.
#[track_caller]
fn run_once(dir: &Path, args: &[&str]) -> (String, Vec<Value>) {
    let part = dir.join("out/articles-00000000.jsonl");
    let before = if part.exists() { records(&dir.join("out")).len() } else { 0 };
    let ran = copydesk(dir, &[&["run"], args].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut came = records(&dir.join("out"));
    came.iter().for_each(assert_sound);
    (ran.stderr, came.split_off(before))
}

/// Id, revision and speakers of each record.
fn told(records: &[Value]) -> Vec<String> {
    let speaker = |quotation: &Value| {
        let mark = if quotation["corrected"] == true { "*" } else { "" };
        format!("{mark}{}", quotation["speaker"]["name"].as_str().unwrap_or("?"))
    };
    let one = |record: &Value| {
        let quotations = record["quotations"].as_array().unwrap();
        let speakers: Vec<_> = quotations.iter().map(speaker).collect();
        format!("{} {} {}", record["id"].as_str().unwrap(), record["revision"], speakers.join(", "))
    };
    records.iter().map(one).collect()
}

#[test]
fn a_changed_line_lets_its_articles_come_out_again_and_no_others() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let (_, first) = run_once(dir, &[]);
    assert_eq!(told(&first)[0], "drop/a.txt 1 Ada Ek");
    let configuration = json_file(&dir.join("out/manifest.json"))["configuration"].clone();

    correct(dir, &by_bo("drop/a.txt"));
    let (said, came) = run_once(dir, &[]);
    assert!(said.contains("1 article (5 unchanged)"), "{said}");
    assert_eq!(told(&came), ["drop/a.txt 2 *Bo Lind"]);
    assert_eq!(came[0]["supersedes"], came[0]["origin"]["sha256"], "the same payload");
    assert_eq!(came[0]["notes"][0]["stage"], "corrections");
    assert_eq!(came[0]["notes"][0]["message"], "speaker by hand: Bo Lind, not Ada Ek");
    assert_eq!(came[0]["annotations"][0]["data"]["applied"], true);
    assert_eq!(came[0]["layers"]["quotations"]["stage"], "quote-extract");
    assert_eq!(came[0]["layers"]["corrections"]["stage"], "corrections");
    let stories = json_lines(&fs::read_to_string(dir.join("out/stories.jsonl")).unwrap());
    let story = stories.iter().find(|story| story["id"] == came[0]["story"]).unwrap();
    let quotations = story["quotations"].as_array().unwrap();
    let is_by_bo = |quotation: &Value| quotation["speaker"] == "Bo Lind";
    assert!(quotations.iter().any(is_by_bo), "stages over articles see it: {story}");

    assert_eq!(run_once(dir, &[]).1, [] as [Value; 0], "nothing is new");
    let both = by_bo("drop/a.txt") + &by_bo("x-3");
    correct(dir, &both);
    assert_eq!(told(&run_once(dir, &["--workers", "3"]).1), ["x-3 2 *Bo Lind"]);
    correct(dir, &both.replacen("Bo Lind", "Cleo Moss", 1));
    assert_eq!(told(&run_once(dir, &[]).1), ["drop/a.txt 3 *Cleo Moss"]);
    fs::remove_file(dir.join("corrections.jsonl")).unwrap();
    assert_eq!(told(&run_once(dir, &[]).1), ["drop/a.txt 4 Ada Ek", "x-3 3 Ada Ek"]);
    let now = json_file(&dir.join("out/manifest.json"))["configuration"].clone();
    assert_eq!(now, configuration, "corrections are no configuration");
    assert_eq!(copydesk(dir, &["verify", "out"]).code, Some(0));
}

#[test]
fn what_does_not_fit_is_told_until_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let never = json!({"article": "drop/b.txt", "quotation": "It will sink", "remove": true});
    correct(dir, &format!("\n{}{never}\n{}", by_bo("drop/a.txt"), by_bo("drop/z.txt")));
    let mut expected = json!({
        "file": "corrections.jsonl", "lines": 3, "applied": 1, "unknown": 1,
        "stale": [{"line": 3, "article": "drop/b.txt", "why": "no quotation has these words"}],
    });
    for _ in 0..2 {
        let (said, _) = run_once(dir, &[]);
        let line = "corrections.jsonl:3: does not fit drop/b.txt: no quotation has these words";
        assert!(said.contains(line), "{said}");
        assert_eq!(json_file(&dir.join("out/run.json"))["corrections"], expected);
    }
    assert_folder(&dir.join("out"));
    let b = &records(&dir.join("out"))[1];
    assert_eq!(b["annotations"][0]["data"]["line"], never);
    assert_eq!(b["annotations"][0]["data"]["applied"], false);
    correct(dir, &(by_bo("drop/a.txt") + &by_bo("drop/b.txt")));
    assert_eq!(told(&run_once(dir, &[]).1), ["drop/b.txt 2 *Bo Lind"]);
    expected =
        json!({"file": "corrections.jsonl", "lines": 2, "applied": 2, "unknown": 0, "stale": []});
    assert_eq!(json_file(&dir.join("out/run.json"))["corrections"], expected);
}

#[test]
fn a_mistake_is_shown_at_its_place_before_anything_runs() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    correct(
        dir,
        &(by_bo("drop/a.txt") + r#"{"article":"drop/b.txt","quotation":"It","spaeker":"Bo"}"#),
    );
    for args in [&["run"][..], &["check"], &["run", "--output", "-"], &["run", "--dry-run", "1"]] {
        let ran = copydesk(dir, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}: {}", ran.stderr);
        let first = "corrections.jsonl:2:42: error: unknown key `spaeker`";
        assert!(ran.stderr.starts_with(first), "{}", ran.stderr);
        assert!(ran.stderr.contains("^^^^^^^^^"), "{}", ran.stderr);
        assert!(ran.stderr.contains("did you mean `speaker`?"), "{}", ran.stderr);
    }
    assert!(!dir.join("out").exists());
    let ran = copydesk(dir, &["check", "--json"]);
    let mistakes: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &mistakes[0]["column"]), (Some(2), &json!(42)));
}

#[test]
fn corrections_hold_without_a_folder_and_are_no_article_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    fs::write(dir.join("pipeline.toml"), PIPELINE.replace("[[stage]]\nuse = \"stories\"\n", ""))
        .unwrap();
    correct(dir, &(by_bo("drop/a.txt") + &by_bo("x-1")));
    let ran = copydesk(dir, &["run", "--output", "-"]);
    assert_eq!(told(&json_lines(&ran.stdout))[0], "drop/a.txt 1 *Bo Lind", "{}", ran.stderr);
    // The folder of the articles may be the one that one stands in.
    let ran = copydesk(dir, &["run", ".", "--output", "out"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(records(&dir.join("out")).len(), 6, "neither pipeline nor corrections");
    let shown = copydesk(dir, &["show", "x-1"]).stdout;
    assert!(shown.contains("Bo Lind") && shown.contains("by hand"), "{shown}");
    let shown = copydesk(dir, &["show", "drop/one.jsonl"]).stdout;
    assert!(shown.contains("speaker by hand: Bo Lind"), "{shown}");
    let shown = copydesk(dir, &["show", "drop/one.jsonl", "--after", "quote-extract"]).stdout;
    assert!(!shown.contains("by hand"), "{shown}");
}

/// The steps of a commit and of the end of a run.
const POINTS: [&str; 9] = [
    "articles.write.half:1",
    "articles.sync.after:1",
    "ledger.write.half:1",
    "state.write.half:1",
    "journal.write.half:1",
    "journal.sync.after:1",
    "stories.rename.before:1",
    "manifest.rename.before:1",
    "run.rename.before:1",
];

#[test]
fn a_kill_among_corrections_changes_no_byte() {
    if !cfg!(debug_assertions) {
        return say("skipped without the named steps, which release builds lack");
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let mut lines = String::new();
    for n in 0..120 {
        writeln!(
            lines,
            "{}",
            json!({"text": format!("Bridge {n} opened. “It will last,” said Ada Ek.")})
        )
        .unwrap();
    }
    put(dir, "many.jsonl", &lines);
    let corrections: String =
        (1..=120).step_by(2).map(|n| by_bo(&format!("drop/many.jsonl#{n}"))).collect();
    let (first, second) = (by_bo("x-2"), by_bo("x-2") + &corrections);
    let begin = |out: &str| {
        correct(dir, &first);
        assert_eq!(run(dir, "pipeline.toml", out, None, None), End::Through);
        correct(dir, &second);
    };
    begin("whole");
    assert_eq!(run(dir, "pipeline.toml", "whole", None, None), End::Through);
    let whole = promised(&dir.join("whole"));
    for point in POINTS {
        begin("killed");
        assert_eq!(
            run(dir, "pipeline.toml", "killed", Some(point), None),
            End::Killed,
            "{point} is never met"
        );
        assert_eq!(run(dir, "pipeline.toml", "killed", None, None), End::Through, "{point}");
        assert!(promised(&dir.join("killed")) == whole, "{point}");
        fs::remove_dir_all(dir.join("killed")).unwrap();
    }
}
