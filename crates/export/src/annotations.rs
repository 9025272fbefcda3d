//! Exports as W3C Web Annotations.

use std::io::Write;

use serde::Serialize;
use wire::{Entity, Mention};

use crate::article::{Article, Said, Stretch};
use crate::error::ExportError;
use crate::filter::Filter;
use crate::fragment::web_address;
use crate::{Form, What};

/// The context of the data model.
const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// Characters before and after the words that a quote selector gives.
const AROUND: usize = 32;

/// One annotation of the [data model](https://www.w3.org/TR/annotation-model/).
#[derive(Debug, Serialize)]
struct Annotation<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    motivation: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    body: Vec<Body<'a>>,
    target: Vec<Target<'a>>,
}

/// A textual body.
#[derive(Debug, Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
    purpose: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

/// A page, or a stretch of it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Target<'a> {
    Whole {
        id: &'a str,
        #[serde(rename = "type")]
        kind: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        language: Option<&'a str>,
    },
    Stretch {
        source: &'a str,
        selector: [Selector<'a>; 2],
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type")]
enum Selector<'a> {
    TextQuoteSelector { exact: &'a str, prefix: &'a str, suffix: &'a str },
    TextPositionSelector { start: u32, end: u32 },
}

/// Annotations being written.
pub(crate) struct Annotations<'o> {
    what: What,
    out: &'o mut dyn Write,
    count: u64,
}

impl<'o> Annotations<'o> {
    pub(crate) fn begin(what: What, out: &'o mut dyn Write) -> Self {
        Self { what, out, count: 0 }
    }

    /// The speaker, the role and the kind of a quotation, said of the places of its parts.
    fn quotation(&mut self, source: &Source<'_>, said: &Said<'_>) -> Result<(), ExportError> {
        let (article, first) = (source.article, said.first());
        let (key, name) = article.speaker(first);
        let role = first.speaker.as_ref().and_then(|speaker| speaker.role.as_deref());
        let body = [
            (name, "identifying"),
            (key, "identifying"),
            (role, "describing"),
            (first.kind.as_deref(), "classifying"),
        ];
        let stretches = said.parts.iter().filter_map(|part| article.stretch(part.start, part.end));
        let target: Vec<_> = stretches.map(|stretch| source.stretch(&stretch)).collect();
        self.put(source, &format!("quotation-{}", first.id), "identifying", &body, target)
    }

    /// Who or what is named, said of the place of a mention.
    fn mention(
        &mut self,
        source: &Source<'_>,
        number: usize,
        mention: &Mention,
        entity: &Entity,
    ) -> Result<(), ExportError> {
        let (key, name) = source.article.over_articles(entity);
        let body = [
            (Some(name), "identifying"),
            (Some(key), "identifying"),
            (entity.label.as_deref(), "classifying"),
        ];
        let stretch = source.article.stretch(mention.start, mention.end);
        let target = stretch.iter().map(|stretch| source.stretch(stretch)).collect();
        self.put(source, &format!("mention-{number}"), "identifying", &body, target)
    }

    /// Summary and keyphrases, said of the whole article.
    fn article(&mut self, source: &Source<'_>) -> Result<(), ExportError> {
        let record = source.article.record;
        let summary =
            record.summary.iter().flatten().filter_map(|sentence| sentence.text.as_deref());
        let phrases = record.keyphrases.iter().flatten().map(|phrase| phrase.text.as_str());
        let body: Vec<_> = summary
            .map(|sentence| (Some(sentence), "describing"))
            .chain(phrases.map(|phrase| (Some(phrase), "tagging")))
            .collect();
        self.put(source, "article", "describing", &body, Vec::new())
    }

    fn put<'a>(
        &mut self,
        source: &'a Source<'a>,
        name: &str,
        motivation: &'static str,
        body: &[(Option<&str>, &'static str)],
        mut target: Vec<Target<'a>>,
    ) -> Result<(), ExportError> {
        let record = source.article.record;
        if target.is_empty() {
            // Without its text, or about all of it: the article.
            let language = record.language.as_deref();
            target.push(Target::Whole { id: &source.iri, kind: "Text", language });
        }
        let body = body.iter().filter_map(|(value, purpose)| {
            // What describes is in the article's words, and so in its language.
            let language = record.language.as_deref().filter(|_| *purpose == "describing");
            Some(Body { kind: "TextualBody", value: (*value)?, purpose, language })
        });
        let annotation = Annotation {
            context: CONTEXT,
            id: format!("{}:{}:{name}", source.urn, record.revision),
            kind: "Annotation",
            motivation,
            body: body.collect(),
            target,
        };
        serde_json::to_writer(&mut *self.out, &annotation).map_err(std::io::Error::from)?;
        self.out.write_all(b"\n")?;
        self.count += 1;
        Ok(())
    }
}

impl Form for Annotations<'_> {
    fn add(&mut self, article: &Article<'_>, filter: &Filter) -> Result<(), ExportError> {
        let source = Source::of(article);
        match self.what {
            What::Quotations => {
                for said in &article.said {
                    if filter.takes_person(&article.names_of_speaker(said.first())) {
                        self.quotation(&source, said)?;
                    }
                }
            }
            What::Entities => {
                for (number, mention) in article.record.mentions.iter().flatten().enumerate() {
                    let entity = mention.entity.and_then(|entity| article.entity(entity));
                    if let Some(entity) = entity
                        && filter.takes_person(&article.names_of_entity(entity))
                    {
                        self.mention(&source, number, mention, entity)?;
                    }
                }
            }
            What::Articles => {
                if article.names_wanted(filter) {
                    self.article(&source)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<u64, ExportError> {
        self.out.flush()?;
        Ok(self.count)
    }
}

/// What targets point to.
struct Source<'a> {
    article: &'a Article<'a>,
    /// A name for the article that is an IRI, whatever its id is.
    urn: String,
    /// The page where it is known, else that name.
    iri: String,
}

impl<'a> Source<'a> {
    fn of(article: &'a Article<'a>) -> Self {
        let record = article.record;
        let urn = format!("urn:copydesk:{}", percent_encoded(&record.id));
        let iri =
            record.url.as_deref().and_then(web_address).map_or_else(|| urn.clone(), str::to_owned);
        Self { article, urn, iri }
    }

    fn stretch(&self, stretch: &Stretch) -> Target<'_> {
        let (prefix, suffix) = self.article.around(stretch, AROUND);
        let exact = self.article.words(stretch);
        let quote = Selector::TextQuoteSelector { exact, prefix, suffix };
        let position = Selector::TextPositionSelector { start: stretch.start, end: stretch.end };
        Target::Stretch { source: &self.iri, selector: [quote, position] }
    }
}

/// Everything but letters, digits and `-._~/` as `%XX`.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
    }
    out
}
