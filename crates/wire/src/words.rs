//! Names found by their words.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a name has all of these words, in whatever order, letter case and accents aside. No words are in no name.
///
/// ```
/// assert!(wire::has_words("Mira van Hölt", "holt mira"));
/// assert!(!wire::has_words("Mira Holtz", "Holt"));
/// assert!(!wire::has_words("Mira Holtz", ""));
/// ```
pub fn has_words(name: &str, wanted: &str) -> bool {
    let wanted = words(wanted);
    !wanted.is_empty() && wanted.is_subset(&words(name))
}

fn words(name: &str) -> BTreeSet<String> {
    let plain: String = name.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
