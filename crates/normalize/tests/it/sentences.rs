//! Text → sentences.

use document::Form;
use normalize::Mode;

use crate::process;

/// Checks a text in which `|` marks every border between two sentences.
fn check(marked: &str) {
    let (doc, _) = process(marked.replace('|', "").as_bytes(), Form::Text, Mode::Verbatim);
    let view = doc.view();
    let mut found = String::new();
    let mut at = 0;
    for sentence in view.sentences() {
        found += &doc.text()[at..sentence.start() as usize];
        if at > 0 {
            found.push('|');
        }
        found += doc.slice(sentence);
        at = sentence.end() as usize;
    }
    found += &doc.text()[at..];
    assert_eq!(found, marked);
}

#[test]
fn sentences_end_at_end_marks() {
    check("She spoke. |He left! |Why? |Nobody knows.");
    check("Really?! |Yes… |No... |Then it began.");
    check("It costs 3.5 million. |That is 1.2 per head.");
    check("It opened in 2022. |The next one follows.");
}

#[test]
fn titles_initials_and_abbreviations_do_not_end_them() {
    check("Mr. Hill met Dr. Reed and Gen. Ames. |They talked.");
    check("Assoc. Prof. Dr. Ana Ruiz met Sen. Hill, Gov. Lee and St. John.");
    check("J. K. Rowe and George H.W. Marsh wrote it. |It sold.");
    check("The U.S. Navy left. |It left the U.S. |The ship followed.");
    check("On Jan. 30 and Dec. 4, 2019 she was there.");
    check("See No. 5 and pp. 12, i.e. the last, vs. the first, e.g. here.");
    check("He said no. |Then he left.");
    check("Acme Inc. Chairwoman Ana Ruiz left Acme Inc. |She was 60.");
    check("At 10 a.m. Monday it opened. |It closed at 5 p.m. |The day was long.");
    check("1. First point.\n|2. Second point.");
}

#[test]
fn closing_marks_belong_to_the_sentence() {
    check("“We won.” |“Never,” she said.");
    check("‘We won.’ |He laughed. |(So did they.) |All did.");
    check("“Who won?” he asked. |“We did!” |They cheered.");
    check("“Who won?” Ana Ruiz asked. |“We did.”");
    check("“It was … long,” he said. |It was.");
    check("The words left out […] Were many. |“(…) Others stayed.”");
}

#[test]
fn pasted_together_sentences_are_told_apart_and_names_are_not() {
    check("It was about security.|This is clear.");
    check("It stopped at Luzon….|Skip ahead to May.");
    check("So said Ana Hill.|In the town nobody agreed.");
    check("They share their concerns…|Boats are waiting.");
    check("See example.com and Node.js or a.B today.");
    check("…As she said, it stopped.");
}

#[test]
fn other_scripts_have_their_marks() {
    check("她说了。|他走了！|为什么？|没人知道。");
    check("「はい。」|と言った。");
    check("यह सच है। |वह गया।");
}

#[test]
fn line_breaks_always_end_sentences() {
    check("A heading\n|The text of it\r\n|ends here");
}

#[test]
fn text_without_capitals_has_sentences_too() {
    check("the harbour closed. |dockers marched on friday. |nobody spoke.");
    check(
        "the harbour of port ansel , empty since may , closed . |dockers marched ! |nobody spoke .",
    );
    check("Ansel dockers marched . |Then nobody spoke .");
}
