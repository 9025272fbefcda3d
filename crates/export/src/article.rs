//! One article as exports tell of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wire::{Entity, OffsetIndex, Offsets, OverArticles, Place, Quotation, Record};

use crate::filter::{Called, Filter};
use crate::fragment::{Page, web_address};

/// A record with its text ready to be pointed into.
pub(crate) struct Article<'r> {
    pub(crate) record: &'r Record,
    people: &'r OverArticles,
    text: &'r str,
    /// From the record's offsets to bytes.
    index: OffsetIndex<'r>,
    /// From bytes to code points.
    code_points: OffsetIndex<'r>,
    page: Page<'r>,
    /// Whole quotations, in the order of the record.
    pub(crate) said: Vec<Said<'r>>,
    /// Bytes of the sentences, in the order of the text.
    sentences: Vec<Range<usize>>,
    /// The byte that each line but the first begins at.
    lines: Vec<usize>,
}

/// A stretch of the text in every unit that an export speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Bytes of the text.
    pub(crate) bytes: Range<usize>,
    /// Code points of the text.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A quotation with its parts, the first of them first.
pub(crate) struct Said<'r> {
    pub(crate) parts: Vec<&'r Quotation>,
}

impl<'r> Said<'r> {
    pub(crate) fn first(&self) -> &'r Quotation {
        self.parts[0]
    }

    /// The words of all parts.
    pub(crate) fn words(&self) -> String {
        let words = self.parts.iter().filter_map(|part| part.text.as_deref());
        words.collect::<Vec<_>>().join(" … ")
    }
}

impl<'r> Article<'r> {
    pub(crate) fn new(record: &'r Record, people: &'r OverArticles) -> Self {
        let text = record.text.as_deref().unwrap_or_default();
        let mut article = Self {
            record,
            people,
            text,
            index: OffsetIndex::new(text, record.offsets),
            code_points: OffsetIndex::new(text, Offsets::CodePoints),
            page: Page::new(text),
            said: whole(record.quotations.as_deref().unwrap_or_default()),
            sentences: Vec::new(),
            lines: text.match_indices('\n').map(|(at, _)| at + 1).collect(),
        };
        let sentences = record.sentences.iter().flatten();
        let bytes = |place: &Place| article.stretch(Some(place.start), Some(place.end));
        article.sentences = sentences.filter_map(bytes).map(|stretch| stretch.bytes).collect();
        article
    }

    /// The stretch between two offsets of the record; `None` where the record has none, or no text there.
    pub(crate) fn stretch(&self, start: Option<u32>, end: Option<u32>) -> Option<Stretch> {
        let (from, to) = (self.index.byte_at(start?)?, self.index.byte_at(end?)?);
        (from <= to && to as usize <= self.text.len() && !self.text.is_empty()).then(|| Stretch {
            bytes: from as usize..to as usize,
            start: self.code_points.unit_at(from),
            end: self.code_points.unit_at(to),
        })
    }

