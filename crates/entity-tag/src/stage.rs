//! The stage: reads text and sentences, writes mentions and entities.

use std::sync::Arc;

use document::layers::MentionDraft;
use document::{Document, Field, RowId, Span, Symbol, symbol};
use stage_api::{
    ArticleFactory, Flow, Kind, Setting, SettingError, Settings, Stage, StageError, StageInfo,
    StageSpec,
};

use crate::article::{Article, Named};
use crate::calendar::Day;
use crate::entities::{Grouping, Knowledge, group};
use crate::lexicon::Lexicon;
use crate::lists::{self, Lists};
use crate::models;
use crate::nicknames::Nicknames;
use crate::places::Regions;
use crate::referents::{self, Referent};
use crate::tagger::{Model, Tagged, Tagger};
use crate::token::{Token, tokenize};
use crate::values::{self, Value};

/// What the registry knows of `entity-tag`. The word lists are read and the model is
/// checked when the stage is built.
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
    let model = Setting::new(
        "model",
        Kind::choice(&models::NAMES),
        "`default` learned from all labelled texts, `open` from freely licensed ones alone",
    )
    .default(models::NAMES[0]);
    StageSpec::article(info, vec![model, pronouns, lists], |settings: &Settings| {
        let model = models::open(settings.text("model"))
            .map_err(|error| SettingError::new("model", error.to_string()))?;
        let shared = Shared {
            model,
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
    model: Model,
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
        self.0.model.memory() + self.0.lexicon.memory() + self.0.knowledge.memory()
    }
}

/// One worker's instance; its buffers are kept between articles.
struct EntityTag {
    shared: Arc<Shared>,
    sentences: Vec<Span>,
    tokens: Vec<Token>,
    tagger: Tagger,
}

impl EntityTag {
    fn new(shared: Arc<Shared>) -> Self {
        Self { shared, sentences: Vec::new(), tokens: Vec::new(), tagger: Tagger::default() }
    }

    fn analyse(&mut self, doc: &Document) -> Found {
        let text = doc.text();
        let published = doc.metadata.get(Field::Published).and_then(Day::parse);
        self.sentences.clear();
        self.sentences.extend(doc.layer(symbol::SENTENCES).filter_map(|(_, row)| row.span()));
        let Shared { model, lexicon, knowledge, pronouns } = &*self.shared;
        tokenize(text, &self.sentences, lexicon, &mut self.tokens);

        let listed = knowledge.lists.find(text, &self.tokens);
        let mut values = values::find(text, &self.tokens, published);
        remove_overlapping(&mut values, &listed);
        let mut tagged = self.tagger.tag(model, lexicon, text, &self.tokens);
        settle(&mut tagged, &mut values);
        let tagged = tagged.into_iter().map(|name| Named {
            first: name.tokens.start,
            end: name.tokens.end,
            label: LABELS[name.class],
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

/// The labels of the model's classes.
const LABELS: [Symbol; 4] = [symbol::PER, symbol::ORG, symbol::LOC, symbol::MISC];

/// Removes the values that share tokens with a name of the user's lists.
fn remove_overlapping(values: &mut Vec<Value>, listed: &[Named]) {
    let mut next = 0;
    values.retain(|value| {
        while listed.get(next).is_some_and(|name| name.end <= value.first) {
            next += 1;
        }
        listed.get(next).is_none_or(|name| value.end <= name.first)
    });
}

/// Where a name and a value share tokens, the longer one stays, and of equals the value.
fn settle(tagged: &mut Vec<Tagged>, values: &mut Vec<Value>) {
    let overlap = |name: &Tagged, value: &Value| {
        name.tokens.start < value.end && value.first < name.tokens.end
    };
    let longer = |name: &Tagged, value: &Value| name.tokens.len() > value.end - value.first;
    let mut next = 0;
    tagged.retain(|name| {
        while values.get(next).is_some_and(|value| value.end <= name.tokens.start) {
            next += 1;
        }
        let mut shared = values[next..].iter().take_while(|value| overlap(name, value));
        shared.all(|value| longer(name, value))
    });
    let mut next = 0;
    values.retain(|value| {
        while tagged.get(next).is_some_and(|name| name.tokens.end <= value.first) {
            next += 1;
        }
        !tagged.get(next).is_some_and(|name| overlap(name, value))
    });
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
