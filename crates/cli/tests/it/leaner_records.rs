//! The sink `jsonl` told to write less, and smaller parts: every reader of the folder still works.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::kills::promised;
use crate::program::{copydesk, json_file, json_lines};

/// A folder with a drop of some articles and a pipeline whose sink has these settings.
fn prepared(dir: &Path, articles: usize, settings: &str) {
    let pipeline = format!(
        "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
         [[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"entity-tag\"\n\
         [[stage]]\nuse = \"quote-extract\"\n[[stage]]\nuse = \"summarize\"\n\
         [[stage]]\nuse = \"stories\"\n[[sink]]\nuse = \"jsonl\"\n{settings}\n\
         [[sink]]\nuse = \"report\"\n"
    );
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
    fs::create_dir_all(dir.join("drop")).unwrap();
    let mut lines = String::new();
    for n in 0..articles {
        let text = format!("Bridge {n} opened in Ostrel. “It will last,” said Ada Ek, the mayor.");
        writeln!(lines, "{{\"id\": \"bridge-{n}\", \"text\": \"{text}\"}}").unwrap();
    }
    fs::write(dir.join("drop/all.jsonl"), lines).unwrap();
}

/// The parts that count, by the manifest.
fn parts(out: &Path) -> Vec<Value> {
    json_file(&out.join("manifest.json"))["parts"].as_array().unwrap().clone()
}

fn runs(dir: &Path, args: &[&str]) -> String {
    let ran = copydesk(dir, args);
    assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
    ran.stdout
}

/// Whoever reads a folder.
fn readers_work(dir: &Path) {
    assert!(runs(dir, &["verify", "out"]).contains("sound"));
    runs(dir, &["show", "bridge-1"]);
    runs(dir, &["diff", "out", "out"]);
    runs(dir, &["report", "out"]);
}

#[test]
fn words_of_spans_are_put_back_by_readers() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    prepared(dir, 3, "omit = [\"span-texts\", \"sentences\"]");
    runs(dir, &["run"]);
    let record =
        &json_lines(&fs::read_to_string(dir.join("out/articles-00000000.jsonl")).unwrap())[1];
    assert!(record.get("sentences").is_none());
    let quotation = &record["quotations"][0];
    assert!(quotation.get("text").is_none() && quotation["speaker"].get("text").is_none());
    assert!(runs(dir, &["show", "bridge-1"]).contains("Ada Ek (the mayor): It will last,"));
    readers_work(dir);
}

#[test]
fn records_may_be_quotations_alone() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    prepared(dir, 3, "only = [\"quotations\"]");
    runs(dir, &["run"]);
    let record =
        &json_lines(&fs::read_to_string(dir.join("out/articles-00000000.jsonl")).unwrap())[1];
    let left: Vec<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "byline",
        "dek",
        "id",
        "language",
        "modified",
        "origin",
        "outlet",
        "published",
        "quotations",
        "revision",
        "schema",
        "story",
        "supersedes",
        "title",
        "url",
    ];
    assert_eq!(left, expected);
    assert_eq!(record["quotations"][0]["text"], "It will last,");
    readers_work(dir);
    let page = fs::read_to_string(dir.join("out/report/articles/00001.html")).unwrap();
    assert!(page.contains("It will last,"), "the quotation is told without the text");
}

#[test]
fn a_field_that_is_none_is_shown_where_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    prepared(dir, 0, "omit = [\"sentence\"]\nonly = [\"span-texts\"]");
    let ran = copydesk(dir, &["check"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.stderr, @r#"
    pipeline.toml:17:9: error: `omit` cannot be `sentence`
       |
    17 | omit = ["sentence"]
       |         ^^^^^^^^^^ expected `fields`, `text`, `span-texts`, `sentences`, `mentions`, `entities`, `quotations`, `turns`, `summary`, `keyphrases`, `annotations`, `values`, `layers`, `meta` or `notes`
       |
       = help: did you mean `"sentences"`?

    pipeline.toml:18:9: error: `only` cannot be `span-texts`
       |
    18 | only = ["span-texts"]
       |         ^^^^^^^^^^^^ expected `fields`, `text`, `sentences`, `mentions`, `entities`, `quotations`, `turns`, `summary`, `keyphrases`, `annotations`, `values`, `layers`, `meta` or `notes`

    2 mistakes in pipeline.toml
    "#);
}

#[test]
fn smaller_parts_hold_the_same_records() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    prepared(dir, 20, "part_size = \"8 KiB\"");
    runs(dir, &["run"]);
    let parts = parts(&dir.join("out"));
    assert!(parts.len() > 3, "{parts:?}");
    let mut whole = String::new();
    for (at, part) in parts.iter().enumerate() {
        let bytes = part["bytes"].as_u64().unwrap();
        assert!(at + 1 == parts.len() || (8 << 10..12 << 10).contains(&bytes), "{part}");
        whole += &fs::read_to_string(dir.join("out").join(part["file"].as_str().unwrap())).unwrap();
    }
    prepared(dir, 20, "");
    runs(dir, &["run", "--output", "one"]);
    assert!(whole == fs::read_to_string(dir.join("one/articles-00000000.jsonl")).unwrap());
    readers_work(dir);
}

#[test]
fn compressed_parts_hold_the_same_records_for_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    prepared(dir, 20, "part_size = \"8 KiB\"");
    runs(dir, &["run", "--output", "plain"]);
    let settings = "part_size = \"8 KiB\"\ncompression = \"zstd\"\n[[sink]]\nuse = \"sqlite\"";
    prepared(dir, 20, settings);
    runs(dir, &["run"]);
    let (plain, compressed) = (parts(&dir.join("plain")), parts(&dir.join("out")));
    let (open, closed) = compressed.split_last().unwrap();
    assert_eq!(Some(open), plain.last(), "the open part is plain");
    for (part, plain) in closed.iter().zip(&plain) {
        assert_eq!(part["file"], format!("{}.zst", plain["file"].as_str().unwrap()));
        assert_eq!(part["unpacked"], json!({"bytes": plain["bytes"], "sha256": plain["sha256"]}));
        assert!(part["bytes"].as_u64() < plain["bytes"].as_u64());
    }
    readers_work(dir);
    runs(dir, &["diff", "--exit-code", "plain", "out"]);
    assert!(runs(dir, &["search", "out", "Ostrel"]).contains("bridge-"));
    assert_eq!(runs(dir, &["export", "out"]), runs(dir, &["export", "plain"]));
    for folder in ["out", "plain"] {
        let again = format!("{folder}-again");
        runs(dir, &["run", folder, "--from", "summarize", "--output", &again]);
    }
    assert!(promised(&dir.join("out-again")) == promised(&dir.join("plain-again")));
}
