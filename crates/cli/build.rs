//! Lists the sources of the plugin kit, so that `copydesk plugin new` writes the very files that this
//! workspace is built from.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// The crates that a plugin in Rust is built with.
const CRATES: [&str; 2] = ["plugin-abi", "plugin-sdk"];

fn main() -> io::Result<()> {
    let crates = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("..");
    let mut list = String::from("[\n");
    for name in CRATES {
        let folder = crates.join(name).join("src");
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            let path = file.canonicalize()?;
            let path = path.to_str().expect("a workspace lies at a path that is UTF-8");
            let file = file.file_name().expect("an entry has a name").to_string_lossy();
            writeln!(list, "    (\"kit/{name}/src/{file}\", include_str!({path:?})),")
                .expect("a string takes everything");
        }
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("kit_sources.rs"), list)
}
