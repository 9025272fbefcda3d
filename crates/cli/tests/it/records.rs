//! `use = "records"` and `run --from STAGE`: later stages again, over the records of an earlier run.

use std::fs;
use std::path::Path;

use crate::program::{copydesk, ok, records, refused, workspace};

/// A folder with the sample drop and the default pipeline, run into `a`.
fn full_run() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    assert_eq!(copydesk(path, &["init"]).code, Some(0));
    let drop = workspace().join("examples/drop");
    let ran = copydesk(path, &["run", drop.to_str().unwrap(), "--output", "a"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.stderr);
    dir
}

fn part(dir: &Path, out: &str) -> String {
    fs::read_to_string(dir.join(out).join("articles-00000000.jsonl")).unwrap()
}

/// Puts `to` for `from` into the pipeline file.
fn change(dir: &Path, from: &str, to: &str) {
    let file = dir.join("pipeline.toml");
    let pipeline = fs::read_to_string(&file).unwrap();
    assert!(pipeline.contains(from), "{pipeline}");
    fs::write(file, pipeline.replacen(from, to, 1)).unwrap();
}

/// Every stage that may come first writes again what it wrote, and everything else is read back byte for byte.
#[test]
fn the_same_stages_again_write_the_same_records() {
    let dir = full_run();
    let dir = dir.path();
    for stage in ["stories", "summarize", "quote-extract", "entity-tag"] {
        ok(dir, &["run", "a", "--from", stage, "--output", stage]);
        let (before, after) = (part(dir, "a"), part(dir, stage));
        assert_eq!(before.lines().count(), after.lines().count());
        let stories = |out: &str| fs::read(dir.join(out).join("stories.jsonl")).unwrap();
        assert!(stories("a") == stories(stage), "stories after --from {stage}");
        for (before, after) in before.lines().zip(after.lines()) {
            assert_eq!(before, after, "--from {stage}");
        }
        // The same command again finds nothing to do.
        let told = ok(dir, &["run", "a", "--from", stage, "--output", stage]);
        assert!(told.contains("unchanged"), "{told}");
        assert_eq!(part(dir, stage), after);
    }
}

#[test]
fn other_settings_change_what_their_stage_writes_alone() {
    let dir = full_run();
    let dir = dir.path();
    change(dir, "sentences = 3", "sentences = 1");
    ok(dir, &["run", "--input", "a", "--from", "summarize", "--output", "b"]);
    let told = copydesk(dir, &["diff", "a", "b", "--json"]).stdout;
    let changes = told.lines().filter(|line| line.contains("\"layer\"")).collect::<Vec<_>>();
    assert!(!changes.is_empty(), "{told}");
    for line in changes {
        assert!(line.contains("\"stage\":\"summarize\""), "{line}");
    }
}

#[test]
fn a_pipeline_of_its_own_reads_records() {
    let dir = full_run();
    let dir = dir.path();
    let source = "version = 1\n[[source]]\nuse = \"records\"\npaths = [\"a\"]\n";
    let summarize = "[[stage]]\nuse = \"summarize\"\nsentences = 3\n[[stage]]\nuse = \"stories\"\n";
    fs::write(dir.join("again.toml"), format!("{source}{summarize}")).unwrap();
    let told = copydesk(dir, &["check", "again.toml"]);
    assert!(told.stdout.contains("(the records)"), "{}{}", told.stdout, told.stderr);
    ok(dir, &["run", "again.toml", "--output", "b"]);
    assert_eq!(part(dir, "a"), part(dir, "b"));
    ok(dir, &["run", "again.toml", "--from", "stories", "--output", "c"]);
    assert_eq!(part(dir, "a"), part(dir, "c"));
    // What the folder keeps is a pipeline over the same records.
    assert_eq!(copydesk(dir, &["retry", "b"]).code, Some(0));

    let normalize = "[[stage]]\nuse = \"normalize\"\n";
    fs::write(dir.join("text.toml"), format!("{source}{normalize}")).unwrap();
    refused(dir, &["run", "text.toml", "-o", "d"], "`normalize` writes text, which records have");
    let files = "[[source]]\nuse = \"files\"\npaths = [\"a\"]\n";
    fs::write(dir.join("both.toml"), format!("{source}{files}{summarize}")).unwrap();
    refused(dir, &["run", "both.toml", "-o", "d"], "cannot be read together");
}

