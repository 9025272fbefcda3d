//! The document itself: payload, text, metadata and the tables of annotations.

mod edit;

use std::sync::Arc;

use crate::{
    Alignment, Metadata, Origin, ProducerId, Relation, Row, RowId, Sha256, Span, Symbol, View,
    json, symbol,
};

/// What the payload is, as far as its container told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Plain text.
    Text,
    /// An HTML page or fragment.
    Html,
}

/// The clean text and its way back to the payload.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    alignment: Alignment,
}

impl Text {
    /// A text with its alignment.
    ///
    /// # Panics
    /// If the alignment covers another number of bytes than the text has.
    pub fn new(text: String, alignment: Alignment) -> Self {
        assert_eq!(text.len(), alignment.text_len() as usize, "an alignment covers its text");
        Self { text, alignment }
    }

    /// A text that is its payload, byte for byte.
    ///
    /// # Panics
    /// If the text has 4 GiB or more.
    pub fn verbatim(text: impl Into<String>) -> Self {
        let text = text.into();
        let len = u32::try_from(text.len()).expect("a text is shorter than 4 GiB");
        Self { text, alignment: Alignment::identity(len) }
    }
}

/// Which revision of its article a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Counted from 1.
    pub number: u32,
    /// Payload digest of the revision before.
    pub supersedes: Option<Sha256>,
}

/// A stage as the provenance of what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// The stage's name in the pipeline.
    pub stage: String,
    /// Version of the stage.
    pub version: String,
    /// Digest of everything that determines the stage's output.
    pub key: String,
}

/// A layer that some stage has written, be it empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerWritten {
    /// The layer.
    pub layer: Symbol,
    /// The stage that wrote it.
    pub producer: ProducerId,
}

/// One article moving through the pipeline. See the [crate documentation](crate).
#[derive(Clone, Debug)]
pub struct Document {
    id: String,
    /// Whether the id came with the article (an `id` field, a URL) instead of from its place.
    pub explicit_id: bool,
    /// Which revision of the article this is.
    pub revision: Revision,
    /// Where it was read from.
    pub origin: Origin,
    /// What is known beside the text.
    pub metadata: Metadata,
    /// Digest of what came with the article beside its payload and metadata (the layers of a record);
    /// 0 where nothing did.
    pub brought: u64,
    /// The digest of everything that counts for the article beside its payload, where an earlier run has
    /// taken it; it then stands for the metadata, for `brought` and for corrections.
    pub fingerprint: Option<u64>,
    payload: Vec<u8>,
    form: Form,
    text: Option<Text>,
    rows: Vec<Row>,
    relations: Vec<Relation>,
    values: String,
    names: Vec<String>,
    producers: Vec<Arc<Producer>>,
    /// The stage that writes now.
    writing: ProducerId,
    layers: Vec<LayerWritten>,
    /// Whether rows were changed after they were added.
    edited: bool,
}

/// A state to come back to; see [`Document::checkpoint`].
#[derive(Debug)]
pub struct Checkpoint {
    metadata: Metadata,
    has_text: bool,
    rows: usize,
    relations: usize,
    values: usize,
    names: usize,
    layers: usize,
    edited: bool,
}

impl Document {
    /// An article as it arrived, without text or annotations.
    ///
    /// # Panics
    /// If the payload has 4 GiB or more; sources refuse far smaller ones.
    pub fn new(id: impl Into<String>, origin: Origin, payload: Vec<u8>, form: Form) -> Self {
        assert!(u32::try_from(payload.len()).is_ok(), "a payload is shorter than 4 GiB");
        Self {
            id: id.into(),
            explicit_id: false,
            revision: Revision { number: 1, supersedes: None },
            origin,
            metadata: Metadata::default(),
            brought: 0,
            fingerprint: None,
            payload,
            form,
            text: None,
            rows: Vec::new(),
            relations: Vec::new(),
            values: String::new(),
            names: Vec::new(),
            producers: Vec::new(),
            writing: ProducerId(0),
            layers: Vec::new(),
            edited: false,
        }
    }

