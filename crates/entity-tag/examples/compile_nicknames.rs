//! Compiles the gathered list of nicknames into `data/nicknames.txt`, the form that the crate embeds.
//!
//! ```text
//! cargo run -p entity-tag --example compile_nicknames -- LEXICON_FOLDER > crates/entity-tag/data/nicknames.txt
//! ```
//!
//! Lines are sorted, so the same list gives the same bytes.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs, process};

fn main() {
    let Some(folder) = env::args().nth(1) else {
        println!("usage: compile_nicknames LEXICON_FOLDER");
        process::exit(2);
    };
    let path = Path::new(&folder).join("nicknames.tsv");
    let list = fs::read_to_string(path).expect("the folder holds the list");
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    let pairs: BTreeSet<(&str, &str)> = list
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .filter(|(name, short)| name != short && plain(name) && plain(short))
        .collect();
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, short) in &pairs {
        // A pair that stands both ways is kept once.
        if name < short || !pairs.contains(&(*short, *name)) {
            names.entry(name).or_default().push(short);
        }
    }
    println!("# Given names and their short forms: a name, a tab, short forms. Compiled by");
    println!("# `cargo run -p entity-tag --example compile_nicknames`; do not edit.");
    println!("# From the package `nicknames` 1.0.1, Apache-2.0.");
    for (name, short) in names {
        println!("{name}\t{}", short.join(","));
    }
}