    /// The words of a stretch.
    pub(crate) fn words(&self, stretch: &Stretch) -> &'r str {
        &self.text[stretch.bytes.clone()]
    }

    /// The line of the text that a stretch begins on, counted from 1.
    pub(crate) fn line(&self, stretch: &Stretch) -> usize {
        self.lines.partition_point(|line| *line <= stretch.bytes.start) + 1
    }

    /// So many characters before and after a stretch.
    pub(crate) fn around(&self, stretch: &Stretch, characters: usize) -> (&'r str, &'r str) {
        let (before, after) = (&self.text[..stretch.bytes.start], &self.text[stretch.bytes.end..]);
        let from =
            before.char_indices().rev().take(characters).last().map_or(before.len(), |(at, _)| at);
        let to = after.char_indices().nth(characters).map_or(after.len(), |(at, _)| at);
        (&before[from..], &after[..to])
    }

    /// The address of a stretch on the article's page; of the page where the stretch is not known, or nothing
    /// where the page is not.
    pub(crate) fn address(&self, stretch: Option<&Stretch>) -> Option<String> {
        let url = self.record.url.as_deref()?;
        let passage = stretch.and_then(|stretch| self.page.address(url, stretch.bytes.clone()));
        passage.or_else(|| web_address(url).map(str::to_owned))
    }

    /// The sentences that a quotation's first part and its cue stand in, as they follow in the text.
    pub(crate) fn context(&self, quotation: &Quotation) -> String {
        let cue = quotation.cue.as_ref().map(|cue| (Some(cue.start), Some(cue.end)));
        let places = [Some((quotation.start, quotation.end)), cue];
        let places = places.into_iter().flatten();
        let held = places.filter_map(|(start, end)| self.stretch(start, end)).flat_map(|place| {
            let first = self.sentences.partition_point(|it| it.end <= place.bytes.start);
            let after = self.sentences.partition_point(|it| it.start < place.bytes.end);
            first..after
        });
        let mut context = String::new();
        let mut last = None;
        for number in held.collect::<BTreeSet<_>>() {
            match last {
                None => {}
                Some(last) if last + 1 == number => context.push(' '),
                Some(_) => context.push_str(" … "),
            }
            context.push_str(&self.text[self.sentences[number].clone()]);
            last = Some(number);
        }
        context
    }

    /// The key and name over articles of who said it; only the record's name where they are no entity of it.
    pub(crate) fn speaker(&self, quotation: &'r Quotation) -> (Option<&'r str>, Option<&'r str>) {
        let Some(speaker) = &quotation.speaker else { return (None, None) };
        match speaker.entity.and_then(|entity| self.entity(entity)) {
            Some(entity) => {
                let (key, _) = self.over_articles(entity);
                (Some(key), speaker.name.as_deref().or(Some(&entity.name)))
            }
            None => (None, speaker.name.as_deref()),
        }
    }

    /// Whether the article names or quotes somebody who is wanted.
    pub(crate) fn names_wanted(&self, filter: &Filter) -> bool {
        let quoted = self.record.quotations.iter().flatten();
        let named = self.record.entities.iter().flatten();
        filter.person.is_none()
            || quoted
                .map(|said| self.names_of_speaker(said))
                .chain(named.map(|entity| self.names_of_entity(entity)))
                .any(|called| filter.takes_person(&called))
    }

    /// Everything that a speaker is called, to find them by.
    pub(crate) fn names_of_speaker(&self, quotation: &'r Quotation) -> Called<'r> {
        let Some(speaker) = &quotation.speaker else { return Called::default() };
        let entity = speaker.entity.and_then(|entity| self.entity(entity));
        let mut called = entity.map(|entity| self.names_of_entity(entity)).unwrap_or_default();
        called.names.extend(speaker.name.as_deref());
        called
    }

    /// Everything that an entity is called.
    pub(crate) fn names_of_entity(&self, entity: &'r Entity) -> Called<'r> {
        let (key, name) = self.over_articles(entity);
        Called { keys: vec![&entity.key, key], names: vec![&entity.name, name] }
    }

    /// Key and fullest name over articles.
    pub(crate) fn over_articles(&self, entity: &'r Entity) -> (&'r str, &'r str) {
        let known = self.people.get(self.record.story.as_deref(), &entity.key);
        known.unwrap_or((&entity.key, &entity.name))
    }

    pub(crate) fn entity(&self, id: u32) -> Option<&'r Entity> {
        self.record.entities.as_ref()?.iter().find(|entity| entity.id == id)
    }
}

/// Quotations with their parts put together.
fn whole(quotations: &[Quotation]) -> Vec<Said<'_>> {
    let mut said: Vec<Said<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for quotation in quotations {
        let first = quotation.part_of.unwrap_or(quotation.id);
        let place = *places.entry(first).or_insert(said.len());
        match said.get_mut(place) {
            Some(known) => known.parts.push(quotation),
            None => said.push(Said { parts: vec![quotation] }),
        }
    }
    said
}
