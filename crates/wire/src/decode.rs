//! A record as a document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use document::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
use document::{
    Alignment, AlignmentBuilder, Document, Field, FieldValue, Form, Origin, Producer, ProducerId,
    Revision, Row, RowId, Sha256, Span, Symbol, Text, symbol,
};

use crate::order::{AlignedRun, Anchored, Order};
use crate::record::{FieldSource, LayerSource, Passage, Place, Quotation, Record, Speaker};
use crate::{OffsetIndex, RecordError};

/// Names that a record may have beside the reserved ones; a document has room for a few more.
const NAMES: usize = 60_000;

/// Why a line is no record that a document could be made from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It is no record at all.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Its text was left out, and no stage can do without.
    #[error(
        "the record has no `text`; write records without `omit = [\"text\"]` to read them back"
    )]
    NoText,
    /// It contradicts itself.
    #[error("the record is damaged: {0}")]
    Unsound(String),
}

/// The document that a record was made from: the inverse of [`encode`](crate::encode()).
///
/// Of the layers it has those for which `takes` says so, called with the layer's name and the name of
/// the stage that wrote it (empty where the record does not say); notes are asked for one by one, as
/// the layer `notes`. Links to what is not taken are left out. Encoded again with the options that it
/// was encoded with, a document that took everything gives the same bytes. It has no payload: of a
/// span, the payload range is known where the record tells it ([`Alignment::of_spans`]), and of any
/// other span it is not, unless the record is [exact](crate::Options::exact) and has the whole alignment.
///
/// # Errors
/// [`DecodeError`] if the line is no record of this schema, has no text, or says what cannot be: a place
/// outside the text or inside a character, sentences out of order, a link that leads nowhere.
pub fn decode(line: &[u8], takes: &dyn Fn(&str, &str) -> bool) -> Result<Document, DecodeError> {
    let record = Record::parse(line)?;
    let order: Order = serde_json::from_slice(line).map_err(RecordError::Form)?;
    let text = record.text.as_deref().ok_or(DecodeError::NoText)?;
    let places = Places { index: OffsetIndex::new(text, record.offsets), text };
    let mut doc = Document::new(record.id.clone(), origin(&record)?, Vec::new(), Form::Text);
    doc.explicit_id = true;
    let supersedes = record.supersedes.as_deref().map(sha256).transpose()?;
    doc.revision = Revision { number: record.revision, supersedes };
    metadata(&mut doc, &record);
    let meta = order.meta.iter().flat_map(|meta| &meta.0);
    let meta = meta.map(|(key, value)| (key.clone(), value.get().to_owned()));
    doc.metadata.extend_meta(meta.collect());
    let len = u32::try_from(text.len()).map_err(|_| unsound("its text has 4 GiB or more"))?;
    let alignment = match &order.alignment {
        Some(runs) => alignment(runs, len)?,
        None => Alignment::of_spans(len, anchors(&order, &places)?),
    };
    doc.set_text(Text::new(text.to_owned(), alignment));

    let mut decoder = Decoder { doc, places, takes, written: BTreeMap::new() };
    for (layer, source) in order.layers.iter().flat_map(|layers| &layers.0) {
        decoder.written(layer, source)?;
    }
    decoder.layers(&record)?;
    decoder.notes(&record)?;
    Ok(decoder.doc)
}

fn unsound(what: impl Into<String>) -> DecodeError {
    DecodeError::Unsound(what.into())
}

fn origin(record: &Record) -> Result<Origin, DecodeError> {
    let origin = &record.origin;
    let (path, sha256) = (origin.path.clone(), sha256(&origin.sha256)?);
    let (line, member, offset) = (origin.line, origin.member, origin.offset);
    Ok(Origin { path, line, member, offset, sha256 })
}

fn sha256(hex: &str) -> Result<Sha256, DecodeError> {
    let mut digest = [0; 32];
    let pairs = hex.as_bytes().chunks_exact(2);
    let is_digest = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (byte, pair) in digest.iter_mut().zip(pairs) {
        let pair = std::str::from_utf8(pair).ok();
        *byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default();
    }
    is_digest.then_some(Sha256(digest)).ok_or_else(|| unsound(format!("`{hex}` is no digest")))
}

