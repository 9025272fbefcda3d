//! Which articles come together, and what a row says of them.

use document::{Field, Span, layers::MentionDraft, symbol};
use serde_json::Value;

use crate::{article, rows, stage, story, told};

const FERRY: [&str; 3] = [
    "The ferry Tern ran aground off Port Ansel on Monday night with 140 passengers aboard.\nAll passengers were brought ashore by the lifeboat crew of Port Ansel before dawn.\nThe coastguard of Korvia opened an inquiry into the grounding of the Tern.",
    "A ferry with 140 passengers ran aground near Port Ansel late on Monday.\nLifeboat crews brought the passengers of the Tern ashore before dawn on Tuesday.\nEngineers had warned of a faulty rudder on the Tern three weeks earlier, papers seen by the Bell show.",
    "The grounding of the ferry Tern off Port Ansel is under inquiry, the coastguard said.\nThe Tern carried 140 passengers when it ran aground on Monday, and lifeboat crews took all ashore.",
];

const HARVEST: &str = "Apple growers of the Velland valley expect a record harvest this autumn.\nGrowers say mild weather in spring spared the blossom in the valley.";

#[test]
fn articles_on_one_event_are_one_story_and_others_are_not() {
    let mut stage = stage(|settings| settings);
    let mut stories = Vec::new();
    let texts = [FERRY[0], HARVEST, FERRY[1], FERRY[2]];
    for (text, id) in texts.iter().zip(["a", "b", "c", "d"]) {
        let mut doc = article(id, "", "2024-05-07", text);
        stage.process(&mut doc).unwrap();
        stories.push(story(&doc));
    }
    assert_eq!(told(&mut *stage), [vec!["a", "c", "d"], vec!["b"]]);
    assert_eq!(stories[0], stories[2]);
    assert_ne!(stories[0], stories[1]);
}

#[test]
fn the_window_keeps_apart_what_is_far_in_time_but_nothing_undated() {
    let cases = [
        ("2024-05-07", "2024-05-14", 1),
        ("2024-05-14", "2024-05-07", 1),
        ("2024-05-07", "2024-05-15", 2),
        ("2024-05-07", "", 1),
        ("", "2024-05-07", 1),
    ];
    for (one, other, stories) in cases {
        let mut stage = stage(|settings| settings);
        stage.process(&mut article("a", "", one, FERRY[0])).unwrap();
        stage.process(&mut article("b", "", other, FERRY[1])).unwrap();
        assert_eq!(told(&mut *stage).len(), stories, "{one:?} and {other:?}");
    }
}

#[test]
fn an_article_that_left_the_window_is_still_told_of() {
    let mut stage = stage(|settings| settings.with("keep", 1));
    for (id, text) in [("a", FERRY[0]), ("b", HARVEST), ("c", FERRY[1])] {
        stage.process(&mut article(id, "", "", text)).unwrap();
    }
    assert_eq!(told(&mut *stage), [["a"], ["b"], ["c"]], "nothing left to compare `c` with");
    assert!(rows(&mut *stage).iter().all(|row| !row["digest"].as_array().unwrap().is_empty()));
}

#[test]
fn a_revision_takes_the_place_of_its_article_in_the_same_story() {
    let mut stage = stage(|settings| settings);
    let mut first = article("a", "Ferry aground", "", FERRY[0]);
    stage.process(&mut first).unwrap();
    stage.process(&mut article("b", "", "", FERRY[1])).unwrap();
    let mut second = article("a", "Harvest", "", HARVEST);
    stage.process(&mut second).unwrap();
    assert_eq!(story(&first), story(&second));
    assert_eq!(told(&mut *stage), [["b", "a"]]);
    let row = rows(&mut *stage).remove(0);
    assert!(!row.to_string().contains("inquiry into"), "of the first revision nothing is left");
}

#[test]
fn given_stories_are_taken_by_their_names() {
    let mut stage = stage(|settings| settings.with("group", "meta.event"));
    for (id, event) in [
        ("a", r#""tern""#),
        ("b", r#""other""#),
        ("c", r#""tern""#),
        ("d", "null"),
        ("e", r#""""#),
        ("f", r#"" ""#),
        ("b", r#""tern""#),
    ] {
        let mut doc = article(id, "", "", HARVEST);
        doc.metadata.set_meta("event", event.to_owned());
        stage.process(&mut doc).unwrap();
    }
    let rows = rows(&mut *stage);
    let told: Vec<(&str, usize)> = rows
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["articles"].as_array().unwrap().len()))
        .collect();
    assert_eq!(told[0], ("tern", 3));
    assert!(told[1..].iter().all(|(id, articles)| !id.trim().is_empty() && *articles == 1));
    assert_eq!(told.len(), 4, "the articles of `other` are all of `tern` now: {told:?}");
}

#[test]
fn every_text_of_a_row_is_its_slice_in_code_points() {
    let mut stage = stage(|settings| settings);
    let mut texts = std::collections::BTreeMap::new();
    for (text, id) in FERRY.iter().zip(["a", "b", "c"]) {
        let text = format!("Zoë’s café is shut.\n{text}");
        let mut doc = article(id, "Ferry “Tern” aground", "2024-05-07", &text);
        doc.metadata.supply(Field::Outlet, &format!("Outlet {id}"), "field");
        let at = text.find("Monday").unwrap();
        let draft = MentionDraft {
            span: Span::from_range(at..at + 6),
            kind: symbol::VALUE,
            label: symbol::DATE,
            score: 1.0,
            value: Some("\"2024-05-06\""),
        };
        doc.add_mention(&draft);
        stage.process(&mut doc).unwrap();
        texts.insert(id, text);
    }
    let row = rows(&mut *stage).remove(0);
    let mut seen = 0;
    for list in ["digest", "timeline", "exclusive"] {
        for passage in row[list].as_array().unwrap() {
            let place = |key: &str| usize::try_from(passage[key].as_u64().unwrap()).unwrap();
            let text = &texts[passage["article"].as_str().unwrap()];
            let slice: String =
                text.chars().skip(place("start")).take(place("end") - place("start")).collect();
            assert_eq!(passage["text"], *slice);
            seen += 1;
        }
    }
    assert!(seen >= 5, "{row}");
    assert_eq!(row["timeline"][0]["date"], "2024-05-06");
    assert_eq!(row["headline"], "Ferry “Tern” aground");
    let exclusive: Vec<&Value> = row["exclusive"].as_array().unwrap().iter().collect();
    assert!(exclusive.iter().any(|passage| passage["text"].as_str().unwrap().contains("rudder")));
}

#[test]
fn copies_are_named_and_told_from_other_reports() {
    let mut stage = stage(|settings| settings);
    let cut = FERRY[0].rsplit_once('\n').unwrap().0;
    for (id, text) in [("a", FERRY[0]), ("b", FERRY[1]), ("c", FERRY[0]), ("d", cut)] {
        stage.process(&mut article(id, "", "", text)).unwrap();
    }
    let row = rows(&mut *stage).remove(0);
    assert_eq!(row["copies"], serde_json::json!([{ "of": "a", "articles": ["c", "d"] }]));
    let from = |passage: &Value| passage["article"].as_str().unwrap().to_owned();
    assert!(
        row["digest"]
            .as_array()
            .unwrap()
            .iter()
            .all(|passage| ["a", "b"].contains(&&*from(passage)))
    );
}
