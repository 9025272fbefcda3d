//! Who is quoted, and everything they are quoted with.

use maud::{Markup, html};

use crate::articles;
use crate::gather::{Gathered, Person};
use crate::page::{Room, Shell, counted, filters};

/// The file of a person. It keeps its name when later articles quote others more often.
pub(crate) fn file(person: &Person) -> String {
    format!("people/{:05}.html", person.rank_of_arrival + 1)
}

/// A name that leads to the person's page, if they have one; `up` leads to the top.
pub(crate) fn link(gathered: &Gathered, person: Option<usize>, name: &str, up: &str) -> Markup {
    html! {
        @if let Some(person) = person.map(|number| &gathered.people[number]) {
            a href={ (up) (file(person)) } title=(person.name) { bdi { (name) } }
        } @else { bdi { (name) } }
    }
}

pub(crate) fn list(gathered: &Gathered) -> Markup {
    let content = html! {
        h1 { "People" }
        p.facts { (counted(gathered.people.len(), "speaker", "speakers")) ", most quoted first; organisations and documents that speak are among them" }
        (filters("people", &[]))
        div.scroll { table id="people" {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Role as stated" } th.n scope="col" { "Quotations" } th.n scope="col" { "Articles" } } }
            tbody {
                @for (number, person) in gathered.people.iter().enumerate() {
                    tr {
                        td { (link(gathered, Some(number), &person.name, "")) }
                        td { bdi { (person.roles.iter().next().map_or("–", String::as_str)) } }
                        td.n { (person.said.len()) }
                        td.n { (person.articles.len()) }
                    }
                }
            }
        } }
    };
    Shell::top(Room::People, "People").around(&content)
}

pub(crate) fn page(gathered: &Gathered, person: &Person) -> Markup {
    let roles: Vec<&str> = person.roles.iter().map(String::as_str).collect();
    let content = html! {
        h1 { bdi { (person.name) } }
        @if !roles.is_empty() { p.lead { bdi { (roles.join("; ")) } } }
        p.facts {
            (counted(person.said.len(), "quotation", "quotations")) " in "
            (counted(person.articles.len(), "article", "articles")) " · key " code { (person.key) }
        }
        @for said in person.said.iter().map(|number| &gathered.said[*number]) {
            @let article = &gathered.articles[said.article];
            div.card {
                blockquote dir="auto" { (said.text) }
                p.soft {
                    a href={ "../" (articles::file(said.article)) "#q" (said.number) } { bdi { (article.title) } }
                    " · " bdi { (article.outlet.as_deref().unwrap_or("outlet unknown")) }
                    " · " (article.day.as_deref().unwrap_or("undated"))
                }
            }
        }
    };
    Shell::below(Room::People, &person.name).around(&content)
}
