//! Metadata of a page: JSON-LD before `<meta>` before what its elements show.

use document::Field;

use super::entity::unescape;
use super::json_ld::{Article, Author};
use super::tags::Tag;
use super::titles;
use super::tree::{Facts, Tree};
use crate::finding::Finding;
use crate::{dates, furniture, language, names};

/// Everything that a page says about its article, each with its source and how far that is to be trusted.
pub(super) fn findings(tree: &Tree, articles: &[Article]) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(article) = articles.first() {
        from_article(article, &JSON_LD, &mut found);
    }
    if let Some(article) = tree.facts.items.article() {
        from_article(&article, &MICRODATA, &mut found);
    }
    from_meta(&tree.facts, &mut found);
    from_elements(tree, &mut found);
    let outlet = found.iter().find(|finding| finding.field == Field::Outlet);
    if let Some(outlet) = outlet.map(|finding| furniture::fold(&finding.values[0])) {
        for title in found.iter_mut().filter(|finding| finding.field == Field::Title) {
            if let Some(at) = titles::end_without(&title.values[0], &outlet) {
                title.values[0].truncate(at);
            }
        }
    }
    let declared = articles.first().map_or(&[][..], |article| &article.authors);
    set_houses_apart(tree, declared, &mut found);
    titles::settle(&mut found);
    found
}

/// Where an article is described, and how far each piece of that is to be trusted.
struct Described {
    from: &'static str,
    title: f32,
    dek: f32,
    date: f32,
    outlet: f32,
    language: f32,
    url: f32,
    byline: f32,
}

const JSON_LD: Described = Described {
    from: "json-ld",
    title: 0.95,
    dek: 0.8,
    date: 0.95,
    outlet: 0.95,
    language: 0.85,
    url: 0.85,
    byline: 0.9,
};

const MICRODATA: Described = Described {
    from: "microdata",
    title: 0.75,
    dek: 0.65,
    date: 0.92,
    outlet: 0.8,
    language: 0.8,
    url: 0.8,
    byline: 0.85,
};

fn from_article<'a>(article: &'a Article, described: &Described, found: &mut Vec<Finding>) {
    let from = described.from;
    let mut add = |field, value: Option<String>, confidence| {
        found.extend(value.map(|value| Finding::new(field, value, from, confidence)));
    };
    let text =
        |value: &Option<String>| value.as_deref().map(tidy).filter(|value| !value.is_empty());
    let date = |value: &Option<String>| value.as_deref().and_then(dates::parse);
    add(Field::Title, text(&article.headline), described.title);
    add(Field::Dek, text(&article.description), described.dek);
    add(Field::Published, date(&article.published), described.date);
    add(Field::Modified, date(&article.modified), described.date);
    add(Field::Outlet, text(&article.publisher), described.outlet);
    let language = article.language.as_deref().and_then(language::primary);
    add(Field::Language, language, described.language);
    add(Field::Url, article.url.clone().filter(|url| is_url(url)), described.url);
    let houses = || article.authors.iter().filter(|author| author.house);
    let persons = || article.authors.iter().filter(|author| !author.house);
    let name = |author: &'a Author| author.name.as_str();
    push_authors(persons().chain(houses()).map(name), from, described.byline, found);
}

