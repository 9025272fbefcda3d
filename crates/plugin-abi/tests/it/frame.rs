use plugin_abi::frame::{FieldRef, Frame, FrameError, HEADER, Writer, kind};
use plugin_abi::{ABI, Relation, Row, outcome};
use proptest::collection::vec;
use proptest::prelude::*;

/// The parts of a frame, owned.
#[derive(Clone, Debug)]
struct Parts {
    what: i32,
    sequence: u64,
    texts: [String; 4],
    names: Vec<String>,
    fields: Vec<(String, String, String, f32, bool)>,
    rows: Vec<Row>,
    relations: Vec<Relation>,
    change: Vec<u8>,
}

impl Parts {
    fn write(&self, out: &mut Vec<u8>) {
        let [id, text, values, message] = &self.texts;
        let fields = self.fields.iter().map(|(key, value, from, confidence, supplied)| FieldRef {
            key,
            value,
            from,
            confidence: *confidence,
            supplied: *supplied,
        });
        Writer::new(out, self.what, self.sequence)
            .id(id)
            .text(text)
            .names(self.names.iter().map(String::as_str))
            .fields(fields)
            .rows(self.rows.iter().copied())
            .relations(self.relations.iter().copied())
            .values(values)
            .message(message)
            .change(&self.change)
            .finish();
    }

    fn assert_is(&self, frame: &Frame<'_>) {
        assert_eq!((frame.what, frame.sequence), (self.what, self.sequence));
        assert_eq!([frame.id, frame.text, frame.values, frame.message], self.texts);
        assert_eq!(frame.names.iter().collect::<Vec<_>>(), self.names);
        let fields = frame.fields.iter().map(|field| {
            let [key, value, from] = [field.key, field.value, field.from].map(str::to_owned);
            (key, value, from, field.confidence, field.supplied)
        });
        assert_eq!(fields.collect::<Vec<_>>(), self.fields);
        assert_eq!(frame.rows.iter().collect::<Vec<_>>(), self.rows);
        assert_eq!(frame.relations.iter().collect::<Vec<_>>(), self.relations);
        assert_eq!(frame.change, self.change);
    }
}

prop_compose! {
    fn row()(
        numbers in any::<[u32; 5]>(),
        symbols in any::<[u16; 4]>(),
        score in 0.0_f32..=1.0,
    ) -> Row {
        let [start, end, value_start, value_len, flags] = numbers;
        let [layer, kind, label, producer] = symbols;
        Row { start, end, layer, kind, label, producer, score, value_start, value_len, flags }
    }
}

prop_compose! {
    fn relation()(from in any::<u32>(), to in any::<u32>(), role in any::<u16>(), producer in any::<u16>()) -> Relation {
        Relation { from, to, role, producer }
    }
}

prop_compose! {
    fn parts()(
        what in 0_i32..6,
        sequence in any::<u64>(),
        texts in proptest::array::uniform4(".{0,40}"),
        names in vec(".{0,8}", 0..5),
        fields in vec((".{0,8}", ".{0,8}", ".{0,8}", 0.0_f32..=1.0, any::<bool>()), 0..4),
        rows in vec(row(), 0..5),
        relations in vec(relation(), 0..5),
        change in vec(any::<u8>(), 0..20),
    ) -> Parts {
        Parts { what, sequence, texts, names, fields, rows, relations, change }
    }
}

