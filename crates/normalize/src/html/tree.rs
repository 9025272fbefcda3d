//! Tags → a flat tree of blocks, with the text of each.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::entity;
use super::marks::{self, Marks};
use super::microdata::{self, Items, Property};
use super::tags::{self, Kind, Tag};
use crate::clean::{Cleaner, Paragraphs};

/// Elements that get a node of their own; text in later ones counts for the element around them.
const MOST_NODES: usize = 1 << 20;
/// How far up misplaced tags are looked for among inline elements.
const REACH: usize = 64;

/// A page as blocks of text in a tree of elements.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Block elements; a parent stands before its children. The first is the page itself.
    pub(super) nodes: Vec<Node>,
    /// Blocks of text, one for each paragraph.
    pub(super) blocks: Vec<Block>,
    pub(super) paragraphs: Paragraphs,
    pub(super) facts: Facts,
}

/// A block element.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) tag: Option<Tag>,
    /// Its kind, class or id says that it is not for the article.
    pub(super) aside: bool,
    /// Its class or id says that it is for the article: above 0, or not: below.
    pub(super) weight: i8,
    /// Declared to hold the body (`itemprop="articleBody"`).
    pub(super) declared: bool,
    /// What its class and its other marks say.
    pub(super) marks: Marks,
    /// A hash of its name and class: elements that look alike have the same.
    pub(super) look: u32,
}

/// A stretch of text between two borders of block elements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The innermost block element around it.
    pub(super) node: u32,
    /// Bytes of its text inside links.
    pub(super) link: u32,
}

/// What the page says about itself outside its text.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) title: String,
    /// `<meta>` elements: name or property in lower case, and content.
    pub(super) meta: Vec<(String, String)>,
    pub(super) json_ld: Vec<String>,
    /// Where the texts of scripts stand, in page order.
    pub(super) scripts: Vec<Range<usize>>,
    pub(super) canonical: Option<String>,
    /// `datetime` of the first `<time>` element.
    pub(super) time: Option<String>,
    pub(super) language: Option<String>,
    /// Elements marked as naming the author.
    pub(super) bylines: Vec<Byline>,
    pub(super) items: Items,
}

/// An element that is marked as naming the author.
#[derive(Debug)]
pub(super) struct Byline {
    pub(super) text: String,
    /// Whether it says so in an attribute of its own, and not by its class alone.
    pub(super) declared: bool,
    /// How many blocks stand before it.
    pub(super) block: usize,
}

impl Facts {
    /// The content of the first `<meta>` of this name.
    pub(super) fn meta(&self, name: &str) -> Option<&str> {
        self.meta.iter().find(|(known, _)| known == name).map(|(_, content)| content.as_str())
    }
}

pub(super) fn parse(html: &str) -> Tree {
    let mut parser = Parser::new(html);
    let mut emitter =
        CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
            parser.event(&event, span);
            None
        });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    parser.finish()
}

struct Open {
    tag: Tag,
    node: u32,
    /// Whether its text is not shown.
    skipped: bool,
    /// The byline that its text is part of.
    byline: Option<u32>,
    /// The item that its properties are of, and the property that its text is the value of.
    item: u32,
    property: Option<Property>,
}

/// The attributes that matter, of the start tag in progress.
#[derive(Default)]
struct Attributes {
    values: Vec<(Vec<u8>, String)>,
    /// Whether the one in progress matters.
    wanted: bool,
}

impl Attributes {
    fn get(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(known, _)| known == name.as_bytes())
            .map(|(_, value)| value.as_str())
    }
}

struct Parser<'h> {
    html: &'h str,
    tree: Tree,
    cleaner: Cleaner,
    open: Vec<Open>,
    /// How many elements of each name are open.
    counts: [u32; tags::COUNT],
    name: Vec<u8>,
    attributes: Attributes,
    in_link: bool,
    link: u32,
    breaks: u32,
}

/// Attributes whose words say what an element holds.
const MARKED: [&str; 6] = ["class", "id", "data-testid", "data-component", "role", "itemprop"];

const ATTRIBUTES: [&str; 19] = [
    "aria-hidden",
    "class",
    "content",
    "data-component",
    "data-testid",
    "datetime",
    "hidden",
    "href",
    "id",
    "itemprop",
    "itemscope",
    "itemtype",
    "lang",
    "name",
    "property",
    "rel",
    "role",
    "style",
    "type",
];

