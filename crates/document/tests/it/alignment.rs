//! The way back to the payload, also over two steps.

use std::ops::Range;

use document::{Alignment, AlignmentBuilder, Span, Step};
use proptest::prelude::*;

/// One step of a made-up normalization: what happens to the next piece of the payload.
#[derive(Clone, Debug)]
enum Edit {
    Keep(u32),
    Drop(u32),
    Replace(u32, u32),
    Insert(u32),
    /// Two payload bytes for each of text.
    Halve(u32),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (1..6_u32).prop_map(Edit::Keep),
        (1..4_u32).prop_map(Edit::Drop),
        (1..4_u32, 1..4_u32).prop_map(|(raw, text)| Edit::Replace(raw, text)),
        (1..4_u32).prop_map(Edit::Insert),
        (1..4_u32).prop_map(Edit::Halve),
    ];
    proptest::collection::vec(edit, 0..12)
}

/// Builds the alignment, and beside it, byte by byte, which payload bytes each byte of text stands for.
fn build(edits: &[Edit]) -> (Alignment, Vec<Option<Range<u32>>>, u32) {
    let mut builder = AlignmentBuilder::new();
    let (mut raw, mut bytes) = (0, Vec::new());
    for edit in edits {
        match *edit {
            Edit::Keep(len) => {
                builder.same(raw, len);
                bytes.extend((raw..raw + len).map(|at| Some(at..at + 1)));
                raw += len;
            }
            Edit::Drop(len) => raw += len,
            Edit::Replace(from, to) => {
                builder.whole(raw..raw + from, to);
                bytes.extend((0..to).map(|_| Some(raw..raw + from)));
                raw += from;
            }
            Edit::Insert(len) => {
                builder.inserted(len);
                bytes.extend((0..len).map(|_| None));
            }
            Edit::Halve(len) => {
                builder.wide(raw, len);
                bytes.extend((0..len).map(|at| Some(raw + 2 * at..raw + 2 * at + 2)));
                raw += 2 * len;
            }
        }
    }
    (builder.finish(), bytes, raw)
}

fn cover(bytes: &[Option<Range<u32>>]) -> Option<Range<u32>> {
    bytes.iter().flatten().cloned().reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
}

proptest! {
    #[test]
    fn a_span_leads_to_what_its_bytes_were_made_from(edits in edits(), a: prop::sample::Index, b: prop::sample::Index) {
        let (alignment, bytes, _) = build(&edits);
        prop_assert_eq!(alignment.text_len() as usize, bytes.len());
        let (a, b) = (a.index(bytes.len() + 1), b.index(bytes.len() + 1));
        let range = a.min(b)..a.max(b);
        prop_assert_eq!(alignment.raw_range(Span::from_range(range.clone())), cover(&bytes[range]));
    }

    #[test]
    fn two_steps_lead_where_one_after_the_other_leads(inner in edits(), mut outer in edits()) {
        outer.retain(|edit| !matches!(edit, Edit::Halve(_))); // decoding is never the second step
        let (inner, _, _) = build(&inner);
        let (outer, _, middle_len) = build(&outer);
        prop_assume!(middle_len <= inner.text_len());
        let both = outer.then(&inner);
        prop_assert_eq!(both.text_len(), outer.text_len());
        for at in 0..outer.text_len() {
            let byte = Span::new(at, at + 1);
            let middle = outer.raw_range(byte);
            let expected = middle.and_then(|middle| inner.raw_range(Span::new(middle.start, middle.end)));
            prop_assert_eq!(both.raw_range(byte), expected);
        }
    }

    #[test]
    fn runs_cover_the_text_and_neighbours_are_joined(edits in edits()) {
        let (alignment, _, _) = build(&edits);
        let mut end = 0;
        for run in alignment.runs() {
            prop_assert_eq!(run.text, end);
            prop_assert!(run.text_len > 0);
            end += run.text_len;
        }
        let continues = |pair: &[document::Run]| {
            pair[0].step == pair[1].step && pair[0].step == Step::Same && pair[0].raw + pair[0].raw_len == pair[1].raw
        };
        prop_assert!(!alignment.runs().windows(2).any(continues));
    }
}

#[test]
fn an_identity_leads_everywhere_to_itself() {
    let alignment = Alignment::identity(10);
    assert_eq!(alignment.raw_range(Span::new(3, 7)), Some(3..7));
    assert_eq!(alignment.raw_range(Span::new(3, 3)), None, "nothing comes from nothing");
    assert_eq!(alignment.then(&alignment), alignment);
}
