//! Which articles of a story are one text: syndicated copies, and versions of an agency's report that were cut.

use std::collections::HashMap;

use crate::quotations::Told;

/// Words in a shingle.
const WORDS: usize = 5;

/// Share of the shingles of the shorter text that a copy has in common with its original.
const SAME: f64 = 0.7;

/// Shingles of a text that can be told from another one's, at least.
const FEWEST: usize = 20;

/// Articles that share a shingle and are compared, at most: the earliest.
const COMPARED: usize = 8;

/// Groups of two articles or more that are one text, as indices in order of arrival: the original first.
///
/// Two articles are compared by the runs of five words they have in common (Broder 1997), as a share of the shorter
/// one's, so that a report that was cut is still known.
pub(crate) fn groups(told: &[Told<'_>]) -> Vec<Vec<usize>> {
    if told.len() < 2 {
        return Vec::new();
    }
    let shingles: Vec<Vec<u64>> = told.iter().map(|told| shingles(&told.article.text)).collect();
    let mut having: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut original: Vec<usize> = (0..told.len()).collect();
    for (index, own) in shingles.iter().enumerate() {
        let mut common: HashMap<usize, usize> = HashMap::new();
        for shingle in own {
            let having = having.entry(*shingle).or_default();
            for other in having.iter() {
                *common.entry(*other).or_default() += 1;
            }
            if having.len() < COMPARED {
                having.push(index);
            }
        }
        let copied = common.into_iter().filter(|(other, common)| {
            let shorter = own.len().min(shingles[*other].len());
            shorter >= FEWEST && *common as f64 >= SAME * shorter as f64
        });
        if let Some(other) = copied.map(|(other, _)| other).min() {
            original[index] = original[other];
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); told.len()];
    for (index, original) in original.into_iter().enumerate() {
        groups[original].push(index);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// For each of `articles` articles whether it is no copy of another one.
pub(crate) fn originals(articles: usize, groups: &[Vec<usize>]) -> Vec<bool> {
    let mut original = vec![true; articles];
    for copy in groups.iter().flat_map(|group| &group[1..]) {
        original[*copy] = false;
    }
    original
}

/// The runs of five words of a text, each once, as hashes.
fn shingles(text: &str) -> Vec<u64> {
    let mut form = String::new();
    let words: Vec<u64> = terms::words(text)
        .map(|word| {
            terms::fold(&text[word], &mut form);
            form.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
        })
        .collect();
    let mut shingles: Vec<u64> = words
        .windows(WORDS)
        .map(|run| {
            run.iter().fold(0, |hash: u64, word| {
                (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            })
        })
        .collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}
