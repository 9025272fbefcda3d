//! HTML → text blocks, the article among them, and what the page says about it.

mod body;
mod entity;
mod facts;
mod json_ld;
mod tags;
mod tree;

use crate::clean::Paragraphs;
use crate::finding::Finding;

/// An article as a page holds it.
#[derive(Debug)]
pub(crate) struct Page {
    /// Every visible block of text.
    pub(crate) paragraphs: Paragraphs,
    /// Those of the article's body, in order.
    pub(crate) body: Vec<usize>,
    /// What the page says about the article.
    pub(crate) findings: Vec<Finding>,
    /// The language that the page declares.
    pub(crate) language: Option<String>,
}

/// Reads a page. Linear in its length, without recursion, for any input.
pub(crate) fn read(html: &str) -> Page {
    let tree = tree::parse(html);
    let articles = json_ld::articles(&tree.facts.json_ld);
    let mut body = body::choose(&tree, &articles);
    let findings = facts::findings(&tree, &articles);
    body::drop_title_and_dek(&tree, &mut body, &findings);
    Page { body, findings, language: tree.facts.language, paragraphs: tree.paragraphs }
}
