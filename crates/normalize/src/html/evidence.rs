//! What a page shows of its kind: an article, or a list of articles.

use super::body;
use super::json_ld::{self, Article};
use super::region::linked;
use super::tree::Tree;
use crate::article::Evidence;

/// What the page shows; `body` is what was taken for its article's body.
pub(super) fn read(tree: &Tree, articles: &[Article], body: &[usize]) -> Evidence {
    Evidence { teased: teased(tree, body), declared: declared(tree, articles) }
}

/// The share of the body's prose that stands below headlines which are links: what announces other articles.
fn teased(tree: &Tree, body: &[usize]) -> f32 {
    /// Bytes from which on a block is prose.
    const PROSE: usize = 60;
    /// Blocks that make a list; the headline above an article may be a link as well.
    const LIST: usize = 3;
    let length = |block: usize| tree.paragraphs.spans[block].len();
    let sum = |blocks: &[usize]| blocks.iter().map(|block| length(*block)).sum::<usize>();
    let prose: Vec<usize> = body.iter().copied().filter(|block| length(*block) >= PROSE).collect();
    let teased: Vec<usize> =
        prose.iter().copied().filter(|block| is_teased(tree, *block)).collect();
    if teased.len() < LIST { 0.0 } else { sum(&teased) as f32 / sum(&prose) as f32 }
}

/// Whether the nearest block of some words above, but for a date or a name, is a link.
fn is_teased(tree: &Tree, block: usize) -> bool {
    const REACH: usize = 3;
    /// Words that a headline has at least.
    const HEADLINE: usize = 3;
    const LINKED: f32 = 0.8;
    let above = (block.saturating_sub(REACH)..block).rev();
    let is_headline = |block: &usize| {
        let line = tree.paragraphs.get(*block);
        let wide = || line.chars().any(|c| c >= '\u{2E80}');
        (line.split_whitespace().count() >= HEADLINE || wide()) && !body::is_head_line(line)
    };
    let mut headlines = above.filter(is_headline);
    headlines.next().is_some_and(|above| linked(tree, above) >= LINKED)
}

/// Whether the page declares that it is an article, or that it is something else.
fn declared(tree: &Tree, articles: &[Article]) -> Option<bool> {
    let kind = tree.facts.meta("og:type").map(str::to_ascii_lowercase);
    if !articles.is_empty() || kind.as_deref() == Some("article") {
        return Some(true);
    }
    let lists = tree.facts.json_ld.iter().any(|script| json_ld::is_list(script));
    (lists || kind.as_deref() == Some("profile")).then_some(false)
}