fn from_meta(facts: &Facts, found: &mut Vec<Finding>) {
    const FROM: &str = "meta";
    const FIELDS: [(Field, f32, &[&str]); 6] = [
        (
            Field::Title,
            0.85,
            &[
                "headline",
                "og:title",
                "twitter:title",
                "dc.title",
                "parsely-title",
                "sailthru.title",
                "cxenseparse:title",
                "citation_title",
            ],
        ),
        (Field::Dek, 0.7, &["og:description", "twitter:description", "description"]),
        (Field::Outlet, 0.9, &["og:site_name", "application-name"]),
        (Field::Url, 0.9, &["og:url"]),
        (
            Field::Published,
            0.9,
            &[
                "article:published_time",
                "datepublished",
                "date",
                "dc.date",
                "dc.date.issued",
                "dcterms.date",
                "dcterms.created",
                "cxenseparse:recs:publishtime",
                "cxenseparse:publishtime",
                "article:published",
                "parsely-pub-date",
                "sailthru.date",
                "pubdate",
                "publish-date",
                "publishdate",
                "publish_date",
                "published_time",
                "datecreated",
                "citation_publication_date",
            ],
        ),
        (
            Field::Modified,
            0.9,
            &[
                "article:modified_time",
                "og:updated_time",
                "datemodified",
                "dc.date.modified",
                "dcterms.modified",
                "last-modified",
                "lastmod",
            ],
        ),
    ];
    let get = |names: &[&str]| names.iter().find_map(|name| facts.meta(name));
    for (field, confidence, names) in FIELDS {
        let value = get(names).and_then(|content| match field {
            Field::Published | Field::Modified => dates::parse(content),
            Field::Url => is_url(content).then(|| content.to_owned()),
            _ => Some(tidy(content)),
        });
        found.extend(value.map(|value| Finding::new(field, value, FROM, confidence)));
    }
    let is_author = |name: &str| {
        matches!(
            name,
            "author"
                | "article:author"
                | "articleauthor"
                | "parsely-author"
                | "sailthru.author"
                | "dc.creator"
                | "dcterms.creator"
                | "citation_author"
                | "cxenseparse:author"
                | "cxenseparse:articleauthor"
                | "byl"
        )
    };
    let authors = facts.meta.iter().filter(|(name, _)| is_author(name));
    push_authors(authors.map(|(_, content)| content.as_str()), FROM, 0.8, found);
}

/// Authors that a page declares, as it writes them: persons, agencies, desks.
fn push_authors<'a>(
    listed: impl Iterator<Item = &'a str>,
    from: &'static str,
    confidence: f32,
    found: &mut Vec<Finding>,
) {
    let mut values: Vec<String> = Vec::new();
    for entry in listed.map(tidy) {
        for name in names::declared(&entry) {
            if !values.iter().any(|known| letters(known) == letters(&name)) {
                values.push(name);
            }
        }
    }
    if !values.is_empty() {
        found.push(Finding { field: Field::Byline, values, from, confidence });
    }
}

fn from_elements(tree: &Tree, found: &mut Vec<Finding>) {
    let facts = &tree.facts;
    let headings = tree.blocks.iter().enumerate().filter(|(_, block)| {
        tree.nodes[block.node as usize].tag.is_some_and(|tag| tag.name() == "h1")
    });
    let mut headings = headings.map(|(index, _)| tree.paragraphs.get(index));
    if let Some(heading) = headings.next().filter(|heading| heading.len() <= 300) {
        found.push(Finding::new(Field::Title, heading, "h1", 0.7));
    }
    let title = tidy(&facts.title);
    if !title.is_empty() {
        found.push(Finding::new(Field::Title, title, "title", 0.6));
    }
    if let Some(date) = facts.time.as_deref().and_then(dates::parse) {
        found.push(Finding::new(Field::Published, date, "time", 0.7));
    }
    let address = [facts.canonical.as_deref(), facts.meta("og:url")];
    if let Some(date) = address.into_iter().flatten().find_map(dates::in_url) {
        found.push(Finding::new(Field::Published, date, "url", 0.4));
    }
    if let Some(url) = facts.canonical.clone().filter(|url| is_url(url)) {
        found.push(Finding::new(Field::Url, url, "canonical link", 0.95));
    }
    if let Some(values) = shown_authors(facts) {
        // A page that shows those whom it declares, and more beside them, has declared but the first.
        let declared = found.iter().find(|finding| finding.field == Field::Byline);
        let has = |name: &String| values.iter().any(|shown| letters(shown) == letters(name));
        let more = declared.is_some_and(|declared| {
            declared.values.len() < values.len() && declared.values.iter().all(has)
        });
        let confidence = if more { 0.92 } else { 0.6 };
        found.push(Finding { field: Field::Byline, values, from: "byline", confidence });
    }
}

/// The authors in the first elements, one close behind the other, that are marked as naming them.
fn shown_authors(facts: &Facts) -> Option<Vec<String>> {
    /// Blocks from one author of a page to the next.
    const NEAR: usize = 3;
    let mut all: Vec<String> = Vec::new();
    let mut last = 0;
    for byline in &facts.bylines {
        let beside = byline.declared && byline.block <= last + NEAR;
        if !all.is_empty() && !beside {
            break;
        }
        for name in names::authors(&tidy(&byline.text)) {
            if !all.iter().any(|known| letters(known) == letters(&name)) {
                all.push(name);
            }
            last = byline.block;
        }
    }
    (!all.is_empty()).then_some(all)
}

