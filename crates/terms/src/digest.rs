//! What several articles on one event say together: a headline and a few sentences.
//!
//! The sentences are those closest to the sum of all (the centroid of Radev et al. 2004, with graded
//! words in place of background counts), each chosen against those before it (maximal marginal relevance,
//! Carbonell and Goldstein 1998), none that says what a chosen one says.

use document::Span;

use crate::article::Terms;
use crate::said::Said;
use crate::vectors::{Sum, Vectors, similarity};

/// A sentence that a digest may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// A number of the article that it stands in.
    pub article: u32,
    /// How many sentences of the article stand before it.
    pub position: u32,
    /// The sentence.
    pub text: &'a str,
}

/// What an early place in its article is worth beside the similarity to all.
const EARLY: f32 = 0.3;
/// What the similarity to a chosen sentence costs.
const ALIKE: f32 = 0.3;
/// What a chosen sentence of the same article costs.
const SAME_ARTICLE: f32 = 0.1;

/// The sentences that say together what the articles say, at most `most` and [`Said::MOST`], as
/// ascending indices into `candidates`.
///
/// Takes time linear in the candidates for each sentence chosen. Fewer come out where the others
/// repeat what is said already.
pub fn choose(candidates: &[Candidate<'_>], most: usize) -> Vec<usize> {
    let (_, vectors, all) = read(candidates.iter().map(|candidate| candidate.text));
    let central: Vec<f32> =
        (0..candidates.len()).map(|index| all.similarity(vectors.of(index))).collect();
    let top = central.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let mut worth: Vec<f32> = central
        .iter()
        .zip(candidates)
        .map(|(central, candidate)| central / top + EARLY / (1.0 + candidate.position as f32))
        .collect();
    let mut alike = vec![0.0; candidates.len()];
    let mut chosen: Vec<usize> = Vec::new();
    let mut said = Said::default();
    while chosen.len() < most.min(Said::MOST) {
        let left = (0..candidates.len())
            .filter(|index| worth[*index] > f32::MIN && !said.repeats(vectors.of(*index)));
        let value = |index: &usize| worth[*index] - ALIKE * alike[*index];
        // of equals the earlier
        let Some(best) =
            left.max_by(|one, other| value(one).total_cmp(&value(other)).then(other.cmp(one)))
        else {
            break;
        };
        said.add(vectors.of(best));
        worth[best] = f32::MIN;
        chosen.push(best);
        for (index, candidate) in candidates.iter().enumerate() {
            if candidate.article == candidates[best].article {
                worth[index] -= SAME_ARTICLE;
            }
            alike[index] = similarity(vectors.of(index), vectors.of(best)).max(alike[index]);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// The index of the most central title: most like the other titles and the sentences of all articles.
/// Of equals the first; `None` where no title has a word.
pub fn headline(titles: &[&str], candidates: &[Candidate<'_>]) -> Option<usize> {
    let texts = titles.iter().copied().chain(candidates.iter().map(|candidate| candidate.text));
    let (terms, vectors, all) = read(texts);
    let named = (0..titles.len()).filter(|index| !terms.of_sentence(*index).is_empty());
    let central = |index: &usize| all.similarity(vectors.of(*index));
    named.max_by(|one, other| central(one).total_cmp(&central(other)).then(other.cmp(one)))
}

/// The terms of some sentences, their vectors, and the sum of these.
fn read<'a>(sentences: impl Iterator<Item = &'a str>) -> (Terms, Vectors, Sum) {
    let (mut terms, mut vectors, mut all) = (Terms::default(), Vectors::default(), Sum::default());
    for sentence in sentences {
        terms.push(sentence, Span::from_range(0..sentence.len()));
    }
    vectors.fill(&terms);
    all.reset(terms.count());
    all.add(vectors.all());
    (terms, vectors, all)
}
