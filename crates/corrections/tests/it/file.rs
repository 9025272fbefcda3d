//! What a line may say, and how it is told what it may not.

use corrections::{Change, Corrections, Wish};
use proptest::prelude::*;

/// The words of the file that the first mistake is about, its message, and the number of mistakes.
fn first_mistake(file: &str) -> (String, String, usize) {
    let mistakes = Corrections::parse(file).unwrap_err();
    let first = &mistakes[0];
    (file[first.span.clone()].to_owned(), first.message.clone(), mistakes.len())
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let cases = [
        (
            r#"{"article":"a","quotation":"q","speeker":"x"}"#,
            r#""speeker""#,
            "unknown key `speeker`",
        ),
        (
            r#"{"article":"a","quotation":"q","speaker":7}"#,
            "7",
            "`speaker` must be text in quotation marks",
        ),
        (r#"{"article":"a","quotation":"q"}"#, r#""quotation""#, "nothing to change"),
        (
            r#"{"quotation":"q","remove":true}"#,
            r#"{"quotation":"q","remove":true}"#,
            "`article` is missing",
        ),
        (
            r#"{"article":"a","entity":"e","quotation":"q","remove":true}"#,
            r#""entity""#,
            "both `quotation` and `entity`",
        ),
        (
            r#"{"article":"a","speaker":"q"}"#,
            r#"{"article":"a","speaker":"q"}"#,
            "neither `quotation` nor `entity`",
        ),
        (r#"{"article":"a","quotation":"q","remove":false}"#, "false", "`remove` can only be true"),
        (
            r#"{"article":"a","quotation":"q","remove":true,"role":"x"}"#,
            r#""role""#,
            "`role` of a quotation that is removed",
        ),
        (
            r#"{"article":"a","quotation":"q","speaker":null,"role":"x"}"#,
            r#""role""#,
            "a role of nobody",
        ),
        (
            r#"{"article":"a","quotation":"q","rename":"x"}"#,
            r#""rename""#,
            "`rename` does not go with `quotation`",
        ),
        (
            r#"{"article":"a","entity":"e","rename":"x","merge":["y"]}"#,
            r#""entity""#,
            "several changes in one line",
        ),
        (r#"{"article":"a","entity":"e","merge":[]}"#, "[]", "`merge` names nothing"),
        (
            r#"{"article":"a","entity":"e","merge":"x"}"#,
            r#""x""#,
            "`merge` must be a list of names",
        ),
        (r#"{"article":"a","entity":"e","split":[{"txt":"x"}]}"#, r#""txt""#, "unknown key `txt`"),
        (
            r#"{"article":"a","entity":"e","merge":["x"],"name":"n"}"#,
            r#""name""#,
            "`name` goes with `split`",
        ),
        (
            r#"{"article":"a","quotation":"q","remove":true,"start":-1}"#,
            "-1",
            "`start` must be a whole number from 0",
        ),
        (
            r#"{"article":"a","quotation":"q","remove":true,"start":1,"occurrence":1}"#,
            r#""occurrence""#,
            "both `start` and `occurrence`",
        ),
        (r#"{"article":"a","quotation":" ","remove":true}"#, r#"" ""#, "`quotation` is empty"),
        (
            r#"{"article":"a","quotation":"q","speaker":"Ada\u0000 Ek"}"#,
            r#""Ada\u0000 Ek""#,
            "`speaker` has the control character U+0000",
        ),
        (
            r#"{"article":"a","entity":"e","rename":"Ada\nEk"}"#,
            r#""Ada\nEk""#,
            "`rename` has the control character U+000A",
        ),
        (
            r#"{"article":"a","article":"b","quotation":"q","remove":true}"#,
            r#""article""#,
            "`article` stands here twice",
        ),
        (r#"{"article":"a","quotation":"q","remove":tru}"#, "}", "expected ident"),
        ("[1]", "[", "invalid type: sequence, expected a JSON object"),
    ];
    for (line, words, message) in cases {
        let good = r#"{"article":"ä","quotation":"q","remove":true}"#;
        let (at, told, count) = first_mistake(&format!("{good}\n\n  {line}\r\n{good}\n"));
        assert_eq!((&*at, &*told, count), (words, message, 1), "{line}");
    }
    assert_eq!(first_mistake("{\n[\n7").2, 3, "all lines are looked at");
}

#[test]
fn lines_are_kept_by_article_in_their_order() {
    let file = "\u{feff}{\"article\":\"b\",\"quotation\":\"q\",\"speaker\":null,\"note\":\"asked\"}\n\
                {\"article\":\"a\",\"entity\":\"e\",\"rename\":\"f\"}\n\n\
                {\"article\":\"b\",\"quotation\":\"q\",\"speaker\":\"x\",\"role\":null}";
    let corrections = Corrections::parse(file).unwrap();
    let b = corrections.of("b");
    assert_eq!([b[0].number, b[1].number, corrections.of("a")[0].number], [1, 4, 2]);
    let Change::Speaker { speaker, role, .. } = &b[1].change else { panic!("{b:?}") };
    assert_eq!((speaker, role), (&Wish::Set("x".to_owned()), &Wish::Clear));
    assert_eq!((corrections.len(), corrections.of("c").len()), (3, 0));
}

#[test]
fn the_digest_of_an_article_hangs_on_its_own_lines() {
    let one = r#"{"article":"a","entity":"e","rename":"f"}"#;
    let two = r#"{"article":"a","entity":"g","rename":"h"}"#;
    let other = r#"{"article":"b","entity":"e","rename":"f"}"#;
    let digest = |file: &str| {
        let corrections = Corrections::parse(file).unwrap();
        corrections.digests().find(|(id, _)| *id == "a").unwrap().1
    };
    let both = digest(&format!("{one}\n{two}"));
    assert_eq!(both, digest(&format!("{other}\n  {one}\r\n\n{two}\n{other}")));
    assert_ne!(both, digest(&format!("{two}\n{one}")), "they are applied in their order");
    assert_ne!(both, digest(one));
}

#[test]
fn the_guide_shows_lines_as_they_should_be() {
    let guide = include_str!("../../../../docs/corrections.md");
    let shown = guide.split("```").nth(1).unwrap().strip_prefix("json").unwrap();
    assert_eq!(Corrections::parse(shown).unwrap().len(), 8);
}

proptest! {
    #[test]
    fn whatever_a_file_says_it_is_read_or_told(file in "(\\PC|[{}\",:\\[\\]0-9\n]|\"(article|quotation|entity|start|merge)\":){0,40}") {
        if let Err(mistakes) = Corrections::parse(&file) {
            for mistake in mistakes {
                prop_assert!(file.get(mistake.span.clone()).is_some(), "{mistake:?}");
            }
        }
    }
}