/// The authors, where a line that opens the body, or stands right above it in the same element, is nothing
/// but names; it is then no part of the body. Only lines such as headings may stand above it.
pub(super) fn named_above(tree: &Tree, body: &mut Vec<usize>, found: &mut Vec<Finding>) {
    /// Lines of the body that may stand above the names.
    const LINES: usize = 3;
    let Some(first) = body.first().copied() else { return };
    let parent = |block: usize| tree.nodes[tree.blocks[block].node as usize].parent;
    let above = first.checked_sub(1).filter(|above| parent(*above) == parent(first));
    let line = |block: usize| tree.paragraphs.get(block);
    let prose = body.iter().take(LINES).take_while(|block| !line(**block).ends_with('.')).count();
    let opening = body.iter().copied().take(prose + 1).take(body.len() - 1);
    let named =
        above.into_iter().chain(opening).find_map(|block| Some((block, only_names(tree, block)?)));
    let Some((block, values)) = named else { return };
    found.push(Finding { field: Field::Byline, values, from: "first line", confidence: 0.55 });
    body.retain(|other| *other != block);
}

/// The day, where one of the lines between the headline and the body is a date, or has one between bars.
pub(super) fn dated_above(tree: &Tree, body: &[usize], found: &mut Vec<Finding>) {
    /// Blocks above the body that are looked at.
    const NEAR: usize = 10;
    let Some(first) = body.first().copied() else { return };
    let is_headline = |block: &usize| {
        tree.nodes[tree.blocks[*block].node as usize].tag.is_some_and(|tag| tag.name() == "h1")
    };
    let near = first.saturating_sub(NEAR)..first;
    let headline = near.clone().find(is_headline).unwrap_or(near.start);
    let date = (headline..first).find_map(|block| {
        let line = tree.paragraphs.get(block);
        dates::parse(line).or_else(|| line.split(['|', '•', '·']).find_map(dates::parse))
    });
    found.extend(date.map(|date| Finding::new(Field::Published, date, "date line", 0.5)));
}

/// The names in a line that is nothing else and no heading.
fn only_names(tree: &Tree, block: usize) -> Option<Vec<String>> {
    /// Letters of the words between names.
    const BETWEEN: usize = 5;
    let line = tree.paragraphs.get(block);
    let is_heading = tree.nodes[tree.blocks[block].node as usize].tag.is_some_and(Tag::is_heading);
    let values = names::declared(line);
    let named: usize = values.iter().map(|name| letters(name).len()).sum();
    let only_names = values.iter().all(|name| names::is_name(name));
    (!is_heading && named > 0 && only_names && letters(line).len() <= named + BETWEEN)
        .then_some(values)
}

/// A paper is no author of its own beside others, nor where it does not say among those whom it has
/// `declared` that it means a person; if it does, a byline on the page knows better. The same goes for the
/// account under which a site is filled.
fn set_houses_apart(tree: &Tree, declared: &[Author], found: &mut Vec<Finding>) {
    const SAID: f32 = 0.5;
    let outlets = found.iter().filter(|finding| finding.field == Field::Outlet);
    let accounts =
        declared.iter().filter(|author| author.account).map(|author| letters(&author.name));
    let houses: Vec<String> =
        outlets.map(|outlet| letters(&outlet.values[0])).chain(accounts).collect();
    let person = declared.iter().all(|author| !author.house);
    let address = tree.facts.canonical.as_deref().or(tree.facts.meta("og:url"));
    let host = address.and_then(|url| url.split('/').nth(2));
    let host = host.map(|host| letters(host.trim_start_matches("www.")));
    // `aller.example developer` is the site, too.
    let is_host = |name: &str| host.as_ref().is_some_and(|host| letters(name).starts_with(host));
    for byline in found.iter_mut().filter(|finding| finding.field == Field::Byline) {
        let is_house = |name: &String| houses.contains(&letters(name)) || is_host(name);
        if !byline.values.iter().all(is_house) || byline.from != "json-ld" || !person {
            byline.values.retain(|name| !is_house(name));
        } else {
            byline.confidence = SAID;
        }
    }
    found.retain(|finding| !finding.values.is_empty());
}

/// Letters and digits alone, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// One line, single spaces, references resolved.
pub(super) fn tidy(text: &str) -> String {
    unescape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
