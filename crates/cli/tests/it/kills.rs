//! A run that is killed, at every named step of writing and by timer, and started again with the same command
//! until it is through, leaves the bytes of one that was not.
//!
//! The pipeline has a plugin in the library lane, two ordered stages with a memory, discards, dead letters and an
//! archive, which may differ in its bytes but not in its content.
//! `cargo xtask kills N` runs it with N kills; `COPYDESK_KILLS` says how many, 60 by default. However many, the disk
//! holds three times the output at most, and what a kill leaves outside of the output folder is a failure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::plugins::library;
use crate::program::command;

/// Articles: some commits of the default cadence.
const ARTICLES: usize = 1_300;

/// The steps between the first byte and the last. What is done more than once is met a second time, too.
const POINTS: [&str; 47] = [
    "ledger.create.after:1",
    "journal.create.after:1",
    "journal.write.half:1",
    "journal.rename.before:1",
    "journal.rename.after:1",
    "folder.syncfolder.before:2",
    "configuration.rename.before:1",
    "articles.create.before:1",
    "articles.create.after:1",
    "articles.write.before:1",
    "articles.write.half:2",
    "articles.sync.before:2",
    "articles.sync.after:3",
    "ledger.write.before:1",
    "ledger.write.half:3",
    "ledger.sync.before:1",
    "ledger.sync.after:2",
    "state.create.after:1",
    "state.write.before:2",
    "state.write.half:1",
    "state.sync.before:3",
    "state.sync.after:1",
    "journal.write.before:2",
    "journal.write.half:3",
    "journal.sync.before:1",
    "journal.sync.after:1",
    "journal.sync.after:3",
    "stories.write.half:1",
    "stories.rename.before:1",
    "stories.rename.after:1",
    "dead-letters.write.half:1",
    "dead-letters.rename.before:1",
    "dead-letters.rename.after:1",
    "manifest.write.half:1",
    "manifest.rename.before:1",
    "manifest.rename.after:1",
    "run.rename.before:1",
    "parquet.create.after:1",
    "parquet.create.after:9",
    "parquet.sync.before:1",
    "parquet.sync.after:12",
    "parquet.rename.before:1",
    "parquet.rename.after:5",
    "archive.sync.before:1",
    "archive.sync.after:1",
    "archive.sync.before:2",
    "archive.sync.after:2",
];

/// The same where closed parts are compressed, from the first step of it to where the plain file is gone.
const COMPRESSING: [&str; 6] = [
    "compressed.create.after:1",
    "compressed.write.half:2",
    "compressed.sync.before:1",
    "compressed.rename.after:1",
    "articles.remove.before:3",
    "articles.remove.after:1",
];

/// A pipeline, and what becomes of the drop in it when nothing is killed.
struct Whole {
    file: &'static str,
    time: Duration,
    size: u64,
    promised: BTreeMap<String, Vec<u8>>,
}

impl Whole {
    /// Writes the pipeline, whose records have these settings, and runs it.
    fn run(dir: &Path, file: &'static str, settings: &str) -> Self {
        write_pipeline(&dir.join(file), settings);
        #[expect(clippy::disallowed_methods, reason = "how long a run takes says when to kill one")]
        let begun = Instant::now();
        assert_eq!(run(dir, file, "whole", None, None), End::Through);
        let time = begun.elapsed();
        let out = dir.join("whole");
        let whole = Self { file, time, size: size(&out), promised: promised(&out) };
        fs::remove_dir_all(out).unwrap();
        whole
    }
}

fn write_pipeline(path: &Path, settings: &str) {
    let plugin = library("misbehave");
    let pipeline = format!(
        "version = 1\n[[plugin]]\nname = \"misbehave\"\npath = '{}'\n\
         [[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n\
         [[stage]]\nuse = \"misbehave/wrong\"\nhow = \"fail\"\non = \"wrong\"\n\
         [[stage]]\nuse = \"misbehave/wrong\"\nname = \"passing\"\nhow = \"discard\"\non = \"summer\"\n\
         [[stage]]\nuse = \"misbehave/tally\"\n[[stage]]\nuse = \"stories\"\n\
         [[sink]]\nuse = \"jsonl\"\n{settings}\n[[sink]]\nuse = \"parquet\"\nlayout = \"tables\"\n\
         [[sink]]\nuse = \"sqlite\"\n",
        plugin.display()
    );
    fs::write(path, pipeline).unwrap();
}

