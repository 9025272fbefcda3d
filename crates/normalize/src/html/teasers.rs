//! Paragraphs that announce other articles: they stand below headlines which are links.

use super::body;
use super::region::linked;
use super::tree::Tree;
use crate::furniture;

/// Bytes from which on a block is prose.
const PROSE: usize = 60;

/// The share of the body's prose that announces other articles.
pub(super) fn share(tree: &Tree, body: &[usize]) -> f32 {
    /// Blocks that make a list; the headline above an article may be a link as well.
    const LIST: usize = 3;
    let prose = prose(tree, body);
    let teased = teased(tree, &prose);
    let sum = |blocks: &[usize]| {
        blocks.iter().map(|block| tree.paragraphs.spans[*block].len()).sum::<usize>()
    };
    if teased.len() < LIST { 0.0 } else { sum(&teased) as f32 / sum(&prose) as f32 }
}

/// Drops what comes behind a line such as `You may also like` in the body, where it announces other articles.
pub(super) fn drop_behind_related(tree: &Tree, body: &mut Vec<usize>) {
    const LIST: usize = 2;
    let (Some(first), Some(last)) = (body.first().copied(), body.last().copied()) else { return };
    for line in (first + 1..last).filter(|block| is_related(tree.paragraphs.get(*block))) {
        let at = body.partition_point(|block| *block < line);
        let prose = prose(tree, &body[at..]);
        let teased = teased(tree, &prose);
        // Of ten paragraphs, eight.
        if teased.len() >= LIST && 10 * teased.len() >= 8 * prose.len() {
            body.truncate(at);
            return;
        }
    }
}

fn prose(tree: &Tree, body: &[usize]) -> Vec<usize> {
    let is_prose = |block: &usize| tree.paragraphs.spans[*block].len() >= PROSE;
    body.iter().copied().filter(is_prose).collect()
}

fn teased(tree: &Tree, prose: &[usize]) -> Vec<usize> {
    prose.iter().copied().filter(|block| is_teased(tree, *block)).collect()
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

/// `You may also like`, `Lire aussi`, `関連記事`: what stands above a list of other articles.
fn is_related(line: &str) -> bool {
    const LONGEST: usize = 80;
    line.len() <= LONGEST && {
        let folded = furniture::fold(line);
        RELATED.iter().any(|opening| folded.starts_with(opening))
    }
}

const RELATED: &[&str] = &[
    "à lire aussi",
    "auch interessant",
    "czytaj także",
    "czytaj też",
    "čtěte také",
    "das könnte sie auch interessieren",
    "le puede interesar",
    "lea también",
    "leggi anche",
    "leia também",
    "les også",
    "lesen sie auch",
    "lire aussi",
    "lees ook",
    "lue myös",
    "läs också",
    "läs även",
    "læs også",
    "mehr zum thema",
    "more from ",
    "more stories",
    "potrebbe interessarti",
    "potrebbero interessarti",
    "read next",
    "recommended",
    "related",
    "sur le même sujet",
    "también te puede interesar",
    "te puede interesar",
    "veja também",
    "você pode gostar",
    "você também pode gostar",
    "you may also like",
    "you might also like",
    "читайте также",
    "おすすめ",
    "関連記事",
    "相关阅读",
    "관련기사",
];
