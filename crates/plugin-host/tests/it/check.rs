//! What may stand of an answer, and what is refused with which words.

use document::{Document, Row as OwnRow, Span, layers::MentionDraft, symbol as s};
use plugin_abi::{Relation, Row};
use plugin_host::check::{Answer, Contract};
use proptest::prelude::*;
use stage_api::{BuiltStage, Settings, StageSpec};

const TEXT: &str = "Ada Ek of Örn said “we won” on Monday. Ida left.";
const OWN: u16 = s::FIRST_LOCAL;

/// A document with one mention (row 0) of an entity (row 1, with its key in row 2).
fn doc() -> Document {
    let mut doc = testkit::doc(TEXT);
    let mention = doc.add_mention(&MentionDraft::name(Span::new(0, 6), s::PER, 0.9));
    let entity = doc.add_entity(s::PER, "per:ada-ek", "Ada Ek", None);
    doc.set_entity(mention, entity);
    doc
}

fn row(layer: u16, start: u32, end: u32) -> Row {
    Row { layer, start, end, ..Row::EMPTY }
}

fn mention(start: u32, end: u32) -> Row {
    Row { kind: s::NAME.0, label: s::PER.0, ..row(s::MENTIONS.0, start, end) }
}

/// A row whose value is the first `len` bytes of the values.
fn valued(layer: u16, len: u32) -> Row {
    Row { layer, value_len: len, ..Row::EMPTY }
}

fn link(from: u32, role: document::Symbol, to: u32) -> Relation {
    Relation { from, to, role: role.0, producer: 0 }
}

/// What a stage is told that declared every layer of the tests and answered this.
fn refusal(rows: &[Row], relations: &[Relation], values: &str, names: &[&str]) -> String {
    let mut doc = doc();
    let before = format!("{doc:?}");
    let writes = [
        "sentences",
        "mentions",
        "entities",
        "quotations",
        "turns",
        "summary",
        "values",
        "demo.word",
    ];
    let contract = Contract::new(writes);
    let mut answer = Answer::default();
    let names = names.iter().map(|name| name.as_bytes());
    let result = answer
        .add(rows.iter().copied(), relations.iter().copied(), values.as_bytes(), names)
        .and_then(|()| answer.apply(&mut doc, &contract));
    match result {
        Ok(()) => "stands".to_owned(),
        Err(violation) => {
            assert_eq!(format!("{doc:?}"), before, "a refused answer changes nothing");
            violation.to_string()
        }
    }
}

#[track_caller]
fn check(rows: &[Row], relations: &[Relation], values: &str, names: &[&str], expected: &str) {
    assert_eq!(refusal(rows, relations, values, names), expected);
}

#[test]
fn numbers_of_rows() {
    let names = ["demo.word"];
    let own = |start, end| row(OWN, start, end);
    let len = TEXT.len();
    for (row, expected) in [
        (own(0, 3), "stands".to_owned()),
        (own(3, 3), "stands".to_owned()),
        (own(0, len as u32), "stands".to_owned()),
        (Row::EMPTY, "row 0: it has no layer".to_owned()),
        (own(0, 99), format!("`demo.word` row 0: the end 99 lies beyond the text ({len} bytes)")),
        (own(5, 2), "`demo.word` row 0: it ends (2) before it starts (5)".to_owned()),
        (
            own(u32::MAX, 2),
            "`demo.word` row 0: it ends (2) before it starts (4294967295)".to_owned(),
        ),
        (own(11, 14), "`demo.word` row 0: the start 11 splits a character".to_owned()),
        (own(0, 11), "`demo.word` row 0: the end 11 splits a character".to_owned()),
        (
            Row { score: f32::NAN, ..own(0, 1) },
            "`demo.word` row 0: the score NaN is not within 0 and 1".to_owned(),
        ),
        (
            Row { score: 1.5, ..own(0, 1) },
            "`demo.word` row 0: the score 1.5 is not within 0 and 1".to_owned(),
        ),
        (
            Row { score: -0.5, ..own(0, 1) },
            "`demo.word` row 0: the score -0.5 is not within 0 and 1".to_owned(),
        ),
        (
            Row { flags: 6, ..own(0, 1) },
            "`demo.word` row 0: the flags 0x6 have no meaning".to_owned(),
        ),
        (Row { label: 300, ..own(0, 1) }, "`demo.word` row 0: its label 300 is no name".to_owned()),
        (Row { kind: 200, ..own(0, 1) }, "`demo.word` row 0: its kind 200 is no name".to_owned()),
        (row(400, 0, 1), "row 0: its layer 400 is no name".to_owned()),
        (row(s::PER.0, 0, 1), "`PER` row 0: `PER` is no layer".to_owned()),
        (row(s::TEXT.0, 0, 1), "`text` row 0: no plugin may write the text".to_owned()),
        (
            row(s::STORY.0, 0, 1),
            "`story` row 0: the stage does not declare that it writes this layer".to_owned(),
        ),
    ] {
        check(&[row], &[], "", &names, &expected);
    }
}

