//! Articles made to be slow: the work must grow with the text, not with its square.

use document::Span;

use crate::stage;

/// Bytes of each text; a quadratic step over it would take minutes, a deep recursion would end the process.
const SIZE: usize = 1 << 20;
/// Bytes of the less likely ones.
const SMALL: usize = SIZE / 8;

fn survives(pattern: &str, size: usize) {
    let text = pattern.repeat(size / pattern.len());
    let mut doc = testkit::doc(&text);
    doc.add_sentence(Span::from_range(0..text.len()));
    stage().process(&mut doc).expect("odd text is no error");
    assert!(doc.view().quotations().all(|quotation| !quotation.span().is_empty()));
}

#[test]
fn marks_of_every_kind_in_a_row() {
    for pattern in [
        "“",
        "”",
        "\"",
        "'",
        "‘",
        "’",
        "``",
        "«",
        "„",
        "“”",
        "”“",
        "\" ",
        " '",
        "‘a",
        "a’ ",
        "“a",
        "\n“",
        "“a”, ",
        "“,",
    ] {
        survives(pattern, SMALL);
    }
}

#[test]
fn cues_and_names_in_a_row() {
    for pattern in [
        "said ",
        "Ada said ",
        "called “x” ",
        "said, ",
        "according to ",
        "“Go,” she said. ",
        "Q: a?\nA: b\n",
        "1- a?\n",
        ", said Ada Ek, ",
    ] {
        survives(pattern, SMALL);
    }
}

#[test]
fn a_megabyte_of_marks() {
    for pattern in ["“", "'", "“a” "] {
        survives(pattern, SIZE);
    }
}
