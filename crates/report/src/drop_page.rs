//! The first page: the drop at a glance.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::articles;
use crate::charts;
use crate::events;
use crate::gather::{Article, Gathered};
use crate::page::{Room, Shell, counted, grouped};

/// Events that the first page shows.
const EVENTS: usize = 12;

pub(crate) fn page(gathered: &Gathered) -> Markup {
    let articles = &gathered.articles;
    let whole = articles.iter().map(|article| article.quotations).sum::<usize>();
    let covered = events::by_size(gathered);
    let figures = [
        (articles.len(), ["article", "articles"], "articles.html"),
        (covered.len(), ["event", "events"], "events.html"),
        (whole, ["quotation", "quotations"], "search.html"),
        (gathered.people.len(), ["speaker", "speakers"], "people.html"),
        (gathered.letters.len(), ["dead letter", "dead letters"], "letters.html"),
    ];
    let content = html! {
        h1 { "The drop" }
        ul.figures {
            @for (number, nouns, file) in figures {
                li { b { (grouped(number)) } a href=(file) { (nouns[usize::from(number != 1)]) } }
            }
        }
        div.charts {
            (charts::days("Articles by day", &count(articles, |article| article.day.as_deref())))
            (charts::ranking("Outlets", &count(articles, |article| article.outlet.as_deref()), "others"))
            (charts::ranking("Languages", &count(articles, |article| article.language.as_deref()), "others"))
        }
        @if !covered.is_empty() {
            h2 { "Events with most articles" }
            (events::table(gathered, &covered[..covered.len().min(EVENTS)]))
            @if covered.len() > EVENTS {
                p { a href="events.html" { "All " (counted(covered.len(), "event", "events")) } }
            }
        }
        @if !gathered.stale.is_empty() {
            h2 { "Corrections that do not fit" }
            p.soft { "These lines of " code { "corrections.jsonl" } " changed nothing: what they speak of is not found in their article any more." }
            div.scroll { table {
                thead { tr { th scope="col" { "Article" } th scope="col" { "Why" } th scope="col" { "Line" } } }
                tbody {
                    @for stale in &gathered.stale {
                        tr {
                            td { a href=(articles::file(stale.article)) { bdi { (gathered.articles[stale.article].title) } } }
                            td { bdi { (stale.why) } }
                            td { code { bdi { (stale.line) } } }
                        }
                    }
                }
            } }
        }
        footer { "Made by Copydesk from the records in this folder. Quotations and summaries are the articles' own words; each leads back to its place." }
    };
    Shell::top(Room::Drop, "The drop").around(&content)
}

/// How many articles have each value; those without one are left out.
fn count(
    articles: &[Article],
    value: impl Fn(&Article) -> Option<&str>,
) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for value in articles.iter().filter_map(value) {
        *counts.entry(value.to_owned()).or_insert(0) += 1;
    }
    counts
}
