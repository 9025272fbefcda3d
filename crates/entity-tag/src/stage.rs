//! The stage: reads text and sentences, writes mentions and entities.

use std::sync::Arc;

use document::layers::MentionDraft;
use document::{Document, Field, RowId, Span, symbol};
use stage_api::{
    ArticleFactory, Flow, Kind, Setting, Settings, Stage, StageError, StageInfo, StageSpec,
};

use crate::calendar::Day;
use crate::classify::{Name, classify};
use crate::context::Words;
use crate::entities::{Grouping, group};
use crate::lexicon::Lexicon;
use crate::names::Finder;
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
    StageSpec::article(info, vec![pronouns], |settings: &Settings| {
        let pronouns = settings.bool("pronouns");
        let lexicon = Arc::new(Lexicon::new());
        Ok(Box::new(Factory { lexicon, pronouns }) as Box<dyn ArticleFactory>)
    })
}

/// What the instances share.
struct Factory {
    lexicon: Arc<Lexicon>,
    pronouns: bool,
}

impl ArticleFactory for Factory {
    fn instance(&self) -> Box<dyn Stage> {
        Box::new(EntityTag::new(Arc::clone(&self.lexicon), self.pronouns))
    }

    fn memory(&self) -> u64 {
        self.lexicon.memory()
    }
}

/// One worker's instance; its buffers are kept between articles.
struct EntityTag {
    lexicon: Arc<Lexicon>,
    pronouns: bool,
    sentences: Vec<Span>,
    tokens: Vec<Token>,
    taken: Vec<bool>,
    words: Words,
}

impl EntityTag {
    fn new(lexicon: Arc<Lexicon>, pronouns: bool) -> Self {
        Self {
            lexicon,
            pronouns,
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
        tokenize(text, &self.sentences, &self.lexicon, &mut self.tokens);
        self.words.count(text, &self.tokens);

        let values = values::find(text, &self.tokens, published);
        self.taken.clear();
        self.taken.resize(self.tokens.len(), false);
        for value in &values {
            self.taken[value.first..value.end].fill(true);
        }
        let finder = Finder {
            text,
            tokens: &self.tokens,
            lexicon: &self.lexicon,
            words: &self.words,
            taken: &self.taken,
        };
        let names = classify(text, &self.tokens, &self.words, &finder.find());
        let grouping = group(text, &self.tokens, &self.lexicon, &names);
        let referents = referents::find(text, &self.tokens, &names, &grouping, self.pronouns);
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
            let span = span(name.candidate.first, name.candidate.end);
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
            let Referent { span, kind, entity, score } = *referent;
            (MentionDraft { span, kind, label: symbol::PER, score, value: None }, entity)
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
    names: Vec<Name>,
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