#[test]
fn names_and_values() {
    let own = row(OWN, 0, 1);
    check(
        &[own],
        &[],
        "",
        &["demo.other"],
        "`demo.other` row 0: the stage does not declare that it writes this layer",
    );
    check(&[], &[], "", &[""], "name 0: it is empty");
    check(&[], &[], "", &["a", "b\n"], "name 1: \"b\\n\" has a control character");
    check(&[], &[], "", &[&"x".repeat(201)], "name 0: it has 201 bytes, 200 are allowed");
    check(
        &[row(OWN, 0, 3)],
        &[],
        "",
        &["mentions"],
        "`mentions` row 0: the kind of a mention is `name`, `description`, `pronoun` or `value`",
    );
    let data = |len| valued(OWN, len);
    check(
        &[data(9)],
        &[],
        "{}",
        &["demo.word"],
        "`demo.word` row 0: its value (9 bytes from 0) is no slice of `values` (2 bytes)",
    );
    check(
        &[data(1)],
        &[],
        "é",
        &["demo.word"],
        "`demo.word` row 0: its value (1 bytes from 0) is no slice of `values` (2 bytes)",
    );
    for (value, sound) in [
        ("{\"a\": [1, true, null, \"\\u00e9\"]}", true),
        ("\"plain\"", true),
        ("12e3", true),
        ("{", false),
        ("\"a\u{1}\"", false),
        ("\"\\ud800\"", false),
        ("1e999", false),
        ("1 2", false),
    ] {
        let refused = refusal(&[data(value.len() as u32)], &[], value, &["demo.word"]);
        assert_eq!(refused == "stands", sound, "{value}: {refused}");
    }
    let deep = "[".repeat(500) + &"]".repeat(500);
    assert!(refusal(&[data(1000)], &[], &deep, &["demo.word"]).contains("recursion limit"));
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    let shared = vec![data(long.len() as u32); 64];
    check(&shared, &[], &long, &["demo.word"], "answer: more than 64 MiB for one article");
    check(&shared[..63], &[], &long, &["demo.word"], "stands");
    let mut answer = Answer::default();
    let refused = answer.add([], [], b"\"\xff\"", []).unwrap_err();
    assert_eq!(refused.to_string(), "values: byte 1 is no UTF-8");
}

#[test]
fn several_pieces_continue_one_another() {
    let mut doc = doc();
    let mut answer = Answer::default();
    let piece = |label: &'static str| [b"demo.word".as_slice(), label.as_bytes()];
    for label in ["one", "two"] {
        let row = Row { label: OWN + 1, value_len: 3, ..row(OWN, 0, 3) };
        answer.add([row], [], format!("\"{}\"", &label[..1]).as_bytes(), piece(label)).unwrap();
    }
    answer.add([], [link(4, s::ENTITY, 1)], b"", []).unwrap();
    answer.add_value(b"demo.count", b"2").unwrap();
    answer.apply(&mut doc, &Contract::new(["demo.word", "values"])).unwrap();
    let told = |row: &OwnRow| format!("{} {}", doc.name_of(row.label), doc.value(row).unwrap());
    let layer = doc.rows()[3].layer;
    assert_eq!(
        doc.layer(layer).map(|(_, row)| told(row)).collect::<Vec<_>>(),
        ["one \"o\"", "two \"t\""]
    );
    assert_eq!(doc.relations().last().unwrap().from.0, 4);
    let value = doc.rows().last().unwrap();
    assert_eq!((doc.name_of(value.kind), doc.value(value)), ("demo.count", Some("2")));
}

