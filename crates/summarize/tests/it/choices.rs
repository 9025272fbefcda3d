//! What the settings change.

use document::Document;
use stage_api::{Settings, Value};

use crate::{chosen, notes, run, summary_of};

const SENTENCES: [&str; 4] = [
    "The council of Port Ansel voted on Monday to close the old harbour to all cargo ships.",
    "He called the vote a mistake that the town of Port Ansel will pay for.",
    "Dockers plan a march to the customs house with drums and banners on Friday.",
    "Ships bring the old harbour of Port Ansel 400 jobs, the council said before the vote.",
];

fn with(settings: &[(&str, Value)]) -> Document {
    let mut doc = testkit::doc_with_sentences(&SENTENCES.join(" "), &SENTENCES);
    let defaults = Settings::defaults(&summarize::spec().settings);
    let settings =
        settings.iter().cloned().fold(defaults, |all, (name, value)| all.with(name, value));
    run(&mut doc, &settings);
    doc
}

#[test]
fn a_summary_may_stand_best_sentence_first() {
    let scores = |doc: &Document| doc.view().summary().map(|(_, score)| score).collect::<Vec<_>>();
    for model in ["trained", "untrained"] {
        let text = with(&[("model", model.into())]);
        let rank = with(&[("model", model.into()), ("order", "rank".into())]);
        assert!(scores(&rank).is_sorted_by(|one, other| one >= other), "{model}");
        let (mut one, mut other) = (chosen(&text), chosen(&rank));
        one.sort_unstable();
        other.sort_unstable();
        assert_eq!(one, other, "{model}");
    }
}

#[test]
fn characters_are_kept_within_their_limit() {
    for most in [75, 90, 162, 163, 400] {
        let doc = with(&[("max_characters", most.into())]);
        let summary = chosen(&doc).join(" ");
        assert!(summary.chars().count() <= usize::try_from(most).unwrap(), "{most}: {summary}");
        assert!(!summary.is_empty(), "{most}");
    }
    let doc = with(&[("max_characters", 10.into())]);
    assert_eq!(chosen(&doc).len(), 1);
    let told = "no sentence is as short as `max_characters` asks; the summary is the best one all the same";
    assert_eq!(notes(&doc), [told]);
}

#[test]
fn every_sentence_tells_its_score_and_why_where_asked() {
    assert!(!with(&[]).rows().iter().any(|row| row.layer.0 >= document::symbol::FIRST_LOCAL));
    let doc =
        with(&[("scores", true.into()), ("model", "untrained".into()), ("sentences", 2.into())]);
    let told: Vec<String> = doc
        .rows()
        .iter()
        .filter(|row| doc.name_of(row.layer) == "summarize.scores")
        .map(|row| format!("{:.2} {}", row.score, doc.value(row).unwrap()))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    0.84 {"rank":1,"chosen":true,"for":["stands at the start","is close to the article as a whole","is taken up again by what follows","holds the article's key words"],"against":[]}
    0.57 {"rank":2,"chosen":true,"for":["stands at the start","is close to the article as a whole","holds the article's key words"],"against":["leans on the sentence before"]}
    0.43 {"rank":3,"chosen":false,"for":["stands at the start"],"against":[]}
    0.19 {"rank":4,"chosen":false,"for":["is close to the article as a whole","says more of what the article opens with","holds the article's key words"],"against":[]}
    "#);
}

#[test]
fn a_text_in_lower_case_has_a_summary_like_any_other() {
    let sentences = SENTENCES.map(str::to_lowercase);
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let doc = summary_of(&sentences, &[("sentences", 2)]);
    assert_eq!(chosen(&doc).len(), 2);
    assert!(!chosen(&doc).contains(&sentences[1]) || chosen(&doc).contains(&sentences[0]));
    assert!(notes(&doc).is_empty(), "{:?}", notes(&doc));
}
