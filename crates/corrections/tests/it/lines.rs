//! What each line does to a document, and when it does not fit.

use std::sync::Arc;

use corrections::{Corrections, Outcomes};
use document::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
use document::{Document, RowId, Span, json, symbol};
use stage_api::{BuiltStage, Flow};

const TEXT: &str = "“Not now,” said Ada Ek. “We will wait,” Ek said. “Not now,” said Bo Ek, the judge. “Then,” said Mr Ek, “we go.”";

/// The span of the words at their `nth` place, from 0.
fn span(words: &str, nth: usize) -> Span {
    let start = TEXT.match_indices(words).nth(nth).unwrap().0;
    Span::from_range(start..start + words.len())
}

fn named(doc: &mut Document, name: Span, entity: Option<RowId>) -> RowId {
    let words = doc.slice(name).to_owned();
    let key = format!("per:{}", words.to_lowercase().replace(' ', "-"));
    let mention = doc.add_mention(&MentionDraft::name(name, symbol::PER, 1.0));
    let entity = entity.unwrap_or_else(|| doc.add_entity(symbol::PER, &key, &words, None));
    doc.set_entity(mention, entity);
    entity
}

fn said(doc: &mut Document, words: Span, by: Option<(Span, RowId, Option<&str>)>) -> RowId {
    let name = by.map(|(_, entity, _)| doc.view().entity(entity).name().into_owned());
    let speaker = by.map(|(span, entity, role)| SpeakerDraft {
        span: Some(span),
        via: symbol::NAME,
        entity: Some(entity),
        name: name.as_deref().unwrap_or_default(),
        role,
    });
    doc.add_quotation(&QuotationDraft {
        span: words,
        kind: symbol::DIRECT,
        marked: &[words],
        cue: None,
        speaker,
        addressee: None,
        occasion: None,
        said_on: None,
        negated: false,
        score: 0.9,
    })
}

/// Ada Ek says two things, Bo Ek one, and nobody the one in two parts.
fn doc() -> Document {
    let mut doc = testkit::doc(TEXT);
    let ada_name = span("Ada Ek", 0);
    let ada = named(&mut doc, ada_name, None);
    let ek =
        Span::from_range(span("Ek said", 0).range().start..span("Ek said", 0).range().start + 2);
    named(&mut doc, ek, Some(ada));
    let bo_name = span("Bo Ek", 0);
    let bo = named(&mut doc, bo_name, None);
    named(&mut doc, span("Mr Ek", 0), Some(bo));
    said(&mut doc, span("Not now", 0), Some((ada_name, ada, None)));
    said(&mut doc, span("We will wait", 0), Some((ek, ada, Some("mayor"))));
    said(&mut doc, span("Not now", 1), Some((bo_name, bo, Some("judge"))));
    let first = said(&mut doc, span("Then", 0), None);
    let second = said(&mut doc, span("we go", 0), None);
    doc.set_part_of(first, first);
    doc.set_part_of(second, first);
    doc
}

/// The document after these lines, each without its `article`, and why they do not fit.
fn after(lines: &[&str]) -> (Document, Vec<String>) {
    let file: Vec<String> =
        lines.iter().map(|line| line.replacen('{', "{\"article\":\"test\",", 1)).collect();
    let corrections = Corrections::parse(&file.join("\n")).unwrap();
    let outcomes = Outcomes::default();
    let BuiltStage::Article(factory) = corrections::stage(Arc::new(corrections), &outcomes) else {
        panic!("an article stage")
    };
    let mut doc = doc();
    assert_eq!(factory.instance().process(&mut doc), Ok(Flow::Keep));
    (doc, outcomes.get().into_values().flatten().collect())
}

/// Everything that a correction can change, a line each.
fn told(doc: &Document) -> Vec<String> {
    let view = doc.view();
    let entities = view.entities().map(|entity| {
        let of = view.mentions().filter(|mention| mention.entity() == Some(entity.id()));
        let names: Vec<_> = of.map(document::Mention::text).collect();
        let mark = if entity.corrected() { "*" } else { "" };
        format!("{mark}{} {} {names:?}", entity.key(), entity.name())
    });
    let quotations = view.quotations().map(|quotation| {
        let by = quotation.speaker().map(|speaker| {
            let entity = speaker.entity().map(|entity| view.entity(entity).key().into_owned());
            let role = speaker.role().map(|role| format!(", {role}")).unwrap_or_default();
            format!("{}{role} ({})", speaker.name(), entity.unwrap_or_default())
        });
        let mark = if quotation.corrected() { "*" } else { "" };
        format!("{mark}{}: {}", doc.slice(quotation.span()), by.unwrap_or_else(|| "?".to_owned()))
    });
    entities.chain(quotations).collect()
}

