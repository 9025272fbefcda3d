//! A document as a record.

use std::collections::BTreeMap;

use document::{
    Alignment, Document, Field, Origin, Quotation, Row, RowId, Run, Span, Speaker, Step, Symbol,
    View, symbol,
};

use crate::keys::{Key, Keys};
use crate::offsets::{OffsetIndex, Offsets};
use crate::record::CORRECTIONS;
use crate::writer::{Json, Writer};
use crate::{Listener, Value};

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What offsets into the text count.
    pub offsets: Offsets,
    /// Whether everything with a span carries `raw_start` and `raw_end` (bytes of the payload),
    /// and not only quotations and summary sentences.
    pub raw_offsets: bool,
    /// What is left out.
    pub omit: Keys,
    /// Whether the record has all that later stages may ask of the document, for who goes on from it:
    /// the whole way back to the payload, scores in full, and which metadata came with the article.
    pub exact: bool,
}

impl Options {
    /// The same, but spans [have their words](Key::SpanTexts) if the record has its text, as when it is read back.
    #[must_use]
    pub fn with_words(self) -> Self {
        if self.omit.contains(Key::Text) {
            return self;
        }
        Self { omit: self.omit.without(Key::SpanTexts), ..self }
    }
}

/// A value in the document that is no JSON.
#[derive(Debug, thiserror::Error)]
#[error("the value of {owner} is no JSON: {error}")]
pub struct EncodeError {
    /// Whose value it is, such as `` layer `watchlist.hit` ``.
    pub owner: String,
    /// What is wrong with it.
    pub error: serde_json::Error,
}

/// Appends the record of `doc` to `out`: one JSON object, without white space or a line end.
///
/// Linear in the document; nothing is allocated per annotation.
///
/// # Errors
/// [`EncodeError`] if the value of a row or a metadata field is no JSON; `out` is then as before.
pub fn encode(doc: &Document, options: &Options, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = out.len();
    tell(doc, options, &mut Json::new(out)).inspect_err(|_| out.truncate(start))
}

/// Tells a listener the record of `doc`, of which [`encode`] makes JSON: one object.
///
/// # Errors
/// As [`encode`], when all was told.
pub fn tell(doc: &Document, options: &Options, to: &mut impl Listener) -> Result<(), EncodeError> {
    told(to, options.exact, |json| Encoder::new(doc, *options).record(json))
}

/// Appends what a stage outside this process is told of `doc`: the keys of its record for id,
/// metadata, text and `meta`, and of its layers those in `layers` that some stage has written.
/// Offsets are code points.
///
/// # Errors
/// As [`encode`].
pub fn encode_excerpt(
    doc: &Document,
    layers: &[impl AsRef<str>],
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let symbol = |name: &str| match symbol::reserved(name) {
        None => {
            let local = doc.names().iter().position(|known| known == name)?;
            Some(Symbol(symbol::FIRST_LOCAL + u16::try_from(local).ok()?))
        }
        reserved => reserved,
    };
    let layers = layers.iter().filter_map(|name| symbol(name.as_ref())).collect();
    let encoder = Encoder { layers: Some(layers), ..Encoder::new(doc, Options::default()) };
    let start = out.len();
    let excerpt = told(&mut Json::new(out), false, |json| {
        json.object(|json| {
            json.key("id").value(doc.id());
            encoder.fields(json);
            encoder.layers(json);
            json.key("meta").object(|json| encoder.meta(json));
        });
    });
    excerpt.inspect_err(|_| out.truncate(start))
}

fn told<L: Listener>(
    to: &mut L,
    exact: bool,
    body: impl FnOnce(&mut Writer<'_, L>),
) -> Result<(), EncodeError> {
    let mut json = Writer::new(to, exact);
    body(&mut json);
    match json.finish() {
        None => Ok(()),
        Some((owner, error)) => Err(EncodeError { owner, error }),
    }
}

/// What the pieces of a record are made from.
struct Encoder<'d> {
    doc: &'d Document,
    view: View<'d>,
    options: Options,
    /// The layers to show; `None` for all that were written.
    layers: Option<Vec<Symbol>>,
    offsets: OffsetIndex<'d>,
    /// For each row, how many rows of its layer stand before it: the id it has in the record.
    ids: Vec<u32>,
}

