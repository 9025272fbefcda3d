//! Every quotation, to search in.

use maud::{Markup, PreEscaped, html};
use serde_json::json;

use crate::articles;
use crate::gather::Gathered;
use crate::page::{Room, Script, Shell, counted};

pub(crate) fn page(gathered: &Gathered) -> Markup {
    let content = html! {
        h1 { "Quotations" }
        p.facts { (counted(gathered.said.len(), "quotation", "quotations")) }
        div.tools {
            label { "Words of a quotation, a speaker or a title" input id="search" type="search" autocomplete="off"; }
            output id="count" aria-live="polite" {}
        }
        noscript { p { "Searching needs the script of this page; without it, " a href="people.html" { "People" } " lists all quotations that have a speaker." } }
        ul.results id="results" {}
        script type="application/json" id="quotations-data" { (PreEscaped(data(gathered))) }
    };
    Shell::top(Room::Search, "Quotations").script(Script::Search).around(&content)
}

/// The quotations as JSON that no HTML parser can take for a tag.
fn data(gathered: &Gathered) -> String {
    let articles: Vec<_> = gathered
        .articles
        .iter()
        .enumerate()
        .map(|(number, article)| {
            let outlet = article.outlet.as_deref().unwrap_or("outlet unknown");
            let day = article.day.as_deref().unwrap_or("undated");
            json!([articles::file(number), article.title, format!("{outlet} · {day}")])
        })
        .collect();
    let rows: Vec<_> = gathered
        .said
        .iter()
        .map(|said| json!([said.article, said.number, said.speaker, said.text]))
        .collect();
    json!({ "articles": articles, "rows": rows }).to_string().replace('<', "\\u003c")
}
