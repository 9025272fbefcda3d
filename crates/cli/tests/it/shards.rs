//! `run --shard` and `merge`: the shards of a drop, merged, are what one run over it leaves, byte for byte.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use crate::kills::{End, promised, run_with, say};
use crate::plugins::library;
use crate::program::{copydesk, json_file, ok, refused};

/// Two ordered stages with a memory, and article stages before, between and behind them.
fn write_pipeline(dir: &Path, output: &str) {
    let plugin = library("misbehave");
    let pipeline = format!(
        "version = 1\n[run]\noutput = \"{output}\"\n[[plugin]]\nname = \"misbehave\"\npath = '{}'\n\
         [[source]]\nuse = \"files\"\npaths = [\"drop\", \"late\"]\n[[stage]]\nuse = \"normalize\"\n\
         [[stage]]\nuse = \"misbehave/wrong\"\nhow = \"fail\"\non = \"wrong\"\n\
         [[stage]]\nuse = \"misbehave/wrong\"\nname = \"passing\"\nhow = \"discard\"\non = \"summer\"\n\
         [[stage]]\nuse = \"entity-tag\"\n\
         [[stage]]\nuse = \"misbehave/tally\"\n[[stage]]\nuse = \"quote-extract\"\n\
         [[stage]]\nuse = \"stories\"\n[[stage]]\nuse = \"summarize\"\nsentences = 1\n\
         [[sink]]\nuse = \"jsonl\"\n",
        plugin.display()
    );
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
}

/// What the rules of identity are about, spread over the files so that no shard sees all of it.
fn write_drop(dir: &Path) {
    let (drop, late) = (dir.join("drop"), dir.join("late"));
    for folder in [&drop, &drop.join("sub"), &drop.join("untold"), &late] {
        fs::create_dir(folder).unwrap();
    }
    let mill = "Mill closes\n\n“The mill is gone,” said Mira Holt, the mayor of Ostrel.\n\nBram Osterly wept.\n";
    let files: &[(&str, &str)] = &[
        ("a.txt", mill),
        (
            "b.html",
            "<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1><p>The ferry to Lund sails \
          again, said Ada&nbsp;Ek &mdash; “at last”.</p><p>“It will last,” Ek said.</p></article></body></html>",
        ),
        (
            "c.jsonl",
            "{\"id\":\"x\",\"text\":\"The first words.\"}\n{\"text\":\"One bridge, twice.\"}\n{\"broken\n\n\
          {\"id\":\"drop/i.txt\",\"text\":\"It has the id of a file.\"}\n",
        ),
        ("d.txt", "All goes wrong here.\n"),
        (
            "e.jsonl",
            "{\"id\":\"x\",\"text\":\"The words, corrected.\",\"title\":\"X\"}\n{\"text\":\"One bridge, twice.\"}\n\
          {\"id\":\"y\",\"text\":\"One bridge, twice.\"}\n",
        ),
        ("f.txt", "All goes wrong here.\n"), // fails with its original
        (
            "g.jsonl",
            "{\"id\":\"x\",\"text\":\"The first words.\"}\n{\"id\":\"x\",\"text\":\"The first words.\"}\n",
        ),
        ("h.txt", mill),
        ("i.txt", mill),
        ("j.txt", "Closed for summer.\n"),
        ("k.txt", "Closed for summer.\n"),
        ("l.txt", ""),
        ("sub/a.txt", "“We sail,” Ada Ek said in Lund. Ek is the captain.\n"),
        ("sub/drop.csv", "file,title,outlet\na.txt,Sailing,Ostrel Courier\n"),
        ("untold/a.txt", "A table beside this is broken.\n"),
        ("untold/b.txt", "The same holds here.\n"),
        ("untold/c.txt", "“So it does,” Mira Holt said.\n"),
        ("untold/drop.csv", "file;title\n\"a.txt\n"),
    ];
    for (name, content) in files {
        fs::write(drop.join(name), content).unwrap();
    }
    fs::write(late.join("a.txt"), "“The mill is gone,” Mira Holt said on Monday.\n").unwrap();
}

/// Everything that must be the same: what readers see, what the next run knows, and what is counted over all.
fn assert_same(dir: &Path, out: &str, whole: &str) {
    let (out, whole) = (dir.join(out), dir.join(whole));
    let (found, expected) = (promised(&out), promised(&whole));
    assert!(found.keys().eq(expected.keys()), "{:?}", found.keys());
    for (name, bytes) in &expected {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&found[name]), text(bytes), "{name}");
    }
    assert!(
        fs::read(out.join("ledger.bin")).unwrap() == fs::read(whole.join("ledger.bin")).unwrap(),
        "the ledger"
    );
    for key in ["total", "total_discards", "configuration"] {
        assert_eq!(json_file(&out.join("run.json"))[key], json_file(&whole.join("run.json"))[key]);
    }
}