    /// Identity of the article over drops.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The bytes as received, after decompression and container decoding.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// What the payload is.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The clean text; empty until [`set_text`](Self::set_text).
    pub fn text(&self) -> &str {
        self.text.as_ref().map_or("", |text| &text.text)
    }

    /// The way from [`text`](Self::text) back to [`payload`](Self::payload); `None` before there is a text.
    pub fn alignment(&self) -> Option<&Alignment> {
        self.text.as_ref().map(|text| &text.alignment)
    }

    /// Sets the text, once and for all.
    ///
    /// # Panics
    /// If the document has a text already: spans into it exist.
    pub fn set_text(&mut self, text: Text) {
        assert!(self.text.is_none(), "the text of a document is set once");
        self.text = Some(text);
    }

    /// The bytes of the text that a span covers.
    ///
    /// # Panics
    /// If the span reaches beyond the text or splits a character; spans of this document's rows never do.
    pub fn slice(&self, span: Span) -> &str {
        &self.text()[span.range()]
    }

    /// The symbol for `name`: the reserved one, or one of this document's own.
    ///
    /// # Panics
    /// If the document has more than 65,000 names of its own.
    pub fn intern(&mut self, name: &str) -> Symbol {
        if let Some(reserved) = symbol::reserved(name) {
            return reserved;
        }
        let local = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        let number = usize::from(symbol::FIRST_LOCAL) + local;
        Symbol(u16::try_from(number).expect("a document has fewer than 65,000 names"))
    }

    /// The text of a symbol of this document.
    ///
    /// # Panics
    /// If the symbol is neither reserved nor one that [`intern`](Self::intern) gave out.
    pub fn name_of(&self, symbol: Symbol) -> &str {
        match symbol.0.checked_sub(symbol::FIRST_LOCAL) {
            Some(local) => &self.names[usize::from(local)],
            None => symbol::reserved_name(symbol).expect("a symbol below 256 is reserved"),
        }
    }

    /// Adds a row, as written by the current stage.
    ///
    /// # Panics
    /// If its span is not a slice of the text on character borders.
    pub fn add(&mut self, row: Row) -> RowId {
        if let Some(span) = row.span() {
            assert!(self.text().get(span.range()).is_some(), "a span is a slice of the text");
        }
        let producer = self.writing;
        self.rows.push(Row { producer, ..row });
        RowId(u32::try_from(self.rows.len() - 1).expect("a document has fewer than 2^32 rows"))
    }

    /// Adds a row whose value is the JSON text `value`, which must be valid JSON.
    pub fn add_with_value(&mut self, row: Row, value: &str) -> RowId {
        let value_start = self.values.len() as u32;
        self.values.push_str(value);
        self.add(Row { value_start, value_len: value.len() as u32, ..row })
    }

    /// Adds a row whose value is `text` as a JSON string.
    pub fn add_with_string(&mut self, row: Row, text: &str) -> RowId {
        let value_start = self.values.len() as u32;
        json::push_string(&mut self.values, text);
        let value_len = self.values.len() as u32 - value_start;
        self.add(Row { value_start, value_len, ..row })
    }

    /// Adds rows in one go, as written by the current stage. Their values are slices of `values`,
    /// which must be JSON texts.
    ///
    /// # Panics
    /// If a span is not a slice of the text on character borders, or a value no slice of `values`.
    pub fn append(&mut self, rows: &[Row], values: &str) {
        let producer = self.writing;
        let base = self.values.len() as u32;
        self.values.push_str(values);
        let (text, values) = (self.text.as_ref().map_or("", |text| &text.text), &self.values);
        self.rows.extend(rows.iter().map(|row| {
            if row.start != Row::NO_SPAN {
                let span = row.start as usize..row.end as usize;
                assert!(text.get(span).is_some(), "a span is a slice of the text");
            }
            let value_start = if row.value_len > 0 { base + row.value_start } else { 0 };
            if row.value_len > 0 {
                let value = value_start as usize..(value_start + row.value_len) as usize;
                assert!(values.get(value).is_some(), "a value is a slice of the values");
            }
            Row { producer, value_start, ..*row }
        }));
    }

