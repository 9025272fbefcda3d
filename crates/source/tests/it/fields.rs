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

/// What a line gives under the names that a tool uses, without `meta`.
fn by_preset(preset: &str, line: &str) -> Vec<String> {
    let doc = Drop::new().preset(preset).file("drop/a.jsonl", line).documents().remove(0);
    let values = doc.metadata.values();
    let values = values.iter().map(|value| format!("{}={}", value.field.key(), value.value));
    let payload = String::from_utf8_lossy(doc.payload()).into_owned();
    std::iter::once(payload).chain(values).collect()
}

#[test]
fn names_are_split_only_where_the_tool_joins_them_and_none_is_empty() {
    let check = |preset: Option<&str>, line: &str, expected: &[&str]| {
        let drop = preset.map_or_else(Drop::new, |preset| Drop::new().preset(preset));
        let doc = drop.file("drop/a.jsonl", line).documents().remove(0);
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), expected, "{line}");
    };
    let joined = r#"{"text": "Rain fell.", "author": "Ada Ek; ;Bo Alm; "}"#;
    check(Some("trafilatura"), joined, &["Ada Ek", "Bo Alm"]);
    let none = r#"{"text": "Rain fell.", "author": "; "}"#;
    check(Some("trafilatura"), none, &[]);
    let own = r#"{"text": "Rain fell.", "byline": " Ada Ek; Bo Alm"}"#;
    check(None, own, &["Ada Ek; Bo Alm"]);
}

#[test]
fn presets_know_the_names_that_tools_use() {
    let json = r#"{"title": "Rain", "author": "Ada Ek; Bo Alm", "hostname": "ostra.example", "date": "2023-02-06",
        "fingerprint": "f3", "id": null, "language": "en", "source": "https://ostra.example/rain",
        "source-hostname": "Ostra Courier", "excerpt": "A wet week", "text": "Rain fell.", "comments": ""}"#;
    let expected = [
        "Rain fell.",
        "title=Rain",
        "dek=A wet week",
        "byline=Ada Ek",
        "byline=Bo Alm",
        "published=2023-02-06",
        "outlet=Ostra Courier",
        "url=https://ostra.example/rain",
        "language=en",
    ];
    assert_eq!(by_preset("trafilatura", &json.replace('\n', " ")), expected);
    let row = json
        .replace("\"source\"", "\"url\"")
        .replace("source-hostname", "sitename")
        .replace("excerpt", "description");
    assert_eq!(by_preset("trafilatura", &row.replace('\n', " ")), expected);

    let json = r#"{"authors": ["Ada Ek"], "date_download": "2023-02-08 10:00:00", "date_modify": "None",
        "date_publish": "2023-02-06 08:00:00", "description": "A wet week", "language": "en",
        "maintext": "Rain fell.", "source_domain": "ostra.example", "text": null, "title": "Rain",
        "title_page": null, "url": "https://ostra.example/rain"}"#;
    let expected = [
        "Rain fell.",
        "title=Rain",
        "dek=A wet week",
        "byline=Ada Ek",
        "published=2023-02-06 08:00:00",
        "outlet=ostra.example",
        "url=https://ostra.example/rain",
        "language=en",
    ];
    assert_eq!(by_preset("news-please", &json.replace('\n', " ")), expected);

    let json = r#"{"text": "Rain fell.", "id": "<urn:uuid:1>", "metadata": {"url": "https://ostra.example/rain",
        "date": "2023-02-08T10:00:00Z", "language": "en", "language_score": 0.9, "file_path": "a.warc.gz"}}"#;
    let expected = ["Rain fell.", "url=https://ostra.example/rain", "language=en"];
    assert_eq!(by_preset("datatrove", &json.replace('\n', " ")), expected);
    let flat = r#"{"text": "Rain fell.", "id": "1", "url": "https://ostra.example/rain", "language": "en", "date": "x"}"#;
    assert_eq!(by_preset("datatrove", flat), expected);
}
