//! The little JSON writer behind [`encode`](crate::encode()).

use serde::Serialize;
use serde_json::value::RawValue;

/// Appends JSON to a buffer, commas included.
///
/// The writer needs no state for the commas: no value ends in `{`, `[` or `:`, so the last byte
/// tells whether something stands before.
#[derive(Debug)]
pub(crate) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// The first value that was no JSON.
    broken: Option<(String, serde_json::Error)>,
    /// Whether scores are written in full.
    exact: bool,
}

impl<'o> Writer<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>, exact: bool) -> Self {
        Self { out, broken: None, exact }
    }

    /// What made the output no JSON, if anything did: whose value, and what is wrong with it.
    pub(crate) fn finish(self) -> Option<(String, serde_json::Error)> {
        self.broken
    }

    /// An object with the entries that `body` writes.
    pub(crate) fn object(&mut self, body: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        body(self);
        self.out.push(b'}');
    }

    /// A list with one value for each item, written by `each`.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.out.push(b'[');
        for item in items {
            self.separate();
            each(self, item);
        }
        self.out.push(b']');
    }

    /// The key of the next entry; its value is written on what this returns.
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.value(key);
        self.out.push(b':');
        self
    }

    /// A string, number, `true`, `false` or, for `None`, `null`.
    pub(crate) fn value<T: Serialize + ?Sized>(&mut self, value: &T) {
        serde_json::to_writer(&mut *self.out, value).expect("plain values are written to memory");
    }

    /// Lowercase hexadecimal digits as a string.
    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.out.push(b'"');
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        self.out.extend(digits.map(|digit| DIGITS[usize::from(digit)]));
        self.out.push(b'"');
    }

    /// A share from 0 to 1, rounded to four decimals unless all are asked for; `null` for a negative one.
    pub(crate) fn score(&mut self, score: f32) {
        let full = f64::from(score);
        let shown = if self.exact { full } else { (full * 10_000.0).round() / 10_000.0 };
        self.value(&(shown >= 0.0).then_some(shown));
    }

    /// JSON from elsewhere, byte for byte after a check; `owner` says whose value it is.
    pub(crate) fn json(&mut self, json: &str, owner: impl FnOnce() -> String) {
        if let Err(error) = serde_json::from_str::<&RawValue>(json) {
            self.broken.get_or_insert_with(|| (owner(), error));
        }
        let start = self.out.len();
        self.out.extend_from_slice(json.as_bytes());
        // Valid JSON has line ends only as white space between tokens; a record is one line.
        for byte in self.out[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
    }

    fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[') | None) {
            self.out.push(b',');
        }
    }
}
