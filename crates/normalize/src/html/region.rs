//! Where on a page its prose lies.
//!
//! Scores elements by the prose that they hold, after Readability (Arc90, 2009) with its classes
//! of words: the element with most is the body's, with those beside it that read alike.

use super::body::tidy;
use super::tree::Tree;

/// Bytes below which a block says nothing about where the body is.
const SHORT: usize = 25;
/// How many elements up a block's score is passed on.
const LEVELS: usize = 5;
/// A body shorter than this, in bytes, is looked for again with less care.
const SMALLEST: usize = 200;

/// The part of a page with its prose.
#[derive(Debug)]
pub(super) struct Region {
    /// Its blocks, in order, without what is plainly no text of a body.
    pub(super) blocks: Vec<usize>,
    /// The element that holds it.
    pub(super) top: usize,
    /// For each element what the prose in it is worth.
    pub(super) scores: Vec<f32>,
    /// For each element whether it lies in one that is not for the article.
    pub(super) asides: Vec<bool>,
}

/// The part of a page with its prose, with ever less care where little or nothing is found.
pub(super) fn region(tree: &Tree) -> Region {
    let careful = best_region(tree, asides(tree));
    if length(tree, &careful.blocks) >= SMALLEST {
        return careful;
    }
    let everywhere = best_region(tree, vec![false; tree.nodes.len()]);
    let careless = length(tree, &everywhere.blocks) > 2 * length(tree, &careful.blocks);
    let mut region = if careless { everywhere } else { careful };
    if region.blocks.is_empty() {
        let everything: Vec<usize> = (0..tree.blocks.len()).collect();
        let tidied = tidy(tree, &everything);
        region.blocks = if tidied.is_empty() { everything } else { tidied };
    }
    region
}

/// The blocks of a page that has no furniture but what its elements and lines say is such.
pub(super) fn outside_asides(tree: &Tree) -> Vec<usize> {
    tidy(tree, &outside(tree, &asides(tree)))
}

fn outside(tree: &Tree, asides: &[bool]) -> Vec<usize> {
    (0..tree.blocks.len()).filter(|block| !asides[tree.blocks[*block].node as usize]).collect()
}

pub(super) fn length(tree: &Tree, blocks: &[usize]) -> usize {
    blocks.iter().map(|block| tree.paragraphs.spans[*block].len()).sum()
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
pub(super) fn linked(tree: &Tree, block: usize) -> f32 {
    tree.blocks[block].link as f32 / tree.paragraphs.spans[block].len().max(1) as f32
}

fn best_region(tree: &Tree, asides: Vec<bool>) -> Region {
    let usable = outside(tree, &asides);
    let scores = scores(tree, &usable);
    let Some(top) = top_node(tree, &scores) else {
        return Region { blocks: Vec::new(), top: 0, scores, asides };
    };
    let top = whole_article(tree, &prose(tree, usable.iter().copied()), top);
    let within = containing(tree, &regions(tree, &scores, top));
    let chosen: Vec<usize> =
        usable.into_iter().filter(|block| within[tree.blocks[*block].node as usize]).collect();
    Region { blocks: tidy(tree, &chosen), top, scores, asides }
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
