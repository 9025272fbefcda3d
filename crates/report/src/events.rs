//! Events: the stories of the drop, and a page for each.

use maud::{Markup, html};
use wire::{Story, StoryPassage, StoryQuotation, StoryVersion};

use crate::articles;
use crate::gather::Gathered;
use crate::page::{Room, Shell, counted, filters};
use crate::people;

mod versions;

/// The file of an event. It keeps its name when later articles bring other events.
pub(crate) fn file(gathered: &Gathered, number: usize) -> String {
    format!("events/{:05}.html", gathered.story_rows[number] + 1)
}

/// The events by number, those with most articles first.
pub(crate) fn by_size(gathered: &Gathered) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..gathered.stories.len()).collect();
    numbers.sort_by_key(|number| {
        let story = &gathered.stories[*number];
        (std::cmp::Reverse(story.articles.len()), *number)
    });
    numbers
}

pub(crate) fn list(gathered: &Gathered) -> Markup {
    let events = by_size(gathered);
    let content = html! {
        h1 { "Events" }
        p.facts { (counted(events.len(), "event", "events")) ", those with most articles first" }
        @if events.is_empty() {
            p { "The pipeline has no stage " code { "stories" } ", so articles were not grouped." }
        } @else {
            (filters("events", &[]))
            (table(gathered, &events))
        }
    };
    Shell::top(Room::Events, "Events").around(&content)
}

