use crate::gold;

/// Exact-span F1 over all classes on labelled text, where a checkout has it.
fn check(file: &str, floor: f64) {
    let Some(path) = testkit::shared(&format!("data/ner/{file}")) else { return };
    let counts = gold::score(&gold::read(&path));
    let all = counts["all"].f1();
    assert!(all >= floor, "{file}: {all:.3} is below {floor}: {counts:?}");
}

#[test]
fn world_news_stays_above_its_floor() {
    check("enww.dev.jsonl", 0.835);
}

#[test]
fn wire_copy_stays_above_its_floor() {
    check("conll03.dev.jsonl", 0.92);
}

#[test]
fn encyclopedia_text_stays_above_its_floor() {
    check("wikigold.dev.jsonl", 0.71);
}

#[test]
fn political_text_stays_above_its_floor() {
    check("crossner_politics.dev.jsonl", 0.78);
}

#[test]
fn posts_stay_above_their_floor() {
    check("wnut17.dev.jsonl", 0.40);
}
