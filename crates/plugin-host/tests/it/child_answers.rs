//! What children answer, and what becomes of it.

use std::time::Duration;

use document::Document;
use stage_api::Flow;

use crate::scripts::{HEAD, LONG, TAIL, article, article_stage, check, has_python, load, outcomes};

#[test]
fn a_script_adds_rows() {
    check("    good(doc)", LONG, &[]);
}

#[test]
fn what_a_script_answers_is_what_becomes_of_the_article() {
    check(
        r#"
    match n:
        case "1": say({"id": n, "discard": "too short"})
        case "2": say({"id": n, "fail": "no model"})
        case "3": say({"id": n, "retry": "busy"})
        case "4": say({"id": n, "fatal": "no licence"})
        case _: good(doc)"#,
        LONG,
        &[
            (1, "discard: too short"),
            (2, "fail: `p/tag`: no model"),
            (3, "retry: `p/tag`: busy"),
            (4, "fatal: `p/tag`: no licence"),
        ],
    );
}

#[test]
fn what_a_script_says_is_cut_to_a_length_for_people() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let answer = r#"
def answer(doc):
    long = "é" * 9000
    match doc["id"]:
        case "0": say({"id": "0", "discard": long})
        case "1": say({"id": "1", "fail": long})
        case _: say({"id": long})
"#;
    let script = format!("{HEAD}{answer}{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    let lengths: Vec<usize> =
        outcomes(stage.as_mut(), 3).iter().map(|outcome| outcome.len() / 100).collect();
    assert_eq!(lengths, [41, 41, 41]);
}

/// Wrong in itself, but certainly about this article: it costs this article and no restart.
#[test]
fn an_answer_that_breaks_the_contract_costs_its_article() {
    check(
        r#"
    hit = {"layer": "t.hit", "start": 0, "end": 1}
    match n:
        case "1": say({"id": n, "annotations": [{**hit, "end": 12}]})
        case "2": say({"id": n, "annotations": [{**hit, "start": 3, "end": 2}]})
        case "3": say({"id": n, "annotations": [{**hit, "layer": "other.hit"}]})
        case "4": say({"id": n, "annotations": [{**hit, "end": 3, "text": "Zo\u00eb!"}]})
        case "5": say({"id": n, "mentions": [{"start": 0, "end": 3, "label": "PER"}]})
        case "6": say({"id": n, "annotations": [hit, {**hit, "score": 7}]})
        case "7": say({"id": n, "annotations": [{"layer": "t.hit", "start": 0}]})
        case "8": say({"id": n, "annotations": [{**hit, "end": 3, "text": "Zo\u00eb"}]})
        case _: good(doc)"#,
        LONG,
        &[
            (
                1,
                "contract: `p/tag`: answered what it may not: `annotations` 0: the end 12 lies beyond the text (11 characters)",
            ),
            (
                2,
                "contract: `p/tag`: answered what it may not: `t.hit` row 0: it ends (2) before it starts (4)",
            ),
            (
                3,
                "contract: `p/tag`: answered what it may not: `other.hit` row 0: the stage does not declare",
            ),
            (
                4,
                "contract: `p/tag`: answered what it may not: `annotations` 0: its text is `Zoë!`, the article has `Zoë` there",
            ),
            (
                5,
                "contract: `p/tag`: answered what it may not: `mentions` row 0: the stage does not declare",
            ),
            (
                6,
                "contract: `p/tag`: answered what it may not: `t.hit` row 1: the score 7 is not within 0 and 1",
            ),
            (
                7,
                "contract: `p/tag`: answered what it may not: `annotations` 0: of `start` and `end` one is missing",
            ),
        ],
    );
}

#[test]
fn what_is_no_answer_costs_its_article() {
    check(
        r#"
    match n:
        case "2": print("looking at number 2", flush=True)
        case "4": say({"id": n, "annotation": []})
        case "6": say({"id": "9"})
        case "8": say([])
        case _: pass
    good(doc)"#,
        LONG,
        &[
            (
                2,
                "contract: `p/tag`: its answer is none (expected value at line 1 column 1): looking at",
            ),
            (4, "contract: `p/tag`: its answer is none (unknown field `annotation`"),
            (6, "contract: `p/tag`: it answered article `9` instead"),
            (8, "contract: `p/tag`: its answer is none ("),
        ],
    );
}

#[test]
fn an_answer_too_many_is_left_out() {
    check("    good(doc)\n    if n in \"259\":\n        good(doc)", LONG, &[]);
}

#[test]
fn an_answer_too_few_is_a_hang() {
    check(
        "    if n != \"4\": good(doc)",
        Duration::from_secs(3),
        &[(4, "contract: `p/tag`: it answered article `5` instead")],
    );
    check(
        "    if n != \"9\": good(doc)",
        Duration::from_secs(3),
        &[(9, "timeout: `p/tag`: no answer within 3 s")],
    );
}

#[test]
fn a_line_without_an_end_is_cut_off() {
    check(
        r#"
    while n == "3":
        sys.stdout.write("x" * 1_000_000)
    good(doc)"#,
        LONG,
        &[(3, "contract: `p/tag`: its answer has more than 64 MiB")],
    );
}

/// Far more than a pipe holds, in every direction: nobody waits for the other.
#[test]
fn full_pipes_block_nobody() {
    check(
        r#"
    print("x" * 3_000_000, file=sys.stderr)
    good(doc, notes=[{"message": "n" * 3_000_000}])"#,
        LONG,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|number| (number, "2 row")),
    );
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{HEAD}\ndef answer(doc):\n    good(doc)\n{TAIL}");
    let mut stage = article_stage(&load(folder.path(), &script).unwrap(), LONG);
    let mut docs: Vec<Document> = (0..8).map(article).collect();
    for doc in &mut docs {
        let text = "words and ".repeat(300_000);
        *doc = Document::new(doc.id(), doc.origin.clone(), Vec::new(), document::Form::Text);
        doc.set_text(document::Text::verbatim(text));
    }
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    assert!(stage.process_batch(&mut batch).iter().all(|outcome| outcome == &Ok(Flow::Keep)));
}
