//! Plugins in C: tables that are wrong, and the host's functions used rightly and wrongly.

use std::env::consts::DLL_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use document::{Document, Field};
use stage_api::{BuiltStage, FailureClass, Flow, Settings, StageError};

use crate::native::{article, doc, load, stage};

/// Compiles a source of `tests/c`, a word of it replaced; `None` where there is no compiler.
fn compile(folder: &Path, name: &str, word: &str, with: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(here.join("tests/c").join(name)).unwrap();
    // The first comment names the word, too.
    let (comment, code) = source.split_once("*/").unwrap();
    let file = folder.join("plugin.c");
    std::fs::write(&file, format!("{comment}*/{}", code.replacen(word, with, 1))).unwrap();
    let library = folder.join(format!("plugin{DLL_SUFFIX}"));
    build(&file, &library).then_some(library)
}

/// Compiles such a text to a library; `false` where there is no compiler.
pub(crate) fn compiled(source: &str, library: &Path) -> bool {
    let file = library.with_extension("c");
    std::fs::write(&file, source).unwrap();
    build(&file, library)
}

fn build(file: &Path, library: &Path) -> bool {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut command = Command::new(&compiler);
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I"]);
    command.arg(here.join("../plugin-abi/include")).arg(file).arg("-o").arg(library);
    let Ok(output) = command.output() else {
        println!("skipped: there is no C compiler `{compiler}`");
        return false;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
fn tables_that_make_no_sense_are_refused() {
    for (wrong, expected) in [
        ("", ""),
        (
            "#undef ABI\n#define ABI (7 << 16 | 2)",
            "was built for ABI 7.2, and this program speaks 0.1",
        ),
        (
            "#undef NO_TABLE\n#define NO_TABLE 1",
            "cannot work with this program, which speaks ABI 0.1",
        ),
        (
            "#undef TABLE_SIZE\n#define TABLE_SIZE 8",
            "says that its table has 8 bytes; in ABI 0.1 it has 64",
        ),
        ("#undef STAGE_SIZE\n#define STAGE_SIZE 8", "says that a stage has 8 bytes; it has 144"),
        ("#undef NO_STAGES\n#define NO_STAGES 1", "has a bad table: `stages` is no array of 1"),
        (
            "#undef NAME\n#define NAME COPYDESK_TEXT(\"\\xff\")",
            "has a bad table: its name is no UTF-8 from byte 0 on",
        ),
        ("#undef NAME\n#define NAME {NULL, 9}", "has a bad table: its name is no array of 9"),
        (
            "#undef NAME\n#define NAME COPYDESK_TEXT(\"A b\")",
            "has a bad table: its name \"A b\" is not made of lowercase letters, digits and inner hyphens",
        ),
        (
            "#undef VERSION\n#define VERSION COPYDESK_TEXT(\"\")",
            "has a bad table: its version \"\" is no version",
        ),
        ("#undef KIND\n#define KIND 9", "has a bad table: stage `one`: its kind 9 is unknown"),
        (
            "#undef FLAGS\n#define FLAGS 64",
            "has a bad table: stage `one`: its flags 0x40 are unknown",
        ),
        (
            "#undef NO_PROCESS\n#define NO_PROCESS 1",
            "has a bad table: stage `one`: `create` or `process` is null",
        ),
        (
            "#undef WRITES\n#define WRITES COPYDESK_TEXT(\"row\")",
            "has a bad table: stage `one`: \"row\" is no layer: neither a core layer nor one of its own, such as `one.hit`",
        ),
        (
            "#undef WRITES\n#define WRITES COPYDESK_TEXT(\"text\")",
            "has a bad table: stage `one`: no plugin may write `text`",
        ),
        (
            "#undef SETTINGS\n#define SETTINGS COPYDESK_TEXT(\"{]\")",
            "has a bad table: stage `one`: the schema is no JSON: key must be a string at line 1 column 2",
        ),
        (
            "#undef SETTINGS\n#define SETTINGS COPYDESK_TEXT(\"{\\\"properties\\\": {\\\"a\\\": {\\\"type\\\": \\\"string\\\", \\\"pattern\\\": \\\"x\\\"}}}\")",
            "has a bad table: stage `one`: setting `a`: the keyword `pattern` cannot be checked here",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let Some(library) =
            compile(folder.path(), "tables.c", "\nWRONG\n", &format!("\n{wrong}\n"))
        else {
            return;
        };
        let said = load(&library).err().map(|error| error.message).unwrap_or_default();
        let name = format!("`{}` ", library.canonicalize().unwrap().display());
        assert_eq!(said.strip_prefix(&name).unwrap_or(&said), expected);
    }
}

fn settings(how: &str) -> Settings {
    Settings::default()
        .with("how", how)
        .with("factor", 2.5)
        .with("on", true)
        .with("words", vec!["one", "two"])
}

/// The article with its sentences and what it knows of itself.
fn sample() -> Document {
    let mut doc = doc("One. Two.");
    doc.add_sentence(document::Span::new(0, 4));
    doc.add_sentence(document::Span::new(5, 9));
    doc.metadata.supply(Field::Title, "Numbers", "sidecar");
    doc.metadata.set_meta("id", "7".to_owned());
    doc.metadata.set_meta("desk", "\"sea\"".to_owned());
    doc
}

#[test]
fn the_host_answers_in_the_same_way_however_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = compile(folder.path(), "calls.c", "SHARED", "") else { return };
    let loaded = load(&library).unwrap();
    let spec = stage(&loaded, "call");
    let run = |how: &str| {
        let mut stage = article(&spec, &settings(how));
        let mut doc = sample();
        let flow = stage.process(&mut doc);
        let new = doc.rows()[2..].iter();
        let rows = new.map(|row| {
            format!("{} {}", doc.name_of(row.layer), doc.value(row).unwrap_or_default())
        });
        (flow, rows.collect::<Vec<_>>())
    };
    assert_eq!(
        run("values"),
        (Ok(Flow::Keep), vec!["values 5".into(), "values {\"a\": [1]}".into()])
    );
    assert_eq!(run("field"), (Ok(Flow::Keep), vec!["values \"sea\"".into()]));
    assert_eq!(run("silent"), (Ok(Flow::Discard("no reason given".into())), vec![]));
    assert_eq!(run("null-call"), (Ok(Flow::Keep), vec![]));
    assert_eq!(run("many"), (Ok(Flow::Keep), vec!["calls.row ".to_owned(); 101]));
    for (how, expected) in [
        ("infinite", "value `calls.value`: inf is no finite number"),
        ("null", "output: it is null"),
        ("size", "output: its size is 8, that of the table is 80"),
        ("row-size", "output: a row has 16 bytes and a relation 12"),
        ("no-rows", "output: `rows` is null and should have 1 elements"),
        ("unaligned", "output: `rows` is not aligned"),
        ("huge", "output: `rows` has 9223372036854775807 elements: more than 64 MiB"),
        ("null-name", "name 0: it has 3 bytes, 1 to 200 are allowed"),
        ("relation", ""),
        ("endless", "answer: more than 64 MiB for one article"),
    ] {
        let (flow, rows) = run(how);
        if expected.is_empty() {
            assert_eq!((flow, rows.len()), (Ok(Flow::Keep), 1), "{how}");
            continue;
        }
        let message = format!("`bad/call`: answered what it may not: {expected}");
        assert_eq!(flow, Err(StageError::Foreign(FailureClass::Contract, message)), "{how}");
        assert!(rows.is_empty(), "{how}");
    }
    let odd = StageError::Foreign(
        FailureClass::Contract,
        "`bad/call`: returned 17, which is no outcome".into(),
    );
    assert_eq!(run("outcome").0, Err(odd));
    let refused = spec.build(&settings("").with("words", vec!["one", "refuse"])).unwrap_err();
    assert_eq!(refused.to_string(), "`words`: the second word is refused");
}

/// A call that is kept beyond its end, with another instance or after its own is gone, says no.
#[test]
fn a_call_that_is_over_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(library) = compile(folder.path(), "calls.c", "SHARED", "| COPYDESK_SHARED") else {
        return;
    };
    let loaded = load(&library).unwrap();
    let built = stage(&loaded, "call").build(&settings("late")).unwrap();
    let BuiltStage::Article(factory) = built else { panic!("an article stage") };
    // One instance for both, with a call of its own for each.
    let (mut one, mut two) = (factory.instance(), factory.instance());
    for _ in 0..3 {
        assert_eq!(one.process(&mut sample()), Ok(Flow::Keep));
        assert_eq!(two.process(&mut sample()), Ok(Flow::Keep));
    }
    drop(one);
    assert_eq!(two.process(&mut sample()), Ok(Flow::Keep));
}