#[test]
fn shards_merged_are_one_run() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_pipeline(dir, "whole");
    write_drop(dir);
    assert_eq!(copydesk(dir, &["run"]).code, Some(3));
    let total = json_file(&dir.join("whole/run.json"));
    assert_eq!(total["total_discards"]["duplicate of"], 3, "{total}");
    for of in [1, 3, 30] {
        let parts = format!("parts-{of}");
        for number in 0..of {
            let shard = format!("{number}/{of}");
            ok(dir, &["run", "--shard", &shard, "-o", &parts, "--accept-failures"]);
        }
        let out = format!("merged-{of}");
        let ran = copydesk(dir, &["merge", &out, &parts]);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert_same(dir, &out, "whole");
        // It is a folder like any other: the same drop again brings nothing new.
        ok(dir, &["merge", &out, &parts]);
        ok(dir, &["run", "-o", &out]);
        assert_same(dir, &out, "whole");
        assert_eq!(json_file(&dir.join(&out).join("run.json"))["run"]["read"], 0);
    }
    for shard in ["parts-3/shard-00001-of-00003", "parts-30/shard-00029-of-00030"] {
        ok(dir, &["verify", shard]);
    }
    // Nobody needs another folder for the shards.
    ok(dir, &["run", "--shard", "0/1", "-o", "all", "--accept-failures"]);
    ok(dir, &["merge", "all", "--accept-failures"]);
    assert_same(dir, "all", "whole");

    // The next drop: an original put aside and written anew, a copy that takes its place, lines that move.
    let drop = dir.join("drop");
    fs::rename(drop.join("a.txt"), drop.join("put-aside.txt")).unwrap();
    fs::write(drop.join("a.txt"), "The mill opens again.\n").unwrap();
    for copy in ["h.txt", "i.txt"] {
        fs::write(drop.join(copy), "Another mill closes.\n").unwrap();
    }
    fs::rename(drop.join("sub/a.txt"), drop.join("sub/z.txt")).unwrap();
    let lines = fs::read_to_string(drop.join("c.jsonl")).unwrap();
    fs::write(drop.join("c.jsonl"), format!("{{\"text\":\"A line before.\"}}\n{lines}")).unwrap();
    let code = copydesk(dir, &["run"]).code;
    for number in 0..3 {
        let shard = format!("{number}/3");
        ok(dir, &["run", "--shard", &shard, "-o", "next", "--accept-failures"]);
    }
    assert_eq!(copydesk(dir, &["merge", "merged-3", "next"]).code, code);
    assert_same(dir, "merged-3", "whole");
    assert!(json_file(&dir.join("whole/run.json"))["run"]["written"].as_u64() > Some(2));
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    for name in ["a", "b", "c", "d"] {
        fs::write(dir.join("drop").join(name), format!("The words of {name}.\n")).unwrap();
    }
    let stages = "[[stage]]\nuse = \"normalize\"\n[[stage]]\nuse = \"stories\"\n";
    let source = "[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n";
    fs::write(dir.join("pipeline.toml"), format!("version = 1\n{source}{stages}")).unwrap();
    let shard = |which: &str, out: &str| ok(dir, &["run", "--shard", which, "-o", out]);

    refused(dir, &["merge", "out", "drop"], "no shard; `copydesk run --shard I/N` makes them");
    refused(dir, &["merge", "out", "nowhere"], "nowhere: no shard;");
    shard("0/2", "parts");
    refused(dir, &["merge", "out", "parts"], "1 of 2 shards are missing: 1/2");
    refused(dir, &["run", "--shard", "0/3", "-o", "parts"], "holds shard-00000-of-00002");
    refused(dir, &["run", "--shard", "2/2", "-o", "parts"], "the last of 2 is `1/2`");
    refused(dir, &["run", "--shard", "0/2", "--input", "-", "-o", "parts"], "the files of a drop");
    refused(dir, &["run", "--shard", "0/2", "-o", "-"], "`--output DIR`");
    shard("1/2", "parts");
    assert!(shard("1/2", "parts").contains("shard 1/2 is complete: 2 articles"));
    let both = ["parts/shard-00000-of-00002", "parts/shard-00001-of-00002"];
    refused(dir, &["merge", "out", both[0], both[1], both[0]], "are both shard 0/2");
    refused(dir, &["retry", both[0]], "is shard 0/2; `copydesk merge` makes one folder");
    ok(dir, &["merge", "out", "parts"]);

    // Shards that see other files than the others have shared another drop.
    fs::write(dir.join("drop/e"), "The words of e.\n").unwrap();
    shard("1/2", "parts");
    refused(dir, &["merge", "out", "parts"], "one saw 4 files, the other 5");
    shard("0/2", "parts");
    ok(dir, &["merge", "out", "parts"]);
    assert_eq!(json_file(&dir.join("out/run.json"))["total"]["written"], 5);

    // A shard that has more to read than it has read: as a kill leaves it.
    let journal = dir.join(both[0]).join("gen-1/journal.jsonl");
    let whole = fs::read_to_string(&journal).unwrap();
    let last = whole.lines().last().unwrap();
    assert!(last.contains("complete"), "{last}");
    let other =
        "[[stage]]\nuse = \"normalize\"\nmode = \"verbatim\"\n[[stage]]\nuse = \"stories\"\n";
    fs::write(dir.join("pipeline.toml"), format!("version = 1\n{source}{other}")).unwrap();
    shard("1/2", "parts");
    refused(dir, &["merge", "out", "parts"], "made with different configurations");
    let bare = format!("version = 1\n{source}");
    fs::write(dir.join("pipeline.toml"), bare).unwrap();
    refused(dir, &["run", "--shard", "0/2", "-o", "bare"], "no stage writes text");
}

