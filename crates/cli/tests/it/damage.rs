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
    let at = String::from_utf8_lossy(&bytes).rfind(find).unwrap();
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
