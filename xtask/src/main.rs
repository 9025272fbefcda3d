//! The workspace's chores: `cargo xtask COMMAND`.
//!
//! - `tidy`: the crate list, the folders and the arrows in the manifests agree; links in the documentation lead somewhere.
//! - `browser`: a pass through the report of the sample drop in headless Chromium.
//! - `fuzz [TARGET] [SECONDS]`: feeds one target of `fuzz`, or each, with what `libFuzzer` makes of its seeds.
//! - `golden [--update]`: the release binary over the sample drop gives the golden output.
//! - `kills [N]`: kills a run N times at named steps and by timer, and compares what comes of it.
//! - `package [--binary FILE] [--target TRIPLE] [--glibc 2.N]`: the release archive, unpacked and tried.
//! - `reference`: writes docs/reference.md, every key of a pipeline file, anew.
//! - `stores`: drops and output folders in a store that speaks S3, against a server on this machine.
//! - `stream [GIGABYTES]`: a long stream through the default pipeline; peak memory and processor use.
//! - `train STAGE [--data DIR] [--vectors DIR]`: trains the models of a stage anew (`docs/models/`).
//! - `wheel`: the Python package, installed into an empty environment and tried.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

mod book;
mod browser;
mod environment;
mod fuzz;
mod golden;
mod kills;
mod licences;
mod package;
mod reference;
mod stores;
mod stream;
mod tidy;
mod train;
mod wheel;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["tidy"] => tidy::tidy(&workspace()),
        ["browser"] => browser::browser(&workspace()),
        ["fuzz"] => fuzz::fuzz(&workspace(), None, 60),
        ["fuzz", first, ref rest @ ..] => {
            let (target, seconds) = match (first.parse(), rest) {
                (Ok(seconds), []) => (None, seconds),
                (Err(_), []) => (Some(first), 60),
                (_, [seconds, ..]) => (Some(first), seconds.parse()?),
            };
            fuzz::fuzz(&workspace(), target, seconds)
        }
        ["golden"] => golden::compare(&workspace()),
        ["golden", "--update"] => golden::update(&workspace()),
        ["kills"] => kills::kills(&workspace(), 1_000),
        ["kills", kills] => kills::kills(&workspace(), kills.parse()?),
        ["package", ref options @ ..] => {
            package::package(&workspace(), &package::Options::parse(options)?)
        }
        ["reference"] => reference::update(&workspace()),
        ["stores"] => stores::stores(&workspace()),
        ["stream"] => stream::stream(&workspace(), 2.0),
        ["stream", gigabytes] => stream::stream(&workspace(), gigabytes.parse()?),
        ["train", stage, ref options @ ..] => train::train(&workspace(), stage, options),
        ["wheel"] => wheel::wheel(&workspace()),
        _ => bail!(
            "usage: cargo xtask tidy | browser | fuzz [TARGET] [SECONDS] | golden [--update] | kills [N] | package [OPTIONS] | reference | stores | stream [GIGABYTES] | train STAGE [OPTIONS] | wheel"
        ),
    }
}

/// The root of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned()
}

/// Builds the release binary and returns its path.
fn release_binary(workspace: &Path) -> Result<PathBuf> {
    let status = std::process::Command::new(cargo())
        .args(["build", "--release", "--quiet", "--package", "cli"])
        .current_dir(workspace)
        .status()?;
    if !status.success() {
        bail!("the release build failed");
    }
    let file = format!("copydesk{}", std::env::consts::EXE_SUFFIX);
    Ok(target_folder(workspace).join("release").join(file))
}

/// The cargo that runs this, or any.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command, which must end well.
fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}

/// Where cargo puts what it builds.
fn target_folder(workspace: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from)
}
