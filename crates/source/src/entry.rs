//! One entry of a feed: its words and what it says about them.

use document::{Field, Form, json};
use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use crate::columns::Target;
use crate::supplied::Supplied;

/// Characters from which on a description that comes with a link is taken for the whole text; what
/// announces an article is shorter.
const LONG_DESCRIPTION: usize = 1_000;

/// What a feed says about itself.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) title: Option<String>,
    pub(crate) language: Option<String>,
}

/// One entry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) supplied: Supplied,
    /// The article; `None` where the entry only announces it.
    pub(crate) body: Option<(String, Form)>,
}

/// Reads the title and the language of a feed from its beginning, as far as it is sound.
pub(crate) fn read_head(xml: &str) -> Head {
    let mut head = Head::default();
    let mut reader = Reader::from_str(xml);
    // The channel's own children; its image and text field have titles too.
    let mut depth = 0;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => {
                let name = tag.name().0.to_owned();
                match name.as_str() {
                    "item" | "entry" => break,
                    "rss" | "feed" | "rdf:RDF" | "channel" => {
                        head.language = attribute(&tag, "xml:lang").or(head.language);
                        depth += 1;
                        continue;
                    }
                    _ => {}
                }
                let Ok(span) = reader.read_to_end(tag.name()) else { break };
                let inner = &xml[span.start as usize..span.end as usize];
                match name.as_str() {
                    "title" if depth > 0 => head.title = head.title.or(line(inner)),
                    "language" | "dc:language" => head.language = line(inner).or(head.language),
                    _ => {}
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    head
}

impl Entry {
    /// Reads an entry from its opening to its closing tag.
    pub(crate) fn parse(xml: &str) -> Result<Self, quick_xml::Error> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().allow_dangling_amp = true;
        let mut found = Found::default();
        let mut is_open = false;
        loop {
            match reader.read_event()? {
                Event::Start(tag) if is_open => {
                    let span = reader.read_to_end(tag.name())?;
                    found.child(&tag, &xml[span.start as usize..span.end as usize]);
                }
                Event::Start(_) => is_open = true,
                Event::Empty(tag) => found.child(&tag, ""),
                Event::End(_) | Event::Eof => return Ok(found.finish()),
                _ => {}
            }
        }
    }
}

/// The children of an entry, as they come.
#[derive(Default)]
struct Found {
    supplied: Supplied,
    names: Vec<String>,
    link: Option<String>,
    id: Option<String>,
    content: Option<(String, Form)>,
    description: Option<String>,
}

impl Found {
    fn child(&mut self, tag: &BytesStart<'_>, inner: &str) {
        let name = tag.name();
        match name.0 {
            "title" => {
                let title = line(inner).map(|title| match attribute(tag, "type").as_deref() {
                    Some("html") => without_tags(&title),
                    _ => title,
                });
                self.set(Field::Title, title);
            }
            "link" => {
                let is_article =
                    attribute(tag, "rel").is_none_or(|relation| relation == "alternate");
                if is_article && self.link.is_none() {
                    self.link = attribute(tag, "href").or_else(|| line(inner));
                }
            }
            "guid" => {
                self.id = line(inner);
                let is_link = attribute(tag, "isPermaLink").is_none_or(|is| is == "true");
                if let Some(id) = self.id.as_ref().filter(|id| is_link && id.starts_with("http")) {
                    self.link.get_or_insert_with(|| id.clone());
                }
            }
            "id" => self.id = line(inner),
            "pubDate" | "dc:date" | "published" => self.set(Field::Published, line(inner)),
            "updated" | "dcterms:modified" => self.set(Field::Modified, line(inner)),
            "dc:creator" => self.names.extend(line(inner)),
            "author" => self.names.extend(author(inner)),
            "content:encoded" => self.content = markup(inner).map(|html| (html, Form::Html)),
            "content" => self.content = content(tag, inner).or(self.content.take()),
            "description" => self.description = markup(inner),
            _ => {}
        }
    }

    fn set(&mut self, field: Field, value: Option<String>) {
        if let Some(value) = value {
            self.supplied.set(Target::Field(field), vec![value]);
        }
    }

    fn finish(mut self) -> Entry {
        let names = std::mem::take(&mut self.names);
        if !names.is_empty() {
            self.supplied.set(Target::Field(Field::Byline), names);
        }
        // Without a link an item is complete in itself, says RSS 2.0.
        let is_whole =
            |text: &String| self.link.is_none() || text.chars().nth(LONG_DESCRIPTION - 1).is_some();
        let description = self.description.take().filter(is_whole).map(|text| {
            let form = if text.contains(['<', '&']) { Form::Html } else { Form::Text };
            (text, form)
        });
        let body = self.content.take().or(description);
        if let Some(id) = self.id.take() {
            if self.link.is_none() {
                self.supplied.set(Target::Id, vec![id]);
            } else {
                let mut quoted = String::new();
                json::push_string(&mut quoted, &id);
                self.supplied.add_meta("feed_id".to_owned(), quoted);
            }
        }
        let link = self.link.take();
        self.set(Field::Url, link);
        Entry { supplied: self.supplied, body }
    }
}

/// Atom's content, where it is words and stands in the entry itself.
fn content(tag: &BytesStart<'_>, inner: &str) -> Option<(String, Form)> {
    if attribute(tag, "src").is_some() {
        return None;
    }
    match attribute(tag, "type").as_deref().unwrap_or("text") {
        "html" | "text/html" => markup(inner).map(|html| (html, Form::Html)),
        "xhtml" | "application/xhtml+xml" => {
            (!inner.trim().is_empty()).then(|| (inner.to_owned(), Form::Html))
        }
        "text" | "text/plain" => {
            let text = words(inner);
            (!text.trim().is_empty()).then_some((text, Form::Text))
        }
        _ => None,
    }
}

/// HTML in an element: escaped, as it should be, or standing there bare.
fn markup(inner: &str) -> Option<String> {
    let start = inner.trim_start();
    let is_bare = start.starts_with('<') && !start.starts_with("<!");
    let html = if is_bare { inner.to_owned() } else { words(inner) };
    (!html.trim().is_empty()).then_some(html)
}

/// The author's name: Atom's `name`, or what RSS has beside an address.
fn author(inner: &str) -> Option<String> {
    let mut reader = Reader::from_str(inner);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) if tag.name().0 == "name" => {
                let span = reader.read_to_end(tag.name()).ok()?;
                return line(&inner[span.start as usize..span.end as usize]);
            }
            // Another part of an Atom person.
            Event::Start(tag) => {
                reader.read_to_end(tag.name()).ok()?;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let text = line(inner).filter(|_| !inner.trim_start().starts_with("<email"))?;
    if !text.contains('@') {
        return Some(text);
    }
    let (_, name) = text.split_once('(')?;
    Some(name.trim_end_matches(')').trim().to_owned()).filter(|name| !name.is_empty())
}

/// The words of an element on one line; `None` where there are none.
fn line(inner: &str) -> Option<String> {
    let words = words(inner);
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// The words of an element without its tags, references resolved. A reference that only HTML knows
/// stays, for whoever reads the words as HTML.
fn words(inner: &str) -> String {
    let mut reader = Reader::from_str(inner);
    reader.config_mut().allow_dangling_amp = true;
    let mut words = String::with_capacity(inner.len());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Text(text) => words.push_str(&text.xml10_content()),
            Event::CData(text) => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => words.push(character),
                _ => match resolve_xml_entity(&reference) {
                    Some(text) => words.push_str(text),
                    None => words.extend(["&", &reference, ";"]),
                },
            },
            Event::Eof => break,
            _ => {}
        }
    }
    words
}

/// A title that is HTML as plain words.
fn without_tags(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    for (number, piece) in html.split('<').enumerate() {
        let behind =
            if number == 0 { Some(piece) } else { piece.split_once('>').map(|(_, text)| text) };
        words.push_str(behind.unwrap_or_default());
    }
    unescape(&words).map_or(words.clone(), std::borrow::Cow::into_owned)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    let value = unescape(&attribute.value)
        .map_or_else(|_| attribute.value.clone().into_owned(), std::borrow::Cow::into_owned);
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}
