//! What a stage adds to an article.

use std::ops::Range;

use plugin_abi::{Bytes, Relation, Row};
use serde_json::Value;

use crate::Host;
use crate::document::reserved;

/// The number of a row, an old or a new one, counted over all layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

impl From<crate::Annotation<'_>> for RowId {
    fn from(annotation: crate::Annotation<'_>) -> Self {
        Self(annotation.id())
    }
}

/// A row to add.
#[derive(Clone, Debug)]
pub struct New<'a> {
    layer: &'a str,
    kind: &'a str,
    label: &'a str,
    span: Option<Range<usize>>,
    score: f32,
    negated: bool,
    json: Json<'a>,
}

#[derive(Clone, Debug)]
enum Json<'a> {
    None,
    String(&'a str),
    Text(String),
}

impl<'a> New<'a> {
    /// A row of this layer, without span, kind, label, score or value.
    pub fn row(layer: &'a str) -> Self {
        Self {
            layer,
            kind: "",
            label: "",
            span: None,
            score: Row::NO_SCORE,
            negated: false,
            json: Json::None,
        }
    }

    /// Over these bytes of the text.
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// With this kind.
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// With this label.
    pub fn label(mut self, label: &'a str) -> Self {
        self.label = label;
        self
    }

    /// With a confidence from 0 to 1.
    pub fn score(mut self, score: f32) -> Self {
        self.score = score;
        self
    }

    /// For a quotation: it reports what was not said.
    pub fn negated(mut self) -> Self {
        self.negated = true;
        self
    }

    /// With a text as its value.
    pub fn string(mut self, text: &'a str) -> Self {
        self.json = Json::String(text);
        self
    }

    /// With data as its value: `serde_json::json!({"list": "ships"})`.
    pub fn data(mut self, data: &Value) -> Self {
        self.json = Json::Text(data.to_string());
        self
    }
}

/// Buffers of an instance, reused from article to article.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    pub(crate) rows: Vec<Row>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) values: Vec<u8>,
    /// Names one behind the other, and where each ends.
    names: String,
    ends: Vec<usize>,
    /// The names as the host gets them; made anew for each article.
    pointers: Vec<Bytes>,
}

impl Buffers {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.names[start..*end])
    }
}

/// What a stage adds to one article: rows, relations, values, notes.
#[derive(Debug)]
pub struct Output<'c> {
    host: &'c Host,
    buffers: &'c mut Buffers,
    /// Rows of the document: the number of the first new one.
    first: u32,
}

impl<'c> Output<'c> {
    pub(crate) fn new(host: &'c Host, buffers: &'c mut Buffers, first: u32) -> Self {
        buffers.rows.clear();
        buffers.relations.clear();
        buffers.values.clear();
        buffers.names.clear();
        buffers.ends.clear();
        Self::on(host, buffers, first)
    }

    /// An output that goes on with what is in the buffers.
    pub(crate) fn on(host: &'c Host, buffers: &'c mut Buffers, first: u32) -> Self {
        Self { host, buffers, first }
    }

    /// Adds a row, and says which number it has.
    pub fn add(&mut self, new: New<'_>) -> RowId {
        let start = self.buffers.values.len();
        match new.json {
            Json::None => {}
            Json::String(text) => serde_json::to_writer(&mut self.buffers.values, text)
                .expect("a text is written to memory"),
            Json::Text(json) => self.buffers.values.extend_from_slice(json.as_bytes()),
        }
        let len = self.buffers.values.len() - start;
        let offset = |at: usize| u32::try_from(at).unwrap_or(Row::NO_SPAN - 1); // refused by the host
        let row = Row {
            start: new.span.as_ref().map_or(Row::NO_SPAN, |span| offset(span.start)),
            end: new.span.as_ref().map_or(Row::NO_SPAN, |span| offset(span.end)),
            layer: self.name(new.layer),
            kind: self.name(new.kind),
            label: self.name(new.label),
            producer: 0,
            score: new.score,
            value_start: offset(start),
            value_len: offset(len),
            flags: if new.negated { Row::NEGATED } else { 0 },
        };
        self.push(row)
    }

