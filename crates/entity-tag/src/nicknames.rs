//! Short and pet forms of given names.

use std::collections::HashMap;

const NICKNAMES: &str = include_str!("../data/nicknames.txt");

/// Which given names are forms of which others, folded; built once.
#[derive(Debug)]
pub(crate) struct Nicknames {
    related: HashMap<&'static str, Vec<&'static str>>,
}

impl Nicknames {
    /// Reads the embedded list: lines of a name, a tab and its short forms, parted by commas.
    pub(crate) fn new() -> Self {
        let mut related: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for line in NICKNAMES.lines().filter(|line| !line.starts_with('#')) {
            let (name, short) = line.split_once('\t').expect("a line of nicknames has a tab");
            for short in short.split(',') {
                related.entry(name).or_default().push(short);
                related.entry(short).or_default().push(name);
            }
        }
        Self { related }
    }

    /// The names that `given` may be a form of, or that may be forms of it.
    pub(crate) fn related(&self, given: &str) -> impl Iterator<Item = &'static str> {
        self.related.get(given).into_iter().flatten().copied()
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn memory(&self) -> u64 {
        (NICKNAMES.len() + self.related.capacity() * 48) as u64
    }
}
