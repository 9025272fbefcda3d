//! The words of a quotation as reported speech without marks.

use std::cmp::Reverse;

use document::Span;

use super::alignment::align;
use super::groups::{Draft, Elsewhere};
use super::links::shortened;
use super::shingles::Shingles;
use super::speakers::{Voices, Who};
use super::utterances::Utterances;
use super::words::{Word, words};
use crate::article::{Article, Quotation, QuotationKind};

/// Words in a row that must stand in both before anything is compared.
const RUN: usize = 4;

/// Words that tell by themselves whose they are, without the speaker named beside them.
const TELLING: usize = 8;

/// Where an article has the words of a group without marks.
struct Hit {
    pairs: usize,
    draft: usize,
    span: Span,
    quotation: Option<u32>,
}

/// Joins the places where an article reports the words of a group without marks.
pub(super) fn join(utterances: &Utterances<'_>, drafts: &mut [Draft<'_>]) {
    let mut index: Shingles<(usize, usize), RUN> = Shingles::new();
    for (at, draft) in drafts.iter().enumerate() {
        for (wording, _) in &draft.wordings {
            let wording_words = shortened(&utterances.wordings[*wording].words);
            index.add(wording_words, |_| (at, *wording));
        }
    }
    for (article, told) in utterances.articles.iter().enumerate() {
        if told.article.transcript {
            continue;
        }
        let mut hits: Vec<Hit> = Vec::new();
        for stretch in outside_marks(told.article) {
            let text_words = words(&told.article.text, [stretch]);
            find(utterances, &index, drafts, (article, &text_words), &mut hits);
        }
        // One place has one origin: that with the most words.
        hits.sort_by_key(|hit| (Reverse(hit.pairs), hit.span, hit.draft));
        let mut taken: Vec<Span> = Vec::new();
        for hit in hits {
            if !taken.iter().any(|span| span.overlaps(hit.span)) {
                taken.push(hit.span);
                let in_marks = hit.quotation.is_none() && is_in_marks(&told.article.text, hit.span);
                let Hit { span, quotation, .. } = hit;
                drafts[hit.draft].elsewhere.push(Elsewhere { article, quotation, span, in_marks });
            }
        }
    }
}

/// The stretches of the text that are no words in marks.
fn outside_marks(article: &Article) -> Vec<Span> {
    let mut marked: Vec<Span> = article
        .quotations
        .iter()
        .filter(|quotation| quotation.kind != QuotationKind::Indirect)
        .map(|quotation| quotation.span)
        .collect();
    marked.sort_unstable();
    let mut stretches = Vec::new();
    let mut from = 0;
    let end = u32::try_from(article.text.len()).expect("a text is shorter than 4 GiB");
    for span in marked.into_iter().chain([Span::new(end, end)]) {
        if span.start() > from {
            stretches.push(Span::new(from, span.start()));
        }
        from = from.max(span.end());
    }
    stretches
}

fn find(
    utterances: &Utterances<'_>,
    index: &Shingles<(usize, usize), RUN>,
    drafts: &[Draft<'_>],
    (article, text): (usize, &[Word]),
    hits: &mut Vec<Hit>,
) {
    let mut places: Vec<((usize, usize), usize)> = index
        .hits(text)
        .flat_map(|(at, found)| found.iter().map(move |place| (*place, at)))
        .collect();
    places.sort_unstable();
    // Hits of one wording that lie near each other are one place.
    let near = |one: &((usize, usize), usize), other: &((usize, usize), usize)| {
        one.0 == other.0 && other.1 - one.1 <= 2 * RUN + 8
    };
    for cluster in places.chunk_by(near) {
        let ((draft, wording), first) = cluster[0];
        let last = cluster[cluster.len() - 1].1 + RUN;
        let quoted = shortened(&utterances.wordings[wording].words);
        let room = quoted.len().min(24);
        let window = &text[first.saturating_sub(room)..(last + room).min(text.len())];
        let alignment = align(window, quoted);
        let (Some(start), Some(end)) = (alignment.pairs.first(), alignment.pairs.last()) else {
            continue;
        };
        let pairs = alignment.pairs.len();
        let dense = pairs * 5 >= (end.0 + 1 - start.0) * 3;
        let whole = pairs * 5 >= alignment.reach(quoted, true).len() * 3;
        if pairs < 6 || alignment.content < 3 || !dense || !(whole || pairs >= 10) {
            continue;
        }
        let span = window[start.0].span.cover(window[end.0].span);
        if let Some((span, quotation)) =
            as_reported(utterances, drafts[draft].who, article, span, pairs)
        {
            hits.push(Hit { pairs, draft, span, quotation });
        }
    }
}

/// Whether words that are no quotation of the record stand in marks: an open one before them in the paragraph, or
/// any right beside them.
fn is_in_marks(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start() as usize], &text[span.end() as usize..]);
    let paragraph = before.rsplit('\n').next().unwrap_or_default();
    let open = paragraph.rfind(['“', '”']).is_some_and(|at| paragraph[at..].starts_with('“'));
    let beside = |character: Option<char>| character.is_some_and(|mark| "“”‘\"".contains(mark));
    open || beside(before.chars().next_back())
        || beside(after.chars().find(|mark| !".,!?".contains(*mark)))
}

/// The quotation of the record that the words are, or the words where none is but the speaker is named by them.
fn as_reported(
    utterances: &Utterances<'_>,
    who: Who<'_>,
    article: usize,
    span: Span,
    pairs: usize,
) -> Option<(Span, Option<u32>)> {
    let told = utterances.articles[article];
    let shared = |quotation: &Quotation| {
        let (start, end) =
            (quotation.span.start().max(span.start()), quotation.span.end().min(span.end()));
        end.saturating_sub(start)
    };
    let reported = told
        .article
        .quotations
        .iter()
        .filter(|quotation| quotation.kind == QuotationKind::Indirect);
    let reported = reported.filter(|quotation| shared(quotation) * 2 >= span.len());
    if let Some(quotation) =
        reported.max_by_key(|quotation| (shared(quotation), Reverse(quotation.span)))
    {
        let fits = match who.and(Who::new(told, quotation, utterances.keys)) {
            Voices::One => true,
            Voices::Open | Voices::Office => pairs >= TELLING,
            Voices::Two => false,
        };
        return (fits && !quotation.negated).then_some((quotation.span, Some(quotation.number)));
    }
    let named = || {
        let sentences = &told.article.sentences;
        let own =
            sentences.iter().position(|sentence| sentence.end() > span.start()).unwrap_or_default();
        let near =
            &sentences[own.saturating_sub(1).min(sentences.len())..(own + 1).min(sentences.len())];
        told.article.entities.iter().zip(told.keys).any(|(entity, id)| {
            Some(utterances.keys.key(*id)) == who.key
                && entity
                    .names
                    .iter()
                    .any(|name| near.iter().any(|sentence| sentence.contains(*name)))
        })
    };
    (pairs >= TELLING || named()).then_some((span, None))
}
