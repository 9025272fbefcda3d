use serde_json::json;
use wire::{Facts, Offsets, Options};

use crate::sample::{encoded, full};

fn facts(options: Options) -> Facts {
    Facts::parse(encoded(&full(), options)).expect("a record is facts")
}

/// A line for each row, nothing that counts places in a list.
#[test]
fn facts_are_written_for_people() {
    insta::assert_snapshot!(facts(Options::default()).without_measures().to_text());
}

#[test]
fn what_was_written_is_read_back() {
    let facts = facts(Options::default());
    let mut back = Facts::parse(facts.to_text()).expect("what was written is facts");
    assert_eq!(back.keys(), facts.keys());
    assert_eq!((&back.id, &back.text), (&facts.id, &facts.text));
    // Which stage wrote it is the record's to say.
    for (back, fact) in back.list.iter_mut().zip(&facts.list) {
        back.stage.clone_from(&fact.stage);
    }
    assert_eq!(back.list, facts.list);
}

#[test]
fn offsets_of_any_unit_give_the_same_facts() {
    let expected = facts(Options::default());
    for offsets in [Offsets::Bytes, Offsets::Utf16] {
        assert_eq!(facts(Options { offsets, ..Options::default() }), expected, "{offsets:?}");
    }
}

/// One more entity before others changes what is said of it alone.
#[test]
fn an_index_is_no_fact() {
    let record = |entities: serde_json::Value, entity: u32| {
        let record = json!({
            "id": "a",
            "text": "Ada Ek",
            "mentions": [{"start": 0, "end": 6, "text": "Ada Ek", "entity": entity}],
            "entities": entities,
        });
        Facts::parse(record.to_string()).expect("an object with an id is facts")
    };
    let ada = |id: u32| json!({"id": id, "key": "per:ada-ek", "name": "Ada Ek", "mentions": [0]});
    let one = record(json!([ada(0)]), 0);
    let two =
        record(json!([{"id": 0, "key": "loc:lund", "name": "Lund", "mentions": []}, ada(1)]), 1);
    assert_eq!(one.list[0], two.list[0]);
    assert_eq!(one.list[1], two.list[2]);
}

#[test]
fn a_part_names_its_first_by_place() {
    let part =
        |id: u32, start: u32| json!({"id": id, "start": start, "end": start + 2, "part_of": 0});
    let record = json!({"id": "a", "text": "aabb", "quotations": [part(0, 0), part(1, 2)]});
    let facts = Facts::parse(record.to_string()).expect("an object with an id is facts");
    assert_eq!(
        facts.list[1].says,
        json!({"start": 2, "end": 4, "part_of": {"start": 0, "end": 2}})
    );
    assert_eq!(facts.list[1].name, "bb", "named by its words");
}

#[test]
fn what_has_no_id_is_refused() {
    for (json, part) in [
        ("{", "EOF"),
        ("[]", "invalid type"),
        ("{}", "missing field `id`"),
        (r#"{"id": "a", "schema": "else/1"}"#, "`else/1`"),
    ] {
        let error = Facts::parse(json).expect_err("no facts").to_string();
        assert!(error.contains(part), "{error}");
    }
}
