//! Pages that come as a stream of rows in strings of their scripts, from which a program draws them.
//!
//! Each script adds a string to the stream (`self.__next_f.push([1,"…"])`, of Next.js). A row has a number and JSON, in which an element is a
//! list of its name and its properties, or a length in bytes and as many bytes of text.

use std::ops::Range;

use crate::aligned::{Aligned, AlignedBuilder};

/// What opens a script that adds to the stream, and what closes it.
const OPENING: &str = "self.__next_f.push([1,\"";
const CLOSING: &str = "\"])";
/// The key under which properties have what stands in an element, and what stands for it here.
const CHILDREN: [&str; 2] = ["children", "__html"];
const TEXT: &str = "text";

/// The stream of a page, if it has one.
pub(super) fn read(html: &str, scripts: &[Range<usize>]) -> Option<Aligned> {
    let mut out = AlignedBuilder::default();
    for script in scripts {
        let Some(text) = html.get(script.clone()) else { continue };
        let Some(start) = text.find(OPENING).map(|at| at + OPENING.len()) else { continue };
        let Some(end) = text.rfind(CLOSING).filter(|end| *end >= start) else { continue };
        super::unescape(&text[start..end], script.start + start, "\n", &mut out);
    }
    (out.len() > 0).then(|| out.finish())
}

/// The strings of a stream with the keys that say what they are.
pub(super) fn strings(stream: &str) -> Vec<(&str, Range<usize>)> {
    let mut strings = Vec::new();
    let mut at = 0;
    while at < stream.len() {
        if let Some(text) = text_row(stream, at) {
            at = text.end;
            strings.push((TEXT, text));
            continue;
        }
        let end =
            memchr::memchr(b'\n', &stream.as_bytes()[at..]).map_or(stream.len(), |end| at + end);
        let named = super::strings(stream, &(at..end));
        strings.extend(
            named
                .into_iter()
                .map(|(key, string)| (if CHILDREN.contains(&key) { TEXT } else { key }, string)),
        );
        at = end + 1;
    }
    strings
}

/// The text of the row that begins at `at`, if it is one of text: `1f:T4c2,` and 0x4c2 bytes.
fn text_row(stream: &str, at: usize) -> Option<Range<usize>> {
    /// Digits of a number or a length.
    const DIGITS: usize = 8;
    let rest = stream.get(at..)?;
    let digits = |text: &str| text.bytes().take(DIGITS).take_while(u8::is_ascii_hexdigit).count();
    let number = digits(rest);
    let behind = rest[number..].strip_prefix(":T")?;
    let length = digits(behind);
    let start = at + number + 2 + length + 1;
    let bytes = usize::from_str_radix(&behind[..length], 16).ok().filter(|_| number > 0)?;
    behind[length..].strip_prefix(',')?;
    stream.get(start..start.checked_add(bytes)?).map(|text| start..start + text.len())
}
