//! `cargo xtask package`: the release archive for the platform at hand, unpacked and tried.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::licences;

/// What an archive is made from.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// A binary that was built elsewhere; otherwise the release binary is built here.
    binary: Option<PathBuf>,
    /// The triple that the binary is for; otherwise this machine's.
    target: Option<String>,
    /// The newest version of the C library that the binary may need.
    glibc: Option<Version>,
}

impl Options {
    /// From `[--binary FILE] [--target TRIPLE] [--glibc 2.N]`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for pair in args.chunks(2) {
            match *pair {
                ["--binary", file] => options.binary = Some(file.into()),
                ["--target", triple] => options.target = Some(triple.to_owned()),
                ["--glibc", version] => {
                    let parsed = Version::parse(version);
                    options.glibc = Some(parsed.with_context(|| format!("`{version}`: no 2.N"))?);
                }
                _ => bail!(
                    "usage: cargo xtask package [--binary FILE] [--target TRIPLE] [--glibc 2.N]"
                ),
            }
        }
        Ok(options)
    }
}

/// Writes `target/package/copydesk-VERSION-TARGET.tar.gz` (`.zip` on Windows) and its digest beside it, unpacks
/// it into an empty folder, and runs it there over the sample drop.
pub(crate) fn package(workspace: &Path, options: &Options) -> Result<()> {
    let built = match &options.binary {
        Some(binary) => binary.clone(),
        None => crate::release_binary(workspace)?,
    };
    let target = match &options.target {
        Some(target) => target.clone(),
        None => host()?,
    };
    let name = format!("copydesk-{}-{target}", env!("CARGO_PKG_VERSION"));
    let folder = workspace.join("target/package");
    let stage = folder.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&stage)?;
    let program = format!("copydesk{}", std::env::consts::EXE_SUFFIX);
    let binary = stage.join(&program);
    fs::copy(&built, &binary).with_context(|| built.display().to_string())?;
    strip(&binary)?;
    needs_no_newer_glibc(&binary, options.glibc)?;
    fill(workspace, &stage, &binary, &target)?;
    let archive = pack(&folder, &name)?;
    let digest = Sha256::digest(fs::read(&archive)?);
    let mut hex = String::new();
    for byte in digest {
        write!(hex, "{byte:02x}")?;
    }
    let file = archive.file_name().unwrap_or_default().to_string_lossy();
    fs::write(folder.join(format!("{file}.sha256")), format!("{hex}  {file}\n"))?;
    try_out(workspace, &archive, &name, &program)?;
    println!(
        "package: {} is {}, the binary in it {}, {} before it was stripped; unpacked, it runs",
        archive.strip_prefix(workspace).unwrap_or(&archive).display(),
        megabytes(&archive)?,
        megabytes(&binary)?,
        megabytes(&built)?,
    );
    Ok(())
}

/// The triple of this machine.
pub(crate) fn host() -> Result<String> {
    let words = output(Command::new("rustc").arg("-vV"))?;
    let host = words.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

/// Takes the line tables out, two thirds of the file; the names of functions stay for backtraces. On Windows they
/// are not in the file.
fn strip(binary: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    output(Command::new("strip").arg("-S").arg(binary)).map(drop)
}

/// Everything but the binary.
fn fill(workspace: &Path, stage: &Path, binary: &Path, target: &str) -> Result<()> {
    fs::copy(workspace.join("xtask/package/README.md"), stage.join("README.md"))?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE", "CHANGELOG.md", "pipeline.toml"] {
        fs::copy(workspace.join(file), stage.join(file)).context(file)?;
    }
    fs::write(stage.join("THIRD-PARTY.txt"), licences::behind("cli", &[], workspace, target)?)?;
    // The last two are what the documentation leads to.
    for tree in ["docs", "examples/drop", "examples/plugins", "plugins"] {
        copy_tree(&workspace.join(tree), &stage.join(tree))?;
    }
    let completions = stage.join("completions");
    fs::create_dir(&completions)?;
    for (shell, file) in [
        ("bash", "copydesk.bash"),
        ("zsh", "_copydesk"),
        ("fish", "copydesk.fish"),
        ("powershell", "copydesk.ps1"),
    ] {
        let script = output(Command::new(binary).args(["completions", shell]))?;
        fs::write(completions.join(file), script)?;
    }
    Ok(())
}

