//! `corrections.jsonl`: reading it, putting it behind the article stages, and telling what became of its lines.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{Mistakes, Plan, PlannedStage};
use corrections::{Corrections, Outcomes};
use document::{Producer, Sha256};
use runner::{PipelineStage, Policy};
use serde_json::{Value, json};
use sha2::Digest;
use sink::Records;
use stage_api::{IdHash, When};
use wire::Record;

use crate::exit::Trouble;

/// The layers that a correction changes. Behind the last stage that writes one of them it applies.
pub(crate) const CHANGED: [&str; 3] = ["mentions", "entities", "quotations"];

/// Lines that no longer fit which are told at the end of a run; `run.json` and the report have all.
const TOLD: usize = 20;

/// The corrections of a plan.
#[derive(Debug, Default)]
pub(crate) struct ByHand {
    file: PathBuf,
    /// What the file says; empty where there is none.
    text: String,
    corrections: Arc<Corrections>,
    outcomes: Outcomes,
    /// Whether the other half of the work applies them.
    elsewhere: bool,
}

impl ByHand {
    /// Reads the file that the plan names, if it is there.
    pub(crate) fn load(plan: &Plan) -> Result<Self, Trouble> {
        let file = plan.run.corrections.clone();
        let text = read(&file)?;
        Self::of_text(file, text)
    }

    fn of_text(file: PathBuf, text: String) -> Result<Self, Trouble> {
        let corrections = Corrections::parse(&text).map_err(|wrong| {
            let wrong = wrong.into_iter().map(|it| (it.span, it.message, it.help));
            Trouble::Mistakes(Mistakes::of_file(&file.display().to_string(), &text, wrong))
        })?;
        let (corrections, outcomes) = (Arc::new(corrections), Outcomes::default());
        Ok(Self { file, text, corrections, outcomes, elsewhere: false })
    }

    /// Leaves it to the other half of a plan that was [cut in two](Plan::until_ordered) to apply them, unless
    /// this half has the last stage that writes what they change; the first half has it where there is none.
    pub(crate) fn in_half(self, whole: &Plan, first: bool) -> Self {
        let later = whole.stages[whole.before_ordered()..].iter().any(writes_changed);
        Self { elsewhere: first == later, ..self }
    }

    /// The corrections as they are now, for another run. What is wrong with them is said, and those of before
    /// hold until that is put right.
    pub(crate) fn again(&self) -> Result<Self, Trouble> {
        let text = read(&self.file)?;
        match Self::of_text(self.file.clone(), text.clone()) {
            Err(Trouble::Mistakes(mistakes)) => {
                tracing::warn!("the corrections of before hold until the file is put right");
                eprintln!("{}", Trouble::Mistakes(mistakes));
                let corrections = Arc::clone(&self.corrections);
                Ok(Self { text, corrections, file: self.file.clone(), ..Self::default() })
            }
            read => read,
        }
    }

    /// What the file says now, where that is not what was read.
    pub(crate) fn changed_text(&self) -> Option<String> {
        read(&self.file).ok().filter(|text| *text != self.text)
    }

    /// The stage that applies them, and the place before which it stands in the plan; nothing where there are none.
    pub(crate) fn stage(&self, plan: &Plan) -> Option<(usize, PipelineStage)> {
        if self.corrections.is_empty() || self.elsewhere {
            return None;
        }
        let key = format!("{} {}", corrections::STAGE, corrections::VERSION);
        let key = Sha256(sha2::Sha256::digest(key).into()).to_string();
        let producer = Producer {
            stage: corrections::STAGE.to_owned(),
            version: corrections::VERSION.to_owned(),
            key,
        };
        let stage = PipelineStage {
            producer: Arc::new(producer),
            writes: Vec::new(), // only where a line names the article
            drop_file: None,
            when: When::default(),
            policy: Policy::default(),
            built: corrections::stage(Arc::clone(&self.corrections), &self.outcomes),
        };
        let last = plan.stages.iter().rposition(writes_changed);
        let from = last.map_or(0, |last| last + 1);
        let ordered = plan.stages[from..].iter().position(|stage| stage.spec.ordered);
        Some((ordered.map_or(plan.stages.len(), |at| from + at), stage))
    }

