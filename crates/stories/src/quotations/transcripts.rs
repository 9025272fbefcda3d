//! The full text of what was said, and what each version made of it.

use std::collections::BTreeSet;

use document::Span;
use tokens::folded;

use super::alignment::{Alignment, align};
use super::groups::Draft;
use super::links::{Closeness, LONGEST, closeness, shortened};
use super::shingles::Shingles;
use super::speakers::Voices;
use super::utterances::Utterances;
use super::words::{Word, words};
use super::{Fidelity, Told};

/// Words of a transcript in which one version is looked for, beside twice its own.
const ROOM: usize = 60;
/// The same where the version says that it leaves something out.
const ROOM_FOR_CUTS: usize = 600;

/// The transcripts of a story.
pub(super) struct Transcripts<'a> {
    all: Vec<Transcript<'a>>,
}

struct Transcript<'a> {
    article: usize,
    title: &'a str,
    words: Vec<Word>,
    index: Shingles<usize, 2>,
}

/// What the transcripts say of one group.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The words of the transcript that the versions are of.
    pub(super) passage: Option<Passage>,
    fidelity: Vec<(usize, Fidelity)>,
}

/// A stretch of a transcript: whole sentences.
#[derive(Debug)]
pub(super) struct Passage {
    pub(super) article: usize,
    pub(super) words: Vec<Word>,
    pub(super) span: Span,
}

/// Where a transcript has a version.
struct Place {
    transcript: usize,
    /// Words of the transcript, from the first to behind the last equal one.
    words: std::ops::Range<usize>,
    fidelity: Fidelity,
}

impl Found {
    /// What became of the transcript's words in this wording.
    pub(super) fn fidelity(&self, wording: usize) -> Option<Fidelity> {
        self.fidelity.iter().find(|(at, _)| *at == wording).map(|(_, fidelity)| *fidelity)
    }
}

