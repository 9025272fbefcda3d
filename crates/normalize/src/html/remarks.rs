//! What a page says about its article beside metadata: its section, corrections, that it is live or paid for.

use super::json_ld::Article;
use super::tree::Tree;
use super::{facts, marks};
use crate::pasted::notice;
use crate::remarks::Remarks;

/// What `articles` in JSON-LD, the page's elements and the lines near its `body` say.
pub(super) fn read(tree: &Tree, articles: &[Article], body: &[usize]) -> Remarks {
    let marked = tree.facts.items.article();
    let described = || articles.first().into_iter().chain(&marked);
    let meta = |names: &[&str]| names.iter().find_map(|name| tree.facts.meta(name));
    let section = described().find_map(|article| article.section.as_deref());
    let section = section.or_else(|| meta(&["article:section", "parsely-section"]));
    let locked =
        meta(&["article:content_tier"]).is_some_and(|tier| tier.eq_ignore_ascii_case("locked"));
    let declared = described().find_map(|article| article.correction.as_deref().map(facts::tidy));
    Remarks {
        section: section.map(facts::tidy).filter(|section| !section.is_empty()),
        correction: declared.or_else(|| correction(tree, body)),
        live: described().any(|article| article.live),
        paid: locked || described().any(|article| article.paid),
    }
}

/// The first block in the body or near it that tells of a correction, by its words or by the name of an
/// element around it.
fn correction(tree: &Tree, body: &[usize]) -> Option<String> {
    /// Blocks above and below the body that are looked at.
    const NEAR: usize = 12;
    let (first, last) = (body.first()?, body.last()?);
    let near = first.saturating_sub(NEAR)..tree.blocks.len().min(last + 1 + NEAR);
    let mut near = near.map(|block| (block, tree.paragraphs.get(block)));
    let found =
        near.find(|(block, text)| notice::is_correction(text) || is_marked(tree, *block, text));
    found.map(|(_, text)| text.to_owned())
}

/// Whether a block of a sentence or a few stands in an element that is named for corrections.
fn is_marked(tree: &Tree, block: usize, text: &str) -> bool {
    const LENGTHS: std::ops::Range<usize> = 40..600;
    const LEVELS: usize = 3;
    let mut node = tree.blocks[block].node as usize;
    let mut named = (0..LEVELS).map(|_| {
        let is_named = tree.nodes[node].marks & marks::CORRECTION != 0;
        node = tree.nodes[node].parent as usize;
        is_named
    });
    LENGTHS.contains(&text.len()) && text.ends_with(['.', '!', ')', '”']) && named.any(|is| is)
}
