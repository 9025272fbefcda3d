//! `cargo xtask browser`: a pass through the report in headless Chromium.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// An article that wants to be more than text.
const HOSTILE: &str = r#"{"id":"<img src=x onerror=alert(1)>","title":"<script>alert(2)</script>","outlet":"</title><script>alert(3)</script>","url":"javascript:alert(4)","byline":["\u202e<b onclick=alert(5)>x"],"text":"“</script><script>alert(6)</script><img src=x onerror=alert(7)>,” said <b>Ada Ek</b>, the <i>minister</i>. “We will not <!-- yield,” she said."}"#;

/// Makes the reports of the sample drop and of a hostile article with the release binary, and reads
/// them as `xtask/browser/pass.mjs` says. Needs Node.js with npm, and Chromium (`CHROMIUM` names
/// another than `/usr/bin/chromium`).
pub(crate) fn browser(workspace: &Path) -> Result<()> {
    let binary = crate::release_binary(workspace)?;
    let room = tempfile::tempdir()?;
    let room = room.path();
    for file in ["package.json", "pass.mjs"] {
        fs::copy(workspace.join("xtask/browser").join(file), room.join(file))?;
    }
    run(Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .current_dir(room))
    .context("Node.js and npm are needed")?;
    let (sample, hostile) = (room.join("sample"), room.join("hostile"));
    fs::write(room.join("hostile.jsonl"), format!("{HOSTILE}\n"))?;
    for (output, input) in [(&sample, None), (&hostile, Some(room.join("hostile.jsonl")))] {
        let mut command = Command::new(&binary);
        command.args(["run", "pipeline.toml", "--output"]).arg(output).args(input);
        run(command.current_dir(workspace))?;
    }
    let mut node = Command::new("node");
    node.arg("pass.mjs").arg(sample.join("report")).arg(hostile.join("report"));
    run(node.current_dir(room))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}
