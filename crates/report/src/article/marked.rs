//! The text of an article cut where something begins or ends.

use std::ops::Range;

use wire::{OffsetIndex, Record};

/// Bytes of a text that a page shows; the record has the rest.
const SHOWN: usize = 400_000;

/// A text with what was found in it.
pub(crate) struct Marked<'r> {
    text: &'r str,
    /// Where pieces begin and end, ascending; the first is 0.
    borders: Vec<usize>,
    /// One for each piece.
    pieces: Vec<Piece>,
}

/// What a piece of the text belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The innermost quotation, by its place in the record.
    pub(crate) quotation: Option<usize>,
    /// A mention that refers to an entity, by its place in the record.
    pub(crate) mention: Option<usize>,
    /// Whether it is part of the summary.
    pub(crate) summary: bool,
}

impl<'r> Marked<'r> {
    pub(crate) fn new(record: &'r Record) -> Self {
        let text = record.text.as_deref().unwrap_or_default();
        let index = OffsetIndex::new(text, record.offsets);
        let shown = (0..=SHOWN.min(text.len())).rev().find_map(|end| text.get(..end));
        let shown = shown.unwrap_or_default();
        let span = |start: Option<u32>, end: Option<u32>| -> Option<Range<usize>> {
            let (start, end) = (index.byte_at(start?)? as usize, index.byte_at(end?)? as usize);
            (start < end && end <= shown.len()).then_some(start..end)
        };
        let mut quotations: Vec<(Range<usize>, usize)> = Vec::new();
        for (number, quotation) in record.quotations.iter().flatten().enumerate() {
            quotations.extend(span(quotation.start, quotation.end).map(|span| (span, number)));
        }
        // Painted from the longest to the shortest, so that the innermost stays.
        quotations.sort_by_key(|(span, number)| (std::cmp::Reverse(span.len()), *number));
        let mentions: Vec<(Range<usize>, usize)> = record
            .mentions
            .iter()
            .flatten()
            .enumerate()
            .filter(|(_, mention)| {
                mention.entity.is_some() && mention.kind.as_deref() == Some("name")
            })
            .filter_map(|(number, mention)| Some((span(mention.start, mention.end)?, number)))
            .collect();
        let summary: Vec<Range<usize>> = record
            .summary
            .iter()
            .flatten()
            .filter_map(|sentence| span(sentence.start, sentence.end))
            .collect();

        let marks = quotations.iter().chain(&mentions).map(|(span, _)| span).chain(&summary);
        let mut borders: Vec<usize> = marks.flat_map(|span| [span.start, span.end]).collect();
        borders.extend([0, shown.len()]);
        for paragraph in paragraphs(shown) {
            borders.extend([paragraph.start, paragraph.end]);
        }
        borders.sort_unstable();
        borders.dedup();
        let mut pieces = vec![Piece::default(); borders.len() - 1];
        let at = |byte: usize| borders.binary_search(&byte).expect("every end is a border");
        for span in summary {
            for piece in &mut pieces[at(span.start)..at(span.end)] {
                piece.summary = true;
            }
        }
        for (span, number) in quotations {
            for piece in &mut pieces[at(span.start)..at(span.end)] {
                piece.quotation = Some(number);
            }
        }
        for (span, number) in mentions {
            for piece in &mut pieces[at(span.start)..at(span.end)] {
                piece.mention = Some(number);
            }
        }
        Self { text: shown, borders, pieces }
    }

    /// The paragraphs, each as its pieces.
    pub(crate) fn paragraphs(&self) -> impl Iterator<Item = Vec<(&'r str, Piece)>> {
        paragraphs(self.text).map(|paragraph| {
            let first = self.borders.partition_point(|border| *border < paragraph.start);
            let last = self.borders.partition_point(|border| *border < paragraph.end);
            (first..last)
                .map(|at| (&self.text[self.borders[at]..self.borders[at + 1]], self.pieces[at]))
                .collect()
        })
    }

    /// Bytes of the text that are shown.
    pub(crate) fn shown(&self) -> usize {
        self.text.len()
    }
}

/// The stretches between line breaks.
fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let span = start..start + line.len();
        start += line.len() + 1;
        (!line.trim().is_empty()).then_some(span)
    })
}
