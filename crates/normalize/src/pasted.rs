//! Pasted pages: what in a plain text is the article's body, and what its head and foot tell.
//!
//! Every rule is meant to keep a menu line rather than to lose a sentence of the body.

mod caption;
pub(crate) mod facts;
mod foot;
mod head;
pub(crate) mod model;
pub(crate) mod notice;
pub(crate) mod words;

use std::ops::Range;

use memchr::memmem::Finder;

use crate::clean::Paragraphs;
use crate::finding::Finding;
use crate::furniture::{self, Furniture};

pub(crate) use model::Model;

/// Lines beside the body from which on somebody copied the whole page.
const CROWD: usize = 24;
/// Paragraphs up to which repetitions inside the body are looked for; what is longer is no page.
const PAGE: usize = 400;

/// What a pasted page holds.
#[derive(Debug, Default)]
pub(crate) struct Pasted {
    /// The paragraphs of the body, in order.
    pub(crate) body: Vec<usize>,
    /// Metadata that its other lines tell.
    pub(crate) findings: Vec<Finding>,
    /// What it says beside the body that it has corrected.
    pub(crate) correction: Option<String>,
}

/// Neighbouring lines of a page, counted from 0.
struct Lines<'p> {
    page: &'p Paragraphs,
    range: Range<usize>,
}

impl Lines<'_> {
    fn get(&self, index: usize) -> &str {
        self.page.get(self.range.start + index)
    }

    fn len(&self) -> usize {
        self.range.len()
    }
}

/// Tells the body of a pasted page from what stands around it. `title` is the title where it is known.
///
/// A model says of every line whether it reads like one of a body. On a page copied with all its
/// menus it decides; where somebody copied hardly more than the article, the head and foot are
/// read by rules, and the model takes out only what it is sure of.
pub(crate) fn read(model: &Model, page: &Paragraphs, title: Option<&str>) -> Pasted {
    let mut pasted = Pasted::default();
    let scores = model.scores(page);
    let likely = |index: &usize| scores[*index] > model::KEPT_FROM;
    let crowded = (0..page.len()).filter(|index| !likely(index)).count() >= CROWD;
    let range = if crowded { around(page.len(), likely) } else { 0..page.len() };
    let lines = Lines { page, range };
    let head = head::read(&lines, title, &mut pasted.findings);
    let end = foot::read(&lines, head.end, &mut pasted.findings);
    let start = lines.range.start;
    let by_rules = head.kept.iter().copied().chain(head.end..end).map(|index| start + index);
    let is_panel = |index: &usize| is_panel(page.get(*index));
    pasted.body = if crowded {
        (0..page.len()).filter(|index| likely(index) && !is_panel(index)).collect()
    } else {
        by_rules.filter(|index| scores[*index] > model::CUT_BELOW && !is_panel(index)).collect()
    };
    drop_pull_quotes(page, &mut pasted.body);
    pasted.correction = correction(page, &pasted.body);
    if pasted.body.is_empty() {
        pasted.body = (0..page.len()).collect();
        pasted.findings.clear();
    }
    pasted
}

/// A line beside the body that tells of a correction.
fn correction(page: &Paragraphs, body: &[usize]) -> Option<String> {
    let mut lines = (0..page.len()).filter(|index| body.binary_search(index).is_err());
    let found = lines.find(|index| notice::is_correction(page.get(*index)))?;
    Some(page.get(found).to_owned())
}

/// The lines from the first to the last that are likely of the body, with those around them that
/// may be their head and foot.
fn around(count: usize, likely: impl Fn(&usize) -> bool) -> Range<usize> {
    const AROUND: usize = 20;
    let mut body = (0..count).filter(likely);
    let Some(first) = body.next() else { return 0..count };
    let last = body.next_back().unwrap_or(first);
    first.saturating_sub(AROUND)..(last + 1 + AROUND).min(count)
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
        if !LENGTHS.contains(&quote.len()) {
            return false;
        }
        let rest = Finder::new(rest.as_str());
        body.iter().any(|other| {
            other != index && {
                let other = paragraphs.get(*other);
                other.len() > quote.len() + 20 && rest.find(other.as_bytes()).is_some()
            }
        })
    };
    let drop: Vec<usize> = body.iter().filter(|index| repeated(index)).copied().collect();
    body.retain(|index| !drop.contains(index));
}
