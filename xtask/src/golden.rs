//! The golden output: what the default pipeline makes of the sample drop.
//!
//! `examples/golden/manifest.json` pins the bytes of the records; beside it stands one drawing an
//! article, so that a changed byte shows as a change that a person can read and judge.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// Files of the golden folder by name.
type Files = BTreeMap<String, String>;

/// Fails where a fresh run over the sample drop differs from the golden folder.
pub(crate) fn compare(workspace: &Path) -> Result<()> {
    let (golden, now) = (read(&folder(workspace))?, make(workspace)?);
    let mut differing = Vec::new();
    for name in golden.keys().chain(now.keys().filter(|name| !golden.contains_key(*name))) {
        if let Some(difference) = difference(golden.get(name), now.get(name)) {
            differing.push(format!("{name}: {difference}"));
        }
    }
    if !differing.is_empty() {
        let help = "if that is right, `cargo xtask golden --update` and read the difference";
        bail!(
            "the sample drop gives another output than examples/golden:\n{}\n{help}",
            differing.join("\n")
        );
    }
    println!("golden: {} files agree", now.len());
    Ok(())
}

/// Makes the golden folder anew.
pub(crate) fn update(workspace: &Path) -> Result<()> {
    let folder = folder(workspace);
    let files = make(workspace)?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (name, text) in &files {
        fs::write(folder.join(name), text)?;
    }
    println!("golden: wrote {} files", files.len());
    Ok(())
}

fn folder(workspace: &Path) -> PathBuf {
    workspace.join("examples/golden")
}

fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, fs::read_to_string(&path).with_context(|| path.display().to_string())?);
    }
    Ok(files)
}

/// Runs the default pipeline over the sample drop and draws every article.
fn make(workspace: &Path) -> Result<Files> {
    let binary = crate::release_binary(workspace)?;
    let out = workspace.join("target/golden");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let copydesk = |args: &[&str]| -> Result<Output> {
        let output = Command::new(&binary)
            .args(args)
            .arg("--output")
            .arg(&out)
            .current_dir(workspace)
            .output()?;
        if !output.status.success() {
            bail!("copydesk {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(output)
    };
    copydesk(&["run"])?;
    let mut files = Files::new();
    files.insert("manifest.json".to_owned(), fs::read_to_string(out.join("manifest.json"))?);
    for record in fs::read_to_string(out.join("articles-00000000.jsonl"))?.lines() {
        // `id` is the second key of a record, and the ids of the sample drop need no unescaping.
        let id = record
            .split("\"id\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .context("no id")?;
        let drawing = String::from_utf8(copydesk(&["show", id])?.stdout)?;
        let name = id.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
        files.insert(format!("{name}.txt"), drawing);
    }
    Ok(files)
}

/// The first line that differs, if any.
fn difference(golden: Option<&String>, now: Option<&String>) -> Option<String> {
    match (golden, now) {
        (Some(golden), Some(now)) if golden == now => None,
        (Some(golden), Some(now)) => {
            let same =
                golden.lines().zip(now.lines()).take_while(|(golden, now)| golden == now).count();
            let line = |text: &str| text.lines().nth(same).unwrap_or("(end)").to_owned();
            Some(format!("line {}\n  golden: {}\n  now:    {}", same + 1, line(golden), line(now)))
        }
        (None, _) => Some("is new".to_owned()),
        (_, None) => Some("is gone".to_owned()),
    }
}
