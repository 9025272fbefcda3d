//! An article as a vector of terms.

use terms::Grade;

use crate::article::Article;
use crate::frequencies::{Frequencies, ln};

/// A term by its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Term(pub(crate) u32);

/// One entry of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The term, or the term as one of the lead.
    pub(crate) term: Term,
    /// Its weight, where [`ONE`] is the length of a vector.
    pub(crate) weight: u16,
}

/// The length of every vector. Whole numbers add up to the same in any order.
pub(crate) const ONE: f32 = 16_384.0;

/// What two equal vectors have in common.
pub(crate) const SAME: u64 = 1 << 28;

/// Times that a word of the title counts.
const TITLE: f32 = 3.0;

/// Words of the text in which an article says what it is about.
const LEAD: usize = 50;

/// Share of the lead in the similarity of two articles.
const LEAD_SHARE: f32 = 0.3;

/// Entries kept of the whole article, and of its lead.
const MOST: usize = 256;

/// The vector of an article, its terms in order of their hashes: title and text, weighted by the logarithms of
/// their count and of how rare they are, and once more title and lead as terms of their own, so that the
/// similarity of two articles is 0.7 times that of the whole plus 0.3 times that of the leads.
pub(crate) fn vector(words: &Words, frequencies: &Frequencies) -> Vec<Entry> {
    let mut entries = Vec::new();
    let lead = words.text.len().min(LEAD);
    push(
        &words.title,
        TITLE,
        &words.text,
        1.0 - LEAD_SHARE,
        frequencies,
        |term| term,
        &mut entries,
    );
    push(&words.title, 1.0, &words.text[..lead], LEAD_SHARE, frequencies, of_lead, &mut entries);
    entries.sort_unstable_by_key(|entry| entry.term);
    entries.dedup_by_key(|entry| entry.term);
    entries
}

/// The same term as one of the lead.
fn of_lead(term: Term) -> Term {
    Term(term.0.wrapping_mul(0x9e37_79b1) ^ 0x85eb_ca6b)
}

/// Adds the vector of some words, whose length squared is `share`.
fn push(
    title: &[Term],
    times: f32,
    text: &[Term],
    share: f32,
    frequencies: &Frequencies,
    name: fn(Term) -> Term,
    entries: &mut Vec<Entry>,
) {
    let mut counted: Vec<(Term, f32)> = title.iter().map(|term| (*term, times)).collect();
    counted.extend(text.iter().map(|term| (*term, 1.0)));
    counted.sort_by_key(|(term, _)| *term);
    counted.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    for (term, weight) in &mut counted {
        *weight = (1.0 + ln(*weight)) * frequencies.weight(*term);
    }
    counted.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    counted.truncate(MOST);
    let length = counted.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        let scale = ONE * share.sqrt() / length;
        entries.extend(counted.iter().filter_map(|(term, weight)| {
            #[expect(clippy::cast_sign_loss, reason = "no weight is below 0")]
            let weight = (weight * scale).round() as u16;
            (weight > 0).then_some(Entry { term: name(*term), weight })
        }));
    }
}

/// The words of an article that can tell something, as terms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    title: Vec<Term>,
    text: Vec<Term>,
}

impl Words {
    /// The words of title and text, in order.
    pub(crate) fn of(article: &Article) -> Self {
        let mut form = String::new();
        let mut read = |text: &str| {
            terms::words(text).filter_map(|word| term(&text[word], &mut form)).collect()
        };
        Self { title: read(&article.title), text: read(&article.text) }
    }

    /// Each term once, in order of the hashes.
    pub(crate) fn terms(&self) -> impl Iterator<Item = Term> + use<> {
        let mut terms: Vec<Term> = self.title.iter().chain(&self.text).copied().collect();
        terms.sort_unstable();
        terms.dedup();
        terms.into_iter()
    }
}

/// The term of a word; `None` for one that tells nothing.
fn term(word: &str, form: &mut String) -> Option<Term> {
    let grade = terms::fold(word, form);
    let number = || form.starts_with(|character: char| character.is_ascii_digit());
    let tells = (grade != Grade::Stop || number()) && form.len() > 1;
    // 32-bit FNV-1a, its bits then spread so that the upper ones are as good as the lower
    let hash = |form: &str| {
        form.bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    };
    tells.then(|| {
        let hash = hash(form);
        let hash = (hash ^ hash >> 16).wrapping_mul(0x7feb_352d);
        Term((hash ^ hash >> 15).wrapping_mul(0x846c_a68b))
    })
}