fn write_drop(dir: &Path) {
    fs::create_dir(dir.join("drop")).unwrap();
    let mut lines = String::new();
    for n in 0..ARTICLES {
        let text = match n % 25 {
            3 => format!("Bridge {n} went wrong."),
            9 => format!("Bridge {n} opens in summer."),
            15 => "Another bridge, the same words.".to_owned(),
            _ => format!("Bridge {n} opened in Ostrel. “It will last,” said Ada Ek."),
        };
        if n % 40 == 7 {
            lines.push_str("{\"broken\n");
        } else {
            writeln!(lines, "{{\"text\": \"{text}\"}}").unwrap();
        }
    }
    fs::write(dir.join("drop/all.jsonl"), lines).unwrap();
}

#[expect(clippy::print_stdout, reason = "a long test says how far it is, a skipped one why")]
pub(crate) fn say(what: &str) {
    println!("{what}");
}

/// Everything that must be the same, by name.
pub(crate) fn promised(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(out).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let counts = ["articles-", "manifest.json", "stories.jsonl", "dead-letters.jsonl"];
        if counts.iter().any(|start| name.starts_with(start)) {
            files.insert(name.clone(), fs::read(out.join(name)).unwrap());
        }
    }
    for entry in fs::read_dir(out.join("parquet")).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(out).unwrap().display().to_string();
        files.insert(name, fs::read(path).unwrap());
    }
    if out.join("archive.sqlite").exists() {
        files
            .insert("archive.sqlite".to_owned(), archive(&out.join("archive.sqlite")).into_bytes());
    }
    files
}

/// Bytes of the files in a folder and its folders.
fn size(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let bytes = |entry: fs::DirEntry| match entry.metadata().unwrap() {
        metadata if metadata.is_dir() => size(&entry.path()),
        metadata => metadata.len(),
    };
    entries.map(bytes).sum()
}

/// The content of an archive, row by row; its bytes may differ.
fn archive(path: &Path) -> String {
    let db = rusqlite::Connection::open(path).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|at| row.get_ref(at).map(|value| format!("{value:?}")));
            Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
        };
        statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let mut all = list("SELECT person, name, label FROM names ORDER BY person");
    for table in [
        "parts",
        "state",
        "articles",
        "layer_sets",
        "revisions",
        "mentions",
        "entities",
        "quotations",
        "annotations",
        "stories",
        "story_articles",
        "story_keys",
        "story_quotations",
        "story_versions",
        "unsettled",
        "stale_names",
    ] {
        let mut rows = list(&format!("SELECT * FROM {table}"));
        rows.sort();
        all.extend(rows);
    }
    for words in ["article_words", "quotation_words", "name_words"] {
        db.execute_batch(&format!(
            "INSERT INTO {words}({words}, rank) VALUES ('integrity-check', 1)"
        ))
        .unwrap();
    }
    all.join("\n")
}

/// How a run of the program ended.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    Killed,
    Through,
}

/// Runs a pipeline into `out`; killed at the point, or after the time, if it is not through before.
pub(crate) fn run(
    dir: &Path,
    pipeline: &str,
    out: &str,
    point: Option<&str>,
    time: Option<Duration>,
) -> End {
    run_with(dir, &["run", pipeline, "--output", out, "--accept-failures"], point, time)
}

