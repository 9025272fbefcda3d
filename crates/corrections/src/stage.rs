//! The corrections as a stage, and what it tells of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use document::{Document, Row, json};
use serde::Deserialize;
use serde_json::value::RawValue;
use stage_api::{BuiltStage, Flow, Stage, StageError};

use crate::apply::apply;
use crate::line::{Corrections, Line};

/// The stage's name in records.
pub const STAGE: &str = "corrections";

/// The stage's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The layer in which a record has the lines that name it: each with `line` as it stands in the file, whether
/// it was `applied` and, if not, `why`; where it was, at its place, under what it changed.
pub const LAYER: &str = "corrections";

/// What became of the lines whose articles passed, by their number: `None` where they were applied, else why not.
#[derive(Clone, Debug, Default)]
pub struct Outcomes(Arc<Mutex<BTreeMap<usize, Option<String>>>>);

impl Outcomes {
    /// What became of them so far.
    pub fn get(&self) -> BTreeMap<usize, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, line: usize, outcome: Option<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(line, outcome);
    }
}

/// An article stage that applies the lines of each article, in their order. Of an article that no line names it
/// changes nothing.
pub fn stage(corrections: Arc<Corrections>, outcomes: &Outcomes) -> BuiltStage {
    let outcomes = outcomes.clone();
    BuiltStage::Article(Arc::new(move || {
        let (corrections, outcomes) = (Arc::clone(&corrections), outcomes.clone());
        Box::new(ByHand { corrections, outcomes }) as Box<dyn Stage>
    }))
}

struct ByHand {
    corrections: Arc<Corrections>,
    outcomes: Outcomes,
}

impl Stage for ByHand {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let lines = self.corrections.of(doc.id());
        if lines.is_empty() {
            return Ok(Flow::Keep);
        }
        let done = done(doc);
        let mut corrects = false;
        for line in lines {
            let known = done.iter().find(|(json, _)| *json == line.json);
            let outcome = known.map_or_else(|| correct(doc, line), |(_, why)| why.clone());
            corrects |= known.is_none();
            self.outcomes.note(line.number, outcome);
        }
        if !corrects {
            return Ok(Flow::Keep);
        }
        doc.remove(&[]); // the parts that nothing leads to any more
        let layer = doc.intern(LAYER);
        doc.mark_written(layer);
        Ok(Flow::Keep)
    }
}

/// The lines that a document has been through, as one that was a record has, with why they did not fit.
fn done(doc: &Document) -> Vec<(String, Option<String>)> {
    #[derive(Deserialize)]
    struct Done<'d> {
        #[serde(borrow)]
        line: &'d RawValue,
        why: Option<String>,
    }
    let of_corrections = |row: &&Row| doc.name_of(row.layer) == LAYER;
    let rows = doc.rows().iter().filter(of_corrections).filter_map(|row| doc.value(row));
    let done = rows.filter_map(|data| serde_json::from_str::<Done<'_>>(data).ok());
    done.map(|done| (done.line.get().to_owned(), done.why)).collect()
}

/// Applies one line and says so in the document; returns why it does not fit.
fn correct(doc: &mut Document, line: &Line) -> Option<String> {
    let (span, told, why) = match apply(doc, &line.change) {
        Ok(done) => (done.span, done.told, None),
        Err(why) => (None, format!("a correction by hand does not fit: {why}"), Some(why)),
    };
    doc.note(span, &told);
    let mut data = format!(r#"{{"line":{},"applied":{}"#, line.json, why.is_none());
    if let Some(why) = &why {
        data.push_str(r#","why":"#);
        json::push_string(&mut data, why);
    }
    data.push('}');
    let row = Row::new(doc.intern(LAYER)).label(doc.intern(line.change.word()));
    doc.add_with_value(span.map_or(row, |span| row.at(span)), &data);
    why
}
