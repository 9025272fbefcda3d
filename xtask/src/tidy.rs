//! The crate list in `crates/README.md`, the folders below `crates/` and the manifests agree; `unsafe`
//! stays where it may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::Table;

/// Who may use which of our crates in `[dependencies]`; what `crates/README.md` draws as arrows.
const ARROWS: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("stage-api", &["document"]),
    ("wire", &["document"]),
    ("stores", &["stage-api"]),
    ("source", &["document", "stage-api", "stores", "wire"]),
    ("learner", &[]),
    ("normalize", &["document", "learner", "stage-api"]),
    ("filter", &["document", "stage-api"]),
    ("tokens", &[]),
    ("terms", &["document"]),
    ("entity-tag", &["document", "learner", "stage-api", "tokens"]),
    ("quote-extract", &["document", "learner", "stage-api", "tokens"]),
    ("summarize", &["document", "learner", "stage-api", "terms"]),
    ("corrections", &["document", "stage-api", "tokens"]),
    ("stories", &["document", "stage-api", "terms", "tokens"]),
    ("sink", &["document", "stage-api", "wire"]),
    ("shards", &["document", "sink", "stage-api", "wire"]),
    ("archive", &["sink", "wire"]),
    ("report", &["sink", "wire"]),
    ("export", &["sink", "wire"]),
    ("columns", &["wire"]),
    ("parquet-sink", &["columns", "sink", "wire"]),
    ("config", &["document", "stage-api"]),
    ("runner", &["document", "stage-api"]),
    ("plugin-abi", &[]),
    ("plugin-sdk", &["plugin-abi"]),
    ("plugin-host", &["document", "stage-api", "wire", "plugin-abi"]),
    ("underline", &[]),
    ("testkit", &["document", "underline"]),
    (
        "trainer",
        &[
            "document",
            "entity-tag",
            "learner",
            "normalize",
            "quote-extract",
            "stage-api",
            "summarize",
        ],
    ),
    (
        "cli",
        &[
            "document",
            "stage-api",
            "wire",
            "stores",
            "source",
            "normalize",
            "filter",
            "entity-tag",
            "quote-extract",
            "summarize",
            "corrections",
            "stories",
            "sink",
            "shards",
            "archive",
            "report",
            "export",
            "parquet-sink",
            "config",
            "runner",
            "plugin-host",
            "underline",
        ],
    ),
];

/// The crates whose sources may allow `unsafe`: the boundary to plugins.
const UNSAFE: &[&str] = &["plugin-abi", "plugin-sdk", "plugin-host"];

/// Fails with every disagreement.
pub(crate) fn tidy(workspace: &Path) -> Result<()> {
    let crates = workspace.join("crates");
    let folders: BTreeSet<String> = fs::read_dir(&crates)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .filter(|name: &Result<String>| name.as_ref().is_ok_and(|name| crates.join(name).is_dir()))
        .collect::<Result<_>>()?;
    let listed = listed(&fs::read_to_string(crates.join("README.md"))?);
    let mut wrong = Vec::new();
    if listed.iter().cloned().collect::<BTreeSet<_>>() != folders {
        wrong.push(format!("crates/README.md lists {listed:?}, the folders are {folders:?}"));
    }
    let known: Vec<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    if listed != known {
        wrong.push(format!("crates/README.md lists {listed:?}, xtask/src/tidy.rs knows {known:?}"));
    }
    for (name, allowed) in ARROWS {
        let manifest = crates.join(name).join("Cargo.toml");
        let table: Table = fs::read_to_string(&manifest)?
            .parse()
            .with_context(|| manifest.display().to_string())?;
        if table["package"]["name"].as_str() != Some(name) {
            wrong.push(format!("crates/{name} holds a crate of another name"));
        }
        let dependencies = table.get("dependencies").and_then(|value| value.as_table());
        for dependency in dependencies.into_iter().flat_map(Table::keys) {
            if folders.contains(dependency) && !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("crates/{name} must not depend on `{dependency}`"));
            }
        }
    }
    for tree in ["crates", "plugins", "benches", "fuzz", "python", "xtask"] {
        keeps_safe(&workspace.join(tree), &mut wrong)?;
    }
    crate::book::check(workspace, &mut wrong)?;
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    println!("tidy: {} crates", listed.len());
    Ok(())
}

/// Below `folder` no manifest leaves the lints of the workspace, and no source takes `unsafe` back, but
/// for the crates that may.
fn keeps_safe(folder: &Path, wrong: &mut Vec<String>) -> Result<()> {
    // In two pieces, so that this file is not one that says it.
    let lint = ["unsafe", "_code"].concat();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // What `plugin new` copies (`kit`) is no crate of this workspace.
            if !UNSAFE.contains(&name.as_str()) && !matches!(name.as_str(), "target" | "kit") {
                keeps_safe(&path, wrong)?;
            }
        } else if name == "Cargo.toml" {
            let table: Table = fs::read_to_string(&path)?.parse()?;
            let inherits = table.get("lints").and_then(|lints| lints.get("workspace"));
            if inherits.and_then(toml::Value::as_bool) != Some(true) {
                wrong.push(format!("{} does not take the workspace's lints", path.display()));
            }
        } else if path.extension().is_some_and(|end| end == "rs")
            && fs::read_to_string(&path)?.contains(&lint)
        {
            let allowed = UNSAFE.join(", ");
            wrong.push(format!("{} speaks of `{lint}`; only {allowed} may", path.display()));
        }
    }
    Ok(())
}

/// The first column of the table: names in backticks.
fn listed(readme: &str) -> Vec<String> {
    let name = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    readme.lines().filter_map(name).collect()
}
