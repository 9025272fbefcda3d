//! A target under `libFuzzer`, which looks at what the program does with an input when it makes the next:
//! `cargo xtask fuzz`. `FUZZ_TARGET` names the target; without a name, it prints those that there are, and writes
//! the seeds of each into a folder of its name in `FUZZ_SEEDS`.
//!
//! A panic that the target itself does not catch ends the program, which is how `libFuzzer` learns of it.

#![no_main]
#![allow(clippy::print_stdout, reason = "it lists the targets")]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use fuzz::{TARGETS, Target};

/// Chosen once, before the first input.
static TARGET: OnceLock<Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: choose(), |bytes: &[u8]| {
    let target = TARGET.get().expect("chosen before the first input");
    (target.run)(bytes);
});

fn choose() {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(target) = TARGETS.into_iter().find(|target| target.name == name) else {
        list().expect("the seeds can be written");
        std::process::exit(0);
    };
    TARGET.get_or_init(|| target);
}

fn list() -> std::io::Result<()> {
    for Target { name, seeds, .. } in TARGETS {
        println!("{name}");
        let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { continue };
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in seeds().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}