const BEFORE: [&str; 7] = [
    r#"per:ada-ek Ada Ek ["Ada Ek", "Ek"]"#,
    r#"per:bo-ek Bo Ek ["Bo Ek", "Mr Ek"]"#,
    "Not now: Ada Ek (per:ada-ek)",
    "We will wait: Ada Ek, mayor (per:ada-ek)",
    "Not now: Bo Ek, judge (per:bo-ek)",
    "Then: ?",
    "we go: ?",
];

/// Checks the lines that differ from [`BEFORE`]: those that are gone, and those that came.
fn check(lines: &[&str], gone: &[&str], came: &[&str]) {
    let (doc, stale) = after(lines);
    let now = told(&doc);
    let without = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    let before = told(&self::doc());
    assert_eq!(before, BEFORE);
    assert_eq!(stale, Vec::<String>::new(), "{lines:?}");
    assert_eq!(without(&before, &now), gone, "{lines:?}");
    assert_eq!(without(&now, &before), came, "{lines:?}");
    // Nothing lies about that no row leads to.
    let mut swept = doc.clone();
    swept.remove(&[]);
    assert_eq!(swept.rows().len(), doc.rows().len());
}

#[test]
fn a_speaker_is_set() {
    check(
        &[r#"{"quotation":"We will wait","speaker":"Bo Ek"}"#],
        &[BEFORE[3]],
        &["*We will wait: Bo Ek, judge (per:bo-ek)"],
    );
    check(
        &[r#"{"quotation":"We will wait","speaker":"Mr Ek","role":null}"#],
        &[BEFORE[3]],
        &["*We will wait: Bo Ek (per:bo-ek)"],
    );
    check(
        &[r#"{"quotation":"We will wait","speaker":"Cleo Moss","role":"clerk"}"#],
        &[BEFORE[3]],
        &["*We will wait: Cleo Moss, clerk ()"],
    );
    check(&[r#"{"quotation":"We will wait","speaker":null}"#], &[BEFORE[3]], &["*We will wait: ?"]);
}

#[test]
fn a_role_is_set_or_cleared() {
    check(
        &[r#"{"quotation":"We will wait","role":null}"#],
        &[BEFORE[3]],
        &["*We will wait: Ada Ek (per:ada-ek)"],
    );
    check(
        &[r#"{"quotation":"We will wait","role":"governor"}"#],
        &[BEFORE[3]],
        &["*We will wait: Ada Ek, governor (per:ada-ek)"],
    );
}

#[test]
fn the_words_may_stand_several_times() {
    let [first, second] = [BEFORE[2], BEFORE[4]];
    let cases: [(&str, &[&str]); 6] = [
        (r#""start":1"#, &[first]),
        (r#""start":40"#, &[second]),
        (r#""start":4000"#, &[second]),
        (r#""occurrence":1"#, &[first]),
        (r#""occurrence":2"#, &[second]),
        (r#""note":"both""#, &[first, second]),
    ];
    for (which, gone) in cases {
        let line = format!(r#"{{"quotation":"Not now","speaker":"Cleo Moss",{which}}}"#);
        check(&[&line], gone, &vec!["*Not now: Cleo Moss ()"; gone.len()]);
    }
}

#[test]
fn words_fit_but_for_case_and_marks() {
    check(
        &[r#"{"quotation":"“we will  wait”,","speaker":null}"#],
        &[BEFORE[3]],
        &["*We will wait: ?"],
    );
}

#[test]
fn all_parts_of_a_quotation_are_corrected_together() {
    check(
        &[r#"{"quotation":"we go","speaker":"Mr Ek"}"#],
        &[BEFORE[5], BEFORE[6]],
        &["*Then: Bo Ek, judge (per:bo-ek)", "*we go: Bo Ek, judge (per:bo-ek)"],
    );
    check(&[r#"{"quotation":"Then","remove":true}"#], &[BEFORE[5], BEFORE[6]], &[]);
}

#[test]
fn an_entity_is_renamed_with_its_key_and_its_speakers() {
    check(
        &[r#"{"entity":"Ada Ek","rename":"Ada Lind"}"#],
        &[BEFORE[0], BEFORE[2], BEFORE[3]],
        &[
            r#"*per:ada-lind Ada Lind ["Ada Ek", "Ek"]"#,
            "Not now: Ada Lind (per:ada-lind)",
            "We will wait: Ada Lind, mayor (per:ada-lind)",
        ],
    );
}

#[test]
fn entities_are_merged() {
    check(
        &[r#"{"entity":"Ada Ek","merge":["Mr Ek"]}"#],
        &[BEFORE[0], BEFORE[1], BEFORE[4]],
        &[
            r#"*per:ada-ek Ada Ek ["Ada Ek", "Ek", "Bo Ek", "Mr Ek"]"#,
            "Not now: Ada Ek, judge (per:ada-ek)",
        ],
    );
}

#[test]
fn names_leave_an_entity_with_what_they_said() {
    check(
        &[r#"{"entity":"Ada Ek","split":[{"text":"Ek","occurrence":1}],"name":"Cleo Ek"}"#],
        &[BEFORE[0], BEFORE[3]],
        &[
            r#"*per:ada-ek Ada Ek ["Ada Ek"]"#,
            r#"*per:cleo-ek Cleo Ek ["Ek"]"#,
            "We will wait: Cleo Ek, mayor (per:cleo-ek)",
        ],
    );
    // The name that leaves was the fullest: what stays is called by what it keeps.
    check(
        &[r#"{"entity":"Bo Ek","split":["Bo Ek"]}"#],
        &[BEFORE[1]],
        &[r#"*per:mr-ek Mr Ek ["Mr Ek"]"#, r#"*per:bo-ek Bo Ek ["Bo Ek"]"#],
    );
}

#[test]
fn each_line_sees_what_those_before_it_did() {
    check(
        &[
            r#"{"entity":"Ada Ek","rename":"Ada Lind"}"#,
            r#"{"quotation":"Then","speaker":"Ada Lind"}"#,
            r#"{"entity":"Ada Lind","rename":"Ada Ek"}"#,
            r#"{"quotation":"We will wait","remove":true}"#,
        ],
        &[BEFORE[0], BEFORE[3], BEFORE[5], BEFORE[6]],
        &[
            r#"*per:ada-ek Ada Ek ["Ada Ek", "Ek"]"#,
            "*Then: Ada Ek, mayor (per:ada-ek)",
            "*we go: Ada Ek, mayor (per:ada-ek)",
        ],
    );
}

#[test]
fn what_does_not_fit_changes_nothing_and_is_told() {
    let cases = [
        (r#"{"quotation":"Never","speaker":"Ada Ek"}"#, "no quotation has these words"),
        (
            r#"{"quotation":"Not now","occurrence":3,"remove":true}"#,
            "these words stand here 2 times, not 3",
        ),
        (
            r#"{"quotation":"Then","role":"clerk"}"#,
            "nobody is known to have said it, so there is no role",
        ),
        (r#"{"entity":"Cleo Moss","rename":"Cleo"}"#, "nothing is named so"),
        (r#"{"entity":"Ada Ek","merge":["Ek"]}"#, "`Ada Ek` and `Ek` are one already"),
        (r#"{"entity":"Ada Ek","merge":["Cleo"]}"#, "Cleo: nothing is named so"),
        (r#"{"entity":"Ada Ek","split":["Bo Ek"]}"#, "`Bo Ek` is none of its names"),
        (r#"{"entity":"Ada Ek","split":["Ada Ek","Ek"]}"#, "no name would be left for it"),
    ];
    for (line, why) in cases {
        let (doc, stale) = after(&[line]);
        assert_eq!((told(&doc), stale), (told(&self::doc()), vec![why.to_owned()]), "{line}");
    }
}

#[test]
fn the_record_says_what_was_done_by_hand() {
    let (doc, _) = after(&[
        r#"{"quotation":"We will wait","speaker":null}"#,
        r#"{"quotation":"Never","remove":true}"#,
    ]);
    let notes: Vec<_> = doc
        .layer(symbol::NOTES)
        .map(|(_, row)| (row.span(), json::as_str(doc.value(row).unwrap()).unwrap()))
        .collect();
    assert_eq!(
        notes[0],
        (Some(span("We will wait", 0)), "speaker by hand: unknown, not Ada Ek".into())
    );
    assert_eq!(
        notes[1],
        (None, "a correction by hand does not fit: no quotation has these words".into())
    );
    let told: Vec<_> = doc
        .rows()
        .iter()
        .filter(|row| doc.name_of(row.layer) == corrections::LAYER)
        .map(|row| (doc.name_of(row.label), doc.value(row).unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "speaker",
                r#"{"line":{"article":"test","quotation":"We will wait","speaker":null},"applied":true}"#
            ),
            (
                "remove",
                r#"{"line":{"article":"test","quotation":"Never","remove":true},"applied":false,"why":"no quotation has these words"}"#
            ),
        ]
    );
    assert!(doc.layers_written().iter().any(|it| doc.name_of(it.layer) == corrections::LAYER));
}

#[test]
fn an_article_that_no_line_names_stays_as_it_is() {
    let (doc, _) = after(&[]);
    assert_eq!((told(&doc), doc.rows().len()), (told(&self::doc()), self::doc().rows().len()));
}