/// Which spans carry their place in the payload.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Always,
    IfAsked,
}

impl<'d> Encoder<'d> {
    fn new(doc: &'d Document, options: Options) -> Self {
        let mut next = BTreeMap::new();
        let mut id = |row: &Row| {
            let next = next.entry(row.layer).or_insert(0);
            *next += 1;
            *next - 1
        };
        let ids = doc.rows().iter().map(&mut id).collect();
        Self {
            doc,
            view: doc.view(),
            options,
            layers: None,
            offsets: OffsetIndex::new(doc.text(), options.offsets),
            ids,
        }
    }

    fn record(&self, json: &mut Writer<'_, impl Listener>) {
        json.object(|json| {
            json.key("schema").value(crate::SCHEMA);
            json.key("id").value(self.doc.id());
            json.key("revision").value(self.doc.revision.number);
            match &self.doc.revision.supersedes {
                Some(digest) => json.key("supersedes").hex(&digest.0),
                None => json.key("supersedes").value(Value::Null),
            }
            if self.options.offsets != Offsets::CodePoints {
                json.key("offsets").value(self.options.offsets.word());
            }
            json.key("origin").object(|json| origin(json, &self.doc.origin));
            self.metadata(json);
            self.layers(json);
            if !self.omits(Key::Layers) {
                json.key("layers").object(|json| self.provenance(json));
            }
            if !self.omits(Key::Meta) {
                json.key("meta").object(|json| self.meta(json));
            }
            if !self.omits(Key::Notes) {
                let notes = self.doc.layer(symbol::NOTES);
                json.key("notes")
                    .list(notes, |json, (id, row)| json.object(|json| self.note(json, id, row)));
            }
            if self.options.exact {
                let runs = self.doc.alignment().map(Alignment::runs).unwrap_or_default();
                json.key("alignment").list(runs, |json, run| {
                    let Run { text_len, raw, raw_len, step, .. } = *run;
                    let run = [text_len.into(), raw.into(), raw_len.into(), Value::from(how(step))];
                    json.list(run, Writer::value);
                });
            }
        });
    }

    fn metadata(&self, json: &mut Writer<'_, impl Listener>) {
        self.fields(json);
        if self.omits(Key::Fields) {
            return;
        }
        let metadata = &self.doc.metadata;
        json.key("fields").object(|json| {
            for value in Field::ALL.into_iter().filter_map(|field| metadata.find(field)) {
                json.key(value.field.key()).object(|json| {
                    json.key("from").value(&*value.from);
                    json.key("confidence").score(value.confidence);
                    if self.options.exact {
                        json.key("supplied").value(value.supplied);
                    }
                });
            }
        });
    }

    fn fields(&self, json: &mut Writer<'_, impl Listener>) {
        let metadata = &self.doc.metadata;
        for field in Field::ALL {
            let json = json.key(field.key());
            if field == Field::Byline {
                json.list(metadata.all(field), Writer::value);
            } else {
                json.value(metadata.get(field));
            }
        }
    }

    fn meta(&self, json: &mut Writer<'_, impl Listener>) {
        for (key, value) in self.doc.metadata.meta() {
            json.key(key).json(value, || format!("metadata field `{key}`"));
        }
    }

    /// Whether a layer is to be shown, be it empty.
    fn shows(&self, layer: Symbol) -> bool {
        self.wants(layer) && self.doc.has_layer(layer)
    }

    fn wants(&self, layer: Symbol) -> bool {
        !self.omits_layer(layer)
            && self.layers.as_ref().is_none_or(|layers| layers.contains(&layer))
    }

