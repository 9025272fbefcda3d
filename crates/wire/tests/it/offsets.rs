use document::{AlignmentBuilder, Document, Form, Origin, Row, Span, Text, symbol};
use proptest::prelude::*;
use wire::{OffsetIndex, Offsets, Options, Record};

use crate::sample::{encoded, full, span_of, verbatim};

/// Units before each character border, in all three units.
fn check(text: &str, words: &str, code_points: (u32, u32), utf16: (u32, u32)) {
    let doc = verbatim(text);
    let span = span_of(&doc, words);
    let ends = |unit| {
        let index = OffsetIndex::new(text, unit);
        (index.unit_at(span.start()), index.unit_at(span.end()))
    };
    assert_eq!(ends(Offsets::Bytes), (span.start(), span.end()), "bytes in {text:?}");
    assert_eq!(ends(Offsets::CodePoints), code_points, "code points in {text:?}");
    assert_eq!(ends(Offsets::Utf16), utf16, "code units in {text:?}");
}

#[test]
fn offsets_count_what_they_say() {
    check("Plain words.", "words", (6, 11), (6, 11));
    check("“Curly,” she said.", "she", (9, 12), (9, 12));
    check("🐟 or 🐠 today", "today", (7, 12), (9, 14));
    check("Cafe\u{301} opens", "opens", (6, 11), (6, 11));
    check("👩‍👩‍👧 home", "home", (6, 10), (9, 13));
    check(&("é".repeat(100) + " end"), "end", (101, 104), (101, 104));
    check(&("a".repeat(63) + "é" + &"b".repeat(63) + "🐟"), "🐟", (127, 128), (127, 129));
}

#[test]
fn an_offset_inside_a_character_or_beyond_the_text_has_no_byte() {
    let index = OffsetIndex::new("a🐟b", Offsets::Utf16);
    let bytes: Vec<_> = (0..6).map(|unit| index.byte_at(unit)).collect();
    assert_eq!(bytes, [Some(0), Some(1), None, Some(5), Some(6), None]);
    let ascii = OffsetIndex::new("ab", Offsets::CodePoints);
    assert_eq!((ascii.byte_at(2), ascii.byte_at(3)), (Some(2), None));
}

/// Every text of a record is its slice, whatever the unit.
#[test]
fn every_text_equals_its_slice() {
    for offsets in [Offsets::CodePoints, Offsets::Bytes, Offsets::Utf16] {
        let record =
            Record::parse(encoded(&full(), Options { offsets, ..Options::default() })).unwrap();
        assert_eq!(record.offsets, offsets);
        let text = record.text.as_deref().unwrap();
        let index = OffsetIndex::new(text, record.offsets);
        let slice = |start: u32, end: u32| {
            let byte = |unit| index.byte_at(unit).expect("a character border") as usize;
            &text[byte(start)..byte(end)]
        };
        let mut seen = 0;
        let mut check = |start: Option<u32>, end: Option<u32>, text: Option<&str>| {
            let place = start.zip(end);
            assert_eq!(place.map(|(start, end)| slice(start, end)), text);
            seen += 1;
        };
        for mention in record.mentions.as_ref().unwrap() {
            check(mention.start, mention.end, mention.text.as_deref());
        }
        for quotation in record.quotations.as_ref().unwrap() {
            check(quotation.start, quotation.end, quotation.text.as_deref());
            let speaker = quotation.speaker.as_ref().unwrap();
            check(speaker.start, speaker.end, speaker.text.as_deref());
            if let Some(cue) = &quotation.cue {
                check(Some(cue.start), Some(cue.end), Some(&cue.text));
            }
        }
        for sentence in record.summary.as_ref().unwrap() {
            check(sentence.start, sentence.end, sentence.text.as_deref());
        }
        assert_eq!(seen, 9);
    }
}

#[test]
fn quotations_and_summary_lead_back_to_the_payload() {
    let doc = full();
    let record = Record::parse(encoded(&doc, Options::default())).unwrap();
    let raw = |start: Option<u32>, end: Option<u32>| {
        std::str::from_utf8(&doc.payload()[start.unwrap() as usize..end.unwrap() as usize]).unwrap()
    };
    let quotation = &record.quotations.as_ref().unwrap()[0];
    assert_eq!(raw(quotation.raw_start, quotation.raw_end), "We&rsquo;ll 🐟 until dawn");
    let sentence = &record.summary.as_ref().unwrap()[0];
    assert_eq!(raw(sentence.raw_start, sentence.raw_end), "It cost $2m.");
}

#[test]
fn raw_offsets_stand_where_they_are_asked_for_and_known() {
    let mut alignment = AlignmentBuilder::new();
    alignment.same(10, 3);
    alignment.inserted(4);
    let mut doc = Document::new("a", Origin::path("a"), vec![b' '; 20], Form::Text);
    doc.set_text(Text::new("one two".into(), alignment.finish()));
    doc.add_sentence(Span::new(0, 3));
    doc.add_summary_sentence(Span::new(4, 7), 0.5);
    let layer = doc.intern("plugin.layer");
    doc.add(Row::new(layer).at(Span::new(1, 5)));
    for layer in [symbol::SENTENCES, symbol::SUMMARY] {
        doc.mark_written(layer);
    }
    let line = encoded(&doc, Options::default());
    assert!(
        !line.contains("raw_start"),
        "sentences were not asked for, the summary was inserted: {line}"
    );
    let line = encoded(&doc, Options { raw_offsets: true, ..Options::default() });
    assert!(
        line.contains(r#""sentences":[{"start":0,"end":3,"raw_start":10,"raw_end":13}]"#),
        "{line}"
    );
    assert!(line.contains(r#""start":1,"end":5,"raw_start":11,"raw_end":13"#), "{line}");
}

proptest! {
    #[test]
    fn units_and_bytes_are_inverse_at_every_border(text in "[a-z“é🐟\u{301}]{0,200}") {
        for unit in [Offsets::Bytes, Offsets::CodePoints, Offsets::Utf16] {
            let index = OffsetIndex::new(&text, unit);
            let borders = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for border in borders {
                let before = &text[..border];
                let expected = match unit {
                    Offsets::Bytes => border,
                    Offsets::CodePoints => before.chars().count(),
                    Offsets::Utf16 => before.encode_utf16().count(),
                };
                prop_assert_eq!(index.unit_at(border as u32) as usize, expected);
                prop_assert_eq!(index.byte_at(expected as u32), Some(border as u32));
            }
        }
    }

    #[test]
    fn slices_by_code_points_are_slices_by_bytes(text in "\\PC{0,120}", at in any::<(prop::sample::Index, prop::sample::Index)>()) {
        let borders: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (one, other) = (*at.0.get(&borders), *at.1.get(&borders));
        let span = one.min(other)..one.max(other);
        let mut doc = verbatim(&text);
        doc.add_summary_sentence(Span::from_range(span.clone()), 0.5);
        doc.mark_written(symbol::SUMMARY);
        let record = crate::sample::record(&doc);
        let sentence = &record.summary.as_ref().unwrap()[0];
        let (start, end) = (sentence.start.unwrap() as usize, sentence.end.unwrap() as usize);
        let by_code_points: String = text.chars().skip(start).take(end - start).collect();
        prop_assert_eq!(&by_code_points, &text[span]);
        prop_assert_eq!(sentence.text.as_deref(), Some(by_code_points.as_str()));
        prop_assert_eq!(record.text.as_deref(), Some(text.as_str()));
    }
}
