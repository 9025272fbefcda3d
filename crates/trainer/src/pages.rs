//! Pages with their article text → the model of `normalize` that tells body from all else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use learner::Borders;
use learner::forest::{Lessons, Options};
use normalize::pages::{Model, Page, VALUES};
use serde_json::Value;

/// Folders with pages, below the one of the data.
const SETS: [&str; 2] = ["html", "html/fundus"];
/// Parts of the cross-validation.
const PARTS: usize = 8;
/// Words that are compared at a time.
const RUN: usize = 4;

/// A page with what is known of it.
struct Lesson {
    set: usize,
    /// Pages of one outlet are never on both sides of a validation.
    outlet: String,
    page: Page,
    truth: Vec<String>,
    labels: Vec<bool>,
}

/// Learns from all pages; prints how well models of some of them do on the others.
pub(crate) fn train(data: &Path) -> Result<Vec<u8>> {
    let mut lessons = Vec::new();
    for (set, folder) in SETS.iter().enumerate() {
        read(set, &data.join(folder), &mut lessons)?;
    }
    ensure!(!lessons.is_empty(), "{} has no pages", data.display());
    let outlets: BTreeSet<&str> = lessons.iter().map(|lesson| lesson.outlet.as_str()).collect();
    let part_of: BTreeMap<&str, usize> =
        outlets.into_iter().enumerate().map(|(number, outlet)| (outlet, number % PARTS)).collect();
    let mut found = vec![Vec::new(); lessons.len()];
    for part in 0..PARTS {
        let apart = |lesson: &&Lesson| part_of[lesson.outlet.as_str()] == part;
        let model = learn(lessons.iter().filter(|lesson| !apart(lesson)));
        for (lesson, found) in lessons.iter().zip(&mut found).filter(|(lesson, _)| apart(lesson)) {
            *found = lesson.page.body(&model);
        }
    }
    for (set, folder) in SETS.iter().enumerate() {
        report(&format!("{folder}, outlets left out"), &lessons, set, |number, _| {
            found[number].clone()
        });
    }
    for (set, folder) in SETS.iter().enumerate() {
        let model = learn(lessons.iter().filter(|lesson| lesson.set != set));
        report(&format!("{folder}, from the other set"), &lessons, set, |_, lesson| {
            lesson.page.body(&model)
        });
    }
    let model = learn(lessons.iter());
    for (set, folder) in SETS.iter().enumerate() {
        report(&format!("{folder}, fitted"), &lessons, set, |_, lesson| lesson.page.body(&model));
        report(&format!("{folder}, labels"), &lessons, set, |_, lesson| {
            (0..lesson.labels.len()).filter(|block| lesson.labels[*block]).collect()
        });
    }
    Ok(model.to_bytes())
}

fn read(set: usize, folder: &Path, lessons: &mut Vec<Lesson>) -> Result<()> {
    let path = folder.join("ground-truth.json");
    let truth = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let truth: BTreeMap<String, Value> = serde_json::from_slice(&truth)?;
    for (id, entry) in truth {
        let path = folder.join(format!("{id}.html.gz"));
        let file = std::fs::File::open(&path).with_context(|| path.display().to_string())?;
        let mut html = Vec::new();
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut html)?;
        let page = Page::read(&String::from_utf8_lossy(&html));
        let truth = words(entry["articleBody"].as_str().unwrap_or_default());
        let labels = labels(&page, &truth);
        let outlet = outlet(&id, entry["url"].as_str().unwrap_or_default());
        lessons.push(Lesson { set, outlet, page, truth, labels });
    }
    Ok(())
}

/// The outlet by the name of a page (`uk-TheDaily_2024_01_02`), or else by its host.
fn outlet(id: &str, url: &str) -> String {
    if let Some((outlet, _)) = id.split_once('_') {
        return outlet.to_owned();
    }
    let host = url.split('/').find(|piece| piece.contains('.')).unwrap_or(id);
    let mut names: Vec<&str> = host.rsplit('.').take(2).collect();
    names.reverse();
    names.join(".")
}

