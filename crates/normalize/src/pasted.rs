//! Pasted pages: what in a plain text is the article's body, and what its head and foot tell.
//!
//! Every rule is meant to keep a menu line rather than to lose a sentence of the body.

mod caption;
mod foot;
mod head;
mod notice;

use crate::clean::Paragraphs;
use crate::finding::Finding;
use crate::furniture::{self, Furniture};

/// Paragraphs up to which repetitions inside the body are looked for; what is longer is no page.
const PAGE: usize = 400;

/// What a pasted page holds.
#[derive(Debug, Default)]
pub(crate) struct Pasted {
    /// The paragraphs of the body, in order.
    pub(crate) body: Vec<usize>,
    /// Metadata that its other lines tell.
    pub(crate) findings: Vec<Finding>,
}

/// Tells the body of a pasted page from what stands around it. `title` is the title where it is known.
pub(crate) fn read(paragraphs: &Paragraphs, title: Option<&str>) -> Pasted {
    let mut pasted = Pasted::default();
    let head = head::read(paragraphs, title, &mut pasted.findings);
    let end = foot::read(paragraphs, head.end, &mut pasted.findings);
    let inside = (head.end..end).filter(|index| !is_panel(paragraphs.get(*index)));
    pasted.body = head.kept.iter().copied().chain(inside).collect();
    drop_pull_quotes(paragraphs, &mut pasted.body);
    if pasted.body.is_empty() {
        pasted.body = (0..paragraphs.len()).collect();
        pasted.findings.clear();
    }
    pasted
}

/// Furniture that may stand between two paragraphs of a body.
fn is_panel(line: &str) -> bool {
    matches!(furniture::kind(line), Some(Furniture::Panel | Furniture::Credit))
}

/// A line that reads like a paragraph of an article.
fn is_prose(line: &str) -> bool {
    line.len() >= 240
        || (line.len() >= 60
            && ends_like_sentence(line)
            && line.split_whitespace().nth(6).is_some())
}

/// Whether a line ends as sentences do, closing marks and brackets aside.
fn ends_like_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(['”', '’', '"', '\'', ')', ']', '»', ' ']);
    bare.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', ','])
}

/// Drops single sentences that a longer paragraph of the body repeats.
fn drop_pull_quotes(paragraphs: &Paragraphs, body: &mut Vec<usize>) {
    const LENGTHS: std::ops::Range<usize> = 40..400;
    if body.len() > PAGE {
        return;
    }
    let repeated = |index: &usize| {
        let quote = paragraphs.get(*index).trim_matches(['“', '”', '"', '‘', '’', '.', ' ']);
        // The first letter may have been made a capital.
        let mut rest = quote.chars();
        rest.next();
        LENGTHS.contains(&quote.len())
            && body.iter().any(|other| {
                other != index && {
                    let other = paragraphs.get(*other);
                    other.len() > quote.len() + 20 && other.contains(rest.as_str())
                }
            })
    };
    let drop: Vec<usize> = body.iter().filter(|index| repeated(index)).copied().collect();
    body.retain(|index| !drop.contains(index));
}
