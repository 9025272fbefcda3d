//! What only one outlet reports.

use std::collections::BTreeMap;

use terms::{Grade, Terms, statement};

use crate::quotations::Told;
use crate::row::Place;

/// Sentences told of one outlet, at most.
const OF_AN_OUTLET: usize = 3;

/// Share of a sentence's telling terms that no other outlet has, from which the sentence is its own.
const OWN: f64 = 0.5;

/// Such terms, at least.
const TERMS: usize = 4;

/// Outlets that have a term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    None,
    One(usize),
    Several,
}

/// The sentences whose words are mostly found with one outlet alone, a few of each outlet, in order of articles and
/// text; none where the story has one outlet only. An article without an outlet counts as one of its own.
pub(crate) fn passages(told: &[Told<'_>]) -> Vec<Place> {
    let mut outlets: BTreeMap<&str, usize> = BTreeMap::new();
    let outlet_of: Vec<usize> = told
        .iter()
        .map(|told| {
            let article = told.article;
            let name = if article.outlet.is_empty() { &article.id } else { &article.outlet };
            let next = outlets.len();
            *outlets.entry(name).or_insert(next)
        })
        .collect();
    if outlets.len() < 2 {
        return Vec::new();
    }
    let mut terms = Terms::default();
    let mut places = Vec::new();
    for (article, told) in told.iter().enumerate() {
        for span in &told.article.sentences {
            terms.push(&told.article.text, *span);
            places.push(Place { article, span: *span });
        }
    }
    let mut has = vec![Has::None; terms.count()];
    for (index, place) in places.iter().enumerate() {
        for token in terms.of_sentence(index) {
            let outlet = outlet_of[place.article];
            let has = &mut has[token.term as usize];
            *has = match *has {
                Has::None => Has::One(outlet),
                Has::One(known) if known == outlet => Has::One(outlet),
                Has::One(_) | Has::Several => Has::Several,
            };
        }
    }
    let mut own: Vec<(usize, usize, Place)> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let mut telling: Vec<u32> =
            terms.of_sentence(index).iter().map(|token| token.term).collect();
        telling.sort_unstable();
        telling.dedup();
        telling.retain(|term| terms.grade(*term) == Grade::Content);
        let alone =
            telling.iter().filter(|term| matches!(has[**term as usize], Has::One(_))).count();
        let text = &told[place.article].article.text[place.span.range()];
        if alone >= TERMS
            && alone as f64 >= OWN * telling.len() as f64
            && statement::stands_alone(text)
            && !text.ends_with('?')
        {
            own.push((outlet_of[place.article], alone, *place));
        }
    }
    // most of its own first, within an outlet
    own.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    let mut places: Vec<Place> = own
        .chunk_by(|one, other| one.0 == other.0)
        .flat_map(|outlet| outlet.iter().take(OF_AN_OUTLET).map(|(_, _, place)| *place))
        .collect();
    places.sort_by_key(|place| (place.article, place.span));
    places
}