/// A file that changes while its shard lies stopped makes no mixture.
#[test]
fn a_stopped_shard_goes_on_over_the_same_files_only() {
    if !cfg!(debug_assertions) {
        return say("skipped without the named steps, which release builds lack");
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("drop")).unwrap();
    let lines = |of: &str| -> String {
        let line = |n| format!("{{\"text\":\"The words of {of} {n}.\"}}\n");
        (0..300).map(line).collect()
    };
    fs::write(dir.join("drop/a.jsonl"), lines("a")).unwrap();
    let pipeline = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n";
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
    let args = ["run", "--shard", "0/1", "-o", "parts"];
    assert_eq!(run_with(dir, &args, Some("journal.sync.after:2"), None), End::Killed);
    refused(dir, &["merge", "out", "parts"], "not read to the end: parts/shard-00000-of-00001");
    fs::write(dir.join("drop/a.jsonl"), lines("b")).unwrap();
    let ran = copydesk(dir, &args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("drop/a.jsonl:1 is not what stood there"), "{}", ran.stderr);
    ok(dir, &["run", "--shard", "0/1", "-o", "parts", "--fresh"]);
    ok(dir, &["merge", "out", "parts"]);
    ok(dir, &["run", "-o", "whole"]);
    assert_same(dir, "out", "whole");
}

/// Points of writing that a shard and a merge meet.
const POINTS: [&str; 8] = [
    "journal.rename.after:1",
    "state.write.half:1",
    "journal.sync.before:1",
    "articles.write.half:1",
    "journal.sync.after:2",
    "ledger.sync.after:1",
    "journal.write.half:2",
    "manifest.rename.before:1",
];

/// Eight shards by two processes at a time, killed at points and by timer, and a merge that is killed too.
#[test]
fn kills_of_shards_and_of_the_merge_change_no_byte() {
    if !cfg!(debug_assertions) {
        return say("skipped without the named steps, which release builds lack");
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_pipeline(dir, "whole");
    write_drop(dir);
    for file in 0..8 {
        let line = |n: u32| match n % 25 {
            3 => format!("{{\"text\": \"Bridge {file} {n} went wrong.\"}}\n"),
            7 => "{\"text\": \"Another bridge, the same words.\"}\n".to_owned(),
            9 => format!("{{\"id\": \"{n}\", \"text\": \"Bridge {n} as {file} tells it.\"}}\n"),
            11 => format!("{{\"id\": \"{n}\", \"text\": \"Bridge {n} closes.\"}}\n"),
            13 => "{\"broken\n".to_owned(),
            _ => format!(
                "{{\"text\": \"Bridge {file} {n} opened in Ostrel. “It will last,” said Ada Ek.\"}}\n"
            ),
        };
        let lines: String = (0..300).map(line).collect();
        fs::write(dir.join(format!("drop/many-{file}.jsonl")), lines).unwrap();
    }
    assert_eq!(copydesk(dir, &["run", "--accept-failures"]).code, Some(0));

    let waiting = Mutex::new((0..8_u32).collect::<Vec<_>>());
    let work = || {
        let mut kills = 0;
        loop {
            let Some(number) = waiting.lock().unwrap().pop() else { return kills };
            let shard = format!("{number}/8");
            let args = ["run", "--shard", &shard, "-o", "parts", "--accept-failures"];
            let point = POINTS[number as usize];
            assert_eq!(
                run_with(dir, &args, Some(point), None),
                End::Killed,
                "{point} is never met"
            );
            kills += 1;
            let time = Duration::from_millis(150 * u64::from(number));
            if run_with(dir, &args, None, Some(time)) == End::Killed {
                kills += 1;
            }
            assert_eq!(run_with(dir, &args, None, None), End::Through);
        }
    };
    let kills: u32 = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert!(kills >= 8, "each is killed once at least");

    let args = ["merge", "merged", "parts", "--accept-failures"];
    for point in POINTS {
        assert_eq!(run_with(dir, &args, Some(point), None), End::Killed, "{point} is never met");
    }
    assert_eq!(run_with(dir, &args, None, None), End::Through);
    assert_same(dir, "merged", "whole");
}