/// Copies a folder, but for what was built or written in it.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let end = Path::new(&name).extension().unwrap_or_default();
        let made = ["out", "target", "__pycache__"].iter().any(|made| name == *made)
            || ["so", "dylib", "dll"].iter().any(|made| end == *made);
        if made {
            continue;
        }
        let to = to.join(&name);
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Packs the folder `name`; the `tar` of Linux, macOS and Windows tells the form from the name.
fn pack(folder: &Path, name: &str) -> Result<PathBuf> {
    let archive = folder.join(format!("{name}.{}", if cfg!(windows) { "zip" } else { "tar.gz" }));
    let mut tar = Command::new("tar");
    if cfg!(target_os = "linux") {
        // The same files give the same archive.
        tar.args([
            "--sort=name",
            "--mtime=@315532800",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
        ]);
    }
    tar.arg("-a").arg("-cf").arg(&archive).arg(name).current_dir(folder);
    output(&mut tar)?;
    Ok(archive)
}

/// What a person does first: unpack, run, and get what the golden folder says.
fn try_out(workspace: &Path, archive: &Path, name: &str, program: &str) -> Result<()> {
    let room = tempfile::tempdir()?;
    output(Command::new("tar").arg("-xf").arg(archive).current_dir(room.path()))?;
    let unpacked = room.path().join(name);
    let binary = unpacked.join(program);
    output(Command::new(&binary).arg("run").current_dir(&unpacked))?;
    let golden = fs::read(workspace.join("examples/golden/manifest.json"))?;
    if fs::read(unpacked.join("out/manifest.json"))? != golden {
        bail!("the packed program gives another output than examples/golden");
    }
    if !unpacked.join("out/report/index.html").exists() {
        bail!("the packed program wrote no report");
    }
    // A program that is linked statically could not.
    output(Command::new(&binary).arg("plugin").arg("info").arg(plugin(workspace)?))?;
    Ok(())
}

/// Builds a library of ours for the packed program to load.
fn plugin(workspace: &Path) -> Result<PathBuf> {
    let mut build = Command::new(crate::cargo());
    output(build.args(["build", "--quiet", "--package", "watchlist"]).current_dir(workspace))?;
    Ok(crate::target_folder(workspace).join("debug").join("watchlist"))
}

/// Refuses a binary that needs a newer C library than `bound`, and says which one it needs.
fn needs_no_newer_glibc(binary: &Path, bound: Option<Version>) -> Result<()> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Ok(());
    }
    let listed = match Command::new("objdump").arg("-p").arg(binary).output() {
        Err(error) if error.kind() == ErrorKind::NotFound && bound.is_none() => return Ok(()),
        listed => listed.context("objdump does not start")?,
    };
    let needed = newest_glibc(&String::from_utf8_lossy(&listed.stdout));
    let needed = needed.context("the binary needs no C library: it could load no plugin")?;
    if let Some(bound) = bound.filter(|bound| needed > *bound) {
        bail!(
            "the binary needs glibc {needed}, and {bound} is the bound; link it on an older system"
        );
    }
    println!("package: the binary needs glibc {needed} or later");
    Ok(())
}

/// The newest version that `objdump -p` lists among the references.
fn newest_glibc(listed: &str) -> Option<Version> {
    listed.split_whitespace().filter_map(|word| Version::parse(word.strip_prefix("GLIBC_")?)).max()
}

/// A version of the C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl Version {
    /// From `2.34`, or `2.3.4` for 2.3.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        Some(Self(parts.next()??, parts.next()??))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

fn megabytes(file: &Path) -> Result<String> {
    Ok(format!("{:.1} MB", fs::metadata(file)?.len() as f64 / 1e6))
}

/// What a command prints; an error with what it said where it fails.
fn output(command: &mut Command) -> Result<String> {
    let ran = command.output().with_context(|| format!("{command:?} does not start"))?;
    if !ran.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    Ok(String::from_utf8(ran.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::{Version, newest_glibc};

    #[test]
    fn the_newest_glibc_is_told_by_number() {
        let listed = "\
Version References:
  required from libm.so.6:
    0x069691b9 0x00 22 GLIBC_2.29
  required from libc.so.6:
    0x09691a75 0x00 28 GLIBC_2.3.4
    0x069691b4 0x00 03 GLIBC_2.34
    0x06969195 0x00 05 GLIBC_2.9
    0x0d696914 0x00 02 GLIBC_PRIVATE
";
        assert_eq!(newest_glibc(listed), Some(Version(2, 34)));
        assert_eq!(newest_glibc("not a dynamic executable"), None);
    }
}
