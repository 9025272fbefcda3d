//! Trains the models that the program embeds.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

/// Trains the models of a stage from the folders that `options` name, in place of those in the repository.
pub(crate) fn train(workspace: &Path, stage: &str, options: &[&str]) -> Result<()> {
    // Each model of `normalize` has data of its own: `--pages` are those of pasted text.
    let models: &[&str] = match stage {
        "normalize" if options.contains(&"--pages") => &["pasted"],
        "normalize" => &["body"],
        "summarize" => &["trained"],
        "quote-extract" => &["default"],
        _ => &["default", "open"],
    };
    for model in models {
        let out = workspace.join(format!("crates/{stage}/models/{model}.model"));
        let status = Command::new(crate::cargo())
            .args(["run", "--release", "--quiet", "--package", "trainer", "--"])
            .args([stage, "--model", *model, "--out"])
            .arg(out)
            .args(options)
            .current_dir(workspace)
            .status()?;
        if !status.success() {
            bail!("training `{model}` failed");
        }
    }
    Ok(())
}
