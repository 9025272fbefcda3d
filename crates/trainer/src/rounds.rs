//! The rounds of training, each with what the one before found.
//!
//! 1. Models of parts of the texts tag unlabelled text, and what they say of its words and names is counted. A model
//!    never learns from counts that it, or a model of the same texts, made.
//! 2. Models of parts tag the rest, so that the second pass learns from tags as bad as it will get.
//! 3. One model learns both passes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, bail};
use entity_tag::training::{Counts, Pass, Reader, Trial, build_weights};
use learner::ModelFile;
use learner::crf::{self, Lessons, Options};
use learner::hash::ByHash;
use learner::tags::{self, OUTSIDE};

use crate::corpus::{self, Labelled, Text};
use crate::score::Score;
use crate::vectors;

/// All labelled sets.
const SETS: [&str; 6] = ["enww", "conll03", "wikigold", "crossner_politics", "wnut17", "re3d"];

/// The sets of edited text that is no news agency's: so small that they would hardly be heard.
const SMALL: [&str; 2] = ["wikigold", "crossner_politics"];

/// What to train on, and how.
pub(crate) struct Plan {
    pub(crate) data: PathBuf,
    pub(crate) vectors: PathBuf,
    /// A model to take the clusters from, instead of making them from the vectors.
    pub(crate) clusters_of: Option<PathBuf>,
    /// Sets to learn from.
    sets: Vec<usize>,
    /// Files of unlabelled texts.
    unlabelled: Vec<&'static str>,
    /// Parts that the texts are split into, each tagged by models of the others.
    folds: usize,
    passes: usize,
    /// Width of the first steps.
    rate: f32,
    /// How often a sentence of the small sets counts.
    small: f32,
    /// Features with no weight above this are left out.
    least: f32,
    /// Whether to learn from the dev parts, too, but for every fifth text: what ships does.
    dev: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            data: PathBuf::from("../shared/data"),
            vectors: PathBuf::from("vectors"),
            clusters_of: None,
            sets: vec![0, 1, 2, 3, 4],
            unlabelled: vec![
                "quotes/polnear_train.jsonl",
                "summ/cluster_allsides.jsonl",
                "summ/cluster_basil.jsonl",
                "summ/cluster_wikinews.jsonl",
                "summ/keyphrase_kpcrowd.jsonl",
                "summ/single_bbc.jsonl",
                "summ/single_cnn.jsonl",
            ],
            folds: 3,
            passes: 6,
            rate: 0.035,
            small: 3.0,
            least: 0.04,
            dev: true,
        }
    }
}

impl Plan {
    /// The sets of one of the shipped models.
    pub(crate) fn choose(&mut self, model: &str) -> Result<()> {
        match model {
            "default" => {}
            "open" => {
                self.sets = vec![2, 3, 4];
                self.unlabelled.clear();
            }
            _ => bail!("there is no model `{model}`; write `default` or `open`"),
        }
        Ok(())
    }

    /// Another way to train, for comparison.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "folds" => self.folds = value.parse()?,
            "passes" => self.passes = value.parse()?,
            "rate" => self.rate = value.parse()?,
            "small" => self.small = value.parse()?,
            "least" => self.least = value.parse()?,
            "dev" => self.dev = value.parse()?,
            _ => bail!("there is no option `--{name}`"),
        }
        Ok(())
    }

    /// The texts of a dev part that scores are told on, or the others.
    fn dev_part(&self, name: &str, scored: bool) -> Result<Vec<Labelled>> {
        let texts = corpus::labelled(&self.data, name, "dev")?.into_iter().enumerate();
        let kept = texts.filter(|(number, _)| (!self.dev || number % 5 == 4) == scored);
        Ok(kept.map(|(_, text)| text).collect())
    }

    fn options(&self, passes: usize) -> Options {
        Options { passes, settled: passes / 2 + 1, rate: self.rate, seed: 7 }
    }
}

type Sections = Vec<(&'static str, Vec<u8>)>;

struct Rounds<'a> {
    plan: &'a Plan,
    reader: Reader,
    /// The sections that no round changes.
    clusters: Sections,
    train: Vec<Labelled>,
}

/// Trains a model and returns the bytes of its file.
pub(crate) fn train(plan: &Plan) -> Result<Vec<u8>> {
    let mut train = Vec::new();
    for set in &plan.sets {
        let name = SETS[*set];
        let mut texts = corpus::labelled(&plan.data, name, "train")?;
        if plan.dev {
            texts.extend(plan.dev_part(name, false)?);
        }
        if SMALL.contains(&name) {
            for text in &mut texts {
                text.weight = plan.small;
            }
        }
        train.extend(texts);
    }
    let clusters = clusters(plan)?;
    println!("{} texts to learn from", train.len());
    let rounds = Rounds { plan, reader: Reader::new(), clusters, train };
    let unlabelled = corpus::unlabelled(&plan.data, &plan.unlabelled)?;
    let known = rounds.known(&unlabelled)?;
    let first = rounds.first_tags(&known)?;
    let first_pass = rounds.learn(None, &known[..plan.folds], None)?;
    let second_pass = rounds.learn(None, &known[..plan.folds], Some(&first))?;
    let file = rounds.file(&first_pass, &second_pass, &known[plan.folds])?;
    rounds.report(&file)?;
    Ok(file)
}