/// The alignment of a text of `len` bytes, as an exact record tells it.
fn alignment(runs: &[AlignedRun], len: u32) -> Result<Alignment, DecodeError> {
    let mut builder = AlignmentBuilder::new();
    for AlignedRun(text_len, raw, raw_len, step) in runs {
        let (text_len, raw, raw_len) = (*text_len, *raw, *raw_len);
        let is_within = builder.text_len().checked_add(text_len).is_some_and(|end| end <= len);
        let end = raw.checked_add(raw_len).filter(|_| is_within);
        let end = end.ok_or_else(|| unsound("its alignment leads out of it"))?;
        match step.as_str() {
            "same" if raw_len == text_len => builder.same(raw, text_len),
            "wide" if Some(raw_len) == text_len.checked_mul(2) => builder.wide(raw, text_len),
            "whole" => builder.whole(raw..end, text_len),
            _ => return Err(unsound("its alignment contradicts itself")),
        }
    }
    let alignment = builder.finish();
    if alignment.text_len() != len {
        return Err(unsound("its alignment covers another text"));
    }
    Ok(alignment)
}

/// Every field of a record came with the article, whoever found it first, unless the record says otherwise.
fn metadata(doc: &mut Document, record: &Record) {
    for field in Field::ALL {
        let one = match field {
            Field::Title => &record.title,
            Field::Dek => &record.dek,
            Field::Published => &record.published,
            Field::Modified => &record.modified,
            Field::Outlet => &record.outlet,
            Field::Url => &record.url,
            Field::Language => &record.language,
            Field::Byline => &None,
        };
        let authors = record.byline.iter().filter(|_| field == Field::Byline);
        for value in one.iter().chain(authors) {
            let unknown =
                FieldSource { from: "record".to_owned(), confidence: None, supplied: None };
            let source = record.fields.get(field.key()).unwrap_or(&unknown);
            doc.metadata.restore(FieldValue {
                field,
                value: value.clone(),
                from: Cow::Owned(source.from.clone()),
                confidence: source.confidence.map_or(1.0, |confidence| confidence as f32),
                supplied: source.supplied.unwrap_or(true),
            });
        }
    }
}

/// Every span of which the record tells the payload range.
fn anchors(order: &Order, places: &Places<'_>) -> Result<Vec<(Span, Range<u32>)>, DecodeError> {
    let mut known = Vec::new();
    let mut add = |anchored: &Anchored| {
        let range = anchored.raw_start.zip(anchored.raw_end);
        if let (Some((start, end)), Some(span)) = (range, anchored.span(places)?) {
            known.push((span, start..end));
        }
        Ok::<_, DecodeError>(())
    };
    for anchored in order.anchored() {
        add(anchored)?;
        anchored.parts().try_for_each(&mut add)?;
    }
    Ok(known)
}

impl Anchored {
    fn span(&self, places: &Places<'_>) -> Result<Option<Span>, DecodeError> {
        places.optional(self.start, self.end)
    }
}

/// Turns what the record counts into bytes.
struct Places<'r> {
    index: OffsetIndex<'r>,
    text: &'r str,
}

impl Places<'_> {
    fn span(&self, start: u32, end: u32) -> Result<Span, DecodeError> {
        let found = self.index.byte_at(start).zip(self.index.byte_at(end));
        let found =
            found.filter(|(start, end)| self.text.get(*start as usize..*end as usize).is_some());
        let (start, end) =
            found.ok_or_else(|| unsound(format!("{start} to {end} is no stretch of its text")))?;
        Ok(Span::new(start, end))
    }

    fn optional(&self, start: Option<u32>, end: Option<u32>) -> Result<Option<Span>, DecodeError> {
        match (start, end) {
            (Some(start), Some(end)) => self.span(start, end).map(Some),
            (None, None) => Ok(None),
            _ => Err(unsound("a place has one end only")),
        }
    }

    fn needed(&self, start: Option<u32>, end: Option<u32>) -> Result<Span, DecodeError> {
        self.optional(start, end)?
            .ok_or_else(|| unsound("an annotation of a core layer has no place"))
    }

    fn passage(&self, passage: Option<&Passage>) -> Result<Option<Span>, DecodeError> {
        passage.map(|passage| self.span(passage.start, passage.end)).transpose()
    }
}

