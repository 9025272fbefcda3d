//! The page of an article: its text with what was found in it, and each quotation beside it.

use std::collections::HashSet;

use maud::{Markup, html};
use wire::{Passage, Quotation, Record};

use crate::gather::{Gathered, is_first};
use crate::page::{Room, Shell, counted};
use crate::people;
use crate::text::{passage_address, web_address};

mod marked;

use self::marked::{Marked, Piece};

pub(crate) fn page(gathered: &Gathered, number: usize, record: &Record) -> Markup {
    let listed = &gathered.articles[number];
    let marked = Marked::new(record);
    let quotations = record.quotations.as_deref().unwrap_or_default();
    let content = html! {
        h1 { bdi { (listed.title) } }
        @if let Some(dek) = &record.dek { p.lead dir="auto" { (dek) } }
        (facts(record))
        @if let Some(story) = listed.story {
            p { "Part of " a href={ "../" (crate::events::file(story)) } { bdi { (gathered.stories[story].headline.as_deref().unwrap_or("an event")) } } }
        }
        div.article {
            article lang=[&record.language] {
                p.key { span { span.q { "quotation" } } span { span.s { "sentence of the summary" } } span { span.name { "name" } } }
                div.text {
                    (body(gathered, record, &marked))
                    @let hidden = record.text.as_ref().map_or(0, String::len) - marked.shown();
                    @if hidden > 0 { p.soft { "The text goes on for " (counted(hidden, "byte", "bytes")) "; the record has all of it." } }
                }
            }
            aside aria-label="What was found" {
                @if quotations.is_empty() { p.soft { "No quotation was found." } }
                @for quotation in quotations.iter().filter(|quotation| is_first(quotation)) {
                    (card(gathered, record, quotation))
                }
                (phrases(record))
                (notes(record))
            }
        }
    };
    Shell::below(Room::Articles, &listed.title).around(&content)
}

/// Outlet, day, authors, address and place of an article.
fn facts(record: &Record) -> Markup {
    let byline = (!record.byline.is_empty()).then(|| format!("by {}", record.byline.join(", ")));
    let modified = record.modified.as_ref().map(|date| format!("changed {date}"));
    let facts: Vec<String> = [
        record.outlet.clone(),
        record.published.clone(),
        modified,
        byline,
        record.language.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let origin = &record.origin;
    html! {
        p.facts {
            @for fact in &facts { bdi { (fact) } " · " }
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

/// The paragraphs with quotations, names and the summary marked.
fn body(gathered: &Gathered, record: &Record, marked: &Marked<'_>) -> Markup {
    let quotations = record.quotations.as_deref().unwrap_or_default();
    let mut begun = HashSet::new();
    html! {
        @for pieces in marked.paragraphs() {
            p dir="auto" {
                @for (at, (text, piece)) in pieces.iter().enumerate() {
                    @let starts = piece.quotation.filter(|number| begun.insert(*number));
                    @let next = pieces.get(at + 1).and_then(|(_, next)| next.quotation);
                    (part(gathered, record, text, *piece, starts.map(|number| &quotations[number])))
                    @if let Some(number) = piece.quotation.filter(|number| next != Some(*number)) {
                        @let first = quotations[number].part_of.unwrap_or(quotations[number].id);
                        a.ref href={ "#q" (first) } aria-label={ "Quotation " (first + 1) } { (first + 1) }
                    }
                }
            }
        }
    }
}

/// One piece of the text; `starts` is the quotation that begins here.
fn part(
    gathered: &Gathered,
    record: &Record,
    text: &str,
    piece: Piece,
    starts: Option<&Quotation>,
) -> Markup {
    let quotations = record.quotations.as_deref().unwrap_or_default();
    let quotation = piece.quotation.map(|number| &quotations[number]);
    let first = quotation.map(|quotation| quotation.part_of.unwrap_or(quotation.id));
    let class = match (quotation.is_some(), piece.summary) {
        (true, true) => "q s q-at",
        (true, false) => "q q-at",
        (false, true) => "s",
        (false, false) => "",
    };
    let words = match piece.mention {
        Some(mention) => name(gathered, record, mention, text),
        None => html! { (text) },
    };
    if class.is_empty() {
        return words;
    }
    html! { span class=(class) data-q=[first] id=[starts.map(|quotation| format!("t{}", quotation.id))] { (words) } }
}

fn name(gathered: &Gathered, record: &Record, mention: usize, text: &str) -> Markup {
    let mentions = record.mentions.as_deref().unwrap_or_default();
    let entity = mentions[mention].entity;
    let full = entity
        .and_then(|entity| record.entities.as_ref()?.get(entity as usize))
        .map(|entity| entity.name.as_str());
    match entity.and_then(|entity| gathered.person_of_entity(record, entity)) {
        Some(person) => {
            html! { a.name href={ "../" (people::file(person)) } title=[full] { (text) } }
        }
        None => html! { span.name title=[full] { (text) } },
    }
}

/// Everything known about a quotation.
fn card(gathered: &Gathered, record: &Record, quotation: &Quotation) -> Markup {
    let speaker = quotation.speaker.as_ref();
    let text = quotation.text.as_deref().unwrap_or_default();
    let parts: Vec<&Quotation> = record
        .quotations
        .iter()
        .flatten()
        .filter(|part| part.part_of == Some(quotation.id) && part.id != quotation.id)
        .collect();
    html! {
        section.card id={ "q" (quotation.id) } {
            h3 {
                @match speaker.and_then(|speaker| Some((speaker, speaker.name.as_deref()?))) {
                    Some((speaker, name)) => (people::link(gathered, gathered.person(record, speaker), name, "../")),
                    None => "Speaker unknown",
                }
                " " span.tag { (quotation.kind.as_deref().unwrap_or("quotation")) }
            }
            blockquote dir="auto" { (text) @for part in &parts { " … " (part.text.as_deref().unwrap_or_default()) } }
            dl {
                @if let Some(role) = speaker.and_then(|speaker| speaker.role.as_deref()) { dt { "role" } dd { bdi { (role) } } }
                @if let Some(speaker) = speaker {
                    dt { "known by" }
                    dd { (speaker.via.as_deref().unwrap_or("–")) @if let Some(words) = &speaker.text { ": " bdi { (words) } } }
                }
                @for (term, passage) in [("cue", &quotation.cue), ("said to", &quotation.addressee), ("occasion", &quotation.occasion)] {
                    (term_of(term, passage.as_ref()))
                }
                @if let Some(day) = &quotation.said_on { dt { "said on" } dd { (day) } }
                @if quotation.negated { dt { "denied" } dd { "the article says that this was not said" } }
                @if let Some(score) = quotation.score { dt { "confidence" } dd { (format!("{:.0}%", score * 100.0)) } }
                @if let (Some(start), Some(end)) = (quotation.raw_start, quotation.raw_end) {
                    dt { "original" }
                    dd { bdi { (record.origin.path) } ", bytes " (start) "–" (end) }
                }
            }
            a href={ "#t" (quotation.id) } { "in the text" }
            @if let Some(address) = record.url.as_deref().and_then(|url| passage_address(url, text)) {
                " · " a href=(address) rel="noopener noreferrer external" { "on the page" }
            }
        }
    }
}

fn term_of(term: &str, passage: Option<&Passage>) -> Markup {
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
