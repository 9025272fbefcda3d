//! `cargo xtask wheel`: the Python package, built, installed where nothing else is, and tried.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::environment::Environment;
use crate::{licences, package, run};

/// The licences of what is linked into the extension; `pyproject.toml` has it in the wheel.
const LICENCES: &str = "THIRD-PARTY.txt";

/// What builds the wheel.
const BUILDERS: [&str; 1] = ["maturin>=1.9,<2"];

/// What its tests run on: versions that were seen to work together.
pub(crate) const ENGINES: [&str; 3] = ["pytest==9.2.0", "pyarrow==25.0.1", "ray==2.60.0"];

/// Writes `target/wheel/*.whl`, installs it into an empty environment, runs the example of its README there, and
/// then its tests. The environments lie in a temporary folder. Needs Python 3.10 or later with `venv`, and the packages above.
pub(crate) fn wheel(workspace: &Path) -> Result<()> {
    let wheels = crate::target_folder(workspace).join("wheel");
    if wheels.exists() {
        fs::remove_dir_all(&wheels)?;
    }
    let room = tempfile::tempdir()?;
    let wheel = build(workspace, room.path(), &wheels, &[])?;
    let size = fs::metadata(&wheel)?.len() as f64 / 1e6;

    let fresh = Environment::new(&room.path().join("fresh"))?;
    fresh.install(&[&wheel])?;
    let desk = room.path().join("desk");
    fs::create_dir(&desk)?;
    run(fresh.command("copydesk").arg("init").current_dir(&desk))?;
    let readme = fs::read_to_string(workspace.join("python/README.md"))?;
    let example = readme.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let example = example.context("python/README.md has no example")?;
    let told = fresh.command("python").args(["-c", example]).current_dir(&desk).output()?;
    let told = (told.status.success(), String::from_utf8_lossy(&told.stdout).into_owned());
    if told != (true, "Ada Ek\n".to_owned()) {
        bail!("the example of python/README.md says {told:?}");
    }

    let files = "import importlib.metadata as m; print(*m.files('copydesk'))";
    let files = fresh.command("python").args(["-c", files]).output()?;
    if !String::from_utf8_lossy(&files.stdout).contains(LICENCES) {
        bail!("{} has no {LICENCES}", wheel.display());
    }

    fresh.install(&ENGINES)?;
    // Not from the sources' folder: what is installed is tried.
    let tests = workspace.join("python/tests");
    run(fresh.command("pytest").args(["-q", "-rs", "-p", "no:cacheprovider"]).current_dir(tests))?;
    println!("{} ({size:.1} MB): installed and tried", wheel.display());
    Ok(())
}

/// Writes a wheel with these features into `wheels`, in which there is none; what builds it is installed in `room`.
pub(crate) fn build(
    workspace: &Path,
    room: &Path,
    wheels: &Path,
    features: &[&str],
) -> Result<PathBuf> {
    let builder = Environment::new(&room.join("builder"))?;
    builder.install(&BUILDERS)?;
    let manifest = workspace.join("python/Cargo.toml");
    let others = licences::behind("python", features, workspace, &package::host()?)?;
    fs::write(workspace.join("python").join(LICENCES), others)?;
    run(builder
        .command("maturin")
        .args(["build", "--release", "--quiet", "--features", &features.join(",")])
        .args([OsStr::new("--out"), wheels.as_os_str()])
        .args([OsStr::new("--manifest-path"), manifest.as_os_str()]))?;
    let mut made = fs::read_dir(wheels)?;
    Ok(made.next().context("maturin made no wheel")??.path())
}
