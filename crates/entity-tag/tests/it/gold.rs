//! Human-labelled text: reading it, tagging it, counting exact matches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use document::{Document, Form, Origin, Span, Text, symbol};
use serde_json::Value;
use stage_api::{ArticleFactory, BuiltStage, Settings, Stage};

/// One labelled text; offsets are code points.
pub(crate) struct Gold {
    /// Its id.
    pub(crate) id: String,
    /// The text itself.
    pub(crate) text: String,
    /// Start, end, class; class is empty for labels that are not scored.
    pub(crate) entities: Vec<(usize, usize, String)>,
    sentences: Vec<(usize, usize)>,
}

/// Reads a file of one JSON object a line.
pub(crate) fn read(path: &Path) -> Vec<Gold> {
    let number =
        |value: &Value| usize::try_from(value.as_u64().expect("an offset")).expect("an offset");
    let object = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a line is JSON");
        let entity = |entity: &Value| {
            let class = entity["coarse"].as_str().unwrap_or_default();
            (number(&entity["start"]), number(&entity["end"]), class.to_owned())
        };
        Gold {
            id: value["id"].as_str().expect("an id").to_owned(),
            text: value["text"].as_str().expect("a text").to_owned(),
            entities: value["entities"].as_array().expect("entities").iter().map(entity).collect(),
            sentences: value["sents"]
                .as_array()
                .expect("sentences")
                .iter()
                .map(|pair| (number(&pair[0]), number(&pair[1])))
                .collect(),
        }
    };
    fs::read_to_string(path).expect("the file is readable").lines().map(object).collect()
}

/// An instance of the stage with its default settings. The model is opened once.
pub(crate) fn stage() -> Box<dyn Stage> {
    static FACTORY: OnceLock<Arc<dyn ArticleFactory>> = OnceLock::new();
    FACTORY
        .get_or_init(|| {
            let spec = entity_tag::spec();
            match spec.build(&Settings::defaults(&spec.settings)).expect("the defaults fit") {
                BuiltStage::Article(factory) => factory,
                BuiltStage::Ordered(_) => unreachable!("entity-tag is an article stage"),
            }
        })
        .instance()
}

/// The document of a labelled text, cut into rough sentences.
pub(crate) fn document(gold: &Gold) -> Document {
    let mut doc = Document::new(gold.id.clone(), Origin::path("gold"), Vec::new(), Form::Text);
    doc.set_text(Text::verbatim(gold.text.as_str()));
    let bytes: Vec<usize> =
        gold.text.char_indices().map(|(at, _)| at).chain([gold.text.len()]).collect();
    for (start, end) in &gold.sentences {
        let (mut start, end) = (bytes[*start], bytes[*end]);
        while let Some(length) = sentence_len(&gold.text[start..end]) {
            doc.add_sentence(Span::from_range(start..start + length));
            start += length;
        }
        doc.add_sentence(Span::from_range(start..end));
    }
    doc
}

/// Bytes up to the first border inside `text`: a full stop, question or exclamation mark after a
/// longer lowercase word, perhaps a closing mark, a space and a capital.
fn sentence_len(text: &str) -> Option<usize> {
    text.match_indices(['.', '!', '?']).find_map(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches(['"', '”', '’', ')']);
        let word = text[..at]
            .rsplit(|character: char| !character.is_alphanumeric())
            .next()
            .unwrap_or_default();
        let long = word.chars().count() > 3
            || word.chars().all(|character| character.is_lowercase() || character.is_ascii_digit());
        let opens = rest
            .trim_start()
            .starts_with(|next: char| next.is_uppercase() || "\"“‘".contains(next));
        (rest.starts_with(' ') && long && opens).then(|| text.len() - rest.len() + 1)
    })
}

/// Names as start, end (code points) and class.
pub(crate) fn names(doc: &Document) -> Vec<(usize, usize, String)> {
    let mut points = BTreeMap::new();
    for (point, (at, _)) in doc.text().char_indices().enumerate() {
        points.insert(at as u32, point);
    }
    points.insert(doc.text().len() as u32, doc.text().chars().count());
    let view = doc.view();
    let names = view.mentions().filter(|mention| mention.kind() == symbol::NAME);
    names
        .map(|mention| {
            let span = mention.span();
            (points[&span.start()], points[&span.end()], doc.name_of(mention.label()).to_owned())
        })
        .collect()
}

/// Matched, predicted and labelled names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Same span, same class.
    pub(crate) matched: usize,
    /// Found by the stage.
    pub(crate) predicted: usize,
    /// Labelled by people.
    pub(crate) gold: usize,
}

impl Counts {
    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        2.0 * self.matched as f64 / (self.predicted + self.gold).max(1) as f64
    }
}

/// Exact matches by class, and of all classes under `all`.
pub(crate) fn score(golds: &[Gold]) -> BTreeMap<String, Counts> {
    let mut stage = stage();
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for gold in golds {
        let mut doc = document(gold);
        stage.process(&mut doc).expect("the stage does not fail");
        let found: BTreeSet<_> = names(&doc).into_iter().collect();
        let labelled: BTreeSet<_> =
            gold.entities.iter().filter(|(.., class)| !class.is_empty()).cloned().collect();
        let mut count = |set: &mut dyn Iterator<Item = &(usize, usize, String)>,
                         add: fn(&mut Counts)| {
            for (.., class) in set {
                add(counts.entry(class.clone()).or_default());
                add(counts.entry("all".to_owned()).or_default());
            }
        };
        count(&mut found.iter(), |counts| counts.predicted += 1);
        count(&mut labelled.iter(), |counts| counts.gold += 1);
        count(&mut found.intersection(&labelled), |counts| counts.matched += 1);
    }
    counts
}
