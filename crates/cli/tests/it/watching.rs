//! `run --watch`: what settles in a folder is taken, run after run, until somebody stops it; and what a run
//! tells of itself meanwhile.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::program::{command, copydesk, json_file, records};

/// A time long past, and one that no test sees.
const PAST: u64 = 1_700_000_000;
const FUTURE: u64 = 9_000_000_000;

/// Puts a file into the drop as a program does that writes elsewhere and renames it, long finished.
fn put(dir: &Path, name: &str, text: &str) {
    put_changed(dir, name, text, PAST);
}

/// As [`put`], a file changed so many seconds after 1970; what changes in the future has not settled.
fn put_changed(dir: &Path, name: &str, text: &str, seconds: u64) {
    let (aside, path) = (dir.join(name), dir.join("drop").join(name));
    fs::write(&aside, text).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    File::options().write(true).open(&aside).unwrap().set_modified(changed).unwrap();
    fs::rename(aside, path).unwrap();
}

/// Writes a pipeline of these stages; others are another configuration.
fn write_pipeline(dir: &Path, stages: &str) {
    let head = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n";
    fs::write(dir.join("pipeline.toml"), format!("{head}{stages}")).unwrap();
}

const ONE_STAGE: &str = "[[stage]]\nuse = \"normalize\"\n";
const TWO_STAGES: &str = "[[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"summarize\"\n";

/// Starts `run --watch`, as `with` changes it; returns it and what it says.
#[cfg(unix)]
fn watch(dir: &Path, with: impl FnOnce(&mut Command)) -> (Child, BufReader<ChildStderr>) {
    let mut run = command(dir, &["run", "--watch"]);
    run.stdout(Stdio::null()).stderr(Stdio::piped());
    with(&mut run);
    let mut child = run.spawn().unwrap();
    let talk = BufReader::new(child.stderr.take().unwrap());
    (child, talk)
}