/// The sections `groups` and `clusters`.
fn clusters(plan: &Plan) -> Result<Sections> {
    let Some(model) = &plan.clusters_of else {
        return Ok(vectors::sections(&plan.vectors)?.to_vec());
    };
    let file = ModelFile::open(std::fs::read(model)?)?;
    ["groups", "clusters"].iter().map(|name| Ok((*name, file.section(name)?.to_vec()))).collect()
}

impl Rounds<'_> {
    fn fold(&self, text: usize) -> usize {
        text % self.plan.folds
    }

    /// For each fold, and for none, what models without it say of the words of unlabelled text.
    fn known(&self, texts: &[Text]) -> Result<Vec<ModelFile>> {
        let nothing = self.knowledge(&Counts::default())?;
        let without = vec![nothing.clone(); self.plan.folds];
        let mut all = Vec::new();
        for fold in 0..=self.plan.folds {
            let mut counts = Counts::default();
            if !texts.is_empty() {
                let pass = self.learn(Some(fold), &without, None)?;
                let mut model = Trial::open(self.file(&pass, &pass, &nothing)?)?;
                for text in texts {
                    let read = self.reader.read(&text.text, &text.sentences, &nothing)?;
                    let tags = model.tags(&self.reader, &read, false);
                    counts.count(&read, &tags);
                }
            }
            all.push(self.knowledge(&counts)?);
        }
        println!("{} unlabelled texts counted", texts.len());
        Ok(all)
    }

    fn knowledge(&self, counts: &Counts) -> Result<ModelFile> {
        let sections: Sections = self.clusters.iter().cloned().chain(counts.build()).collect();
        Ok(ModelFile::open(ModelFile::build(&sections))?)
    }

    /// The tags of each text by a model that has not seen it.
    fn first_tags(&self, known: &[ModelFile]) -> Result<Vec<Vec<u8>>> {
        let mut first = vec![Vec::new(); self.train.len()];
        for fold in 0..self.plan.folds {
            let pass = self.learn(Some(fold), &known[..self.plan.folds], None)?;
            let mut model = Trial::open(self.file(&pass, &pass, &known[fold])?)?;
            for (number, text) in self.train.iter().enumerate() {
                if self.fold(number) == fold {
                    let read =
                        self.reader.read(&text.text.text, &text.text.sentences, &known[fold])?;
                    first[number] = model.tags(&self.reader, &read, false);
                }
            }
        }
        println!("{} texts tagged", first.len());
        Ok(first)
    }

    /// What texts of all folds but one teach for a pass: the first, or with the tags of a first the second. Of each text is
    /// known what `known` of its fold says.
    fn learn(
        &self,
        without: Option<usize>,
        known: &[ModelFile],
        first: Option<&[Vec<u8>]>,
    ) -> Result<Pass> {
        let mut numbers: ByHash<u32> = ByHash::default();
        let mut features = Vec::new();
        let mut lessons = Lessons::new();
        for (number, text) in self.train.iter().enumerate() {
            if without == Some(self.fold(number)) {
                continue;
            }
            let known = &known[self.fold(number)];
            let read = self.reader.read(&text.text.text, &text.text.sentences, known)?;
            let mut tags = vec![OUTSIDE; read.len()];
            for (bytes, class) in &text.names {
                if let Some(tokens) = read.tokens_in(bytes.clone()) {
                    tags::mark(&mut tags, tokens, *class);
                }
            }
            let mut number_of = |feature: &u64| {
                *numbers.entry(*feature).or_insert_with(|| {
                    features.push(*feature);
                    features.len() as u32 - 1
                })
            };
            let own = read.features();
            let second = first.map(|first| read.second(&first[number])).unwrap_or_default();
            for sentence in read.sentences() {
                for at in sentence {
                    let all = own[at].iter().chain(second.get(at).into_iter().flatten());
                    lessons.push(all.map(&mut number_of), tags[at]);
                }
                lessons.end_sentence(text.weight);
            }
        }
        let passes = if without.is_none() { self.plan.passes } else { 4 };
        let learned = crf::train(&lessons, features.len(), &self.plan.options(passes));
        println!("{} tokens, {} features", lessons.tokens(), features.len());
        Ok(Pass { features, learned })
    }

    /// The file of a model that knows what `known` says.
    fn file(&self, first: &Pass, second: &Pass, known: &ModelFile) -> Result<Vec<u8>> {
        let mut sections = build_weights(first, second, self.plan.least);
        for name in ["groups", "clusters", "words", "names"] {
            sections.push((name, known.section(name)?.to_vec()));
        }
        Ok(ModelFile::build(&sections))
    }

    /// Prints the scores on the dev parts of all sets.
    fn report(&self, file: &[u8]) -> Result<()> {
        let mut trial = Trial::open(file.to_vec())?;
        let knowledge = ModelFile::open(file.to_vec())?;
        for both in [false, true] {
            for name in SETS {
                let mut score = Score::default();
                for text in self.plan.dev_part(name, true)? {
                    let read =
                        self.reader.read(&text.text.text, &text.text.sentences, &knowledge)?;
                    let tags = trial.tags(&self.reader, &read, both);
                    let found: BTreeSet<_> = tags::stretches(&tags)
                        .map(|(tokens, class)| (read.bytes_of(tokens), class))
                        .map(|(bytes, class)| (bytes.start, bytes.end, class))
                        .collect();
                    let labelled =
                        text.names.iter().map(|(bytes, class)| (bytes.start, bytes.end, *class));
                    score.count(&found, &labelled.collect());
                }
                println!("{name} dev, pass {}: {}", 1 + u8::from(both), score.line());
            }
        }
        Ok(())
    }
}
