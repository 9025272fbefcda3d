//! What the fields of a JSON object become.

use document::{Document, Field, Form};

use crate::drop::Drop;

fn article(json: &str) -> Document {
    Drop::new().file("drop/a.jsonl", json).documents().remove(0)
}

#[test]
fn known_fields_are_metadata_and_others_come_out_byte_for_byte() {
    let doc = article(
        r#"{"title": "Rain", "dek": "A wet week", "byline": ["Ada Ek", null, "Bo Alm"], "published": "2023-02-06",
            "modified": null, "outlet": " Ostra Courier ", "language": "en", "text": "Rain fell \u2014 twice.",
            "Score": 1.50e0, "meta": {"b" : 1,  "a": "\u00e9"}, "x": null}"#
            .replace('\n', " ")
            .as_str(),
    );
    assert_eq!(doc.payload(), "Rain fell — twice.".as_bytes());
    assert_eq!(doc.metadata.get(Field::Title), Some("Rain"));
    assert_eq!(doc.metadata.get(Field::Dek), Some("A wet week"));
    assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), ["Ada Ek", "Bo Alm"]);
    assert_eq!(doc.metadata.get(Field::Published), Some("2023-02-06"));
    assert_eq!(doc.metadata.get(Field::Modified), None);
    assert_eq!(doc.metadata.get(Field::Outlet), Some("Ostra Courier"));
    assert_eq!(doc.metadata.get(Field::Language), Some("en"));
    assert!(doc.metadata.values().iter().all(|value| value.supplied && value.from == "field"));
    let meta: Vec<_> =
        doc.metadata.meta().iter().map(|(key, json)| (key.as_str(), json.as_str())).collect();
    assert_eq!(
        meta,
        [("Score", "1.50e0"), ("meta", r#"{"b" : 1,  "a": "\u00e9"}"#), ("x", "null")]
    );
}

#[track_caller]
fn check_id(json: &str, id: &str, explicit: bool) {
    let doc = article(json);
    assert_eq!((doc.id(), doc.explicit_id), (id, explicit));
}

#[test]
fn the_id_is_explicit_or_the_url_or_the_place() {
    check_id(r#"{"text": "Rain"}"#, "drop/a.jsonl#1", false);
    check_id(r#"{"text": "Rain", "id": "w-1", "url": "https://ostra.example/rain"}"#, "w-1", true);
    check_id(r#"{"text": "Rain", "id": 12}"#, "12", true);
    check_id(
        r#"{"text": "Rain", "id": 123456789012345678901234567890}"#,
        "123456789012345678901234567890",
        true,
    );
    check_id(
        r#"{"text": "Rain", "url": "https://ostra.example/rain?a=1#top"}"#,
        "https://ostra.example/rain?a=1",
        true,
    );
    check_id(r#"{"text": "Rain", "id": " ", "url": ""}"#, "drop/a.jsonl#1", false);
    check_id(r#"{"text": "Rain", "id": null, "url": null}"#, "drop/a.jsonl#1", false);
}

#[test]
fn of_equal_keys_the_last_one_counts() {
    let doc = article(
        r#"{"text": "Rain", "byline": ["A", "B"], "x": 1, "y": 2, "x": 3, "byline": "C", "text": "Snow", "id": 1, "id": 2}"#,
    );
    assert_eq!(doc.payload(), b"Snow");
    assert_eq!(doc.id(), "2");
    assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), ["C"]);
    assert_eq!(
        doc.metadata.meta(),
        [("x".to_owned(), "3".to_owned()), ("y".to_owned(), "2".to_owned())]
    );
}

#[test]
fn text_wins_over_html() {
    let doc = article(r#"{"html": "<p>Snow", "text": "Rain"}"#);
    assert_eq!((doc.form(), doc.payload()), (Form::Text, &b"Rain"[..]));
    let doc = article(r#"{"html": "<p>Snow", "text": null}"#);
    assert_eq!((doc.form(), doc.payload()), (Form::Html, &b"<p>Snow"[..]));
    let doc = article(r#"{"text": ""}"#);
    assert_eq!((doc.form(), doc.payload()), (Form::Text, &b""[..]));
}

#[test]
fn fields_renames() {
    let line = r#"{"maintext": "Rain", "text": "teaser", "modified": "2023-02-07", "domain": "ostra.example"}"#;
    let drop = Drop::new().file("drop/a.jsonl", line).fields(&[
        ("text", "maintext"),
        ("published", "modified"),
        ("outlet", "domain"),
    ]);
    let doc = drop.documents().remove(0);
    assert_eq!(doc.payload(), b"Rain");
    assert_eq!(doc.metadata.get(Field::Published), Some("2023-02-07"));
    assert_eq!(doc.metadata.get(Field::Modified), None);
    assert_eq!(doc.metadata.get(Field::Outlet), Some("ostra.example"));
    assert_eq!(doc.metadata.meta(), [("text".to_owned(), "\"teaser\"".to_owned())]);

    let drop =
        Drop::new().file("drop/a.jsonl", r#"{"maintext": 1}"#).fields(&[("text", "maintext")]);
    drop.check(&["drop/a.jsonl#1 @0 malformed: column 14: invalid type: integer `1`, expected `maintext` to be a string"]);
}

#[test]
fn fields_that_do_not_exist_are_refused() {
    let drop = Drop::new().fields(&[("titel", "headline")]);
    assert_eq!(
        drop.refusal(&["drop"]),
        "`fields`: there is no field `titel`; did you mean `title`? known are `text`, `html`, `id`, `title`, `dek`, \
         `byline`, `published`, `modified`, `outlet`, `url`, `language`"
    );
    let drop = Drop::new().fields(&[("dek", "headline"), ("title", "headline")]);
    assert_eq!(
        drop.refusal(&["drop"]),
        "`fields`: `headline` is given for both `dek` and `title`; keep one"
    );
}

#[test]
fn a_hostile_object_takes_linear_time() {
    let many = (0..200_000).map(|n| format!("\"k{n}\": {n}, ")).collect::<Vec<_>>().concat();
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    let names = "\"Ada Ek\", ".repeat(100_000);
    let json = format!("{{{many}\"deep\": {deep}, \"byline\": [{names}null], \"text\": \"Rain\"}}");
    let doc = Drop::new().max_article(1 << 24).file("drop/a.jsonl", json).documents().remove(0);
    assert_eq!(doc.metadata.meta().len(), 200_001);
    assert_eq!(doc.metadata.all(Field::Byline).count(), 100_000);
}
