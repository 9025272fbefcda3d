//! Ordered stages in children: their state survives the child and the run.

use stage_api::StageError;

use crate::scripts::{HEAD, TAIL, article, has_python, load, ordered_stage};

/// A sum over articles: it survives the child, and a run.
const SUM: &str = r#"
total = 0
def restore(number):
    global total
    total += number
def answer(doc):
    n = int(doc["id"])
    if n == 3 and first_time():
        sys.exit(1)
    if n == 5:
        sys.exit(1)
    restore(n)
    say({"id": doc["id"], "values": {"t.sum": total}, "change": n})
"#;

#[test]
fn an_ordered_stage_keeps_its_state_over_children_and_runs() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stages = load(folder.path(), &format!("{HEAD}{SUM}{TAIL}")).unwrap();
    let mut changes: Vec<Vec<u8>> = Vec::new();
    let mut sums = Vec::new();
    for run in [0..4, 4..7] {
        let mut stage = ordered_stage(&stages);
        for change in &changes {
            stage.restore(change).unwrap();
        }
        for number in run {
            let mut doc = article(number);
            let outcome = stage.process(&mut doc);
            changes.extend(stage.take_change());
            sums.push(match outcome {
                Ok(_) => doc.values().to_owned(),
                Err(error) => error.to_string()[..12].to_owned(),
            });
        }
    }
    assert_eq!(sums, ["0", "1", "3", "6", "10", "`p/sum`: the", "16"]);
    assert_eq!(changes.concat(), b"012346");
}

/// A state that is longer than what is written ahead of a child does not keep the first article from it.
#[test]
fn a_long_state_is_restored_before_the_first_article() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stages = load(folder.path(), &format!("{HEAD}{SUM}{TAIL}")).unwrap();
    let mut stage = ordered_stage(&stages);
    for _ in 0..30_000 {
        stage.restore(b"1").unwrap();
    }
    let mut doc = article(1);
    stage.process(&mut doc).unwrap();
    assert_eq!(doc.values().to_owned(), "30001");
}

/// What came with an answer that was not the last is not told to anyone, nor is what a stage says that
/// does not declare a state.
#[test]
fn a_change_counts_where_it_is_taken() {
    if !has_python() {
        return;
    }
    let answer = r#"
tried = set()
def answer(doc):
    n = int(doc["id"])
    if n == 2 and first_time():
        sys.exit(1)
    if n == 1 and n not in tried:
        tried.add(n)
        restore(100)
        return say({"id": doc["id"], "retry": "later", "change": 100})
    restore(n)
    say({"id": doc["id"], "values": {"t.sum": total}, "change": n})
"#;
    let head = SUM.split("def answer").next().unwrap();
    for (flags, sums, kept) in [("[\"state\"]", "0 101 3", "012"), ("[]", "0 101 2", "")] {
        let folder = tempfile::tempdir().unwrap();
        let tail = TAIL.replace("[\"state\"]", flags);
        let stages = load(folder.path(), &format!("{HEAD}{head}{answer}{tail}")).unwrap();
        let mut stage = ordered_stage(&stages);
        let (mut seen, mut changes) = (Vec::new(), Vec::new());
        for number in 0..3 {
            let mut doc = article(number);
            if let Err(error) = stage.process(&mut doc) {
                assert!(matches!(error, StageError::Retry(_)), "{error}");
                stage.process(&mut doc).unwrap();
            }
            changes.extend(stage.take_change());
            seen.push(doc.values().to_owned());
        }
        assert_eq!((seen.join(" ").as_str(), changes.concat()), (sums, kept.into()), "{flags}");
        assert_eq!(stage.restore(b"1").is_ok(), flags != "[]");
    }
}