    /// Makes room for this many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.buffers.rows.reserve(rows);
    }

    /// Adds a row as the boundary has it; its names are numbers of [`name`](Self::name).
    #[inline]
    pub fn push(&mut self, row: Row) -> RowId {
        self.buffers.rows.push(row);
        RowId(self.first + (self.buffers.rows.len() - 1) as u32)
    }

    /// The number of a name in the rows that are added here.
    pub fn name(&mut self, name: &str) -> u16 {
        if name.is_empty() {
            return plugin_abi::symbol::NONE;
        }
        let known = self.buffers.names().position(|known| known == name);
        if let Some(reserved) = known.is_none().then(|| reserved(name)).flatten() {
            return reserved;
        }
        let local = known.unwrap_or_else(|| {
            self.buffers.names.push_str(name);
            self.buffers.ends.push(self.buffers.names.len());
            self.buffers.ends.len() - 1
        });
        // More than 65,000 names are refused by the host.
        u16::try_from(local).unwrap_or(u16::MAX).saturating_add(plugin_abi::symbol::FIRST_LOCAL)
    }

    /// Says that `from` points to `to` in a role.
    pub fn relate(&mut self, from: impl Into<RowId>, role: &str, to: impl Into<RowId>) {
        let role = self.name(role);
        let relation = Relation { from: from.into().0, to: to.into().0, role, producer: 0 };
        self.buffers.relations.push(relation);
    }

    /// Sets a value of the whole article; its name has a dot (`words.hits`). The layer `values` must be declared.
    pub fn value(&mut self, name: &str, value: impl Into<Value>) {
        self.add(New::row("values").kind(name).data(&value.into()));
    }

    /// Notes a non-fatal oddity, at a place in the text or about the article as a whole.
    pub fn note(&mut self, span: Option<Range<usize>>, message: &str) {
        self.add(New { span, ..New::row("notes").string(message) });
    }

    /// Adds a mention of kind `name`, `description` or `pronoun` with the label `PER`, `ORG`, `LOC` or `MISC`.
    pub fn mention(&mut self, span: Range<usize>, kind: &str, label: &str, score: f32) -> RowId {
        self.add(New::row("mentions").at(span).kind(kind).label(label).score(score))
    }

    /// Adds an entity: its label, its key (`per:ada-ek`), the fullest form of its name.
    pub fn entity(&mut self, label: &str, key: &str, name: &str) -> RowId {
        let entity = self.add(New::row("entities").label(label).string(name));
        let key = self.add(New::row("parts").kind("key").string(key));
        self.relate(entity, "key", key);
        entity
    }

    /// Says which entity a mention refers to.
    pub fn set_entity(&mut self, mention: impl Into<RowId>, entity: impl Into<RowId>) {
        self.relate(mention, "entity", entity);
    }

    /// For an ordered stage: what this article changed in its state, to be given to
    /// [`Stage::restore`](crate::Stage::restore) when a run is continued. Once per article; the last one counts. It is
    /// stored whatever becomes of the article.
    pub fn change(&mut self, change: &[u8]) {
        self.host.change(change);
    }

    /// The host: a log, and whether to give up.
    pub fn host(&self) -> &'c Host {
        self.host
    }

    /// Hands everything over. Whether the host took it; if not, it knows why.
    pub(crate) fn send(&mut self) -> bool {
        if self.buffers.rows.is_empty() && self.buffers.relations.is_empty() {
            return true;
        }
        let mut pointers = std::mem::take(&mut self.buffers.pointers);
        pointers.clear();
        pointers.extend(self.buffers.names().map(Bytes::new));
        let Buffers { rows, relations, values, .. } = &*self.buffers;
        let taken = self.host.emit(&plugin_abi::Output {
            size: size_of::<plugin_abi::Output>() as u32,
            row_size: size_of::<Row>() as u32,
            relation_size: size_of::<Relation>() as u32,
            reserved: 0,
            rows: rows.as_ptr(),
            row_count: rows.len(),
            relations: relations.as_ptr(),
            relation_count: relations.len(),
            values: values.as_slice().into(),
            names: pointers.as_ptr(),
            name_count: pointers.len(),
        });
        self.buffers.pointers = pointers;
        taken
    }
}
