//! A stream of unpacked bytes behind one growing buffer: looked ahead into to tell the format,
//! then taken line by line or whole. A line or article over the limit is never held.

use std::io::{self, Read};

use crate::failure::Trouble;
use crate::unpack::{Packing, Unpacked};

/// Bytes that one read asks for; also the most that the buffer has while lines are shorter.
const CHUNK: usize = 256 * 1024;
const SMALLEST: usize = 4 * 1024;

/// A line of a stream, without its line feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Whole(&'a [u8]),
    /// Over the limit; it was passed over.
    TooLong,
}

/// See the [module documentation](self).
pub(crate) struct Input {
    reader: Unpacked,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes handed out, counted after decompression.
    offset: u64,
    ended: Option<Result<(), Trouble>>,
}

impl Input {
    /// Looks at the first bytes of `reader` and unpacks it if they say so. `size` is the number of
    /// bytes to expect, if known; it saves memory for small files and may be wrong.
    pub(crate) fn open(mut reader: Box<dyn Read + Send>, size: Option<u64>) -> io::Result<Self> {
        let mut magic = Vec::with_capacity(Packing::MAGIC);
        reader.by_ref().take(Packing::MAGIC as u64).read_to_end(&mut magic)?;
        let packing = Packing::of(&magic);
        let expected =
            size.filter(|_| packing.is_none()).and_then(|size| usize::try_from(size).ok());
        let mut buffer =
            vec![0; expected.map_or(CHUNK, |size| size.saturating_add(1).clamp(SMALLEST, CHUNK))];
        let mut end = 0;
        let reader: Box<dyn Read + Send> = if packing.is_none() {
            end = magic.len();
            buffer[..end].copy_from_slice(&magic);
            reader
        } else {
            Box::new(io::Cursor::new(magic).chain(reader))
        };
        let reader = Unpacked::new(reader, packing)?;
        Ok(Self { reader, buffer, start: 0, end, offset: 0, ended: None })
    }

    /// Whether the bytes as stored are the bytes as read.
    pub(crate) fn is_bare(&self) -> bool {
        self.reader.packing().is_none()
    }

    /// The next `count` bytes, without taking them; fewer only where the stream ends.
    pub(crate) fn head(&mut self, count: usize) -> &[u8] {
        while self.held().len() < count && self.fill() {}
        &self.held()[..count.min(self.held().len())]
    }

    /// Bytes taken so far, after decompression.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// What broke the stream, once everything before it was taken.
    pub(crate) fn broken(&self) -> Option<&Trouble> {
        self.ended.as_ref().and_then(|ended| ended.as_ref().err())
    }

    /// Where the bytes begin that a break throws doubt on: those of the gzip member that it is in.
    pub(crate) fn doubtful_from(&self) -> Option<u64> {
        self.broken()?;
        Some(match &self.reader {
            Unpacked::Gzip(members) => members.began(),
            _ => self.offset + self.held().len() as u64,
        })
    }

    /// Goes on behind a break, at the next gzip member; what is held of the broken one is passed
    /// over. `false` where there is none.
    pub(crate) fn resume(&mut self) -> bool {
        self.take(self.held().len());
        let Unpacked::Gzip(members) = &mut self.reader else { return false };
        let found = members.resume();
        if found {
            self.ended = None;
        }
        found
    }

    /// Where `needle` next stands at or after `from`, in bytes from here, without taking anything.
    /// Looks at `limit` bytes and a little more, but not beyond the end.
    pub(crate) fn find(&mut self, needle: &[u8], from: usize, limit: usize) -> Option<usize> {
        let mut searched = from;
        loop {
            let rest = self.held().get(searched..).unwrap_or_default();
            if let Some(found) = memchr::memmem::find(rest, needle) {
                return Some(searched + found);
            }
            searched = searched.max(self.held().len().saturating_sub(needle.len() - 1));
            if self.held().len() > limit || !self.fill() {
                return None;
            }
        }
    }

    /// Takes bytes up to the next `needle`, which stays; all of them where there is none.
    pub(crate) fn skip_to(&mut self, needle: &[u8]) -> bool {
        loop {
            if let Some(found) = memchr::memmem::find(self.held(), needle) {
                self.take(found);
                return true;
            }
            self.take(self.held().len().saturating_sub(needle.len() - 1));
            if !self.fill() {
                self.take(self.held().len());
                return false;
            }
        }
    }

    /// Takes `count` bytes, or as many as there are; returns how many.
    pub(crate) fn skip(&mut self, count: u64) -> u64 {
        let mut left = count;
        while left > 0 {
            let held = self.held().len().min(usize::try_from(left).unwrap_or(usize::MAX));
            self.take(held);
            left -= held as u64;
            if left > 0 && !self.fill() {
                break;
            }
        }
        count - left
    }