    /// For each article that a line names, a digest of its lines.
    pub(crate) fn digests(&self) -> impl Iterator<Item = (&str, u64)> {
        self.corrections.digests()
    }

    /// The same by the hashes of the ids.
    pub(crate) fn amended(&self) -> BTreeMap<IdHash, u64> {
        self.digests().map(|(id, digest)| (IdHash::of(id), digest)).collect()
    }

    /// Says which lines do not fit, and returns what became of all of them for `run.json`; `None` where there are
    /// none. With an output folder that is complete, its records tell; else the run that has just ended does.
    pub(crate) fn tell(&self, complete: Option<&Path>) -> Option<Value> {
        if self.corrections.is_empty() {
            return None;
        }
        let known = complete.and_then(|dir| match self.in_records(dir) {
            Ok(known) => Some(known),
            Err(error) => {
                tracing::warn!("what became of the corrections cannot be told: {error}");
                None
            }
        });
        let known = known.unwrap_or_else(|| self.outcomes.get());
        let mut stale = Vec::new();
        for (article, lines) in self.corrections.articles() {
            let whys =
                lines.iter().filter_map(|line| Some((line.number, known.get(&line.number)?)));
            stale.extend(whys.filter_map(|(line, why)| Some((line, article, why.as_deref()?))));
        }
        stale.sort_unstable();
        let file = self.file.display().to_string();
        for (line, article, why) in stale.iter().take(TOLD) {
            tracing::warn!("{file}:{line}: does not fit {article}: {why}");
        }
        if stale.len() > TOLD {
            tracing::warn!("{} more lines do not fit; see run.json", stale.len() - TOLD);
        }
        let applied = known.values().filter(|why| why.is_none()).count();
        let lines = self.corrections.len();
        tracing::info!(
            lines,
            applied,
            stale = stale.len(),
            unknown = lines - known.len(),
            "corrections"
        );
        let stale: Vec<Value> = stale
            .iter()
            .map(|(line, article, why)| json!({"line": line, "article": article, "why": why}))
            .collect();
        Some(json!({
            "file": file,
            "lines": lines,
            "applied": applied,
            "stale": stale,
            "unknown": lines - known.len(),
        }))
    }

    /// What the records of a folder say of the lines, by their numbers.
    fn in_records(&self, dir: &Path) -> Result<BTreeMap<usize, Option<String>>, Trouble> {
        let mut known = BTreeMap::new();
        let mut records = Records::open(dir)?;
        for (article, lines) in self.corrections.articles() {
            let Some(place) = records.find(article) else { continue };
            let record = Record::parse(records.read(place)?).map_err(Trouble::failed)?;
            for (line, told) in lines.iter().zip(record.corrections()) {
                if told.line.get() == line.json {
                    known.insert(line.number, told.why.filter(|_| !told.applied));
                }
            }
        }
        Ok(known)
    }
}

/// Whether a stage writes something that a correction changes.
fn writes_changed(stage: &PlannedStage) -> bool {
    stage.spec.info.writes.iter().any(|layer| CHANGED.contains(&&**layer))
}

/// What the file says; nothing where there is none.
fn read(file: &Path) -> Result<String, Trouble> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
        Err(_) if file.is_dir() => {
            return Err(Trouble::Usage(format!(
                "the corrections {}: is a folder; name a file of corrections in `corrections` of [run], or move the folder away",
                file.display()
            )));
        }
        Err(error) => {
            return Err(Trouble::Usage(format!("the corrections {}: {error}", file.display())));
        }
    };
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        let help = Some("save the file as UTF-8".to_owned());
        let wrong = (good..good, "this is not UTF-8".to_owned(), help);
        Trouble::Mistakes(Mistakes::of_file(&file.display().to_string(), &text, [wrong]))
    })
}
