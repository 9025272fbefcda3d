//! Which blocks of a page are the article's body: those that the model takes for it.

use std::collections::HashSet;
use std::ops::Range;

use document::Field;

use super::features::{Features, Told, WIDTH};
use super::region::{self, linked};
use super::tags::Tag;
use super::tree::Tree;
use super::{json_ld::Article, model::Model, wording};
use crate::finding::Finding;
use crate::{dates, furniture, names};

/// Share of links above which a block is a list of links.
const LINKED: f32 = 0.5;
/// Blocks above which a page is judged by where its prose lies alone.
const MOST_BLOCKS: usize = 20_000;

/// The blocks of the body, in order.
pub(super) fn choose(tree: &Tree, articles: &[Article], findings: &[Finding]) -> Vec<usize> {
    if tree.blocks.len() > MOST_BLOCKS {
        return region::region(tree).blocks;
    }
    let given = given(articles);
    let features = Features::new(tree, told(findings, given.as_deref()));
    let model = Model::embedded();
    let (mut row, mut facts) = (Vec::with_capacity(WIDTH), Vec::with_capacity(WIDTH));
    let likely = |block: &usize| {
        features.fill(*block, &mut row);
        model.takes(&row, &mut facts)
    };
    let taken: Vec<usize> = (0..tree.blocks.len()).filter(likely).collect();
    settle(tree, taken, features.region())
}

/// The body, of the blocks that were taken for it; those of `region` where there are none.
pub(super) fn settle(tree: &Tree, taken: Vec<usize>, region: &[usize]) -> Vec<usize> {
    let taken = taken.into_iter().filter(|block| may_be_body(tree, *block)).collect();
    let mut body = with_quotations(tree, taken);
    while body.last().is_some_and(|last| is_heading(tree, *last)) {
        body.pop();
    }
    if body.is_empty() { region.to_vec() } else { without_repeats(tree, body) }
}

/// The longest text that the page gives of an article.
pub(super) fn given(articles: &[Article]) -> Option<String> {
    let bodies = articles.iter().filter_map(|article| article.body.as_deref());
    bodies.max_by_key(|body| body.len()).map(super::entity::unescape)
}

/// What the page says of its article, for the model.
pub(super) fn told<'a>(findings: &[Finding], given: Option<&'a str>) -> Told<'a> {
    let words = |field| {
        let values = findings.iter().filter(|finding| finding.field == field);
        let values: Vec<&str> = values.map(|finding| finding.values[0].as_str()).collect();
        wording::word_set(&values.join(" "))
    };
    Told { title: words(Field::Title), dek: words(Field::Dek), text: given }
}

/// Drops the title or the dek, as `findings` have them, from the top of the body. What a page gives
/// as its dek is often its first paragraph; a dek is one where the body does not go on at once.
pub(super) fn drop_title_and_dek(tree: &Tree, body: &mut Vec<usize>, findings: &[Finding]) {
    while let [first, second, ..] = body[..] {
        let folded = furniture::fold(tree.paragraphs.get(first));
        let is = |field| {
            findings.iter().any(|finding| {
                finding.field == field && furniture::fold(&finding.values[0]) == folded
            })
        };
        let apart = || (first + 1..second).any(|block| is_head_line(tree.paragraphs.get(block)));
        if !(is(Field::Title) || is(Field::Dek) && apart()) {
            break;
        }
        body.remove(0);
    }
}

/// The words of a text, three by three.
pub(super) fn triples(text: &str) -> impl Iterator<Item = [&str; 3]> {
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words()
        .zip(words().skip(1))
        .zip(words().skip(2))
        .map(|((first, second), third)| [first, second, third])
}