fn learn<'l>(lessons: impl Iterator<Item = &'l Lesson>) -> Model {
    /// Words above which a block weighs no more.
    const MOST: usize = 60;
    let (mut values, mut answers) = (Vec::new(), Vec::new());
    for lesson in lessons {
        let counts: Vec<usize> =
            (0..lesson.page.blocks()).map(|block| words(lesson.page.text(block)).len()).collect();
        // A page of many blocks weighs more than one of few, but not by as much.
        let blocks = counts.iter().filter(|count| **count > 0).count();
        let page = (1.0 + blocks as f32 / 100.0).sqrt();
        for (block, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            values.extend_from_slice(lesson.page.values(block));
            answers.push((lesson.labels[block], (count.min(MOST) as f32).sqrt() / page));
        }
    }
    let borders = Borders::learn(&values, VALUES);
    let mut rows = Lessons::new(VALUES);
    let mut facts = Vec::new();
    for (numbers, (answer, weight)) in values.chunks(VALUES).zip(answers) {
        borders.facts(numbers, &mut facts);
        rows.push(&facts, answer, weight);
    }
    let forest = rows.train(&Options { trees: 200, rate: 0.08, ridge: 5.0 });
    Model::new(borders, forest)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// For each block whether it is in the truth. Of blocks with the same words, those count that stand
/// in the truth's order: the longest row of runs of words that rises in both.
fn labels(page: &Page, truth: &[String]) -> Vec<bool> {
    /// Blocks of fewer words than a run belong where others near by do.
    const NEAR: usize = 8;
    let blocks: Vec<Vec<String>> =
        (0..page.blocks()).map(|block| words(page.text(block))).collect();
    let mut places: HashMap<&[String], Vec<usize>> = HashMap::new();
    for (place, run) in truth.windows(RUN).enumerate() {
        places.entry(run).or_default().push(place);
    }
    let mut runs = Vec::new();
    for (block, words) in blocks.iter().enumerate() {
        let known = words.windows(RUN).filter(|run| places.contains_key(run)).count();
        if 2 * known > words.len().saturating_sub(RUN - 1) {
            runs.extend(words.windows(RUN).map(|run| (block, places.get(run))));
        }
    }
    let mut hits = vec![0; blocks.len()];
    for block in rising(&runs) {
        hits[block] += 1;
    }
    let long = |block: usize| {
        let runs = blocks[block].len().saturating_sub(RUN - 1);
        runs > 0 && 2 * hits[block] > runs
    };
    let long: Vec<bool> = (0..blocks.len()).map(long).collect();
    let text = format!(" {} ", truth.join(" "));
    let short = |block: usize| {
        let words = &blocks[block];
        let before = &long[block.saturating_sub(NEAR)..block];
        let after = &long[block..long.len().min(block + NEAR + 1)];
        (1..RUN).contains(&words.len())
            && before.contains(&true)
            && after.contains(&true)
            && text.contains(&format!(" {} ", words.join(" ")))
    };
    (0..blocks.len()).map(|block| long[block] || short(block)).collect()
}

/// The blocks of a longest row of runs whose places in the truth rise.
fn rising(runs: &[(usize, Option<&Vec<usize>>)]) -> Vec<usize> {
    // For each length the row that ends at the lowest place: its last step.
    let mut ends: Vec<usize> = Vec::new();
    let mut steps: Vec<(usize, usize, Option<usize>)> = Vec::new();
    for (block, places) in runs {
        for place in places.iter().flat_map(|places| places.iter().rev()) {
            let length = ends.partition_point(|end| steps[*end].1 < *place);
            let before = length.checked_sub(1).map(|shorter| ends[shorter]);
            steps.push((*block, *place, before));
            ends.truncate(ends.len().max(length));
            match ends.get_mut(length) {
                Some(end) => *end = steps.len() - 1,
                None => ends.push(steps.len() - 1),
            }
        }
    }
    let mut blocks = Vec::new();
    let mut at = ends.last().copied();
    while let Some(step) = at {
        blocks.push(steps[step].0);
        at = steps[step].2;
    }
    blocks
}

/// Prints precision, recall and F1 of runs of words, as the article extraction benchmark counts them.
fn report(
    what: &str,
    lessons: &[Lesson],
    set: usize,
    mut body: impl FnMut(usize, &Lesson) -> Vec<usize>,
) {
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for (number, lesson) in lessons.iter().enumerate().filter(|(_, lesson)| lesson.set == set) {
        let texts: Vec<&str> =
            body(number, lesson).into_iter().map(|block| lesson.page.text(block)).collect();
        let found = words(&texts.join("\n"));
        let (found, truth) = (counts(&found), counts(&lesson.truth));
        let hits: usize =
            truth.iter().map(|(run, count)| *count.min(found.get(run).unwrap_or(&0))).sum();
        let all = |counts: &BTreeMap<&[String], usize>| counts.values().sum::<usize>();
        if all(&found) > 0 {
            precisions.push(hits as f64 / all(&found) as f64);
        }
        if all(&truth) > 0 {
            recalls.push(hits as f64 / all(&truth) as f64);
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (precision, recall) = (mean(&precisions), mean(&recalls));
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!("{what}: F1 {f1:.4}, precision {precision:.4}, recall {recall:.4}");
}

fn counts(words: &[String]) -> BTreeMap<&[String], usize> {
    let mut counts = BTreeMap::new();
    let runs = words.windows(RUN.min(words.len().max(1)));
    for run in runs {
        *counts.entry(run).or_insert(0) += 1;
    }
    counts
}
