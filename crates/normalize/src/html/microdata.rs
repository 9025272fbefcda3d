//! What a page says about its article in the attributes of its elements.
//!
//! Microdata (WHATWG, "HTML Living Standard", section 5) are items with properties, which may be items again. Two things are
//! changed: a link is read as an address only where the property is one, for pages mark names as links; and
//! properties outside of any item count for an item of the page itself.

use super::json_ld::{Article, Author, is_article};

/// An item: an element with `itemscope`, or the page.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// The last piece of its `itemtype`: `NewsArticle`.
    kind: String,
    /// The item and the property that it is the value of.
    owner: Option<(u32, String)>,
    /// Names and values of its properties that are no items, in page order.
    properties: Vec<(String, String)>,
}

/// The items of a page, as its elements come.
#[derive(Debug)]
pub(super) struct Items {
    items: Vec<Item>,
    values: usize,
}

/// A property whose value is the text of its element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property {
    item: u32,
    index: u32,
}

impl Default for Items {
    fn default() -> Self {
        Self { items: vec![Item::default()], values: 0 }
    }
}

impl Items {
    /// The item of the page itself.
    pub(super) const PAGE: u32 = 0;
    /// Items and values above which no more are read.
    const MOST: usize = 2000;
    /// Bytes of a value; what is longer is no name, date or headline.
    const LONGEST: usize = 500;

    /// Begins an item inside of `item`, by its `itemtype` and the `itemprop` that it is the value of.
    pub(super) fn open(&mut self, item: u32, kind: Option<&str>, property: Option<&str>) -> u32 {
        if self.items.len() >= Self::MOST {
            return item;
        }
        let kind = kind.and_then(|kind| kind.split_whitespace().next()).unwrap_or_default();
        let kind = kind.rsplit(['/', '#']).next().unwrap_or_default().to_owned();
        let owner = property.map(|property| (item, property.to_owned()));
        self.items.push(Item { kind, owner, ..Item::default() });
        (self.items.len() - 1) as u32
    }

    /// Adds a property of `item`: its value where an attribute has it, else the text that follows.
    pub(super) fn add(&mut self, item: u32, names: &str, value: Option<&str>) -> Option<Property> {
        let name = names.split_whitespace().find(|name| is_known(name))?;
        if self.values >= Self::MOST {
            return None;
        }
        self.values += 1;
        let properties = &mut self.items[item as usize].properties;
        properties.push((name.to_owned(), value.unwrap_or_default().trim().to_owned()));
        let index = (properties.len() - 1) as u32;
        // That there is a body is all that matters; it is found by other means.
        (value.is_none() && name != "articleBody").then_some(Property { item, index })
    }

    /// Adds to the text of a property.
    pub(super) fn push(&mut self, property: Property, text: &str) {
        let (_, value) =
            &mut self.items[property.item as usize].properties[property.index as usize];
        if value.len() + text.len() <= Self::LONGEST {
            value.push_str(text);
        }
    }

    /// The article that the page is about: the item that has the text, else the only one that is an article, else what
    /// stands outside of items.
    pub(super) fn article(&self) -> Option<Article> {
        let articles = || (0..self.items.len()).filter(|item| is_article(&self.items[*item].kind));
        let with_text = articles().find(|item| self.get(*item, "articleBody").is_some());
        let mut outer = articles().filter(|item| self.items[*item].owner.is_none());
        let only = outer.next().filter(|_| outer.next().is_none());
        let loose =
            || (articles().next().is_none() && !self.items[0].properties.is_empty()).then_some(0);
        with_text.or(only).or_else(loose).map(|item| self.read(item))
    }

    fn get(&self, item: usize, name: &str) -> Option<&str> {
        let known = self.items[item].properties.iter().find(|(known, _)| known == name);
        known.map(|(_, value)| value.as_str())
    }

    fn read(&self, item: usize) -> Article {
        let text =
            |name| self.get(item, name).filter(|value| !value.trim().is_empty()).map(str::to_owned);
        // The name of a thing that is no article may be that of anything.
        let named = || text("name").filter(|_| item != 0);
        Article {
            headline: text("headline").or_else(named),
            description: text("description"),
            published: text("datePublished"),
            modified: text("dateModified"),
            authors: self.persons(item),
            publisher: self.publisher(item),
            language: text("inLanguage"),
            url: text("url").or_else(|| text("mainEntityOfPage")),
            section: text("articleSection"),
            paid: text("isAccessibleForFree")
                .is_some_and(|free| free.eq_ignore_ascii_case("false")),
            live: self.items[item].kind == "LiveBlogPosting",
            ..Article::default()
        }
    }

    /// The items that are the value of a property of `item`.
    fn inner<'i>(&'i self, item: usize, property: &'i str) -> impl Iterator<Item = usize> + 'i {
        let is_inner = move |inner: &usize| {
            self.items[*inner].owner.as_ref().is_some_and(|(owner, name)| {
                *owner as usize == item && name.split_whitespace().any(|name| name == property)
            })
        };
        (1..self.items.len()).filter(is_inner)
    }

    fn persons(&self, item: usize) -> Vec<Author> {
        const MOST: usize = 20;
        let inner = self.inner(item, "author").filter_map(|author| {
            let house = self.items[author].kind.ends_with("Organization");
            let name = self.get(author, "name")?.to_owned();
            Some(Author { name, house, account: false })
        });
        let texts = self.items[item].properties.iter().filter(|(name, _)| name == "author");
        let plain =
            texts.map(|(_, name)| Author { name: name.clone(), house: false, account: false });
        inner.chain(plain).filter(|author| !author.name.trim().is_empty()).take(MOST).collect()
    }

    fn publisher(&self, item: usize) -> Option<String> {
        let inner = self.inner(item, "publisher").find_map(|publisher| self.get(publisher, "name"));
        inner.or_else(|| self.get(item, "publisher")).map(str::to_owned)
    }
}

/// Whether the value of a property is an address.
pub(super) fn is_address(names: &str) -> bool {
    names.split_whitespace().any(|name| matches!(name, "url" | "mainEntityOfPage"))
}

fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 13] = [
        "articleBody",
        "articleSection",
        "author",
        "dateModified",
        "datePublished",
        "description",
        "headline",
        "inLanguage",
        "isAccessibleForFree",
        "mainEntityOfPage",
        "name",
        "publisher",
        "url",
    ];
    KNOWN.contains(&name)
}
