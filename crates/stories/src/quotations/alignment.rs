//! Two wordings side by side: where the same words stand, and what one has that the other has not.
//!
//! A local alignment (Smith and Waterman 1981) of words. Changed: leaving words out costs nothing where an ellipsis, a
//! bracket or the outlet's own words say that some were left out, and little at the end of a sentence; elsewhere it
//! ends the alignment soon.

use super::words::Word;

const CONTENT: i32 = 30;
const FUNCTION: i32 = 20;
const OTHER: i32 = -15;
const SKIP: i32 = -12;
const SKIP_BESIDE_BRACKET: i32 = -3;
const SKIP_SENTENCE: i32 = -1;

/// How one wording stands to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Pairs of equal words, as indices into both.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Of the pairs, how many are of words that say something.
    pub(super) content: usize,
    /// Whether a word was changed, added or dropped where nothing says so.
    pub(super) altered: bool,
    /// Whether words were left out inside.
    pub(super) cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Stop,
    Pair,
    SkipOne,
    SkipOther,
}

/// Aligns two wordings where they agree most.
///
/// Takes time and room by the product of their lengths: callers keep both short.
pub(super) fn align(one: &[Word], other: &[Word]) -> Alignment {
    let width = other.len() + 1;
    let mut above = vec![0i32; width];
    let mut row = vec![0i32; width];
    let mut steps = vec![Step::Stop; width * (one.len() + 1)];
    let mut best = (0, 0, 0);
    for i in 1..=one.len() {
        row[0] = 0;
        for j in 1..=other.len() {
            let pair = above[j - 1] + of_pair(one[i - 1], other[j - 1]);
            let skip_one = above[j] + of_skip(one[i - 1], other, j);
            let skip_other = row[j - 1] + of_skip(other[j - 1], one, i);
            let score = pair.max(skip_one).max(skip_other).max(0);
            row[j] = score;
            steps[i * width + j] = if score == 0 {
                Step::Stop
            } else if score == pair {
                Step::Pair
            } else if score == skip_other {
                Step::SkipOther
            } else {
                Step::SkipOne
            };
            if score > best.0 {
                best = (score, i, j);
            }
        }
        std::mem::swap(&mut above, &mut row);
    }
    follow(&steps, width, (best.1, best.2), one, other)
}

fn of_pair(one: Word, other: Word) -> i32 {
    if one.form != other.form {
        OTHER
    } else if one.is_content() {
        CONTENT
    } else {
        FUNCTION
    }
}

/// What it costs to leave out `skipped` between the words `at - 1` and `at` of the other wording.
fn of_skip(skipped: Word, rest: &[Word], at: usize) -> i32 {
    let next = rest.get(at);
    if skipped.is_inserted() || next.is_some_and(|word| word.is_after_gap()) {
        0
    } else if rest[at - 1].is_inserted() || next.is_some_and(|word| word.is_inserted()) {
        SKIP_BESIDE_BRACKET
    } else if next.is_some_and(|word| word.starts()) {
        SKIP_SENTENCE
    } else {
        SKIP
    }
}

/// Goes back through the steps from the end of the best alignment.
fn follow(
    steps: &[Step],
    width: usize,
    end: (usize, usize),
    one: &[Word],
    other: &[Word],
) -> Alignment {
    let mut alignment = Alignment::default();
    let (mut i, mut j) = end;
    loop {
        match steps[i * width + j] {
            Step::Stop => break,
            Step::Pair => {
                let (word, counterpart) = (one[i - 1], other[j - 1]);
                if word.form == counterpart.form {
                    alignment.pairs.push((i - 1, j - 1));
                    alignment.content += usize::from(word.is_content());
                } else if !word.is_inserted() && !counterpart.is_inserted() {
                    alignment.altered = true;
                }
                i -= 1;
                j -= 1;
            }
            Step::SkipOne => {
                alignment.leave_out(of_skip(one[i - 1], other, j), one[i - 1]);
                i -= 1;
            }
            Step::SkipOther => {
                alignment.leave_out(of_skip(other[j - 1], one, i), other[j - 1]);
                j -= 1;
            }
        }
    }
    alignment.pairs.reverse();
    alignment
}

impl Alignment {
    /// Every word beside itself.
    pub(super) fn of_itself(words: &[Word]) -> Self {
        let pairs = (0..words.len()).map(|at| (at, at)).collect();
        let content = words.iter().filter(|word| word.is_content()).count();
        Self { pairs, content, altered: false, cut: false }
    }

    fn leave_out(&mut self, cost: i32, word: Word) {
        self.altered |= cost == SKIP;
        self.cut |= !word.is_inserted();
    }

    /// Whether the equal words are all that both have in common ground: at either end, one of the two has no more
    /// words, or both go on with another sentence.
    pub(super) fn dovetails(&self, one: &[Word], other: &[Word]) -> bool {
        let (Some(&(i, j)), Some(&(last_i, last_j))) = (self.pairs.first(), self.pairs.last())
        else {
            return false;
        };
        let none = |words: &[Word]| words.iter().all(|word| word.is_inserted());
        let before = none(&one[..i]) || none(&other[..j]) || one[i].starts() && other[j].starts();
        let (rest, other_rest) = (&one[last_i + 1..], &other[last_j + 1..]);
        let starts = |words: &[Word]| words.first().is_some_and(|word| word.starts());
        before && (none(rest) || none(other_rest) || starts(rest) && starts(other_rest))
    }

    /// Words of the sentences of `words` in which the alignment lies; `second` for the other wording's.
    pub(super) fn reach(&self, words: &[Word], second: bool) -> std::ops::Range<usize> {
        let at = |pair: &(usize, usize)| if second { pair.1 } else { pair.0 };
        let (Some(first), Some(last)) = (self.pairs.first().map(at), self.pairs.last().map(at))
        else {
            return 0..0;
        };
        let start = (0..=first).rev().find(|at| words[*at].starts()).unwrap_or_default();
        let end = (last + 1..words.len()).find(|at| words[*at].starts()).unwrap_or(words.len());
        start..end
    }
}

#[cfg(test)]
mod tests {
    use document::Span;

    use super::super::words::words;
    use super::align;

    fn check(one: &str, other: &str, expected: &str) {
        let all = |text: &str| words(text, [Span::from_range(0..text.len())]);
        let (first, second) = (all(one), all(other));
        let alignment = align(&first, &second);
        let mut drawn = alignment.pairs.len().to_string();
        for (set, word) in [
            (alignment.altered, " altered"),
            (alignment.cut, " cut"),
            (alignment.dovetails(&first, &second), " dovetails"),
        ] {
            if set {
                drawn += word;
            }
        }
        assert_eq!(drawn, expected, "{one} | {other}");
    }

    #[test]
    fn wordings_side_by_side() {
        check("the sea took the pier", "The sea took the pier", "5 dovetails");
        check("took the old pier", "the sea took the old pier of Harwick", "4 dovetails");
        check("the sea … took the pier", "the sea that night took the pier", "5 cut dovetails");
        check("the sea took [the mayor’s] pier", "the sea took his pier", "4 cut dovetails");
        check("the sea took the whole pier", "the sea took the pier", "5 altered cut dovetails");
        check("the sea took our pier", "the sea took their pier", "4 altered dovetails");
        check(
            "We lost the pier. We will rebuild it.",
            "We lost the pier. It was old. We will rebuild it.",
            "8 cut dovetails",
        );
        check("take the old pier", "the old pier fell", "3 dovetails");
        check("We are not leaving, we are staying", "ships in the bay", "0");
    }
}
