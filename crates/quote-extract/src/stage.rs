//! The stage: layers in, layers out.

use std::sync::Arc;

use document::layers::{QuotationDraft, SpeakerDraft};
use document::{Document, Field, RowId, Span};
use stage_api::{ArticleFactory, Flow, Settings, Stage, StageError, StageInfo, StageSpec};

use crate::extract::{Extraction, Found};
use crate::lexicon::Lexicon;
use crate::model::Stored;
use crate::names::Names;
use crate::speaker::Voice;
use crate::{marks, statement, turns};

/// The learned model; `docs/models/quote-extract.md` tells what it learned from.
const MODEL: &[u8] = include_bytes!("../models/default.model");

/// Marks without a partner that get a note of their own.
const NOTES: usize = 20;

/// What the pipeline knows about this stage.
pub fn spec() -> StageSpec {
    let info =
        StageInfo::new("quote-extract", env!("CARGO_PKG_VERSION"), "finds who said what, verbatim")
            .reads("text")
            .reads("sentences")
            .reads_if_present("mentions")
            .reads_if_present("entities")
            .writes("quotations")
            .writes("turns");
    StageSpec::article(info, Vec::new(), |_: &Settings| {
        let lexicon = Arc::new(Lexicon::new());
        let model = Stored::open(MODEL).expect("the embedded model is of this version");
        let model = Arc::new(model);
        Ok(Box::new(Factory { lexicon, model }) as Box<dyn ArticleFactory>)
    })
}

/// Makes instances that share lexicon and model.
struct Factory {
    lexicon: Arc<Lexicon>,
    model: Arc<Stored>,
}

impl ArticleFactory for Factory {
    fn instance(&self) -> Box<dyn Stage> {
        let (lexicon, model) = (Arc::clone(&self.lexicon), Arc::clone(&self.model));
        Box::new(QuoteExtract { lexicon, model })
    }

    fn memory(&self) -> u64 {
        self.model.memory()
    }
}

/// Finds reported speech and credits it.
///
/// Reads `text` and `sentences`, and `mentions` and `entities` where they are; writes `quotations`
/// and `turns`. Never discards: an article in another language than English gets a note and
/// empty layers, and a mark without a partner is noted.
#[derive(Debug)]
struct QuoteExtract {
    lexicon: Arc<Lexicon>,
    model: Arc<Stored>,
}

impl Stage for QuoteExtract {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        if let Some(language) =
            doc.metadata.get(Field::Language).filter(|language| !is_english(language))
        {
            let message = format!(
                "no quotations: the language is `{language}`, and only English is spoken here"
            );
            doc.note(None, &message);
            return Ok(Flow::Keep);
        }
        let text = doc.text();
        let paragraphs = marks::paragraphs(text);
        let marks = marks::pair(text, &paragraphs);
        let view = doc.view();
        let sentences: Vec<Span> = view.sentences().collect();
        let names = Names::from_view(&view);
        let turns = turns::find(text, &paragraphs, &names);
        let statements =
            statement::statements(text, &paragraphs, &sentences, &marks.stretches, &self.lexicon);
        let found = Extraction::new(text, &self.lexicon, &self.model.model(), &marks, names)
            .run(&statements);
        write_quotations(doc, &found);
        for turn in &turns {
            doc.add_turn(turn.span, turn.kind, turn.voice.as_ref().map(draft).as_ref());
        }
        write_notes(doc, &marks.lonely);
        Ok(Flow::Keep)
    }
}

fn is_english(language: &str) -> bool {
    language.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

fn write_quotations(doc: &mut Document, found: &[Found]) {
    let mut rows: Vec<RowId> = Vec::with_capacity(found.len());
    for quotation in found {
        rows.push(doc.add_quotation(&QuotationDraft {
            span: quotation.span,
            kind: quotation.kind,
            marked: &quotation.marked,
            cue: quotation.cue,
            speaker: quotation.voice.as_ref().map(draft),
            addressee: quotation.addressee,
            occasion: quotation.occasion,
            said_on: quotation.said_on.as_deref(),
            negated: quotation.negated,
            score: quotation.score,
        }));
    }
    for (row, quotation) in rows.iter().zip(found) {
        if let Some(first) = quotation.part_of {
            doc.set_part_of(*row, rows[first]);
        }
    }
}

fn draft(voice: &Voice) -> SpeakerDraft<'_> {
    SpeakerDraft {
        span: voice.span,
        via: voice.via,
        entity: voice.entity,
        name: &voice.name,
        role: voice.role.as_deref(),
    }
}

fn write_notes(doc: &mut Document, lonely: &[Span]) {
    for mark in lonely.iter().take(NOTES) {
        doc.note(Some(*mark), "quotation mark without a partner");
    }
    if lonely.len() > NOTES {
        doc.note(None, &format!("{} more quotation marks without a partner", lonely.len() - NOTES));
    }
}
