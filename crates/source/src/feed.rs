//! A feed (RSS 0.9 to 2.0, Atom) as a sequence of arrivals: one for each entry, held one at a time.
//!
//! Entries are cut out of the stream by their tags and read one by one, so that a feed of any
//! length needs the memory of its largest entry, and one that is not well-formed costs itself.

use document::{Field, Origin};
use encoding_rs::{Encoding, UTF_8};
use stage_api::Arrival;

use crate::columns::Target;
use crate::entry::{self, Entry, Head};
use crate::failure::Trouble;
use crate::input::Input;

/// Bytes at the beginning in which the feed may say what it is called.
const HEAD: usize = 64 * 1024;
/// Bytes that tell a tag from another.
const TAG: usize = 12;
const NAMES: [&[u8]; 2] = [b"item", b"entry"];

/// See the [module documentation](self).
pub(crate) struct Entries {
    input: Input,
    path: String,
    limit: usize,
    /// Entries so far.
    count: u64,
    /// What the feed says about itself; read before the first entry.
    head: Option<Head>,
    encoding: &'static Encoding,
    finished: bool,
}

/// What stands at a `<`.
enum Mark {
    /// Something that ends with these bytes and in which no tag is one.
    Closed(&'static [u8]),
    EntryBegins,
    EntryEnds,
    Other,
}

impl Entries {
    /// The entries of `input`, whose origin is `path`; each has at most `limit` bytes.
    pub(crate) fn new(input: Input, path: String, limit: usize) -> Self {
        Self { input, path, limit, count: 0, head: None, encoding: UTF_8, finished: false }
    }

    fn read_head(&mut self) -> Head {
        let head = self.input.head(HEAD);
        self.encoding = declared(head);
        entry::read_head(&self.encoding.decode(head).0)
    }

    /// Takes everything up to the next entry; `false` at the end, an error where it is no good one.
    fn skip_to_entry(&mut self) -> Result<bool, Trouble> {
        while self.input.skip_to(b"<") {
            match mark(self.input.head(TAG)) {
                Mark::EntryBegins => return Ok(true),
                Mark::Closed(end) => {
                    self.input.skip(end.len() as u64);
                    if !self.input.skip_to(end) {
                        return Err(self.broken("the feed ends within a comment or a section"));
                    }
                }
                Mark::EntryEnds | Mark::Other => {
                    self.input.skip(1);
                }
            }
        }
        self.input.broken().cloned().map_or(Ok(false), Err)
    }

    /// Bytes of the entry that begins here. After an error, what is left of it was passed over.
    fn entry_length(&mut self) -> Result<usize, Trouble> {
        let mut at = 1;
        if let Some(end) = self.input.find(b">", 0, self.limit.min(HEAD))
            && self.input.head(end).ends_with(b"/")
        {
            return Ok(end + 1);
        }
        while let Some(next) = self.input.find(b"<", at, self.limit) {
            let held = self.input.head(next + TAG);
            at = match mark(&held[next..]) {
                Mark::EntryEnds => {
                    let end = self.input.find(b">", next, self.limit).map(|end| end + 1);
                    match end {
                        Some(end) if end <= self.limit => return Ok(end),
                        _ => break,
                    }
                }
                Mark::EntryBegins => {
                    self.input.skip(next as u64);
                    return Err(Trouble::malformed("the entry has no end before the next one"));
                }
                Mark::Closed(end) => match self.input.find(end, next, self.limit) {
                    Some(found) => found + end.len(),
                    None => break,
                },
                Mark::Other => next + 1,
            };
        }
        let is_large = self.input.head(self.limit.saturating_add(1)).len() > self.limit;
        let broken = self.broken("the feed ends within the entry; get it again");
        self.input.skip(1);
        Err(if is_large { Trouble::too_large("the entry has", self.limit) } else { broken })
    }

    fn broken(&self, message: &str) -> Trouble {
        self.input.broken().cloned().unwrap_or_else(|| Trouble::malformed(message))
    }

    fn entry(&mut self) -> Result<Entry, Trouble> {
        let length = self.entry_length()?;
        let xml = self.encoding.decode_without_bom_handling(self.input.head(length)).0.into_owned();
        self.input.skip(length as u64);
        Entry::parse(&xml)
            .map_err(|error| Trouble::malformed(format!("the entry is no sound XML: {error}")))
    }

    fn arrival(&self, mut entry: Entry, place: String, origin: Origin) -> Arrival {
        let head = self.head.as_ref();
        for (field, value) in [
            (Field::Outlet, head.and_then(|head| head.title.as_ref())),
            (Field::Language, head.and_then(|head| head.language.as_ref())),
        ] {
            if let Some(value) = value {
                entry.supplied.set(Target::Field(field), vec![value.clone()]);
            }
        }
        match entry.body {
            Some((body, form)) => Arrival::Article(entry.supplied.into_document(
                &place,
                origin,
                body.into_bytes(),
                form,
                "feed",
            )),
            None => Arrival::Discarded {
                id: entry.supplied.explicit_id().map_or(place, str::to_owned),
                origin,
                reason: "feed entry without its text".to_owned(),
            },
        }
    }
}

impl Iterator for Entries {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        if self.finished {
            return None;
        }
        if self.head.is_none() {
            self.head = Some(self.read_head());
        }
        let found = self.skip_to_entry();
        let mut origin = Origin::path(self.path.clone());
        origin.member = Some(self.count + 1);
        origin.offset = Some(self.input.offset());
        let place = format!("{}#{}", self.path, self.count + 1);
        let entry = match found {
            Ok(true) => self.entry(),
            Ok(false) => {
                self.finished = true;
                return None;
            }
            Err(trouble) => {
                self.finished = true;
                Err(trouble)
            }
        };
        self.count += 1;
        Some(match entry {
            Ok(entry) => self.arrival(entry, place, origin),
            Err(trouble) => Arrival::Failed(trouble.at(place, origin)),
        })
    }
}

/// What the bytes at a `<` begin.
fn mark(tag: &[u8]) -> Mark {
    if tag.starts_with(b"<!--") {
        return Mark::Closed(b"-->");
    }
    if tag.starts_with(b"<![CDATA[") {
        return Mark::Closed(b"]]>");
    }
    let (name, closes) = match tag {
        [b'<', b'/', name @ ..] => (name, true),
        [b'<', name @ ..] => (name, false),
        _ => return Mark::Other,
    };
    let is_entry = NAMES.iter().any(|entry| {
        name.strip_prefix(*entry)
            .and_then(<[u8]>::first)
            .is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
    });
    match (is_entry, closes) {
        (false, _) => Mark::Other,
        (true, false) => Mark::EntryBegins,
        (true, true) => Mark::EntryEnds,
    }
}

/// The encoding that the XML declaration names; UTF-8 where it names none.
fn declared(head: &[u8]) -> &'static Encoding {
    let end = memchr::memmem::find(head, b"?>").unwrap_or(0);
    let declaration = String::from_utf8_lossy(&head[..end]);
    let label = declaration.split_once("encoding").and_then(|(_, rest)| {
        rest.trim_start_matches(['=', ' ', '"', '\'']).split(['"', '\'']).next()
    });
    label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8)
}
