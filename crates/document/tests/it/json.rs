//! Strings in the value buffer.

use document::json;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_string_comes_back(text: String) {
        let mut written = String::new();
        json::push_string(&mut written, &text);
        prop_assert_eq!(json::as_str(&written).unwrap(), text);
    }

    #[test]
    fn anything_else_is_no_string_and_no_panic(text in "[\"\\\\u0-9a-f{}n/ ]{0,12}") {
        let _ = json::as_str(&text);
    }
}

#[test]
fn escapes_of_other_writers_are_understood() {
    for (written, text) in [
        (r#""\u00e9\/\b""#, Some("é/\u{8}")),
        (r#""\ud83d\ude00""#, Some("😀")),
        (r#""\ud83d""#, None),
        (r#""\ude00""#, None),
        (r#""unclosed"#, None),
        (r#""a"b""#, None),
        ("null", None),
        ("\"", None),
    ] {
        assert_eq!(json::as_str(written).as_deref(), text, "{written}");
    }
}
