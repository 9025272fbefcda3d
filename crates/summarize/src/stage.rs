//! The stage: reads the layers, asks the other modules, writes rows and notes.

use std::sync::Arc;

use document::{Document, Field};
use stage_api::{
    Flow, Kind, Setting, SettingError, Settings, Stage, StageError, StageInfo, StageSpec,
};

use crate::craft::Fault;
use crate::keyphrases::keyphrases;
use crate::reading::Reading;
use crate::reasons::tell;
use crate::score::Ranker;
use crate::select::{Choice, Limits, MOST, choose};

/// The stage as the registry knows it.
pub fn spec() -> StageSpec {
    let info = StageInfo::new(
        "summarize",
        env!("CARGO_PKG_VERSION"),
        "chooses summary sentences and keyphrases",
    )
    .reads("text")
    .reads("sentences")
    .reads_if_present("mentions")
    .reads_if_present("entities")
    .reads_if_present("quotations")
    .reads_if_present("turns")
    .writes("summary")
    .writes("keyphrases");
    let settings = vec![
        Setting::new("sentences", Kind::count(1, MOST as u32), "sentences in the summary, at most")
            .default(3),
        Setting::new("keyphrases", Kind::count(0, 100), "keyphrases, at most").default(10),
        Setting::new(
            "max_words",
            Kind::count(1, 100_000),
            "words in the summary, at most, or the best sentence with a note where none is that short; absent is no limit",
        ),
        Setting::new(
            "max_characters",
            Kind::count(1, 1_000_000),
            "characters in the summary, at most, a space between two sentences counted, or the best sentence with a note where none is that short; absent is no limit",
        ),
        Setting::new(
            "model",
            Kind::choice(&["trained", "untrained"]),
            "what ranks the sentences: trees that learned from highlights of CNN articles, or a plain formula (docs/models/summarize.md)",
        )
        .default("trained"),
        Setting::new(
            "order",
            Kind::choice(&["text", "rank"]),
            "whether the summary's sentences stand as in the text, or best first",
        )
        .default("text"),
        Setting::new(
            "scores",
            Kind::Bool,
            "whether the annotations `summarize.scores` tell of every sentence its score, its rank, and what speaks for and against it",
        )
        .default(false),
    ];
    StageSpec::article(info, settings, |settings: &Settings| {
        let most = |name| settings.get(name).map_or(usize::MAX, |_| settings.count(name));
        let ranker = match settings.text("model") {
            "untrained" => Ok(Ranker::Untrained),
            _ => Ranker::open(include_bytes!("../models/trained.model")),
        };
        let ranker = ranker.map_err(|error| SettingError::new("model", error.to_string()))?;
        let shared = Arc::new(Shared {
            ranker,
            limits: Limits {
                sentences: settings.count("sentences"),
                words: most("max_words"),
                characters: most("max_characters"),
            },
            phrases: settings.count("keyphrases"),
            by_rank: settings.text("order") == "rank",
            scores: settings.bool("scores"),
        });
        Ok(Box::new(move || Box::new(Summarize::new(Arc::clone(&shared))) as Box<dyn Stage>))
    })
}

/// What all instances share: the settings and the model.
struct Shared {
    ranker: Ranker,
    limits: Limits,
    phrases: usize,
    /// Whether the summary stands best sentence first.
    by_rank: bool,
    /// Whether every sentence's score is told.
    scores: bool,
}

/// Chooses the sentences and phrases that say what an English article is about.
struct Summarize {
    shared: Arc<Shared>,
    reading: Reading,
    scores: Vec<f32>,
}

impl Summarize {
    fn new(shared: Arc<Shared>) -> Self {
        Self { shared, reading: Reading::default(), scores: Vec::new() }
    }
}

impl Stage for Summarize {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        if let Some(language) = foreign(doc) {
            let message = format!("summarize speaks English; the article is in `{language}`");
            doc.note(None, &message);
            return Ok(Flow::Keep);
        }
        let view = doc.view();
        self.reading.read(&view);
        let Shared { ranker, limits, phrases, by_rank, scores } = &*self.shared;
        let Reading { sentences, terms, headline, faults, table } = &mut self.reading;
        self.scores.clear();
        self.scores.extend(table.rows.iter().map(|row| ranker.score(row, limits.sentences)));

        let mut choice = choose(table, &self.scores, faults, *limits);
        if !by_rank {
            choice.sentences.sort_unstable();
        }
        let phrases = keyphrases(&view, terms, headline, *phrases);
        for index in &choice.sentences {
            doc.add_summary_sentence(sentences[*index], self.scores[*index]);
        }
        for phrase in phrases {
            doc.add_keyphrase(&phrase.text, phrase.score);
        }
        if let Some(message) = explain(&choice, faults, *limits) {
            doc.note(None, &message);
        }
        if *scores {
            tell(doc, &self.reading, &self.scores, &choice);
        }
        Ok(Flow::Keep)
    }
}

/// The article's language, if it is known and not English.
fn foreign(doc: &Document) -> Option<String> {
    let language = doc.metadata.get(Field::Language)?;
    let primary = language.split(['-', '_']).next().unwrap_or(language);
    (!primary.eq_ignore_ascii_case("en")).then(|| language.to_owned())
}

/// Why the summary is shorter than asked for, or holds what it should not; `None` where neither is so.
fn explain(choice: &Choice, faults: &[Option<Fault>], limits: Limits) -> Option<String> {
    if choice.too_long {
        let limit = limits.told();
        return Some(format!(
            "no sentence is as short as {limit} asks; the summary is the best one all the same"
        ));
    }
    if let Some(fault) = choice.allowed {
        return Some(format!(
            "no sentence stands on its own; the summary takes some that {}",
            fault.told()
        ));
    }
    let found = choice.sentences.len();
    if found == limits.sentences || faults.is_empty() {
        return None;
    }
    let passed = |fault: Fault| {
        let with_fault = |(index, known): &(usize, &Option<Fault>)| {
            **known == Some(fault) && !choice.sentences.contains(index)
        };
        (faults.iter().enumerate().filter(with_fault).count(), fault.told())
    };
    let over = format!("are longer than {} leaves room for", limits.told());
    let mut reasons = Fault::ALL.map(passed).to_vec();
    reasons.push((choice.repeats, "repeat a chosen one"));
    reasons.push((choice.over, &over));
    let reasons: Vec<String> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, told)| format!("{told} ({count})"))
        .collect();
    let why = if reasons.is_empty() {
        "the article has no more".to_owned()
    } else {
        format!("left out are those that {}", reasons.join(", "))
    };
    Some(format!("the summary has {found} of {} sentences: {why}", limits.sentences))
}
