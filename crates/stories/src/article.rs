//! What is kept of an article: everything a story's row may need, and nothing else.

use document::Span;

/// One article as a story keeps it. Every span is a range of bytes of `text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Article {
    /// Identity over drops.
    pub(crate) id: String,
    /// The headline; may be empty.
    pub(crate) title: String,
    /// The paper, site or agency; may be empty.
    pub(crate) outlet: String,
    /// When it was published, as in the record; may be empty.
    pub(crate) published: String,
    /// The day of `published`, counted from 1970-01-01; `None` where it says none.
    pub(crate) day: Option<i32>,
    /// The story that it was given, where stories are given and not found.
    pub(crate) group: Option<String>,
    /// Whether it is the full text of what was said (`role = "transcript"` in its metadata).
    pub(crate) transcript: bool,
    /// The text from its start, cut after a sentence where it is very long.
    pub(crate) text: String,
    /// The sentences, in order.
    pub(crate) sentences: Vec<Span>,
    /// The entities in the order of the record.
    pub(crate) entities: Vec<Entity>,
    /// The quotations that stand within `text`, in the order of the record.
    pub(crate) quotations: Vec<Quotation>,
    /// The dates stated within `text`, in text order.
    pub(crate) dates: Vec<Date>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Label {
    /// A person.
    Per,
    /// An organization.
    Org,
    /// A place.
    Loc,
    /// Anything else.
    #[default]
    Misc,
}

/// Someone or something that the article names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entity {
    /// The record's key, made from the article alone.
    pub(crate) key: String,
    /// The fullest form of the name in the article.
    pub(crate) name: String,
    /// The class.
    pub(crate) label: Label,
    /// ISO 3166 code of a country.
    pub(crate) country: Option<String>,
    /// Where it is named within `text`, in text order; the first few.
    pub(crate) names: Vec<Span>,
    /// How often it is mentioned, by name or otherwise, in the whole article.
    pub(crate) mentions: u32,
}

/// How words are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum QuotationKind {
    /// The words themselves, in marks.
    #[default]
    Direct,
    /// Reported content with some of the words in marks.
    Mixed,
    /// Reported content without marks.
    Indirect,
}

/// One quotation of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// Its `id` in the record.
    pub(crate) number: u32,
    /// The content, without outer marks.
    pub(crate) span: Span,
    /// How the words are reported.
    pub(crate) kind: QuotationKind,
    /// The stretches inside marks; those of a direct quotation are its span.
    pub(crate) marked: Vec<Span>,
    /// Number of the first part, where there are several.
    pub(crate) part_of: Option<u32>,
    /// Who said it.
    pub(crate) speaker: Option<Speaker>,
    /// Where it was said.
    pub(crate) occasion: Option<Span>,
    /// The day it was said, an ISO date.
    pub(crate) said_on: Option<String>,
    /// Whether it reports what was not said.
    pub(crate) negated: bool,
}

/// Who a quotation is credited to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Speaker {
    /// Index into [`Article::entities`].
    pub(crate) entity: Option<u32>,
    /// The fullest form of the name known in the article.
    pub(crate) name: String,
    /// The office as the article states it.
    pub(crate) role: Option<String>,
}

/// A date that the article states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    /// Where.
    pub(crate) span: Span,
    /// An ISO date, or two with `/` in between.
    pub(crate) value: String,
}
