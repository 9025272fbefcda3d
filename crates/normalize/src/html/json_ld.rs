//! What a page says about its article in JSON-LD.

use serde_json::Value;

/// An article as the page's data describe it, JSON-LD or microdata. Fields are as written, not checked.
#[derive(Debug, Default)]
pub(super) struct Article {
    pub(super) headline: Option<String>,
    pub(super) description: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<Author>,
    pub(super) publisher: Option<String>,
    pub(super) language: Option<String>,
    pub(super) url: Option<String>,
    pub(super) section: Option<String>,
    /// Whether it is declared to be for those alone who pay.
    pub(super) paid: bool,
    /// Whether it is declared to be written while what it tells goes on.
    pub(super) live: bool,
    /// What it says to have corrected.
    pub(super) correction: Option<String>,
    /// The whole text, on pages that give it.
    pub(super) body: Option<String>,
}

/// Whom they name as an author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) name: String,
    /// Whether it is declared to be no person.
    pub(super) house: bool,
    /// Whether it is the account with which whoever runs the site fills it.
    pub(super) account: bool,
}

/// Objects that are looked at on one page.
const MOST: usize = 2000;

/// The articles in a page's JSON-LD, in page order.
pub(super) fn articles(scripts: &[String]) -> Vec<Article> {
    let mut articles = Vec::new();
    let mut looked_at = 0;
    for script in scripts {
        let Some(root) = parse(script) else { continue };
        let mut waiting = vec![&root];
        while let Some(value) = waiting.pop() {
            looked_at += 1;
            if looked_at > MOST {
                return articles;
            }
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(_) if kinds(value).any(is_article) => {
                    articles.push(read(value, &root));
                }
                Value::Object(_) => {
                    let inner = ["@graph", "mainEntity", "mainEntityOfPage"]
                        .iter()
                        .rev()
                        .filter_map(|key| value.get(key));
                    waiting.extend(inner);
                }
                _ => {}
            }
        }
    }
    articles
}

/// The JSON in a script; raw line ends inside its strings, which break it, are forgiven.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[");
    let script =
        script.trim_end_matches("-->").trim_end_matches("//]]>").trim().trim_end_matches(';');
    serde_json::from_str(script).ok().or_else(|| {
        let tame: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&tame).ok()
    })
}

/// Whether a type of schema.org is one of articles.
pub(super) fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind.ends_with("Report")
}

/// Whether a script says that the page is a list of articles, the results of a search, or about a person.
pub(super) fn is_list(script: &str) -> bool {
    const LISTS: [&str; 5] =
        ["CollectionPage", "ItemList", "ProfilePage", "SearchResultsPage", "CheckoutPage"];
    let Some(root) = parse(script) else { return false };
    let graph = root.get("@graph");
    let mut objects = list(Some(&root)).iter().chain(list(graph)).take(MOST);
    objects.any(|object| kinds(object).any(|kind| LISTS.contains(&kind)))
}

/// The types of an object.
fn kinds(value: &Value) -> impl Iterator<Item = &str> {
    let kinds = match value.get("@type") {
        Some(Value::Array(kinds)) => kinds.as_slice(),
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    };
    kinds.iter().filter_map(Value::as_str)
}

fn read(value: &Value, root: &Value) -> Article {
    let text = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let url = text("url").or_else(|| match value.get("mainEntityOfPage") {
        Some(Value::String(url)) => Some(url.clone()),
        Some(page) => page.get("@id").and_then(Value::as_str).map(str::to_owned),
        None => None,
    });
    Article {
        headline: text("headline").or_else(|| text("name")),
        description: text("description"),
        published: text("datePublished"),
        modified: text("dateModified"),
        authors: value.get("author").map(|author| names(author, root)).unwrap_or_default(),
        publisher: value
            .get("publisher")
            .and_then(|publisher| names(publisher, root).into_iter().next())
            .map(|publisher| publisher.name),
        language: text("inLanguage"),
        url,
        section: first_text(value.get("articleSection")),
        // An article may be free but for a part of it.
        paid: is_paid(value) || list(value.get("hasPart")).iter().any(is_paid),
        live: kinds(value).any(|kind| kind == "LiveBlogPosting"),
        correction: list(value.get("correction")).iter().find_map(|correction| {
            first_text(Some(correction.get("text").unwrap_or(correction)))
                .filter(|text| !text.starts_with("http"))
        }),
        body: text("articleBody"),
    }
}

/// A list as it is, or one of a single value.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}

/// The first text of a list, or the text that is no list.
fn first_text(value: Option<&Value>) -> Option<String> {
    let text = list(value).iter().find_map(Value::as_str)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_paid(value: &Value) -> bool {
    match value.get("isAccessibleForFree") {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(free)) => free.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// The names in a string, an object, a reference into the graph, or a list of these.
fn names(value: &Value, root: &Value) -> Vec<Author> {
    const MOST: usize = 20;
    let person = |name: String| Author { name, house: false, account: false };
    let one = |value: &Value| match value {
        Value::String(name) => Some(person(name.clone())),
        Value::Object(_) => {
            let name = match value.get("name") {
                Some(Value::String(name)) => Some(name.clone()),
                Some(Value::Array(names)) => {
                    names.first().and_then(Value::as_str).map(str::to_owned)
                }
                _ => value.get("@id").and_then(|id| referred(root, id)),
            };
            let house = kinds(value).any(|kind| kind.ends_with("Organization"));
            name.map(|name| Author { name, house, account: is_account(value) })
        }
        _ => None,
    };
    // A list in a list is one that was put together from several.
    let flat =
        list(Some(value)).iter().take(MOST).flat_map(|value| list(Some(value)).iter().take(MOST));
    flat.filter_map(one).collect()
}

/// Whether the page of an author is that of an administrator: `https://example.org/author/admin/`.
fn is_account(author: &Value) -> bool {
    let pages = ["url", "@id"].iter().filter_map(|key| author.get(*key).and_then(Value::as_str));
    pages.map(|page| page.trim_end_matches('/')).any(|page| {
        ["/author/admin", "/author/administrator", "/author/webmaster"]
            .iter()
            .any(|account| page.ends_with(account))
    })
}

/// The name of the object in the graph with this `@id`.
fn referred(root: &Value, id: &Value) -> Option<String> {
    let graph = root.get("@graph")?.as_array()?;
    let object = graph
        .iter()
        .take(MOST)
        .find(|object| object.get("@id") == Some(id) && object.get("name").is_some())?;
    object.get("name")?.as_str().map(str::to_owned)
}
