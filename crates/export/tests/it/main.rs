//! Exports of small folders, made by hand.
//!
//! - `tables`: CSV: rows, cells, filters.
//! - `annotations`: the W3C data model, what it requires and what we say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod annotations;
mod tables;

use std::fs;
use std::path::Path;

use export::{Filter, Format, What};
use serde_json::{Value, json};
use sha2::Digest;

/// A record with these layers, as its keys and values.
fn record(id: &str, layers: Value) -> Value {
    let mut record = json!({
        "schema": "copydesk.article/1", "id": id, "revision": 1, "supersedes": null,
        "origin": {"path": "drop/a.txt", "line": null, "member": null, "offset": null, "sha256": ""},
    });
    let Value::Object(layers) = layers else { panic!("layers are an object") };
    record.as_object_mut().unwrap().extend(layers);
    record
}

/// An article with a quotation in two parts, one by nobody known, and names.
fn bridge() -> Value {
    record(
        "bridge",
        json!({
            "title": "=A bridge", "published": "2023-02-06", "outlet": "The Bell", "language": "en",
            "url": "https://bell.example/bridge#top", "story": "s1", "byline": ["Ann Lund", "Bo Lund"],
            "text": "Ostrel – A “good” day.\n\n“It will last,” said Ada Ek, the mayor. “We tried it.” “It will last,” a boy sang.",
            "sentences": [
                {"start": 0, "end": 22}, {"start": 24, "end": 63}, {"start": 64, "end": 78}, {"start": 79, "end": 106},
            ],
            "mentions": [
                {"start": 0, "end": 6, "text": "Ostrel", "kind": "name", "label": "LOC", "entity": 0, "score": 0.9},
                {"start": 45, "end": 51, "text": "Ada Ek", "kind": "name", "label": "PER", "entity": 1, "score": 0.9},
            ],
            "entities": [
                {"id": 0, "key": "loc:ostrel", "name": "Ostrel", "label": "LOC", "country": null, "mentions": [0]},
                {"id": 1, "key": "per:ada-ek", "name": "Ada Ek", "label": "PER", "country": null, "mentions": [1]},
            ],
            "quotations": [
                {"id": 0, "start": 25, "end": 38, "text": "It will last,", "kind": "direct", "marked": [], "part_of": 0,
                 "cue": {"start": 40, "end": 44, "text": "said"}, "negated": false, "score": 0.97,
                 "speaker": {"start": 45, "end": 51, "text": "Ada Ek", "via": "name", "entity": 1, "name": "Ada Ek", "role": "mayor"}},
                {"id": 1, "start": 65, "end": 77, "text": "We tried it.", "kind": "direct", "marked": [], "part_of": 0,
                 "cue": null, "negated": false, "score": 0.97, "speaker": null},
                {"id": 2, "start": 80, "end": 93, "text": "It will last,", "kind": "direct", "marked": [], "part_of": null,
                 "cue": {"start": 101, "end": 105, "text": "sang"}, "negated": false, "score": 0.5, "speaker": null},
            ],
            "summary": [{"start": 0, "end": 22, "text": "Ostrel – A “good” day.", "score": 0.5}],
            "keyphrases": [{"text": "bridge", "score": 0.5}, {"text": "-day", "score": 0.4}],
        }),
    )
}

fn story() -> Value {
    json!({
        "schema": "copydesk.story/1", "id": "s1", "articles": ["bridge"],
        "people": [{"key": "per:ada-maria-ek", "keys": ["per:ada-ek"], "name": "Ada Maria Ek", "articles": ["bridge"]}],
        "names": [{"key": "loc:ostrel-upon-tarn", "keys": ["loc:ostrel"], "name": "Ostrel upon Tarn", "articles": ["bridge"]}],
    })
}

fn lines(values: &[Value]) -> String {
    values.iter().flat_map(|value| [value.to_string(), "\n".to_owned()]).collect()
}

/// The SHA-256 digest of a part, in hexadecimal.
fn digest(part: &str) -> String {
    let digest: [u8; 32] = sha2::Sha256::digest(part).into();
    document::Sha256(digest).to_string()
}

fn write_folder(dir: &Path, records: &[Value], stories: &[Value]) {
    let part = lines(records);
    fs::write(dir.join("articles-00000000.jsonl"), &part).unwrap();
    fs::write(dir.join("stories.jsonl"), lines(stories)).unwrap();
    let manifest = json!({
        "schema": "copydesk.manifest/1", "configuration": "",
        "stories": {"file": "stories.jsonl", "sha256": ""},
        "parts": [{"file": "articles-00000000.jsonl", "records": records.len(), "bytes": part.len(), "sha256": digest(&part)}],
    });
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
}

/// What an export of a folder with these records says, and how many rows it counts.
fn exported(records: &[Value], what: What, format: Format, filter: &Filter) -> (String, u64) {
    let dir = tempfile::tempdir().unwrap();
    write_folder(dir.path(), records, &[story()]);
    let mut out = Vec::new();
    let count = export::export(dir.path(), what, format, filter, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), count)
}