    /// Takes the next line; one of more than `limit` bytes is passed over. `None` at the end and
    /// where a broken stream ends within a line.
    pub(crate) fn line(&mut self, limit: usize) -> Option<Line<'_>> {
        let mut searched = 0;
        let length = loop {
            if let Some(found) = memchr::memchr(b'\n', &self.held()[searched..]) {
                break searched + found;
            }
            searched = self.held().len();
            if searched > limit {
                self.skip_line();
                return Some(Line::TooLong);
            }
            if !self.fill() {
                if searched == 0 || self.broken().is_some() {
                    return None;
                }
                break searched;
            }
        };
        let line = self.start..self.start + length;
        self.take((length + 1).min(self.held().len()));
        Some(if length > limit { Line::TooLong } else { Line::Whole(&self.buffer[line]) })
    }

    /// Takes blank bytes; returns how many of them were line feeds, and where the line then begins.
    pub(crate) fn skip_blank(&mut self) -> (u64, u64) {
        let (mut feeds, mut line_start) = (0, self.offset);
        loop {
            let held = self.held();
            let blank = held.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            feeds += memchr::memchr_iter(b'\n', &held[..blank]).count() as u64;
            if let Some(last) = memchr::memrchr(b'\n', &held[..blank]) {
                line_start = self.offset + last as u64 + 1;
            }
            let more = blank == held.len();
            self.take(blank);
            if !more || !self.fill() {
                return (feeds, line_start);
            }
        }
    }

    /// Everything from here to the end.
    pub(crate) fn whole(mut self, limit: usize) -> Result<Vec<u8>, Trouble> {
        while self.held().len() <= limit && self.fill() {}
        if self.held().len() > limit {
            return Err(Trouble::too_large("the file has", limit));
        }
        if let Some(Err(trouble)) = self.ended {
            return Err(trouble);
        }
        self.buffer.truncate(self.end);
        self.buffer.drain(..self.start);
        self.buffer.shrink_to_fit();
        Ok(self.buffer)
    }

    /// Whether the next line is not held whole, so that reading it may wait for more input.
    pub(crate) fn may_wait(&self) -> bool {
        self.ended.is_none() && memchr::memchr(b'\n', self.held()).is_none()
    }

    fn held(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn take(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }

    fn skip_line(&mut self) {
        loop {
            if let Some(found) = memchr::memchr(b'\n', self.held()) {
                return self.take(found + 1);
            }
            self.take(self.held().len());
            if !self.fill() {
                return;
            }
        }
    }

    /// Reads once more behind what is held; `false` at the end.
    fn fill(&mut self) -> bool {
        if self.ended.is_some() {
            return false;
        }
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        if self.end == self.buffer.len() {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            } else {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(count) => {
                    self.end += count;
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => self.ended = Some(Err(self.describe(&error))),
            }
            return false;
        }
    }

    fn describe(&self, error: &io::Error) -> Trouble {
        let place = self.offset + self.held().len() as u64;
        match self.reader.packing() {
            // An error without a code of the system is the decompressor's own, if no store broke.
            Some(packing) if error.raw_os_error().is_none() && !stores::is_broken(error) => {
                let member = match &self.reader {
                    Unpacked::Gzip(members) if members.began_stored() > 0 => {
                        format!(" in the member at byte {}", members.began_stored())
                    }
                    _ => String::new(),
                };
                Trouble::malformed(format!(
                    "the {} data breaks off or is damaged{member} after {place} unpacked bytes ({error}); get the file again",
                    packing.name()
                ))
            }
            _ => Trouble::unreadable(format!("reading stopped after {place} bytes: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(bytes: impl Read + Send + 'static) -> Input {
        Input::open(Box::new(bytes), None).unwrap()
    }

    #[test]
    fn a_huge_line_is_passed_over_without_being_held() {
        let huge = io::repeat(b'x').take(200 << 20).chain(&b"\nnext\n"[..]);
        let mut input = input(huge);
        assert_eq!(input.line(100_000), Some(Line::TooLong));
        assert_eq!(input.offset(), (200 << 20) + 1);
        assert_eq!(input.line(100_000), Some(Line::Whole(b"next")));
        assert_eq!(input.line(100_000), None);
        assert!(input.buffer.len() <= 2 * CHUNK, "{} bytes", input.buffer.len());
    }

    #[test]
    fn lines_survive_reads_of_any_size() {
        /// Gives one byte at a time.
        struct Slow(io::Cursor<Vec<u8>>);
        impl Read for Slow {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                self.0.read(&mut out[..1])
            }
        }
        let mut input = input(Slow(io::Cursor::new(b"a\n\nbcd\ne".to_vec())));
        let mut lines = Vec::new();
        while let Some(Line::Whole(line)) = input.line(10) {
            lines.push(String::from_utf8_lossy(line).into_owned());
        }
        assert_eq!(lines, ["a", "", "bcd", "e"]);
    }

    #[test]
    fn whole_stops_one_byte_over_the_limit() {
        assert_eq!(input(&b"12345"[..]).whole(5), Ok(b"12345".to_vec()));
        assert!(input(io::repeat(b'x')).whole(5).is_err());
    }
}
