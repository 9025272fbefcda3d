//! Training of `quote-extract`: reports of labelled articles → what each word that may report sees → a model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use document::{Document, Form, Origin};
use learner::ModelFile;
use learner::crf::{self, Lessons, Options};
use learner::hash::ByHash;
use quote_extract::training::{self, Counts, Knowledge, Labelled, Lesson, Reader};
use serde_json::Value;
use stage_api::{BuiltStage, Settings, Stage, StageSpec};

use crate::corpus;

/// What to train on, and how.
pub(crate) struct Plan {
    pub(crate) data: PathBuf,
    /// A model to take the clusters of words from.
    pub(crate) clusters_of: PathBuf,
    folds: usize,
    passes: usize,
    /// Width of the first steps.
    rate: f32,
    /// One article in so many is also read as if nobody had found names in it.
    untagged: usize,
    /// Features seen in fewer lessons are left out.
    seldom: u32,
    /// Features with no weight above this are left out, and the others learned once more without them; 0 for no second time.
    strong: f32,
    /// Features with no weight above this are left out at last.
    least: f32,
    /// Whether to learn from the dev part, too.
    dev: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            data: PathBuf::from("../shared/data"),
            clusters_of: PathBuf::from("crates/entity-tag/models/open.model"),
            folds: 5,
            passes: 5,
            rate: 0.05,
            untagged: 10,
            seldom: 3,
            strong: 0.16,
            least: 0.05,
            dev: true,
        }
    }
}

impl Plan {
    /// Another way to train, for comparison.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "folds" => self.folds = value.parse()?,
            "passes" => self.passes = value.parse()?,
            "rate" => self.rate = value.parse()?,
            "untagged" => self.untagged = value.parse()?,
            "seldom" => self.seldom = value.parse()?,
            "strong" => self.strong = value.parse()?,
            "least" => self.least = value.parse()?,
            "dev" => self.dev = value.parse()?,
            _ => bail!("there is no option `--{name}`"),
        }
        Ok(())
    }
}

/// A labelled article, with the names that the pipeline finds in it.
struct Article {
    doc: Document,
    labelled: Vec<Labelled>,
}

