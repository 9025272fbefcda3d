//! Files that were read before and have not changed.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use source::{Context, KnownFiles, open_files};
use stage_api::{Arrival, Settings, Source};

/// Writes a file that was changed `minute` minutes after a day long gone.
fn write(path: &Path, text: &str, minute: u64) {
    fs::write(path, text).unwrap();
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + 60 * minute);
    File::options().write(true).open(path).unwrap().set_modified(changed).unwrap();
}

/// What a drop gives, after as many runs: articles by id, what is passed over with a `=`.
fn arrivals(drop: &Path, known: &KnownFiles) -> Vec<String> {
    let paths = vec![drop.to_str().unwrap()];
    let settings = Settings::default().with("paths", paths);
    let source = open_files(&settings, &Context { max_article: 1 << 20 }).unwrap();
    let mut source = source.pass_over(known.clone());
    let ids = rest_of(&mut source);
    let progress = source.progress();
    assert_eq!(progress.total, Some(progress.read), "what is passed over counts as read");
    ids
}

fn rest_of(source: &mut dyn Source) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(arrival) = source.next().unwrap() {
        ids.push(match arrival {
            Arrival::Article(doc) => doc.id().to_owned(),
            Arrival::Unchanged { id } => format!("= {id}"),
            Arrival::Ended { .. } => unreachable!("files bring none"),
            Arrival::Failed(failure) => format!("! {}", failure.id),
            Arrival::Discarded { id, .. } => format!("- {id}"),
        });
    }
    ids
}

fn drop_of_three() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let drop = dir.path().join("drop");
    fs::create_dir(&drop).unwrap();
    write(&drop.join("a.txt"), "Rain fell.", 0);
    write(&drop.join("b.jsonl"), "{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n{\"oops\n", 0);
    write(&drop.join("c.txt"), "Snow fell.", 0);
    dir
}

#[test]
fn a_file_is_read_once_until_it_or_its_sidecar_changes() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    let known = KnownFiles::default();
    let first =
        ["drop/a.txt", "drop/b.jsonl#1", "drop/b.jsonl#2", "! drop/b.jsonl#3", "drop/c.txt"];
    assert_eq!(arrivals(&drop, &known), first);
    let later = KnownFiles::default();
    later.load(&known.to_bytes());
    let passed = [
        "= drop/a.txt",
        "= drop/b.jsonl#1",
        "= drop/b.jsonl#2",
        "= drop/b.jsonl#3",
        "= drop/c.txt",
    ];
    assert_eq!(arrivals(&drop, &later), passed);

    let check = |change: &dyn Fn(), read: &str| {
        change();
        let ids = arrivals(&drop, &later);
        let again: Vec<_> = ids.iter().filter(|id| !id.starts_with('=')).collect();
        assert_eq!(again, [read]);
        assert_eq!(arrivals(&drop, &later), passed);
    };
    check(&|| write(&drop.join("a.txt"), "Hail fell.", 1), "drop/a.txt");
    check(&|| write(&drop.join("a.txt"), "More hail fell.", 1), "drop/a.txt");
    check(&|| write(&drop.join("c.meta.json"), "{\"title\": \"Snow\"}", 1), "drop/c.txt");
    check(&|| write(&drop.join("c.meta.json"), "{\"title\": \"Sleet\"}", 1), "drop/c.txt");
}

#[test]
fn what_may_still_change_or_came_broken_is_read_again() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    let known = KnownFiles::default();
    arrivals(&drop, &known);
    fs::write(drop.join("a.txt"), "It rains just now.").unwrap();
    arrivals(&drop, &known);
    assert_eq!(arrivals(&drop, &known)[0], "drop/a.txt");

    let mut bytes = known.to_bytes();
    bytes[3] ^= 1;
    let damaged = KnownFiles::default();
    damaged.load(&bytes);
    assert!(arrivals(&drop, &damaged).iter().all(|id| !id.starts_with('=')));
}

#[test]
fn watching_leaves_alone_what_is_being_written() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    write(&drop.join("b.jsonl~"), "{}", 0);
    write(&drop.join("e.txt.part"), "Half of", 0);
    fs::write(drop.join("d.txt"), "Somebody writes").unwrap();
    let news = |known: &KnownFiles| {
        let paths = vec![drop.to_str().unwrap()];
        let settings = Settings::default().with("paths", paths);
        let source = open_files(&settings, &Context { max_article: 1 << 20 }).unwrap();
        source.pass_over(known.clone()).has_news()
    };
    let known = KnownFiles::of_settled_files();
    assert!(news(&known));
    let read = ["drop/a.txt", "drop/b.jsonl#1", "drop/b.jsonl#2", "! drop/b.jsonl#3", "drop/c.txt"];
    assert_eq!(arrivals(&drop, &known), read);
    assert!(!news(&known));
    write(&drop.join("d.txt"), "Somebody has written.", 1);
    assert!(news(&known));
    assert_eq!(arrivals(&drop, &known).last().unwrap(), "drop/d.txt");
    assert!(!news(&known));
}

