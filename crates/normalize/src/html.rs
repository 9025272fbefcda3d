//! HTML → text blocks, the article among them, and what the page says about it.

mod body;
mod entity;
mod evidence;
mod facts;
mod features;
mod json_ld;
mod marks;
mod microdata;
mod model;
mod region;
mod remarks;
mod script;
mod tags;
mod teasers;
mod titles;
pub mod training;
mod tree;
mod wording;

use document::Field;

use self::json_ld::Article;
use self::script::Found;
use self::tree::Tree;
use crate::article::Evidence;
use crate::clean::Paragraphs;
use crate::finding::Finding;
use crate::remarks::Remarks;

/// An article as a page holds it.
#[derive(Debug)]
pub(crate) struct Page {
    /// Every visible block of text.
    pub(crate) paragraphs: Paragraphs,
    /// Those of the article's body, in order.
    pub(crate) body: Vec<usize>,
    /// What the page says about the article.
    pub(crate) findings: Vec<Finding>,
    /// What else it says.
    pub(crate) remarks: Remarks,
    /// What it shows of its kind.
    pub(crate) evidence: Evidence,
    /// The language that the page declares.
    pub(crate) language: Option<String>,
}

/// Reads a page. Linear in its length, without recursion, for any input.
pub(crate) fn read(html: &str) -> Page {
    let mut tree = tree::parse(html);
    let articles = json_ld::articles(&tree.facts.json_ld);
    let mut findings = facts::findings(&tree, &articles);
    let mut body = body::choose(&tree, &articles, &findings);
    if let Some(found) = in_scripts(html, &tree, &articles, &findings, &body) {
        body = found.body;
        tree = Tree { facts: tree.facts, ..found.tree };
    }
    let evidence = evidence::read(&tree, &articles, &body);
    body::drop_title_and_dek(&tree, &mut body, &findings);
    teasers::drop_behind_related(&tree, &mut body);
    facts::dated_above(&tree, &body, &mut findings);
    facts::named_above(&tree, &mut body, &mut findings);
    let remarks = remarks::read(&tree, &articles, &body);
    let Tree { facts, paragraphs, .. } = tree;
    Page { paragraphs, body, findings, remarks, evidence, language: facts.language }
}

/// The article in the scripts of a page that shows little of it.
fn in_scripts(
    html: &str,
    tree: &Tree,
    articles: &[Article],
    findings: &[Finding],
    body: &[usize],
) -> Option<Found> {
    /// A body of so many bytes is one.
    const ENOUGH: usize = 2000;
    let shown = region::length(tree, body);
    let given = articles.iter().filter_map(|article| article.body.as_ref()).map(String::len).max();
    if shown >= ENOUGH && given.unwrap_or(0) < 2 * shown {
        return None;
    }
    let said = |field| {
        let found = findings.iter().find(|finding| finding.field == field);
        found.map(|finding| finding.values[0].as_str())
    };
    let declared = articles.first().and_then(|article| article.body.as_deref());
    let teaser = body.iter().map(|block| tree.paragraphs.get(*block)).max_by_key(|text| text.len());
    let known: Vec<&str> = [declared, teaser, said(Field::Dek)].into_iter().flatten().collect();
    script::article(html, tree, said(Field::Title), &known, shown)
}
