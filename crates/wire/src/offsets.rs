//! Offsets in the unit of the reader's language.

use serde::{Deserialize, Serialize};

/// What the offsets of a record count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Offsets {
    /// Unicode code points, as in Python.
    #[default]
    CodePoints,
    /// UTF-8 bytes, as in Rust and Go.
    Bytes,
    /// UTF-16 code units, as in JavaScript and Java.
    Utf16,
}

impl Offsets {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CodePoints, Self::Bytes, Self::Utf16];

    /// The word for it, in records and settings: `codepoints`, `bytes` or `utf16`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CodePoints => "codepoints",
            Self::Bytes => "bytes",
            Self::Utf16 => "utf16",
        }
    }
}

/// Converts between byte offsets of one text and offsets in another unit.
///
/// Holds one number per 64 bytes of a text that is not all ASCII, and none otherwise; a conversion
/// then looks at no more than 64 bytes.
#[derive(Clone, Debug)]
pub struct OffsetIndex<'t> {
    text: &'t [u8],
    unit: Offsets,
    /// Units before each block; empty where a unit is a byte.
    blocks: Vec<u32>,
}

const BLOCK: usize = 64;

impl<'t> OffsetIndex<'t> {
    /// An index over `text`, in one pass.
    ///
    /// ```
    /// use wire::{OffsetIndex, Offsets};
    ///
    /// let index = OffsetIndex::new("“𝛑” is pi", Offsets::Utf16);
    /// assert_eq!(index.unit_at(7), 3); // after the letter: 7 bytes, 3 code units
    /// assert_eq!(index.byte_at(3), Some(7));
    /// ```
    pub fn new(text: &'t str, unit: Offsets) -> Self {
        let bytes_are_units = unit == Offsets::Bytes || text.is_ascii();
        let text = text.as_bytes();
        let mut blocks = Vec::new();
        if !bytes_are_units {
            blocks.reserve_exact(text.len().div_ceil(BLOCK));
            let mut before = 0;
            for block in text.chunks(BLOCK) {
                blocks.push(before);
                before += count(block, unit);
            }
        }
        Self { text, unit, blocks }
    }

    /// The units before byte `offset`, which lies on a character border.
    ///
    /// # Panics
    /// If `offset` lies beyond the text.
    pub fn unit_at(&self, offset: u32) -> u32 {
        let end = offset as usize;
        assert!(end <= self.text.len(), "an offset lies within its text");
        match self.blocks.get(end / BLOCK) {
            Some(before) => before + count(&self.text[end - end % BLOCK..end], self.unit),
            // The end of a text of whole blocks belongs to no block.
            None => self
                .blocks
                .last()
                .map_or(offset, |before| before + count(&self.text[end - BLOCK..end], self.unit)),
        }
    }

    /// The byte at which unit `offset` begins, or the length of the text for the number of its
    /// units; `None` beyond the text and inside a character.
    pub fn byte_at(&self, offset: u32) -> Option<u32> {
        let first = match self.blocks.partition_point(|before| *before <= offset) {
            0 => return (offset as usize <= self.text.len()).then_some(offset),
            after => after - 1,
        };
        let mut units = self.blocks[first];
        let start = first * BLOCK;
        for (at, byte) in self.text[start..].iter().enumerate() {
            let more = units_of(*byte, self.unit);
            if more > 0 && units >= offset {
                return (units == offset).then_some((start + at) as u32);
            }
            units += more;
        }
        (units == offset).then_some(self.text.len() as u32)
    }
}

fn count(bytes: &[u8], unit: Offsets) -> u32 {
    bytes.iter().map(|byte| units_of(*byte, unit)).sum()
}

/// The units that a character adds, counted at its first byte.
fn units_of(byte: u8, unit: Offsets) -> u32 {
    let first = u32::from(byte & 0xC0 != 0x80);
    match unit {
        Offsets::Bytes => 1,
        Offsets::CodePoints => first,
        Offsets::Utf16 => first + u32::from(byte >= 0xF0),
    }
}
