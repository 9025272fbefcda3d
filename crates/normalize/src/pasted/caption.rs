//! Captions of the pictures that open an article.

use super::Lines;
use crate::furniture::{self, Furniture};

/// Longest caption, in bytes.
const LONGEST: usize = 300;

/// Whether a line names who took a picture.
pub(super) fn is_credit(paragraphs: &Lines<'_>, index: usize) -> bool {
    index < paragraphs.len() && furniture::kind(paragraphs.get(index)) == Some(Furniture::Credit)
}

/// Whether a line of the head is a caption: it has a credit below it or at its end, or tells where
/// in the picture somebody stands.
pub(super) fn is_caption(paragraphs: &Lines<'_>, index: usize) -> bool {
    let line = paragraphs.get(index);
    line.len() <= LONGEST
        && (is_credit(paragraphs, index + 1) || ends_in_credit(line) || tells_place(line))
}

/// `The bridge on Monday. Photo: Tom Reed`
fn ends_in_credit(line: &str) -> bool {
    const WORDS: usize = 6;
    ["Photo: ", "Photograph: ", "Picture: ", "Credit: ", "Image: "].iter().any(|mark| {
        line.rsplit_once(mark).is_some_and(|(before, name)| {
            before.ends_with([' ', '(', '[', '/', '|']) && name.split_whitespace().count() <= WORDS
        })
    })
}

/// `The mayor (left) cuts the ribbon.`, `The mayor (second from left) …`
fn tells_place(line: &str) -> bool {
    const PLACES: [&str; 5] = ["left", "right", "centre", "center", "middle"];
    const BEFORE: [&str; 12] = [
        "at", "back", "bottom", "far", "first", "from", "front", "in", "second", "the", "third",
        "top",
    ];
    line.split('(').skip(1).filter_map(|rest| rest.split_once(')')).any(|(inside, _)| {
        let inside = inside.to_lowercase();
        let mut words = inside.split_whitespace().rev();
        words.next().is_some_and(|word| PLACES.contains(&word))
            && words.all(|word| BEFORE.contains(&word))
    })
}
