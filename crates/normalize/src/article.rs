//! Whether a page has an article at all, and is no list of articles, form, error or notice.
//!
//! An article is a stretch of prose in one piece whose paragraphs speak of the same things, under a
//! title that does too. A front page has sentences as well, but each about something else; a
//! notice about cookies has paragraphs, but short and few.

use learner::hash::ByHash;

use crate::pasted::facts::{columns, prose, telling, telling_once};

/// Columns of prose in one piece that make an article for sure.
const LONG: f32 = 1800.0;
/// What each fact adds to the log-odds, set by hand and tried on pages with and without their bodies.
const BASE: f32 = -4.4;
const PIECE: f32 = 5.0;
const COHESION: f32 = 2.2;
const PROSE: f32 = 2.0;
const TITLE: f32 = 1.0;
const SIGNED: f32 = 0.8;

/// How sure it is, from 0 to 1, that `text` is an article; `title` is its title, and `signed` says
/// whether an author or a date was found.
pub(crate) fn score(text: &str, title: Option<&str>, signed: bool) -> f32 {
    let body: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let prose: Vec<usize> = body.iter().map(|line| prose(line)).collect();
    let all: usize = body.iter().map(|line| columns(line)).sum();
    let piece = longest_piece(&prose) as f32 / LONG;
    let share = prose.iter().sum::<usize>() as f32 / all.max(1) as f32;
    let words: Vec<Vec<u64>> = body
        .iter()
        .zip(&prose)
        .filter(|(_, prose)| **prose > 0)
        .map(|(line, _)| telling_once(line))
        .collect();
    let odds = BASE
        + PIECE * piece.min(1.0)
        + COHESION * cohesion(&words)
        + PROSE * share.min(1.0)
        + TITLE * title.map_or(0.0, |title| known(title, &words))
        + if signed { SIGNED } else { 0.0 };
    1.0 / (1.0 + exp(-odds))
}

/// e to the power of `x`, by sums and products alone: the system's own differs from one processor to the
/// next in the last place.
fn exp(x: f32) -> f32 {
    let x = x.clamp(-80.0, 80.0);
    let twos = (x * std::f32::consts::LOG2_E).round();
    let rest = x - twos * std::f32::consts::LN_2; // at most 0.35
    let series = (1..=7).rev().fold(1.0, |sum, step| 1.0 + rest / step as f32 * sum);
    series * f32::from_bits((twos as i32 + 127).cast_unsigned() << 23)
}

/// Columns of the longest stretch of prose with at most one other paragraph between two of its own.
fn longest_piece(prose: &[usize]) -> usize {
    let (mut piece, mut others, mut longest) = (0, 0, 0);
    for columns in prose {
        others = if *columns > 0 { 0 } else { others + 1 };
        piece = if others > 1 { 0 } else { piece + columns };
        longest = longest.max(piece);
    }
    longest
}

/// The share of paragraphs that have a telling word in common with another one.
fn cohesion(paragraphs: &[Vec<u64>]) -> f32 {
    let mut having: ByHash<u32> = ByHash::default();
    for word in paragraphs.iter().flatten() {
        *having.entry(*word).or_default() += 1;
    }
    let shares = |words: &&Vec<u64>| words.iter().filter(|word| having[word] > 1).count() >= 2;
    paragraphs.iter().filter(shares).count() as f32 / paragraphs.len().max(3) as f32
}

/// The share of a title's telling words that the body has too.
fn known(title: &str, paragraphs: &[Vec<u64>]) -> f32 {
    let words = telling(title);
    let in_body = |word: &&u64| paragraphs.iter().any(|words| words.binary_search(word).is_ok());
    words.iter().filter(in_body).count() as f32 / words.len().max(1) as f32
}
