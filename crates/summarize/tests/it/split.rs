//! Sentences good enough to measure with: the stage takes them from the layer, whoever made it.

use document::{Document, Span};

/// Adds the sentences of a document: up to `.`, `!` or `?` (with closing marks) before a space and
/// a capital, a digit or an opening mark, and to each line break.
pub(crate) fn add_sentences(doc: &mut Document) {
    let text = doc.text().to_owned();
    let mut start = 0;
    let mut at = 0;
    while let Some(next) = text[at..].find(['.', '!', '?', '\n']).map(|found| at + found) {
        let end = text[next..]
            .find(|c: char| !".!?\n\"”’')".contains(c))
            .map_or(text.len(), |found| next + found);
        at = end;
        let mut rest = text[end..].chars();
        let breaks = text[next..end].contains('\n')
            || (rest.next().is_none_or(char::is_whitespace)
                && rest
                    .next()
                    .is_none_or(|c| c.is_uppercase() || c.is_numeric() || "\"“‘'(".contains(c))
                && !abbreviates(&text[start..next]));
        if breaks {
            add(doc, &text, start, end);
            start = end;
        }
    }
    add(doc, &text, start, text.len());
}

/// Whether the full stop after `head` belongs to its last word.
fn abbreviates(head: &str) -> bool {
    let word = head.rsplit([' ', '\n']).next().unwrap_or("").trim_start_matches(['(', '"', '“']);
    let initial = word.rsplit('.').next().is_some_and(|last| last.chars().count() == 1);
    initial
        || [
            "Mr", "Mrs", "Ms", "Dr", "St", "Gov", "Sen", "Rep", "Gen", "Lt", "Col", "Sgt", "Jr",
            "No", "vs", "Prof",
        ]
        .contains(&word)
}

fn add(doc: &mut Document, text: &str, start: usize, end: usize) {
    let piece = &text[start..end];
    let start = start + piece.len() - piece.trim_start().len();
    let end = start + piece.trim().len();
    if start < end {
        doc.add_sentence(Span::from_range(start..end));
    }
}
