//! Names found by their words.

use std::collections::BTreeSet;

/// Whether a name has all of these words, in whatever order and letter case.
///
/// ```
/// assert!(wire::has_words("Mira van Holt", "holt mira"));
/// assert!(!wire::has_words("Mira Holtz", "Holt"));
/// ```
pub fn has_words(name: &str, wanted: &str) -> bool {
    words(wanted).is_subset(&words(name))
}

fn words(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
