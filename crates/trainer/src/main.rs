//! Trains the models of the stages: `cargo xtask train STAGE`.
//!
//! The texts are not part of the repository: they are read from a folder beside it. Training is deterministic: the
//! same folder gives the same bytes.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

mod corpus;
mod highlights;
mod pages;
mod pasted;
mod quotes;
mod rouge;
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
    let mut options = Vec::new();
    while let Some(option) = args.next() {
        let value = args.next().with_context(|| format!("{option} needs a value"))?;
        options.push((option, value));
    }
    match stage.as_deref() {
        Some("entity-tag") => names(options),
        Some("normalize") => articles(options),
        Some("quote-extract") => quotations(options),
        Some("summarize") => summaries(options),
        _ => bail!(
            "usage: trainer entity-tag --model default|open --data DIR (--vectors DIR | --clusters-of MODEL) --out FILE\n\
             \x20      trainer normalize --model pasted (--pages FILE --truth FILE)... --out FILE\n\
             \x20      trainer normalize --model body --data DIR --out FILE\n\
             \x20      trainer quote-extract --data DIR --clusters-of MODEL --out FILE\n\
             \x20      trainer summarize --data DIR [--predictions FILE] --out FILE"
        ),
    }
}

fn names(options: Vec<(String, String)>) -> Result<()> {
    let (mut plan, mut out) = (Plan::default(), None);
    for (option, value) in options {
        match option.as_str() {
            "--model" => plan.choose(&value)?,
            "--data" => plan.data = PathBuf::from(value),
            "--vectors" => plan.vectors = PathBuf::from(value),
            "--clusters-of" => plan.clusters_of = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            _ => plan.set(option.trim_start_matches('-'), &value)?,
        }
    }
    write(out.as_deref(), &rounds::train(&plan)?)
}

fn articles(options: Vec<(String, String)>) -> Result<()> {
    let (mut sets, mut data, mut out) = (Sets::default(), Plan::default().data, None);
    let mut body = false;
    for (option, value) in options {
        match option.as_str() {
            "--model" => body = value == "body",
            "--data" => data = PathBuf::from(value),
            "--pages" => sets.pages.push(PathBuf::from(value)),
            "--truth" => sets.truth.push(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            _ => bail!("there is no option `{option}`"),
        }
    }
    let bytes = if body { pages::train(&data)? } else { pasted::train(&sets)? };
    write(out.as_deref(), &bytes)
}

fn quotations(options: Vec<(String, String)>) -> Result<()> {
    let (mut plan, mut out) = (quotes::Plan::default(), None);
    for (option, value) in options {
        match option.as_str() {
            "--model" if value == "default" => {}
            "--data" => plan.data = PathBuf::from(value),
            "--clusters-of" => plan.clusters_of = PathBuf::from(value),
            "--out" => out = Some(PathBuf::from(value)),
            _ => plan.set(option.trim_start_matches('-'), &value)?,
        }
    }
    write(out.as_deref(), &quotes::train(&plan)?)
}

fn summaries(options: Vec<(String, String)>) -> Result<()> {
    let (mut plan, mut out) = (highlights::Plan::default(), None);
    for (option, value) in options {
        match option.as_str() {
            "--model" if value == "trained" => {}
            "--data" => plan.data = PathBuf::from(value),
            "--out" => out = Some(PathBuf::from(value)),
            _ => plan.set(option.trim_start_matches('-'), &value)?,
        }
    }
    write(out.as_deref(), &highlights::train(&plan)?)
}

fn write(out: Option<&Path>, bytes: &[u8]) -> Result<()> {
    let Some(out) = out else { return Ok(()) };
    std::fs::write(out, bytes).with_context(|| out.display().to_string())?;
    println!("{} bytes in {}", bytes.len(), out.display());
    Ok(())
}
