//! Byte ranges of the text.

use std::ops::Range;

/// A half-open range of bytes of [`Document::text`](crate::Document::text), on character borders.
///
/// Always the normalized text, never the payload: payload ranges are plain `Range<u32>`, so the
/// two cannot be confused. Ordered by start, then by end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    ///
    /// # Panics
    /// If `start` is greater than `end`.
    ///
    /// ```
    /// let span = document::Span::new(2, 5);
    /// assert_eq!((span.start(), span.end(), span.len()), (2, 5, 3));
    /// ```
    pub const fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "a span ends before it starts");
        Self { start, end }
    }

    /// The span of a `usize` range, such as one from `str::find`.
    ///
    /// # Panics
    /// If the range ends before it starts or beyond 4 GiB.
    pub fn from_range(range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).expect("a text is shorter than 4 GiB");
        Self::new(offset(range.start), offset(range.end))
    }

    /// Offset of the first byte.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Offset after the last byte.
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span covers no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same bytes as a `usize` range, for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside this span (equal spans contain each other).
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}
