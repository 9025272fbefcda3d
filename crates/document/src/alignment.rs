//! The way back from the text to the payload's bytes.

use std::ops::Range;

use crate::Span;

/// How the bytes of a [`Run`] correspond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Byte for byte.
    Same,
    /// One byte of text for two of the payload: ASCII that arrived as UTF-16.
    Wide,
    /// Only as a whole: an entity, a repaired character, or, with no payload bytes, an insertion.
    Whole,
}

/// A stretch of text and the payload bytes it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Offset of the first byte of text.
    pub text: u32,
    /// Bytes of text.
    pub text_len: u32,
    /// Offset of the first byte of the payload.
    pub raw: u32,
    /// Bytes of the payload; 0 for text that was inserted.
    pub raw_len: u32,
    /// How the two correspond inside the run.
    pub step: Step,
}

/// A map from byte ranges of the text to byte ranges of the payload.
///
/// Runs cover the text from its first byte to its last without gap or overlap; on the payload's
/// side they may leave bytes out (what normalization removed) and need not be in order.
/// The same type maps in two steps: decoded characters to bytes, then clean text to decoded
/// characters; [`Alignment::then`] joins them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    runs: Vec<Run>,
    /// Spans whose payload range is known as a whole, sorted; with these, the runs say nothing.
    spans: Vec<(Span, Range<u32>)>,
}

impl Alignment {
    /// The alignment of a text of `len` bytes that is its payload unchanged.
    pub fn identity(len: u32) -> Self {
        let mut builder = AlignmentBuilder::new();
        builder.same(0, len);
        builder.finish()
    }

    /// The alignment of a text of `len` bytes of which the payload ranges of these spans are known and
    /// nothing else, as a record has them. Any other span has none: what lies between two known
    /// borders need not be what lies between their bytes.
    ///
    /// ```
    /// use document::{Alignment, Span};
    ///
    /// let alignment = Alignment::of_spans(9, vec![(Span::new(2, 5), 7..14)]);
    /// assert_eq!(alignment.raw_range(Span::new(2, 5)), Some(7..14));
    /// assert_eq!(alignment.raw_range(Span::new(3, 5)), None);
    /// ```
    pub fn of_spans(len: u32, mut spans: Vec<(Span, Range<u32>)>) -> Self {
        spans.sort_unstable_by_key(|(span, raw)| (*span, raw.start, raw.end));
        spans.dedup_by_key(|(span, _)| *span);
        let mut builder = AlignmentBuilder::new();
        builder.inserted(len);
        Self { spans, ..builder.finish() }
    }

    /// The runs, in text order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Bytes of text that the alignment covers.
    pub fn text_len(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.text + run.text_len)
    }

    /// The smallest payload range that holds everything `span` was made from; `None` if the whole
    /// span was inserted or is empty.
    ///
    /// ```
    /// use document::{AlignmentBuilder, Span};
    ///
    /// // payload "a&amp;b" became text "a&b"
    /// let mut builder = AlignmentBuilder::new();
    /// builder.same(0, 1);
    /// builder.whole(1..6, 1);
    /// builder.same(6, 1);
    /// let alignment = builder.finish();
    /// assert_eq!(alignment.raw_range(Span::new(1, 3)), Some(1..7));
    /// ```
    pub fn raw_range(&self, span: Span) -> Option<Range<u32>> {
        if let Ok(known) = self.spans.binary_search_by_key(&span, |(span, _)| *span) {
            return Some(self.spans[known].1.clone());
        }
        let mut range: Option<Range<u32>> = None;
        for run in self.overlapping(span).filter(|run| run.raw_len > 0) {
            let part = run.raw_part(span);
            range = Some(range.map_or(part.clone(), |known| {
                known.start.min(part.start)..known.end.max(part.end)
            }));
        }
        range
    }

    /// The alignment from this text through `inner` (from this one's payload) to `inner`'s payload.
    ///
    /// Decoding is always the inner step: a [`Step::Wide`] run of this alignment corresponds only as a whole after it.
    pub fn then(&self, inner: &Self) -> Self {
        let mut builder = AlignmentBuilder::new();
        for run in &self.runs {
            let middle = Span::new(run.raw, run.raw + run.raw_len);
            if run.step != Step::Same {
                match inner.raw_range(middle) {
                    Some(raw) => builder.whole(raw, run.text_len),
                    None => builder.inserted(run.text_len),
                }
                continue;
            }
            for part in inner.overlapping(middle) {
                let start = part.text.max(middle.start());
                let end = (part.text + part.text_len).min(middle.end());
                let raw = part.raw_part(Span::new(start, end));
                match part.step {
                    Step::Same => builder.same(raw.start, end - start),
                    Step::Wide => builder.wide(raw.start, end - start),
                    Step::Whole => builder.whole(raw, end - start),
                }
            }
        }
        builder.finish()
    }

    fn overlapping(&self, span: Span) -> impl Iterator<Item = &Run> {
        let first = self.runs.partition_point(|run| run.text + run.text_len <= span.start());
        self.runs[first..].iter().take_while(move |run| run.text < span.end() && !span.is_empty())
    }
}

impl Run {
    /// The payload bytes behind the part of `span` that lies in this run.
    fn raw_part(&self, span: Span) -> Range<u32> {
        let from = span.start().max(self.text) - self.text;
        let to = span.end().min(self.text + self.text_len) - self.text;
        match self.step {
            Step::Same => self.raw + from..self.raw + to,
            Step::Wide => self.raw + 2 * from..self.raw + 2 * to,
            Step::Whole => self.raw..self.raw + self.raw_len,
        }
    }
}

/// Builds an [`Alignment`] from left to right, joining neighbours that continue each other.
#[derive(Clone, Debug, Default)]
pub struct AlignmentBuilder {
    runs: Vec<Run>,
    text: u32,
}

impl AlignmentBuilder {
    /// An alignment of no text yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of text covered so far: where the next call begins.
    pub fn text_len(&self) -> u32 {
        self.text
    }

    /// The next `len` bytes of text are the payload's from `raw` on.
    pub fn same(&mut self, raw: u32, len: u32) {
        self.push(Run { text: self.text, text_len: len, raw, raw_len: len, step: Step::Same });
    }

    /// The next `len` bytes of text are ASCII and take two payload bytes each, from `raw` on.
    pub fn wide(&mut self, raw: u32, len: u32) {
        self.push(Run { text: self.text, text_len: len, raw, raw_len: 2 * len, step: Step::Wide });
    }

    /// The next `len` bytes of text stand, as a whole, for the payload bytes `raw`.
    pub fn whole(&mut self, raw: Range<u32>, len: u32) {
        let raw_len = raw.end - raw.start;
        self.push(Run {
            text: self.text,
            text_len: len,
            raw: raw.start,
            raw_len,
            step: Step::Whole,
        });
    }

    /// The next `len` bytes of text stand for nothing in the payload.
    pub fn inserted(&mut self, len: u32) {
        self.whole(0..0, len);
    }

    /// The alignment of everything added.
    pub fn finish(self) -> Alignment {
        Alignment { runs: self.runs, spans: Vec::new() }
    }

    fn push(&mut self, next: Run) {
        if next.text_len == 0 {
            return;
        }
        self.text += next.text_len;
        if let Some(last) = self.runs.last_mut() {
            let continues = match next.step {
                Step::Whole => last.raw_len == 0 && next.raw_len == 0,
                _ => last.raw + last.raw_len == next.raw,
            };
            if last.step == next.step && continues {
                last.text_len += next.text_len;
                last.raw_len += next.raw_len;
                return;
            }
        }
        self.runs.push(next);
    }
}
