//! What one version of a quotation lacks and what it adds.

use maud::{Markup, html};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Words of a version that are compared; the rest of a longer one is shown as it is.
const COMPARED: usize = 1_000;

/// A version with the words of the fullest that it lacks, and its own words marked. Words are the
/// same whatever their case and the marks around them.
pub(crate) fn against(fullest: &str, version: &str) -> Markup {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (fullest.split_whitespace().collect(), version.split_whitespace().collect());
    if old.len() > COMPARED || new.len() > COMPARED {
        return html! { (version) };
    }
    let folded = |words: &[&str]| words.iter().map(|word| fold(word)).collect::<Vec<_>>();
    let changes = capture_diff_slices(Algorithm::Myers, &folded(&old), &folded(&new));
    html! {
        @for change in changes {
            @let (tag, cut, kept) = change.as_tag_tuple();
            @if matches!(tag, DiffTag::Delete | DiffTag::Replace) { del { (old[cut].join(" ")) } " " }
            @if matches!(tag, DiffTag::Insert | DiffTag::Replace) { ins { (new[kept].join(" ")) } " " }
            @else if tag == DiffTag::Equal { (new[kept].join(" ")) " " }
        }
    }
}

fn fold(word: &str) -> String {
    let kept: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    if kept.is_empty() { word.to_owned() } else { kept.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_and_own_words_are_marked() {
        let cases = [
            (
                "The harbour will open on Monday",
                "the harbour will open",
                "the harbour will open <del>on Monday</del> ",
            ),
            (
                "We will not yield",
                "They “will not” yield",
                "<del>We</del> <ins>They</ins> “will not” yield ",
            ),
            ("a < b", "a < b", "a &lt; b "),
        ];
        for (fullest, version, expected) in cases {
            assert_eq!(against(fullest, version).into_string(), expected);
        }
    }
}
