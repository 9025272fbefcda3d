//! Which quotation or entity a line means: by its words first, by its place where there are several.

use document::{Document, RowId, Span, View, symbol};
use tokens::folded;

use crate::line::Place;

/// Every part of the quotations that a place means. Without a place beside its words, those are all
/// quotations with these words.
pub(crate) fn quotations(view: &View<'_>, place: &Place) -> Result<Vec<RowId>, String> {
    let all: Vec<(Span, RowId)> =
        view.quotations().map(|quotation| (quotation.span(), quotation.id())).collect();
    let fitting = fitting(view.doc(), place, all);
    if fitting.is_empty() {
        return Err("no quotation has these words".to_owned());
    }
    let meant: Vec<RowId> = chosen(view.doc(), place, &fitting)?;
    let whole = |id: RowId| {
        view.quotations()
            .find(|quotation| quotation.id() == id)
            .and_then(document::Quotation::part_of)
    };
    let firsts: Vec<RowId> = meant.iter().map(|id| whole(*id).unwrap_or(*id)).collect();
    let belongs = |id: RowId| firsts.contains(&whole(id).unwrap_or(id));
    Ok(view.quotations().map(document::Quotation::id).filter(|id| belongs(*id)).collect())
}

/// The entity that a place means: the one with this name, or the one that is named with these words.
pub(crate) fn entity(view: &View<'_>, place: &Place) -> Result<RowId, String> {
    let anywhere = place.start.is_none() && place.occurrence.is_none();
    if let Some(entity) = named(view, &place.text).filter(|_| anywhere) {
        return Ok(entity);
    }
    let names = view.mentions().filter(|mention| mention.kind() == symbol::NAME);
    let all = names.filter_map(|name| Some((name.span(), name.entity()?))).collect();
    let fitting = fitting(view.doc(), place, all);
    if fitting.is_empty() {
        // The fullest name may stand nowhere in the text.
        return named(view, &place.text).ok_or_else(|| "nothing is named so".to_owned());
    }
    let mut meant = chosen(view.doc(), place, &fitting)?;
    meant.dedup();
    match meant[..] {
        [entity] => Ok(entity),
        _ => Err("several entities are named so; say `start` or `occurrence`".to_owned()),
    }
}

/// The entity with this name.
pub(crate) fn named(view: &View<'_>, name: &str) -> Option<RowId> {
    let exact = view.entities().find(|entity| entity.name() == name);
    let alike = || view.entities().find(|entity| is_alike(&entity.name(), name));
    exact.or_else(alike).map(document::Entity::id)
}

/// The names of an entity that places mean, each with its span.
pub(crate) fn names_of(
    view: &View<'_>,
    entity: RowId,
    place: &Place,
) -> Result<Vec<RowId>, String> {
    let names = view
        .mentions()
        .filter(|mention| mention.kind() == symbol::NAME && mention.entity() == Some(entity));
    let all = names.map(|name| (name.span(), name.id())).collect();
    let fitting = fitting(view.doc(), place, all);
    if fitting.is_empty() {
        return Err(format!("`{}` is none of its names", place.text));
    }
    chosen(view.doc(), place, &fitting)
}

/// Those with the words of a place, in text order: letter by letter, or else but for case, marks and spaces.
fn fitting<T: Copy>(doc: &Document, place: &Place, mut all: Vec<(Span, T)>) -> Vec<(Span, T)> {
    all.sort_by_key(|(span, _)| (span.start(), span.end()));
    let of = |fits: &dyn Fn(&str) -> bool| -> Vec<(Span, T)> {
        all.iter().filter(|(span, _)| fits(doc.slice(*span))).copied().collect()
    };
    let exact = of(&|words| words == place.text);
    if exact.is_empty() { of(&|words| is_alike(words, &place.text)) } else { exact }
}

/// Of several, the one that the place tells, or all where it tells none.
fn chosen<T: Copy>(doc: &Document, place: &Place, fitting: &[(Span, T)]) -> Result<Vec<T>, String> {
    if let Some(number) = place.occurrence {
        let at = fitting.get(number as usize - 1);
        return at.map(|(_, it)| vec![*it]).ok_or_else(|| {
            format!("these words stand here {} times, not {number}", fitting.len())
        });
    }
    if let Some(start) = place.start {
        let text = doc.text();
        let byte = text.char_indices().nth(start as usize).map_or(text.len(), |(at, _)| at);
        let nearest = fitting.iter().min_by_key(|(span, _)| byte.abs_diff(span.start() as usize));
        return Ok(nearest.map(|(_, it)| *it).into_iter().collect());
    }
    Ok(fitting.iter().map(|(_, it)| *it).collect())
}

fn is_alike(words: &str, others: &str) -> bool {
    let words = folded(words);
    !words.is_empty() && words == folded(others)
}
