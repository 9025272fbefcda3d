//! Many kills by hand: the test `kills` with as many as one has time for.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

/// Runs the test with `kills` kills. Its folders lie in one place, which is gone afterwards, however it ends.
pub(crate) fn kills(workspace: &Path, kills: usize) -> Result<()> {
    let folder = crate::target_folder(workspace).join("kills");
    let _ = fs::remove_dir_all(&folder); // of one that was interrupted
    fs::create_dir_all(&folder)?;
    let status = Command::new(crate::cargo())
        .args(["test", "--package", "cli", "--test", "it", "kills::", "--", "--nocapture"])
        .env("COPYDESK_KILLS", kills.to_string())
        .env("TMPDIR", &folder)
        .current_dir(workspace)
        .status();
    fs::remove_dir_all(&folder)?;
    if !status?.success() {
        bail!("some kill cost something");
    }
    Ok(())
}
