//! `copydesk diff`.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::program::{copydesk, json_lines};

/// Runs the default pipeline with so many summary sentences over these articles.
fn run(dir: &Path, out: &str, sentences: u32, articles: &[(&str, &str)]) {
    let drop = dir.join("drop");
    let _ = fs::remove_dir_all(&drop);
    fs::create_dir(&drop).unwrap();
    for (name, text) in articles {
        fs::write(drop.join(name), text).unwrap();
    }
    if !dir.join("pipeline.toml").exists() {
        copydesk(dir, &["init"]);
    }
    let path = dir.join("pipeline.toml");
    let pipeline = fs::read_to_string(&path).unwrap();
    let key = |line: &str| line.starts_with("sentences = ");
    // The trained model has weights of its own for one sentence, and its scores are not the matter here.
    let untrained = "model = \"untrained\"";
    let set = format!("{untrained}\nsentences = {sentences}");
    let lines = pipeline.lines().filter(|line| *line != untrained);
    let lines = lines.map(|line| if key(line) { set.clone() } else { line.to_owned() });
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let ran = copydesk(dir, &["run", "drop", "--fresh", "--output", out]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

const MILL: &str = "The mill at Ostrel burned down on Monday. The mayor, Mira Holt, said the bell was safe. \
                    Boats pass under the bridge. The town paid for it.\n";
const BRIDGE: &str = "A bridge opened in Ostrel, Bram Osterly said.\n";

#[test]
fn what_changed_is_told_by_stage() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "a", 2, &[("bridge.txt", BRIDGE), ("gone.txt", "A ferry sank."), ("mill.txt", MILL)]);
    // Another order, another generation of the folder, and one sentence less.
    run(dir, "b", 2, &[("mill.txt", MILL)]);
    run(dir, "b", 1, &[("a-new.txt", "Rain fell."), ("bridge.txt", BRIDGE), ("mill.txt", MILL)]);
    let ran = copydesk(dir, &["diff", "a", "b"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    drop/bridge.txt
    - notes the summary has 1 of 2 sentences: the article has no more  summarize

    drop/mill.txt
    The mill at Ostrel burned down on Monday. The mayor, Mira Holt, said the bell was safe. Boats pass
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ - summary score 0.4443
    under the bridge. The town paid for it.

    stage      layer      gained     lost  changed
    summarize  notes           0        1        0
    summarize  summary         0        1        0

    2 articles in both: 0 the same, 2 not; 1 only in a; 1 only in b
    ");
    assert_eq!(copydesk(dir, &["diff", "a", "b", "--exit-code"]).code, Some(1));

    let lines = json_lines(&copydesk(dir, &["diff", "a", "b", "--json"]).stdout);
    assert_eq!(lines[1], json!({"change": "lost", "article": "drop/gone.txt"}));
    assert_eq!((&lines[2]["change"], &lines[2]["stage"]), (&json!("lost"), &json!("summarize")));
    assert_eq!(lines[lines.len() - 2], json!({"change": "gained", "article": "drop/a-new.txt"}));
    assert_eq!(lines[lines.len() - 1]["summary"]["only_before"], 1);

    for same in [["a", "a"], ["b", "b"]] {
        let ran = copydesk(dir, &["diff", same[0], same[1], "--exit-code"]);
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.contains("in both: the same"), "{}", ran.stdout);
    }
}

/// The latest revision counts, and a longer text moves nothing but itself.
#[test]
fn a_revision_is_compared_by_its_words() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, "a", 1, &[("bridge.txt", BRIDGE)]);
    run(dir, "b", 1, &[("bridge.txt", "A mill.")]);
    fs::write(dir.join("drop/bridge.txt"), format!("It was Monday. {BRIDGE}")).unwrap();
    assert_eq!(copydesk(dir, &["run", "drop", "--output", "b"]).code, Some(0));
    let lines = json_lines(&copydesk(dir, &["diff", "a", "b", "--json"]).stdout);
    let changes: Vec<_> = lines.iter().filter(|line| line["layer"] == "mentions").collect();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!((&changes[0]["change"], &changes[0]["name"]), (&json!("gained"), &json!("Monday")));
}

#[test]
fn what_is_no_output_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ran = copydesk(dir.path(), &["diff", "a", "b"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("a: no output folder"), "{}", ran.stderr);
}
