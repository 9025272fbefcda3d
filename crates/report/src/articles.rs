//! The list of articles.

use maud::{Markup, html};

use crate::gather::{Article, Gathered};
use crate::page::{Room, Shell, counted, filters, grouped};

/// The file of an article.
pub(crate) fn file(number: usize) -> String {
    format!("articles/{:05}.html", number + 1)
}

/// An article in a few words: its outlet, else its title.
pub(crate) fn origin(gathered: &Gathered, number: usize) -> &str {
    let article = &gathered.articles[number];
    article.outlet.as_deref().unwrap_or(&article.title)
}

pub(crate) fn page(gathered: &Gathered) -> Markup {
    let values = |value: fn(&Article) -> Option<&String>| {
        let mut values: Vec<String> = gathered.articles.iter().filter_map(value).cloned().collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    let lists = [
        ("outlet", "Outlet", values(|article| article.outlet.as_ref())),
        ("day", "Day", values(|article| article.day.as_ref())),
        ("language", "Language", values(|article| article.language.as_ref())),
    ];
    let content = html! {
        h1 { "Articles" }
        p.facts { (counted(gathered.articles.len(), "article", "articles")) }
        (filters("articles", &lists))
        (table(gathered, 0..gathered.articles.len(), ""))
    };
    Shell::top(Room::Articles, "Articles").around(&content)
}

/// A table of articles; `up` leads to the top.
pub(crate) fn table(gathered: &Gathered, numbers: impl Iterator<Item = usize>, up: &str) -> Markup {
    html! {
        div.scroll {
            table id="articles" {
                thead { tr {
                    th scope="col" { "Title" } th scope="col" { "Outlet" } th scope="col" { "Day" }
                    th.n scope="col" { "Quotations" } th.n scope="col" { "Characters" }
                } }
                tbody {
                    @for number in numbers {
                        @let article = &gathered.articles[number];
                        tr data-outlet=[&article.outlet] data-day=[&article.day] data-language=[&article.language] {
                            td { a href={ (up) (file(number)) } { bdi { (article.title) } } }
                            td { bdi { (article.outlet.as_deref().unwrap_or("–")) } }
                            td.d { (article.day.as_deref().unwrap_or("–")) }
                            td.n { (article.quotations) }
                            td.n { (grouped(article.characters)) }
                        }
                    }
                }
            }
        }
    }
}
