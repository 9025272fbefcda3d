//! The frame: an article, or what a stage answers about one, without pointers.
//!
//! It is what a child process receives and sends over its pipes: the tables of the native form in
//! one run of bytes, little-endian. Frames follow one another without anything between.
//!
//! | byte | what |
//! |---|---|
//! | 0 | `u32` [`MAGIC`] |
//! | 4 | `u32` [`ABI`] |
//! | 8 | `u32` bytes of the frame, these included; a multiple of 8 |
//! | 12 | `i32` `what`: to a stage one of [`kind`], from a stage one of [`outcome`](crate::outcome) or [`CONTRACT`] |
//! | 16 | `u64` sequence: an answer has that of its article |
//! | 24 | nine sections, each `u32` offset from the start of the frame and `u32` bytes |
//! | 96 | the sections' bytes, each beginning at a multiple of 8, zeros between |
//!
//! | section | holds |
//! |---|---|
//! | 0 id | UTF-8 |
//! | 1 text | UTF-8; spans count its bytes |
//! | 2 names | the names numbered from 256 on: `u32` count, `u32` end of each in the bytes after these, the bytes (UTF-8) |
//! | 3 fields | metadata: `u32` count, `u32` zero, for each five times 4 bytes (bytes of key, of value, of from; `f32` confidence; `u32` supplied), then the bytes of all, each key, value, from (UTF-8) |
//! | 4 rows | 32 bytes each, as [`Row`] |
//! | 5 relations | 12 bytes each, as [`Relation`] |
//! | 6 values | UTF-8 JSON texts, what the rows' `value_start` counts in |
//! | 7 message | UTF-8: why an article is discarded or failed |
//! | 8 change | bytes: what an article changed in the state of an ordered stage |
//!
//! A section of 0 bytes is absent, wherever it says it lies. An answer has the new rows, relations, names
//! and values alone, as an [`Output`](crate::Output) has them: its relations count rows over the
//! article's and then its own. While the major version is 0, both sides must have the same [`ABI`].
//!
//! ```
//! use plugin_abi::frame::{Frame, Writer, kind};
//!
//! let mut bytes = Vec::new();
//! Writer::new(&mut bytes, kind::ARTICLE, 7).id("drop/a.txt").text("Ada Ek spoke.").finish();
//! let (frame, rest) = Frame::read(&bytes)?;
//! assert_eq!((frame.sequence, frame.text, rest.len()), (7, "Ada Ek spoke.", 0));
//! # Ok::<(), plugin_abi::frame::FrameError>(())
//! ```

use core::fmt;
use core::str;

use crate::{ABI, Relation, Row};

/// The first four bytes, `cdfr` as text.
pub const MAGIC: u32 = u32::from_le_bytes(*b"cdfr");

/// Bytes before the first section.
pub const HEADER: usize = 96;

/// An answer beside those of [`outcome`](crate::outcome), from a child that checks what its stage says: the
/// stage has broken its contract.
pub const CONTRACT: i32 = 6;

/// What a frame to a stage is.
pub mod kind {
    /// An article to work on; it is answered.
    pub const ARTICLE: i32 = 0;
    /// A change of state to apply, in the section `change`; it is not answered.
    pub const RESTORE: i32 = 1;
}

const FIELD: usize = 20;
const SECTIONS: usize = 9;

#[derive(Clone, Copy)]
enum Section {
    Id,
    Text,
    Names,
    Fields,
    Rows,
    Relations,
    Values,
    Message,
    Change,
}

impl Section {
    const NAMES: [&str; SECTIONS] =
        ["id", "text", "names", "fields", "rows", "relations", "values", "message", "change"];

