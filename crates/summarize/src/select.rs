//! Which sentences make the summary.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use terms::Said;

use crate::craft::Fault;
use crate::features::FeatureTable;

/// How long a summary may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Sentences, up to [`MOST`].
    pub(crate) sentences: usize,
    /// Words in all of them.
    pub(crate) words: usize,
    /// Characters in all of them, and one between two.
    pub(crate) characters: usize,
}

impl Limits {
    /// So many sentences of any length.
    pub(crate) const fn sentences(sentences: usize) -> Self {
        Self { sentences, words: usize::MAX, characters: usize::MAX }
    }

    /// The settings that limit the length, for notes.
    pub(crate) fn told(self) -> &'static str {
        match (self.words, self.characters) {
            (_, usize::MAX) => "`max_words`",
            (usize::MAX, _) => "`max_characters`",
            _ => "`max_words` and `max_characters`",
        }
    }
}

/// The largest number of sentences.
pub(crate) const MOST: usize = Said::MOST;

/// A choice, and what stood in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The sentences, best first.
    pub(crate) sentences: Vec<usize>,
    /// The worst fault that had to be allowed to find any sentence.
    pub(crate) allowed: Option<Fault>,
    /// Whether the limit of length had to be given up to find any sentence.
    pub(crate) too_long: bool,
    /// Sentences passed over because they say again what a chosen one says.
    pub(crate) repeats: usize,
    /// Sentences passed over because there was too little room left.
    pub(crate) over: usize,
}

/// Chooses sentences by score, best first.
///
/// The rules are, each in its turn: no sentence with a [`Fault`] (a sentence that points back may
/// follow the one before it), none that repeats a chosen one, nothing longer than the limits. Only
/// where that leaves nothing are they given up, from the lightest fault to the worst, then the
/// limits of length, so that an article with a sentence has a summary.
pub(crate) fn choose(
    table: &FeatureTable,
    scores: &[f32],
    faults: &[Option<Fault>],
    limits: Limits,
) -> Choice {
    let levels = || std::iter::once(None).chain(Fault::ALL.map(Some));
    let budgets = [(limits, false), (Limits::sentences(1), true)];
    for (limits, too_long) in budgets {
        for allowed in levels() {
            let choice = Round { table, scores, faults, limits, allowed }.run();
            if !choice.sentences.is_empty() {
                return Choice { too_long, ..choice };
            }
        }
    }
    Choice::default()
}

struct Round<'a> {
    table: &'a FeatureTable,
    scores: &'a [f32],
    faults: &'a [Option<Fault>],
    limits: Limits,
    allowed: Option<Fault>,
}

impl Round<'_> {
    fn run(&self) -> Choice {
        let mut choice = Choice { allowed: self.allowed, ..Choice::default() };
        let mut queue: BinaryHeap<Candidate> = (0..self.scores.len())
            .filter(|index| self.stands_alone(*index))
            .map(|index| self.candidate(index))
            .collect();
        let mut said = Said::default();
        let mut words_left = self.limits.words;
        let mut characters_left = self.limits.characters;
        while choice.sentences.len() < self.limits.sentences.min(MOST) {
            let Some(Candidate { index, .. }) = queue.pop() else { break };
            let words = self.table.words[index];
            let characters = self.table.characters[index];
            if said.repeats(self.table.content(index)) {
                choice.repeats += 1;
            } else if words > words_left || characters > characters_left {
                choice.over += 1;
            } else {
                words_left -= words;
                characters_left = characters_left.saturating_sub(characters + 1);
                said.add(self.table.content(index));
                choice.sentences.push(index);
                let next = index + 1;
                if self.faults.get(next) == Some(&Some(Fault::Opening)) && !self.stands_alone(next)
                {
                    queue.push(self.candidate(next));
                }
            }
        }
        choice
    }

    fn stands_alone(&self, index: usize) -> bool {
        self.faults[index] <= self.allowed
    }

    fn candidate(&self, index: usize) -> Candidate {
        Candidate { score: self.scores[index], index }
    }
}

/// A sentence in the queue: the best first, of equals the earlier.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    score: f32,
    index: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.index.cmp(&self.index))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
