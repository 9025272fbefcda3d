//! An article as a plugin sees it, and what it hands back.

use core::mem::transmute;

/// Borrowed bytes. Text is UTF-8 and not ended by a zero; `ptr` may be null where `len` is 0.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Bytes {
    /// The first byte.
    pub ptr: *const u8,
    /// How many.
    pub len: usize,
}

impl Bytes {
    /// No bytes.
    pub const EMPTY: Self = Self { ptr: core::ptr::null(), len: 0 };

    /// The bytes of a string; the caller sees to it that the string lives long enough.
    pub const fn new(text: &str) -> Self {
        Self { ptr: text.as_ptr(), len: text.len() }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self { ptr: bytes.as_ptr(), len: bytes.len() }
    }
}

/// One annotation: 32 bytes, no padding, no pointer; the same as in the host's own tables.
///
/// Numbers of `layer`, `kind` and `label` are names: below 256 the fixed ones of [`symbol`](crate::symbol), from
/// 256 on an index into the names that come with the rows, the document's or the output's.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Row {
    /// Byte of the text where it starts, on a character border; [`Row::NO_SPAN`] for none.
    pub start: u32,
    /// Byte of the text where it ends, exclusive; [`Row::NO_SPAN`] for none.
    pub end: u32,
    /// The layer that the row belongs to.
    pub layer: u16,
    /// What sort of annotation within its layer, or 0.
    pub kind: u16,
    /// The class it was given (`PER`, the term of a watch list), or 0.
    pub label: u16,
    /// The stage that wrote it, a number without further meaning; the host fills it in.
    pub producer: u16,
    /// Confidence from 0 to 1, or [`Row::NO_SCORE`].
    pub score: f32,
    /// Where the value starts in the bytes of `values`.
    pub value_start: u32,
    /// Bytes of the value, UTF-8 JSON; 0 for none.
    pub value_len: u32,
    /// Bits: [`Row::NEGATED`]; the others are zero.
    pub flags: u32,
}

impl Row {
    /// `start` and `end` of a row without a span.
    pub const NO_SPAN: u32 = u32::MAX;
    /// The score of a row that was given none.
    pub const NO_SCORE: f32 = -1.0;
    /// Flag of a quotation that reports what was *not* said.
    pub const NEGATED: u32 = 1;
    /// A row without layer, span, score or value, to fill in.
    pub const EMPTY: Self = Self {
        start: Self::NO_SPAN,
        end: Self::NO_SPAN,
        layer: 0,
        kind: 0,
        label: 0,
        producer: 0,
        score: Self::NO_SCORE,
        value_start: 0,
        value_len: 0,
        flags: 0,
    };
    /// Bytes of a row in a frame.
    pub(crate) const BYTES: usize = size_of::<Self>();

    /// As it stands in a frame: as in memory, where numbers are little-endian there, too.
    pub(crate) fn to_frame(self) -> [u8; Self::BYTES] {
        // SAFETY: ten numbers without padding, 32 bytes in all.
        unsafe { transmute::<Self, [u8; Self::BYTES]>(self.in_order()) }
    }

    /// The row that stands so in a frame.
    pub(crate) fn from_frame(bytes: &[u8; Self::BYTES]) -> Self {
        // SAFETY: as above, and any bits are numbers.
        unsafe { transmute::<[u8; Self::BYTES], Self>(*bytes) }.in_order()
    }

    /// The same row with the bytes of each number in the order of a frame, or back.
    const fn in_order(self) -> Self {
        if cfg!(target_endian = "little") {
            return self;
        }
        Self {
            start: self.start.swap_bytes(),
            end: self.end.swap_bytes(),
            layer: self.layer.swap_bytes(),
            kind: self.kind.swap_bytes(),
            label: self.label.swap_bytes(),
            producer: self.producer.swap_bytes(),
            score: f32::from_bits(self.score.to_bits().swap_bytes()),
            value_start: self.value_start.swap_bytes(),
            value_len: self.value_len.swap_bytes(),
            flags: self.flags.swap_bytes(),
        }
    }
}

