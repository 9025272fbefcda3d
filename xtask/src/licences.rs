//! The licences of what is linked into the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

const HEAD: &str = "\
Copydesk is licensed under MIT OR Apache-2.0 (LICENSE-MIT, LICENSE-APACHE); the data and models in it are told of
in NOTICE and docs/models. The program contains the Rust standard library (MIT OR Apache-2.0,
https://github.com/rust-lang/rust) and these packages of others, each with its licence. Their licence texts follow as
the packages bring them, each text once.

";

/// The list of packages that one of ours, such as `cli`, is built from on this target, and the texts of their licences.
pub(crate) fn behind(
    ours: &str,
    features: &[&str],
    workspace: &Path,
    target: &str,
) -> Result<String> {
    let packages = packages(ours, features, workspace, target)?;
    let mut out = HEAD.to_owned();
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for package in &packages {
        let Package { name, licence, place, folder } = package;
        writeln!(out, "{name}  {licence}  {place}")?;
        let before = texts.values().map(BTreeSet::len).sum::<usize>();
        for text in licence_files(Path::new(folder), 2)? {
            texts.entry(text).or_default().insert(name);
        }
        if texts.values().map(BTreeSet::len).sum::<usize>() == before {
            writeln!(out, "  (the package brings no text of its licence)")?;
        }
    }
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    for (text, names) in texts {
        let names: Vec<_> = names.into_iter().collect();
        write!(out, "\n{}\n{}\n\n{}\n", "=".repeat(78), names.join(", "), text.trim_end())?;
    }
    Ok(out)
}

struct Package {
    /// With its version.
    name: String,
    licence: String,
    place: String,
    folder: String,
}

/// What one of our packages depends on, ours and tests left out, sorted by name.
fn packages(ours: &str, features: &[&str], workspace: &Path, target: &str) -> Result<Vec<Package>> {
    let features: Vec<String> =
        features.iter().map(|feature| format!("{ours}/{feature}")).collect();
    let told = Command::new(crate::cargo())
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target])
        .args(["--features", &features.join(",")])
        .current_dir(workspace)
        .output()?;
    if !told.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&told.stderr));
    }
    let metadata: Value = serde_json::from_slice(&told.stdout)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes: BTreeMap<String, Vec<Value>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| (text(&node["id"]), list(&node["deps"])))
        .collect();
    let known: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|one| (text(&one["id"]), one)).collect();
    let ours =
        known.iter().find(|(_, package)| package["name"] == ours).context(ours.to_owned())?;
    let mut left = vec![ours.0.clone()];
    let mut seen = BTreeSet::new();
    while let Some(id) = left.pop() {
        let linked =
            |dep: &&Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        if seen.insert(id.clone()) {
            left.extend(nodes[&id].iter().filter(linked).map(|dep| text(&dep["pkg"])));
        }
    }
    let package = |id: &String| {
        let package = &known[id];
        let manifest = text(&package["manifest_path"]);
        let folder = Path::new(&manifest).parent().unwrap_or(Path::new("")).to_string_lossy();
        Package {
            name: format!("{} {}", text(&package["name"]), text(&package["version"])),
            licence: text(&package["license"]),
            place: text(&package["repository"]),
            folder: folder.into_owned(),
        }
    };
    let others = seen.iter().filter(|id| !known[*id]["source"].is_null());
    let mut packages: Vec<_> = others.map(package).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

/// The texts in a package's folder, and below it as deep as `levels` says: a C library lies in a folder of its own.
fn licence_files(folder: &Path, levels: u32) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.file_type()?.is_dir() {
            if levels > 1 {
                texts.extend(licence_files(&entry.path(), levels - 1)?);
            }
        } else if ["license", "licence", "copying", "copyright", "notice", "unlicense"]
            .iter()
            .any(|start| name.starts_with(start))
        {
            texts.insert(String::from_utf8_lossy(&fs::read(entry.path())?).replace('\r', ""));
        }
    }
    Ok(texts)
}
