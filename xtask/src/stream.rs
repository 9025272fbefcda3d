//! A long stream of articles through the article stages of the default pipeline: does memory stay flat, are the cores busy?

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The pipeline: records alone, as standard output takes nothing else.
const PIPELINE: &str = r#"version = 1
source = [{ use = "files", paths = ["."] }]
stage = [{ use = "normalize" }, { use = "entity-tag" }, { use = "quote-extract" }, { use = "summarize" }]
sink = [{ use = "jsonl" }]
"#;

/// Feeds about `gigabytes` of JSON Lines made from the sample drop's plain texts and prints what it took.
pub(crate) fn stream(workspace: &Path, gigabytes: f64) -> Result<()> {
    let binary = crate::release_binary(workspace)?;
    let texts = texts(&workspace.join("examples/drop"))?;
    let pipeline = workspace.join("target/stream.toml");
    fs::create_dir_all(workspace.join("target"))?;
    fs::write(&pipeline, PIPELINE)?;
    #[expect(clippy::disallowed_methods, reason = "it measures")]
    let begun = Instant::now();
    let mut child = Command::new(binary)
        .arg("run")
        .arg(&pipeline)
        .args(["--input", "-", "--output", "-", "--workers", "2"])
        .current_dir(workspace)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut input = BufWriter::new(child.stdin.take().context("standard input is piped")?);
    let (mut bytes, mut articles) = (0_u64, 0_u64);
    let mut line = String::new();
    while (bytes as f64) < gigabytes * 1e9 {
        let text = &texts[articles as usize % texts.len()];
        line.clear();
        // The number makes every text another, so that none is a duplicate.
        writeln!(line, r#"{{"id":"stream-{articles}","language":"en","text":{text}}}"#)?;
        input.write_all(line.as_bytes())?;
        bytes += line.len() as u64;
        articles += 1;
    }
    input.flush()?;
    let status = format!("/proc/{}/status", child.id());
    let peak = |status: &str| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    // Read before the end of input: what follows is only what is in flight.
    let peak = fs::read_to_string(&status).ok().and_then(|status| peak(&status));
    let times =
        fs::read_to_string(format!("/proc/{}/stat", child.id())).ok().and_then(|stat| ticks(&stat));
    let wall = begun.elapsed().as_secs_f64();
    drop(input);
    if !child.wait()?.success() {
        bail!("the run failed");
    }
    println!("{articles} articles, {:.2} GB in {wall:.0} s", bytes as f64 / 1e9);
    if let (Some(peak), Some(ticks)) = (peak, times) {
        let processor = ticks as f64 / 100.0; // Linux counts in hundredths of a second
        println!("peak memory {} MiB, processor over wall {:.2}", peak / 1024, processor / wall);
    }
    Ok(())
}

/// The plain texts of the sample drop, as JSON strings.
fn texts(drop: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut folders = vec![drop.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                texts.push(json_string(&fs::read_to_string(&path)?));
            }
        }
    }
    texts.sort();
    if texts.is_empty() {
        bail!("no plain text in {}", drop.display());
    }
    Ok(texts)
}

fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            control if control.is_control() => json.push(' '),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

/// Processor time of a process, user and system, from `/proc/PID/stat`.
fn ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}
