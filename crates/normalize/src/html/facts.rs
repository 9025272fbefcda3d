//! Metadata of a page: JSON-LD before `<meta>` before what its elements show.

use document::Field;

use super::entity::unescape;
use super::json_ld::Article;
use super::tree::{Facts, Tree};
use crate::finding::Finding;
use crate::{dates, furniture, language, names};

/// Everything that a page says about its article, each with its source and how far that is to be trusted.
pub(super) fn findings(tree: &Tree, articles: &[Article]) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(article) = articles.first() {
        from_json_ld(article, &mut found);
    }
    from_meta(&tree.facts, &mut found);
    from_elements(tree, &mut found);
    let outlet = found
        .iter()
        .find(|finding| finding.field == Field::Outlet)
        .map(|finding| finding.values[0].clone());
    if let Some(outlet) = outlet {
        clean_with_outlet(&outlet, &mut found);
    }
    found
}

fn from_json_ld(article: &Article, found: &mut Vec<Finding>) {
    const FROM: &str = "json-ld";
    let mut add = |field, value: Option<String>, confidence| {
        found.extend(value.map(|value| Finding::new(field, value, FROM, confidence)));
    };
    let text =
        |value: &Option<String>| value.as_deref().map(tidy).filter(|value| !value.is_empty());
    let date = |value: &Option<String>| value.as_deref().and_then(dates::parse);
    add(Field::Title, text(&article.headline), 0.95);
    add(Field::Dek, text(&article.description), 0.8);
    add(Field::Published, date(&article.published), 0.95);
    add(Field::Modified, date(&article.modified), 0.95);
    add(Field::Outlet, text(&article.publisher), 0.95);
    add(Field::Language, article.language.as_deref().and_then(language::primary), 0.85);
    add(Field::Url, article.url.clone().filter(|url| is_url(url)), 0.85);
    let authors = authors(&article.authors);
    if !authors.is_empty() {
        found.push(Finding { field: Field::Byline, values: authors, from: FROM, confidence: 0.9 });
    }
}

fn from_meta(facts: &Facts, found: &mut Vec<Finding>) {
    const FIELDS: [(Field, f32, &[&str]); 6] = [
        (
            Field::Title,
            0.85,
            &["og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"],
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
                "parsely-pub-date",
                "sailthru.date",
                "pubdate",
                "publish-date",
                "citation_publication_date",
            ],
        ),
        (
            Field::Modified,
            0.9,
            &["article:modified_time", "og:updated_time", "datemodified", "last-modified"],
        ),
    ];
    let get = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| facts.meta.iter().find(|(known, _)| known == name))
            .map(|(_, content)| content.as_str())
    };
    for (field, confidence, names) in FIELDS {
        let value = get(names).and_then(|content| match field {
            Field::Published | Field::Modified => dates::parse(content),
            Field::Url => is_url(content).then(|| content.to_owned()),
            _ => Some(tidy(content)),
        });
        found.extend(value.map(|value| Finding::new(field, value, "meta", confidence)));
    }
    let authors: Vec<String> = facts
        .meta
        .iter()
        .filter(|(name, _)| {
            matches!(
                name.as_str(),
                "author"
                    | "article:author"
                    | "parsely-author"
                    | "sailthru.author"
                    | "dc.creator"
                    | "citation_author"
                    | "byl"
            )
        })
        .map(|(_, content)| content.clone())
        .collect();
    let authors = self::authors(&authors);
    if !authors.is_empty() {
        found.push(Finding {
            field: Field::Byline,
            values: authors,
            from: "meta",
            confidence: 0.8,
        });
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
    if let Some(url) = facts.canonical.clone().filter(|url| is_url(url)) {
        found.push(Finding::new(Field::Url, url, "canonical link", 0.95));
    }
    let authors = facts
        .bylines
        .iter()
        .map(|text| names::authors(&tidy(text)))
        .find(|authors| !authors.is_empty());
    if let Some(values) = authors {
        found.push(Finding { field: Field::Byline, values, from: "byline", confidence: 0.6 });
    }
}

/// What the outlet's name tells about the others: `Title - The Example` is `Title`, and a paper is
/// no author of its own.
fn clean_with_outlet(outlet: &str, found: &mut Vec<Finding>) {
    let folded = furniture::fold(outlet);
    for finding in found.iter_mut() {
        match finding.field {
            Field::Title => {
                let title = &mut finding.values[0];
                let cut = title.rfind([' ']).and_then(|_| {
                    let at = title.rfind(['|', '–', '—', '-', '·', ':'])?;
                    (furniture::fold(&title[at..].chars().skip(1).collect::<String>()) == folded)
                        .then_some(at)
                });
                if let Some(at) = cut.filter(|at| *at > 0) {
                    title.truncate(at);
                    title.truncate(title.trim_end().len());
                }
            }
            Field::Byline => finding.values.retain(|name| furniture::fold(name) != folded),
            _ => {}
        }
    }
    found.retain(|finding| finding.values.iter().any(|value| !value.is_empty()));
}

/// Names as pages list them: one each, or several in one string.
fn authors(listed: &[String]) -> Vec<String> {
    let mut authors: Vec<String> = Vec::new();
    for entry in listed {
        let entry = tidy(entry);
        if is_url(&entry) || entry.starts_with('@') || entry.len() > 200 {
            continue;
        }
        let mut several = names::authors(&entry);
        let rest = names::without_by(&entry).unwrap_or(&entry);
        if several.is_empty() && names::may_be_name(rest) {
            several.push(rest.to_owned());
        }
        for name in several {
            if !name.is_empty() && !authors.contains(&name) {
                authors.push(name);
            }
        }
    }
    authors
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// One line, single spaces, references resolved.
fn tidy(text: &str) -> String {
    unescape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