#[test]
fn layouts_of_rows() {
    let quotation = |kind: document::Symbol| Row { kind: kind.0, ..row(s::QUOTATIONS.0, 23, 29) };
    for (rows, values, expected) in [
        (
            vec![row(s::SENTENCES.0, 0, 5), row(s::SENTENCES.0, 4, 9)],
            "",
            "`sentences` row 1: it starts (4) before the sentence before it ends (5)",
        ),
        (vec![row(s::SENTENCES.0, 4, 4)], "", "`sentences` row 0: its span is empty"),
        (vec![mention(0, 3), mention(4, 6)], "", "stands"),
        (vec![mention(4, 6), mention(0, 3)], "", "stands"),
        (
            vec![mention(0, 6), mention(4, 6)],
            "",
            "`mentions` row 1: it overlaps row 0; names and values never do",
        ),
        (vec![Row { kind: s::PRONOUN.0, ..mention(0, 6) }, mention(4, 6)], "", "stands"),
        (
            vec![Row { label: s::DATE.0, ..mention(0, 3) }],
            "",
            "`mentions` row 0: the label of a mention is `PER`, `ORG`, `LOC` or `MISC`",
        ),
        (
            vec![Row { value_len: 2, ..mention(0, 3) }],
            "{}",
            "`mentions` row 0: only a mention of kind `value` has a value",
        ),
        (
            vec![Row { kind: s::VALUE.0, label: s::DATE.0, value_len: 2, ..mention(0, 3) }],
            "{}",
            "`mentions` row 0: the value of a `DATE` is a string",
        ),
        (
            vec![Row { start: u32::MAX, end: u32::MAX, ..mention(0, 3) }],
            "",
            "`mentions` row 0: it has no span",
        ),
        (
            vec![Row { label: s::PER.0, ..valued(s::ENTITIES.0, 2) }],
            "{}",
            "`entities` row 0: its value is no JSON string with a text",
        ),
        (
            vec![Row { label: s::PER.0, ..valued(s::ENTITIES.0, 5) }],
            "\"Ada\"",
            "`entities` row 0: a relation is missing: an entity has a `key`",
        ),
        (
            vec![quotation(s::NAME)],
            "",
            "`quotations` row 0: the kind of a quotation is `direct`, `mixed` or `indirect`",
        ),
        (vec![quotation(s::INDIRECT)], "", "stands"),
        (
            vec![quotation(s::DIRECT)],
            "",
            "`quotations` row 0: a relation is missing: a direct or mixed quotation says what is `marked`",
        ),
        (
            vec![row(s::TURNS.0, 0, 4)],
            "",
            "`turns` row 0: the kind of a turn is `question` or `answer`",
        ),
        (vec![row(s::SUMMARY.0, u32::MAX, u32::MAX)], "", "`summary` row 0: it has no span"),
        (
            vec![Row { kind: s::NAME.0, ..valued(s::VALUES.0, 1) }],
            "1",
            "`values` row 0: its kind, the value's name, has no dot",
        ),
        (
            vec![Row { kind: OWN, ..valued(s::VALUES.0, 0) }],
            "",
            "`values` row 0: `demo.word` has no value",
        ),
        (vec![Row { kind: OWN, ..valued(s::VALUES.0, 1) }], "1", "stands"),
        (
            vec![valued(s::NOTES.0, 1)],
            "1",
            "`notes` row 0: its value is no JSON string with a text",
        ),
        (vec![valued(s::NOTES.0, 5)], "\"odd\"", "stands"),
    ] {
        check(&rows, &[], values, &["demo.word"], expected);
    }
}

