//! The elements that matter here. All others are passed through as if they were not there.

use super::marks::words;

/// What an element does to the text inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Begins and ends a block of text.
    Block,
    /// A block that mostly holds something other than the article.
    Aside,
    /// Runs along in the text.
    Inline,
    /// Its text is not shown, or is no text.
    Skipped,
}

/// An element name that we know; the index into the list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(u8);

/// How many there are.
pub(super) const COUNT: usize = KNOWN.len();

/// Sorted by name.
const KNOWN: &[(&str, Kind)] = &[
    ("a", Kind::Inline),
    ("abbr", Kind::Inline),
    ("address", Kind::Block),
    ("article", Kind::Block),
    ("aside", Kind::Aside),
    ("audio", Kind::Skipped),
    ("b", Kind::Inline),
    ("blockquote", Kind::Block),
    ("body", Kind::Block),
    ("button", Kind::Skipped),
    ("canvas", Kind::Skipped),
    ("caption", Kind::Aside),
    ("center", Kind::Block),
    ("datalist", Kind::Skipped),
    ("dd", Kind::Block),
    ("details", Kind::Block),
    ("dialog", Kind::Aside),
    ("div", Kind::Block),
    ("dl", Kind::Block),
    ("dt", Kind::Block),
    ("em", Kind::Inline),
    ("fieldset", Kind::Aside),
    ("figcaption", Kind::Aside),
    ("figure", Kind::Aside),
    ("font", Kind::Inline),
    ("footer", Kind::Aside),
    ("form", Kind::Aside),
    ("h1", Kind::Block),
    ("h2", Kind::Block),
    ("h3", Kind::Block),
    ("h4", Kind::Block),
    ("h5", Kind::Block),
    ("h6", Kind::Block),
    ("header", Kind::Aside),
    ("hgroup", Kind::Block),
    ("html", Kind::Block),
    ("i", Kind::Inline),
    ("iframe", Kind::Skipped),
    ("li", Kind::Block),
    ("main", Kind::Block),
    ("math", Kind::Skipped),
    ("menu", Kind::Aside),
    ("nav", Kind::Aside),
    ("noscript", Kind::Skipped),
    ("object", Kind::Skipped),
    ("ol", Kind::Block),
    ("p", Kind::Block),
    ("pre", Kind::Block),
    ("script", Kind::Skipped),
    ("section", Kind::Block),
    ("select", Kind::Skipped),
    ("span", Kind::Inline),
    ("strong", Kind::Inline),
    ("style", Kind::Skipped),
    ("summary", Kind::Block),
    ("svg", Kind::Skipped),
    ("table", Kind::Block),
    ("tbody", Kind::Block),
    ("td", Kind::Block),
    ("template", Kind::Skipped),
    ("textarea", Kind::Skipped),
    ("tfoot", Kind::Block),
    ("th", Kind::Block),
    ("thead", Kind::Block),
    ("time", Kind::Inline),
    ("title", Kind::Skipped),
    ("tr", Kind::Block),
    ("ul", Kind::Block),
    ("video", Kind::Skipped),
];

impl Tag {
    /// The element with this name in lower case, if it matters.
    pub(super) fn find(name: &[u8]) -> Option<Self> {
        let index = KNOWN.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
        Some(Self(index as u8))
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(super) fn name(self) -> &'static str {
        KNOWN[self.index()].0
    }

    pub(super) fn kind(self) -> Kind {
        KNOWN[self.index()].1
    }

    pub(super) fn is_inline(self) -> bool {
        self.kind() == Kind::Inline
    }

    /// `h1` to `h6`.
    pub(super) fn is_heading(self) -> bool {
        matches!(self.name().as_bytes(), [b'h', b'1'..=b'6'])
    }
}

/// What the class, id and role of an element say about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Not for the article.
    pub(super) aside: bool,
    /// Above 0 where the words are those of article bodies, below where they are those of panels.
    pub(super) weight: i8,
}

impl Marks {
    pub(super) fn read(class: Option<&str>, id: Option<&str>, role: Option<&str>) -> Self {
        let mut marks = Self::default();
        if matches!(
            role,
            Some("navigation" | "complementary" | "banner" | "contentinfo" | "dialog" | "menu")
        ) {
            marks.aside = true;
        }
        for value in [class, id].into_iter().flatten() {
            let (mut good, mut bad) = (false, false);
            for word in words(value) {
                good |= BODY_WORDS.contains(&word.as_str());
                bad |= PANEL_WORDS.contains(&word.as_str());
            }
            marks.weight += i8::from(good) - i8::from(bad);
            marks.aside |= bad;
        }
        marks
    }
}

/// Whether a class marks the author's line.
pub(super) fn is_byline(class: &str) -> bool {
    words(class).any(|word| word == "byline" || word.starts_with("author"))
}

/// Whether a class hides text from the eye.
pub(super) fn is_screen_reader_only(class: &str) -> bool {
    class.split_ascii_whitespace().any(|word| {
        matches!(
            word,
            "sr-only"
                | "visually-hidden"
                | "visuallyhidden"
                | "screen-reader-text"
                | "screenreader"
                | "u-visually-hidden"
        )
    })
}

const BODY_WORDS: &[&str] =
    &["article", "body", "content", "entry", "main", "post", "story", "text"];

const PANEL_WORDS: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "advertising",
    "author",
    "authors",
    "banner",
    "bio",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "caption",
    "captions",
    "comment",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "copyright",
    "credit",
    "credits",
    "disclaimer",
    "disqus",
    "footer",
    "gdpr",
    "login",
    "masthead",
    "menu",
    "modal",
    "mostread",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "outbrain",
    "pager",
    "pagination",
    "paywall",
    "popular",
    "popup",
    "promo",
    "promotion",
    "readmore",
    "recirc",
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "related",
    "rss",
    "share",
    "sharebar",
    "sharing",
    "sidebar",
    "signup",
    "social",
    "sponsor",
    "sponsored",
    "subscribe",
    "subscription",
    "taboola",
    "tag",
    "taglist",
    "tags",
    "teaser",
    "teasers",
    "toolbar",
    "tooltip",
    "topics",
    "trending",
    "widget",
    "widgets",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_elements_are_sorted() {
        assert!(super::KNOWN.is_sorted_by_key(|(name, _)| *name));
    }
}
