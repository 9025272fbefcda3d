//! The sample drop with the shipped pipeline.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{assert_sound, copydesk, json_file, records, workspace};

/// Runs the shipped pipeline over the sample drop into `out`.
fn run(out: &Path, more: &[&str]) -> crate::program::Ran {
    let args = [&["run", "--output", out.to_str().unwrap()], more].concat();
    copydesk(&workspace(), &args)
}

#[test]
fn every_article_is_written_and_every_kind_of_annotation_is_seen() {
    let out = tempfile::tempdir().unwrap();
    let ran = run(out.path(), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, "", "a run into a folder has no data for standard output");
    let records = records(out.path());
    assert!(records.len() >= 12);
    records.iter().for_each(assert_sound);
    let some = |key: &str| {
        let full = |record: &Value| record[key].as_array().is_some_and(|rows| !rows.is_empty());
        assert!(records.iter().any(full), "no article has `{key}`");
    };
    for layer in [
        "sentences",
        "mentions",
        "entities",
        "quotations",
        "turns",
        "summary",
        "keyphrases",
        "notes",
    ] {
        some(layer);
    }
    let quotations: Vec<&Value> =
        records.iter().filter_map(|record| record["quotations"].as_array()).flatten().collect();
    for kind in ["direct", "mixed", "indirect"] {
        assert!(
            quotations.iter().any(|quotation| quotation["kind"] == kind),
            "no {kind} quotation"
        );
    }
    assert!(
        quotations.iter().any(|quotation| quotation["part_of"].is_u64()),
        "no quotation in parts"
    );
}

#[test]
fn the_folder_says_what_became_of_every_article() {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &[]);
    let run_json = json_file(&out.path().join("run.json"));
    let counts = &run_json["run"];
    let count = |key: &str| counts[key].as_u64().unwrap();
    assert_eq!(count("read"), count("written") + count("discarded") + count("failed"));
    assert_eq!(run_json["total"], run_json["run"]);
    let manifest = json_file(&out.path().join("manifest.json"));
    assert_eq!(manifest["schema"], "copydesk.manifest/1");
    assert_eq!(manifest["parts"][0]["records"].as_u64().unwrap(), count("written"));
    assert_eq!(fs::read_to_string(out.path().join("dead-letters.jsonl")).unwrap(), "");
    // What the folder keeps as its configuration is a pipeline that can be checked again.
    let kept = out.path().join("configuration.toml");
    let checked = copydesk(&workspace(), &["check", kept.to_str().unwrap()]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
}

#[test]
fn workers_change_no_byte() {
    let outputs = ["1", "2", "5"].map(|workers| {
        let out = tempfile::tempdir().unwrap();
        run(out.path(), &["--workers", workers]);
        ["articles-00000000.jsonl", "manifest.json"]
            .map(|file| fs::read(out.path().join(file)).unwrap())
    });
    assert!(outputs[0] == outputs[1] && outputs[1] == outputs[2]);
}

#[test]
fn the_same_command_again_does_only_what_is_new_or_corrected() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::create_dir_all(dir.path().join("drop")).unwrap();
        fs::write(dir.path().join("drop").join(name), text).unwrap();
    };
    let run = || copydesk(dir.path(), &["run", "drop"]);
    write("a.txt", "The mill at Ostrel burned down on Monday, the mayor said.");
    assert_eq!(run().code, Some(0));
    let first = fs::read(dir.path().join("out/articles-00000000.jsonl")).unwrap();

    let again = run();
    assert!(again.stderr.contains("0 articles (1 unchanged)"), "{}", again.stderr);
    assert_eq!(fs::read(dir.path().join("out/articles-00000000.jsonl")).unwrap(), first);

    write("a.txt", "The mill at Ostrel burned down on Tuesday, the mayor said.");
    write("b.txt", "A bridge opened in Ostrel.");
    assert_eq!(run().code, Some(0));
    let records = records(&dir.path().join("out"));
    let seen: Vec<Value> =
        records.iter().map(|record| json!([record["id"], record["revision"]])).collect();
    assert_eq!(
        seen,
        [json!(["drop/a.txt", 1]), json!(["drop/a.txt", 2]), json!(["drop/b.txt", 1])]
    );
    assert_eq!(records[1]["supersedes"], records[0]["origin"]["sha256"]);
}

