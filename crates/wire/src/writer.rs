//! The little writer behind [`tell`](crate::tell()), and the listener that makes JSON of what it hears.

use serde_json::value::RawValue;

use crate::{Listener, Value};

/// Tells a listener, so that what begins always ends.
#[derive(Debug)]
pub(crate) struct Writer<'o, L> {
    to: &'o mut L,
    /// The first value that was no JSON.
    broken: Option<(String, serde_json::Error)>,
    /// Whether scores are written in full.
    exact: bool,
}

impl<'o, L: Listener> Writer<'o, L> {
    pub(crate) fn new(to: &'o mut L, exact: bool) -> Self {
        Self { to, broken: None, exact }
    }

    /// What made the output no JSON, if anything did: whose value, and what is wrong with it.
    pub(crate) fn finish(self) -> Option<(String, serde_json::Error)> {
        self.broken
    }

    /// An object with the entries that `body` writes.
    pub(crate) fn object(&mut self, body: impl FnOnce(&mut Self)) {
        self.to.begin_object();
        body(self);
        self.to.end_object();
    }

    /// A list with one value for each item, written by `each`.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.to.begin_list();
        for item in items {
            each(self, item);
        }
        self.to.end_list();
    }

    /// The key of the next entry; its value is written on what this returns.
    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.to.key(key);
        self
    }

    /// A string, number, `true`, `false` or, for `None`, `null`.
    pub(crate) fn value<'v>(&mut self, value: impl Into<Value<'v>>) {
        self.to.value(value.into());
    }

    /// A digest in lowercase hexadecimal digits, as a string.
    pub(crate) fn hex(&mut self, digest: &[u8; 32]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 64];
        for (digits, byte) in hex.chunks_exact_mut(2).zip(digest) {
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        self.value(str::from_utf8(&hex).expect("digits are ASCII"));
    }

    /// A share from 0 to 1, rounded to four decimals unless all are asked for; `null` for a negative one.
    pub(crate) fn score(&mut self, score: f32) {
        let full = f64::from(score);
        let shown = if self.exact { full } else { (full * 10_000.0).round() / 10_000.0 };
        self.value((shown >= 0.0).then_some(shown));
    }

    /// JSON from elsewhere after a check; `owner` says whose value it is.
    pub(crate) fn json(&mut self, json: &str, owner: impl FnOnce() -> String) {
        if let Err(error) = serde_json::from_str::<&RawValue>(json) {
            self.broken.get_or_insert_with(|| (owner(), error));
        }
        self.to.value(Value::Json(json));
    }
}

/// Appends what it hears to a buffer as JSON on one line, commas included.
///
/// It needs no state for the commas: no value ends in `{`, `[` or `:`, so the last byte tells whether something stands
/// before.
#[derive(Debug)]
pub(crate) struct Json<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl<'o> Json<'o> {
    /// Begins behind what `out` has.
    pub(crate) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { start: out.len(), out }
    }

    fn separate(&mut self) {
        if !matches!(self.out[self.start..].last(), Some(b'{' | b'[' | b':') | None) {
            self.out.push(b',');
        }
    }

    fn plain<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        serde_json::to_writer(&mut *self.out, value).expect("plain values are written to memory");
    }
}

impl Listener for Json<'_> {
    fn begin_object(&mut self) {
        self.separate();
        self.out.push(b'{');
    }

    fn end_object(&mut self) {
        self.out.push(b'}');
    }

    fn begin_list(&mut self) {
        self.separate();
        self.out.push(b'[');
    }

    fn end_list(&mut self) {
        self.out.push(b']');
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.plain(key);
        self.out.push(b':');
    }

    fn value(&mut self, value: Value<'_>) {
        self.separate();
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Truth(truth) => self.plain(&truth),
            Value::Whole(number) => self.plain(&number),
            Value::Number(number) => self.plain(&number),
            Value::Text(text) => self.plain(text),
            Value::Json(json) => push_line(self.out, json),
        }
    }
}

/// Valid JSON has line ends only as white space between tokens; a record is one line.
fn push_line(out: &mut Vec<u8>, json: &str) {
    let start = out.len();
    out.extend_from_slice(json.as_bytes());
    for byte in out[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
}
