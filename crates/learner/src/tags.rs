//! Tags: where a name begins, goes on and ends, and of which class it is (BIOES).
//!
//! A tag is a number below [`TAGS`]: four for each class (begin, inside, end, single) and one for
//! tokens outside. Ratinov and Roth (2009) found this chunk representation better than begin-inside-outside.

use std::ops::Range;

/// Classes that names have.
pub const CLASSES: usize = 4;
/// Tags that a token can have.
pub const TAGS: usize = 4 * CLASSES + 1;
/// The tag of a token outside all names.
pub const OUTSIDE: u8 = 4 * CLASSES as u8;

const BEGIN: u8 = 0;
const INSIDE: u8 = 1;
const END: u8 = 2;
const SINGLE: u8 = 3;

/// The class of a tag, below [`CLASSES`]; `None` outside.
pub fn class(tag: u8) -> Option<usize> {
    (tag < OUTSIDE).then_some(usize::from(tag) / 4)
}

/// The place of a tag in its name: 0 begin, 1 inside, 2 end, 3 single; 4 outside.
pub fn place(tag: u8) -> usize {
    if tag < OUTSIDE { usize::from(tag) % 4 } else { 4 }
}

/// Whether a row of tags may start with this one.
pub fn may_start(tag: u8) -> bool {
    tag == OUTSIDE || matches!(tag % 4, BEGIN | SINGLE)
}

/// Whether a row of tags may end with this one.
pub fn may_end(tag: u8) -> bool {
    tag == OUTSIDE || matches!(tag % 4, END | SINGLE)
}

/// Whether `next` may follow `tag`.
pub fn may_follow(tag: u8, next: u8) -> bool {
    if may_end(tag) {
        may_start(next)
    } else {
        next != OUTSIDE && next / 4 == tag / 4 && matches!(next % 4, INSIDE | END)
    }
}

/// A name: a range of tokens and its class, below [`CLASSES`].
pub type Stretch = (Range<usize>, usize);

/// Marks one name in a row of tags.
///
/// # Panics
/// If the range is empty or past the end, or the class is none.
pub fn mark(tags: &mut [u8], range: Range<usize>, class: usize) {
    assert!(class < CLASSES && !range.is_empty(), "a name has a class and a token");
    let base = class as u8 * 4;
    let last = range.end - 1;
    if range.start == last {
        tags[last] = base + SINGLE;
        return;
    }
    tags[range.start + 1..last].fill(base + INSIDE);
    tags[range.start] = base + BEGIN;
    tags[last] = base + END;
}

/// The names that a row of tags marks, in order. Tags that do not fit together mark none.
pub fn stretches(tags: &[u8]) -> impl Iterator<Item = Stretch> {
    let mut start = None;
    tags.iter().enumerate().filter_map(move |(at, tag)| {
        let class = class(*tag)?;
        match tag % 4 {
            BEGIN => start = Some(at),
            SINGLE => return Some((at..at + 1, class)),
            END => return start.take().map(|first| (first..at + 1, class)),
            _ => {}
        }
        None
    })
}
