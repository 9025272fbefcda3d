//! An article, as a stage reads it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use plugin_abi::{Bytes, Field, Relation, Row, symbol};

/// An article. Offsets are bytes of its text.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    table: &'d plugin_abi::Document,
    sorted: &'d Sorted,
}

/// The relations of one document by the row that they lead from, in their order; sorted when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Sorted(OnceCell<Vec<Relation>>);

impl<'d> Document<'d> {
    /// # Safety
    /// The table keeps the boundary's promises for `'d`: its arrays are what their counts say, its texts are UTF-8.
    pub(crate) unsafe fn new(table: &'d plugin_abi::Document, sorted: &'d Sorted) -> Self {
        Self { table, sorted }
    }

    /// Identity of the article over drops.
    pub fn id(&self) -> &'d str {
        text(self.table.id)
    }

    /// The clean text.
    pub fn text(&self) -> &'d str {
        text(self.table.text)
    }

    /// The first value of a metadata field: `title`, `dek`, `byline`, `published`, `modified`, `outlet`, `url`, `language`
    /// as text, `meta.NAME` as JSON.
    pub fn field(&self, key: &str) -> Option<&'d str> {
        self.field_values(key).next()
    }

    /// Every value of a metadata field: `byline` may have several.
    pub fn field_values(&self, key: &str) -> impl Iterator<Item = &'d str> {
        self.fields()
            .iter()
            .filter(move |field| text(field.key) == key)
            .map(|field| text(field.value))
    }

    /// The keys of the metadata fields that have a value, in their order.
    pub fn field_keys(&self) -> impl Iterator<Item = &'d str> {
        self.fields().iter().map(|field| text(field.key))
    }

    fn fields(&self) -> &'d [Field] {
        array(self.table.fields, self.table.field_count)
    }

    /// Every row of every layer, in the order in which they were added.
    pub fn rows(&self) -> &'d [Row] {
        array(self.table.rows, self.table.row_count)
    }

    /// Every relation.
    pub fn relations(&self) -> &'d [Relation] {
        array(self.table.relations, self.table.relation_count)
    }

    /// The text of a number in [`Row::layer`], [`Row::kind`], [`Row::label`] or [`Relation::role`];
    /// empty for none.
    pub fn name(&self, number: u16) -> &'d str {
        match number.checked_sub(symbol::FIRST_LOCAL) {
            Some(local) => self.names().get(usize::from(local)).map_or("", |name| text(*name)),
            None => reserved_name(number),
        }
    }

    /// The number of a name in this document's tables, if it is used there.
    pub fn number(&self, name: &str) -> Option<u16> {
        reserved(name).or_else(|| {
            let local = self.names().iter().position(|known| text(*known) == name)?;
            Some(symbol::FIRST_LOCAL + local as u16)
        })
    }

    fn names(&self) -> &'d [Bytes] {
        array(self.table.names, self.table.name_count)
    }

    /// The annotations of a layer, in the order in which they were added.
    pub fn layer(self, layer: &str) -> impl Iterator<Item = Annotation<'d>> {
        // A name that is not there has no rows; 0 is the layer of none.
        let number = self.number(layer).unwrap_or(symbol::NONE);
        let rows = self.rows().iter().zip(0..);
        rows.filter(move |(row, _)| row.layer == number && number != symbol::NONE)
            .map(move |(row, id)| Annotation { doc: self, row, id })
    }

    /// The sentences.
    pub fn sentences(self) -> impl Iterator<Item = Range<usize>> {
        self.layer("sentences").filter_map(Annotation::span)
    }

    /// The mentions: spans that refer to something, or state a value.
    pub fn mentions(self) -> impl Iterator<Item = Annotation<'d>> {
        self.layer("mentions")
    }

    /// The entities; an entity's [`string`](Annotation::string) is its name.
    pub fn entities(self) -> impl Iterator<Item = Annotation<'d>> {
        self.layer("entities")
    }

    /// The quotations.
    pub fn quotations(self) -> impl Iterator<Item = Annotation<'d>> {
        self.layer("quotations")
    }

    /// The annotation with this number, counted over all layers.
    pub fn annotation(self, id: u32) -> Option<Annotation<'d>> {
        self.rows().get(id as usize).map(|row| Annotation { doc: self, row, id })
    }

    /// The relations that lead from a row, in their order.
    fn relations_from(self, row: u32) -> impl Iterator<Item = &'d Relation> {
        let sorted = self.sorted.0.get_or_init(|| {
            let mut relations = self.relations().to_vec();
            relations.sort_by_key(|relation| relation.from); // stable
            relations
        });
        let first = sorted.partition_point(|relation| relation.from < row);
        sorted[first..].iter().take_while(move |relation| relation.from == row)
    }

    pub(crate) fn row_count(self) -> u32 {
        self.table.row_count as u32
    }
}

