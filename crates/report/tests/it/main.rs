//! The report of output folders made for the purpose.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod hostile;
mod pages;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::Digest;

/// The SHA-256 digest of a part, in hexadecimal.
fn digest(part: &str) -> String {
    let digest: [u8; 32] = sha2::Sha256::digest(part).into();
    document::Sha256(digest).to_string()
}

/// An output folder with these records, as a finished run leaves it.
fn folder(dir: &Path, records: &[String], stories: &[String]) {
    let lines = |lines: &[String]| lines.join("\n") + if lines.is_empty() { "" } else { "\n" };
    let part = lines(records);
    fs::write(dir.join("articles-00000000.jsonl"), &part).unwrap();
    fs::write(dir.join("stories.jsonl"), lines(stories)).unwrap();
    let manifest = serde_json::json!({
        "schema": "copydesk.manifest/1",
        "parts": [{ "file": "articles-00000000.jsonl", "records": records.len(), "bytes": part.len(), "sha256": digest(&part) }],
        "stories": { "file": "stories.jsonl", "sha256": "" },
        "configuration": "key",
    });
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
}

/// Every page of a folder's report, by its path in it.
fn pages(dir: &Path) -> BTreeMap<String, String> {
    let report = report::write(dir).unwrap().parent().unwrap().to_owned();
    let mut pages = BTreeMap::new();
    for folder in ["", "articles/", "events/", "people/"] {
        for entry in fs::read_dir(report.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "html") {
                let name = format!("{folder}{}", path.file_name().unwrap().to_str().unwrap());
                pages.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    pages
}
