//! Everything that should not be in a drop: a clear outcome each, the rest of the drop complete.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::program::{copydesk, json_lines, records};

const GOOD: &str = "A bridge opened in Ostrel on Monday. “It will last,” said the mayor, Ada Ek.";

/// What the dead letters say: class and message by path.
fn dead_letters(dir: &Path) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let letters = json_lines(&fs::read_to_string(dir.join("dead-letters.jsonl")).unwrap());
    letters
        .iter()
        .map(|letter| (text(&letter["id"]), text(&letter["class"]), text(&letter["message"])))
        .collect()
}

#[test]
fn each_bad_input_has_its_outcome_and_the_rest_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let drop = dir.path().join("drop");
    fs::create_dir(&drop).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(drop.join(name), bytes).unwrap();

    write("00-good.txt", GOOD.as_bytes());
    write("01-empty.txt", b"");
    write("02-spaces.txt", b" \n\t \n");
    write("03-nul.txt", GOOD.replace("on Monday", "on\0Monday, at noon").as_bytes());
    write("04-invalid.txt", &[GOOD.as_bytes(), b" \xff\xfe\x80 And one more sentence."].concat());
    let utf16: Vec<u8> =
        GOOD.replace("Ek", "Öberg").encode_utf16().flat_map(u16::to_le_bytes).collect();
    write("05-utf16.txt", &[&[0xFF, 0xFE], &utf16[..]].concat());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(GOOD.repeat(50).as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    write("06-truncated.txt.gz", &gzip[..gzip.len() / 2]);
    let lines = format!(
        "{}\n{{\"text\": 12}}\n[1, 2]\n{{\"text\": \"unclosed\n{{\"title\": \"no text\"}}\n{}\n",
        serde_json::json!({"id": "first", "text": GOOD.replace("bridge", "tunnel")}),
        serde_json::json!({"id": "last", "text": GOOD.replace("bridge", "ferry line")}),
    );
    write("07-lines.jsonl", lines.as_bytes());
    write("08-picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    write("09-huge.txt", "one line ".repeat(2 << 20).as_bytes()); // 18 MiB, more than `max_article`
    #[cfg(unix)]
    std::os::unix::fs::symlink(&drop, drop.join("10-loop")).unwrap();
    write("11-good.txt", GOOD.replace("bridge", "harbour").as_bytes());

    // Of the paths in a file one may be missing today; on the command line that is a mistake.
    copydesk(dir.path(), &["init"]);
    let pipeline = dir.path().join("pipeline.toml");
    let shipped = fs::read_to_string(&pipeline).unwrap();
    let paths = "paths = [\"drop\", \"missing\"]";
    fs::write(&pipeline, shipped.replace("paths = [\"examples/drop\"]", paths)).unwrap();
    let ran = copydesk(dir.path(), &["run"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let out = dir.path().join("out");
    let ids: Vec<_> =
        records(&out).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        ids,
        [
            "drop/00-good.txt",
            "drop/03-nul.txt",
            "drop/04-invalid.txt",
            "drop/05-utf16.txt",
            "first",
            "last",
            "drop/11-good.txt",
        ]
    );
    let letters = dead_letters(&out);
    let told: Vec<_> = letters.iter().map(|(id, class, _)| (id.as_str(), class.as_str())).collect();
    let mut expected = vec![
        ("drop/06-truncated.txt.gz", "malformed"),
        ("drop/07-lines.jsonl#2", "malformed"),
        ("drop/07-lines.jsonl#3", "malformed"),
        ("drop/07-lines.jsonl#4", "malformed"),
        ("drop/07-lines.jsonl#5", "malformed"),
        ("drop/08-picture.txt", "malformed"),
        ("drop/09-huge.txt", "too-large"),
    ];
    if cfg!(unix) {
        expected.push(("drop/10-loop", "unreadable"));
    }
    expected.push(("missing", "unreadable"));
    assert_eq!(told, expected, "{letters:#?}");
    assert!(ran.stderr.contains("2 discarded (empty)"), "{}", ran.stderr);

    let again = copydesk(dir.path(), &["run"]);
    assert_eq!(again.code, Some(0), "known failures are unchanged\n{}", again.stderr);
    let accepted = copydesk(dir.path(), &["run", "--fresh", "--accept-failures"]);
    assert_eq!(accepted.code, Some(0), "{}", accepted.stderr);
}

#[test]
fn the_message_of_a_dead_letter_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jsonl"), "{\"titel\": \"x\"}\n").unwrap();
    let ran = copydesk(dir.path(), &["run", "a.jsonl"]);
    assert_eq!(ran.code, Some(3));
    let letters = dead_letters(&dir.path().join("out"));
    let told = format!("dead letter a.jsonl#1: {}", letters[0].2);
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    assert!(letters[0].2.contains("text") && letters[0].2.contains("html"), "{}", letters[0].2);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_dead_letter() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    fs::write(&path, GOOD).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        println!("skipped: permission bits do not bind this user");
        return;
    }
    assert_eq!(copydesk(dir.path(), &["run", "a.txt"]).code, Some(3));
    assert_eq!(dead_letters(&dir.path().join("out"))[0].1, "unreadable");
}
