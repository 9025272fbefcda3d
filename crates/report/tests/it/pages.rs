//! What the pages say, and where they lead.

use std::fs;

use serde_json::json;

use crate::{folder, pages};

fn record(id: &str, outlet: &str, text: &str, quoted: &str) -> String {
    let start = text.find(quoted).map(|byte| text[..byte].chars().count()).unwrap();
    let end = start + quoted.chars().count();
    json!({
        "schema": "copydesk.article/1", "id": id, "revision": 1, "supersedes": null,
        "origin": { "path": format!("drop/{id}"), "line": null, "member": null, "offset": null, "sha256": "00" },
        "title": format!("Ferry, says {outlet}"), "outlet": outlet, "published": "2031-05-02T10:00:00+02:00", "language": "en",
        "url": format!("https://{outlet}.example/ferry"), "text": text,
        "mentions": [{ "start": 0, "end": 6, "text": "Åsa Ek", "kind": "name", "label": "PER", "entity": 0, "score": 1.0 }],
        "entities": [{ "id": 0, "key": "per:asa-ek", "name": "Åsa Ek", "label": "PER", "mentions": [0] }],
        "quotations": [{
            "id": 0, "start": start, "end": end, "raw_start": 20, "raw_end": 40, "text": quoted, "kind": "direct", "marked": [],
            "part_of": null, "cue": { "start": 7, "end": 11, "text": "said" },
            "speaker": { "start": 0, "end": 6, "text": "Åsa Ek", "via": "name", "entity": 0, "name": "Åsa Ek", "role": "harbour master" },
            "addressee": null, "occasion": null, "said_on": null, "negated": false, "score": 0.93,
        }],
        "summary": [{ "start": 0, "end": 11, "text": "Åsa Ek said", "score": 0.5 }],
        "story": "ferry",
    })
    .to_string()
}

fn story() -> String {
    let member = |article: &str, text: &str, relation: &str| json!({ "relation": relation, "article": article, "quotation": 0, "start": 0, "end": 1, "text": text });
    json!({
        "schema": "copydesk.story/1", "id": "ferry", "merged_into": null, "headline": "Ferry to sail", "articles": ["a", "b"],
        "digest": [{ "article": "a", "start": 0, "end": 1, "text": "It will sail." }],
        "people": [{ "key": "asa-ek", "keys": ["per:asa-ek"], "name": "Åsa Ek", "articles": ["a", "b"] }],
        "quotations": [{ "speaker": "Åsa Ek", "key": "asa-ek", "fullest": 0, "members": [
            member("a", "We sail on Monday, weather or not", "same"), member("b", "We sail on Monday", "same"),
        ] }],
        "timeline": [{ "date": "2031-05-05", "article": "b", "start": 0, "end": 1, "text": "It sails on Monday." }],
    })
    .to_string()
}

fn drop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let long = "Åsa Ek said: “We sail on Monday, weather or not.”";
    let short = "Åsa Ek said: “We sail on Monday.”";
    let records = [
        record("a", "courier", long, "We sail on Monday, weather or not."),
        record("b", "herald", short, "We sail on Monday."),
    ];
    folder(dir.path(), &records, &[story()]);
    dir
}

