//! A folder whose bytes changed behind its back: what is said, and how one gets on.

use std::fs;
use std::path::Path;

use crate::program::{Ran, copydesk};

const PIPELINE: &str = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n";

fn expect(dir: &Path, args: &[&str], code: i32) -> Ran {
    let ran = copydesk(dir, args);
    assert_eq!(ran.code, Some(code), "{args:?}: {}{}", ran.stdout, ran.stderr);
    ran
}

fn flip(path: &Path, find: &str) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.windows(find.len()).rposition(|found| found == find.as_bytes()).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn damage_is_told_and_taken_back_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    for n in 0..4 {
        fs::write(dir.join(format!("drop/{n}.txt")), format!("Ferry {n} left Ostrel.")).unwrap();
    }
    expect(dir, &["run"], 0);
    let part = dir.join("out/articles-00000000.jsonl");
    let whole = fs::read(&part).unwrap();

    flip(&part, "Ferry 3 left");
    let told = expect(dir, &["verify", "out"], 1).stdout;
    assert!(told.contains("damaged  out/articles-00000000.jsonl: bytes 0 to"), "{told}");
    assert!(told.contains("4 records, of `drop/0.txt`, `drop/1.txt`"), "{told}");
    assert!(told.contains("`copydesk verify --take-back out` goes back to"), "{told}");
    let told = expect(dir, &["verify", "out", "--take-back"], 0).stdout;
    assert!(
        told.contains("went back to the last commit before the damage, by 4 records"),
        "{told}"
    );
    expect(dir, &["run"], 0);
    assert_eq!(fs::read(&part).unwrap(), whole, "its files were read again");

    flip(&dir.join("out/journal.jsonl"), "\"written\":4");
    let told = expect(dir, &["run"], 2).stderr;
    assert!(told.contains("line 2 of the journal is damaged; `copydesk verify` tells"), "{told}");
    assert_eq!(fs::read(&part).unwrap(), whole, "nothing is cut unasked");
    expect(dir, &["verify", "out"], 1);
    expect(dir, &["verify", "out", "--take-back"], 0);
    expect(dir, &["run"], 0);
    assert_eq!(fs::read(&part).unwrap(), whole);

    fs::write(dir.join("pipeline.toml"), format!("{PIPELINE}mode = \"verbatim\"\n")).unwrap();
    expect(dir, &["run"], 0);
    let told = expect(dir, &["verify", "--prune", "out"], 0).stdout;
    assert!(told.contains("deleted 2 files of earlier configurations"), "{told}");
    assert!(!part.exists());
    assert!(dir.join("out/gen-1/articles-00000000.jsonl").exists());
    expect(dir, &["verify", "out"], 0);
}

/// Parts of one record each, and everything that follows them.
const FOLLOWED: &str = "[[sink]]\nuse = \"jsonl\"\npart_size = \"1 B\"\n[[sink]]\nuse = \"report\"\n[[sink]]\nuse = \"sqlite\"\n[[sink]]\nuse = \"parquet\"\n";

fn followed(dir: &Path) {
    fs::write(dir.join("pipeline.toml"), format!("{PIPELINE}{FOLLOWED}")).unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    for n in 0..4 {
        fs::write(dir.join(format!("drop/{n}.txt")), format!("Ferry {n} left Ostrel.")).unwrap();
    }
    expect(dir, &["run"], 0);
}

/// What is made from the records is told when it is damaged, and made again.
#[test]
fn damaged_followers_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    followed(dir);
    expect(dir, &["verify", "out"], 0);
    let parquet = dir.join("out/parquet/articles-00000001.parquet");
    let archive = dir.join("out/archive.sqlite");
    let whole = fs::read(&parquet).unwrap();
    flip(&parquet, "PAR1");
    flip(&archive, "2 left Ostrel");
    let told = expect(dir, &["verify", "out", "--dry-run"], 1).stdout;
    assert!(told.contains("to mend  out/archive.sqlite: `article_words` has not"), "{told}");
    assert!(told.contains("to mend  out/parquet/articles-00000001.parquet: has no seal"), "{told}");
    let told = expect(dir, &["verify", "out"], 0).stdout;
    assert!(told.contains("mended   out/archive.sqlite: "), "{told}");
    assert!(told.contains("sound now"), "{told}");
    assert_eq!(fs::read(&parquet).unwrap(), whole);
    assert!(expect(dir, &["verify", "out"], 0).stdout.ends_with("sound\n"));

    // A run sees what cannot be read.
    flip(&parquet, "PAR1");
    flip(&archive, "SQLite format 3");
    let told = expect(dir, &["run"], 0).stderr;
    assert!(told.contains("articles-00000001.parquet could not be read, and was made"), "{told}");
    assert!(told.contains("out/archive.sqlite was damaged ("), "{told}");
    assert!(expect(dir, &["verify", "out"], 0).stdout.ends_with("sound\n"));
}

/// A word in a record is another: nobody goes on as if it were not.
#[test]
fn damaged_records_are_told_by_who_reads_them() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    followed(dir);
    flip(&dir.join("out/articles-00000001.jsonl"), "Ferry 1 left");
    let advice = "`copydesk verify out` tells what is damaged";
    let told = expect(dir, &["run"], 1).stderr;
    assert!(told.contains("out/articles-00000001.jsonl: its bytes are not those"), "{told}");
    assert!(told.contains(advice) && !told.contains("records are safe"), "{told}");
    expect(dir, &["report", "out"], 1);
    expect(dir, &["verify", "out", "--take-back"], 0);
    expect(dir, &["run"], 0);
    assert!(expect(dir, &["verify", "out"], 0).stdout.ends_with("sound\n"));
}

/// What a run goes on from: the open part, and what is known of articles.
#[test]
fn a_run_does_not_go_on_from_what_is_damaged() {
    for (file, find) in [("articles-00000000.jsonl", "Ferry 3 left"), ("ledger.bin", "\u{1}")] {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
        fs::create_dir(dir.join("drop")).unwrap();
        for n in 0..4 {
            fs::write(dir.join(format!("drop/{n}.txt")), format!("Ferry {n} left Ostrel."))
                .unwrap();
        }
        expect(dir, &["run"], 0);
        let path = dir.join("out").join(file);
        flip(&path, find);
        let bytes = fs::read(&path).unwrap();
        let ran = copydesk(dir, &["run"]);
        assert!(matches!(ran.code, Some(1 | 2)), "{file}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{file}: bytes 0 to")), "{}", ran.stderr);
        assert!(ran.stderr.contains("`copydesk verify` tells what is damaged"), "{}", ran.stderr);
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was written");
    }
}

#[test]
fn corrections_that_are_a_folder_are_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
    fs::create_dir_all(dir.join("drop")).unwrap();
    fs::create_dir_all(dir.join("corrections.jsonl")).unwrap();
    let told = expect(dir, &["run"], 2).stderr;
    assert!(told.contains("corrections.jsonl: is a folder; name a file"), "{told}");
}
