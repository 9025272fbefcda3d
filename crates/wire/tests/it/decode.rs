//! A record read back as the document that it was made from.

use wire::{DecodeError, Offsets, Options, decode};

use crate::sample::{encoded, full, verbatim};

const ALL: &dyn Fn(&str, &str) -> bool = &|_, _| true;

#[test]
fn a_record_read_back_makes_the_same_record() {
    for doc in [full(), verbatim("Rain.")] {
        for offsets in [Offsets::CodePoints, Offsets::Bytes, Offsets::Utf16] {
            for raw_offsets in [false, true] {
                let options = Options { offsets, raw_offsets, ..Options::default() };
                let line = encoded(&doc, options);
                let back = decode(line.as_bytes(), ALL).unwrap();
                assert_eq!(encoded(&back, options), line, "{offsets:?}");
            }
        }
    }
}

/// An exact record loses nothing that a later stage may ask.
#[test]
fn an_exact_record_brings_the_alignment_and_every_digit() {
    let options = Options { exact: true, ..Options::default() };
    let full = full();
    let line = encoded(&full, options);
    let back = decode(line.as_bytes(), ALL).unwrap();
    assert_eq!(encoded(&back, options), line);
    assert_eq!(back.alignment(), full.alignment());
    assert_eq!(back.metadata.values(), full.metadata.values());
    let scores = |doc: &document::Document| {
        let scores = doc.rows().iter().map(|row| (row.layer, row.score.to_bits()));
        let mut scores: Vec<_> = scores.collect();
        scores.sort_unstable();
        scores
    };
    assert_eq!(scores(&back), scores(&full));
    // Written like any other, it is what the document's own record is.
    let every = Options { raw_offsets: true, ..Options::default() };
    assert_eq!(encoded(&back, every), encoded(&full, every));
}

/// What a record tells of the payload is kept; what it does not tell is not made up.
#[test]
fn places_in_the_payload_are_those_of_the_record() {
    let every = Options { raw_offsets: true, ..Options::default() };
    let few = encoded(&full(), Options::default());
    let back = decode(few.as_bytes(), ALL).unwrap();
    let places = |line: &str| line.matches("\"raw_start\"").count();
    assert!(places(&encoded(&back, every)) < places(&encoded(&full(), every)));
    assert_eq!(encoded(&back, Options::default()), few);
}

#[test]
fn layers_that_are_made_anew_are_left_out() {
    let line = encoded(&full(), Options::default());
    let without = |layer: &'static str| {
        let takes = move |name: &str, _: &str| name != layer;
        encoded(&decode(line.as_bytes(), &takes).unwrap(), Options::default())
    };
    for layer in ["sentences", "summary", "keyphrases", "quotations", "values"] {
        let line = without(layer);
        assert!(!line.contains(&format!("\"{layer}\":")), "{layer}: {line}");
    }
    assert!(!without("watchlist.hit").contains("\"layer\":\"watchlist.hit\""));
    // What pointed to an entity points nowhere.
    assert!(!without("entities").contains("\"entity\":0"));
    let notes = |layer: &str, stage: &str| layer != "notes" || stage != "normalize";
    let line = encoded(&decode(line.as_bytes(), &notes).unwrap(), Options::default());
    assert!(!line.contains("a fish"), "{line}");
}

#[test]
fn damage_is_told() {
    let line = encoded(&full(), Options::default());
    let cases = [
        ("\"schema\":\"copydesk.article/1\"", "\"schema\":\"desk/9\"", "schema is `desk/9`"),
        ("\"text\":\"“We", "\"no_text\":\"“We", "no `text`"),
        ("{\"start\":0,\"end\":40}", "{\"start\":0,\"end\":4100}", "0 to 4100 is no stretch"),
        ("\"entity\":0", "\"entity\":77", "no row 77"),
        ("\"sha256\":\"abab", "\"sha256\":\"xyab", "is no digest"),
    ];
    let exact = encoded(&full(), Options { exact: true, ..Options::default() });
    let (before, runs) = exact.split_once("\"alignment\":").unwrap();
    for runs in
        ["[]", "[[4000,0,4000,\"same\"]]", "[[3,0,7,\"wide\"]]", "[[1,4294967295,1,\"same\"]]"]
    {
        let error = decode(format!("{before}\"alignment\":{runs}}}").as_bytes(), ALL).unwrap_err();
        assert!(error.to_string().contains("its alignment"), "{error}");
    }
    assert!(runs.contains("whole"), "{runs}");
    for (from, to, says) in cases {
        assert!(line.contains(from), "{from}: {line}");
        let error = decode(line.replacen(from, to, 1).as_bytes(), ALL).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(matches!(decode(b"{}", ALL), Err(DecodeError::Record(_))));
}
