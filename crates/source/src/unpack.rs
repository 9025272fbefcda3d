//! gzip and zstd, unpacked as they are read. After damage, gzip can go on at its next member.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// Bytes as stored that are read at once.
const CHUNK: usize = 64 * 1024;
/// Bytes as stored that are kept behind the place of reading: a decoder in a damaged member may run
/// on into the members behind it, and is taken back.
const KEPT: usize = 256 * 1024;
/// Bytes that may be read again however few were read, so that the whole stays linear.
const READ_AGAIN: u64 = 1024 * 1024;
/// What a gzip member begins with: the mark and the only method there is.
const MEMBER: [u8; 3] = [0x1f, 0x8b, 0x08];

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    /// Bytes that tell a compression.
    pub(crate) const MAGIC: usize = 4;

    /// The packing of a stream that begins with `magic`; `None` for bare bytes.
    pub(crate) fn of(magic: &[u8]) -> Option<Self> {
        match magic {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // The second is a frame to be skipped, which may come first.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Self::Zstd),
            _ => None,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// A stream of bytes, unpacked where it is packed.
pub(crate) enum Unpacked {
    Bare(Box<dyn Read + Send>),
    Gzip(Box<Members>),
    Zstd(zstd::stream::read::Decoder<'static, BufReader<Box<dyn Read + Send>>>),
}

impl Unpacked {
    pub(crate) fn new(reader: Box<dyn Read + Send>, packing: Option<Packing>) -> io::Result<Self> {
        Ok(match packing {
            None => Self::Bare(reader),
            Some(Packing::Gzip) => Self::Gzip(Box::new(Members::new(reader))),
            Some(Packing::Zstd) => {
                Self::Zstd(zstd::stream::read::Decoder::with_buffer(BufReader::new(reader))?)
            }
        })
    }

    pub(crate) fn packing(&self) -> Option<Packing> {
        match self {
            Self::Bare(_) => None,
            Self::Gzip(_) => Some(Packing::Gzip),
            Self::Zstd(_) => Some(Packing::Zstd),
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bare(reader) => reader.read(buffer),
            Self::Gzip(members) => members.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}

/// The members of a gzip stream, one after the other. One read never crosses from one into the
/// next, so that the checksum of a member was compared before anything of the next is given.
pub(crate) struct Members {
    state: State,
    /// Bytes unpacked so far.
    unpacked: u64,
    /// Where the member begins, in bytes unpacked.
    began: u64,
    /// Where the member begins, in bytes as stored.
    began_stored: u64,
    /// Bytes as stored that were taken back so far.
    taken_back: u64,
}

enum State {
    Between(Stored),
    Inside(Box<GzDecoder<Stored>>),
    /// Only while one of the others is taken apart.
    Moving,
}

impl Members {
    fn new(reader: Box<dyn Read + Send>) -> Self {
        let stored = Stored { reader, buffer: vec![0; CHUNK], start: 0, end: 0, offset: 0 };
        let state = State::Between(stored);
        Self { state, unpacked: 0, began: 0, began_stored: 0, taken_back: 0 }
    }

    /// Where the member that is being read begins, in bytes unpacked.
    pub(crate) fn began(&self) -> u64 {
        self.began
    }

    /// Where the member that is being read begins, in bytes as stored.
    pub(crate) fn began_stored(&self) -> u64 {
        self.began_stored
    }

    /// After an error, goes on to where another member seems to begin; `false` if there is none.
    pub(crate) fn resume(&mut self) -> bool {
        let mut stored = self.stored();
        let far = stored.offset - self.began_stored;
        if self.taken_back + far <= stored.offset + READ_AGAIN && stored.take_back(far) {
            self.taken_back += far;
        }
        if stored.offset == self.began_stored {
            stored.consume(1);
        }
        let found = stored.skip_to_member().unwrap_or(false);
        self.began = self.unpacked;
        self.began_stored = stored.offset;
        self.state = State::Between(stored);
        found
    }

    fn stored(&mut self) -> Stored {
        match std::mem::replace(&mut self.state, State::Moving) {
            State::Between(stored) => stored,
            State::Inside(decoder) => decoder.into_inner(),
            State::Moving => unreachable!("the state is put back before anything can fail"),
        }
    }

    /// Begins with the next member; `false` at the end.
    fn begin(&mut self) -> io::Result<bool> {
        let State::Between(stored) = &mut self.state else { return Ok(true) };
        self.began = self.unpacked;
        self.began_stored = stored.offset;
        // Looked at and not taken: a member right behind rubbish is still found.
        let magic = stored.peek(MEMBER.len())?;
        if magic.is_empty() {
            return Ok(false);
        }
        if magic != MEMBER {
            let kind = if MEMBER.starts_with(magic) {
                io::ErrorKind::UnexpectedEof
            } else {
                io::ErrorKind::InvalidData
            };
            return Err(io::Error::new(kind, "no gzip member begins here"));
        }
        let stored = self.stored();
        self.state = State::Inside(Box::new(GzDecoder::new(stored)));
        Ok(true)
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.begin()? {
            let State::Inside(decoder) = &mut self.state else { break };
            let count = decoder.read(buffer)?;
            if count > 0 {
                self.unpacked += count as u64;
                return Ok(count);
            }
            let stored = self.stored();
            self.state = State::Between(stored);
        }
        Ok(0)
    }
}

/// Bytes as stored, which can be looked at before they are taken.
struct Stored {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes taken so far.
    offset: u64,
}

impl Stored {
    /// The next `count` bytes without taking them; fewer only at the end.
    fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.end - self.start < count && self.fill()? {}
        Ok(&self.buffer[self.start..self.end.min(self.start + count)])
    }

    /// Reads more behind what is held; `false` at the end. Called while little is held.
    fn fill(&mut self) -> io::Result<bool> {
        if self.buffer.len() - self.end < CHUNK {
            if self.buffer.len() < 2 * KEPT {
                self.buffer.resize(self.buffer.len() * 2, 0);
            } else {
                let kept = self.start.min(KEPT);
                self.buffer.copy_within(self.start - kept..self.end, 0);
                (self.start, self.end) = (kept, self.end - self.start + kept);
            }
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives back the last `count` bytes taken; `false` where not all of them are still held.
    fn take_back(&mut self, count: u64) -> bool {
        let Some(start) = self.start.checked_sub(usize::try_from(count).unwrap_or(usize::MAX))
        else {
            return false;
        };
        self.start = start;
        self.offset -= count;
        true
    }

    fn skip_to_member(&mut self) -> io::Result<bool> {
        loop {
            if self.peek(MEMBER.len())?.len() < MEMBER.len() {
                self.consume(self.end - self.start);
                return Ok(false);
            }
            let held = &self.buffer[self.start..self.end];
            if held.starts_with(&MEMBER) {
                return Ok(true);
            }
            let next = memchr::memchr(MEMBER[0], &held[1..]).map_or(held.len(), |at| at + 1);
            self.consume(next);
        }
    }
}

impl Read for Stored {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let count = held.len().min(buffer.len());
        buffer[..count].copy_from_slice(&held[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Stored {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.offset += count as u64;
    }
}
