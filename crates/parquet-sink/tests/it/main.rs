//! Parquet files of small folders, made by hand.
//!
//! - `content`: every field of every record, in both layouts, and the schema as it stands.
//! - `following`: parts that grow, another generation, other layouts, files that are not whole.
//! - `rows`: reading files back as JSON, and holding that against records.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod content;
mod following;
mod rows;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A record in which everything is said.
fn full() -> Value {
    json!({
        "schema": "copydesk.article/1", "id": "bridge", "revision": 2, "supersedes": "0f".repeat(32), "offsets": "utf16",
        "origin": {"path": "drop/a.jsonl", "line": 3, "member": 1, "offset": 4096, "sha256": "ab".repeat(32)},
        "title": "A bridge", "dek": "It opened", "byline": ["Ann Lund", "Bo Lund"], "published": "2023-02-06T08:00:00Z",
        "modified": "2023-02-07", "outlet": "The Bell", "url": "https://bell.example/bridge", "language": "en",
        "fields": {"title": {"from": "json-ld", "confidence": 0.99}, "outlet": {"from": "sidecar", "confidence": 1.0}},
        "text": "“It will last,” said Ada Ek in Ostrel to Bo on Monday.", "sentences": [{"start": 0, "end": 54}],
        "mentions": [
            {"start": 21, "end": 27, "text": "Ada Ek", "kind": "name", "label": "PER", "entity": 0, "value": null, "score": 0.98},
            {"start": 47, "end": 53, "text": "Monday", "kind": "value", "label": "DATE", "entity": null, "value": "2023-02-06", "score": 1.0},
            {"start": null, "end": null, "text": null, "kind": "value", "label": "MONEY", "entity": null,
             "value": {"currency": "USD", "amount": "2"}, "score": null},
        ],
        "entities": [
            {"id": 0, "key": "per:ada-ek", "name": "Ada Ek", "label": "PER", "country": null, "mentions": [0], "corrected": true},
            {"id": 1, "key": "nu", "name": "Niue", "label": "LOC", "country": "NU", "mentions": []},
        ],
        "quotations": [
            {"id": 0, "start": 1, "end": 14, "raw_start": 3, "raw_end": 16, "text": "It will last,", "kind": "mixed",
             "marked": [{"start": 1, "end": 3}, {"start": 4, "end": 14}], "part_of": 0,
             "cue": {"start": 16, "end": 20, "text": "said"},
             "speaker": {"start": 21, "end": 27, "text": "Ada Ek", "via": "name", "entity": 0, "name": "Ada Ek", "role": "mayor"},
             "addressee": {"start": 41, "end": 43, "text": "Bo"}, "occasion": {"start": 28, "end": 37, "text": "in Ostrel"},
             "said_on": "2023-02-06", "negated": true, "score": 0.97, "corrected": true},
            {"id": 1, "start": 1, "end": 3, "text": "It", "kind": "direct", "marked": [], "part_of": null, "cue": null,
             "speaker": {"start": null, "end": null, "text": null, "via": "carried", "entity": null, "name": "Bo", "role": null},
             "addressee": null, "occasion": null, "said_on": null, "negated": false, "score": 0.5},
        ],
        "turns": [
            {"start": 0, "end": 15, "role": "question", "speaker": null},
            {"start": 16, "end": 54, "role": "answer",
             "speaker": {"start": 21, "end": 27, "text": "Ada Ek", "via": "name", "entity": 0, "name": "Ada Ek", "role": null}},
        ],
        "summary": [{"start": 0, "end": 54, "raw_start": 0, "raw_end": 58, "text": "“It will last,” said Ada Ek in Ostrel to Bo on Monday.", "score": 0.25}],
        "keyphrases": [{"text": "bridge", "score": 0.4}],
        "annotations": [
            {"layer": "watch.hit", "start": 4, "end": 8, "label": "will", "kind": "word", "score": 0.5, "data": {"why": ["length", 1]}},
            {"layer": "watch.hit", "start": null, "end": null, "label": null, "data": {}},
        ],
        "values": {"readability.flesch": 52.1, "tone": {"calm": true}}, "story": "s1",
        "layers": {"mentions": {"stage": "entity-tag", "version": "0.1.0", "key": "k"}},
        "meta": {"desk": {"n": 1.5}, "a \"key\"": null},
        "notes": [{"stage": "quote-extract", "start": 0, "end": 1, "message": "a mark"}, {"stage": null, "start": null, "end": null, "message": "x"}],
    })
}

/// A record in which next to nothing is said, and one whose layers are empty.
fn bare(id: &str) -> [Value; 2] {
    let bare = json!({
        "schema": "copydesk.article/1", "id": id, "revision": 1, "supersedes": null,
        "origin": {"path": "drop/a.txt", "line": null, "member": null, "offset": null, "sha256": "00"},
    });
    let mut empty = bare.clone();
    for (key, value) in [
        ("id", json!(format!("{id}, empty"))),
        ("text", json!("")),
        ("published", json!("some day")),
        ("values", json!({})),
    ] {
        empty[key] = value;
    }
    for layer in [
        "sentences",
        "mentions",
        "entities",
        "quotations",
        "turns",
        "summary",
        "keyphrases",
        "annotations",
    ] {
        empty[layer] = json!([]);
    }
    [bare, empty]
}

/// Writes parts and a manifest that speaks of them, files relative to `dir`.
fn write_folder(dir: &Path, parts: &[(&str, Vec<Value>)]) {
    let parts: Vec<Value> = parts
        .iter()
        .map(|(file, records)| {
            let text: String =
                records.iter().flat_map(|record| [record.to_string(), "\n".into()]).collect();
            fs::create_dir_all(dir.join(file).parent().unwrap()).unwrap();
            fs::write(dir.join(file), &text).unwrap();
            let digest = Sha256::digest(&text);
            let sha256: String =
                digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            json!({"file": file, "records": records.len(), "bytes": text.len(), "sha256": sha256})
        })
        .collect();
    let manifest = json!({"schema": "copydesk.manifest/1", "parts": parts, "stories": null, "configuration": "key"});
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
}
