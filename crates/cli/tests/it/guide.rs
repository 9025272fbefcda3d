//! `docs/plugins.md`: the example in it is run as it stands there.

use std::fs;

use crate::plugins::has;
use crate::program::{copydesk, records, workspace};

/// The fenced block of the guide whose first line names this file.
fn block(guide: &str, file: &str) -> String {
    let head = format!("\n# {file}\n");
    let start = guide.find(&head).unwrap() + 1;
    let end = guide[start..].find("\n```").unwrap() + start;
    guide[start..=end].to_owned()
}

#[test]
fn a_model_of_ones_own_feeds_quote_extract() {
    if !has("python3") {
        return;
    }
    let guide = fs::read_to_string(workspace().join("docs/plugins.md")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for file in ["tagger.py", "pipeline.toml"] {
        fs::write(dir.join(file), block(&guide, file)).unwrap();
    }
    let module = workspace().join("crates/plugin-host/kit/copydesk_plugin.py");
    fs::copy(module, dir.join("copydesk_plugin.py")).unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    let article = "The ferry is late.\n\n“We rang the bell twice,” said Mira Holt. Bram Osterly said the engine was old.";
    fs::write(dir.join("drop/ferry.txt"), article).unwrap();
    let ran = copydesk(dir, &["run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let record = &records(&dir.join("out"))[0];
    let said: Vec<_> = record["quotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|quotation| {
            (quotation["text"].as_str().unwrap(), quotation["speaker"]["name"].as_str())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("We rang the bell twice,", Some("Mira Holt")),
            ("the engine was old", Some("Bram Osterly"))
        ]
    );
    let keys: Vec<_> =
        record["entities"].as_array().unwrap().iter().map(|entity| &entity["key"]).collect();
    assert_eq!(keys, ["per:mira-holt", "per:bram-osterly"]);
    assert_eq!(record["layers"]["mentions"]["stage"], "tagger/names");

    // A pattern that is none is shown where it stands.
    let pipeline = fs::read_to_string(dir.join("pipeline.toml")).unwrap();
    let line = "use = \"tagger/names\"        # in place of entity-tag\n";
    fs::write(dir.join("wrong.toml"), pipeline.replace(line, &format!("{line}pattern = \"(\"\n")))
        .unwrap();
    let wrong = copydesk(dir, &["check", "wrong.toml"]);
    assert_eq!(wrong.code, Some(2));
    for part in ["wrong.toml:17:11", "unterminated subpattern"] {
        assert!(wrong.stderr.contains(part), "{part} in\n{}", wrong.stderr);
    }
}