struct Decoder<'r> {
    doc: Document,
    places: Places<'r>,
    takes: &'r dyn Fn(&str, &str) -> bool,
    /// The layers that the record says were written, with their stage if they are taken.
    written: BTreeMap<String, Option<ProducerId>>,
}

impl Decoder<'_> {
    fn intern(&mut self, name: &str) -> Result<Symbol, DecodeError> {
        if self.doc.names().len() >= NAMES {
            return Err(unsound("it has too many names of layers, labels and values"));
        }
        Ok(self.doc.intern(name))
    }

    fn optional_name(&mut self, name: Option<&str>) -> Result<Symbol, DecodeError> {
        name.map_or(Ok(symbol::NONE), |name| self.intern(name))
    }

    /// Lets a stage write from here on, which begins if it has not.
    fn stage(&mut self, source: &LayerSource) -> Result<ProducerId, DecodeError> {
        let LayerSource { stage, version, key } = source.clone();
        let producer = Producer { stage, version, key };
        let known = self.doc.producers().iter().position(|known| **known == producer);
        if known.is_none() {
            self.doc.begin_stage(Arc::new(producer));
        }
        let number = known.unwrap_or(self.doc.producers().len() - 1);
        let number = u16::try_from(number).map_err(|_| unsound("it names too many stages"))?;
        self.doc.resume_stage(ProducerId(number));
        Ok(ProducerId(number))
    }

    fn written(&mut self, layer: &str, source: &LayerSource) -> Result<(), DecodeError> {
        let producer = if (self.takes)(layer, &source.stage) {
            let producer = self.stage(source)?;
            let symbol = self.intern(layer)?;
            self.doc.mark_written(symbol);
            Some(producer)
        } else {
            None
        };
        self.written.insert(layer.to_owned(), producer);
        Ok(())
    }

    /// Whether the rows of a layer are taken; from here on its stage writes.
    fn enter(&mut self, layer: &str) -> bool {
        match self.written.get(layer) {
            Some(Some(producer)) => {
                self.doc.resume_stage(*producer);
                true
            }
            Some(None) => false,
            None => (self.takes)(layer, ""),
        }
    }

    /// As [`enter`](Self::enter) for a layer with a key of its own. Where the record was written without
    /// `layers`, nobody knows which stage wrote it, only that one did.
    fn enter_core(&mut self, layer: Symbol) -> Result<bool, DecodeError> {
        let name = symbol::reserved_name(layer).expect("core layers have reserved names");
        if !self.enter(name) {
            return Ok(false);
        }
        if !self.doc.has_layer(layer) {
            let unknown = |text: &str| text.to_owned();
            let (stage, version) = (unknown("unknown"), unknown(""));
            self.stage(&LayerSource { stage, key: version.clone(), version })?;
            self.doc.mark_written(layer);
        }
        Ok(true)
    }

    fn layers(&mut self, record: &Record) -> Result<(), DecodeError> {
        if let Some(sentences) = &record.sentences
            && self.enter_core(symbol::SENTENCES)?
        {
            self.sentences(sentences)?;
        }
        let entities = self.entities(record)?;
        self.mentions(record, &entities)?;
        self.quotations(record, &entities)?;
        self.turns(record, &entities)?;
        if let Some(summary) = &record.summary
            && self.enter_core(symbol::SUMMARY)?
        {
            for sentence in summary {
                let span = self.places.needed(sentence.start, sentence.end)?;
                self.doc.add_summary_sentence(span, score(sentence.score));
            }
        }
        if let Some(keyphrases) = &record.keyphrases
            && self.enter_core(symbol::KEYPHRASES)?
        {
            for phrase in keyphrases {
                self.doc.add_keyphrase(&phrase.text, score(phrase.score));
            }
        }
        self.annotations(record)?;
        if let Some(values) = &record.values
            && self.enter_core(symbol::VALUES)?
        {
            for (name, value) in values {
                let name = self.intern(name)?;
                self.doc.add_with_value(Row::new(symbol::VALUES).kind(name), value.get());
            }
        }
        if let Some(story) = &record.story
            && self.enter_core(symbol::STORY)?
        {
            self.doc.add_with_string(Row::new(symbol::STORY), story);
        }
        Ok(())
    }

    fn sentences(&mut self, sentences: &[Place]) -> Result<(), DecodeError> {
        let mut end = 0;
        for place in sentences {
            let span = self.places.span(place.start, place.end)?;
            if span.start() < end {
                return Err(unsound("its sentences are not in order"));
            }
            end = span.end();
            self.doc.add_sentence(span);
        }
        Ok(())
    }

    /// The entities' rows, by `id`; empty where they are not taken.
    fn entities(&mut self, record: &Record) -> Result<Vec<RowId>, DecodeError> {
        let Some(entities) = &record.entities else { return Ok(Vec::new()) };
        if !self.enter_core(symbol::ENTITIES)? {
            return Ok(Vec::new());
        }
        let mut rows = Vec::with_capacity(entities.len());
        for entity in entities {
            let label = self.optional_name(entity.label.as_deref())?;
            let country = entity.country.as_deref();
            let row = self.doc.add_entity(label, &entity.key, &entity.name, country);
            if entity.corrected {
                self.doc.set_flags(row, Row::CORRECTED);
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn mentions(&mut self, record: &Record, entities: &[RowId]) -> Result<(), DecodeError> {
        let Some(mentions) = &record.mentions else { return Ok(()) };
        if !self.enter_core(symbol::MENTIONS)? {
            return Ok(());
        }
        for mention in mentions {
            let row = self.doc_mention(mention)?;
            if let Some(entity) = linked(mention.entity, entities)? {
                self.doc.set_entity(row, entity);
            }
        }
        Ok(())
    }

    fn doc_mention(&mut self, mention: &crate::Mention) -> Result<RowId, DecodeError> {
        let span = self.places.needed(mention.start, mention.end)?;
        let kind = self.optional_name(mention.kind.as_deref())?;
        let label = self.optional_name(mention.label.as_deref())?;
        let value = mention.value.as_ref().map(crate::Json::get);
        Ok(self.doc.add_mention(&MentionDraft {
            span,
            kind,
            label,
            score: score(mention.score),
            value,
        }))
    }

    fn quotations(&mut self, record: &Record, entities: &[RowId]) -> Result<(), DecodeError> {
        let Some(quotations) = &record.quotations else { return Ok(()) };
        if !self.enter_core(symbol::QUOTATIONS)? {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(quotations.len());
        for quotation in quotations {
            rows.push(self.quotation(quotation, entities)?);
        }
        for (quotation, row) in quotations.iter().zip(&rows) {
            if let Some(first) = linked(quotation.part_of, &rows)? {
                self.doc.set_part_of(*row, first);
            }
        }
        Ok(())
    }

    fn quotation(
        &mut self,
        quotation: &Quotation,
        entities: &[RowId],
    ) -> Result<RowId, DecodeError> {
        let span = self.places.needed(quotation.start, quotation.end)?;
        let kind = self.optional_name(quotation.kind.as_deref())?;
        let marked = quotation.marked.iter().map(|place| self.places.span(place.start, place.end));
        let marked = marked.collect::<Result<Vec<_>, _>>()?;
        let speaker = self.speaker(quotation.speaker.as_ref(), entities)?;
        let row = self.doc.add_quotation(&QuotationDraft {
            span,
            kind,
            marked: &marked,
            cue: self.places.passage(quotation.cue.as_ref())?,
            speaker,
            addressee: self.places.passage(quotation.addressee.as_ref())?,
            occasion: self.places.passage(quotation.occasion.as_ref())?,
            said_on: quotation.said_on.as_deref(),
            negated: quotation.negated,
            score: score(quotation.score),
        });
        if quotation.corrected {
            self.doc.set_flags(row, Row::CORRECTED);
        }
        Ok(row)
    }

    fn speaker<'s>(
        &mut self,
        speaker: Option<&'s Speaker>,
        entities: &[RowId],
    ) -> Result<Option<SpeakerDraft<'s>>, DecodeError> {
        let Some(speaker) = speaker else { return Ok(None) };
        Ok(Some(SpeakerDraft {
            span: self.places.optional(speaker.start, speaker.end)?,
            via: self.optional_name(speaker.via.as_deref())?,
            entity: linked(speaker.entity, entities)?,
            name: speaker.name.as_deref().unwrap_or_default(),
            role: speaker.role.as_deref(),
        }))
    }

    fn turns(&mut self, record: &Record, entities: &[RowId]) -> Result<(), DecodeError> {
        let Some(turns) = &record.turns else { return Ok(()) };
        if !self.enter_core(symbol::TURNS)? {
            return Ok(());
        }
        for turn in turns {
            let span = self.places.needed(turn.start, turn.end)?;
            let kind = self.optional_name(turn.role.as_deref())?;
            let speaker = self.speaker(turn.speaker.as_ref(), entities)?;
            self.doc.add_turn(span, kind, speaker.as_ref());
        }
        Ok(())
    }

    /// In the order of the record, in which the rows of several layers may take turns.
    fn annotations(&mut self, record: &Record) -> Result<(), DecodeError> {
        for row in record.annotations.iter().flatten() {
            if !self.enter(&row.layer) {
                continue;
            }
            let layer = self.intern(&row.layer)?;
            let label = self.optional_name(row.label.as_deref())?;
            let kind = self.optional_name(row.kind.as_deref())?;
            let bare = Row::new(layer).label(label).kind(kind).score(score(row.score));
            let span = self.places.optional(row.start, row.end)?;
            let data = row.data.as_ref().map_or("null", crate::Json::get);
            self.doc.add_with_value(span.map_or(bare, |span| bare.at(span)), data);
        }
        Ok(())
    }

    fn notes(&mut self, record: &Record) -> Result<(), DecodeError> {
        for note in &record.notes {
            let stage = note.stage.as_deref().unwrap_or_default();
            if !(self.takes)("notes", stage) {
                continue;
            }
            if note.stage.is_some() {
                self.note_taker(stage)?;
            }
            let span = self.places.optional(note.start, note.end)?;
            self.doc.note(span, &note.message);
        }
        Ok(())
    }

    /// Lets the stage of this name write; of one that wrote no layer, a record has no more than the name.
    fn note_taker(&mut self, stage: &str) -> Result<(), DecodeError> {
        let named = self.doc.producers().iter().position(|known| known.stage == stage);
        if let Some(number) = named.and_then(|number| u16::try_from(number).ok()) {
            self.doc.resume_stage(ProducerId(number));
            return Ok(());
        }
        let (version, key) = (String::new(), String::new());
        self.stage(&LayerSource { stage: stage.to_owned(), version, key }).map(drop)
    }
}

/// The row that an `id` names among these; none where the layer was not taken.
fn linked(id: Option<u32>, rows: &[RowId]) -> Result<Option<RowId>, DecodeError> {
    match id.map(|id| (id, rows.get(id as usize))) {
        Some((id, None)) if !rows.is_empty() => Err(unsound(format!("it has no row {id}"))),
        Some((_, row)) => Ok(row.copied()),
        None => Ok(None),
    }
}

fn score(score: Option<f64>) -> f32 {
    score.map_or(Row::NO_SCORE, |score| score as f32)
}