    /// Links two rows.
    ///
    /// # Panics
    /// If either row does not exist.
    pub fn relate(&mut self, from: RowId, role: Symbol, to: RowId) {
        let exists = |row: RowId| (row.0 as usize) < self.rows.len();
        assert!(exists(from) && exists(to), "a relation links rows that exist");
        let producer = self.writing;
        self.relations.push(Relation { from, to, role, producer });
    }

    /// Notes a non-fatal oddity, at a place in the text or about the article as a whole.
    pub fn note(&mut self, span: Option<Span>, message: &str) {
        let row = Row::new(symbol::NOTES);
        let row = span.map_or(row, |span| row.at(span));
        self.add_with_string(row, message);
    }

    /// Every row of every layer, in the order in which they were added.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row with this id.
    ///
    /// # Panics
    /// If there is none.
    pub fn row(&self, id: RowId) -> &Row {
        &self.rows[id.0 as usize]
    }

    /// The rows of one layer with their ids, in the order in which they were added.
    pub fn layer(&self, layer: Symbol) -> impl Iterator<Item = (RowId, &Row)> {
        (0..).map(RowId).zip(&self.rows).filter(move |(_, row)| row.layer == layer)
    }

    /// Every relation, in the order in which they were added.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The JSON value of a row, if it has one.
    pub fn value(&self, row: &Row) -> Option<&str> {
        let start = row.value_start as usize;
        (row.value_len > 0).then(|| &self.values[start..start + row.value_len as usize])
    }

    /// The bytes that every row's value is a slice of: JSON texts, one after the other.
    pub fn values(&self) -> &str {
        &self.values
    }

    /// The names that this document numbers from [`symbol::FIRST_LOCAL`] on, in that order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// An index over the tables for reading the core layers.
    pub fn view(&self) -> View<'_> {
        View::new(self)
    }

    /// Says which stage writes from here on.
    pub fn begin_stage(&mut self, producer: Arc<Producer>) {
        self.writing = ProducerId(self.producers.len() as u16);
        self.producers.push(producer);
    }

    /// Says that a stage which has begun before writes from here on: for a reader of records, which
    /// has the layers in another order than they were written in.
    ///
    /// # Panics
    /// If no such stage has begun.
    pub fn resume_stage(&mut self, producer: ProducerId) {
        assert!(usize::from(producer.0) < self.producers.len(), "a stage begins before it resumes");
        self.writing = producer;
    }

    /// Records that the current stage has written `layer`, be it empty.
    pub fn mark_written(&mut self, layer: Symbol) {
        let producer = self.writing;
        self.layers.retain(|written| written.layer != layer);
        self.layers.push(LayerWritten { layer, producer });
    }

    /// The layers written so far, with their stages.
    pub fn layers_written(&self) -> &[LayerWritten] {
        &self.layers
    }

    /// Whether some stage has written `layer`, be it empty.
    pub fn has_layer(&self, layer: Symbol) -> bool {
        self.layers.iter().any(|written| written.layer == layer)
    }

    /// The stages that have worked on this document, in order.
    pub fn producers(&self) -> &[Arc<Producer>] {
        &self.producers
    }

    /// The state now, for [`roll_back`](Self::roll_back).
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            metadata: self.metadata.clone(),
            has_text: self.text.is_some(),
            rows: self.rows.len(),
            relations: self.relations.len(),
            values: self.values.len(),
            names: self.names.len(),
            layers: self.layers.len(),
            edited: self.edited,
        }
    }

    /// Undoes everything done since `checkpoint`, as if the stage had not run.
    ///
    /// # Panics
    /// If rows were changed or taken away since: what they were is not kept.
    pub fn roll_back(&mut self, checkpoint: Checkpoint) {
        assert!(self.edited == checkpoint.edited, "the document was edited since the checkpoint");
        self.metadata = checkpoint.metadata;
        if !checkpoint.has_text {
            self.text = None;
        }
        self.rows.truncate(checkpoint.rows);
        self.relations.truncate(checkpoint.relations);
        self.values.truncate(checkpoint.values);
        self.names.truncate(checkpoint.names);
        self.layers.truncate(checkpoint.layers);
    }
}
