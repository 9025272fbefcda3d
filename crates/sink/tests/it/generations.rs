use std::fs;
use std::path::Path;

use document::Sha256;
use sha2::Digest;
use sink::{Folder, FolderOptions, find_record, read_manifest};
use stage_api::{IdHash, Sink};

use crate::sample::{known, options, written};

fn open(dir: &Path, key: &str, fresh: bool) -> Folder {
    Folder::open(FolderOptions { fresh, ..options(dir, key, 1) }).unwrap()
}

/// One run; returns how many outcomes were known at its start.
fn run(dir: &Path, key: &str, fresh: bool, ids: &[&str], interrupted: bool) -> usize {
    let mut folder = open(dir, key, fresh);
    let known = known(&folder);
    for id in ids {
        folder.write(written(id)).unwrap();
    }
    folder.finish().unwrap();
    if !interrupted {
        folder.complete().unwrap();
    }
    folder.write_run(serde_json::Map::new()).unwrap();
    known
}

/// What readers see: the files, the configuration key and its text.
fn seen(dir: &Path) -> (Vec<String>, String, String) {
    let manifest = read_manifest(dir).unwrap();
    let configuration = fs::read_to_string(dir.join("configuration.toml")).unwrap();
    (
        manifest.parts.into_iter().map(|part| part.file).collect(),
        manifest.configuration,
        configuration,
    )
}

fn state(file: &str, key: &str) -> (Vec<String>, String, String) {
    (vec![file.to_owned()], key.to_owned(), format!("# {key}\n"))
}

#[test]
fn another_configuration_is_seen_only_when_it_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "one", false, &["a", "b"], false);
    let first = fs::read(dir.join("articles-00000000.jsonl")).unwrap();

    assert_eq!(run(dir, "two", false, &["a"], true), 0);
    assert_eq!(seen(dir), state("articles-00000000.jsonl", "one"));
    assert_eq!(run(dir, "two", false, &["b"], false), 1, "the unfinished generation is continued");
    assert_eq!(seen(dir), state("gen-1/articles-00000000.jsonl", "two"));
    assert_eq!(read_manifest(dir).unwrap().parts[0].records, 2);
    assert!(find_record(dir, "b").unwrap().is_some());
    assert_eq!(run(dir, "two", false, &["c"], false), 2);
    assert_eq!(
        fs::read(dir.join("articles-00000000.jsonl")).unwrap(),
        first,
        "the old one is left alone"
    );

    assert_eq!(run(dir, "one", false, &["a"], false), 0, "what readers no longer see is past");
    assert_eq!(seen(dir), state("gen-2/articles-00000000.jsonl", "one"));
}

#[test]
fn the_first_configuration_goes_on_beside_an_unfinished_one() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "one", false, &["a"], false);
    run(dir, "two", false, &["a"], true);
    assert_eq!(run(dir, "one", false, &["b"], false), 1);
    assert_eq!(seen(dir), state("articles-00000000.jsonl", "one"));
    assert_eq!(run(dir, "two", false, &["b"], false), 1);
    assert_eq!(seen(dir), state("gen-1/articles-00000000.jsonl", "two"));
}

#[test]
fn fresh_begins_from_nothing_and_is_continued_without_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "one", false, &["a"], false);
    assert_eq!(run(dir, "one", true, &["a"], true), 0);
    assert_eq!(seen(dir), state("articles-00000000.jsonl", "one"));
    assert_eq!(run(dir, "one", false, &["b"], false), 1);
    assert_eq!(seen(dir), state("gen-1/articles-00000000.jsonl", "one"));
}

#[test]
fn fresh_in_a_new_folder_is_its_first_generation() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "one", true, &["a"], false);
    assert_eq!(seen(dir.path()), state("articles-00000000.jsonl", "one"));
}

#[test]
fn a_new_generation_can_be_compared_with_the_one_it_replaces() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "one", false, &["a", "b"], false);
    assert!(open(dir.path(), "one", false).replaced().unwrap().is_none());
    let folder = open(dir.path(), "two", false);
    let ids: Vec<_> = folder.replaced().unwrap().unwrap().map(|known| known.unwrap().id).collect();
    assert_eq!(ids, [IdHash::of("a"), IdHash::of("b")]);
}

#[test]
fn a_kill_between_journal_and_manifest_is_mended_on_start() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "one", false, &["a"], false);
    let old = fs::read(dir.join("manifest.json")).unwrap();
    run(dir, "two", false, &["a", "b"], false);
    fs::write(dir.join("manifest.json"), old).unwrap();
    drop(open(dir, "three", false));
    assert_eq!(read_manifest(dir).unwrap().configuration, "two");
}

/// One run of a pipeline with stories, which are `text`.
fn tell(dir: &Path, key: &str, text: &str, interrupted: bool) {
    let mut folder = open(dir, key, false);
    folder.write(written("a")).unwrap();
    folder.drop_file("stories", &mut |out| out.write_all(text.as_bytes())).unwrap();
    folder.finish().unwrap();
    if !interrupted {
        folder.complete().unwrap();
    }
}

/// The stories that readers find, and whether the manifest has their digest.
fn told(dir: &Path) -> Option<(String, bool)> {
    let entry = read_manifest(dir).unwrap().stories?;
    let stories = fs::read(dir.join(&entry.file)).unwrap();
    let digest = Sha256(sha2::Sha256::digest(&stories).into()).to_string();
    Some((String::from_utf8(stories).unwrap(), digest == entry.sha256))
}

#[test]
fn stories_are_those_of_the_generation_that_readers_see() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let seen = |text: &str| Some((text.to_owned(), true));
    tell(dir, "one", "1", false);
    assert_eq!(told(dir), seen("1"));
    tell(dir, "one", "1, told again", false);
    assert_eq!(told(dir), seen("1, told again"));
    tell(dir, "two", "2", true);
    assert_eq!(told(dir), seen("1, told again"), "an unfinished generation shows nothing");
    tell(dir, "two", "2, whole", false);
    assert_eq!(told(dir), seen("2, whole"));

    // A kill between the manifest and the stories.
    fs::remove_file(dir.join("stories.jsonl")).unwrap();
    fs::write(dir.join("stories.jsonl"), "1, told again").unwrap();
    drop(open(dir, "two", false));
    assert_eq!(told(dir), seen("2, whole"));
    assert_eq!(fs::read_to_string(dir.join("gen-1/stories.jsonl")).unwrap(), "2, whole");

    run(dir, "three", false, &["a"], false);
    assert_eq!(told(dir), None);
    assert!(!dir.join("stories.jsonl").exists(), "a pipeline without stories leaves none");
}
