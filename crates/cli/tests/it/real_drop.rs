//! The five real articles of the shared folder, where a checkout has it beside it.

use serde_json::Value;

use crate::program::{assert_sound, copydesk, records, workspace};

#[test]
fn five_read_five_written_and_every_span_is_its_slice() {
    let Some(drop) = testkit::shared("drops/indo-pacific") else { return };
    let out = tempfile::tempdir().unwrap();
    let args = ["run", drop.to_str().unwrap(), "--output", out.path().to_str().unwrap()];
    let ran = copydesk(&workspace(), &args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let records = records(out.path());
    assert_eq!(records.len(), 5);
    records.iter().for_each(assert_sound);
    let quotations = |record: &Value| record["quotations"].as_array().unwrap().len();
    assert!(records.iter().map(quotations).sum::<usize>() >= 20);
}

#[test]
fn the_speakers_of_plain_sentences_are_right() {
    let Some(drop) = testkit::shared("drops/indo-pacific") else { return };
    let out = tempfile::tempdir().unwrap();
    copydesk(
        &workspace(),
        &["run", drop.to_str().unwrap(), "--output", out.path().to_str().unwrap()],
    );
    let records = records(out.path());
    let quotations: Vec<&Value> =
        records.iter().flat_map(|record| record["quotations"].as_array().unwrap()).collect();
    // The first words of a quotation, and who says them.
    for (opening, speaker) in [
        ("The fact that Russia", "Jens Stoltenberg"),
        ("Security is not regional but", "Jens Stoltenberg"),
        ("Security is not regional, it", "Jens Stoltenberg"),
        ("NATO needs to make", "Jens Stoltenberg"),
        ("NATO has constantly sought", "Mao Ning"),
        ("I would like to stress", "Mao Ning"),
        ("We may be oceans", "Jens Stoltenberg"),
        ("Euro-Atlantic and Indo-Pacific", "Tony Truss"),
    ] {
        let starts = |quotation: &&&Value| {
            quotation["text"].as_str().is_some_and(|text| text.starts_with(opening))
        };
        let found = quotations
            .iter()
            .find(starts)
            .unwrap_or_else(|| panic!("no quotation opens “{opening}”"));
        assert_eq!(found["speaker"]["name"], speaker, "{found}");
    }
}
