//! The model that tells the lines of an article from those around it on a pasted page.
//!
//! It learns from web pages printed as text, one block a line, whose bodies are known. Beside each whole page
//! it hears what a person may have copied of it: the body with a few lines around, and the body alone.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use learner::ModelFile;
use learner::forest::{Forest, Lessons, Options};
use normalize::training::{FACTS, KEPT_FROM, Line, Reader};
use serde_json::Value;

/// What is learned from: files of pages as text, each with the file of its bodies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    pub(crate) pages: Vec<PathBuf>,
    pub(crate) truth: Vec<PathBuf>,
}

/// Brings the weight of a line to about 1.
const WEIGHT: f32 = 10.0;
const OPTIONS: Options = Options { trees: 200, rate: 0.14, ridge: 4.0 };
/// Parts of a cross-validation.
const FOLDS: usize = 5;
/// Lines around a body that a person may have copied with it.
const MARGINS: [usize; 3] = [0, 3, 10];
/// Lines without a word of the body that end a stretch of it.
const GAP: usize = 25;

struct Page {
    set: usize,
    body: String,
    /// The whole page, then what may have been copied of it.
    cuts: Vec<Cut>,
}

struct Cut {
    lines: Vec<Line>,
    /// For each line whether it is of the body, and its words.
    gold: Vec<(bool, usize)>,
}

/// Trains the model and says how well models of parts do on the rest.
pub(crate) fn train(sets: &Sets) -> Result<Vec<u8>> {
    if sets.pages.is_empty() || sets.pages.len() != sets.truth.len() {
        bail!("give `--pages FILE --truth FILE` for each set");
    }
    let mut pages = Vec::new();
    for (set, (file, truth)) in sets.pages.iter().zip(&sets.truth).enumerate() {
        pages.extend(read(set, file, truth)?);
    }
    let mut bodies: Vec<Option<String>> = vec![None; pages.len()];
    for fold in 0..FOLDS {
        let forest = learn(
            pages.iter().enumerate().filter(|(at, _)| at % FOLDS != fold).map(|(_, page)| page),
        );
        for at in (fold..pages.len()).step_by(FOLDS) {
            bodies[at] = Some(found(&forest, &pages[at].cuts[0]));
        }
    }
    for set in 0..sets.pages.len() {
        let scored = pages.iter().zip(&bodies).filter(|(page, _)| page.set == set);
        println!(
            "set {set}, other folds: {}",
            score(scored.map(|(page, body)| (page, body.as_deref().unwrap_or_default())))
        );
    }
    if sets.pages.len() > 1 {
        for set in 0..sets.pages.len() {
            let forest = learn(pages.iter().filter(|page| page.set != set));
            let own: Vec<(&Page, String)> = pages
                .iter()
                .filter(|page| page.set == set)
                .map(|page| (page, found(&forest, &page.cuts[0])))
                .collect();
            println!(
                "set {set}, other sets: {}",
                score(own.iter().map(|(page, body)| (*page, body.as_str())))
            );
        }
    }
    let forest = learn(pages.iter());
    Ok(ModelFile::build(&[("forest", forest.to_bytes())]))
}

fn learn<'p>(pages: impl Iterator<Item = &'p Page>) -> Forest {
    let mut lessons = Lessons::new(FACTS);
    for cut in pages.flat_map(|page| &page.cuts) {
        // Long pages and long lines count more, but not as much more as they are longer.
        let words: usize = cut.gold.iter().map(|(_, words)| words).sum();
        for (line, (body, own)) in cut.lines.iter().zip(&cut.gold) {
            let weight = ((own + 1) as f32 / (words + 50) as f32).sqrt();
            lessons.push(&line.facts, *body, weight * WEIGHT);
        }
    }
    lessons.train(&OPTIONS)
}

fn read(set: usize, file: &Path, truth: &Path) -> Result<Vec<Page>> {
    let bodies: Value =
        serde_json::from_slice(&fs::read(truth).with_context(|| truth.display().to_string())?)?;
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let reader = Reader::default();
    let page = |line: &str| -> Result<Page> {
        let page: Value = serde_json::from_str(line)?;
        let id = page["id"].as_str().context("a page has an id")?;
        let text = page["text"].as_str().context("a page has a text")?;
        let body = bodies[id]["articleBody"].as_str().unwrap_or_default().to_owned();
        let runs: HashSet<Vec<&str>> = words(&body).windows(RUN).map(<[&str]>::to_vec).collect();
        let cuts: Vec<Cut> =
            cuts(text, &runs).iter().map(|text| Cut::new(&reader, text, &runs)).collect();
        Ok(Page { set, body, cuts })
    };
    text.lines().map(page).collect()
}

