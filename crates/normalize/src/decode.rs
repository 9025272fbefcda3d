//! Bytes → characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use document::Form;
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::aligned::{Aligned, AlignedBuilder};

/// How much of a payload is looked at to tell its encoding, in bytes.
const SAMPLE: usize = 64 * 1024;
/// Where HTML must declare its encoding, in bytes; generous, as pages are.
const DECLARATION: usize = 4 * 1024;
const REPLACEMENT: &str = "\u{FFFD}";

/// A payload as characters.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The characters, aligned with the payload's bytes.
    pub(crate) aligned: Aligned,
    /// What the bytes were taken for.
    pub(crate) encoding: &'static Encoding,
    /// Sequences that were no characters in this encoding and became U+FFFD.
    pub(crate) replaced: usize,
}

/// What becomes of a byte order mark and of control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Controls {
    /// They are left out; line and page ends and tabs stay.
    Remove,
    /// They stay.
    Keep,
}

/// What the container says about a payload's characters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Container<'a> {
    /// It has decoded them (JSON), so that neither a byte order mark nor a declaration inside says
    /// anything about these bytes.
    Decoded,
    /// The character set that it names, if it does (the server's, in a web archive).
    Bytes(Option<&'a str>),
}

/// Decodes a payload.
pub(crate) fn decode(
    payload: &[u8],
    form: Form,
    container: Container<'_>,
    controls: Controls,
) -> Decoded {
    let (encoding, mark) = match (container, Encoding::for_bom(payload)) {
        (Container::Decoded, _) => (UTF_8, 0),
        (_, Some(known)) => known,
        (Container::Bytes(named), None) => (encoding_of(payload, form, named), 0),
    };
    let mut out =
        Writer { out: AlignedBuilder::with_capacity(payload.len()), controls, replaced: 0 };
    if encoding == UTF_8 {
        utf8(payload, mark, &mut out);
    } else if encoding == UTF_16LE {
        utf16(payload, mark, u16::from_le_bytes, &mut out);
    } else if encoding == UTF_16BE {
        utf16(payload, mark, u16::from_be_bytes, &mut out);
    } else {
        legacy(payload, encoding, &mut out);
    }
    Decoded { aligned: out.out.finish(), encoding, replaced: out.replaced }
}

/// The encoding of bytes without a byte order mark. What the container names goes before what the
/// page declares, as in the HTML standard; a wide encoding would show in the bytes.
fn encoding_of(payload: &[u8], form: Form, named: Option<&str>) -> &'static Encoding {
    let sample = &payload[..payload.len().min(SAMPLE)];
    if let Some(wide) = wide_by_pattern(sample) {
        return wide;
    }
    let named = named.and_then(|name| Encoding::for_label(name.as_bytes())).filter(|encoding| {
        encoding.is_ascii_compatible() && *encoding != UTF_8 || *encoding == ISO_2022_JP
    });
    let declared = named.or_else(|| if form == Form::Html { declared(sample) } else { None });
    // Valid UTF-8 beyond ASCII is never an accident, and saved pages often carry a stale declaration.
    let is_utf8 = match std::str::from_utf8(payload) {
        Ok(_) => declared != Some(ISO_2022_JP) || !payload.is_ascii(),
        Err(_) => declared.is_none() && nearly_utf8(sample),
    };
    if is_utf8 {
        return UTF_8;
    }
    declared.unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, payload.len() <= SAMPLE);
        detector.guess(None, Utf8Detection::Deny)
    })
}

/// UTF-16 without a mark: text in Latin script has a zero in every other byte.
fn wide_by_pattern(sample: &[u8]) -> Option<&'static Encoding> {
    let units = sample.len() / 2;
    let zeros =
        |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let mostly = |count: usize| units >= 2 && count * 10 >= units * 4;
    let hardly = |count: usize| count * 5 <= units;
    match () {
        () if mostly(odd) && hardly(even) => Some(UTF_16LE),
        () if mostly(even) && hardly(odd) => Some(UTF_16BE),
        () => None,
    }
}

/// UTF-8 with a few damaged places: at least nine in ten of the sequences beyond ASCII are sound.
fn nearly_utf8(sample: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        sound += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound >= broken * 9 && sound > 0
}

