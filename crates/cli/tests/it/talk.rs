//! Help texts, streams, pipes and interrupts.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::program::{command, copydesk, copydesk_with_input, json_lines, workspace};

/// A slip of the hand costs nothing: no output folder is made, and the near miss is named.
#[test]
fn a_path_that_leads_nowhere_is_told_before_any_work() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("ferries")).unwrap();
    fs::write(dir.path().join("ferries/a.txt"), "A bridge opened in Ostrel.").unwrap();
    for wrong in ["feries", "ferries/b.txt"] {
        let ran = copydesk(dir.path(), &["run", "ferries", wrong]);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let near = if wrong == "feries" { "`ferries`" } else { "`ferries/a.txt`" };
        assert!(ran.stderr.contains(&format!("did you mean {near}?")), "{}", ran.stderr);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    for (args, expected) in [
        (&["rnu"][..], "unrecognized subcommand"),
        (&["run", "--wrokers", "2"], "--workers"),
        (&["run", "a.toml", "b.toml"], "two pipelines"),
        (&["run", "-i"], "unexpected argument"),
        (&["run", "--input", "-", "drop"], "standard input"),
        (&["show", "no-such-article"], "no file no-such-article"),
        (&["run", "nowhere"], "there is no file or folder `nowhere`; name the files"),
        (&["run", "--input", "nowhere/*.txt"], "nothing matches `nowhere/*.txt`"),
        (&["."], "`copydesk run .` reads it"),
        (&["init", "nowhere/pipeline.toml"], "the folder for it does not exist"),
        (&["report", "nowhere"], "nowhere: no output folder"),
        (&["run", "missing.toml"], "there is no such file"),
    ] {
        let ran = copydesk(dir.path(), args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
    }
}

/// A pipeline without a stage that writes a file of its own, in a folder that goes with the first value.
fn records_only() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.toml");
    let tables = [
        "[[source]]\nuse = \"files\"\npaths = [\".\"]",
        "[[stage]]\nuse = \"normalize\"",
        "[[sink]]\nuse = \"jsonl\"",
    ];
    fs::write(&path, format!("version = 1\n{}\n", tables.join("\n"))).unwrap();
    (dir, path.to_str().unwrap().to_owned())
}

#[test]
fn records_go_to_standard_output_and_talk_to_standard_error() {
    let dir = tempfile::tempdir().unwrap();
    let lines = "{\"id\": \"x\", \"text\": \"A bridge opened in Ostrel.\"}\n{\"id\": \"y\"}\n";
    let (_kept, pipeline) = records_only();
    let ran = copydesk_with_input(
        dir.path(),
        &["run", &pipeline, "--input", "-", "--output", "-"],
        lines.as_bytes(),
    );
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let records = json_lines(&ran.stdout);
    assert_eq!((records.len(), &records[0]["id"]), (1, &"x".into()));
    assert!(
        ran.stderr
            .lines()
            .any(|line| line.starts_with('{') && line.contains("copydesk.dead-letter/1"))
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "no folder is made");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let drop = workspace().join("examples/drop");
    let (_kept, pipeline) = records_only();
    let args = ["run", &pipeline, drop.to_str().unwrap(), "--output", "-"];
    let mut child =
        command(&workspace(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop_reader(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

fn drop_reader<R>(reader: Option<R>) {
    drop(reader);
}

#[test]
fn logs_can_be_json() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.txt"), "A bridge opened in Ostrel.").unwrap();
    copydesk(dir.path(), &["init"]);
    let ran = copydesk(dir.path(), &["run", "a.txt", "--log-format", "json"]);
    let events = json_lines(&ran.stderr);
    assert_eq!(events.last().unwrap()["message"], "run ended");
    assert_eq!(events.last().unwrap()["written"], 1);
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_what_is_in_flight() {
    let dir = tempfile::tempdir().unwrap();
    let (_kept, pipeline) = records_only();
    let mut child = command(dir.path(), &["run", &pipeline, "--input", "-", "--output", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{{\"id\": \"x\", \"text\": \"A bridge opened in Ostrel.\"}}").unwrap();
    input.flush().unwrap();
    // The record comes out although the input is still open; then the run waits for more.
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.contains("\"id\":\"x\""), "{line}");
    let interrupted =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let talk = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(130), "{talk}");
    assert!(talk.contains("interrupted: 1 article"), "{talk}");
}