impl Cut {
    fn new(reader: &Reader, text: &str, runs: &HashSet<Vec<&str>>) -> Self {
        let lines = reader.lines(text);
        let gold = gold(lines.iter().map(|line| line.text.as_str()), runs);
        Self { lines, gold }
    }
}

/// The page, and what may have been copied of it.
fn cuts(text: &str, runs: &HashSet<Vec<&str>>) -> Vec<String> {
    let all: Vec<&str> = text.split('\n').collect();
    let gold = gold(all.iter().copied(), runs);
    let body: Vec<usize> = (0..all.len()).filter(|at| gold[*at].0).collect();
    let mut cuts = vec![text.to_owned()];
    let stretches = body.chunk_by(|one, next| next - one <= GAP);
    let length = |stretch: &&[usize]| stretch.iter().map(|at| gold[*at].1).sum::<usize>();
    let Some((first, last)) =
        stretches.max_by_key(length).and_then(|stretch| stretch.first().zip(stretch.last()))
    else {
        return cuts;
    };
    for margin in MARGINS {
        let around = first.saturating_sub(margin)..(last + 1 + margin).min(all.len());
        cuts.push(all[around].join("\n"));
    }
    let alone: Vec<&str> = body.iter().map(|at| all[*at]).collect();
    cuts.push(alone.join("\n\n"));
    cuts
}

/// For each line whether at least half of its words stand in runs of words that the body has, and how many it has.
fn gold<'l>(all: impl Iterator<Item = &'l str>, runs: &HashSet<Vec<&str>>) -> Vec<(bool, usize)> {
    let mut page = Vec::new();
    let ends: Vec<usize> = all
        .map(|line| {
            page.extend(words(line));
            page.len()
        })
        .collect();
    let mut known = vec![false; page.len()];
    for (at, run) in page.windows(RUN).enumerate() {
        if runs.contains(run) {
            known[at..at + RUN].fill(true);
        }
    }
    let mut start = 0;
    ends.into_iter()
        .map(|end| {
            let own = &known[start..end];
            start = end;
            let hits = own.iter().filter(|known| **known).count();
            (2 * hits >= own.len() && hits > 0, own.len())
        })
        .collect()
}

/// Words of a run.
const RUN: usize = 4;

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// The lines that a forest takes for the body.
fn found(forest: &Forest, cut: &Cut) -> String {
    let kept = cut.lines.iter().filter(|line| forest.score(&line.facts) > KEPT_FROM);
    kept.map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Precision, recall and F1 over pages by runs of four words, as the benchmark of article extraction has them.
fn score<'p>(pages: impl Iterator<Item = (&'p Page, &'p str)>) -> String {
    let (mut precision, mut recall) = ((0.0, 0_u32), (0.0, 0_u32));
    for (page, body) in pages {
        let (gold, found) = (counts(&page.body), counts(body));
        let hits: usize =
            found.iter().map(|(run, count)| *count.min(gold.get(run).unwrap_or(&0))).sum();
        for (sum, all) in [(&mut precision, &found), (&mut recall, &gold)] {
            let all: usize = all.values().sum();
            if all > 0 {
                sum.0 += hits as f64 / all as f64;
                sum.1 += 1;
            }
        }
    }
    let (precision, recall) =
        (precision.0 / f64::from(precision.1), recall.0 / f64::from(recall.1));
    let f1 = 2.0 * precision * recall / (precision + recall);
    format!("F1 {f1:.4} (precision {precision:.4}, recall {recall:.4})")
}

fn counts(text: &str) -> BTreeMap<Vec<&str>, usize> {
    let words = words(text);
    let mut counts = BTreeMap::new();
    let run = RUN.min(words.len().max(1));
    for run in words.windows(run) {
        *counts.entry(run.to_vec()).or_insert(0) += 1;
    }
    counts
}
