use std::fs;
use std::path::Path;

use serde_json::json;
use stage_api::Sink;

use crate::sample::{discarded, failed, open, unreadable, written};

fn letters(dir: &Path) -> Vec<serde_json::Value> {
    let lines = fs::read_to_string(dir.join("dead-letters.jsonl")).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_dead_letter_has_everything_to_try_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 1);
    folder.write(failed("a", 0xaa)).unwrap();
    folder.write(unreadable("b")).unwrap();
    folder.finish().unwrap();
    let origin = json!({"path": "a", "line": null, "member": null, "offset": null, "sha256": "aa".repeat(32)});
    let expected = json!({
        "schema": "copydesk.dead-letter/1", "id": "a", "origin": origin, "stage": "entity-tag",
        "stage_key": "key-of-it", "class": "panic", "message": "index \"5\" out of range", "attempts": 3,
        "payload": null,
    });
    let letters = letters(dir.path());
    assert_eq!((letters.len(), &letters[0]), (2, &expected));
    assert_eq!((&letters[1]["stage"], &letters[1]["class"]), (&json!(null), &json!("unreadable")));
}

#[test]
fn only_failures_that_stand_are_listed_each_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = open(dir.path(), 2);
    let outcomes = [
        failed("mended", 1),
        failed("twice", 2),
        failed("changed", 3),
        failed("dropped", 4),
        written("mended"),
        failed("twice", 2),
        failed("changed", 5),
        failed("changed", 3),
        discarded("dropped", "empty"),
    ];
    for outcome in outcomes {
        folder.write(outcome).unwrap();
    }
    folder.finish().unwrap();
    let listed: Vec<_> = letters(dir.path())
        .iter()
        .map(|letter| {
            (letter["id"].as_str().unwrap().to_owned(), letter["attempts"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(listed, [("twice".to_owned(), 6), ("changed".to_owned(), 3)]);
    assert_eq!(folder.total().failed, 7);
}

#[test]
fn no_failure_is_an_empty_file() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), 1).finish().unwrap();
    assert!(letters(dir.path()).is_empty());
}