#[test]
fn a_quotation_leads_from_the_event_to_the_article_to_the_speaker() {
    let dir = drop();
    let pages = pages(dir.path());
    let event = &pages["events/00001.html"];
    assert!(event.contains(r#"href="../articles/00002.html#q0""#), "{event}");
    assert!(event.contains("We sail on Monday <del>weather or not</del>"), "{event}");
    let article = &pages["articles/00002.html"];
    for expected in [
        r#"<section class="card" id="q0">"#,
        r#"data-q="0" id="t0""#,
        r##"<a class="ref" href="#q0""##,
        "drop/b</bdi>, bytes 20–40",
        "93%",
        "https://herald.example/ferry#:~:text=We%20sail%20on%20Monday.",
        r#"href="../people/00001.html""#,
        r#"<span class="s">"#,
    ] {
        assert!(article.contains(expected), "no {expected} in {article}");
    }
    let person = &pages["people/00001.html"];
    assert!(person.contains("2 quotations in 2 articles"), "{person}");
    assert!(person.contains("harbour master") && person.contains("asa-ek"), "{person}");
}

#[test]
fn every_link_leads_to_a_page() {
    let dir = drop();
    let pages = pages(dir.path());
    for (name, page) in &pages {
        for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let Some(file) = link.split('#').next().filter(|file| !file.is_empty()) else {
                continue;
            };
            if file.starts_with("https://") {
                continue;
            }
            let below = name.contains('/');
            let target = file.strip_prefix("../").unwrap_or(file);
            assert_eq!(below, file.starts_with("../"), "{name}: {link}");
            assert!(pages.contains_key(target), "{name}: {link}");
        }
    }
}

#[test]
fn an_earlier_report_is_replaced_and_nothing_else() {
    let dir = drop();
    let first = pages(dir.path());
    fs::write(dir.path().join("report/stale.html"), "old").unwrap();
    assert_eq!(pages(dir.path()), first);

    fs::remove_dir_all(dir.path().join("report")).unwrap();
    fs::create_dir(dir.path().join("report")).unwrap();
    fs::write(dir.path().join("report/mine.txt"), "keep").unwrap();
    let error = report::write(dir.path()).unwrap_err().to_string();
    assert!(error.ends_with("report: is no report; move it away"), "{error}");
    assert!(dir.path().join("report/mine.txt").exists());
}

#[test]
fn pages_that_would_say_the_same_are_left_alone() {
    let dir = drop();
    pages(dir.path());
    let page = |name: &str| dir.path().join("report/articles").join(name);
    let marked = |name: &str| fs::write(page(name), "left alone").unwrap();
    let is_marked = |name: &str| fs::read_to_string(page(name)).unwrap() == "left alone";
    marked("00001.html");
    marked("00002.html");
    let long = "Åsa Ek said: “We sail on Monday, weather or not.”";
    let short = "Åsa Ek said: “We sail on Tuesday.”";
    let changed = [
        record("a", "courier", long, "We sail on Monday, weather or not."),
        record("b", "herald", short, "We sail on Tuesday."),
    ];
    folder(dir.path(), &changed, &[story()]);
    pages(dir.path());
    assert_eq!(["00001.html", "00002.html"].map(is_marked), [true, false]);
    // A report that a kill has left is written whole.
    fs::write(dir.path().join("report/.copydesk-report"), "").unwrap();
    pages(dir.path());
    assert!(!is_marked("00001.html"));
    marked("00001.html");
    fs::remove_file(page("00002.html")).unwrap();
    assert!(
        pages(dir.path())["articles/00002.html"].contains("Tuesday"),
        "what is gone comes back"
    );
    assert!(is_marked("00001.html"));
}

#[test]
fn corrections_are_marked_and_those_that_do_not_fit_are_listed() {
    let text = "Åsa Ek said: “No.” He said: “No.”";
    let mut record: serde_json::Value =
        serde_json::from_str(&record("a", "courier", text, "No.")).unwrap();
    let mut second = record["quotations"][0].clone();
    (second["id"], second["start"], second["end"]) = (json!(1), json!(29), json!(32));
    record["quotations"][0]["corrected"] = json!(true);
    record["quotations"].as_array_mut().unwrap().push(second);
    let line = json!({ "article": "a", "quotation": "<Never>", "remove": true });
    record["annotations"] = json!([
        { "layer": "corrections", "label": "remove", "data": { "line": line, "applied": false, "why": "no quotation has these words" } },
        { "layer": "corrections", "label": "speaker", "data": { "line": {}, "applied": true } },
    ]);
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path(), &[record.to_string()], &[]);
    let pages = pages(dir.path());
    let article = &pages["articles/00001.html"];
    assert_eq!(article.matches("corrected by hand").count(), 1, "{article}");
    for expected in [
        r#"<section class="card" id="q0" data-start="14">"#,
        r#"<section class="card" id="q1" data-start="29">"#,
        r#"<template id="correct" data-article="a">"#,
        r#"<option value="Åsa Ek">"#,
    ] {
        assert!(article.contains(expected), "no {expected} in {article}");
    }
    let first = &pages["index.html"];
    assert_eq!(first.matches("no quotation has these words").count(), 1, "{first}");
    assert!(first.contains("&lt;Never&gt;"), "{first}");
}

#[test]
fn a_quotation_without_words_cannot_be_corrected() {
    let article = |words: bool| {
        let text = "Åsa Ek said: “No.”";
        let mut record: serde_json::Value =
            serde_json::from_str(&record("a", "courier", text, "No.")).unwrap();
        if !words {
            record.as_object_mut().unwrap().remove("text");
            record["quotations"][0].as_object_mut().unwrap().remove("text");
        }
        let dir = tempfile::tempdir().unwrap();
        folder(dir.path(), &[record.to_string()], &[]);
        pages(dir.path()).remove("articles/00001.html").unwrap()
    };
    for words in [true, false] {
        let article = article(words);
        assert!(article.contains(r#"<section class="card" id="q0""#), "{article}");
        assert_eq!(article.contains(r#"<template id="correct""#), words, "{article}");
        assert_eq!(
            article.contains(r#"<blockquote dir="auto" data-words>No."#),
            words,
            "{article}"
        );
    }
}

#[test]
fn a_folder_without_a_run_is_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let error = report::write(dir.path()).unwrap_err().to_string();
    assert!(error.contains("no output folder, or no run has finished in it yet"), "{error}");
}
