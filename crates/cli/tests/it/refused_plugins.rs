//! Plugins that cannot be used: refused before the run in one clear sentence, with a caret, exit code 2.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::plugins::{has, library, shell};
use crate::program::{copydesk, workspace};

/// Builds a C source into a library of the folder.
fn build(dir: &Path, name: &str, source: &str) {
    fs::write(dir.join("plugin.c"), source).unwrap();
    let header = workspace().join("crates/plugin-abi/include");
    let line = format!("cc -shared -fPIC -I '{}' -o {name} plugin.c", header.display());
    let built = shell(dir, &line);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
}

/// What is said about a pipeline with this plugin and stage.
fn refused(dir: &Path, plugin: &str, stage: &str) -> String {
    let pipeline = format!(
        "version = 1\n[[plugin]]\nname = \"it\"\n{plugin}\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n\
         [[stage]]\nuse = \"normalize\"\n[[stage]]\n{stage}\n"
    );
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
    let ran = copydesk(dir, &["run"]);
    assert_eq!(ran.code, Some(2), "{plugin}: {}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert!(!dir.join("out").exists(), "{plugin}: refused before the run");
    ran.stderr
}

fn dir_with_drop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("drop")).unwrap();
    fs::write(dir.path().join("drop/a.txt"), "Rain fell in Ostrel.").unwrap();
    dir
}

/// One after the other, with the names of this machine and this build replaced.
fn drawn(dir: &Path, cases: &[(&str, &str)]) -> String {
    let place = dir.canonicalize().unwrap().display().to_string();
    let mut all = String::new();
    for (plugin, stage) in cases {
        let said = refused(dir, plugin, stage);
        writeln!(all, "{}\n---", said.replace(&place, "DIR").trim_end()).unwrap();
    }
    all
}

#[test]
#[cfg(target_os = "linux")]
fn libraries() {
    if !has("cc") {
        return;
    }
    let dir = dir_with_drop();
    let dir = dir.path();
    let tables = workspace().join("crates/plugin-host/tests/c/tables.c");
    let tables = fs::read_to_string(tables).unwrap();
    let (comment, code) = tables.split_once("*/").unwrap();
    let wrong = |with: &str| format!("{comment}*/{}", code.replacen("\nWRONG\n", with, 1));
    build(dir, "abi.so", &wrong("\n#undef ABI\n#define ABI (3 << 16 | 2)\n"));
    build(dir, "symbol.so", "int other(void) { return 7; }\n");
    build(dir, "good.so", &wrong("\n"));
    let mut foreign = fs::read(dir.join("good.so")).unwrap();
    fs::write(dir.join("cut.so"), &foreign[..4096]).unwrap();
    foreign[18..20].copy_from_slice(&[243, 0]); // RISC-V, which this test is not run on
    fs::write(dir.join("foreign.so"), &foreign).unwrap();
    fs::write(dir.join("notes.so"), "These are notes.").unwrap();
    fs::copy(dir.join("good.so"), dir.join("open.so")).unwrap();
    shell(dir, "chmod o+w open.so");
    let stage = "use = \"it/one\"";
    let pinned = format!("path = \"notes.so\"\nsha256 = \"{}\"", "0".repeat(64));
    let cases = [
        ("path = \"abi.so\"", stage),
        ("path = \"symbol.so\"", stage),
        ("path = \"notes.so\"", stage),
        ("path = \"foreign.so\"", stage),
        ("path = \"cut.so\"", stage),
        ("path = \"open.so\"", stage),
        (&pinned, stage),
        ("path = \"nowhere.so\"", stage),
        ("path = \"drop\"", stage),
        ("path = \"good.so\"", "use = \"it/two\""),
        ("path = \"good.so\"", "use = \"it/one\"\nextra = 1"),
        ("path = \"good.so\"\nlane = \"wasm\"", stage),
    ];
    let shown = drawn(dir, &cases).replace(std::env::consts::ARCH, "ARCH");
    insta::assert_snapshot!(shown);
}

#[test]
fn settings() {
    let dir = dir_with_drop();
    let dir = dir.path();
    fs::copy(library("misbehave"), dir.join("misbehave.so")).unwrap();
    let plugin = "path = \"misbehave.so\"";
    let cases = [
        (plugin, "use = \"it/mark\""),
        (plugin, "use = \"it/mark\"\nterms = \"ferry\""),
        (plugin, "use = \"it/mark\"\nterms = [\"ferry\"]\nleast = 5000"),
        (plugin, "use = \"it/mark\"\nterms = [\"ferry\"]\nlest = 5"),
        (plugin, "use = \"it/mark\"\nterms = [\"ferry\", \"\"]"),
        (plugin, "use = \"it/wrong\"\nhow = \"badly\""),
        (plugin, "use = \"it/wrong\"\non = \"refuse\"\nrun = { isolate = true }"),
        (plugin, "use = \"it/copy\""),
    ];
    insta::assert_snapshot!(drawn(dir, &cases));
}

#[test]
#[cfg(unix)]
fn commands() {
    if !has("python3") {
        return;
    }
    let dir = dir_with_drop();
    let dir = dir.path();
    let script = |name: &str, lines: &str| fs::write(dir.join(name), lines).unwrap();
    script("mute.py", "import sys\nsys.exit(7)\n");
    script("chatty.py", "print('hello there')\n");
    let manifest = "print('{\"copydesk_plugin\": 1, \"name\": \"it\", \"version\": \"1\", \"stages\": [{\"name\": \"one\", \
                    \"writes\": [\"it.row\"]}]}', flush=True)\ninput()\n";
    let refusal = "input()\nprint('{\"refused\": \"no model for this language\"}', flush=True)\n";
    script("refuses.py", &format!("{manifest}{refusal}"));
    script(
        "future.py",
        "print('{\"copydesk_plugin\": 9, \"name\": \"it\", \"version\": \"1\", \"stages\": []}', flush=True)\n",
    );
    let stage = "use = \"it/one\"";
    let pinned = format!("command = [\"python3\", \"mute.py\"]\nsha256 = \"{}\"", "0".repeat(64));
    let cases = [
        ("command = [\"no-such-program\", \"a\"]", stage),
        ("command = [\"python3\", \"mute.py\"]", stage),
        ("command = [\"python3\", \"chatty.py\"]", stage),
        ("command = [\"python3\", \"future.py\"]", stage),
        ("command = [\"python3\", \"refuses.py\"]", stage),
        (&pinned, stage),
        ("command = [\"python3\", \"mute.py\"]\nlane = \"native\"", stage),
    ];
    insta::assert_snapshot!(drawn(dir, &cases));
}
