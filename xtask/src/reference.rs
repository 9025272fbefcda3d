//! `docs/reference.md`: every key of a pipeline file, as the program prints it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

/// Writes the page anew; a test of `cli` says where that is due.
pub(crate) fn update(workspace: &Path) -> Result<()> {
    let printed = Command::new(crate::cargo())
        .args(["run", "--quiet", "--package", "cli", "--"])
        .args(["stages", "--markdown"])
        .current_dir(workspace)
        .output()?;
    if !printed.status.success() {
        bail!("{}", String::from_utf8_lossy(&printed.stderr));
    }
    fs::write(workspace.join("docs/reference.md"), printed.stdout)?;
    println!("wrote docs/reference.md");
    Ok(())
}
