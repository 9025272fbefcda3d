//! Which blocks of a page are the article's body.
//!
//! Scores elements by the prose that they hold, after Readability (Arc90, 2009) with its classes
//! of words: the element with most is the body's, with those beside it that read alike. Where the
//! page gives its article's text in JSON-LD, the blocks are those whose words that text has.

use std::collections::HashSet;

use document::Field;

use super::json_ld::Article;
use super::tree::Tree;
use crate::finding::Finding;
use crate::{dates, furniture, names};

/// Bytes below which a block says nothing about where the body is.
const SHORT: usize = 25;
/// How many elements up a block's score is passed on.
const LEVELS: usize = 5;
/// Share of links above which a block is a list of links.
const LINKED: f32 = 0.5;
/// A body shorter than this, in bytes, is looked for again with less care.
const SMALLEST: usize = 200;

/// The blocks of the body, in order.
pub(super) fn choose(tree: &Tree, articles: &[Article]) -> Vec<usize> {
    let scored = scored(tree);
    let given =
        articles.iter().filter_map(|article| article.body.as_deref()).max_by_key(|body| body.len());
    let matching = given.and_then(|given| matching(tree, given));
    // What a page gives may be only the beginning.
    matching.filter(|body| length(tree, body) * 10 >= length(tree, &scored) * 8).unwrap_or(scored)
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

/// The body by its prose, with ever less care where little or nothing is found.
fn scored(tree: &Tree) -> Vec<usize> {
    let chosen = best_region(tree, &asides(tree));
    if length(tree, &chosen) >= SMALLEST {
        return chosen;
    }
    let everywhere = best_region(tree, &vec![false; tree.nodes.len()]);
    let chosen =
        if length(tree, &everywhere) > 2 * length(tree, &chosen) { everywhere } else { chosen };
    if !chosen.is_empty() {
        return chosen;
    }
    let everything: Vec<usize> = (0..tree.blocks.len()).collect();
    let tidied = tidy(tree, &everything);
    if tidied.is_empty() { everything } else { tidied }
}

fn length(tree: &Tree, blocks: &[usize]) -> usize {
    blocks.iter().map(|block| tree.paragraphs.spans[*block].len()).sum()
}

/// The blocks with the words of the text that the page itself gives, if they cover most of it.
fn matching(tree: &Tree, given: &str) -> Option<Vec<usize>> {
    const LEAST: usize = 250;
    const MOST: usize = 1 << 20;
    /// Blocks of one or two words, such as headings, that are looked for one by one.
    const SHORT_BLOCKS: usize = 200;
    if !(LEAST..MOST).contains(&given.len()) {
        return None;
    }
    let given = super::entity::unescape(given);
    let grams: HashSet<[&str; 3]> = triples(&given).collect();
    let mut covered = HashSet::new();
    let mut body = Vec::new();
    let mut short_blocks = 0;
    for block in 0..tree.blocks.len() {
        let text = tree.paragraphs.get(block);
        let (mut all, mut known) = (0, 0);
        for gram in triples(text) {
            all += 1;
            if let Some(found) = grams.get(&gram) {
                known += 1;
                covered.insert(*found);
            }
        }
        if all == 0 && text.len() >= 12 && short_blocks < SHORT_BLOCKS {
            short_blocks += 1;
            (all, known) = (1, usize::from(given.contains(text)));
        }
        if all > 0 && known * 10 >= all * 7 {
            body.push(block);
        }
    }
    (covered.len() * 10 >= grams.len() * 7).then(|| without_repeats(tree, body))
}

/// The words of a text, three by three.
fn triples(text: &str) -> impl Iterator<Item = [&str; 3]> {
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words()
        .zip(words().skip(1))
        .zip(words().skip(2))
        .map(|((first, second), third)| [first, second, third])
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

/// For each element whether it lies in one that is not for the article. An element that holds much
/// of the page's prose is for the article whatever its name says.
fn asides(tree: &Tree) -> Vec<bool> {
    const MUCH: f32 = 0.4;
    let prose = prose(tree, 0..tree.blocks.len());
    let mut aside = vec![false; tree.nodes.len()];
    for node in 1..tree.nodes.len() {
        let own = tree.nodes[node].aside && prose[node] < MUCH * prose[0];
        aside[node] = own || aside[tree.nodes[node].parent as usize];
    }
    aside
}

/// For each element the bytes of prose in it, as far as `blocks` have it.
fn prose(tree: &Tree, blocks: impl IntoIterator<Item = usize>) -> Vec<f32> {
    const PARAGRAPH: usize = 80;
    let mut prose = vec![0.0_f32; tree.nodes.len()];
    for block in blocks {
        let len = tree.paragraphs.spans[block].len();
        if len >= PARAGRAPH {
            prose[tree.blocks[block].node as usize] +=
                len as f32 * (1.0 - linked(tree, block)).powi(2);
        }
    }
    for node in (1..tree.nodes.len()).rev() {
        prose[tree.nodes[node].parent as usize] += prose[node];
    }
    prose
}

/// Share of a block's text inside links.
fn linked(tree: &Tree, block: usize) -> f32 {
    tree.blocks[block].link as f32 / tree.paragraphs.spans[block].len().max(1) as f32
}

fn best_region(tree: &Tree, aside: &[bool]) -> Vec<usize> {
    let usable: Vec<usize> =
        (0..tree.blocks.len()).filter(|block| !aside[tree.blocks[*block].node as usize]).collect();
    let scores = scores(tree, &usable);
    let Some(top) = top_node(tree, &scores) else { return Vec::new() };
    let top = whole_article(tree, &prose(tree, usable.iter().copied()), top);
    let regions = regions(tree, &scores, top);
    let within = containing(tree, &regions);
    let chosen: Vec<usize> =
        usable.into_iter().filter(|block| within[tree.blocks[*block].node as usize]).collect();
    tidy(tree, &chosen)
}

/// The score of each element: what the prose in it is worth, passed on to those around it.
fn scores(tree: &Tree, usable: &[usize]) -> Vec<f32> {
    let mut scores = vec![0.0_f32; tree.nodes.len()];
    for block in usable {
        let text = tree.paragraphs.get(*block);
        if text.len() < SHORT {
            continue;
        }
        let commas = text.chars().filter(|c| matches!(c, ',' | '，' | '、' | '،')).count();
        let worth = (1.0 + commas as f32 + (text.len() as f32 / 100.0).min(3.0))
            * (1.0 - linked(tree, *block));
        let mut node = tree.blocks[*block].node as usize;
        let holds_only_text = tree.nodes[node]
            .tag
            .is_some_and(|tag| matches!(tag.name(), "p" | "pre" | "blockquote" | "td" | "li"));
        if holds_only_text {
            node = tree.nodes[node].parent as usize;
        }
        for level in 0..LEVELS {
            let share = [1.0, 0.5, 1.0 / 6.0, 1.0 / 9.0, 1.0 / 12.0][level];
            scores[node] += worth * share;
            if node == 0 {
                break;
            }
            node = tree.nodes[node].parent as usize;
        }
    }
    for (score, node) in scores.iter_mut().zip(&tree.nodes) {
        if *score > 0.0 {
            *score += f32::from(node.weight) * 10.0;
            *score += if node.declared { 100.0 } else { 0.0 };
        }
    }
    scores
}

fn top_node(tree: &Tree, scores: &[f32]) -> Option<usize> {
    let best =
        (0..tree.nodes.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
    (scores[best] > 0.0).then_some(best)
}

/// The element that holds nearly all prose, where the best one has but a part of it: pages that
/// put each paragraph or section into boxes of its own.
fn whole_article(tree: &Tree, prose: &[f32], top: usize) -> usize {
    const NEARLY_ALL: f32 = 0.75;
    const PART: f32 = 0.7;
    let mut node = top;
    while node != 0 && prose[node] < NEARLY_ALL * prose[0] {
        node = tree.nodes[node].parent as usize;
    }
    let page = tree.nodes[node].tag.is_none_or(|tag| matches!(tag.name(), "html" | "body"));
    if page || prose[top] > PART * prose[node] { top } else { node }
}

/// The best element, and those beside it that hold much prose as well.
fn regions(tree: &Tree, scores: &[f32], top: usize) -> Vec<usize> {
    let least = (scores[top] * 0.2).max(10.0);
    let parent = tree.nodes[top].parent;
    let beside = (1..tree.nodes.len()).filter(|node| {
        tree.nodes[*node].parent == parent && *node != top && scores[*node] >= least
    });
    std::iter::once(top).chain(beside).collect()
}

/// For each element whether it lies in one of `regions`, or is one.
fn containing(tree: &Tree, regions: &[usize]) -> Vec<bool> {
    let mut within = vec![false; tree.nodes.len()];
    for region in regions {
        within[*region] = true;
    }
    for node in 1..tree.nodes.len() {
        within[node] |= within[tree.nodes[node].parent as usize];
    }
    within
}

/// Drops what is no text of the body from a region that holds it: titles, lists of links, notices,
/// headings that nothing follows.
fn tidy(tree: &Tree, chosen: &[usize]) -> Vec<usize> {
    let name = |block: usize| {
        tree.nodes[tree.blocks[block].node as usize].tag.map_or("", super::tags::Tag::name)
    };
    let heading = |block: usize| {
        tree.nodes[tree.blocks[block].node as usize].tag.is_some_and(super::tags::Tag::is_heading)
    };
    let keep = |block: &usize| {
        let text = tree.paragraphs.get(*block);
        let listed = linked(tree, *block) > LINKED && (text.len() < 200 || name(*block) == "li");
        name(*block) != "h1"
            && !listed
            && !is_head_line(text)
            && furniture::kind(text).is_none()
            && text.chars().any(char::is_alphanumeric)
    };
    let mut body: Vec<usize> = chosen.iter().copied().filter(keep).collect();
    while body.last().is_some_and(|last| heading(*last)) {
        body.pop();
    }
    without_repeats(tree, body)
}

/// A date or a byline on a line of its own.
fn is_head_line(text: &str) -> bool {
    let byline = names::without_by(text).filter(|line| line.len() <= 60).map(names::authors);
    let unnamed = text.len() <= 60 && names::is_unnamed_byline(text);
    unnamed || dates::parse(text).is_some() || byline.is_some_and(|authors| !authors.is_empty())
}