/// Trains a model and returns the bytes of its file.
pub(crate) fn train(plan: &Plan) -> Result<Vec<u8>> {
    let mut articles = read(&plan.data.join("quotes/polnear_train.jsonl"))?;
    if plan.dev {
        articles.extend(read(&plan.data.join("quotes/polnear_dev.jsonl"))?);
    }
    let clusters_of =
        std::fs::read(&plan.clusters_of).with_context(|| plan.clusters_of.display().to_string())?;
    let clusters_of = ModelFile::open(clusters_of)?;
    let section = |name: &str| clusters_of.section(name).map(<[u8]>::to_vec);
    let reader = Reader::default();
    let mut heads = Counts::default();
    for article in &articles {
        heads.add(&reader.read(&article.doc).count(&article.labelled, None));
    }
    let mut folds = vec![Counts::default(); plan.folds];
    for (number, article) in articles.iter().enumerate() {
        let counts = reader.read(&article.doc).count(&article.labelled, Some(&heads));
        for (fold, sums) in folds.iter_mut().enumerate() {
            if fold != number % plan.folds {
                sums.add(&counts);
            }
        }
    }
    let mut all = Counts::default();
    for article in &articles {
        all.add(&reader.read(&article.doc).count(&article.labelled, Some(&heads)));
    }
    let knowledge = folds
        .iter()
        .map(|counts| Knowledge::new(counts.build(), section("groups")?, section("clusters")?))
        .collect::<Result<Vec<_>, _>>()?;
    let lessons_of = |number: usize, article: &Article| {
        let knowledge = &knowledge[number % plan.folds];
        let read = reader.read(&article.doc);
        let mut lessons = read.lessons(&article.labelled, &heads, knowledge);
        if number.is_multiple_of(plan.untagged) {
            lessons.extend(read.untagged().lessons(&article.labelled, &heads, knowledge));
        }
        lessons
    };
    let mut seen: ByHash<u32> = ByHash::default();
    for (number, article) in articles.iter().enumerate() {
        for lesson in lessons_of(number, article) {
            for feature in lesson.features.iter().flatten() {
                *seen.entry(*feature).or_default() += 1;
            }
        }
    }
    let learn = |keep: &dyn Fn(u64) -> bool| {
        let mut numbers: ByHash<u32> = ByHash::default();
        let mut features = Vec::new();
        let mut lessons = Lessons::new();
        let (mut count, mut reports) = (0, 0);
        for (number, article) in articles.iter().enumerate() {
            for Lesson { features: rows, tags } in lessons_of(number, article) {
                count += 1;
                reports += u32::from(tags.iter().any(|tag| *tag != learner::tags::OUTSIDE));
                for (row, tag) in rows.iter().zip(tags) {
                    let kept = row.iter().filter(|feature| keep(**feature));
                    let numbered = kept.map(|feature| {
                        *numbers.entry(*feature).or_insert_with(|| {
                            features.push(*feature);
                            features.len() as u32 - 1
                        })
                    });
                    lessons.push(numbered, tag);
                }
                lessons.end_sentence(1.0);
            }
        }
        drop(numbers);
        println!(
            "{} articles, {count} anchors, {reports} reports, {} tokens, {} features",
            articles.len(),
            lessons.tokens(),
            features.len()
        );
        let options =
            Options { passes: plan.passes, settled: plan.passes / 2 + 1, rate: plan.rate, seed: 7 };
        let learned = crf::train(&lessons, features.len(), &options);
        (features, learned)
    };
    let (mut features, mut learned) = learn(&|feature| seen[&feature] >= plan.seldom);
    if plan.strong > 0.0 {
        let rows = features.iter().zip(&learned.rows);
        let strong =
            rows.filter(|(_, weights)| weights.iter().any(|weight| weight.abs() > plan.strong));
        let strong: BTreeSet<u64> = strong.map(|(feature, _)| *feature).collect();
        (features, learned) = learn(&|feature| strong.contains(&feature));
    }
    Ok(training::build(
        &features,
        &learned,
        plan.least,
        all.build(),
        section("groups")?,
        section("clusters")?,
    ))
}

/// Reads articles with their reports, and runs the stages before this one on them.
fn read(path: &Path) -> Result<Vec<Article>> {
    let normalize = normalize::spec();
    let settings = Settings::defaults(&normalize.settings).with("mode", "verbatim");
    let tag = entity_tag::spec();
    let mut stages =
        [instance(&normalize, &settings)?, instance(&tag, &Settings::defaults(&tag.settings))?];
    let mut articles = Vec::new();
    for line in corpus::lines(path)? {
        let text = line["text"].as_str().context("a line has a text")?;
        let labelled =
            labelled(&line, text).with_context(|| format!("{}: offsets", path.display()))?;
        let payload = text.as_bytes().to_vec();
        let mut doc = Document::new("article", Origin::path("-"), payload, Form::Text);
        for stage in &mut stages {
            stage.process(&mut doc)?;
        }
        articles.push(Article { doc, labelled });
    }
    Ok(articles)
}

fn instance(spec: &StageSpec, settings: &Settings) -> Result<Box<dyn Stage>> {
    match spec.build(settings).map_err(|error| anyhow::anyhow!("{error:?}"))? {
        BuiltStage::Article(factory) => Ok(factory.instance()),
        BuiltStage::Ordered(_) => bail!("`{}` is no article stage", spec.info.name),
    }
}

/// The reports of a line, the parts of each together.
fn labelled(line: &Value, text: &str) -> Option<Vec<Labelled>> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let byte = |value: &Value| bytes.get(usize::try_from(value.as_u64()?).ok()?).copied();
    let range = |value: &Value| Some(byte(&value["start"])?..byte(&value["end"])?);
    let mut reports: BTreeMap<&str, Labelled> = BTreeMap::new();
    for part in line["quotes"].as_array()? {
        let report = reports.entry(part["attr"].as_str()?).or_insert_with(|| Labelled {
            contents: Vec::new(),
            cue: range(&part["cue"]),
            source: range(&part["speaker"]),
            attitude: part["act"] == "attitude",
        });
        report.contents.push(range(part)?);
    }
    Some(reports.into_values().collect())
}