    fn omits(&self, key: Key) -> bool {
        self.options.omit.contains(key)
    }

    /// Whether a layer is left out. Lines of corrections stay whatever is left out: what became of them is
    /// told from the records alone.
    fn omits_layer(&self, layer: Symbol) -> bool {
        key_of(layer).is_some_and(|key| self.omits(key)) && self.doc.name_of(layer) != CORRECTIONS
    }

    /// The text and every layer that some stage has written.
    fn layers(&self, json: &mut Writer<'_, impl Listener>) {
        let has_text = self.doc.alignment().is_some() || self.doc.has_layer(symbol::TEXT);
        if has_text && !self.omits(Key::Text) {
            json.key("text").value(self.doc.text());
        }
        self.list(json, "sentences", symbol::SENTENCES, |json, _, row| {
            self.place(json, row.span(), Raw::IfAsked);
        });
        self.list(json, "mentions", symbol::MENTIONS, |json, id, row| self.mention(json, id, row));
        if self.shows(symbol::ENTITIES) {
            self.entities(json);
        }
        if self.shows(symbol::QUOTATIONS) {
            json.key("quotations").list(self.view.quotations(), |json, quotation| {
                json.object(|json| self.quotation(json, quotation));
            });
        }
        if self.shows(symbol::TURNS) {
            json.key("turns").list(self.view.turns(), |json, turn| {
                json.object(|json| {
                    self.place(json, turn.row().span(), Raw::IfAsked);
                    json.key("role").value(self.name(turn.kind()));
                    self.speaker(json, turn.speaker());
                });
            });
        }
        self.list(json, "summary", symbol::SUMMARY, |json, _, row| {
            self.passage(json, row.span(), Raw::Always);
            json.key("score").score(row.score);
        });
        self.list(json, "keyphrases", symbol::KEYPHRASES, |json, id, row| {
            json.key("text").value(&*self.view.string_of(id));
            json.key("score").score(row.score);
        });
        self.annotations(json);
        if self.shows(symbol::VALUES) {
            json.key("values").object(|json| self.values(json));
        }
        if self.shows(symbol::STORY) {
            let story = self.doc.layer(symbol::STORY).last().map(|(id, _)| self.view.string_of(id));
            json.key("story").value(story.as_deref());
        }
    }

