use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sink::{
    Compression, Cursor, FolderOptions, Mend, News, Records, find_record, prune, read_manifest,
    verify,
};
use sink::{Folder, OpenError};
use stage_api::{Outcome, Sink, Tally};

use crate::sample::{
    FORMS, flip, known, open_as, options, promised, read_json, receipt, run_as, sound,
};

const ALL: usize = 20;
const FIRST: &str = "articles-00000000.jsonl.zst";

/// Takes what of the drop the folder does not know, as a run does.
fn go_on(dir: &Path, compression: Compression) {
    let options = FolderOptions { part_bytes: 900, compression, ..options(dir, "key-1", 5) };
    let mut folder = Folder::open(options).unwrap();
    for n in known(&folder)..ALL {
        folder.write(sound(n)).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    go_on(dir.path(), Compression::Zstd);
    dir
}

/// A record that fills a third of a frame.
fn long(n: usize) -> Outcome {
    let id = format!("drop/{n}.txt");
    let words: Vec<_> = (0..60_000).map(|word| (word * (n + 7) % 9_973).to_string()).collect();
    let record = serde_json::json!({
        "schema": "copydesk.article/1", "id": id, "revision": 1, "origin": {"path": id, "sha256": "0".repeat(64)},
        "text": words.join(" "),
    });
    let record = format!("{record}\n").into_bytes();
    Outcome::Written { receipt: receipt(&id, 1), record, tally: Tally::default() }
}

/// A folder with these records, in parts of some frames.
fn write_long(dir: &Path, records: std::ops::Range<usize>, compression: Compression) {
    let options = FolderOptions { part_bytes: 3 << 20, compression, ..options(dir, "key-1", 4) };
    let mut folder = Folder::open(options).unwrap();
    for n in records {
        folder.write(long(n)).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
}

/// All lines in the order of the folder.
fn lines(dir: &Path) -> Vec<Vec<u8>> {
    let mut news = News::since(dir, &Cursor::default()).unwrap();
    let mut lines = Vec::new();
    while let Some(line) = news.next().unwrap() {
        lines.push(line.bytes.to_vec());
    }
    lines
}

/// What a folder has whatever the form of its parts, and all files of the parts.
fn content(dir: &Path) -> (Vec<Vec<u8>>, Cursor, Vec<String>) {
    let manifest = read_manifest(dir).unwrap();
    let mut files: Vec<_> =
        promised(dir).into_keys().filter(|name| name.starts_with("articles-")).collect();
    files.sort();
    assert!(files.iter().eq(manifest.parts.iter().map(|part| &part.file)), "nothing else is there");
    (lines(dir), manifest.cursor(), files)
}

#[test]
fn closed_parts_are_streams_of_zstd_with_the_records_of_plain_ones() {
    let (plain, packed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_long(plain.path(), 0..25, Compression::None);
    write_long(packed.path(), 0..25, Compression::Zstd);
    let (lines, cursor, files) = content(plain.path());
    let packed_content = content(packed.path());
    assert_eq!(packed_content.1, cursor);
    assert!(packed_content.0 == lines);
    assert_eq!(lines.len(), 25);
    assert_eq!(
        packed_content.2,
        [format!("{}.zst", files[0]), format!("{}.zst", files[1]), files[2].clone()]
    );
    let manifest = read_manifest(packed.path()).unwrap();
    for (part, plain_file) in manifest.parts.iter().zip(&files) {
        let file = fs::read(packed.path().join(&part.file)).unwrap();
        assert_eq!(file.len() as u64, part.bytes);
        if part.unpacked.is_some() {
            let stream = zstd::stream::decode_all(&file[..]).unwrap();
            assert!(stream == fs::read(plain.path().join(plain_file)).unwrap());
        }
    }
    assert!(verify(packed.path(), Mend::Nothing).unwrap().is_sound());
}

#[test]
fn a_record_is_read_from_any_place() {
    let dir = tempfile::tempdir().unwrap();
    write_long(dir.path(), 0..25, Compression::Zstd);
    let lines = lines(dir.path());
    let mut records = Records::open(dir.path()).unwrap();
    let places = records.in_order();
    for at in (0..places.len()).rev().chain([0, 24, 7, 8, 6, 6]) {
        assert!(records.read(places[at]).unwrap() == lines[at], "record {at}");
    }
    let found = find_record(dir.path(), "drop/3.txt").unwrap().unwrap();
    assert!(found.as_bytes() == lines[3].trim_ascii_end());
}

/// Whoever found the records while their part was open reads them after it was closed.
#[test]
fn a_part_that_is_compressed_under_a_reader_stays_readable() {
    let dir = tempfile::tempdir().unwrap();
    write_long(dir.path(), 0..7, Compression::Zstd);
    let before = lines(dir.path());
    let mut records = Records::open(dir.path()).unwrap();
    let mut news = News::since(dir.path(), &Cursor::default()).unwrap();
    write_long(dir.path(), 7..12, Compression::Zstd);
    assert!(dir.path().join(FIRST).exists());
    let mut read = Vec::new();
    while let Some(line) = news.next().unwrap() {
        read.push(line.bytes.to_vec());
    }
    assert!(read == before);
    let places = records.in_order();
    assert!(places.iter().map(|place| records.read(*place).unwrap()).eq(before));
}

/// Readers are never shown a file that is gone, even if the run ends right behind that.
#[test]
fn the_manifest_names_the_compressed_file_before_the_plain_one_goes() {
    let dir = tempfile::tempdir().unwrap();
    run_as(dir.path(), 0..3, 1, Compression::Zstd);
    let shown = &read_manifest(dir.path()).unwrap().parts[0];
    assert_eq!((shown.file.as_str(), shown.records), ("articles-00000000.jsonl", 3));
    let mut folder = open_as(dir.path(), 1, Compression::Zstd);
    for n in 3..20 {
        folder.write(sound(n)).unwrap();
        let manifest = read_json(&dir.path().join("manifest.json"));
        for part in manifest["parts"].as_array().unwrap() {
            assert!(dir.path().join(part["file"].as_str().unwrap()).exists(), "after {n}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The form is no concern of followers, and may change from run to run.
    #[test]
    fn a_follower_meets_each_record_once_whatever_the_forms(
        steps in proptest::collection::vec(
            (0_usize..20, 0_usize..14, proptest::sample::select(&FORMS)), 1..8)
    ) {
        let (dir, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (mut cursor, mut read, mut done) = (Cursor::default(), Vec::new(), 0);
        for (outcomes, reads, compression) in steps {
            run_as(dir.path(), done..done + outcomes, 5, compression);
            done += outcomes;
            let mut news = News::since(dir.path(), &cursor).unwrap();
            prop_assert!(!news.begins_anew(), "the folder only went on");
            for _ in 0..reads {
                read.extend(news.next().unwrap().map(|line| line.bytes.to_vec()));
            }
            cursor = news.cursor();
            prop_assert_eq!(&read[..], &lines(dir.path())[..read.len()]);
        }
        run_as(plain.path(), 0..done, 5, Compression::None);
        let (lines, whole, _) = content(dir.path());
        prop_assert_eq!((lines, whole), (content(plain.path()).0, content(plain.path()).1));
    }
}

#[test]
fn a_bit_that_flips_anywhere_is_found_and_run_again() {
    let whole = folder();
    let expected = promised(whole.path());
    let path = whole.path().join(FIRST);
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        flip(&path, at);
        let findings = verify(whole.path(), Mend::Harmless).unwrap();
        assert_eq!(findings.damage.len(), 1, "at {at}: {findings:?}");
        assert!(findings.damage[0].contains(FIRST), "at {at}: {findings:?}");
        fs::write(&path, &bytes).unwrap();
    }
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        flip(&path, at);
        assert!(verify(whole.path(), Mend::TakeBack).unwrap().taken_back > 0);
        assert!(verify(whole.path(), Mend::Nothing).unwrap().is_sound());
        go_on(whole.path(), Compression::Zstd);
        assert_eq!(promised(whole.path()), expected);
    }
}

/// What is in the frames before the damage is kept, and lies plain again, as its part is open again.
#[test]
fn going_back_keeps_the_frames_before_the_damage() {
    let dir = tempfile::tempdir().unwrap();
    write_long(dir.path(), 0..25, Compression::Zstd);
    let (before, ..) = content(dir.path());
    let path = dir.path().join(FIRST);
    let len = fs::read(&path).unwrap().len();
    flip(&path, len * 4 / 5);
    let damage = &verify(dir.path(), Mend::Harmless).unwrap().damage[0];
    assert!(damage.contains("is damaged: ") && damage.contains("before it stand "), "{damage}");
    let error = loop {
        let mut news = News::since(dir.path(), &Cursor::default()).unwrap();
        if let Some(error) =
            std::iter::from_fn(|| Some(news.next().map(drop).err())).flatten().next()
        {
            break error.to_string();
        }
    };
    assert!(error.contains("what is compressed in bytes "), "{error}");
    let taken_back = verify(dir.path(), Mend::TakeBack).unwrap().taken_back as usize;
    assert!((1..25).contains(&taken_back), "{taken_back}");
    assert!(verify(dir.path(), Mend::Nothing).unwrap().is_sound());
    assert!(lines(dir.path()) == before[..25 - taken_back]);
    assert!(!path.exists());
    write_long(dir.path(), 25 - taken_back..25, Compression::Zstd);
    assert!(content(dir.path()).0 == before);
    assert!(path.exists());
}

#[test]
fn what_a_kill_leaves_beside_a_part_is_mended() {
    let check = |leave: &dyn Fn(&Path), expected: &str| {
        let dir = folder();
        let before = promised(dir.path());
        leave(dir.path());
        let found = verify(dir.path(), Mend::Harmless).unwrap();
        assert!(found.mendable.len() == 1 && found.mendable[0].ends_with(expected), "{found:?}");
        assert!(verify(dir.path(), Mend::Nothing).unwrap().is_sound());
        assert_eq!(promised(dir.path()), before);
    };
    check(
        &|dir| fs::write(dir.join("articles-00000002.jsonl"), "of old").unwrap(),
        "articles-00000002.jsonl: lies compressed beside it",
    );
    check(
        &|dir| {
            let path = dir.join(FIRST);
            fs::write(&path, [fs::read(&path).unwrap(), b"more".to_vec()].concat()).unwrap();
        },
        "articles-00000000.jsonl.zst: 4 bytes after what is committed",
    );
    check(
        &|dir| fs::write(dir.join("articles-00000003.jsonl.zst"), "half").unwrap(),
        "articles-00000003.jsonl.zst: nothing in it is committed",
    );
}

#[test]
fn a_part_that_is_gone_or_no_zstd_is_damage() {
    type Break<'b> = &'b dyn Fn(&Path);
    let gone: Break<'_> = &|path| fs::remove_file(path).unwrap();
    let empty: Break<'_> = &|path| fs::write(path, "").unwrap();
    let cut: Break<'_> = &|path| fs::write(path, &fs::read(path).unwrap()[..100]).unwrap();
    let other: Break<'_> = &|path| fs::write(path, vec![b'x'; 5_000]).unwrap();
    for (break_it, expected) in [
        (gone, "the file is gone"),
        (empty, "has 0 bytes, "),
        (cut, "has 100 bytes, "),
        (other, "the table of its frames is damaged"),
    ] {
        let dir = folder();
        break_it(&dir.path().join(FIRST));
        let found = verify(dir.path(), Mend::Harmless).unwrap();
        assert!(found.damage[0].contains(&format!("{FIRST}: {expected}")), "{found:?}");
        let read = Records::open(dir.path()).unwrap_err().to_string();
        assert!(read.contains(FIRST), "{read}");
        // A run reads no closed part.
        assert!(!matches!(
            Folder::open(options(dir.path(), "key-1", 5)),
            Err(OpenError::Damaged { .. })
        ));
        assert!(verify(dir.path(), Mend::TakeBack).unwrap().taken_back > 0);
        go_on(dir.path(), Compression::Zstd);
        assert_eq!(promised(dir.path()), promised(folder().path()));
    }
}

#[test]
fn past_generations_are_pruned_with_their_compressed_parts() {
    let dir = folder();
    let mut next =
        Folder::open(FolderOptions { fresh: true, ..options(dir.path(), "key-2", 5) }).unwrap();
    next.write(sound(0)).unwrap();
    next.finish().unwrap();
    next.complete().unwrap();
    drop(next);
    prune(dir.path()).unwrap();
    let mut left = promised(dir.path()).into_keys();
    assert!(!left.any(|name| name.starts_with("articles-")));
}
