//! `copydesk plugin new`: a project that builds, is tested and runs in three commands.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::io::{self, Write, stdout};
use std::path::Path;

use crate::args::{Language, PluginNew};
use crate::exit::{Exit, Trouble};

/// A file of the project by its path below the folder, and its text with places to fill.
type File = (&'static str, &'static str);

const SHARED: [File; 3] = [
    ("pipeline.toml", include_str!("../../kit/shared/pipeline.toml")),
    ("README.md", include_str!("../../kit/shared/README.md")),
    ("drop/ferry.txt", include_str!("../../kit/shared/ferry.txt")),
];

const RUST: [File; 5] = [
    ("Cargo.toml", include_str!("../../kit/rust/Cargo.toml")),
    ("src/lib.rs", include_str!("../../kit/rust/src/lib.rs")),
    ("kit/plugin-sdk/Cargo.toml", include_str!("../../kit/rust/plugin-sdk.toml")),
    ("kit/plugin-abi/Cargo.toml", include_str!("../../kit/rust/plugin-abi.toml")),
    (".gitignore", "/target\n/out\n"),
];

/// The sources of the crates that a plugin in Rust is built with.
const RUST_KIT: &[File] = &include!(concat!(env!("OUT_DIR"), "/kit_sources.rs"));

const C: [File; 3] = [
    ("plugin.c", include_str!("../../kit/c/plugin.c")),
    ("copydesk.h", include_str!("../../../plugin-abi/include/copydesk.h")),
    (".gitignore", "/out\n*.so\n*.dylib\n*.dll\n"),
];

const PYTHON: [File; 3] = [
    ("plugin.py", include_str!("../../kit/python/plugin.py")),
    ("copydesk_plugin.py", include_str!("../../../plugin-host/kit/copydesk_plugin.py")),
    (".gitignore", "/out\n__pycache__/\n"),
];

pub(super) fn new(command: &PluginNew) -> Result<Exit, Trouble> {
    let dir = &command.dir;
    let project = Project::new(command.lang, &name_of(dir)?);
    make_empty(dir)?;
    for (path, text) in project.files() {
        let path = dir.join(path);
        let failed = |error: io::Error| Trouble::Failed(format!("{}: {error}", path.display()));
        fs::create_dir_all(path.parent().unwrap_or(dir)).map_err(failed)?;
        fs::write(&path, text).map_err(failed)?;
    }
    eprintln!("wrote the plugin `{}`; next:", project.name);
    let cd = format!("cd {}", quoted(dir));
    for line in std::iter::once(&cd).chain(&project.commands) {
        writeln!(stdout(), "{line}")?;
    }
    Ok(Exit::Success)
}

/// A project with the places of its files filled.
struct Project {
    language: Language,
    name: String,
    /// What is printed: to build it, to test it, to run it.
    commands: [String; 3],
}

impl Project {
    fn new(language: Language, name: &str) -> Self {
        let library = format!("{DLL_PREFIX}{}{DLL_SUFFIX}", name.replace('-', "_"));
        let commands = match language {
            Language::Rust => [
                "cargo build --release".to_owned(),
                format!("copydesk plugin test target/release/{library} --pipeline pipeline.toml"),
            ],
            Language::C => [
                format!("cc -std=c11 -O2 -Wall -Wextra -shared -fPIC -o {library} plugin.c"),
                format!("copydesk plugin test {library} --pipeline pipeline.toml"),
            ],
            Language::Python => [
                "copydesk plugin info -- python3 plugin.py".to_owned(),
                "copydesk plugin test --pipeline pipeline.toml -- python3 plugin.py".to_owned(),
            ],
        };
        let [build, test] = commands;
        Self { language, name: name.to_owned(), commands: [build, test, "copydesk run".to_owned()] }
    }

    /// The files by path.
    fn files(&self) -> Vec<(&'static str, String)> {
        let own: &[File] = match self.language {
            Language::Rust => &RUST,
            Language::C => &C,
            Language::Python => &PYTHON,
        };
        let filled = own.iter().chain(&SHARED).map(|(path, text)| (*path, self.filled(text)));
        let kit = RUST_KIT.iter().filter(|_| self.language == Language::Rust);
        filled.chain(kit.map(|(path, text)| (*path, (*text).to_owned()))).collect()
    }

    fn filled(&self, text: &str) -> String {
        let library = self.name.replace('-', "_");
        let (source, program, kit) = match self.language {
            Language::Rust => (
                "src/lib.rs",
                format!(
                    "path = \"target/release/{library}\"        # the platform's prefix and suffix are supplied"
                ),
                "`kit/` is what it is built with: the sources of `plugin-sdk` and `plugin-abi`, whose documentation \
                 (`cargo doc --open`) says everything else.",
            ),
            Language::C => (
                "plugin.c",
                format!(
                    "path = \"{library}\"        # the platform's prefix and suffix are supplied"
                ),
                "`copydesk.h` is all it is built with, and says everything else.",
            ),
            Language::Python => (
                "plugin.py",
                "command = [\"python3\", \"plugin.py\"]".to_owned(),
                "`copydesk_plugin.py` speaks with copydesk, and says everything else.",
            ),
        };
        text.replace("@NAME@", &self.name)
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@PROGRAM@", &program)
            .replace("@SOURCE@", source)
            .replace("@KIT@", kit)
            .replace("@COMMANDS@", &self.commands.join("\n"))
    }
}

/// The plugin's name: that of its folder, which must do as one.
fn name_of(dir: &Path) -> Result<String, Trouble> {
    let absolute = std::path::absolute(dir)
        .map_err(|error| Trouble::Usage(format!("{}: {error}", dir.display())))?;
    let name = absolute.file_name().unwrap_or_default().to_string_lossy();
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = name.bytes().all(letter)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.len() <= 64;
    if fits {
        return Ok(name.into_owned());
    }
    let rule = "the folder's name becomes the plugin's: lowercase letters, digits and inner hyphens, a letter first";
    Err(Trouble::Usage(format!("{}: {rule}", dir.display())))
}

/// Makes the folder, or sees that it is empty.
fn make_empty(dir: &Path) -> Result<(), Trouble> {
    let place = dir.display();
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Trouble::Usage(format!(
            "{place} is not empty; name a new folder, nothing is overwritten"
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(dir).map_err(|error| Trouble::Failed(format!("{place}: {error}")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(Trouble::Usage(format!("{place} is a file; name a new folder")))
        }
        Err(error) => Err(Trouble::Failed(format!("{place}: {error}"))),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@%".contains(&byte);
    if text.bytes().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
