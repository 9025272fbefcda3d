//! A record kept for a later listener.

use crate::{Listener, Value};

/// Keeps what it hears: appends it to a buffer, from which [`play`] tells it again.
///
/// For a program that works on articles in parallel and wants their records in order, as anything but JSON. The bytes
/// are nobody else's business: the next version may write others.
#[derive(Debug)]
pub struct Tape<'o>(
    /// What it appends to.
    pub &'o mut Vec<u8>,
);

/// What stands on a tape: a byte, and what belongs to it.
mod mark {
    pub(super) const OBJECT: u8 = 0;
    pub(super) const END_OBJECT: u8 = 1;
    pub(super) const LIST: u8 = 2;
    pub(super) const END_LIST: u8 = 3;
    pub(super) const NULL: u8 = 4;
    pub(super) const FALSE: u8 = 5;
    pub(super) const TRUE: u8 = 6;
    /// With eight bytes.
    pub(super) const WHOLE: u8 = 7;
    pub(super) const NUMBER: u8 = 8;
    /// With four bytes for the length, and the text.
    pub(super) const KEY: u8 = 9;
    pub(super) const TEXT: u8 = 10;
    pub(super) const JSON: u8 = 11;
}

impl Tape<'_> {
    fn text(&mut self, mark: u8, text: &str) {
        let length = u32::try_from(text.len()).expect("no text of a record has 4 GiB");
        self.0.push(mark);
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, mark: u8, bytes: [u8; 8]) {
        self.0.push(mark);
        self.0.extend_from_slice(&bytes);
    }
}

impl Listener for Tape<'_> {
    fn begin_object(&mut self) {
        self.0.push(mark::OBJECT);
    }

    fn end_object(&mut self) {
        self.0.push(mark::END_OBJECT);
    }

    fn begin_list(&mut self) {
        self.0.push(mark::LIST);
    }

    fn end_list(&mut self) {
        self.0.push(mark::END_LIST);
    }

    fn key(&mut self, key: &str) {
        self.text(mark::KEY, key);
    }

    fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Null => self.0.push(mark::NULL),
            Value::Truth(truth) => self.0.push(if truth { mark::TRUE } else { mark::FALSE }),
            Value::Whole(number) => self.number(mark::WHOLE, number.to_le_bytes()),
            Value::Number(number) => self.number(mark::NUMBER, number.to_le_bytes()),
            Value::Text(text) => self.text(mark::TEXT, text),
            Value::Json(json) => self.text(mark::JSON, json),
        }
    }
}

/// Tells a listener what a [`Tape`] heard.
///
/// # Panics
/// If no tape wrote these bytes.
pub fn play(tape: &[u8], to: &mut impl Listener) {
    let mut rest = Rest(tape);
    while let Some((mark, behind)) = rest.0.split_first() {
        rest.0 = behind;
        match *mark {
            mark::OBJECT => to.begin_object(),
            mark::END_OBJECT => to.end_object(),
            mark::LIST => to.begin_list(),
            mark::END_LIST => to.end_list(),
            mark::NULL => to.value(Value::Null),
            mark::FALSE => to.value(Value::Truth(false)),
            mark::TRUE => to.value(Value::Truth(true)),
            mark::WHOLE => to.value(Value::Whole(u64::from_le_bytes(rest.number()))),
            mark::NUMBER => to.value(Value::Number(f64::from_le_bytes(rest.number()))),
            mark::KEY => to.key(rest.text()),
            mark::TEXT => to.value(Value::Text(rest.text())),
            mark::JSON => to.value(Value::Json(rest.text())),
            unknown => panic!("{unknown} is no mark of a tape"),
        }
    }
}

/// What is still to be told.
struct Rest<'t>(&'t [u8]);

impl<'t> Rest<'t> {
    fn number<const N: usize>(&mut self) -> [u8; N] {
        let (number, behind) = self.0.split_first_chunk().expect("a tape is whole");
        self.0 = behind;
        *number
    }

    fn text(&mut self) -> &'t str {
        let length = u32::from_le_bytes(self.number()) as usize;
        let (text, behind) = self.0.split_at(length);
        self.0 = behind;
        str::from_utf8(text).expect("what was heard is text")
    }
}