impl<'h> Parser<'h> {
    fn new(html: &'h str) -> Self {
        let root = Node {
            parent: 0,
            tag: None,
            aside: false,
            weight: 0,
            declared: false,
            marks: 0,
            look: 0,
        };
        Self {
            html,
            tree: Tree { nodes: vec![root], ..Tree::default() },
            cleaner: Cleaner::with_capacity(html.len() / 4),
            open: Vec::new(),
            counts: [0; tags::COUNT],
            name: Vec::new(),
            attributes: Attributes::default(),
            in_link: false,
            link: 0,
            breaks: 0,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>, span: Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.name.clear();
                self.name.extend_from_slice(name);
                self.attributes.values.clear();
            }
            CallbackEvent::AttributeName { name } => {
                self.attributes.wanted = ATTRIBUTES.iter().any(|known| known.as_bytes() == *name)
                    && self.attributes.values.iter().all(|(known, _)| known != name);
                if self.attributes.wanted {
                    self.attributes.values.push((name.to_vec(), String::new()));
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, known)) =
                    self.attributes.values.last_mut().filter(|_| self.attributes.wanted)
                {
                    known.push_str(&String::from_utf8_lossy(value));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => self.start(*self_closing),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } => self.text(value, span),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, self_closing: bool) {
        match self.name.as_slice() {
            b"br" => self.breaks += 1,
            b"hr" => self.end_block(),
            b"meta" => {
                self.meta();
                self.item();
            }
            b"link" => {
                self.link_element();
                self.item();
            }
            _ => {
                if let Some(tag) = Tag::find(&self.name) {
                    self.open(tag, self_closing);
                }
            }
        }
    }

    fn open(&mut self, tag: Tag, self_closing: bool) {
        match tag.name() {
            "html" | "body" if self.count(tag) > 0 => return,
            "html" => self.tree.facts.language = self.attributes.get("lang").map(str::to_owned),
            "a" => self.in_link = self.attributes.get("href").is_some(),
            "time" if self.tree.facts.time.is_none() => {
                self.tree.facts.time = self.attributes.get("datetime").map(str::to_owned);
            }
            "svg" | "math" if self_closing => return,
            _ => {}
        }
        if tag.kind() != Kind::Inline && tag.kind() != Kind::Skipped {
            self.close_inline("p");
            if tag.name() == "li" {
                self.close_inline("li");
            }
            self.end_block();
        }
        let parent = self.open.last();
        let node = parent.map_or(0, |open| open.node);
        let hidden = self.is_hidden();
        let skipped =
            parent.is_some_and(|open| open.skipped) || tag.kind() == Kind::Skipped || hidden;
        let around = parent.and_then(|open| open.property);
        let byline = self.byline(parent.and_then(|open| open.byline), skipped);
        let (item, property) = self.item();
        let property = property.or(around);
        let node = match tag.kind() {
            Kind::Block | Kind::Aside if self.tree.nodes.len() < MOST_NODES => {
                self.add_node(node, tag)
            }
            _ => node,
        };
        if tag.name() == "script"
            && self.attributes.get("type").is_some_and(|kind| kind.contains("ld+json"))
        {
            self.tree.facts.json_ld.push(String::new());
        }
        self.counts[tag.index()] += 1;
        self.open.push(Open { tag, node, skipped, byline, item, property });
    }

    fn add_node(&mut self, parent: u32, tag: Tag) -> u32 {
        let whole_page = matches!(tag.name(), "html" | "body" | "main" | "article");
        let declared = self
            .attributes
            .get("itemprop")
            .is_some_and(|property| property.contains("articleBody"));
        let panel = tags::Marks::read(
            self.attributes.get("class"),
            self.attributes.get("id"),
            self.attributes.get("role"),
        );
        let aside = !whole_page && !declared && (tag.kind() == Kind::Aside || panel.aside);
        self.tree.nodes.push(Node {
            parent,
            tag: Some(tag),
            aside,
            weight: panel.weight,
            declared,
            marks: MARKED
                .iter()
                .filter_map(|name| self.attributes.get(name))
                .fold(0, |all, value| all | marks::read(value)),
            look: look(tag, self.attributes.get("class").unwrap_or_default()),
        });
        (self.tree.nodes.len() - 1) as u32
    }

    fn end(&mut self, name: &[u8]) {
        if name == b"br" {
            self.breaks += 1;
            return;
        }
        let Some(tag) = Tag::find(name).filter(|tag| self.count(*tag) > 0) else { return };
        if tag.name() == "a" {
            self.in_link = false;
        }
        if tag.is_inline() {
            self.close_inline(tag.name());
            return;
        }
        if tag.kind() != Kind::Skipped {
            self.end_block();
        }
        while let Some(closed) = self.pop() {
            if closed == tag {
                break;
            }
        }
    }

    /// Closes an element of this name if only inline elements are open inside it.
    fn close_inline(&mut self, name: &str) {
        let inside = self.open.iter().rev().take(REACH).take_while(|open| open.tag.name() != name);
        let mut depth = 0;
        for open in inside {
            if !open.tag.is_inline() {
                return;
            }
            depth += 1;
        }
        if self.open.len() <= depth || self.open[self.open.len() - 1 - depth].tag.name() != name {
            return;
        }
        if !self.open[self.open.len() - 1 - depth].tag.is_inline() {
            self.end_block();
        }
        for _ in 0..=depth {
            self.pop();
        }
    }

    fn pop(&mut self) -> Option<Tag> {
        let closed = self.open.pop()?;
        self.counts[closed.tag.index()] -= 1;
        Some(closed.tag)
    }

    fn count(&self, tag: Tag) -> u32 {
        self.counts[tag.index()]
    }