/// Reads what the program says until a run has ended.
#[cfg(unix)]
fn wait_for_run(talk: &mut BufReader<ChildStderr>) -> String {
    let mut said = String::new();
    while !said.contains("records in out") {
        assert!(talk.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    said
}

#[cfg(unix)]
fn interrupt(child: &mut Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_watched_folder_is_taken_as_it_fills() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    fs::write(
        dir.join("pipeline.toml"),
        format!(
            "version = 1\n[run]\nmetrics = \"{port}\"\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
             [[stage]]\nuse = \"normalize\"\n"
        ),
    )
    .unwrap();
    put(dir, "a.txt", "Rain fell on Ostrel.");
    put(dir, "z.txt~", "An editor's own copy.");
    let (mut child, mut talk) = watch(dir, |_| {});
    wait_for_run(&mut talk);
    put(dir, "b.txt", "Snow fell on Ostrel.");
    let said = wait_for_run(&mut talk);
    assert!(said.contains("1 article (1 unchanged)"), "{said}");

    let mut asker = TcpStream::connect(port).unwrap();
    asker.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").unwrap();
    let mut told = String::new();
    asker.read_to_string(&mut told).unwrap();
    for line in [
        "copydesk_articles_total 3",
        "copydesk_in_flight_bytes 0",
        "copydesk_stage_articles_total{stage=\"normalize\",what=\"kept\"} 1",
        "copydesk_stage_call_seconds_bucket{stage=\"normalize\",le=\"+Inf\"} 1",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} in {told}");
    }

    interrupt(&mut child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let ids: Vec<_> = records(&dir.join("out")).iter().map(|r| r["id"].to_string()).collect();
    assert_eq!(ids, ["\"drop/a.txt\"", "\"drop/b.txt\""]);
}

/// Reads what the program says until it says this.
#[cfg(unix)]
fn wait_for(talk: &mut BufReader<ChildStderr>, words: &str) {
    let mut said = String::new();
    while !said.contains(words) {
        assert!(talk.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_waited_for() {
    if !cfg!(debug_assertions) {
        return; // release builds have no full disk at hand
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    write_pipeline(dir, ONE_STAGE);
    put(dir, "a.txt", "Rain fell on Ostrel.");
    let (mut child, mut talk) = watch(dir, |run| {
        run.env("COPYDESK_FULL", dir.join("full"));
    });
    wait_for_run(&mut talk);
    fs::write(dir.join("full"), "").unwrap();
    put(dir, "b.txt", "Snow fell on Ostrel.");
    wait_for(&mut talk, "everything committed is kept; waiting for space");
    assert_eq!(records(&dir.join("out")).len(), 1);
    fs::remove_file(dir.join("full")).unwrap();
    let said = wait_for_run(&mut talk);
    assert!(said.contains("1 article (1 unchanged)"), "{said}");
    interrupt(&mut child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(records(&dir.join("out")).len(), 2);
    assert_eq!(copydesk(dir, &["verify", "out"]).code, Some(0));
}

#[test]
fn a_new_configuration_loses_nothing_that_watching_never_takes() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    put(dir, "a.txt", "Rain fell on Ostrel.");
    put(dir, "b.tmp", "Snow fell on Ostrel.");
    write_pipeline(dir, ONE_STAGE);
    assert_eq!(copydesk(dir, &["run"]).code, Some(0));
    let manifest = fs::read(dir.join("out/manifest.json")).unwrap();
    write_pipeline(dir, TWO_STAGES);
    let ran = copydesk(dir, &["run", "--watch"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("has 1 article that this run does not read"), "{}", ran.stderr);
    assert_eq!(fs::read(dir.join("out/manifest.json")).unwrap(), manifest);
}

#[cfg(unix)]
#[test]
fn a_new_configuration_is_shown_once_everything_has_settled() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    put(dir, "a.txt", "Rain fell on Ostrel.");
    put_changed(dir, "b.txt", "Snow fell on Ostrel.", FUTURE);
    write_pipeline(dir, ONE_STAGE);
    assert_eq!(copydesk(dir, &["run"]).code, Some(0));
    let manifest = fs::read(dir.join("out/manifest.json")).unwrap();
    write_pipeline(dir, TWO_STAGES);
    let (mut child, mut talk) = watch(dir, |_| {});
    let said = wait_for_run(&mut talk);
    assert!(said.contains("1 article"), "{said}");
    assert_eq!(fs::read(dir.join("out/manifest.json")).unwrap(), manifest);
    put(dir, "b.txt", "Snow fell on Ostrel.");
    wait_for_run(&mut talk);
    interrupt(&mut child);
    child.wait().unwrap();
    assert_eq!(json_file(&dir.join("out/manifest.json"))["parts"][0]["records"], 2);
    assert_ne!(fs::read(dir.join("out/manifest.json")).unwrap(), manifest);
}

#[test]
fn watching_needs_folders_on_both_sides() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("drop")).unwrap();
    for args in [
        ["run", "--watch", "drop", "--output", "-"],
        ["run", "--watch", "--input", "-", "--workers"],
    ] {
        let args: Vec<&str> =
            args.into_iter().chain((args[4] == "--workers").then_some("1")).collect();
        let ran = copydesk(dir.path(), &args);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn corrections_are_taken_as_they_come_and_a_mistake_in_them_waits() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    write_pipeline(
        dir,
        "[[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"entity-tag\"\n[[stage]]\nuse = \"quote-extract\"\n",
    );
    put(dir, "a.txt", "Rain fell on Ostrel. “It is wet,” said Ada Ek.");
    put(dir, "b.txt", "Snow fell on Ostrel. “It is white,” said Ada Ek.");
    let (mut child, mut talk) = watch(dir, |_| {});
    wait_for_run(&mut talk);
    let line = r#"{"article": "drop/b.txt", "quotation": "It is white,", "speaker": "Bo Lind"}"#;
    fs::write(dir.join("corrections.jsonl"), line).unwrap();
    let said = wait_for_run(&mut talk);
    assert!(said.contains("1 article (1 unchanged)"), "{said}");
    fs::write(dir.join("corrections.jsonl"), "{").unwrap();
    let said = wait_for_run(&mut talk);
    assert!(said.contains("corrections.jsonl:1:") && said.contains("(2 unchanged)"), "{said}");
    fs::remove_file(dir.join("corrections.jsonl")).unwrap();
    let said = wait_for_run(&mut talk);
    assert!(said.contains("1 article (1 unchanged)"), "{said}");
    interrupt(&mut child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let records = records(&dir.join("out"));
    let by = |at: usize| records[at]["quotations"][0]["speaker"]["name"].as_str().unwrap();
    assert_eq!([by(1), by(2), by(3)], ["Ada Ek", "Bo Lind", "Ada Ek"]);
}
