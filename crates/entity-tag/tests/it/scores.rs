use crate::gold;

/// Exact-span F1 over all classes on labelled text, where a checkout has it: on every fifth text, since the
/// shipped model has learned from the others.
fn check(file: &str, floor: f64) {
    let Some(path) = testkit::shared(&format!("data/ner/{file}")) else { return };
    let counts = gold::score(&gold::read(&path).into_iter().skip(4).step_by(5).collect::<Vec<_>>());
    let all = counts["all"].f1();
    assert!(all >= floor, "{file}: {all:.3} is below {floor}: {counts:?}");
}

#[test]
fn world_news_stays_above_its_floor() {
    check("enww.dev.jsonl", 0.84);
}

#[test]
fn wire_copy_stays_above_its_floor() {
    check("conll03.dev.jsonl", 0.92);
}

#[test]
fn political_text_stays_above_its_floor() {
    check("crossner_politics.dev.jsonl", 0.85);
}

#[test]
fn posts_stay_above_their_floor() {
    check("wnut17.dev.jsonl", 0.49);
}