    fn text(&mut self, value: &[u8], span: Span<usize>) {
        let Some(open) = self.open.last() else {
            self.visible(value, span);
            return;
        };
        let (tag, skipped, byline, property) = (open.tag, open.skipped, open.byline, open.property);
        if tag.name() == "title" && self.tree.facts.title.is_empty() {
            String::from_utf8_lossy(value).trim().clone_into(&mut self.tree.facts.title);
        } else if tag.name() == "script" {
            match self.tree.facts.scripts.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => self.tree.facts.scripts.push(span.start..span.end),
            }
            let is_json = self.attributes.get("type").is_some_and(|kind| kind.contains("ld+json"));
            if let Some(json) = self.tree.facts.json_ld.last_mut().filter(|_| is_json) {
                json.push_str(&String::from_utf8_lossy(value));
            }
        }
        if skipped {
            return;
        }
        if let Some(byline) = byline.map(|index| &mut self.tree.facts.bylines[index as usize])
            && byline.text.len() < 200
        {
            byline.text.push_str(&String::from_utf8_lossy(&value[..value.len().min(200)]));
        }
        if let Some(property) = property {
            self.tree.facts.items.push(property, &String::from_utf8_lossy(value));
        }
        self.visible(value, span);
    }

    fn visible(&mut self, value: &[u8], span: Span<usize>) {
        let blank = value.iter().all(u8::is_ascii_whitespace);
        if !blank {
            match self.breaks {
                0 => {}
                1 => self.cleaner.space(span.start..span.start),
                _ => self.end_block(),
            }
            self.breaks = 0;
        }
        let before = self.cleaner.pending();
        match self.html.get(span.start..span.end) {
            Some(raw) if raw.as_bytes() == value => self.cleaner.feed(raw, span.start),
            Some(raw) => entity::feed(&mut self.cleaner, raw, span.start),
            None => {
                self.cleaner.feed_whole(&String::from_utf8_lossy(value), &(span.start..span.end));
            }
        }
        if self.in_link {
            self.link += (self.cleaner.pending() - before) as u32;
        }
    }

    fn end_block(&mut self) {
        self.breaks = 0;
        if self.cleaner.end_paragraph() {
            let node = self.open.last().map_or(0, |open| open.node);
            self.tree.blocks.push(Block { node, link: self.link });
        }
        self.link = 0;
    }

    fn finish(mut self) -> Tree {
        self.end_block();
        self.tree.paragraphs = self.cleaner.finish();
        self.tree
    }

    fn is_hidden(&self) -> bool {
        let style = |style: &str| style.contains("display:none") || style.contains("display: none");
        self.attributes.get("hidden").is_some()
            || self.attributes.get("aria-hidden") == Some("true")
            || self.attributes.get("style").is_some_and(style)
            || self.attributes.get("class").is_some_and(tags::is_screen_reader_only)
    }

    /// The byline that an element's text is part of: the one `around` it, or a new one where the start tag
    /// says that it holds one.
    fn byline(&mut self, around: Option<u32>, skipped: bool) -> Option<u32> {
        const MOST: usize = 16;
        let declared = self.attributes.get("rel") == Some("author")
            || self.attributes.get("itemprop") == Some("author");
        let bylines = &mut self.tree.facts.bylines;
        if let Some(byline) = around {
            bylines[byline as usize].declared |= declared;
            return around;
        }
        let says = declared || self.attributes.get("class").is_some_and(tags::is_byline);
        if !says || skipped || bylines.len() >= MOST {
            return None;
        }
        bylines.push(Byline { text: String::new(), declared, block: self.tree.blocks.len() });
        Some(bylines.len() as u32 - 1)
    }

    /// The item that an element's properties are of, and the property that its text is the value of.
    fn item(&mut self) -> (u32, Option<Property>) {
        let around = self.open.last().map_or(Items::PAGE, |open| open.item);
        let names = self.attributes.get("itemprop");
        let items = &mut self.tree.facts.items;
        if self.attributes.get("itemscope").is_some() {
            return (items.open(around, self.attributes.get("itemtype"), names), None);
        }
        let Some(names) = names else { return (around, None) };
        let address = self.attributes.get("href").filter(|_| microdata::is_address(names));
        let value = self.attributes.get("content").or(self.attributes.get("datetime")).or(address);
        (around, items.add(around, names, value))
    }

    fn meta(&mut self) {
        const MOST: usize = 500;
        let name =
            ["property", "name", "itemprop"].iter().find_map(|name| self.attributes.get(name));
        if let (Some(name), Some(content)) = (name, self.attributes.get("content"))
            && self.tree.facts.meta.len() < MOST
            && !content.trim().is_empty()
        {
            self.tree.facts.meta.push((name.to_ascii_lowercase(), content.trim().to_owned()));
        }
    }

    fn link_element(&mut self) {
        if self.attributes.get("rel") == Some("canonical") {
            self.tree.facts.canonical = self.attributes.get("href").map(str::to_owned);
        }
    }
}

/// FNV-1a over an element's name and class.
fn look(tag: Tag, class: &str) -> u32 {
    let bytes = tag.name().bytes().chain([0]).chain(class.bytes());
    bytes.fold(0x811C_9DC5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
