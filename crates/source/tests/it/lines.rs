//! JSON Lines: order, places, and lines that are none.

use crate::drop::{Drop, gzip, zstd};

#[test]
fn each_line_is_an_article_with_its_place() {
    let lines = "\u{feff}{\"text\": \"Rain\"}\r\n\n  \n{\"html\": \"<p>Snow\"}\n\u{feff}{\"text\": \"Hail\"}";
    let drop = Drop::new().file("drop/a.jsonl", lines);
    drop.check(&[
        "drop/a.jsonl#1 text Rain",
        "drop/a.jsonl#4 html <p>Snow",
        "drop/a.jsonl#5 text Hail",
    ]);
    let places: Vec<_> =
        drop.documents().iter().map(|doc| (doc.origin.line, doc.origin.offset)).collect();
    assert_eq!(places, [(Some(1), Some(0)), (Some(4), Some(25)), (Some(5), Some(45))]);
    assert!(drop.documents().iter().all(|doc| doc.origin.path == "drop/a.jsonl"));
}

#[test]
fn packed_lines_are_the_same_lines() {
    let lines = b"{\"text\": \"Rain\"}\n{\"text\": \"Snow\"}\n";
    Drop::new().file("drop/a.jsonl.gz", gzip(lines)).file("drop/b.zst", zstd(lines)).check(&[
        "drop/a.jsonl.gz#1 text Rain",
        "drop/a.jsonl.gz#2 text Snow",
        "drop/b.zst#1 text Rain",
        "drop/b.zst#2 text Snow",
    ]);
}

#[test]
fn a_json_file_of_one_object_is_one_article() {
    let drop = Drop::new()
        .file(
            "drop/a.json",
            "{\n  \"text\": \"Rain\",\n  \"desk\": {\n    \"of\": \"metro\"\n  }\n}\n",
        )
        .file("drop/b.json", "\n{\"text\": \"Snow\"}\n\n")
        .file("drop/c.json", "{\"text\": \"Hail\"}\n\n {\"text\": \"Sleet\"}\n")
        .file("drop/d.jsonl", "{\"text\": \"Fog\"}\n");
    drop.check(&[
        "drop/a.json text Rain",
        "drop/b.json text Snow",
        "drop/c.json#1 text Hail",
        "drop/c.json#3 text Sleet",
        "drop/d.jsonl#1 text Fog",
    ]);
    let docs = drop.documents();
    assert_eq!(
        (docs[0].origin.line, docs[1].origin.line, docs[1].origin.offset),
        (None, None, None)
    );
    assert_eq!((docs[3].origin.line, docs[3].origin.offset), (Some(3), Some(18)));
    assert!(!docs[0].metadata.meta()[0].1.contains('\n'), "a record is one line");
}

#[test]
fn a_json_file_that_holds_no_article_fails_under_its_own_name() {
    Drop::new()
        .file("drop/a.json", "{\"text\": 12}\n")
        .file("drop/b.json", "{\n  \"text\": 12\n}\n")
        .file("drop/c.json", "{\"text\": 12}\n{\"text\": \"Rain\"}\n")
        .file("drop/d.json", "[{\"text\": \"Rain\"}]")
        .file("drop/e.json", "rain")
        .check(&[
            "drop/a.json malformed: column 11: invalid type: integer `12`, expected `text` to be a string",
            "drop/b.json malformed: line 2, column 12: invalid type: integer `12`, expected `text` to be a string",
            "drop/c.json#1 @0 malformed: column 11: invalid type: integer `12`, expected `text` to be a string",
            "drop/c.json#2 text Rain",
            "drop/d.json malformed: the file is one JSON array; write each of its objects on a line of its own (`jq -c \
             '.[]'`)",
            "drop/e.json malformed: line 1, column 1: expected value",
        ]);
}