/// Looks at everything that a frame holds.
fn walk(bytes: &[u8]) -> Option<usize> {
    let (frame, rest) = Frame::read(bytes).ok()?;
    let names: usize = frame.names.iter().map(str::len).sum();
    let fields: usize = frame.fields.iter().map(|field| field.key.len() + field.value.len()).sum();
    let tables = frame.rows.iter().count() + frame.relations.iter().count();
    Some(names + fields + tables + frame.text.len() + frame.change.len() + rest.len())
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(frames in vec(parts(), 1..4)) {
        let mut bytes = Vec::new();
        for parts in &frames {
            parts.write(&mut bytes);
        }
        let mut rest = bytes.as_slice();
        for parts in &frames {
            let len = Frame::len_at(rest).unwrap().unwrap();
            let (frame, after) = Frame::read(rest).unwrap();
            parts.assert_is(&frame);
            prop_assert_eq!(rest.len() - after.len(), len);
            rest = after;
        }
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn half_a_frame_is_told_from_a_whole_one(parts in parts(), cut in any::<prop::sample::Index>()) {
        let mut bytes = Vec::new();
        parts.write(&mut bytes);
        let cut = cut.index(bytes.len());
        prop_assert!(Frame::read(&bytes[..cut]).is_err());
        prop_assert!(Frame::len_at(&bytes[..cut]).unwrap().is_none_or(|len| len > cut));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..400)) {
        walk(&bytes);
    }

    /// Bytes with a right head get further than any others.
    #[test]
    fn no_damage_makes_a_reader_panic(
        parts in parts(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = Vec::new();
        parts.write(&mut bytes);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        walk(&bytes);
    }
}

#[test]
fn an_article_byte_by_byte() {
    let mut bytes = Vec::new();
    let row = Row {
        start: 0,
        end: 3,
        layer: 256,
        kind: 0,
        label: 64,
        producer: 0,
        score: 1.0,
        value_start: 0,
        value_len: 2,
        flags: 0,
    };
    Writer::new(&mut bytes, kind::ARTICLE, 3)
        .id("a")
        .text("Zoë")
        .names(["x.y"].into_iter())
        .rows([row].into_iter())
        .values("{}")
        .finish();
    let words: Vec<u32> = bytes[..HEADER]
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes(word.try_into().unwrap()))
        .collect();
    let head = [u32::from_le_bytes(*b"cdfr"), ABI, 168, 0, 3, 0];
    let sections = [96, 1, 104, 4, 112, 11, 0, 0, 128, 32, 0, 0, 160, 2, 0, 0, 0, 0];
    assert_eq!(words, [head.as_slice(), sections.as_slice()].concat());
    assert_eq!(
        &bytes[96..128],
        b"a\0\0\0\0\0\0\0Zo\xc3\xab\0\0\0\0\x01\0\0\0\x03\0\0\0x.y\0\0\0\0\0"
    );
    assert_eq!(
        &bytes[128..160],
        b"\0\0\0\0\x03\0\0\0\0\x01\0\0\x40\0\0\0\0\0\x80\x3f\0\0\0\0\x02\0\0\0\0\0\0\0"
    );
    assert_eq!(&bytes[160..], b"{}\0\0\0\0\0\0");
}

#[test]
fn what_is_no_frame_is_said() {
    let mut good = Vec::new();
    Writer::new(&mut good, outcome::KEEP, 0).text("abc").names(["é", "b"].into_iter()).finish();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    let cases = [
        (b"print(1)\nand more".to_vec(), FrameError::Magic(u32::from_le_bytes(*b"prin"))),
        (with(4, 9), FrameError::Abi(ABI - 1 + 9)),
        (with(8, 44), FrameError::Len(44)),
        (with(8, 121), FrameError::Len(121)),
        (good[..100].to_vec(), FrameError::Short { len: good.len(), got: 100 }),
        (with(24 + 8, 200), FrameError::Section("text")),
        (with(24 + 8, 97), FrameError::Section("text")),
        (with(24 + 8, 0), FrameError::Section("text")),
        (with(24 + 4 * 8 + 4, 3), FrameError::Section("rows")),
        (with(96, 0xFF), FrameError::Utf8("text")),
        (with(104, 9), FrameError::Section("names")),
        (with(108, 1), FrameError::Section("names")),
        (with(108, 200), FrameError::Section("names")),
    ];
    for (bytes, expected) in cases {
        assert_eq!(Frame::read(&bytes).map(|(frame, _)| frame.what), Err(expected), "{bytes:?}");
        assert!(expected.to_string().contains("frame"), "{expected}");
    }
    assert_eq!(Frame::len_at(&good[..11]), Ok(None));
}
