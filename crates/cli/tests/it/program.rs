//! Starting the program and reading what it did.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command in the folder `dir`, away from the environment's settings.
pub(crate) fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(args).current_dir(dir).env_remove("COPYDESK_LOG").env("NO_COLOR", "1");
    command
}

pub(crate) fn copydesk(dir: &Path, args: &[&str]) -> Ran {
    copydesk_with_input(dir, args, b"")
}

pub(crate) fn copydesk_with_input(dir: &Path, args: &[&str], input: &[u8]) -> Ran {
    let streams = [Stdio::piped(), Stdio::piped(), Stdio::piped()];
    let [stdin, stdout, stderr] = streams;
    let mut child = command(dir, args).stdin(stdin).stdout(stdout).stderr(stderr).spawn().unwrap();
    // The inputs of these tests fit into the pipe, or the program reads all of them before it answers.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What a command that must end well says.
pub(crate) fn ok(dir: &Path, args: &[&str]) -> String {
    let ran = copydesk(dir, args);
    assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
    ran.stderr
}

/// A command line that is wrong is told so.
pub(crate) fn refused(dir: &Path, args: &[&str], says: &str) {
    let ran = copydesk(dir, args);
    assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
    assert!(ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
}

/// The workspace, whose `pipeline.toml` and sample drop are what users start with.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Lines of JSON.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of an output folder with one part.
pub(crate) fn records(dir: &Path) -> Vec<Value> {
    json_lines(&fs::read_to_string(dir.join("articles-00000000.jsonl")).unwrap())
}

/// A file of an output folder as JSON.
pub(crate) fn json_file(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What holds for every record: each `text` beside offsets is that slice of the text, and
/// references lead somewhere.
pub(crate) fn assert_sound(record: &Value) {
    let text: Vec<char> = record["text"].as_str().unwrap().chars().collect();
    assert_slices(record, &text, record["id"].as_str().unwrap());
    let empty = Vec::new();
    let list = |key: &str| record[key].as_array().unwrap_or(&empty).clone();
    let (mentions, entities, quotations) = (list("mentions"), list("entities"), list("quotations"));
    for mention in &mentions {
        if let Some(entity) = mention["entity"].as_u64() {
            assert!((entity as usize) < entities.len());
        }
    }
    for quotation in &quotations {
        for mark in quotation["marked"].as_array().unwrap() {
            assert!(mark["start"].as_u64() >= quotation["start"].as_u64());
            assert!(mark["end"].as_u64() <= quotation["end"].as_u64());
        }
        if let Some(first) = quotation["part_of"].as_u64() {
            assert_eq!(quotations[first as usize]["part_of"].as_u64(), Some(first));
        }
    }
    let mut named: Vec<_> =
        mentions.iter().filter(|m| m["kind"] == "name" || m["kind"] == "value").collect();
    named.sort_by_key(|mention| mention["start"].as_u64());
    assert!(
        named.windows(2).all(|pair| pair[0]["end"].as_u64() <= pair[1]["start"].as_u64()),
        "names overlap"
    );
}

fn assert_slices(value: &Value, text: &[char], id: &str) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| assert_slices(value, text, id)),
        Value::Object(fields) => {
            if let (Some(start), Some(end), Some(words)) =
                (value["start"].as_u64(), value["end"].as_u64(), value["text"].as_str())
            {
                let slice: String = text[start as usize..end as usize].iter().collect();
                assert_eq!(slice, words, "{id}: {start}..{end}");
            }
            fields.values().for_each(|value| assert_slices(value, text, id));
        }
        _ => {}
    }
}
