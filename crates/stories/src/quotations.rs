//! The same words in several articles.

use document::Span;

use crate::article::Article;
use crate::keys::{KeyId, Keys};

/// One article of a story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// The article.
    pub(crate) article: &'a Article,
    /// What each of its entities is over articles.
    pub(crate) keys: &'a [KeyId],
}

/// How the words of a member relate to the fullest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The same words, whole or in part.
    Same,
    /// Same speaker and occasion, other wording.
    Variant,
    /// The same words as reported speech without marks.
    Unmarked,
}

/// One article's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// How it relates to the fullest.
    pub(crate) relation: Relation,
    /// Index of the article in the story.
    pub(crate) article: usize,
    /// The quotation of the record, if it is one.
    pub(crate) quotation: Option<u32>,
    /// Where, in bytes of the article's text.
    pub(crate) span: Span,
}

/// What someone said, as the articles of a story tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The fullest name of who said it.
    pub(crate) speaker: Option<String>,
    /// Who said it, as a key over articles.
    pub(crate) key: Option<String>,
    /// Index of the fullest member.
    pub(crate) fullest: usize,
    /// Every version, in order of articles and text.
    pub(crate) members: Vec<Member>,
}

/// What was said in a story, in order of the first version.
pub(crate) fn matched(articles: &[Told<'_>], keys: &Keys) -> Vec<Group> {
    let _ = (articles, keys);
    Vec::new()
}
