//! The page of an article: its text with what was found in it, and each quotation beside it.

use std::collections::{HashMap, HashSet};

use maud::{Markup, html};
use wire::{Passage, Quotation, Record};

use crate::gather::{Gathered, is_first};
use crate::page::{Room, Script, Shell, counted};
use crate::people;
use crate::text::{passage_address, web_address};

mod correct;
mod marked;

use self::marked::{Marked, Piece};

/// The page of the article with this number.
pub(crate) fn page(gathered: &Gathered, number: usize, record: &Record) -> Markup {
    let quotations = record.quotations.as_deref().unwrap_or_default();
    let firsts = quotations.iter().filter(|quotation| is_first(quotation));
    let numbers = firsts.enumerate().map(|(at, first)| (first.id, at + 1)).collect();
    let page = ArticlePage { gathered, record, quotations, numbers };
    let title = &gathered.articles[number].title;
    Shell::below(Room::Articles, title).script(Script::Article).around(&page.content(number))
}

struct ArticlePage<'p> {
    gathered: &'p Gathered,
    record: &'p Record,
    quotations: &'p [Quotation],
    /// What whole quotations are called on the page, by the `id` of the first part.
    numbers: HashMap<u32, usize>,
}

impl ArticlePage<'_> {
    fn content(&self, number: usize) -> Markup {
        let Self { gathered, record, .. } = *self;
        let listed = &gathered.articles[number];
        let marked = Marked::new(record);
        let hidden = record.text.as_ref().map_or(0, String::len) - marked.shown();
        html! {
            h1 { bdi { (listed.title) } }
            @if let Some(dek) = &record.dek { p.lead dir="auto" { (dek) } }
            (facts(record))
            @if let Some(story) = listed.story {
                p { "Part of " a href={ "../" (crate::events::file(gathered, story)) } { bdi { (crate::events::headline(&gathered.stories[story])) } } }
            }
            div.article {
                article lang=[&record.language] {
                    p.key { span { span.q { "quotation" } } span { span.s { "sentence of the summary" } } span { span.name { "name" } } }
                    div.text {
                        (self.body(&marked))
                        @if hidden > 0 { p.soft { "The text goes on for " (counted(hidden, "byte", "bytes")) "; the record has all of it." } }
                    }
                }
                aside aria-label="What was found" {
                    h2 { "Quotations" }
                    @if self.quotations.is_empty() { p.soft { "None was found." } }
                    @for quotation in self.quotations.iter().filter(|quotation| is_first(quotation)) {
                        (self.card(quotation))
                    }
                    (phrases(record))
                    (notes(record))
                }
            }
            @if self.quotations.iter().any(has_words) { (correct::part(record)) }
        }
    }

    /// The paragraphs with quotations, names and the summary marked.
    fn body(&self, marked: &Marked<'_>) -> Markup {
        let mut begun = HashSet::new();
        html! {
            @for pieces in marked.paragraphs() {
                p dir="auto" {
                    @for (at, (text, piece)) in pieces.iter().enumerate() {
                        @let starts = piece.quotation.filter(|number| begun.insert(*number));
                        @let next = pieces.get(at + 1).and_then(|(_, next)| next.quotation);
                        (self.part(text, *piece, starts.is_some()))
                        @if let Some(quotation) = piece.quotation.filter(|_| next != piece.quotation) {
                            @let first = self.first_of(quotation);
                            @let number = self.numbers.get(&first).copied().unwrap_or_default();
                            a.ref href={ "#q" (first) } aria-label={ "Quotation " (number) } { (number) }
                        }
                    }
                }
            }
        }
    }

    /// One piece of the text; `starts` says whether its quotation begins here.
    fn part(&self, text: &str, piece: Piece, starts: bool) -> Markup {
        let class = match (piece.quotation.is_some(), piece.summary) {
            (true, true) => "q s q-at",
            (true, false) => "q q-at",
            (false, true) => "s",
            (false, false) => "",
        };
        let words = match piece.mention {
            Some(mention) => self.name(mention, text),
            None => maud::Render::render(text),
        };
        if class.is_empty() {
            return words;
        }
        let id =
            piece.quotation.filter(|_| starts).map(|at| format!("t{}", self.quotations[at].id));
        html! { span class=(class) data-q=[piece.quotation.map(|at| self.first_of(at))] id=[id] { (words) } }
    }

    /// The `id` of the first part of a quotation.
    fn first_of(&self, quotation: usize) -> u32 {
        let quotation = &self.quotations[quotation];
        quotation.part_of.unwrap_or(quotation.id)
    }

    fn name(&self, mention: usize, text: &str) -> Markup {
        let entity = self.record.mentions.iter().flatten().nth(mention).and_then(|it| it.entity);
        let full = entity
            .and_then(|entity| self.record.entities.as_ref()?.get(entity as usize))
            .map(|entity| entity.name.as_str());
        let person = entity.and_then(|entity| self.gathered.person_of_entity(self.record, entity));
        let person = person.map(|number| &self.gathered.people[number]);
        html! {
            @if let Some(person) = person { a.name href={ "../" (people::file(person)) } title=[full] { (text) } }
            @else { span.name title=[full] { (text) } }
        }
    }

    /// Everything known about a quotation.
    fn card(&self, quotation: &Quotation) -> Markup {
        let Self { gathered, record, .. } = *self;
        let speaker = quotation.speaker.as_ref();
        let text = quotation.text.as_deref().unwrap_or_default();
        let others = |part: &&Quotation| part.part_of == Some(quotation.id) && !is_first(part);
        let address = record.url.as_deref().and_then(|url| passage_address(url, text));
        html! {
            section.card id={ "q" (quotation.id) } data-start=[correct::start(self.record, quotation)] {
                h3 {
                    @if let Some(number) = self.numbers.get(&quotation.id) { span.tag { (number) } " " }
                    @match speaker.and_then(|speaker| Some((speaker, speaker.name.as_deref()?))) {
                        Some((speaker, name)) => (people::link(gathered, gathered.person(record, speaker), name, "../")),
                        None => "Speaker unknown",
                    }
                    " " span.tag { (quotation.kind.as_deref().unwrap_or("quotation")) }
                    @if quotation.corrected { " " span.tag { "corrected by hand" } }
                }
                blockquote dir="auto" data-words[has_words(quotation)] {
                    (text)
                    @for part in self.quotations.iter().filter(others) { " … " span id={ "q" (part.id) } { (part.text.as_deref().unwrap_or_default()) } }
                }
                dl {
                    @if let Some(role) = speaker.and_then(|speaker| speaker.role.as_deref()) { dt { "role" } dd { bdi { (role) } } }
                    @if let Some(speaker) = speaker {
                        dt { "known by" }
                        dd { (speaker.via.as_deref().unwrap_or("–")) @if let Some(words) = &speaker.text { ": " bdi { (words) } } }
                    }
                    (term("cue", quotation.cue.as_ref()))
                    (term("said to", quotation.addressee.as_ref()))
                    (term("occasion", quotation.occasion.as_ref()))
                    @if let Some(day) = &quotation.said_on { dt { "said on" } dd { (day) } }
                    @if quotation.negated { dt { "denied" } dd { "the article says that this was not said" } }
                    @if let Some(score) = quotation.score { dt { "confidence" } dd { (format!("{:.0}%", score * 100.0)) } }
                    @if let (Some(start), Some(end)) = (quotation.raw_start, quotation.raw_end) {
                        dt { "original" }
                        dd { bdi { (record.origin.path) } ", bytes " (start) "–" (end) }
                    }
                }
                a href={ "#t" (quotation.id) } { "in the text" }
                @if let Some(address) = address {
                    " · " a href=(address) rel="noopener noreferrer external" { "on the page" }
                }
            }
        }
    }
}