/// A file that was cut short once and put back stayed listed as a dead letter for ever.
#[test]
fn a_dead_letter_is_settled_when_the_file_is_whole_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, b"The mill at Ostrel burned down on Monday.").unwrap();
    let whole = gzip.finish().unwrap();
    let path = dir.path().join("a.txt.gz");
    let run = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let ran = copydesk(dir.path(), &["run", "a.txt.gz"]);
        let letters = fs::read_to_string(dir.path().join("out/dead-letters.jsonl")).unwrap();
        (ran.code, letters.lines().count(), records(&dir.path().join("out")).len())
    };
    assert_eq!(run(&whole), (Some(0), 0, 1));
    assert_eq!(run(&whole[..whole.len() / 2]), (Some(3), 1, 1));
    assert_eq!(run(&whole), (Some(0), 0, 1), "settled, and not written again");
    assert_eq!(run(&whole), (Some(0), 0, 1));
}

/// `copydesk run .` in a drop writes `out` into it; the next run took its own records for articles.
#[test]
fn an_output_folder_inside_the_drop_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("a.txt"),
        "The mill at Ostrel burned down on Monday, the mayor said.",
    )
    .unwrap();
    for expected in ["1 article,", "0 articles (1 unchanged),", "0 articles (1 unchanged),"] {
        let ran = copydesk(dir.path(), &["run", "."]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

#[test]
fn another_configuration_is_a_new_generation_and_the_manifest_switches() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("drop")).unwrap();
    let text =
        "A bridge opened in Ostrel. It is long. It was paid for by the town. Boats pass under it.";
    fs::write(dir.path().join("drop/a.txt"), text).unwrap();
    copydesk(dir.path(), &["init"]);
    let parts = || {
        let manifest = json_file(&dir.path().join("out/manifest.json"));
        manifest["parts"][0]["file"].as_str().unwrap().to_owned()
    };
    assert_eq!(copydesk(dir.path(), &["run", "drop"]).code, Some(0));
    assert_eq!(parts(), "articles-00000000.jsonl");
    let pipeline = fs::read_to_string(dir.path().join("pipeline.toml")).unwrap();
    fs::write(dir.path().join("pipeline.toml"), pipeline.replace("sentences = 3", "sentences = 1"))
        .unwrap();
    let ran = copydesk(dir.path(), &["run", "drop"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(parts(), "gen-1/articles-00000000.jsonl");

    // A third configuration whose sources lack an article stops before any work.
    fs::write(dir.path().join("pipeline.toml"), pipeline.replace("sentences = 3", "sentences = 2"))
        .unwrap();
    fs::create_dir(dir.path().join("other")).unwrap();
    fs::write(dir.path().join("other/b.txt"), "A mill burned down.").unwrap();
    let lacking = copydesk(dir.path(), &["run", "other"]);
    assert_eq!(lacking.code, Some(2), "{}", lacking.stderr);
    assert!(
        lacking.stderr.contains("has 1 article that this run does not read"),
        "{}",
        lacking.stderr
    );
    assert_eq!(parts(), "gen-1/articles-00000000.jsonl");
    // Moved is not lost, and `--fresh` may lose.
    fs::rename(dir.path().join("drop/a.txt"), dir.path().join("other/a.txt")).unwrap();
    assert_eq!(copydesk(dir.path(), &["run", "other"]).code, Some(0));
    assert_eq!(parts(), "gen-2/articles-00000000.jsonl");
    assert_eq!(copydesk(dir.path(), &["run", "other/b.txt", "--fresh"]).code, Some(0));
    assert_eq!(parts(), "gen-3/articles-00000000.jsonl");
}

#[test]
fn show_draws_what_was_found() {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &[]);
    let records = records(out.path());
    let record = records
        .iter()
        .find(|record| record["quotations"].as_array().is_some_and(|q| !q.is_empty()))
        .unwrap();
    let id = record["id"].as_str().unwrap();
    let shown = copydesk(&workspace(), &["show", id, "--output", out.path().to_str().unwrap()]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    for expected in ["^^", "Entities", "Quotations", "Summary", "cue", "speaker"] {
        assert!(shown.stdout.contains(expected), "no `{expected}` in\n{}", shown.stdout);
    }
    let after = copydesk(
        &workspace(),
        &["show", "examples/drop/harbour-post-accord.txt", "--after", "normalize"],
    );
    assert_eq!(after.code, Some(0), "{}", after.stderr);
    assert!(!after.stdout.contains("^^"), "nothing was tagged yet\n{}", after.stdout);
    let pasted = "“The bell is back,” Mira Holt said.";
    let pasted =
        crate::program::copydesk_with_input(&workspace(), &["show", "-"], pasted.as_bytes());
    insta::assert_snapshot!(pasted.stdout);
}

#[test]
fn a_dry_run_draws_the_first_articles_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let drop = workspace().join("examples/drop");
    let ran = copydesk(dir.path(), &["run", drop.to_str().unwrap(), "--dry-run", "2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("^^"), "{}", ran.stdout);
    assert!(ran.stderr.contains("2 articles"), "{}", ran.stderr);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