/// A row of a document, with what it takes to read it.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'d> {
    doc: Document<'d>,
    row: &'d Row,
    id: u32,
}

impl<'d> Annotation<'d> {
    /// Its number, counted over all layers: what [`Output::relate`](crate::Output::relate) takes.
    pub fn id(self) -> u32 {
        self.id
    }

    /// The row itself.
    pub fn row(self) -> &'d Row {
        self.row
    }

    /// The bytes of the text that it is about, if it has a span.
    pub fn span(self) -> Option<Range<usize>> {
        let Row { start, end, .. } = *self.row;
        (start != Row::NO_SPAN).then_some(start as usize..end as usize)
    }

    /// Its words; empty without a span.
    pub fn text(self) -> &'d str {
        self.span().map_or("", |span| &self.doc.text()[span])
    }

    /// The name of its kind (`name`, `direct`); empty for none.
    pub fn kind(self) -> &'d str {
        self.doc.name(self.row.kind)
    }

    /// The name of its label (`PER`); empty for none.
    pub fn label(self) -> &'d str {
        self.doc.name(self.row.label)
    }

    /// Its confidence from 0 to 1, if it was given one.
    pub fn score(self) -> Option<f32> {
        (self.row.score >= 0.0).then_some(self.row.score)
    }

    /// Its value, as JSON.
    pub fn value(self) -> Option<&'d str> {
        let Row { value_start: start, value_len: len, .. } = *self.row;
        let range = start as usize..start as usize + len as usize;
        (len > 0).then(|| &text(self.doc.table.values)[range])
    }

    /// Its value, if that is a JSON string; else empty.
    pub fn string(self) -> Cow<'d, str> {
        let Some(value) = self.value() else { return Cow::Borrowed("") };
        match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
            _ => Cow::Owned(serde_json::from_str(value).unwrap_or_default()),
        }
    }

    /// The rows that it points to in a role (`entity`, `speaker`, `cue`).
    pub fn related(self, role: &str) -> impl Iterator<Item = Self> {
        let role = self.doc.number(role);
        self.doc
            .relations_from(self.id)
            .filter(move |relation| Some(relation.role) == role)
            .filter_map(move |relation| self.doc.annotation(relation.to))
    }

    /// The entity that a mention or speaker refers to.
    pub fn entity(self) -> Option<Self> {
        self.related("entity").next()
    }

    /// An entity's key; empty if it has none.
    pub fn key(self) -> Cow<'d, str> {
        self.related("key").next().map(Self::string).unwrap_or_default()
    }
}

/// The number of a fixed name.
pub(crate) fn reserved(name: &str) -> Option<u16> {
    if name.contains('.') {
        return None; // no fixed name has a dot, and most of a plugin's have
    }
    symbol::RESERVED.iter().find(|(_, reserved)| *reserved == name).map(|(number, _)| *number)
}

pub(crate) fn reserved_name(number: u16) -> &'static str {
    symbol::RESERVED.iter().find(|(known, _)| *known == number).map_or("", |(_, name)| name)
}

/// A text of the document's.
fn text<'d>(bytes: Bytes) -> &'d str {
    // SAFETY: `Document::new`'s caller promised UTF-8 that lives as long as the document; every `'d` in this
    // file is that one.
    unsafe { std::str::from_utf8_unchecked(array(bytes.ptr, bytes.len)) }
}

fn array<'d, T>(ptr: *const T, count: usize) -> &'d [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: as above.
    unsafe { std::slice::from_raw_parts(ptr, count) }
}