#[test]
fn lines_that_are_no_article_fail_and_the_rest_follows() {
    let lines: &[&[u8]] = &[
        b"{\"text\": \"Rain\"}",
        b"{\"text\": 12}",
        b"{\"text\": \"Rain\", \"byline\": {\"name\": \"Ada Ek\"}}",
        b"{\"text\": \"Rain\", \"byline\": [\"Ada Ek\", 7]}",
        b"[\"Rain\"]",
        b"rain",
        b"{\"text\": \"Rain\"} and more",
        b"{\"text\": \"Ra",
        b"{\"text\": \"Ra\xffin\"}",
        b"{\"title\": \"Rain\"}",
        b"{\"id\": \"w-1\", \"maintext\": \"Rain\", \"body\": null}",
        b"{\"text\": null}",
        b"{\"text\": \"Rain\", \"id\": [1]}",
        b"{\"text\": \"Snow\"}",
    ];
    Drop::new().file("drop/a.jsonl", lines.join(&b'\n')).check(&[
        "drop/a.jsonl#1 text Rain",
        "drop/a.jsonl#2 @17 malformed: column 11: invalid type: integer `12`, expected `text` to be a string",
        "drop/a.jsonl#3 @30 malformed: column 28: invalid type: map, expected `byline` to be a string or a list of strings",
        "drop/a.jsonl#4 @77 malformed: column 39: invalid type: integer `7`, expected `byline` to be a string",
        "drop/a.jsonl#5 @119 malformed: column 1: invalid type: sequence, expected one JSON object for each article",
        "drop/a.jsonl#6 @128 malformed: column 1: expected value",
        "drop/a.jsonl#7 @133 malformed: column 18: trailing characters",
        "drop/a.jsonl#8 @159 malformed: column 12: EOF while parsing a string",
        "drop/a.jsonl#9 @172 malformed: column 13: the bytes are no UTF-8, which JSON must be; convert the file",
        "drop/a.jsonl#10 @190 malformed: neither `text` nor `html` is given; an article needs one of them",
        "w-1 @208 malformed: neither `text` nor `html` is given, but `maintext`, `body`; if one of them is the text, say \
         so in `fields`",
        "drop/a.jsonl#12 @256 malformed: neither `text` nor `html` is given; an article needs one of them",
        "drop/a.jsonl#13 @271 malformed: column 27: expected `id` to be a string or a number",
        "drop/a.jsonl#14 text Snow",
    ]);
}

#[test]
fn a_line_over_the_limit_is_passed_over() {
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(300));
    let lines = format!("{{\"text\": \"Rain\"}}\n{long}\n{{\"text\": \"Snow\"}}\n{long}");
    let too_large = "too-large: the line has more than the 100 bytes that `run.max_article` allows; raise it to take it in";
    Drop::new().max_article(100).file("drop/a.jsonl", lines).check(&[
        "drop/a.jsonl#1 text Rain",
        &format!("drop/a.jsonl#2 @17 {too_large}"),
        "drop/a.jsonl#3 text Snow",
        &format!("drop/a.jsonl#4 @347 {too_large}"),
    ]);
}

#[test]
fn an_archive_that_breaks_off_gives_what_was_complete() {
    // Words that do not compress, so that the cut falls far from both ends.
    let word = |number: u64| format!("{:x} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let words = |line: u64| (0..2000).map(|n| word(line * 2000 + n)).collect::<Vec<_>>().concat();
    let lines = (0..20).map(|line| format!("{{\"text\": \"{}\"}}\n", words(line)));
    let lines = lines.collect::<Vec<_>>().concat();
    let length = lines.len() as u64 / 20;
    for packed in [gzip(lines.as_bytes()), zstd(lines.as_bytes())] {
        let drop = Drop::new().file("drop/a.jsonl", &packed[..packed.len() / 2]);
        let mut arrivals = drop.arrivals(&["drop"]);
        let Some(stage_api::Arrival::Failed(failure)) = arrivals.pop() else {
            panic!("the end is missing")
        };
        let complete = arrivals.len() as u64;
        assert!(complete > 2, "{complete} lines");
        assert_eq!(failure.class.word(), "malformed");
        assert_eq!(failure.id, format!("drop/a.jsonl#{}", complete + 1));
        assert_eq!(failure.origin.line, Some(complete + 1));
        assert!(failure.origin.offset.unwrap().abs_diff(complete * length) < length);
        assert_eq!(crate::drop::documents(arrivals).len() as u64, complete);
    }
}
