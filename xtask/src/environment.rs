//! Where packages of Python are installed without touching any other.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// A virtual environment.
pub(crate) struct Environment(PathBuf);

impl Environment {
    /// Makes it in a folder that is not there.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))
            .context("Python with `venv` is needed")?;
        Ok(Self(folder.to_owned()))
    }

    /// Installs packages, by their names or files.
    pub(crate) fn install(&self, packages: &[impl AsRef<OsStr>]) -> Result<()> {
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(self.command("python").args(quiet).args(packages))
    }

    /// A program of it.
    pub(crate) fn command(&self, name: &str) -> Command {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        let mut command = Command::new(self.0.join(folder).join(name));
        // Another Python's packages are none of its business.
        command
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}
