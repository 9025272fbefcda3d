use document::Document;
use jsonschema::Validator;
use serde_json::{Value, json};
use wire::{Key, Offsets, Options, Shape};

use crate::sample::{encoded, full, verbatim};

/// The schema of records without room for keys that it does not name.
fn closed() -> Validator {
    jsonschema::draft202012::new(&testkit::closed(Shape::Article.schema())).expect("a schema")
}

fn json_record(doc: &Document, options: Options) -> Value {
    serde_json::from_str(&encoded(doc, options)).expect("a record is JSON")
}

#[test]
fn each_is_a_schema() {
    for shape in Shape::ALL {
        let schema: Value = serde_json::from_str(shape.schema()).expect("JSON");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{shape:?}");
    }
}

#[test]
fn every_key_that_is_written_is_described() {
    let closed = closed();
    for doc in [full(), verbatim(""), verbatim("A bridge.")] {
        for offsets in [Offsets::CodePoints, Offsets::Bytes, Offsets::Utf16] {
            for raw_offsets in [false, true] {
                let options =
                    Options { offsets, raw_offsets, exact: raw_offsets, ..Options::default() };
                let record = json_record(&doc, options);
                let errors: Vec<_> =
                    closed.iter_errors(&record).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{errors:#?}");
            }
        }
    }
}

#[test]
fn records_with_keys_left_out_are_described() {
    let closed = closed();
    for omit in Key::ALL.map(|key| vec![key]).into_iter().chain([Key::ALL.to_vec()]) {
        let omit = omit.into_iter().collect();
        let record = json_record(&full(), Options { omit, ..Options::default() });
        assert!(closed.is_valid(&record), "{omit:?}");
    }
}

/// A key at `place` of a sound record takes this value; `null` takes the key away.
#[test]
fn broken_records_are_refused() {
    let schema = serde_json::from_str(Shape::Article.schema()).expect("JSON");
    let open = jsonschema::draft202012::new(&schema).expect("a schema");
    let sound = json_record(&full(), Options::default());
    assert!(open.is_valid(&sound));
    for (place, wrong) in [
        ("/schema", json!("copydesk.article/2")),
        ("/id", json!(7)),
        ("/id", json!(null)),
        ("/revision", json!(0)),
        ("/supersedes", json!("of the payload")),
        ("/offsets", json!("characters")),
        ("/origin/line", json!(0)),
        ("/origin/sha256", json!("")),
        ("/origin/path", json!(null)),
        ("/byline", json!("Ann Lund")),
        ("/text", json!(["A bridge."])),
        ("/fields/title/confidence", json!(1.5)),
        ("/sentences/0/start", json!(-1)),
        ("/sentences/0/end", json!("9")),
        ("/mentions/0/kind", json!("nickname")),
        ("/mentions/0/label", json!("Person")),
        ("/mentions/1/value", json!("next week")),
        ("/mentions/1/value", json!({"currency": "USD"})),
        ("/mentions/0/score", json!("high")),
        ("/entities/0/mentions", json!(null)),
        ("/entities/0/key", json!(null)),
        ("/quotations/0/kind", json!("scare")),
        ("/quotations/0/marked", json!(null)),
        ("/quotations/0/negated", json!("no")),
        ("/quotations/0/cue/text", json!(0)),
        ("/quotations/0/speaker", json!("Zoë Ek")),
        ("/quotations/0/speaker/via", json!("guess")),
        ("/quotations/0/speaker/entity", json!(0.5)),
        ("/quotations/0/said_on", json!("Monday")),
        ("/summary/0/text", json!(0)),
        ("/keyphrases/0/text", json!(null)),
        ("/annotations/0/layer", json!(null)),
        ("/layers/mentions/key", json!(null)),
        ("/notes/0/message", json!(null)),
        ("/notes", json!({})),
    ] {
        let mut broken = sound.clone();
        let (parent, key) = place.rsplit_once('/').expect("a pointer");
        let parent = broken.pointer_mut(parent).expect("the sample has it");
        let parent = parent.as_object_mut().expect("an object");
        match wrong {
            Value::Null => assert!(parent.remove(key).is_some(), "{place}"),
            wrong => drop(parent.insert(key.to_owned(), wrong)),
        }
        assert!(!open.is_valid(&broken), "{place} is accepted");
    }
}

#[test]
fn keys_of_later_versions_are_accepted() {
    let schema = serde_json::from_str(Shape::Article.schema()).expect("JSON");
    let mut record = json_record(&full(), Options::default());
    record["mood"] = json!("calm");
    record["quotations"][0]["mood"] = json!("calm");
    assert!(jsonschema::draft202012::new(&schema).expect("a schema").is_valid(&record));
    assert!(!closed().is_valid(&record));
}
