//! `copydesk test`.

use std::fs;
use std::path::Path;

use crate::program::copydesk;

const PIPELINE: &str = "\
version = 1
[[source]]
use = \"files\"
paths = [\"drop\"]
[[stage]]
use = \"normalize\"
[[stage]]
use = \"entity-tag\"
[[stage]]
use = \"quote-extract\"
";

/// A folder with a pipeline and these cases.
fn folder(cases: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("pipeline.toml"), PIPELINE).unwrap();
    fs::create_dir(dir.path().join("drop")).unwrap();
    fs::create_dir(dir.path().join("cases")).unwrap();
    for (name, text) in cases {
        fs::write(dir.path().join("cases").join(name), text).unwrap();
    }
    dir
}

const FERRY: &str =
    "Mira Holt met Bram Osterly in Ostrel.\n\n“The bell is back,” Mira Holt said.\n";

fn expectation(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(format!("cases/{name}.expected.json"))).unwrap()
}

#[test]
fn what_was_kept_is_what_is_found_again() {
    let dir = folder(&[
        ("ferry.txt", FERRY),
        ("empty.txt", ""),
        ("two.jsonl", "{\"id\": \"a\", \"text\": \"A bridge opened.\"}\n{\"text\": \"\"}\n"),
    ]);
    let without = copydesk(dir.path(), &["test"]);
    assert_eq!(without.code, Some(1));
    assert!(without.stdout.contains("there is no ferry.txt.expected.json"), "{}", without.stdout);
    let update = copydesk(dir.path(), &["test", "--update"]);
    assert_eq!(update.code, Some(0), "{}", update.stderr);
    assert!(update.stderr.contains("3 cases: 3 written"), "{}", update.stderr);
    insta::assert_snapshot!(expectation(dir.path(), "ferry.txt"));
    insta::assert_snapshot!(expectation(dir.path(), "empty.txt"), @r#"
    {
      "id": "empty.txt",
      "discarded": "empty"
    }
    "#);
    assert!(expectation(dir.path(), "two.jsonl").starts_with("[\n{\n  \"id\": \"a\""));
    for args in [&["test"][..], &["test", "--update"], &["test", "pipeline.toml"]] {
        let again = copydesk(dir.path(), args);
        assert_eq!(again.code, Some(0), "{}{}", again.stdout, again.stderr);
        assert_eq!(again.stdout, "ok       empty.txt\nok       ferry.txt\nok       two.jsonl\n");
        assert!(again.stderr.contains("3 cases: all as expected"), "{}", again.stderr);
    }
}

#[test]
fn differences_are_drawn_under_the_text() {
    let dir = folder(&[("ferry.txt", FERRY)]);
    copydesk(dir.path(), &["test", "--update"]);
    let path = dir.path().join("cases/ferry.txt.expected.json");
    let expected = expectation(dir.path(), "ferry.txt")
        .replace(
            "\"start\": 0, \"end\": 9, \"text\": \"Mira Holt\"",
            "\"start\": 0, \"end\": 4, \"text\": \"Mira\"",
        )
        .replace(
            "    {\"start\": 14, \"end\": 26",
            "    {\"start\": 27, \"end\": 29, \"text\": \"in\"},\n    {\"start\": 14, \"end\": 26",
        )
        .replace("\"kind\": \"direct\"", "\"kind\": \"mixed\"")
        .replace("\"title\": null", "\"title\": \"A bell\"");
    fs::write(&path, &expected).unwrap();
    let ran = copydesk(dir.path(), &["test"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.stdout, @r"
    differs  ferry.txt
    Mira Holt met Bram Osterly in Ostrel.
    ^^^^^^^^^ ~ mentions “Mira” → “Mira Holt”
                               ^^ - mentions
    “The bell is back,” Mira Holt said.
     ^^^^^^^^^^^^^^^^^ ~ quotations kind: mixed → direct
    - title: A bell
    ");

    // What an expectation does not speak of is not compared, and stays so.
    fs::write(&path, r#"{"id": "ferry.txt", "language": "en", "quotations": []}"#).unwrap();
    let ran = copydesk(dir.path(), &["test"]);
    insta::assert_snapshot!(ran.stdout, @r"
    differs  ferry.txt (not compared: byline, dek, entities, mentions, meta, modified, notes, outlet, published, sentences, text, title, turns, url, values)
    …
    “The bell is back,” Mira Holt said.
     ^^^^^^^^^^^^^^^^^ + quotations cue said, direct, speaker Mira Holt (per:mira-holt, name)
    ");
    assert_eq!(copydesk(dir.path(), &["test", "--update"]).code, Some(0));
    let kept = expectation(dir.path(), "ferry.txt");
    assert!(!kept.contains("mentions") && kept.contains("The bell is back"), "{kept}");
    assert_eq!(copydesk(dir.path(), &["test"]).code, Some(0));
}

#[test]
fn another_text_or_outcome_is_said_first() {
    let dir = folder(&[("ferry.txt", FERRY)]);
    copydesk(dir.path(), &["test", "--update"]);
    fs::write(
        dir.path().join("cases/ferry.txt"),
        FERRY.replace("Mira Holt met", "On Monday Mira Holt met"),
    )
    .unwrap();
    insta::assert_snapshot!(copydesk(dir.path(), &["test"]).stdout, @r"
    differs  ferry.txt
    ~ text differs from line 1
      - Mira Holt met Bram Osterly in Ostrel.
      + On Monday Mira Holt met Bram Osterly in Ostrel.
    - sentences Mira Holt met Bram Osterly in Ostrel.
    + sentences On Monday Mira Holt met Bram Osterly in Ostrel.
    + mentions Monday  value, DATE
    ");
    fs::write(dir.path().join("cases/ferry.txt"), "").unwrap();
    insta::assert_snapshot!(copydesk(dir.path(), &["test"]).stdout, @r"
    differs  ferry.txt
    + discarded: empty
    ");
    fs::write(dir.path().join("cases/ferry.txt"), b"%PDF-1.4 \x00\x01\x02").unwrap();
    insta::assert_snapshot!(copydesk(dir.path(), &["test"]).stdout, @r"
    differs  ferry.txt
    + failed: it looks like a PDF; copydesk reads text, HTML, JSON Lines, Parquet, WARC, feeds and mail
    ");
    fs::remove_file(dir.path().join("cases/ferry.txt")).unwrap();
    let lone = copydesk(dir.path(), &["test"]);
    assert_eq!(
        (lone.code, lone.stdout.as_str()),
        (Some(1), "lone     ferry.txt.expected.json: there is no such article in cases\n")
    );
}

#[test]
fn what_is_no_case_is_refused() {
    let dir = folder(&[]);
    let none = copydesk(dir.path(), &["test"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("no cases in cases; put articles there"), "{}", none.stderr);
    for (json, part) in [("{", "EOF"), ("3", "not an object"), ("{}", "missing field `id`")] {
        let dir = folder(&[("a.txt", "Rain fell."), ("a.txt.expected.json", json)]);
        let ran = copydesk(dir.path(), &["test"]);
        assert_eq!(ran.code, Some(2), "{json}");
        assert!(
            ran.stderr.contains(part) && ran.stderr.contains("a.txt.expected.json"),
            "{}",
            ran.stderr
        );
    }
}