    const fn word(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// A value of an article's metadata, as [`Field`](crate::Field) without pointers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldRef<'f> {
    /// `title`, `byline`, `meta.NAME` and so on.
    pub key: &'f str,
    /// The value: text, or JSON for `meta.NAME`.
    pub value: &'f str,
    /// Where it came from.
    pub from: &'f str,
    /// Confidence from 0 to 1.
    pub confidence: f32,
    /// Whether it came with the article.
    pub supplied: bool,
}

/// Appends one frame to a buffer. Sections may be written in any order, each once or not at all.
#[derive(Debug)]
#[must_use = "a frame is whole after `finish`"]
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl<'o> Writer<'o> {
    /// Begins a frame at the end of `out`.
    pub fn new(out: &'o mut Vec<u8>, what: i32, sequence: u64) -> Self {
        let start = out.len();
        out.extend_from_slice(&MAGIC.to_le_bytes());
        out.extend_from_slice(&ABI.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&what.to_le_bytes());
        out.extend_from_slice(&sequence.to_le_bytes());
        out.resize(start + HEADER, 0);
        Self { out, start }
    }

    /// The article's id.
    pub fn id(self, id: &str) -> Self {
        self.bytes(Section::Id, id.as_bytes())
    }

    /// The clean text.
    pub fn text(self, text: &str) -> Self {
        self.bytes(Section::Text, text.as_bytes())
    }

    /// The names numbered from 256 on.
    pub fn names<'n>(self, names: impl ExactSizeIterator<Item = &'n str> + Clone) -> Self {
        if names.len() == 0 {
            return self;
        }
        self.section(Section::Names, |out| {
            put(out, names.len());
            let mut end = 0;
            for name in names.clone() {
                end += name.len();
                put(out, end);
            }
            names.for_each(|name| out.extend_from_slice(name.as_bytes()));
        })
    }

    /// The article's metadata.
    pub fn fields<'n>(self, fields: impl Iterator<Item = FieldRef<'n>> + Clone) -> Self {
        let count = fields.clone().count();
        if count == 0 {
            return self;
        }
        self.section(Section::Fields, |out| {
            put(out, count);
            put(out, 0);
            for field in fields.clone() {
                for text in [field.key, field.value, field.from] {
                    put(out, text.len());
                }
                out.extend_from_slice(&field.confidence.to_le_bytes());
                put(out, field.supplied.into());
            }
            for text in fields.flat_map(|field| [field.key, field.value, field.from]) {
                out.extend_from_slice(text.as_bytes());
            }
        })
    }

    /// Rows: all of an article's, or the new ones of an answer.
    pub fn rows(self, rows: impl ExactSizeIterator<Item = Row>) -> Self {
        self.entries(Section::Rows, rows, Row::to_frame)
    }

    /// Relations, likewise.
    pub fn relations(self, relations: impl ExactSizeIterator<Item = Relation>) -> Self {
        self.entries(Section::Relations, relations, Relation::to_frame)
    }

    /// The JSON texts that the rows point into.
    pub fn values(self, values: &str) -> Self {
        self.bytes(Section::Values, values.as_bytes())
    }

    /// Why an article is discarded or failed.
    pub fn message(self, message: &str) -> Self {
        self.bytes(Section::Message, message.as_bytes())
    }

    /// A change of state.
    pub fn change(self, change: &[u8]) -> Self {
        self.bytes(Section::Change, change)
    }

    /// Ends the frame.
    ///
    /// # Panics
    /// If it has 4 GiB or more; an article never has.
    pub fn finish(self) {
        let len = u32::try_from(self.out.len() - self.start).expect("a frame is below 4 GiB");
        self.out[self.start + 8..self.start + 12].copy_from_slice(&len.to_le_bytes());
    }

    /// A section of entries of one size; their room is made in one go.
    fn entries<T, const N: usize>(
        self,
        section: Section,
        entries: impl ExactSizeIterator<Item = T>,
        bytes: impl Fn(T) -> [u8; N],
    ) -> Self {
        self.section(section, |out| {
            let begin = out.len();
            out.resize(begin + entries.len() * N, 0);
            let (places, _) = out[begin..].as_chunks_mut();
            for (place, entry) in places.iter_mut().zip(entries) {
                *place = bytes(entry);
            }
        })
    }

    fn bytes(self, section: Section, bytes: &[u8]) -> Self {
        self.section(section, |out| out.extend_from_slice(bytes))
    }

    fn section(self, section: Section, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let begin = self.out.len();
        write(self.out);
        let len = self.out.len() - begin;
        self.out.resize(self.start + (self.out.len() - self.start).next_multiple_of(8), 0);
        let entry = self.start + 24 + 8 * section as usize;
        let offset = (begin - self.start) as u32;
        self.out[entry..entry + 4].copy_from_slice(&offset.to_le_bytes());
        self.out[entry + 4..entry + 8].copy_from_slice(&(len as u32).to_le_bytes());
        self
    }
}

/// One frame, checked and borrowed from the bytes it came in; reading it allocates nothing.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'f> {
    /// One of [`kind`] or of [`outcome`](crate::outcome).
    pub what: i32,
    /// The number of the article.
    pub sequence: u64,
    /// The article's id.
    pub id: &'f str,
    /// The clean text.
    pub text: &'f str,
    /// The names numbered from 256 on.
    pub names: Names<'f>,
    /// The metadata.
    pub fields: Fields<'f>,
    /// The rows. Nothing about their content is checked.
    pub rows: Rows<'f>,
    /// The relations, likewise.
    pub relations: Relations<'f>,
    /// What the rows' `value_start` counts in; that these are JSON texts is not checked.
    pub values: &'f str,
    /// Why an article is discarded or failed.
    pub message: &'f str,
    /// A change of state.
    pub change: &'f [u8],
}

