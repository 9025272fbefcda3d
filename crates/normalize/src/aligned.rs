//! Text that knows where each of its bytes came from.

use std::ops::Range;

use document::{Alignment, AlignmentBuilder};

/// A text with the way back to what it was made from.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    pub(crate) text: String,
    pub(crate) alignment: Alignment,
}

/// Builds an [`Aligned`] text from left to right.
#[derive(Debug, Default)]
pub(crate) struct AlignedBuilder {
    text: String,
    alignment: AlignmentBuilder,
}

impl AlignedBuilder {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), alignment: AlignmentBuilder::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds `piece`, which stands unchanged at `raw`.
    pub(crate) fn same(&mut self, piece: &str, raw: usize) {
        self.text.push_str(piece);
        self.alignment.same(offset(raw), offset(piece.len()));
    }

    /// Adds ASCII that stands at `raw` with two bytes a character.
    pub(crate) fn wide(&mut self, piece: char, raw: usize) {
        self.text.push(piece);
        self.alignment.wide(offset(raw), 1);
    }

    /// Adds `piece`, which stands for the whole of `raw`.
    pub(crate) fn whole(&mut self, piece: &str, raw: Range<usize>) {
        self.text.push_str(piece);
        self.alignment.whole(offset(raw.start)..offset(raw.end), offset(piece.len()));
    }

    /// Adds `piece`, which stands for nothing.
    pub(crate) fn inserted(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.alignment.inserted(offset(piece.len()));
    }

    pub(crate) fn finish(self) -> Aligned {
        Aligned { text: self.text, alignment: self.alignment.finish() }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a payload is shorter than 4 GiB")
}
