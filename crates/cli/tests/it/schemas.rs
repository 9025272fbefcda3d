//! What `copydesk schema --of` prints against what runs write.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::program::{copydesk, json_file, json_lines, workspace};

/// The schema that the program prints, without room for keys that it does not name.
fn closed(of: &str) -> Validator {
    let printed = copydesk(&workspace(), &["schema", "--of", of]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    jsonschema::draft202012::new(&testkit::closed(&printed.stdout)).unwrap()
}

fn assert_valid<'v>(schema: &Validator, values: impl IntoIterator<Item = &'v Value>) -> usize {
    let mut count = 0;
    for value in values {
        let errors: Vec<_> = schema
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", value["id"]);
        count += 1;
    }
    count
}

/// Holds everything in an output folder against the schemas; returns how many records, stories and dead
/// letters there were.
pub(crate) fn assert_folder(out: &Path) -> [usize; 3] {
    let lines = |file: &str| json_lines(&fs::read_to_string(out.join(file)).unwrap());
    assert_valid(&closed("manifest"), [&json_file(&out.join("manifest.json"))]);
    assert_valid(&closed("run"), [&json_file(&out.join("run.json"))]);
    [
        assert_valid(&closed("article"), &lines("articles-00000000.jsonl")),
        assert_valid(&closed("story"), &lines("stories.jsonl")),
        assert_valid(&closed("dead-letter"), &lines("dead-letters.jsonl")),
    ]
}

#[test]
fn everything_that_the_sample_drop_gives_is_described() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_str().unwrap();
    copydesk(&workspace(), &["run", "--output", out]);
    let [records, stories, _] = assert_folder(dir.path());
    assert!(records >= 12 && stories >= 2, "{records} records, {stories} stories");
}

#[test]
fn everything_that_the_real_drop_gives_is_described() {
    let Some(drop) = testkit::shared("drops/indo-pacific") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (drop, out) = (drop.to_str().unwrap(), dir.path().to_str().unwrap());
    copydesk(&workspace(), &["run", drop, "--output", out]);
    assert_eq!(assert_folder(dir.path())[0], 5);
}

#[test]
fn dead_letters_of_source_and_stage_are_described() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jsonl"), "{\"titel\": \"x\"}\n{\"text\": \"A bridge opened.\"}\n")
        .unwrap();
    fs::write(dir.path().join("page.html"), "<p>A bridge opened.</p>").unwrap();
    let shipped = fs::read_to_string(workspace().join("pipeline.toml")).unwrap();
    let verbatim =
        shipped.replace("use = \"normalize\"", "use = \"normalize\"\nmode = \"verbatim\"");
    fs::write(dir.path().join("verbatim.toml"), verbatim).unwrap();
    copydesk(dir.path(), &["run", "verbatim.toml", "a.jsonl", "page.html"]);
    assert_eq!(assert_folder(&dir.path().join("out")), [1, 1, 2]);
}

#[test]
fn broken_lines_are_refused() {
    let place = json!({"article": "a", "start": 0, "end": 9, "text": "A bridge."});
    let digest = "0".repeat(64);
    for (of, sound, broken) in [
        (
            "manifest",
            json!({"schema": "copydesk.manifest/1", "parts": [], "stories": null, "configuration": ""}),
            vec![
                json!({"parts": null}),
                json!({"parts": [{"file": "a.jsonl", "records": 1, "bytes": -1, "sha256": digest}]}),
                json!({"parts": [{"file": "a.jsonl", "records": 1, "sha256": digest}]}),
                json!({"parts": [{"file": "a.jsonl.zst", "records": 1, "bytes": 9, "sha256": digest, "unpacked": 9}]}),
                json!({"stories": "stories.jsonl"}),
            ],
        ),
        (
            "dead-letter",
            json!({
                "schema": "copydesk.dead-letter/1", "id": "a", "stage": null, "stage_key": null, "class": "malformed",
                "message": "no text", "attempts": 1, "payload": null,
                "origin": {"path": "a", "line": null, "member": null, "offset": null, "sha256": null},
            }),
            vec![
                json!({"class": "odd"}),
                json!({"attempts": 0}),
                json!({"message": null}),
                json!({"origin": {"path": "a"}}),
                json!({"schema": "copydesk.dead-letter/2"}),
            ],
        ),
        (
            "story",
            json!({
                "schema": "copydesk.story/1", "id": "s", "merged_into": null, "headline": "A bridge", "articles": ["a"],
                "digest": [place], "people": [], "names": [], "quotations": [], "timeline": [], "exclusive": [], "copies": [],
            }),
            vec![
                json!({"articles": "a"}),
                json!({"headline": null}),
                json!({"digest": [{"article": "a"}]}),
                json!({"timeline": [place]}),
                json!({"quotations": [{"speaker": null, "key": null, "fullest": 0, "members": []}]}),
                json!({"people": [{"key": "per:x", "name": "X"}]}),
            ],
        ),
        ("run", json!({"schema": "copydesk.run/1"}), Vec::new()),
    ] {
        let schema = closed(of);
        assert_eq!(schema.is_valid(&sound), of != "run", "{of}");
        for wrong in broken {
            let mut value = sound.clone();
            for (key, wrong) in wrong.as_object().unwrap() {
                value[key] = wrong.clone();
            }
            assert!(!schema.is_valid(&value), "{of} accepts {wrong}");
        }
    }
}
