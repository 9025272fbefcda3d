//! The documentation is a book whose links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

/// Adds what is wrong: a page that `docs/SUMMARY.md` does not name once, and every relative link of a Markdown file
/// that leads to no file, or to no heading of one.
pub(crate) fn check(workspace: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let summary = fs::read_to_string(workspace.join("docs/SUMMARY.md"))?;
    let listed = links(&summary);
    let mut pages = Vec::new();
    markdown(&workspace.join("docs"), &mut pages)?;
    for page in &pages {
        let name = page.strip_prefix(workspace.join("docs"))?.to_string_lossy().replace('\\', "/");
        let times = listed.iter().filter(|link| **link == name).count();
        if name != "SUMMARY.md" && times != 1 {
            wrong.push(format!("docs/SUMMARY.md names {name} {times} times"));
        }
    }
    for folder in ["", "crates", "plugins", "examples"] {
        for entry in fs::read_dir(workspace.join(folder))? {
            let path = entry?.path();
            pages.extend(Some(path).filter(|path| is_markdown(path)));
        }
    }
    for page in &pages {
        let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
        for link in links(&text) {
            if let Err(why) = follow(page, link) {
                let page = page.strip_prefix(workspace)?.display();
                wrong.push(format!("{page}: the link `{link}` {why}"));
            }
        }
    }
    Ok(())
}

fn markdown(folder: &Path, pages: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            markdown(&path, pages)?;
        } else if is_markdown(&path) {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(())
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

/// The lines outside of fenced blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// Where the relative links of a page lead.
fn links(text: &str) -> Vec<&str> {
    prose(text)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link)
        .filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

fn follow(page: &Path, link: &str) -> Result<(), String> {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        page.to_owned()
    } else {
        normal(&page.parent().unwrap_or(Path::new("")).join(file))
    };
    if !target.exists() {
        return Err("leads to nothing".to_owned());
    }
    if heading.is_empty() {
        return Ok(());
    }
    let text = fs::read_to_string(&target).map_err(|error| error.to_string())?;
    let headings: BTreeSet<String> =
        prose(&text).filter(|line| line.starts_with('#')).map(anchor).collect();
    if headings.contains(heading) { Ok(()) } else { Err("leads to no heading".to_owned()) }
}

/// Without `..`, which a file system takes for what a link points to.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}

/// What a heading is called in links: small letters, hyphens for spaces, no marks.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{anchor, links};

    #[test]
    fn links_are_found_outside_of_code() {
        let text =
            "See [a](a.md#b) and [c](https://c.example).\n```\n[d](d.md)\n```\n- [e](../e.md)\n";
        assert_eq!(links(text), ["a.md#b", "../e.md"]);
    }

    #[test]
    fn headings_become_anchors() {
        assert_eq!(anchor("## In place of a built-in stage"), "in-place-of-a-built-in-stage");
        assert_eq!(anchor("# `[run]`: why?"), "run-why");
    }
}