impl<'f> Frame<'f> {
    /// How many bytes the frame at the start of `bytes` has; `None` where too few are there to say.
    ///
    /// # Errors
    /// [`FrameError`] where no frame of this version starts there; nothing that follows can be read.
    pub fn len_at(bytes: &[u8]) -> Result<Option<usize>, FrameError> {
        let Some(header) = bytes.first_chunk::<12>() else { return Ok(None) };
        let magic = u32_at(header, 0);
        if magic != MAGIC {
            return Err(FrameError::Magic(magic));
        }
        let abi = u32_at(header, 4);
        if abi != ABI {
            return Err(FrameError::Abi(abi));
        }
        let len = u32_at(header, 8) as usize;
        if len < HEADER || !len.is_multiple_of(8) {
            return Err(FrameError::Len(len));
        }
        Ok(Some(len))
    }

    /// The frame at the start of `bytes`, and the bytes after it.
    ///
    /// # Errors
    /// [`FrameError`] where there is none, or one that contradicts itself.
    pub fn read(bytes: &'f [u8]) -> Result<(Self, &'f [u8]), FrameError> {
        let len = Self::len_at(bytes)?.unwrap_or(HEADER);
        let Some((frame, rest)) = bytes.split_at_checked(len) else {
            return Err(FrameError::Short { len, got: bytes.len() });
        };
        let frame = Self {
            what: u32_at(frame, 12).cast_signed(),
            sequence: u64::from(u32_at(frame, 16)) | u64::from(u32_at(frame, 20)) << 32,
            id: text(frame, Section::Id)?,
            text: text(frame, Section::Text)?,
            names: Names::read(section(frame, Section::Names)?)?,
            fields: Fields::read(section(frame, Section::Fields)?)?,
            rows: Rows { bytes: entries(frame, Section::Rows, Row::BYTES)? },
            relations: Relations { bytes: entries(frame, Section::Relations, Relation::BYTES)? },
            values: text(frame, Section::Values)?,
            message: text(frame, Section::Message)?,
            change: section(frame, Section::Change)?,
        };
        Ok((frame, rest))
    }
}

/// The names of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Names<'f> {
    ends: &'f [u8],
    bytes: &'f str,
}

impl<'f> Names<'f> {
    fn read(section: &'f [u8]) -> Result<Self, FrameError> {
        let broken = || FrameError::Section(Section::Names.word());
        let Some((count, rest)) = section.split_first_chunk::<4>() else {
            return if section.is_empty() {
                Ok(Self { ends: &[], bytes: "" })
            } else {
                Err(broken())
            };
        };
        let ends = 4_usize.checked_mul(u32_at(count, 0) as usize).ok_or_else(broken)?;
        let (ends, bytes) = rest.split_at_checked(ends).ok_or_else(broken)?;
        let bytes = str::from_utf8(bytes).map_err(|_| FrameError::Utf8(Section::Names.word()))?;
        let names = Self { ends, bytes };
        let mut before = 0;
        for name in 0..names.len() {
            let end = names.end(name);
            if end < before || !bytes.is_char_boundary(end) {
                return Err(broken());
            }
            before = end;
        }
        Ok(names)
    }

    /// How many.
    pub const fn len(self) -> usize {
        self.ends.len() / 4
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.ends.is_empty()
    }

    /// The names in their order: the first is number 256.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'f str> + Clone {
        (0..self.len()).map(move |name| {
            let start = name.checked_sub(1).map_or(0, |before| self.end(before));
            &self.bytes[start..self.end(name)]
        })
    }

    fn end(self, name: usize) -> usize {
        u32_at(self.ends, 4 * name) as usize
    }
}

/// The metadata of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'f> {
    table: &'f [u8],
    bytes: &'f str,
}