/// The same with any command.
pub(crate) fn run_with(
    dir: &Path,
    args: &[&str],
    point: Option<&str>,
    time: Option<Duration>,
) -> End {
    let mut command = command(dir, args);
    if let Some(point) = point {
        command.env("COPYDESK_KILL", point);
    }
    let temporary = tempfile::tempdir_in(dir).unwrap();
    command.env("TMPDIR", temporary.path());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(time) = time {
        // It may be through already: the time was taken on a machine that was busier.
        #[expect(clippy::disallowed_methods, reason = "a kill comes at some time")]
        let begun = Instant::now();
        while begun.elapsed() < time && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
    }
    let output = child.wait_with_output().unwrap();
    let left = fs::read_dir(temporary.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left among the temporary files");
    match output.status.code() {
        None => End::Killed,
        Some(0) => End::Through,
        Some(code) => panic!("ended with {code}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[test]
fn kills_change_no_byte_and_need_no_hand() {
    if !cfg!(debug_assertions) {
        return say("skipped without the named steps, which release builds lack");
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let plain = Whole::run(dir, "plain.toml", "");
    let compressed =
        Whole::run(dir, "compressed.toml", "part_size = \"256 KiB\"\ncompression = \"zstd\"");
    assert_eq!(
        plain.promised.len(),
        17,
        "a part, the manifest, the stories, the dead letters, twelve tables and the archive"
    );
    let parts: Vec<_> =
        compressed.promised.keys().filter(|name| name.starts_with("articles-")).collect();
    assert!(parts.len() > 2 && parts.iter().any(|name| name.contains(".zst")), "{parts:?}");
    let wanted: usize = std::env::var("COPYDESK_KILLS").map_or(60, |kills| kills.parse().unwrap());

    let mut kills = 0;
    let mut folders = 0;
    let check = |whole: &Whole, out: &str, kills: usize| {
        assert!(promised(&dir.join(out)) == whole.promised, "after {kills} kills");
        fs::remove_dir_all(dir.join(out)).unwrap();
    };
    let points = POINTS.map(|point| (&plain, point)).into_iter();
    let points: Vec<_> = points.chain(COMPRESSING.map(|point| (&compressed, point))).collect();
    for (whole, point) in &points {
        let killed = run(dir, whole.file, "at-point", Some(point), None);
        assert_eq!(killed, End::Killed, "{point} is never met");
        kills += 1;
        assert_eq!(run(dir, whole.file, "at-point", None, None), End::Through, "{point}");
        check(whole, "at-point", kills);
        folders += 1;
    }
    let points: Vec<_> = points.into_iter().map(|(_, point)| point).collect();
    // The same on the way on: in a folder that a kill has left, at points and by timer in turn.
    let mut on = compressed;
    let mut next = plain;
    for round in 0_u32.. {
        if kills >= wanted {
            break;
        }
        let share = f64::from((round * 37) % 101) / 101.0;
        let point = points[(round as usize * 5) % points.len()];
        let end = match round % 3 {
            0 => run(dir, on.file, "on", Some(point), None),
            _ => run(dir, on.file, "on", None, Some(on.time.mul_f64(share))),
        };
        if end == End::Through {
            check(&on, "on", kills);
            folders += 1;
            std::mem::swap(&mut on, &mut next);
            continue;
        }
        kills += 1;
        if dir.join("on").exists() {
            assert!(size(&dir.join("on")) <= 2 * on.size, "after {kills} kills");
        }
        if kills.is_multiple_of(50) {
            say(&format!("{kills} kills, {folders} folders came through"));
        }
    }
    if dir.join("on").exists() {
        assert_eq!(run(dir, on.file, "on", None, None), End::Through);
        check(&on, "on", kills);
    }
}

/// Later stages over the records of an earlier run.
#[test]
fn kills_over_records_change_no_byte() {
    if !cfg!(debug_assertions) {
        return say("skipped without the named steps, which release builds lack");
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let stages = ["normalize", "summarize", "stories"]
        .map(|stage| format!("[[stage]]\nuse = \"{stage}\"\n"));
    let source = "[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n";
    fs::write(dir.join("pipeline.toml"), format!("version = 1\n{source}{}", stages.concat()))
        .unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    let line = |n| format!("{{\"text\": \"Bridge {n} opened in Ostrel. It will last.\"}}\n");
    fs::write(dir.join("drop/all.jsonl"), (0..600).map(line).collect::<Vec<_>>().concat()).unwrap();
    assert_eq!(run(dir, "pipeline.toml", "first", None, None), End::Through);
    let later = |out: &str, point: Option<&str>| {
        let args = ["run", "pipeline.toml", "first", "--from", "summarize", "--output", out];
        run_with(dir, &args, point, None)
    };
    assert_eq!(later("whole", None), End::Through);
    let whole = promised(&dir.join("whole"));
    assert_eq!(whole.len(), 4, "a part, the manifest, the stories and the dead letters");
    for point in [
        "articles.sync.before:2",
        "ledger.write.half:1",
        "state.sync.after:2",
        "journal.write.half:3",
        "journal.sync.after:1",
        "stories.rename.before:1",
        "manifest.rename.before:1",
    ] {
        assert_eq!(later("again", Some(point)), End::Killed, "{point}");
        assert_eq!(later("again", None), End::Through, "{point}");
        assert!(promised(&dir.join("again")) == whole, "{point}");
        fs::remove_dir_all(dir.join("again")).unwrap();
    }
}