/// Whether the record has the words of a quotation: by them a correction finds it.
fn has_words(quotation: &Quotation) -> bool {
    quotation.text.as_deref().is_some_and(|text| !text.is_empty())
}

/// Outlet, day, authors, address and place of an article.
fn facts(record: &Record) -> Markup {
    let byline = (!record.byline.is_empty()).then(|| format!("by {}", record.byline.join(", ")));
    let modified = record.modified.as_ref().map(|date| format!("changed {date}"));
    let (outlet, published) = (record.outlet.clone(), record.published.clone());
    let facts = [outlet, published, modified, byline, record.language.clone()];
    let origin = &record.origin;
    html! {
        p.facts {
            @for fact in facts.iter().flatten() { bdi { (fact) } " · " }
            @if let Some(url) = record.url.as_deref().and_then(web_address) {
                a href=(url) rel="noopener noreferrer external" { "the page" } " · "
            }
            bdi { (origin.path) }
            @if let Some(line) = origin.line { ", line " (line) }
            @if let Some(member) = origin.member { ", member " (member) }
            @if record.revision > 1 { " · revision " (record.revision) }
        }
    }
}

fn term(term: &str, passage: Option<&Passage>) -> Markup {
    html! { @if let Some(passage) = passage { dt { (term) } dd { bdi { (passage.text) } } } }
}

fn phrases(record: &Record) -> Markup {
    let phrases = record.keyphrases.as_deref().unwrap_or_default();
    html! {
        @if !phrases.is_empty() {
            h2 { "About" }
            p { @for phrase in phrases { span.tag { bdi { (phrase.text) } } " " } }
        }
    }
}

fn notes(record: &Record) -> Markup {
    html! {
        @if !record.notes.is_empty() {
            h2 { "Notes" }
            ul { @for note in &record.notes { li { (note.stage.as_deref().unwrap_or("reading")) ": " bdi { (note.message) } } } }
        }
    }
}