impl<'f> Fields<'f> {
    fn read(section: &'f [u8]) -> Result<Self, FrameError> {
        let broken = || FrameError::Section(Section::Fields.word());
        let Some((head, rest)) = section.split_first_chunk::<8>() else {
            return if section.is_empty() {
                Ok(Self { table: &[], bytes: "" })
            } else {
                Err(broken())
            };
        };
        let table = FIELD.checked_mul(u32_at(head, 0) as usize).ok_or_else(broken)?;
        let (table, bytes) = rest.split_at_checked(table).ok_or_else(broken)?;
        let bytes = str::from_utf8(bytes).map_err(|_| FrameError::Utf8(Section::Fields.word()))?;
        let mut at = 0_usize;
        for (field, part) in
            (0..table.len() / FIELD).flat_map(|field| [0, 4, 8].map(|part| (field, part)))
        {
            at = at.saturating_add(u32_at(table, FIELD * field + part) as usize);
            if !bytes.is_char_boundary(at) {
                return Err(broken());
            }
        }
        Ok(Self { table, bytes })
    }

    /// The values in their order; `byline` may come several times.
    pub fn iter(self) -> impl Iterator<Item = FieldRef<'f>> + Clone {
        let mut rest = self.bytes;
        self.table.chunks_exact(FIELD).map(move |entry| {
            let mut take = |at| {
                let (text, after) = rest.split_at(u32_at(entry, at) as usize);
                rest = after;
                text
            };
            FieldRef {
                key: take(0),
                value: take(4),
                from: take(8),
                confidence: f32::from_bits(u32_at(entry, 12)),
                supplied: u32_at(entry, 16) != 0,
            }
        })
    }
}

/// The rows of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'f> {
    bytes: &'f [u8],
}

impl<'f> Rows<'f> {
    /// How many.
    pub const fn len(self) -> usize {
        self.bytes.len() / Row::BYTES
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The rows in their order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Row> + Clone + 'f {
        self.bytes.as_chunks().0.iter().map(Row::from_frame)
    }
}

/// The relations of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Relations<'f> {
    bytes: &'f [u8],
}

impl<'f> Relations<'f> {
    /// How many.
    pub const fn len(self) -> usize {
        self.bytes.len() / Relation::BYTES
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The relations in their order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Relation> + Clone + 'f {
        self.bytes.as_chunks().0.iter().map(Relation::from_frame)
    }
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// They begin otherwise.
    Magic(u32),
    /// It is of another version.
    Abi(u32),
    /// It says that it has this many bytes, fewer than a header or no multiple of 8.
    Len(usize),
    /// Bytes are missing.
    Short {
        /// What it says that it has.
        len: usize,
        /// What is there.
        got: usize,
    },
    /// A section lies outside the frame, begins at no multiple of 8, or contradicts itself.
    Section(&'static str),
    /// A section is no UTF-8.
    Utf8(&'static str),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic(magic) => {
                write!(f, "no frame: it begins with {:02x?}", magic.to_le_bytes())
            }
            Self::Abi(abi) => write!(
                f,
                "a frame of version {}.{}, this side has {}.{}",
                abi >> 16,
                abi & 0xFFFF,
                ABI >> 16,
                ABI & 0xFFFF
            ),
            Self::Len(len) => write!(f, "no frame: it says that it has {len} bytes"),
            Self::Short { len, got } => write!(f, "half a frame: {got} bytes of {len}"),
            Self::Section(section) => {
                write!(f, "no frame: its section `{section}` contradicts itself")
            }
            Self::Utf8(section) => write!(f, "no frame: its section `{section}` is no UTF-8"),
        }
    }
}

impl core::error::Error for FrameError {}

fn section(frame: &[u8], section: Section) -> Result<&[u8], FrameError> {
    let entry = 24 + 8 * section as usize;
    let (start, len) = (u32_at(frame, entry) as usize, u32_at(frame, entry + 4) as usize);
    if len == 0 {
        return Ok(&[]);
    }
    let inside = start >= HEADER && start.is_multiple_of(8);
    let bytes = inside.then(|| frame.get(start..start.checked_add(len)?)).flatten();
    bytes.ok_or(FrameError::Section(section.word()))
}

fn text(frame: &[u8], of: Section) -> Result<&str, FrameError> {
    str::from_utf8(section(frame, of)?).map_err(|_| FrameError::Utf8(of.word()))
}

fn entries(frame: &[u8], of: Section, size: usize) -> Result<&[u8], FrameError> {
    let bytes = section(frame, of)?;
    if bytes.len().is_multiple_of(size) { Ok(bytes) } else { Err(FrameError::Section(of.word())) }
}

/// Appends a length. Those that do not fit make a frame of 4 GiB, which `finish` refuses.
fn put(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u32).to_le_bytes());
}

/// The number in the four bytes at `at`, which are there.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes[at..].first_chunk().expect("a fixed place in a table of known size");
    u32::from_le_bytes(*bytes)
}