/// A directed link between two rows, such as quotation –`speaker`→ part: 12 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Relation {
    /// The row that it starts from; rows are counted over all layers.
    pub from: u32,
    /// The row that it points to.
    pub to: u32,
    /// What the second is to the first, a name.
    pub role: u16,
    /// As in [`Row`].
    pub producer: u16,
}

impl Relation {
    /// Bytes of a relation in a frame.
    pub(crate) const BYTES: usize = size_of::<Self>();

    /// As it stands in a frame; see [`Row::to_frame`].
    pub(crate) fn to_frame(self) -> [u8; Self::BYTES] {
        // SAFETY: four numbers without padding, 12 bytes in all.
        unsafe { transmute::<Self, [u8; Self::BYTES]>(self.in_order()) }
    }

    /// The relation that stands so in a frame.
    pub(crate) fn from_frame(bytes: &[u8; Self::BYTES]) -> Self {
        // SAFETY: as above, and any bits are numbers.
        unsafe { transmute::<[u8; Self::BYTES], Self>(*bytes) }.in_order()
    }

    const fn in_order(self) -> Self {
        if cfg!(target_endian = "little") {
            return self;
        }
        Self {
            from: self.from.swap_bytes(),
            to: self.to.swap_bytes(),
            role: self.role.swap_bytes(),
            producer: self.producer.swap_bytes(),
        }
    }
}

/// One value of the article's metadata. `byline` may come several times.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Field {
    /// `title`, `dek`, `byline`, `published`, `modified`, `outlet`, `url`, `language`, or `meta.NAME`.
    pub key: Bytes,
    /// The value: text, or JSON for `meta.NAME`.
    pub value: Bytes,
    /// Where it came from (`sidecar`, `json-ld`), empty for `meta.NAME`.
    pub from: Bytes,
    /// Confidence from 0 to 1.
    pub confidence: f32,
    /// 1 where it came with the article rather than from a stage, else 0.
    pub supplied: u32,
}

/// An article, borrowed until the call returns.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Document {
    /// Bytes of this table.
    pub size: u32,
    /// Bytes of a [`Row`].
    pub row_size: u32,
    /// Bytes of a [`Relation`].
    pub relation_size: u32,
    /// Bytes of a [`Field`].
    pub field_size: u32,
    /// Identity of the article over drops.
    pub id: Bytes,
    /// The clean text: UTF-8, below 4 GiB.
    pub text: Bytes,
    /// Every row of every layer, in the order in which they were added.
    pub rows: *const Row,
    /// How many.
    pub row_count: usize,
    /// Every relation.
    pub relations: *const Relation,
    /// How many.
    pub relation_count: usize,
    /// What the rows' `value_start` counts in.
    pub values: Bytes,
    /// The names that this document numbers from 256 on.
    pub names: *const Bytes,
    /// How many.
    pub name_count: usize,
    /// Its metadata.
    pub fields: *const Field,
    /// How many.
    pub field_count: usize,
}

/// What a stage adds to an article; the host copies it within `emit`.
///
/// Relations count rows over the document's and then the new ones: the first new row has the
/// number `row_count` of the [`Document`]. Several calls of `emit` continue one another.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Output {
    /// Bytes of this table.
    pub size: u32,
    /// Bytes of a [`Row`].
    pub row_size: u32,
    /// Bytes of a [`Relation`].
    pub relation_size: u32,
    /// Zero.
    pub reserved: u32,
    /// New rows.
    pub rows: *const Row,
    /// How many.
    pub row_count: usize,
    /// New relations.
    pub relations: *const Relation,
    /// How many.
    pub relation_count: usize,
    /// What the new rows' `value_start` counts in: UTF-8 JSON texts.
    pub values: Bytes,
    /// The names that this output numbers from 256 on, in this call of `emit` alone.
    pub names: *const Bytes,
    /// How many, at most 65,000.
    pub name_count: usize,
}

// What is counted on elsewhere: the host passes its own tables as these.
const _: () = assert!(size_of::<Row>() == 32 && align_of::<Row>() == 4);
const _: () = assert!(size_of::<Relation>() == 12 && align_of::<Relation>() == 4);