/// A table of events, for a page at the top.
pub(crate) fn table(gathered: &Gathered, events: &[usize]) -> Markup {
    html! {
        div.scroll {
            table id="events" {
                thead { tr { th scope="col" { "Event" } th scope="col" { "Days" } th.n scope="col" { "Articles" } th.n scope="col" { "Outlets" } } }
                tbody {
                    @for number in events {
                        @let story = &gathered.stories[*number];
                        @let outlets = outlets(gathered, story);
                        tr {
                            td { a href=(file(gathered, *number)) { bdi { (headline(story)) } } }
                            td.d { (days(gathered, story)) }
                            td.n { (story.articles.len()) }
                            td.n { (outlets.len()) }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn page(gathered: &Gathered, story: &Story) -> Markup {
    let title = headline(story);
    let outlets = outlets(gathered, story);
    let told: Vec<&StoryQuotation> =
        story.quotations.iter().filter(|quotation| quotation.members.len() > 1).collect();
    let single = story.quotations.len() - told.len();
    let content = html! {
        h1 { bdi { (title) } }
        p.facts {
            (counted(story.articles.len(), "article", "articles")) " · "
            (counted(outlets.len(), "outlet", "outlets")) " · " (days(gathered, story))
        }
        @if !story.digest.is_empty() {
            h2 { "In short" }
            div.digest { @for passage in &story.digest { p dir="auto" { (passage.text) " " (source(gathered, passage)) } } }
        }
        @if !told.is_empty() {
            h2 { "Words that several carry" }
            p.soft { "Beside the fullest version, " del { "words that were cut" } " and " ins { "words of its own" } " are marked." }
            @for quotation in told { (versions(gathered, &outlets, quotation)) }
        }
        @if single > 0 {
            p.soft { (counted(single, "quotation stands", "quotations stand")) " in one article alone." }
        }
        @if !story.timeline.is_empty() {
            h2 { "Timeline" }
            ol.timeline {
                @for entry in &story.timeline {
                    li { time datetime=(entry.date) { (entry.date) } span dir="auto" { (entry.passage.text) " " (source(gathered, &entry.passage)) } }
                }
            }
        }
        h2 { "Articles" }
        (articles::table(gathered, story.articles.iter().filter_map(|id| gathered.article(id)), "../"))
        @if !story.people.is_empty() {
            h2 { "Who is named" }
            div.scroll { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Key" } th.n scope="col" { "Articles" } } }
                tbody {
                    @for person in &story.people {
                        tr {
                            td { (people::link(gathered, gathered.person_by_key(&person.key), &person.name, "../")) }
                            td.soft { (person.key) }
                            td.n { (person.articles.len()) }
                        }
                    }
                }
            } }
        }
    };
    Shell::below(Room::Events, title).around(&content)
}

/// What an event is called.
pub(crate) fn headline(story: &Story) -> &str {
    story.headline.as_deref().filter(|words| !words.is_empty()).unwrap_or(&story.id)
}

fn outlets<'g>(gathered: &'g Gathered, story: &Story) -> Vec<&'g str> {
    let articles = story.articles.iter().filter_map(|id| gathered.article(id));
    let mut outlets: Vec<&str> =
        articles.filter_map(|number| gathered.articles[number].outlet.as_deref()).collect();
    outlets.sort_unstable();
    outlets.dedup();
    outlets
}

/// The first and last day of publication.
fn days(gathered: &Gathered, story: &Story) -> String {
    let articles = story.articles.iter().filter_map(|id| gathered.article(id));
    let days: Vec<&str> =
        articles.filter_map(|number| gathered.articles[number].day.as_deref()).collect();
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first == last => (*first).to_owned(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "undated".to_owned(),
    }
}

/// Where a sentence stands.
fn source(gathered: &Gathered, passage: &StoryPassage) -> Markup {
    let Some(number) = gathered.article(&passage.article) else { return html! {} };
    html! { a.tag href={ "../" (articles::file(number)) } { bdi { (articles::origin(gathered, number)) } } }
}

/// The versions of a quotation beside each other, the fullest first.
fn versions(gathered: &Gathered, outlets: &[&str], quotation: &StoryQuotation) -> Markup {
    let fullest = quotation.fullest.and_then(|index| quotation.members.get(index));
    let others = quotation
        .members
        .iter()
        .filter(|member| !fullest.is_some_and(|other| std::ptr::eq(*member, other)));
    let speaker = quotation.speaker.as_deref();
    let person = quotation.key.as_ref().and_then(|key| gathered.person_by_key(key));
    html! {
        section {
            h3 {
                @match speaker {
                    Some(name) => (people::link(gathered, person, name, "../")),
                    None => "Speaker unknown",
                }
            }
            div.versions {
                @if let Some(fullest) = fullest { (version(gathered, fullest, "the fullest", None)) }
                @for member in others {
                    (version(gathered, member, &member.relation, fullest.map(|fullest| fullest.text.as_str())))
                }
            }
        }
        @let silent = silent(gathered, outlets, quotation);
        @if !silent.is_empty() { p.soft { "Not in: " bdi { (silent.join(", ")) } } }
    }
}

fn version(
    gathered: &Gathered,
    member: &StoryVersion,
    relation: &str,
    fullest: Option<&str>,
) -> Markup {
    let number = gathered.article(&member.article);
    html! {
        div.card {
            span.tag { (relation) }
            blockquote dir="auto" {
                @match fullest {
                    Some(fullest) => (versions::against(fullest, &member.text)),
                    None => (member.text),
                }
            }
            @if let Some(number) = number {
                @let anchor = member.quotation.map(|quotation| format!("#q{quotation}")).unwrap_or_default();
                a href={ "../" (articles::file(number)) (anchor) } { bdi { (articles::origin(gathered, number)) } }
            }
        }
    }
}

/// Outlets of the event that do not carry a quotation.
fn silent<'g>(
    gathered: &Gathered,
    outlets: &[&'g str],
    quotation: &StoryQuotation,
) -> Vec<&'g str> {
    let carry: Vec<&str> = quotation
        .members
        .iter()
        .filter_map(|member| gathered.article(&member.article))
        .filter_map(|number| gathered.articles[number].outlet.as_deref())
        .collect();
    outlets.iter().filter(|outlet| !carry.contains(outlet)).copied().collect()
}