/// Lines between articles give numbers that nobody could guess; such a file is read each time.
#[test]
fn ids_that_do_not_follow_from_their_number_are_read_again() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    write(&drop.join("b.jsonl"), "{\"text\": \"One.\"}\n\n{\"text\": \"Two.\"}\n", 0);
    let known = KnownFiles::default();
    arrivals(&drop, &known);
    let again = arrivals(&drop, &known);
    assert_eq!(again, ["= drop/a.txt", "drop/b.jsonl#1", "drop/b.jsonl#3", "= drop/c.txt"]);
}

/// Copied over with the times of the other, as archives and mirrors do it.
#[cfg(unix)]
#[test]
fn another_file_of_the_same_length_and_time_is_read() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    let known = KnownFiles::default();
    arrivals(&drop, &known);
    write(&drop.join("c.txt"), "Hail fell.", 0);
    assert_eq!(arrivals(&drop, &known).last().unwrap(), "drop/c.txt");
}

#[test]
fn a_file_is_read_again_where_it_holds_an_article_for_which_more_counts_now() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    write(
        &drop.join("d.jsonl"),
        "{\"id\": \"x-1\", \"text\": \"A.\"}\n{\"id\": \"x-2\", \"text\": \"B.\"}",
        0,
    );
    write(&drop.join("e.jsonl"), "{\"id\": \"x-3\", \"text\": \"C.\"}", 0);
    let mut kept = Vec::new();
    let mut read = |amended: &[(&'static str, u64)]| {
        let known = KnownFiles::default();
        known.amend(amended.iter().copied());
        known.load(&kept);
        let ids = arrivals(&drop, &known);
        kept = known.to_bytes();
        ids.into_iter().filter(|id| !id.starts_with('=')).collect::<Vec<_>>().join(" ")
    };
    read(&[]);
    assert_eq!(read(&[]), "");
    assert_eq!(read(&[("drop/a.txt", 1), ("drop/gone.txt", 1)]), "drop/a.txt");
    assert_eq!(read(&[("drop/a.txt", 1), ("x-2", 1)]), "x-1 x-2");
    assert_eq!(read(&[("drop/a.txt", 2), ("x-2", 1)]), "drop/a.txt");
    assert_eq!(
        read(&[("x-2", 1), ("drop/b.jsonl#2", 1)]),
        "drop/a.txt drop/b.jsonl#1 drop/b.jsonl#2 ! drop/b.jsonl#3"
    );
    assert_eq!(read(&[("x-2", 1), ("drop/b.jsonl#2", 1)]), "");
    assert_eq!(read(&[]), "drop/b.jsonl#1 drop/b.jsonl#2 ! drop/b.jsonl#3 x-1 x-2");
}

#[test]
fn what_was_passed_over_can_be_had_again() {
    let dir = drop_of_three();
    let drop = dir.path().join("drop");
    write(
        &drop.join("b.txt"),
        "{\"id\": \"drop/c.txt\", \"text\": \"One.\"}\n{\"text\": \"Two.\"}",
        0,
    );
    write(&drop.join("b.jsonl#2"), "Not a line.", 0);
    let known = KnownFiles::default();
    arrivals(&drop, &known);
    let settings = Settings::default().with("paths", vec![drop.to_str().unwrap()]);
    let source = open_files(&settings, &Context { max_article: 1 << 20 }).unwrap();
    let mut source = source.pass_over(known);
    assert!(source.can_repeat());
    assert!(rest_of(&mut source).iter().all(|id| id.starts_with('=')));
    let wanted = ["drop/c.txt", "drop/b.jsonl#3", "drop/b.jsonl#2", "drop/gone.txt"];
    source.again(wanted.map(str::to_owned).into());
    let had = ["drop/b.jsonl#2", "! drop/b.jsonl#3", "drop/b.jsonl#2", "drop/c.txt"];
    assert_eq!(rest_of(&mut source), had, "not what brings such an id along");
    source.again(["drop/a.txt".to_owned()].into());
    assert_eq!(rest_of(&mut source), ["drop/a.txt"]);
}
