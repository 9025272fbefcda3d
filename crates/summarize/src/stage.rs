//! The stage: reads the layers, asks the other modules, writes rows and notes.

use document::{Document, Field, Span};
use stage_api::{Flow, Kind, Setting, Settings, Stage, StageError, StageInfo, StageSpec};
use terms::Terms;

use crate::craft::{Fault, faults};
use crate::features::FeatureTable;
use crate::keyphrases::keyphrases;
use crate::score::score;
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
            "words in the summary, at most; absent is no limit",
        ),
    ];
    StageSpec::article(info, settings, |settings: &Settings| {
        let words = settings.get("max_words").map_or(usize::MAX, |_| settings.count("max_words"));
        let limits = Limits { sentences: settings.count("sentences"), words };
        let phrases = settings.count("keyphrases");
        Ok(Box::new(move || Box::new(Summarize::new(limits, phrases)) as Box<dyn Stage>))
    })
}

/// Chooses the sentences and phrases that say what an English article is about.
struct Summarize {
    limits: Limits,
    phrases: usize,
    sentences: Vec<Span>,
    terms: Terms,
    table: FeatureTable,
    scores: Vec<f32>,
    faults: Vec<Option<Fault>>,
}

impl Summarize {
    fn new(limits: Limits, phrases: usize) -> Self {
        Self {
            limits,
            phrases,
            sentences: Vec::new(),
            terms: Terms::default(),
            table: FeatureTable::default(),
            scores: Vec::new(),
            faults: Vec::new(),
        }
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
        self.sentences.clear();
        self.sentences.extend(view.sentences());
        self.terms.read(doc.text(), &self.sentences);
        let headline = doc
            .metadata
            .get(Field::Title)
            .map(|title| self.terms.known_in(title))
            .unwrap_or_default();
        self.table.fill(&view, &self.sentences, &self.terms, &headline);
        self.scores.clear();
        self.scores.extend(self.table.rows.iter().map(score));
        faults(&view, &self.sentences, &mut self.faults);

        let choice = choose(&self.table, &self.scores, &self.faults, self.limits);
        let phrases = keyphrases(&view, &mut self.terms, &headline, self.phrases);
        for index in &choice.sentences {
            doc.add_summary_sentence(self.sentences[*index], self.scores[*index]);
        }
        for phrase in phrases {
            doc.add_keyphrase(&phrase.text, phrase.score);
        }
        if let Some(message) = explain(&choice, &self.faults, self.limits) {
            doc.note(None, &message);
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
        return Some(
            "no sentence is as short as `max_words` asks; the summary is the best one all the same"
                .into(),
        );
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
            **known == Some(fault) && choice.sentences.binary_search(index).is_err()
        };
        (faults.iter().enumerate().filter(with_fault).count(), fault.told())
    };
    let mut reasons = Fault::ALL.map(passed).to_vec();
    reasons.push((choice.repeats, "repeat a chosen one"));
    reasons.push((choice.over, "are longer than `max_words` leaves room for"));
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
