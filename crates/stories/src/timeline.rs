//! When it happened, as the articles say.

use std::collections::BTreeMap;

use terms::{Said, Terms, Vectors, statement};

use crate::quotations::Told;
use crate::row::Place;

/// Sentences told of one date, at most.
const OF_A_DATE: usize = 3;

/// The dates that the articles state, in order, each with the sentences that state it: those that stand early in
/// their articles first, whole statements before fragments, none that repeats another. Of copies only the
/// original is read.
pub(crate) fn dates<'a>(told: &[Told<'a>], original: &[bool]) -> Vec<(&'a str, Place)> {
    let mut stated: BTreeMap<&str, Vec<(bool, usize, Place)>> = BTreeMap::new();
    for (article, told) in told.iter().enumerate().filter(|(article, _)| original[*article]) {
        for date in &told.article.dates {
            let sentences = &told.article.sentences;
            let at = sentences.partition_point(|sentence| sentence.end() <= date.span.start());
            let Some(span) = sentences.get(at).filter(|span| span.contains(date.span)) else {
                continue;
            };
            let fragment = statement::is_fragment(&told.article.text[span.range()]);
            let entry = (fragment, at, Place { article, span: *span });
            stated.entry(&date.value).or_default().push(entry);
        }
    }
    let mut dates = Vec::new();
    let (mut terms, mut vectors) = (Terms::default(), Vectors::default());
    for (date, mut entries) in stated {
        entries.sort_by_key(|(fragment, at, place)| (*fragment, *at, place.article));
        // A sentence may say the date twice.
        entries.dedup();
        terms.clear();
        for (_, _, place) in &entries {
            terms.push(&told[place.article].article.text, place.span);
        }
        vectors.fill(&terms);
        let mut said = Said::default();
        let mut left = OF_A_DATE;
        for (index, (fragment, _, place)) in entries.iter().enumerate() {
            if left == 0 || *fragment && left < OF_A_DATE {
                break;
            }
            if !said.repeats(vectors.of(index)) {
                said.add(vectors.of(index));
                dates.push((date, *place));
                left -= 1;
            }
        }
    }
    dates
}