/// The blocks of the body with the quotations and posts that stand set apart between them. Some outlets
/// do not count them as their text, so the model has heard both; for readers they are part of it, but
/// for those that only repeat it.
fn with_quotations(tree: &Tree, taken: Vec<usize>) -> Vec<usize> {
    /// Blocks within which the body goes on, on either side.
    const NEAR: usize = 8;
    let (Some(first), Some(last)) = (taken.first(), taken.last()) else { return taken };
    let mut is_taken = vec![false; tree.blocks.len()];
    for block in &taken {
        is_taken[*block] = true;
    }
    let goes_on = |blocks: Range<usize>| is_taken[blocks].contains(&true);
    let between = |block: usize| {
        may_be_body(tree, block)
            && goes_on(block.saturating_sub(NEAR)..block)
            && goes_on(block + 1..(block + NEAR + 1).min(is_taken.len()))
    };
    let text = |block: usize| tree.paragraphs.get(block);
    let running = taken.iter().filter(|block| !is_quotation(tree, **block));
    let said: HashSet<[&str; 3]> = running.flat_map(|block| triples(text(*block))).collect();
    let repeats = |block: usize| {
        let mut words = triples(text(block)).peekable();
        words.peek().is_some() && words.all(|three| said.contains(&three))
    };
    let wanted = |block: &usize| {
        let quotation = is_quotation(tree, *block);
        let here = is_taken[*block] || quotation && between(*block);
        here && !(quotation && repeats(*block))
    };
    (*first..=*last).filter(wanted).collect()
}

/// Whether a block lies in a `blockquote`.
fn is_quotation(tree: &Tree, block: usize) -> bool {
    const LEVELS: usize = 6;
    let mut node = tree.blocks[block].node as usize;
    (0..LEVELS).any(|_| {
        let is_quote = tree.nodes[node].tag.is_some_and(|tag| tag.name() == "blockquote");
        node = tree.nodes[node].parent as usize;
        is_quote
    })
}

/// Blocks without those whose words stood before: teasers and pull quotes. Short answers may well
/// be given twice.
fn without_repeats(tree: &Tree, blocks: Vec<usize>) -> Vec<usize> {
    const ANSWER: usize = 40;
    let mut seen = HashSet::new();
    let first = |block: &usize| {
        let text = tree.paragraphs.get(*block);
        text.len() <= ANSWER || seen.insert(text)
    };
    blocks.into_iter().filter(first).collect()
}

/// Drops what is no text of the body from a region that holds it: titles, lists of links, notices,
/// headings that nothing follows.
pub(super) fn tidy(tree: &Tree, chosen: &[usize]) -> Vec<usize> {
    let listed = |block: usize| {
        let short = tree.paragraphs.spans[block].len() < 200 || name(tree, block) == "li";
        linked(tree, block) > LINKED && short
    };
    let keep = |block: &usize| may_be_body(tree, *block) && !listed(*block);
    let mut body: Vec<usize> = chosen.iter().copied().filter(keep).collect();
    while body.last().is_some_and(|last| is_heading(tree, *last)) {
        body.pop();
    }
    without_repeats(tree, body)
}

/// Whether a block can be part of the body at all: no title, byline, date, or known furniture.
fn may_be_body(tree: &Tree, block: usize) -> bool {
    let text = tree.paragraphs.get(block);
    name(tree, block) != "h1"
        && !is_head_line(text)
        && furniture::kind(text).is_none()
        && text.chars().any(char::is_alphanumeric)
        && !is_placeholder(text)
}

/// `$$ADVERTISEMENT$$`, `{{video}}`: what a program would have replaced.
fn is_placeholder(text: &str) -> bool {
    let around = |start: &str, end: &str| text.starts_with(start) && text.ends_with(end);
    !text.contains(' ') && (around("$$", "$$") || around("{{", "}}") || around("%%", "%%"))
}

fn name(tree: &Tree, block: usize) -> &'static str {
    tree.nodes[tree.blocks[block].node as usize].tag.map_or("", Tag::name)
}

fn is_heading(tree: &Tree, block: usize) -> bool {
    tree.nodes[tree.blocks[block].node as usize].tag.is_some_and(Tag::is_heading)
}

/// A date or a byline on a line of its own.
pub(super) fn is_head_line(text: &str) -> bool {
    let byline = names::without_by(text).filter(|line| line.len() <= 60).map(names::authors);
    let unnamed = text.len() <= 60 && names::is_unnamed_byline(text);
    unnamed || dates::parse(text).is_some() || byline.is_some_and(|authors| !authors.is_empty())
}
