//! The ranker of `summarize`: trees that learn which sentences an editor's highlights were made from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use document::{Document, Form, Origin, Span};
use learner::Trees;
use learner::boost::{self, Lessons, Options};
use serde_json::json;
use stage_api::{BuiltStage, Settings, Stage, StageSpec};
use summarize::training::{self, NAMES, Reader, WIDTH};

use crate::corpus;
use crate::rouge::{Numbers, Reference, Words};

/// What to train on, and how.
pub(crate) struct Plan {
    pub(crate) data: PathBuf,
    options: Options,
    /// Parts that the articles are split into for the report, each asked of a model of the others.
    folds: usize,
    /// Models of different seeds whose trees are taken together.
    seeds: u64,
    /// Where to write the summaries of the report.
    predictions: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            data: PathBuf::from("../shared/data"),
            options: Options {
                trees: 100,
                leaves: 8,
                rate: 0.05,
                least: 40,
                caution: 20.0,
                rows: 160,
                features: 128,
                seed: 7,
            },
            folds: 10,
            seeds: 4,
            predictions: None,
        }
    }
}

impl Plan {
    /// Another way to train, for comparison, or a file for the summaries.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let options = &mut self.options;
        match name {
            "trees" => options.trees = value.parse()?,
            "leaves" => options.leaves = value.parse()?,
            "rate" => options.rate = value.parse()?,
            "least" => options.least = value.parse()?,
            "caution" => options.caution = value.parse()?,
            "rows" => options.rows = value.parse()?,
            "features" => options.features = value.parse()?,
            "seed" => options.seed = value.parse()?,
            "seeds" => self.seeds = value.parse()?,
            "folds" => self.folds = value.parse()?,
            "predictions" => self.predictions = Some(PathBuf::from(value)),
            _ => bail!("there is no option `--{name}`"),
        }
        ensure!(self.folds > 1, "`--folds` is at least 2");
        Ok(())
    }
}

/// An article with its highlights.
struct Lesson {
    id: String,
    doc: Document,
    rows: Vec<[f32; WIDTH]>,
    sentences: Vec<Words>,
    reference: Reference,
    group: usize,
}

impl Lesson {
    fn worth(&self, chosen: &[usize]) -> f32 {
        self.scores(chosen).iter().sum()
    }

    fn scores(&self, chosen: &[usize]) -> [f32; 2] {
        self.reference.scores(chosen.iter().map(|index| &self.sentences[*index]))
    }

    /// What each sentence is worth, from 0 to 1: alone, for a summary of one sentence; for a longer one, whether it is among
    /// those that come closest to the highlights together.
    fn wanted(&self, most: usize) -> Vec<f32> {
        if most > 1 {
            let oracle = self.oracle(most);
            return (0..self.sentences.len())
                .map(|index| f32::from(oracle.contains(&index)))
                .collect();
        }
        let worth: Vec<f32> = (0..self.sentences.len()).map(|index| self.worth(&[index])).collect();
        let top = worth.iter().copied().fold(f32::MIN, f32::max);
        let bottom = worth.iter().copied().fold(f32::MAX, f32::min);
        worth.iter().map(|worth| (worth - bottom) / (top - bottom).max(1e-6)).collect()
    }

    /// Greedily the sentences that come closest to the highlights, at most `most`.
    fn oracle(&self, most: usize) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        let mut best = 0.0;
        while chosen.len() < most {
            let with = |index: usize| {
                let mut chosen = chosen.clone();
                chosen.push(index);
                chosen.sort_unstable();
                (self.worth(&chosen), chosen)
            };
            let left = (0..self.sentences.len()).filter(|index| !chosen.contains(index));
            let Some((worth, next)) = left.map(with).max_by(|one, other| one.0.total_cmp(&other.0))
            else {
                break;
            };
            if worth <= best + 1e-6 {
                break;
            }
            (best, chosen) = (worth, next);
        }
        chosen
    }
}

/// Trains a model and returns the bytes of its file.
pub(crate) fn train(plan: &Plan) -> Result<Vec<u8>> {
    let mut reader = Reader::default();
    let mut lessons = read(plan, &mut reader)?;
    group(&mut lessons);
    report(plan, &mut reader, &lessons)?;
    let [one, more] = LENGTHS.map(|most| learn(plan, lessons.iter(), most));
    Ok(training::build(&one, &more))
}

/// The lengths of summary that there are trees for: one sentence, and more.
const LENGTHS: [usize; 2] = [1, 3];

fn learn<'a>(plan: &Plan, lessons: impl Iterator<Item = &'a Lesson>, most: usize) -> Trees {
    let mut rows = Lessons::new(WIDTH);
    for lesson in lessons {
        for (row, wanted) in lesson.rows.iter().zip(lesson.wanted(most)) {
            rows.push(row, wanted, 1.0);
        }
    }
    let options = |seed| Options { seed: plan.options.seed + seed, ..plan.options };
    let models: Vec<Trees> =
        (0..plan.seeds).map(|seed| boost::train(&rows, &options(seed))).collect();
    Trees::mean(&models)
}

/// A row as it is where names are not known.
fn blind(row: &[f32; WIDTH]) -> [f32; WIDTH] {
    let mut blind = *row;
    blind[NAMES..].fill(0.0);
    blind
}

