//! Commands as plugins: what they are known by, and which are refused.

use std::path::Path;

use plugin_host::Loader;
use stage_api::{PluginKey, PluginLoader, PluginProgram, PluginRequest, Settings};

use crate::scripts::{HEAD, TAIL, has_python, load_command};

#[test]
fn a_command_has_one_digest_wherever_its_files_lie() {
    if !has_python() {
        return;
    }
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let script = |folder: &Path, more: &str| {
        std::fs::write(folder.join("tag.py"), format!("{HEAD}{more}{TAIL}")).unwrap();
    };
    let digest = |folder: &Path, words: &[&str]| load_command(folder, words).unwrap().file.digest;
    script(here.path(), "");
    let first = digest(here.path(), &["python3", "tag.py"]);
    let full = here.path().join("tag.py");
    assert_eq!(digest(there.path(), &["python3", &full.to_string_lossy()]), first);
    assert_ne!(digest(here.path(), &["python3", "tag.py", "--fast"]), first);
    script(here.path(), "# another\n");
    assert_ne!(digest(here.path(), &["python3", "tag.py"]), first);
}

/// Whatever is wrong with a command is said before the run.
#[test]
fn a_command_that_is_no_plugin_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no program").unwrap();
    let manifest = r#"echo '{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag"}]}'; "#;
    let echo = |line: &str| format!("echo '{line}'; cat");
    for (words, expected) in [
        (vec!["no-such-program"], "there is no program `no-such-program`"),
        (vec!["./notes.txt"], "/notes.txt` may not be executed"),
        (
            vec!["sh", "-c", "echo help >&2; exit 4"],
            "`sh` ended without saying what it declares: it exited with code 4; its last words: help",
        ),
        (
            vec!["sh", "-c", &echo("Welcome!")],
            "`sh` does not speak as a plugin does: its first line is no manifest (expected value at line 1 column 1): Welcome!",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(r#"{"copydesk_plugin": 2, "name": "t", "version": "1", "stages": []}"#),
            ],
            "`sh` does not speak as a plugin does: it speaks version 2 of the protocol, not 1",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(r#"{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": []}"#),
            ],
            "it declares no stage",
        ),
        (
            vec![
                "sh",
                "-c",
                &echo(
                    r#"{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag", "write": []}]}"#,
                ),
            ],
            "(unknown field `write`, expected one of",
        ),
    ] {
        let error = load_command(folder.path(), &words).unwrap_err();
        assert_eq!(error.key, PluginKey::Command);
        assert!(error.message.contains(expected), "{}\nexpected: {expected}", error.message);
    }
    for (start, setting, expected) in [
        (r#"echo '{"refused": "is empty", "setting": "terms"}'; cat"#, "terms", "is empty"),
        (r#"echo '{"refused": "no model"}'; cat"#, "use", "no model"),
        ("echo '{}'; cat", "use", "it is neither ready nor refuses to start"),
        (
            "echo Ready; cat",
            "use",
            "it did not say that it is ready (expected value at line 1 column 1): Ready",
        ),
        ("exit 1", "use", "it ended instead of starting: it exited with code 1"),
    ] {
        let script = format!("{manifest}{start}");
        let plugin = load_command(folder.path(), &["sh", "-c", &script]).unwrap();
        let error = plugin.stages[0].build(&Settings::default()).unwrap_err();
        assert_eq!((error.setting.as_str(), error.message.as_str()), (setting, expected));
    }
}

/// The key of a command hangs on its words and on the files among them.
#[test]
fn a_command_is_known_by_its_words_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("tag.sh");
    let text = r#"echo '{"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "tag"}]}'; cat"#;
    let load = |words: &[&str], pin| {
        let program = PluginProgram::Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.path().to_owned(),
        };
        let request = PluginRequest { name: "p".to_owned(), program, lane: None, sha256: pin };
        Loader::new(Vec::new()).load(&request)
    };
    std::fs::write(&script, text).unwrap();
    let first = load(&["sh", "tag.sh"], None).unwrap().file;
    assert_eq!(first.path.file_name().unwrap(), "tag.sh");
    assert_eq!(load(&["sh", "tag.sh"], None).unwrap().file, first);
    assert_ne!(load(&["sh", "tag.sh", "-v"], None).unwrap().file.digest, first.digest);
    std::fs::write(&script, format!("{text} ")).unwrap();
    assert_ne!(load(&["sh", "tag.sh"], None).unwrap().file.digest, first.digest);

    let refusal = load(&["sh", "tag.sh"], Some(first.digest)).unwrap_err();
    assert_eq!(refusal.key, PluginKey::Sha256);
    let digest = refusal.message.rsplit(' ').next().unwrap().to_owned();
    let bytes: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap()).collect();
    load(&["sh", "tag.sh"], Some(document::Sha256(bytes.try_into().unwrap()))).unwrap();
    let refusal = load(&["sh", "-c", text], Some(first.digest)).unwrap_err();
    assert_eq!(refusal.message, "the command names no file whose digest it could be");
}
