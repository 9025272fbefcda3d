//! The rows of `stories.jsonl`.

use std::collections::BTreeMap;
use std::io;

use document::Span;
use serde::Serialize;

use crate::article::Article;
use crate::keys::Keys;
use crate::quotations::{self, Fidelity, Relation, Told};
use crate::state::Stories;
use crate::{copies, digest, exclusive, people, timeline};

/// One story, as it is written.
#[derive(Debug, Serialize)]
struct Row<'a> {
    schema: &'static str,
    id: &'a str,
    merged_into: Option<&'a str>,
    headline: &'a str,
    articles: Vec<&'a str>,
    digest: Vec<Passage<'a>>,
    people: Vec<people::Named<'a>>,
    names: Vec<people::Named<'a>>,
    quotations: Vec<Quotation<'a>>,
    timeline: Vec<Dated<'a>>,
    exclusive: Vec<Passage<'a>>,
    copies: Vec<Copies<'a>>,
}

/// A stretch of an article, in code points, with its words.
#[derive(Debug, Serialize)]
struct Passage<'a> {
    article: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct Dated<'a> {
    date: &'a str,
    #[serde(flatten)]
    passage: Passage<'a>,
}

#[derive(Debug, Serialize)]
struct Quotation<'a> {
    speaker: Option<String>,
    key: Option<String>,
    fullest: usize,
    members: Vec<Member<'a>>,
}

#[derive(Debug, Serialize)]
struct Member<'a> {
    relation: &'static str,
    article: &'a str,
    quotation: Option<u32>,
    start: usize,
    end: usize,
    text: &'a str,
    /// What the fullest has beyond this one.
    cut: Vec<Stretch<'a>>,
    /// What this one has beyond the fullest.
    added: Vec<Stretch<'a>>,
    transcript: Option<&'static str>,
}

/// A stretch of an article that is told beside it.
#[derive(Debug, Serialize)]
struct Stretch<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// Articles that are one text.
#[derive(Debug, Serialize)]
struct Copies<'a> {
    of: &'a str,
    articles: Vec<&'a str>,
}

const SCHEMA: &str = "copydesk.story/1";

/// Writes one row a story, in order of their first articles.
///
/// A story that was merged into another one has its own id, the id and headline of the one that it became, and
/// nothing else: its articles are told of there.
pub(crate) fn write_all(
    stories: &mut Stories,
    sentences: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let told = stories.told();
    let mut headlines: BTreeMap<u32, String> = BTreeMap::new();
    for (story, (root, _)) in (0..).zip(&told) {
        if story != *root {
            headlines.insert(*root, String::new());
        }
    }
    for (story, (root, numbers)) in (0..).zip(told) {
        if story != root {
            let headline = &headlines[&root];
            let merged_into = Some(stories.id(root));
            write(out, &Row { merged_into, headline, ..empty(stories.id(story)) })?;
            continue;
        }
        let articles = numbers.iter().map(|number| stories.store.get(*number));
        let articles: Vec<Article> = articles.collect::<io::Result<_>>()?;
        if articles.is_empty() {
            continue;
        }
        let told: Vec<Told<'_>> = articles
            .iter()
            .zip(&numbers)
            .map(|(article, number)| Told { article, keys: stories.store.keys(*number) })
            .collect();
        let row = row(stories.id(story), &told, &stories.keys, sentences);
        if let Some(headline) = headlines.get_mut(&story) {
            row.headline.clone_into(headline);
        }
        write(out, &row)?;
    }
    Ok(())
}

fn write(out: &mut dyn io::Write, row: &Row<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}

fn empty(id: &str) -> Row<'_> {
    Row {
        schema: SCHEMA,
        id,
        merged_into: None,
        headline: "",
        articles: Vec::new(),
        digest: Vec::new(),
        people: Vec::new(),
        names: Vec::new(),
        quotations: Vec::new(),
        timeline: Vec::new(),
        exclusive: Vec::new(),
        copies: Vec::new(),
    }
}

fn row<'a>(id: &'a str, told: &[Told<'a>], keys: &'a Keys, sentences: usize) -> Row<'a> {
    let copies = copies::groups(told);
    let original = copies::originals(told.len(), &copies);
    let digest = digest::Digest::of(told, &original, sentences);
    let (people, names) = people::named(told, keys);
    let id_of = |index: usize| told[index].article.id.as_str();
    Row {
        headline: digest.headline,
        articles: told.iter().map(|told| told.article.id.as_str()).collect(),
        digest: digest.sentences.iter().map(|place| passage(told, *place)).collect(),
        people,
        names,
        quotations: quotations(told, keys),
        timeline: timeline::dates(told, &original)
            .into_iter()
            .map(|(date, place)| Dated { date, passage: passage(told, place) })
            .collect(),
        exclusive: exclusive::passages(told)
            .into_iter()
            .map(|place| passage(told, place))
            .collect(),
        copies: copies
            .iter()
            .map(|group| Copies {
                of: id_of(group[0]),
                articles: group[1..].iter().map(|index| id_of(*index)).collect(),
            })
            .collect(),
        ..empty(id)
    }
}

fn quotations<'a>(told: &[Told<'a>], keys: &Keys) -> Vec<Quotation<'a>> {
    quotations::matched(told, keys)
        .into_iter()
        .map(|group| {
            let fullest = group.members[group.fullest].article;
            let member = |member: &quotations::Member| version(told, fullest, member);
            Quotation {
                fullest: group.fullest,
                members: group.members.iter().map(member).collect(),
                speaker: group.speaker,
                key: group.key,
            }
        })
        .collect()
}

fn version<'a>(told: &[Told<'a>], fullest: usize, member: &quotations::Member) -> Member<'a> {
    let stretches = |article: usize, spans: &[Span]| {
        let stretch = |span: &Span| {
            let Passage { start, end, text, .. } = passage(told, Place { article, span: *span });
            Stretch { start, end, text }
        };
        spans.iter().map(stretch).collect()
    };
    let Passage { article, start, end, text } =
        passage(told, Place { article: member.article, span: member.span });
    Member {
        relation: match member.relation {
            Relation::Same => "same",
            Relation::Variant => "variant",
            Relation::Unmarked => "unmarked",
        },
        article,
        quotation: member.quotation,
        start,
        end,
        text,
        cut: stretches(fullest, &member.cut),
        added: stretches(member.article, &member.added),
        transcript: member.fidelity.map(|fidelity| match fidelity {
            Fidelity::Verbatim => "verbatim",
            Fidelity::Cut => "cut",
            Fidelity::Altered => "altered",
            Fidelity::NotFound => "not-found",
        }),
    }
}

/// A sentence or another stretch of one of the articles of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index of the article in the story.
    pub(crate) article: usize,
    /// Bytes of its text.
    pub(crate) span: Span,
}

fn passage<'a>(told: &[Told<'a>], place: Place) -> Passage<'a> {
    let article = told[place.article].article;
    let points = |bytes: u32| article.text[..bytes as usize].chars().count();
    Passage {
        article: &article.id,
        start: points(place.span.start()),
        end: points(place.span.end()),
        text: &article.text[place.span.range()],
    }
}
