//! The crate list in `crates/README.md`, the folders below `crates/` and the manifests agree.

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
    ("source", &["document", "stage-api"]),
    ("normalize", &["document", "stage-api"]),
    ("entity-tag", &["document", "stage-api"]),
    ("quote-extract", &["document", "stage-api"]),
    ("summarize", &["document", "stage-api"]),
    ("sink", &["document", "stage-api", "wire"]),
    ("config", &["document", "stage-api"]),
    ("runner", &["document", "stage-api"]),
    ("plugin-abi", &[]),
    ("plugin-sdk", &["plugin-abi"]),
    ("plugin-host", &["document", "stage-api", "wire", "plugin-abi"]),
    ("underline", &[]),
    ("testkit", &["document", "underline"]),
    (
        "cli",
        &[
            "document",
            "stage-api",
            "wire",
            "source",
            "normalize",
            "entity-tag",
            "quote-extract",
            "summarize",
            "sink",
            "config",
            "runner",
            "plugin-host",
            "underline",
        ],
    ),
];

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
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    println!("tidy: {} crates", listed.len());
    Ok(())
}

/// The first column of the table: names in backticks.
fn listed(readme: &str) -> Vec<String> {
    let name = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    readme.lines().filter_map(name).collect()
}