#[test]
fn layouts_of_relations() {
    // Row 3 is the first new one: a quotation; rows 4 and 5 are parts, 6 a mention.
    let values = "\"Ada Ek\"\"2023-02-30\"";
    let said = |kind: document::Symbol| Row { kind: kind.0, ..row(s::QUOTATIONS.0, 23, 29) };
    let part = Row { kind: s::MARKED.0, ..row(s::PARTS.0, 23, 29) };
    let speaker = Row { kind: s::NAME.0, ..valued(s::PARTS.0, 8) };
    let rows = |kind| [said(kind), part, speaker, mention(44, 47)];
    let marked = link(3, s::MARKED, 4);
    for (kind, relations, expected) in [
        (
            s::DIRECT,
            vec![marked, link(3, s::SPEAKER, 5), link(5, s::ENTITY, 1), link(3, s::PART_OF, 3)],
            "stands",
        ),
        (s::DIRECT, vec![marked, marked], "stands"),
        (
            s::INDIRECT,
            vec![link(3, s::CUE, 4), link(3, s::CUE, 4)],
            "relation 1: a second `cue` of row 3",
        ),
        (
            s::INDIRECT,
            vec![link(3, s::CUE, 99)],
            "relation 0: row 99 does not exist (7 rows with the new ones)",
        ),
        (s::INDIRECT, vec![link(3, s::CUE, 5)], "relation 0: the part of a `cue` has no span"),
        (
            s::INDIRECT,
            vec![link(3, s::SPEAKER, 4)],
            "relation 0: the kind of a speaker is `name`, `description`, `pronoun` or `carried`",
        ),
        (s::INDIRECT, vec![link(3, s::SAID_ON, 5)], "relation 0: `Ada Ek` is no ISO date"),
        (
            s::INDIRECT,
            vec![link(3, s::SPEAKER, 6)],
            "relation 0: `speaker` does not lead from `quotations` to `mentions`",
        ),
        (s::INDIRECT, vec![link(3, s::PER, 4)], "relation 0: `PER` is no role"),
        (s::INDIRECT, vec![link(6, s::ENTITY, 1)], "stands"),
        (
            s::INDIRECT,
            vec![link(6, s::ENTITY, 0)],
            "relation 0: `entity` does not lead from `mentions` to `mentions`",
        ),
        (
            s::INDIRECT,
            vec![link(0, s::ENTITY, 1)],
            "relation 0: row 0 is another stage's: what it says cannot be changed",
        ),
        (
            s::INDIRECT,
            vec![link(1, s::KEY, 5)],
            "relation 0: row 1 is another stage's: what it says cannot be changed",
        ),
    ] {
        check(&rows(kind), &relations, values, &["demo.word"], expected);
    }
    let second = Row { start: 0, end: 6, ..said(s::INDIRECT) };
    check(
        &[said(s::INDIRECT), second],
        &[link(3, s::PART_OF, 4)],
        "",
        &[],
        "relation 0: the first part of a quotation is `part_of` itself",
    );
    let outside = Row { start: 0, end: 6, ..part };
    let is_marked = [link(3, s::MARKED, 4)];
    check(
        &[said(s::DIRECT), outside],
        &is_marked,
        "",
        &[],
        "relation 0: what is `marked` in a direct quotation is all of it",
    );
    check(
        &[said(s::MIXED), outside],
        &is_marked,
        "",
        &[],
        "relation 0: what is `marked` lies outside the quotation",
    );
}

