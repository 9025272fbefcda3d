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

/// Sentences of the form `“…,” Name said`, found in the texts themselves: none of their words stands here.
#[test]
fn the_speakers_of_plain_sentences_are_right() {
    let Some(drop) = testkit::shared("drops/indo-pacific") else { return };
    let out = tempfile::tempdir().unwrap();
    copydesk(
        &workspace(),
        &["run", drop.to_str().unwrap(), "--output", out.path().to_str().unwrap()],
    );
    let mut plain = 0;
    for record in records(out.path()) {
        let text: Vec<char> = record["text"].as_str().unwrap().chars().collect();
        for quotation in record["quotations"].as_array().unwrap() {
            let end = quotation["end"].as_u64().unwrap() as usize;
            let after: String = text[end..].iter().take(80).collect();
            let Some(named) = after.strip_prefix("” ").and_then(name_that_speaks) else {
                continue;
            };
            plain += 1;
            let speaker = quotation["speaker"]["name"].as_str().unwrap_or("nobody");
            let surname = |name: &str| name.rsplit(' ').next().map(str::to_owned);
            assert!(
                speaker.contains(named.as_str()) || surname(&named) == surname(speaker),
                "{}: {named} speaks, {speaker} is credited",
                record["id"]
            );
        }
    }
    assert!(plain >= 3, "{plain} plain sentences");
}

/// The capitalised name before or after the reporting verb that opens `words`.
fn name_that_speaks(words: &str) -> Option<String> {
    const VERBS: [&str; 3] = ["said", "told", "added"];
    let clause = words.split(['.', ',', '\n']).next()?;
    let words: Vec<&str> = clause.split(' ').collect();
    let verb = words.iter().take(4).position(|word| VERBS.contains(word))?;
    let capital = |word: &&&str| word.starts_with(char::is_uppercase);
    let name: Vec<&str> = if verb > 0 {
        words[..verb].iter().filter(capital).copied().collect()
    } else {
        let last = words[1..].iter().take(8).rposition(|word| capital(&word))?;
        vec![words[1 + last]]
    };
    (!name.is_empty()).then(|| name.join(" "))
}