impl<'a> Transcripts<'a> {
    pub(super) fn new(articles: &[Told<'a>]) -> Self {
        let transcripts = articles.iter().enumerate().filter(|(_, told)| told.article.transcript);
        let all = transcripts.map(|(article, told)| {
            let text = &told.article.text;
            let words = words(text, [Span::from_range(0..text.len())]);
            let mut index = Shingles::new();
            index.add(&words, |at| at);
            Transcript { article, title: &told.article.title, words, index }
        });
        Self { all: all.collect() }
    }

    /// What the transcripts say of each group; nothing where there is none.
    pub(super) fn find(&self, utterances: &Utterances<'_>, drafts: &[Draft<'_>]) -> Vec<Found> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let places: Vec<Vec<(usize, Option<Place>)>> = drafts
            .iter()
            .map(|draft| {
                let wordings = draft.wordings.iter().map(|(wording, _)| *wording);
                wordings
                    .map(|wording| (wording, self.place(&utterances.wordings[wording].words)))
                    .collect()
            })
            .collect();
        let mut speakers: BTreeSet<&str> = BTreeSet::new();
        for (draft, places) in drafts.iter().zip(&places) {
            let named =
                |name: &str| self.all.iter().any(|transcript| is_named_in(name, transcript.title));
            let speaks = places.iter().any(|(_, place)| place.is_some())
                || draft.who.name.is_some_and(named);
            speakers.extend(draft.who.key.filter(|_| speaks));
        }
        let groups = drafts.iter().zip(places);
        groups
            .map(|(draft, places)| {
                let speaks = draft.who.key.is_some_and(|key| speakers.contains(key));
                let fidelity = |(wording, place): &(usize, Option<Place>)| {
                    let missing = speaks.then_some(Fidelity::NotFound);
                    let fidelity = place.as_ref().map(|place| place.fidelity).or(missing);
                    fidelity.map(|fidelity| (*wording, fidelity))
                };
                Found {
                    fidelity: places.iter().filter_map(fidelity).collect(),
                    passage: self.passage(draft, &places),
                }
            })
            .collect()
    }

    /// Where these words stand best.
    fn place(&self, quoted: &[Word]) -> Option<Place> {
        let quoted = shortened(quoted);
        let places = self.all.iter().enumerate().filter_map(|(at, transcript)| {
            let window = transcript.window(quoted)?;
            let alignment = align(quoted, &transcript.words[window.clone()]);
            let fidelity = fidelity(&alignment, quoted, &transcript.words[window.clone()])?;
            let (first, last) = (alignment.pairs.first()?, alignment.pairs.last()?);
            let words = window.start + first.1..window.start + last.1 + 1;
            Some((
                fidelity,
                std::cmp::Reverse(alignment.pairs.len()),
                Place { transcript: at, words, fidelity },
            ))
        });
        places
            .min_by_key(|(fidelity, pairs, place)| (*fidelity, *pairs, place.transcript))
            .map(|(.., place)| place)
    }

    /// The sentences of the transcript that hold the fullest version found and all that overlap it.
    fn passage(&self, draft: &Draft<'_>, places: &[(usize, Option<Place>)]) -> Option<Passage> {
        let found =
            || places.iter().filter_map(|(wording, place)| Some((*wording, place.as_ref()?)));
        let (_, longest) = found().max_by_key(|(wording, place)| {
            (*wording == draft.fullest, place.words.len(), std::cmp::Reverse(*wording))
        })?;
        let transcript = &self.all[longest.transcript];
        let (mut start, mut end) = (longest.words.start, longest.words.end);
        for (_, place) in found().filter(|(_, place)| place.transcript == longest.transcript) {
            if place.words.start < longest.words.end && longest.words.start < place.words.end {
                start = start.min(place.words.start);
                end = end.max(place.words.end);
            }
        }
        let all = &transcript.words;
        // Where nothing marks the sentences, a passage is not the whole transcript: every version is aligned with it.
        let (least, most) = (start.saturating_sub(LONGEST), all.len().min(end + LONGEST));
        let start = (least..=start).rev().find(|at| all[*at].starts()).unwrap_or(least);
        let end = (end..most).find(|at| all[*at].starts()).unwrap_or(most);
        let words = all[start..end].to_vec();
        let span = words.first()?.span.cover(words.last()?.span);
        Some(Passage { article: transcript.article, words, span })
    }
}

impl Transcript<'_> {
    /// The words among which most runs of the version stand.
    fn window(&self, quoted: &[Word]) -> Option<std::ops::Range<usize>> {
        let mut places: Vec<usize> =
            self.index.hits(quoted).flat_map(|(_, places)| places.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        let cuts = quoted.iter().any(|word| word.is_after_gap());
        let room = quoted.len() + if cuts { ROOM_FOR_CUTS } else { ROOM };
        let (mut best, mut from) = (None, 0);
        for (at, place) in places.iter().enumerate() {
            while places[from] + room < *place {
                from += 1;
            }
            if best.is_none_or(|(most, _, _)| at + 1 - from > most) {
                best = Some((at + 1 - from, places[from], *place));
            }
        }
        let (_, first, last) = best?;
        Some(first.saturating_sub(quoted.len())..(last + quoted.len() + 2).min(self.words.len()))
    }
}

/// What a version made of the words, if it is one of them.
fn fidelity(alignment: &Alignment, quoted: &[Word], full: &[Word]) -> Option<Fidelity> {
    let said = quoted.iter().filter(|word| !word.is_inserted()).count();
    let closeness = closeness(alignment, quoted, full, Voices::One)?;
    let whole = alignment.pairs.len() == said;
    Some(match closeness {
        Closeness::Same | Closeness::Part if whole && !alignment.cut => Fidelity::Verbatim,
        Closeness::Same | Closeness::Part if whole => Fidelity::Cut,
        _ => Fidelity::Altered,
    })
}

/// Whether the last word of a name stands in the title of a transcript: "Remarks by Ada Ek".
fn is_named_in(name: &str, title: &str) -> bool {
    let (name, title) = (folded(name), folded(title));
    let last = name.rsplit('-').next().unwrap_or_default();
    !last.is_empty() && title.split('-').any(|word| word == last)
}