/// A stage that only groups the mentions of another into entities may say which mention is whose, once.
#[test]
fn a_linker_refers_to_mentions_of_another_stage() {
    let mut doc = testkit::doc(TEXT);
    doc.add_mention(&MentionDraft::name(Span::new(0, 6), s::PER, 0.9));
    let rows = [
        Row { label: s::PER.0, ..valued(s::ENTITIES.0, 5) },
        Row { kind: s::KEY.0, ..valued(s::PARTS.0, 5) },
    ];
    let links = [link(1, s::KEY, 2), link(0, s::ENTITY, 1)];
    let contract = Contract::new(["entities"]);
    let mut answer = Answer::default();
    answer.add(rows, links.into_iter().chain([links[1]]), b"\"Ada\"", []).unwrap();
    let refused = answer.apply(&mut doc, &contract).unwrap_err();
    assert_eq!(refused.to_string(), "relation 2: a second `entity` of row 0");
    answer.clear();
    answer.add(rows, links, b"\"Ada\"", []).unwrap();
    answer.apply(&mut doc, &contract).unwrap();
    assert_eq!(doc.view().mentions().next().unwrap().entity().unwrap().0, 1);
}

/// Runs a built-in stage, and takes what it wrote through an answer into a document as it was before.
fn as_answer(spec: &StageSpec, doc: &mut Document) {
    let built = spec.build(&Settings::defaults(&spec.settings)).unwrap();
    let BuiltStage::Article(factory) = built else { panic!("an article stage") };
    let mut ours = doc.clone();
    factory.instance().process(&mut ours).unwrap();
    let old = doc.rows().len();
    let rows = ours.rows()[old..].iter().map(|row| Row {
        start: row.start,
        end: row.end,
        layer: row.layer.0,
        kind: row.kind.0,
        label: row.label.0,
        producer: 0,
        score: row.score,
        value_start: row.value_start,
        value_len: row.value_len,
        flags: row.flags,
    });
    let relations = ours.relations()[doc.relations().len()..].iter();
    let relations = relations.map(|link| Relation {
        from: link.from.0,
        to: link.to.0,
        role: link.role.0,
        producer: 0,
    });
    let mut answer = Answer::default();
    answer
        .add(rows, relations, ours.values().as_bytes(), ours.names().iter().map(String::as_bytes))
        .unwrap();
    answer.apply(doc, &Contract::new(&spec.info.writes)).unwrap();
    for layer in &spec.info.writes {
        let layer = ours.intern(layer);
        ours.mark_written(layer);
        doc.mark_written(layer);
    }
    assert_eq!(record(doc), record(&ours), "the answer says what the stage said");
}

