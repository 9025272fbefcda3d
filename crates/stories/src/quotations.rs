//! The same words in several articles: who said what, and how each outlet cut it.
//!
//! Every direct and mixed quotation of a story stands in one group, alone where no other article has its words;
//! reported speech without marks joins where it has the words of a group. What is compared are the words in marks,
//! as [`words`] reads them. Each relation is to the fullest version, or to the transcript where there is one.
//!
//! Near-linear: wordings that have no two words in a row in common are never compared, and of those
//! that have, only a bounded number.

mod alignment;
mod groups;
mod links;
mod shingles;
mod speakers;
#[cfg(test)]
mod test_stories;
mod transcripts;
mod unmarked;
mod utterances;
mod words;

use document::Span;

use crate::article::Article;
use crate::keys::{KeyId, Keys};
use transcripts::Transcripts;
use utterances::Utterances;

/// One article of a story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// The article.
    pub(crate) article: &'a Article,
    /// What each of its entities is over articles.
    pub(crate) keys: &'a [KeyId],
}

/// How the words of a member relate to the fullest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// The same words, whole or in part.
    Same,
    /// Same speaker and occasion, other wording.
    Variant,
    /// The same words as reported speech without marks.
    Unmarked,
}

/// What a transcript of the story says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fidelity {
    /// The words stand in the transcript as they are, one after the other.
    Verbatim,
    /// They stand there, with others between them that were left out.
    Cut,
    /// They stand there in another wording.
    Altered,
    /// They do not stand there, though it has words of this speaker.
    NotFound,
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
    /// What the fullest has and this one has not, in bytes of the text of the fullest's article.
    pub(crate) cut: Vec<Span>,
    /// What this one has and the fullest has not, in bytes of its own article's text.
    pub(crate) added: Vec<Span>,
    /// What a transcript says of it, where the story has one in which its speaker speaks.
    pub(crate) fidelity: Option<Fidelity>,
}

/// What someone said, as the articles of a story tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The fullest name of who said it.
    pub(crate) speaker: Option<String>,
    /// Who said it, as a key over articles.
    pub(crate) key: Option<String>,
    /// Index of the fullest member: the transcript's, or the one of most words.
    pub(crate) fullest: usize,
    /// Every version, in order of articles and text.
    pub(crate) members: Vec<Member>,
}

/// What was said in a story, in order of the first version.
pub(crate) fn matched(articles: &[Told<'_>], keys: &Keys) -> Vec<Group> {
    let utterances = Utterances::new(articles, keys);
    let links = links::between(&utterances);
    let mut drafts = groups::gather(&utterances, &links);
    unmarked::join(&utterances, &mut drafts);
    let transcripts = Transcripts::new(articles);
    let found = transcripts.find(&utterances, &drafts);
    let mut groups: Vec<Group> = drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| draft.finish(&utterances, found.get(at)))
        .collect();
    groups.retain(|group| !group.members.is_empty());
    groups.sort_by_key(|group| group.members.first().map(|member| (member.article, member.span)));
    groups
}
