//! The two flat tables that hold every annotation.

use crate::{Span, Symbol, symbol};

/// Index of a [`Row`] in its document, counted over all layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct RowId(pub u32);

/// Index into [`Document::producers`](crate::Document::producers): the stage that wrote a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct ProducerId(pub u16);

/// One annotation: 32 bytes, no padding, no pointer.
///
/// `start` and `end` are bytes of the text; both are [`Row::NO_SPAN`] in a row without a span.
/// `value_start` and `value_len` are bytes of the document's value buffer; a length of 0 is no
/// value. Stages build rows with [`Row::new`] and the methods after it; `producer` is filled in by
/// [`Document::add`](crate::Document::add).
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Row {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
    /// The layer that the row belongs to.
    pub layer: Symbol,
    /// What sort of annotation within its layer, or [`symbol::NONE`].
    pub kind: Symbol,
    /// The class it was given (`PER`, a watch-list term), or [`symbol::NONE`].
    pub label: Symbol,
    /// The stage that wrote it.
    pub producer: ProducerId,
    /// Confidence from 0 to 1, or [`Row::NO_SCORE`].
    pub score: f32,
    /// Offset of the row's value in the document's value buffer.
    pub value_start: u32,
    /// Bytes of the row's value; 0 where it has none.
    pub value_len: u32,
    /// Bits: [`Row::NEGATED`], [`Row::CORRECTED`]; the others are zero.
    pub flags: u32,
}

impl Row {
    /// Both offsets of a row without a span.
    pub const NO_SPAN: u32 = u32::MAX;
    /// The score of a row that was given none.
    pub const NO_SCORE: f32 = -1.0;
    /// Flag of a quotation that reports what was *not* said.
    pub const NEGATED: u32 = 1;
    /// Flag of a quotation or an entity that was corrected by hand. No stage sets it.
    pub const CORRECTED: u32 = 2;

    /// A row of `layer` without a span, kind, label, score or value.
    pub const fn new(layer: Symbol) -> Self {
        Self {
            start: Self::NO_SPAN,
            end: Self::NO_SPAN,
            layer,
            kind: symbol::NONE,
            label: symbol::NONE,
            producer: ProducerId(0),
            score: Self::NO_SCORE,
            value_start: 0,
            value_len: 0,
            flags: 0,
        }
    }

    /// The same row over `span`.
    pub const fn at(mut self, span: Span) -> Self {
        self.start = span.start();
        self.end = span.end();
        self
    }

    /// The same row with a kind.
    pub const fn kind(mut self, kind: Symbol) -> Self {
        self.kind = kind;
        self
    }

    /// The same row with a label.
    pub const fn label(mut self, label: Symbol) -> Self {
        self.label = label;
        self
    }

    /// The same row with a score from 0 to 1.
    pub const fn score(mut self, score: f32) -> Self {
        self.score = score;
        self
    }

    /// The bytes of text that the row is about, if it has a span.
    pub const fn span(&self) -> Option<Span> {
        if self.start == Self::NO_SPAN { None } else { Some(Span::new(self.start, self.end)) }
    }
}

/// A directed link between two rows, such as quotation –`cue`→ part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Relation {
    /// The row that the link starts from.
    pub from: RowId,
    /// The row that it points to; may be the same.
    pub to: RowId,
    /// What the second is to the first.
    pub role: Symbol,
    /// The stage that wrote it.
    pub producer: ProducerId,
}

// What crosses the plugin boundary later is these bytes, so their layout is part of the contract.
const _: () = assert!(size_of::<Row>() == 32 && align_of::<Row>() == 4);
const _: () = assert!(size_of::<Relation>() == 12 && align_of::<Relation>() == 4);