fn record(doc: &Document) -> String {
    let mut out = Vec::new();
    wire::encode(doc, &wire::Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What our own stages write is what a plugin may write: else no plugin could take their place.
#[test]
fn every_built_in_stage_stands() {
    let articles = [
        "Harbour strike ends\n\nBy Ines Falk\n\nORNVIK — The harbour of Ornvik opened again on 6 February 2023 after \
         dockers and the port agreed on a raise of $1.5 million. “We have what we came for,” said union leader \
         Mira Holt. “And we,” she added, “will not strike again this year.”\n\nPort director Jon Ask said the deal was \
         “fair to both sides”. He denied that the port had lost customers. Ms Holt told the Ornvik Post that talks took 14 days.",
        "Q: Why did you leave?\n\nA: I was tired, and the work was done.\n\nQ: What comes next?\n\nA: Sleep.",
        "",
        "“Unclosed, and nobody speaks.",
    ];
    for text in articles {
        let mut doc = Document::new(
            "sample",
            document::Origin::path("sample.txt"),
            text.as_bytes().to_vec(),
            document::Form::Text,
        );
        let normalize =
            normalize::spec().build(&Settings::defaults(&normalize::spec().settings)).unwrap();
        let BuiltStage::Article(normalize) = normalize else { panic!("an article stage") };
        normalize.instance().process(&mut doc).unwrap();
        for layer in [s::TEXT, s::SENTENCES] {
            doc.mark_written(layer);
        }
        for spec in [entity_tag::spec(), quote_extract::spec(), summarize::spec()] {
            as_answer(&spec, &mut doc);
        }
    }
}

prop_compose! {
    fn any_row()(
        span in prop_oneof![Just((u32::MAX, u32::MAX)), (0..60_u32, 0..60_u32)],
        layer in prop_oneof![0..14_u16, 255..259_u16],
        kind in prop_oneof![0..110_u16, 255..259_u16],
        label in prop_oneof![60..72_u16, 255..259_u16],
        score in prop_oneof![Just(-1.0_f32), any::<f32>(), 0.0..1.0_f32],
        (value_start, value_len) in (0..30_u32, 0..30_u32),
        flags in 0..3_u32,
    ) -> Row {
        Row { start: span.0, end: span.1, layer, kind, label, producer: 7, score, value_start, value_len, flags }
    }
}

proptest! {
    /// Whatever comes, it is refused and nothing changes, or it stands and the record can be written and read.
    #[test]
    fn nothing_that_stands_breaks_a_reader(
        rows in prop::collection::vec(any_row(), 0..4),
        links in prop::collection::vec((0..8_u32, 0..8_u32, prop_oneof![90..110_u16, 255..259_u16]), 0..4),
        values in "[\"a1é{}]{0,20}",
        names in prop::collection::vec(prop_oneof!["demo.word", "[a-c.]{0,3}", "mentions"], 0..3),
    ) {
        let mut doc = doc();
        let before = format!("{doc:?}");
        let links = links.iter().map(|(from, to, role)| Relation { from: *from, to: *to, role: *role, producer: 3 });
        let contract = Contract::new(["sentences", "mentions", "entities", "quotations", "turns", "summary",
            "keyphrases", "values", "story", "demo.word"]);
        let mut answer = Answer::default();
        let result = answer
            .add(rows, links, values.as_bytes(), names.iter().map(String::as_bytes))
            .and_then(|()| answer.apply(&mut doc, &contract));
        if result.is_err() {
            prop_assert_eq!(format!("{doc:?}"), before);
        } else {
            for layer in s::SENTENCES.0..=s::PARTS.0 {
                doc.mark_written(document::Symbol(layer));
            }
            let _ = testkit::underlined(&doc, &[s::MENTIONS, s::QUOTATIONS]);
            let written = record(&doc);
            prop_assert!(written.contains("copydesk.article/1"));
        }
    }
}

#[test]
fn rows_over_the_same_words_count_each_time() {
    let mut doc = testkit::doc(&"x".repeat(1 << 20));
    let whole = row(OWN, 0, 1 << 20);
    let mut refusal = |rows: usize| {
        let mut answer = Answer::default();
        answer.add(vec![whole; rows], [], b"", [b"demo.word".as_slice()]).unwrap();
        let applied = answer.apply(&mut doc, &Contract::new(["demo.word"]));
        applied.err().map(|violation| violation.to_string())
    };
    assert_eq!(refusal(65).as_deref(), Some("answer: more than 64 MiB for one article"));
    assert_eq!(refusal(64), None);
}

#[test]
fn names_that_come_again_are_one() {
    let mut doc = testkit::doc("Rain fell.");
    let mut answer = Answer::default();
    for name in ["demo.a", "demo.b"].into_iter().cycle().take(70_000) {
        answer.add([row(OWN, 0, 4)], [], b"", [name.as_bytes()]).unwrap();
    }
    answer.apply(&mut doc, &Contract::new(["demo.a", "demo.b"])).unwrap();
    assert_eq!(doc.names(), ["demo.a", "demo.b"]);
}

#[test]
fn a_part_belongs_to_a_quotation_of_the_same_stage() {
    let mut doc = testkit::doc("Rain fell.");
    let span = Span::new(0, 4);
    let first = doc.add(OwnRow::new(s::QUOTATIONS).at(span).kind(s::INDIRECT));
    doc.relate(first, s::PART_OF, first);
    let part = Row { kind: s::INDIRECT.0, ..row(s::QUOTATIONS.0, 5, 9) };
    let part_of = Relation { from: 1, to: 0, role: s::PART_OF.0, producer: 0 };
    let mut answer = Answer::default();
    answer.add([part], [part_of], b"", []).unwrap();
    let refused = answer.apply(&mut doc, &Contract::new(["quotations"])).unwrap_err();
    let expected = "relation 0: row 0 is another stage's: no part can be added to it";
    assert_eq!(refused.to_string(), expected);
}