    /// One object for each row of `layer`, if that layer was written.
    fn list<L: Listener>(
        &self,
        json: &mut Writer<'_, L>,
        key: &str,
        layer: Symbol,
        mut entries: impl FnMut(&mut Writer<'_, L>, RowId, &Row),
    ) {
        if self.shows(layer) {
            let rows = self.doc.layer(layer);
            json.key(key).list(rows, |json, (id, row)| json.object(|json| entries(json, id, row)));
        }
    }

    fn mention(&self, json: &mut Writer<'_, impl Listener>, id: RowId, row: &Row) {
        self.passage(json, row.span(), Raw::IfAsked);
        json.key("kind").value(self.name(row.kind));
        json.key("label").value(self.name(row.label));
        json.key("entity").value(self.entity_of(id));
        match self.doc.value(row) {
            Some(value) => json.key("value").json(value, || "layer `mentions`".to_owned()),
            None => json.key("value").value(Value::Null),
        }
        json.key("score").score(row.score);
    }

    fn entities(&self, json: &mut Writer<'_, impl Listener>) {
        let mentions = self.doc.layer(symbol::MENTIONS).zip(0_u32..);
        let mut members: Vec<_> = mentions
            .filter_map(|((id, _), mention)| Some((self.entity_of(id)?, mention)))
            .collect();
        members.sort_unstable();
        let mut members = members.as_slice();
        json.key("entities").list(self.view.entities().zip(0_u32..), |json, (entity, id)| {
            json.object(|json| {
                json.key("id").value(id);
                json.key("key").value(&*entity.key());
                json.key("name").value(&*entity.name());
                json.key("label").value(self.name(entity.label()));
                json.key("country").value(entity.country().as_deref());
                if entity.corrected() {
                    json.key("corrected").value(true);
                }
                let (own, rest) = members.split_at(members.partition_point(|(of, _)| *of <= id));
                members = rest;
                json.key("mentions").list(own, |json, (_, mention)| json.value(*mention));
            });
        });
    }

    fn quotation(&self, json: &mut Writer<'_, impl Listener>, quotation: Quotation<'_>) {
        json.key("id").value(self.ids[quotation.id().0 as usize]);
        self.passage(json, quotation.row().span(), Raw::Always);
        json.key("kind").value(self.name(quotation.kind()));
        json.key("marked").list(quotation.marked(), |json, span| {
            json.object(|json| self.place(json, Some(span), Raw::IfAsked));
        });
        json.key("part_of")
            .value(quotation.part_of().and_then(|first| self.id_in(symbol::QUOTATIONS, first)));
        self.optional_passage(json, "cue", quotation.cue());
        self.speaker(json, quotation.speaker());
        self.optional_passage(json, "addressee", quotation.addressee());
        self.optional_passage(json, "occasion", quotation.occasion());
        json.key("said_on").value(quotation.said_on().as_deref());
        json.key("negated").value(quotation.negated());
        if quotation.corrected() {
            json.key("corrected").value(true);
        }
        json.key("score").score(quotation.row().score);
    }

    fn speaker(&self, json: &mut Writer<'_, impl Listener>, speaker: Option<Speaker<'_>>) {
        let json = json.key("speaker");
        let Some(speaker) = speaker else { return json.value(Value::Null) };
        json.object(|json| {
            self.passage(json, speaker.span(), Raw::IfAsked);
            json.key("via").value(self.name(speaker.via()));
            json.key("entity").value(self.entity_of(speaker.id()));
            json.key("name").value(&*speaker.name());
            json.key("role").value(speaker.role().as_deref());
        });
    }

    /// The rows of layers that are nobody's but their plugin's.
    fn annotations(&self, json: &mut Writer<'_, impl Listener>) {
        let wanted = |layer| !is_core(layer) && self.wants(layer);
        let mut rows = self.doc.rows().iter().filter(|row| wanted(row.layer)).peekable();
        let written = self.doc.layers_written().iter().any(|written| wanted(written.layer));
        if !written && rows.peek().is_none() {
            return;
        }
        json.key("annotations").list(rows, |json, row| {
            let layer = self.doc.name_of(row.layer);
            json.object(|json| {
                json.key("layer").value(layer);
                self.place(json, row.span(), Raw::IfAsked);
                json.key("label").value(self.name(row.label));
                if let Some(kind) = self.name(row.kind) {
                    json.key("kind").value(kind);
                }
                if row.score >= 0.0 {
                    json.key("score").score(row.score);
                }
                json.key("data")
                    .json(self.doc.value(row).unwrap_or("{}"), || format!("layer `{layer}`"));
            });
        });
    }

    /// Values by name, sorted; of two with one name the later counts.
    fn values(&self, json: &mut Writer<'_, impl Listener>) {
        let rows = self.doc.layer(symbol::VALUES);
        let values: BTreeMap<_, _> =
            rows.map(|(_, row)| (self.doc.name_of(row.kind), row)).collect();
        for (name, row) in values {
            json.key(name)
                .json(self.doc.value(row).unwrap_or("null"), || format!("value `{name}`"));
        }
    }

    fn provenance(&self, json: &mut Writer<'_, impl Listener>) {
        let written = self.doc.layers_written().iter();
        for written in written.filter(|written| !self.omits_layer(written.layer)) {
            let Some(producer) = self.doc.producers().get(usize::from(written.producer.0)) else {
                continue;
            };
            json.key(self.doc.name_of(written.layer)).object(|json| {
                json.key("stage").value(&*producer.stage);
                json.key("version").value(&*producer.version);
                json.key("key").value(&*producer.key);
            });
        }
    }

    fn note(&self, json: &mut Writer<'_, impl Listener>, id: RowId, row: &Row) {
        let producer = self.doc.producers().get(usize::from(row.producer.0));
        json.key("stage").value(producer.map(|producer| &*producer.stage));
        self.place(json, row.span(), Raw::IfAsked);
        json.key("message").value(&*self.view.string_of(id));
    }

    fn optional_passage(
        &self,
        json: &mut Writer<'_, impl Listener>,
        key: &str,
        span: Option<Span>,
    ) {
        let json = json.key(key);
        match span {
            Some(_) => json.object(|json| self.passage(json, span, Raw::IfAsked)),
            None => json.value(Value::Null),
        }
    }

    fn passage(&self, json: &mut Writer<'_, impl Listener>, span: Option<Span>, raw: Raw) {
        self.place(json, span, raw);
        if !self.omits(Key::SpanTexts) {
            json.key("text").value(span.map(|span| self.doc.slice(span)));
        }
    }

    fn place(&self, json: &mut Writer<'_, impl Listener>, span: Option<Span>, raw: Raw) {
        json.key("start").value(span.map(|span| self.offsets.unit_at(span.start())));
        json.key("end").value(span.map(|span| self.offsets.unit_at(span.end())));
        if raw == Raw::IfAsked && !self.options.raw_offsets {
            return;
        }
        if let Some(range) = span.and_then(|span| self.doc.alignment()?.raw_range(span)) {
            json.key("raw_start").value(range.start);
            json.key("raw_end").value(range.end);
        }
    }

    /// The record's id of the entity that a mention or speaker refers to.
    fn entity_of(&self, row: RowId) -> Option<u32> {
        self.view
            .related(row, symbol::ENTITY)
            .next()
            .and_then(|entity| self.id_in(symbol::ENTITIES, entity))
    }

    /// The record's id of a row, if it is of a layer that the record has.
    fn id_in(&self, layer: Symbol, row: RowId) -> Option<u32> {
        let shown = self.doc.row(row).layer == layer && self.doc.has_layer(layer);
        shown.then(|| self.ids[row.0 as usize])
    }

    fn name(&self, symbol: Symbol) -> Option<&str> {
        (symbol != symbol::NONE).then(|| self.doc.name_of(symbol))
    }
}

/// The word for how a stretch of text corresponds to its payload bytes.
pub(crate) const fn how(step: Step) -> &'static str {
    match step {
        Step::Same => "same",
        Step::Wide => "wide",
        Step::Whole => "whole",
    }
}

fn origin(json: &mut Writer<'_, impl Listener>, origin: &Origin) {
    json.key("path").value(&*origin.path);
    json.key("line").value(origin.line);
    json.key("member").value(origin.member);
    json.key("offset").value(origin.offset);
    json.key("sha256").hex(&origin.sha256.0);
}

/// What a layer stands under in the record, if it may be left out: plugins' layers share a key.
fn key_of(layer: Symbol) -> Option<Key> {
    Some(match layer {
        symbol::TEXT => Key::Text,
        symbol::SENTENCES => Key::Sentences,
        symbol::MENTIONS => Key::Mentions,
        symbol::ENTITIES => Key::Entities,
        symbol::QUOTATIONS => Key::Quotations,
        symbol::TURNS => Key::Turns,
        symbol::SUMMARY => Key::Summary,
        symbol::KEYPHRASES => Key::Keyphrases,
        symbol::VALUES => Key::Values,
        symbol::NOTES => Key::Notes,
        symbol::STORY | symbol::PARTS => return None,
        _ => Key::Annotations,
    })
}

/// Whether a layer has a key of its own in the record, or none for itself.
fn is_core(layer: Symbol) -> bool {
    key_of(layer) != Some(Key::Annotations)
}