/// Prints the scores of models that have not seen the article nor one like it, beside those of the untrained setting and of the
/// article's first sentences; writes the summaries for another scorer, if asked for.
fn report(plan: &Plan, reader: &mut Reader, lessons: &[Lesson]) -> Result<()> {
    let mut out = plan.predictions.as_ref().map(File::create).transpose()?;
    for most in LENGTHS {
        let mut sums = [[0.0; 2]; 4];
        for fold in 0..plan.folds {
            let (asked, known): (Vec<&Lesson>, Vec<&Lesson>) =
                lessons.iter().partition(|lesson| lesson.group % plan.folds == fold);
            let trees = learn(plan, known.into_iter(), most);
            for lesson in asked {
                reader.read(&lesson.doc);
                let scores: Vec<f32> = lesson.rows.iter().map(|row| trees.sum(row)).collect();
                let trained = reader.choose(&scores, most);
                let scores: Vec<f32> =
                    lesson.rows.iter().map(|row| trees.sum(&blind(row))).collect();
                let unnamed = reader.choose(&scores, most);
                let untrained = reader.choose(&reader.untrained(), most);
                let lead = (0..most.min(lesson.sentences.len())).collect();
                for (sums, chosen) in sums.iter_mut().zip([&trained, &unnamed, &untrained, &lead]) {
                    for (sum, score) in sums.iter_mut().zip(lesson.scores(chosen)) {
                        *sum += score;
                    }
                }
                if let Some(out) = &mut out {
                    let texts: Vec<&str> =
                        reader.sentences().iter().map(|span| lesson.doc.slice(*span)).collect();
                    let of = |chosen: &Vec<usize>| -> Vec<&str> {
                        chosen.iter().map(|index| texts[*index]).collect()
                    };
                    let line = json!({
                        "id": lesson.id, "most": most, "sentences": of(&trained), "untrained": of(&untrained), "lead": of(&lead),
                    });
                    writeln!(out, "{line}")?;
                }
            }
        }
        print!("{most} of the sentences:");
        for (name, [words, pairs]) in
            ["trained", "without names", "untrained", "lead"].iter().zip(sums)
        {
            let percent = |sum: f32| 100.0 * sum / lessons.len() as f32;
            print!(" {name} R1 {:.2} R2 {:.2}", percent(words), percent(pairs));
        }
        println!();
    }
    Ok(())
}

fn read(plan: &Plan, reader: &mut Reader) -> Result<Vec<Lesson>> {
    let mut stages = [normalize::spec(), entity_tag::spec(), quote_extract::spec()]
        .iter()
        .map(instance)
        .collect::<Result<Vec<_>>>()?;
    let mut numbers = Numbers::default();
    let mut lessons = Vec::new();
    for line in corpus::lines(&plan.data.join("summ/single_cnn.jsonl"))? {
        let text = line["text"].as_str().context("a line has a text")?;
        let reference = line["reference"][0].as_str().context("a line has a reference")?;
        let id = line["id"].as_str().context("a line has an id")?.to_owned();
        let mut doc = Document::new("", Origin::path(""), text.as_bytes().to_vec(), Form::Text);
        for stage in &mut stages {
            stage.process(&mut doc)?;
        }
        reader.read(&doc);
        let words = |span: &Span| numbers.words(doc.slice(*span));
        let sentences: Vec<Words> = reader.sentences().iter().map(words).collect();
        if sentences.is_empty() {
            continue;
        }
        let reference = Reference::new(&numbers.words(reference));
        lessons.push(Lesson { id, rows: reader.rows(), doc, sentences, reference, group: 0 });
    }
    Ok(lessons)
}

fn instance(spec: &StageSpec) -> Result<Box<dyn Stage>> {
    match spec.build(&Settings::defaults(&spec.settings)) {
        Ok(BuiltStage::Article(factory)) => Ok(factory.instance()),
        Ok(BuiltStage::Ordered(_)) => bail!("an article stage"),
        Err(error) => bail!("{error:?}"),
    }
}

/// Puts articles that share much into one group, so that no model is asked about what it has seen.
fn group(lessons: &mut [Lesson]) {
    let mut holders: BTreeMap<[u32; 4], Vec<usize>> = BTreeMap::new();
    for (number, lesson) in lessons.iter().enumerate() {
        let mut runs: Vec<[u32; 4]> = lesson
            .sentences
            .iter()
            .flat_map(|words| words.windows(4).map(|run| [run[0], run[1], run[2], run[3]]))
            .collect();
        runs.sort_unstable();
        runs.dedup();
        for run in runs {
            holders.entry(run).or_default().push(number);
        }
    }
    let mut shared: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for holders in holders.values().filter(|holders| holders.len() < 20) {
        for (at, one) in holders.iter().enumerate() {
            for other in &holders[at + 1..] {
                *shared.entry((*one, *other)).or_default() += 1;
            }
        }
    }
    for (number, lesson) in lessons.iter_mut().enumerate() {
        lesson.group = number;
    }
    let mut joined = 0;
    for ((one, other), count) in shared {
        if count >= 40 {
            joined += 1;
            let (from, to) = (lessons[other].group, lessons[one].group);
            for lesson in lessons.iter_mut().filter(|lesson| lesson.group == from) {
                lesson.group = to;
            }
        }
    }
    println!("{} articles, {joined} pairs alike", lessons.len());
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    for lesson in lessons {
        let next = numbers.len();
        lesson.group = *numbers.entry(lesson.group).or_insert(next);
    }
}
