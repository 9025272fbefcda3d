//! `cargo xtask browser`: a pass through the report in headless Chromium.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// An article that wants to be more than text.
const HOSTILE: &str = r#"{"id":"<img src=x onerror=alert(1)>","title":"<script>alert(2)</script>","outlet":"</title><script>alert(3)</script>","url":"javascript:alert(4)","byline":["\u202e<b onclick=alert(5)>x"],"text":"“</script><script>alert(6)</script><img src=x onerror=alert(7)>,” said <b>Ada Ek</b>, the <i>minister</i>. “We will not <!-- yield,” she said."}"#;

/// Makes the reports of the sample drop and of a hostile article with the release binary, and reads
/// them as `xtask/browser/pass.mjs` says; corrects a speaker with the line that the report gives, runs
/// again and looks for it. The shared real drop is read, too, where a checkout has it beside it. Needs
/// Node.js with npm, and Chromium (`CHROMIUM` names another than `/usr/bin/chromium`).
pub(crate) fn browser(workspace: &Path) -> Result<()> {
    let binary = crate::release_binary(workspace)?;
    let room = tempfile::tempdir()?;
    let room = room.path();
    for file in ["package.json", "pass.mjs", "corrected.mjs"] {
        fs::copy(workspace.join("xtask/browser").join(file), room.join(file))?;
    }
    run(Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .current_dir(room))
    .context("Node.js and npm are needed")?;
    // A pipeline of its own, so that its corrections lie beside it.
    fs::copy(workspace.join("pipeline.toml"), room.join("pipeline.toml"))?;
    fs::write(room.join("hostile.jsonl"), format!("{HOSTILE}\n"))?;
    let make = |output: &str, input: &Path| {
        let mut command = Command::new(&binary);
        command.args(["run", "pipeline.toml", "--output", output]).arg(input);
        run(command.current_dir(room))
    };
    let node = |arguments: &[&str]| run(Command::new("node").args(arguments).current_dir(room));
    let sample = workspace.join("examples/drop");
    make("sample", &sample)?;
    make("hostile", Path::new("hostile.jsonl"))?;
    node(&["pass.mjs", "sample/report", "hostile/report", "corrections.jsonl"])?;
    make("sample", &sample)?;
    node(&["corrected.mjs", "sample/report", "corrections.jsonl"])?;
    let real = workspace.join("../shared/drops/indo-pacific");
    if !real.exists() {
        println!("skipped: ../shared/drops/indo-pacific is not here");
        return Ok(());
    }
    make("real", &real)?;
    node(&["pass.mjs", "real/report"])
}
