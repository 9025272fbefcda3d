//! Trains the models of the stages: `cargo xtask train STAGE`.
//!
//! The texts are not part of the repository: they are read from a folder beside it. Training is deterministic: the
//! same folder gives the same bytes.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

mod corpus;
mod pages;
mod pasted;
mod rounds;
mod score;
mod vectors;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::pasted::Sets;
use crate::rounds::Plan;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let stage = args.next();
    let normalize = stage.as_deref() == Some("normalize");
    if !normalize && stage.as_deref() != Some("entity-tag") {
        bail!(
            "usage: trainer entity-tag --model default|open --data DIR (--vectors DIR | --clusters-of MODEL) --out FILE\n       \
             trainer normalize --model pasted (--pages FILE --truth FILE)... --out FILE\n       \
             trainer normalize --model body --data DIR --out FILE"
        );
    }
    let (mut plan, mut sets, mut out) = (Plan::default(), Sets::default(), None);
    let mut pages = false;
    while let Some(option) = args.next() {
        let value = args.next().with_context(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--model" if normalize => pages = value == "body",
            "--pages" => sets.pages.push(PathBuf::from(value)),
            "--truth" => sets.truth.push(PathBuf::from(value)),
            "--model" => plan.choose(&value)?,
            "--data" => plan.data = PathBuf::from(value),
            "--vectors" => plan.vectors = PathBuf::from(value),
            "--clusters-of" => plan.clusters_of = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            _ => plan.set(option.trim_start_matches('-'), &value)?,
        }
    }
    let bytes = match (normalize, pages) {
        (true, true) => pages::train(&plan.data)?,
        (true, false) => pasted::train(&sets)?,
        (false, _) => rounds::train(&plan)?,
    };
    if let Some(out) = out {
        write(&out, &bytes)?;
    }
    Ok(())
}

fn write(out: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(out, bytes).with_context(|| out.display().to_string())?;
    println!("{} bytes in {}", bytes.len(), out.display());
    Ok(())
}
