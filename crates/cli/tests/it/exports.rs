//! `copydesk export`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{command, copydesk, json_lines, workspace};

#[test]
fn the_sample_drop_as_tables_and_annotations() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let out = dir.join("out");
    let ran = copydesk(&workspace(), &["run", "--output", out.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let told = ran.stderr.lines().last().unwrap().to_owned();

    let quotations = copydesk(dir, &["export"]);
    assert_eq!((quotations.code, &*quotations.stderr), (Some(0), ""));
    let rows = quotations.stdout.lines().count() - 1;
    assert!(told.contains(&format!(" {rows} quotations ")), "{rows} rows, and {told}");

    let file = copydesk(dir, &["export", "out", "--what", "articles", "-o", "articles.csv"]);
    assert_eq!((file.code, &*file.stdout), (Some(0), ""));
    let articles = fs::read_to_string(dir.join("articles.csv")).unwrap();
    assert!(articles.starts_with("\u{feff}outlet,date,title,"));
    assert!(told.starts_with(&format!("{} articles", articles.lines().count() - 1)), "{told}");
    assert!(!dir.join("articles.csv.tmp").exists());

    let annotations = copydesk(dir, &["export", "--format", "w3c", "--what", "entities"]);
    let annotations = json_lines(&annotations.stdout);
    assert!(annotations.len() > 50);
    assert!(annotations.iter().all(|annotation| annotation["type"] == "Annotation"));
}

#[test]
fn what_cannot_be_exported_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let check = |args: &[&str], code: i32, says: &str| {
        let ran = copydesk(dir.path(), &[&["export"], args].concat());
        assert_eq!((ran.code, &*ran.stdout), (Some(code), ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    };
    check(&[], 2, "out: no output folder, or no run has finished in it yet");
    check(&["--since", "May 2023"], 2, "write it as 2023-02-06, 2023-02 or 2023");
    check(&["--until", "2023-1-13"], 2, "write it as 2023-02-06, 2023-02 or 2023");
    check(&["--until", "2023-13"], 2, "the calendar has no such day");
    check(&["--until", "2023-02-29"], 2, "the calendar has no such day");
    check(&["--what", "words"], 2, "[possible values: quotations, entities, articles]");
    fs::write(dir.path().join("ferry.txt"), "The ferry is late, Mira Holt said.").unwrap();
    assert_eq!(copydesk(dir.path(), &["run", "ferry.txt"]).code, Some(0));
    check(&["-o", "nowhere/a.csv"], 1, "nowhere/a.csv: ");
}

/// A reader that goes away is told nothing, and nothing is said of it.
#[test]
fn a_reader_may_stop() {
    let dir = tempfile::tempdir().unwrap();
    let line = "{\"text\": \"“The ferry is late,” Mira Holt said.\"}\n";
    let many: String = (0..400).map(|n| line.replace("late", &format!("{n} days late"))).collect();
    fs::write(dir.path().join("all.jsonl"), many).unwrap();
    assert_eq!(copydesk(dir.path(), &["run", "all.jsonl"]).code, Some(0));
    let mut child = command(dir.path(), &["export"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut header = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut header).unwrap();
    assert!(header.contains("quotation"));
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}
