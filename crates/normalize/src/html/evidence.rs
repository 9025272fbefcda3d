//! What a page shows of its kind: an article, or a list of articles.

use super::json_ld::{self, Article};
use super::teasers;
use super::tree::Tree;
use crate::article::Evidence;

/// What the page shows; `body` is what was taken for its article's body.
pub(super) fn read(tree: &Tree, articles: &[Article], body: &[usize]) -> Evidence {
    Evidence { teased: teasers::share(tree, body), declared: declared(tree, articles) }
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