/// What two vectors have in common: [`SAME`] for equal ones, 0 for two without a term in common.
pub(crate) fn common(vector: &[Entry], sum: &[(Term, u32)]) -> u64 {
    let mut rest = sum;
    let mut common = 0;
    for entry in vector {
        // Sums may be far longer than vectors: gallop, then search.
        let mut step = 1;
        while step < rest.len() && rest[step].0 < entry.term {
            step *= 2;
        }
        let within = &rest[..rest.len().min(step + 1)];
        let at = within.partition_point(|(term, _)| *term < entry.term);
        rest = &rest[at..];
        if let Some((term, weight)) = rest.first()
            && *term == entry.term
        {
            common += u64::from(entry.weight) * u64::from(*weight);
        }
    }
    common
}

/// What two sums of vectors have in common: what their vectors have, added over all pairs. Two stories of some
/// hundred thousand articles each have more in common than 64 bits hold.
pub(crate) fn common_of_sums(one: &[(Term, u32)], other: &[(Term, u32)]) -> u128 {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut rest = long;
    let mut common = 0;
    for (term, weight) in short {
        let at = rest.iter().position(|(known, _)| known >= term).unwrap_or(rest.len());
        rest = &rest[at..];
        if let Some((known, other)) = rest.first()
            && known == term
        {
            common += u128::from(u64::from(*weight) * u64::from(*other));
        }
    }
    common
}

/// Adds a vector to a sum.
pub(crate) fn add(sum: &mut Vec<(Term, u32)>, vector: &[Entry]) {
    let entries: Vec<(Term, u32)> =
        vector.iter().map(|entry| (entry.term, u32::from(entry.weight))).collect();
    add_sum(sum, &entries);
}

/// Adds a sum to a sum.
///
/// No weight goes beyond the largest, which takes at least 262,144 articles of one day with a term in common: those
/// are then found less alike than they are, never more.
pub(crate) fn add_sum(sum: &mut Vec<(Term, u32)>, other: &[(Term, u32)]) {
    let mut merged = Vec::with_capacity(sum.len() + other.len());
    let (mut left, mut right) = (sum.iter().peekable(), other.iter().peekable());
    while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
        match one.0.cmp(&two.0) {
            std::cmp::Ordering::Less => merged.extend(left.next()),
            std::cmp::Ordering::Greater => merged.extend(right.next()),
            std::cmp::Ordering::Equal => {
                merged.push((one.0, one.1.saturating_add(two.1)));
                left.next();
                right.next();
            }
        }
    }
    merged.extend(left);
    merged.extend(right);
    *sum = merged;
}

/// Takes a vector that was added out of a sum again.
pub(crate) fn subtract(sum: &mut Vec<(Term, u32)>, vector: &[Entry]) {
    let mut at = 0;
    for entry in vector {
        at += sum[at..].partition_point(|(term, _)| *term < entry.term);
        // A weight that was at its largest may come to nothing before the last vector is taken out.
        if let Some((term, weight)) = sum.get_mut(at)
            && *term == entry.term
        {
            *weight = weight.saturating_sub(u32::from(entry.weight));
        }
    }
    sum.retain(|(_, weight)| *weight > 0);
}

#[cfg(test)]
mod tests {
    use super::{Entry, Term, add, add_sum, common_of_sums, subtract};

    #[test]
    fn sums_stop_at_the_largest_weight() {
        let vector = [(1, 16_000), (2, 5)].map(|(term, weight)| Entry { term: Term(term), weight });
        for (weight, added, left) in [
            (7, 16_007, vec![(Term(1), 7), (Term(2), 1)]),
            (u32::MAX - 16_000, u32::MAX, vec![(Term(1), u32::MAX - 16_000), (Term(2), 1)]),
            (u32::MAX - 1, u32::MAX, vec![(Term(1), u32::MAX - 16_000), (Term(2), 1)]),
        ] {
            let mut sum = vec![(Term(1), weight)];
            add_sum(&mut sum, &[(Term(2), 1)]);
            add(&mut sum, &vector);
            assert_eq!(sum, [(Term(1), added), (Term(2), 6)]);
            subtract(&mut sum, &vector);
            assert_eq!(sum, left);
        }
    }

    #[test]
    fn what_came_to_nothing_can_be_taken_out() {
        let vector = [(1, 9), (3, 9)].map(|(term, weight)| Entry { term: Term(term), weight });
        let mut sum = vec![(Term(1), 4), (Term(2), 4)];
        subtract(&mut sum, &vector);
        assert_eq!(sum, [(Term(2), 4)]);
    }

    #[test]
    fn large_sums_have_more_in_common_than_64_bits_hold() {
        let sum = [1, 2, 3].map(|term| (Term(term), u32::MAX));
        assert_eq!(common_of_sums(&sum, &sum), 3 * u128::from(u32::MAX).pow(2));
    }
}