/// The encoding that a page declares in a `<meta>` element.
fn declared(sample: &[u8]) -> Option<&'static Encoding> {
    let head = sample[..sample.len().min(DECLARATION)].to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset")? + "charset".len();
    let label: Vec<u8> = head[at..]
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .collect();
    // A declaration in ASCII that claims UTF-16 is wrong about itself.
    Encoding::for_label(&label)
        .filter(|encoding| encoding.is_ascii_compatible() || *encoding == ISO_2022_JP)
}

struct Writer {
    out: AlignedBuilder,
    controls: Controls,
    replaced: usize,
}

impl Writer {
    fn text(&mut self, text: &str, raw: usize) {
        if self.controls == Controls::Keep {
            self.out.same(text, raw);
            return;
        }
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != 0x7F {
                continue;
            }
            let character = text[at..].chars().next().expect("a byte that starts a character");
            if is_removed(character) {
                self.out.same(&text[start..at], raw + start);
                start = at + character.len_utf8();
            }
        }
        self.out.same(&text[start..], raw + start);
    }

    fn keeps(&self, character: char) -> bool {
        self.controls == Controls::Keep || !is_removed(character)
    }

    fn replacement(&mut self, raw: std::ops::Range<usize>) {
        self.replaced += 1;
        self.out.whole(REPLACEMENT, raw);
    }
}

/// Controls of ASCII other than tabs and the ends of lines and pages. Those beyond ASCII may be bytes that
/// were read in a wrong encoding, and are left for [`mend`](crate::mend).
fn is_removed(character: char) -> bool {
    character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\u{B}' | '\u{C}' | '\r')
}

fn utf8(payload: &[u8], from: usize, out: &mut Writer) {
    if let Ok(text) = std::str::from_utf8(&payload[from..]) {
        out.text(text, from);
        return;
    }
    let mut at = from;
    for chunk in payload[from..].utf8_chunks() {
        out.text(chunk.valid(), at);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            out.replacement(at..at + chunk.invalid().len());
            at += chunk.invalid().len();
        }
    }
}

fn utf16(payload: &[u8], from: usize, unit: fn([u8; 2]) -> u16, out: &mut Writer) {
    let units = payload[from..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut at = from;
    for decoded in char::decode_utf16(units) {
        let Ok(character) = decoded else {
            out.replacement(at..at + 2);
            at += 2;
            continue;
        };
        let end = at + 2 * character.len_utf16();
        if out.keeps(character) && character.is_ascii() {
            out.out.wide(character, at);
        } else if out.keeps(character) {
            out.out.whole(character.encode_utf8(&mut [0; 4]), at..end);
        }
        at = end;
    }
    if at < payload.len() {
        out.replacement(at..payload.len());
    }
}

/// Any other encoding: ASCII in stretches, the rest a byte at a time, to see which bytes became what.
fn legacy(payload: &[u8], encoding: &'static Encoding, out: &mut Writer) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = [0; 32];
    let mut start = 0; // of the bytes not yet turned into a character
    let mut at = 0;
    while at < payload.len() {
        if start == at && encoding.is_ascii_compatible() {
            let run = Encoding::ascii_valid_up_to(&payload[at..]);
            out.text(std::str::from_utf8(&payload[at..at + run]).expect("ASCII is UTF-8"), at);
            at += run;
            start = at;
        }
        if at == payload.len() {
            break;
        }
        let last = at + 1 == payload.len();
        let mut source = &payload[at..=at];
        loop {
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(source, &mut buffer, last);
            source = &source[read..];
            if written > 0 {
                let text = std::str::from_utf8(&buffer[..written]).expect("a decoder writes UTF-8");
                if text.chars().all(|character| out.keeps(character)) {
                    out.out.whole(text, start..at + read);
                }
                start = at + read;
            }
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::Malformed(..) => {
                    // The byte that showed the mistake may be one of its own: then it is read again.
                    let end = at + read;
                    if end > start {
                        out.replacement(start..end);
                    }
                    start = end;
                    if last && source.is_empty() {
                        break;
                    }
                }
                DecoderResult::OutputFull => unreachable!("one byte gives less than 32"),
            }
        }
        at += 1;
    }
}