#[test]
fn what_cannot_be_begun_with_is_refused() {
    let dir = full_run();
    let dir = dir.path();
    let from = |stage: &'static str, out: &'static str| ["run", "a", "--from", stage, "-o", out];
    refused(dir, &from("sumarize", "b"), "did you mean `summarize`?");
    refused(dir, &from("normalize", "b"), "`normalize` writes text");
    refused(dir, &from("summarize", "a"), "is where the output goes");
    refused(dir, &["run", "--input", "-", "--from", "summarize", "-o", "b"], "standard input");
    fs::create_dir(dir.join("empty")).unwrap();
    refused(dir, &["run", "empty", "--from", "summarize", "-o", "b"], "is no output folder");
    // A folder whose run had no stage that wrote what is read.
    fs::write(dir.join("bare.toml"), "version = 1\n[[sink]]\nuse = \"jsonl\"\n").unwrap();
    let drop = workspace().join("examples/drop");
    copydesk(dir, &["run", "bare.toml", drop.to_str().unwrap(), "-o", "bare"]);
    refused(
        dir,
        &["run", "bare", "--from", "quote-extract", "-o", "b"],
        "`quote-extract` reads text, which no stage wrote",
    );
    change(dir, "[[source]]", "# [[source]]");
    change(dir, "use = \"files\"", "# use = \"files\"");
    change(dir, "paths = ", "# paths = ");
    refused(dir, &["run", "--from", "summarize", "-o", "b"], "`--from` reads records, and none");
}

/// Corrected records stay corrected; what is made anew is corrected anew, and no line twice.
#[test]
fn corrections_are_kept_or_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(copydesk(dir, &["init"]).code, Some(0));
    fs::create_dir(dir.join("drop")).unwrap();
    let text =
        "“The mill is gone,” said Mira Holt, the mayor.\n\n“It was old,” Bram Osterly said.\n";
    fs::write(dir.join("drop/mill.txt"), text).unwrap();
    fs::write(
        dir.join("corrections.jsonl"),
        "{\"article\":\"drop/mill.txt\",\"quotation\":\"It was old,\",\"speaker\":\"Mira Holt\"}\n",
    )
    .unwrap();
    ok(dir, &["run", "drop", "--output", "a"]);
    assert!(part(dir, "a").contains("\"layer\":\"corrections\""), "{}", part(dir, "a"));
    for stage in ["stories", "quote-extract"] {
        ok(dir, &["run", "a", "--from", stage, "--output", stage]);
        assert_eq!(part(dir, "a"), part(dir, stage), "--from {stage}");
    }
}

/// A line that is no record costs itself, and of several records of one article the last counts.
#[test]
fn damaged_and_replaced_records() {
    let dir = full_run();
    let dir = dir.path();
    let whole = part(dir, "a");
    let lines: Vec<&str> = whole.lines().collect();
    let torn = &lines[0][..lines[0].len() / 2];
    let older = lines[1].replacen("\"title\":\"", "\"title\":\"Earlier: ", 1);
    fs::write(dir.join("part.jsonl"), format!("{torn}\n\n{older}\n{}\n{}\n", lines[1], lines[2]))
        .unwrap();
    let ran = copydesk(dir, &["run", "part.jsonl", "--from", "stories", "-o", "b"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let letters = fs::read_to_string(dir.join("b/dead-letters.jsonl")).unwrap();
    assert_eq!(letters.lines().count(), 1, "{letters}");
    assert!(letters.contains("part.jsonl#1") && letters.contains("malformed"), "{letters}");
    let ids = |text: &str| {
        let parsed = text.lines().map(|line| wire::Record::parse(line).unwrap());
        parsed.map(|record| (record.id, record.title)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&part(dir, "b")), ids(&format!("{}\n{}", lines[1], lines[2])));
    // Another record of an article is a revision of it.
    fs::write(dir.join("part.jsonl"), format!("{older}\n{}\n", lines[2])).unwrap();
    ok(dir, &["run", "part.jsonl", "--from", "stories", "-o", "b"]);
    let all = records(&dir.join("b"));
    assert_eq!(all.len(), 3);
    assert_eq!(all[2]["revision"], 2);
    // In a folder, a word that is another and leaves a record a record is told by the digest of its part.
    let mut altered = whole.into_bytes();
    let title = altered.windows(9).position(|bytes| bytes == b"\"title\":\"").unwrap() + 9;
    altered[title] = b'X';
    fs::write(dir.join("a/articles-00000000.jsonl"), altered).unwrap();
    let ran = copydesk(dir, &["run", "a", "--from", "stories", "-o", "c"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("a/articles-00000000.jsonl: its bytes are not"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(dir.join("c/dead-letters.jsonl")).unwrap().lines().count(), 1);
}
