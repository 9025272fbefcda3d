//! Bytes that nobody vouches for, for as long as one likes.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

/// What makes the compiler count which branches an input takes, as `cargo fuzz` does it. The sanitizers that it
/// adds want a nightly compiler; they look for what code without `unsafe` cannot do.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

/// Feeds `target`, or one after the other, for so many seconds each. What was found lies in `target/fuzz/TARGET/`.
pub(crate) fn fuzz(workspace: &Path, target: Option<&str>, seconds: u64) -> Result<()> {
    let folder = crate::target_folder(workspace).join("fuzz");
    let triple = crate::package::host()?;
    // For the host by name, so that build scripts and macros are built without the flags.
    let status = Command::new(crate::cargo())
        .args(["build", "--release", "--package", "fuzz", "--bin", "guided"])
        .args(["--features", "guided", "--target", &triple])
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTFLAGS", COVERAGE)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_PANIC", "unwind")
        .current_dir(workspace)
        .status()?;
    if !status.success() {
        bail!("the build failed; it wants a C++ compiler");
    }
    let binary = folder.join(&triple).join("release/guided");
    let listed =
        Command::new(&binary).env("FUZZ_TARGET", "").env("FUZZ_SEEDS", &folder).output()?;
    let listed = String::from_utf8(listed.stdout)?;
    let targets: Vec<&str> = listed.lines().collect();
    let wanted: Vec<&str> = match target {
        None => targets,
        Some(name) if targets.contains(&name) => vec![name],
        Some(name) => bail!("there is no target `{name}`; there are {}", targets.join(", ")),
    };
    // Some targets write their input to a file; thousands of times a second.
    let memory = Path::new("/dev/shm");
    let temporary = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let mut bad = Vec::new();
    for target in wanted {
        let corpus = folder.join(target);
        let status = Command::new(&binary)
            .env("FUZZ_TARGET", target)
            .env("TMPDIR", &temporary)
            .arg(&corpus)
            .arg(format!("-artifact_prefix={}/bad-{target}-", folder.display()))
            .arg(format!("-max_total_time={seconds}"))
            .args(["-max_len=65536", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .current_dir(workspace)
            .status()?;
        if !status.success() {
            bad.push(target);
        }
    }
    if !bad.is_empty() {
        bail!("bad inputs for {}; they are {}/bad-…", bad.join(", "), folder.display());
    }
    Ok(())
}
