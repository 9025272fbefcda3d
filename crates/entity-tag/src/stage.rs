//! The stage: reads text and sentences, writes mentions and entities.

use std::sync::Arc;

use document::layers::MentionDraft;
use document::{Document, Field, RowId, Span, symbol};
use stage_api::{
    ArticleFactory, Flow, Kind, Setting, Settings, Stage, StageError, StageInfo, StageSpec,
};

use crate::article::{Article, Named};
use crate::calendar::Day;
use crate::classify::classify;
use crate::context::Words;
use crate::entities::{Grouping, Knowledge, group};
use crate::lexicon::Lexicon;
use crate::lists::{self, Lists};
use crate::names::Finder;
use crate::nicknames::Nicknames;
use crate::places::Regions;
use crate::referents::{self, Referent};
use crate::token::{Token, tokenize};
use crate::values::{self, Value};

/// What the registry knows of `entity-tag`. The word lists are read when the stage is built.
pub fn spec() -> StageSpec {
    let info = StageInfo::new(
        "entity-tag",
        env!("CARGO_PKG_VERSION"),
        "finds names, dates, amounts and what they refer to",
    )
    .reads("text")
    .reads("sentences")
    .writes("mentions")
    .writes("entities");
    let pronouns =
        Setting::new("pronouns", Kind::Bool, "whether he and she are mentions").default(true);
    let lists = Setting::new(
        "lists",
        Kind::List(Box::new(Kind::Path)),
        "tables of names that win over the tagger: name, label and perhaps key, aliases, parted by tabs",
    );
    StageSpec::article(info, vec![pronouns, lists], |settings: &Settings| {
        let shared = Shared {
            lexicon: Lexicon::new(),
            knowledge: Knowledge {
                nicknames: Nicknames::new(),
                regions: Regions::new(),
                lists: Lists::read(&settings.texts("lists"))?,
            },
            pronouns: settings.bool("pronouns"),
        };
        Ok(Box::new(Factory(Arc::new(shared))) as Box<dyn ArticleFactory>)
    })
}

/// What the instances share.
struct Shared {
    lexicon: Lexicon,
    knowledge: Knowledge,
    pronouns: bool,
}

struct Factory(Arc<Shared>);

impl ArticleFactory for Factory {
    fn instance(&self) -> Box<dyn Stage> {
        Box::new(EntityTag::new(Arc::clone(&self.0)))
    }

    fn memory(&self) -> u64 {
        self.0.lexicon.memory() + self.0.knowledge.memory()
    }
}

/// One worker's instance; its buffers are kept between articles.
struct EntityTag {
    shared: Arc<Shared>,
    sentences: Vec<Span>,
    tokens: Vec<Token>,
    taken: Vec<bool>,
    words: Words,
}

impl EntityTag {
    fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sentences: Vec::new(),
            tokens: Vec::new(),
            taken: Vec::new(),
            words: Words::default(),
        }
    }

    fn analyse(&mut self, doc: &Document) -> Found {
        let text = doc.text();
        let published = doc.metadata.get(Field::Published).and_then(Day::parse);
        self.sentences.clear();
        self.sentences.extend(doc.layer(symbol::SENTENCES).filter_map(|(_, row)| row.span()));
        let Shared { lexicon, knowledge, pronouns } = &*self.shared;
        tokenize(text, &self.sentences, lexicon, &mut self.tokens);
        self.words.count(text, &self.tokens);

        let listed = knowledge.lists.find(text, &self.tokens);
        self.taken.clear();
        self.taken.resize(self.tokens.len(), false);
        for name in &listed {
            self.taken[name.first..name.end].fill(true);
        }
        let mut values = values::find(text, &self.tokens, published);
        values.retain(|value| !self.taken[value.first..value.end].contains(&true));
        self.taken.fill(false);
        for value in &values {
            self.taken[value.first..value.end].fill(true);
        }
        let finder =
            Finder { text, tokens: &self.tokens, lexicon, words: &self.words, taken: &self.taken };
        let tagged = classify(text, &self.tokens, &self.words, &finder.find());
        let tagged = tagged.iter().map(|name| Named {
            first: name.candidate.first,
            end: name.candidate.end,
            label: name.label,
            score: name.score,
            row: None,
        });
        let names = lists::merge(listed, tagged);
        let article = Article { text, tokens: &self.tokens, lexicon };
        let mut grouping = group(&article, &names, knowledge);
        let referents = referents::find(&article, &names, &mut grouping, *pronouns);
        Found { names, values, referents, grouping }
    }

    fn write(&self, doc: &mut Document, found: &Found) {
        let rows: Vec<RowId> = found
            .grouping
            .entities
            .iter()
            .map(|entity| {
                doc.add_entity(entity.label, &entity.key, &entity.name, entity.country.as_deref())
            })
            .collect();
        let span = |first: usize, end: usize| {
            Span::new(self.tokens[first].start, self.tokens[end - 1].end)
        };
        let names = found.names.iter().zip(&found.grouping.of_name).map(|(name, entity)| {
            let span = span(name.first, name.end);
            (MentionDraft::name(span, name.label, name.score), Some(*entity))
        });
        let values = found.values.iter().map(|value| {
            let json = value.json.as_deref();
            (
                MentionDraft {
                    span: value.span,
                    kind: symbol::VALUE,
                    label: value.label,
                    score: 0.9,
                    value: json,
                },
                None,
            )
        });
        let referents = found.referents.iter().map(|referent| {
            let Referent { span, kind, label, entity, score } = *referent;
            (MentionDraft { span, kind, label, score, value: None }, entity)
        });
        let mut mentions: Vec<(MentionDraft<'_>, Option<usize>)> =
            names.chain(values).chain(referents).collect();
        mentions.sort_by_key(|(draft, _)| draft.span);
        for (draft, entity) in &mentions {
            let mention = doc.add_mention(draft);
            if let Some(entity) = entity {
                doc.set_entity(mention, rows[*entity]);
            }
        }
    }
}

/// What was found in one article.
struct Found {
    names: Vec<Named>,
    values: Vec<Value>,
    referents: Vec<Referent>,
    grouping: Grouping,
}

impl Stage for EntityTag {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let language = doc.metadata.get(Field::Language).filter(|language| !is_english(language));
        if let Some(language) = language {
            let message = format!("entity-tag speaks English; the article is in `{language}`");
            doc.note(None, &message);
            return Ok(Flow::Keep);
        }
        let found = self.analyse(doc);
        self.write(doc, &found);
        Ok(Flow::Keep)
    }
}

fn is_english(language: &str) -> bool {
    language.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}
