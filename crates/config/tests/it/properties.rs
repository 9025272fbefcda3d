//! Noise: no text panics, every place lies in the text, and planning is a function.

use std::path::Path;

use config::{GraphFormat, Options, Plan, check_table, explain, graph, plan_json};
use proptest::prelude::*;

use crate::plans::WHOLE;
use crate::registry::registry;

fn look_at(text: &str) {
    match Plan::from_text("p.toml", text, Path::new(""), &registry(), &Options::check()) {
        Ok(plan) => {
            explain(&plan);
            check_table(&plan);
            plan_json(&plan);
            for format in [GraphFormat::Text, GraphFormat::Mermaid, GraphFormat::Dot] {
                graph(&plan, format);
            }
        }
        Err(mistakes) => {
            assert!(mistakes.has_errors());
            for mistake in mistakes.list() {
                assert!(
                    mistake.span.start <= mistake.span.end && mistake.span.end <= text.len(),
                    "{mistake:?} in {text:?}"
                );
                assert!(!mistake.message.contains('\n'), "{mistake:?}");
            }
            let blocks = mistakes.render(false);
            assert!(blocks.starts_with("p.toml:"));
            mistakes.render(true);
            mistakes.to_json();
        }
    }
}

/// A file that ends in the middle of a list, for which the parser makes up a table that lies backwards.
#[test]
fn a_file_that_is_cut_off_anywhere_is_told_so() {
    for (end, _) in WHOLE.char_indices() {
        look_at(&WHOLE[..end]);
    }
    look_at("version = 1\n[[stage]]\nuse = \"normalize\"\nwhen = { language = [\"en");
}

proptest! {
    #[test]
    fn no_text_panics(text in "(?s).{0,80}") {
        look_at(&text);
    }

    #[test]
    fn nothing_like_toml_panics(pieces in proptest::collection::vec(prop_oneof![
        Just("[[stage]]\n"), Just("[[stage]"), Just("[run]\n"), Just("use"), Just(" = "), Just("\"normalize\""), Just("\n"),
        Just("when"), Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just("."), Just("meta"), Just("'''"), Just("\"\"\""),
        Just("\""), Just("${A}"), Just("${"), Just("3"), Just("1.5"), Just("true"), Just("é"), Just("\u{1f4f0}"), Just("\r\n"), Just("#"),
        Just("version = 1\n"), Just("run"), Just("workers"), Just("\\"), Just("\t"), Just("\u{0}"), Just("1979-05-27"), Just("[[source]]\n"),
    ], 0..40)) {
        look_at(&pieces.concat());
    }

    #[test]
    fn no_slip_of_the_finger_panics(at in 0..WHOLE.len(), with in "(?s).{0,2}", cut in 0..3_usize) {
        let mut text = WHOLE.to_owned();
        text.replace_range(at..(at + cut).min(WHOLE.len()), &with);
        look_at(&text);
    }

    #[test]
    fn planning_is_a_function(drop in 0..4_usize) {
        let text: String = WHOLE.split_inclusive("\n\n").enumerate().filter(|(at, _)| *at != drop + 6).map(|(_, part)| part).collect();
        let plan = |text: &str| Plan::from_text("p.toml", text, Path::new(""), &registry(), &Options::run()).map(|plan| explain(&plan));
        prop_assert_eq!(plan(&text), plan(&text));
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for depth in [30, 79, 200, 5000] {
        look_at(&format!("version = 1\nrun = {}{}", "[".repeat(depth), "]".repeat(depth)));
        look_at(&format!(
            "version = 1\nrun = {}1{}",
            "{a.b.c.d = ".repeat(depth),
            "}".repeat(depth)
        ));
        look_at(&format!("version = 1\nrun = {}", "[".repeat(depth)));
        look_at(&format!("version = 1\n[{}]\n", vec!["a"; depth].join(".")));
    }
}
