//! Records in zstd: frames that begin and end with a record, and behind them a table of the frames.
//!
//! This is the [seekable format] of zstd. To any other program it is a stream like others: the table lies in a frame that is
//! to be skipped. With it, a record is read by unpacking the one frame that it stands in. Numbers are in little-endian
//! order:
//!
//! | bytes | what |
//! |---|---|
//! | … | the frames, each with a checksum of what is in it |
//! | 4 | `0x184D2A5E`, which begins a frame to be skipped |
//! | 4 | bytes of the rest |
//! | 8 each | of each frame: its bytes, and the bytes in it |
//! | 4 | how many frames |
//! | 1 | zero: the table has no checksums of its own |
//! | 4 | `0x8F92EAB1`, which ends the table |
//!
//! A frame ends with the first record that fills it, so the records alone say what the bytes are, whatever the commits in
//! which they came.
//!
//! [seekable format]: https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

/// Bytes of records that fill a frame.
const FRAME: usize = 1 << 20;

/// What zstd is to spend on it. Level 5 makes files of records 6 % smaller in twice the time, level 9 12 % in six times.
const LEVEL: i32 = 3;

const SKIPPABLE: u32 = 0x184D_2A5E;
const SEEKABLE: u32 = 0x8F92_EAB1;

/// Bytes of the table before and after its entries, and of each entry.
const HEAD: usize = 8;
const FOOT: usize = 9;
const ENTRY: usize = 8;

/// Packs records.
pub(crate) fn pack(mut records: impl BufRead, mut to: impl Write) -> io::Result<()> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    let (mut content, mut table) = (Vec::new(), Vec::new());
    loop {
        content.clear();
        while content.len() < FRAME && records.read_until(b'\n', &mut content)? > 0 {}
        if content.is_empty() {
            break;
        }
        let frame = compressor.compress(&content)?;
        to.write_all(&frame)?;
        for bytes in [frame.len(), content.len()] {
            table.extend(u32::try_from(bytes).map_err(io::Error::other)?.to_le_bytes());
        }
    }
    let count = (table.len() / ENTRY) as u32;
    let rest = (table.len() + FOOT) as u32;
    to.write_all(&SKIPPABLE.to_le_bytes())?;
    to.write_all(&rest.to_le_bytes())?;
    to.write_all(&table)?;
    to.write_all(&count.to_le_bytes())?;
    to.write_all(&[0])?;
    to.write_all(&SEEKABLE.to_le_bytes())
}

/// Packed records, read on or from any place. An error of the kind [`InvalidData`](io::ErrorKind::InvalidData) tells of damage.
#[derive(Debug)]
pub(crate) struct Frames {
    file: File,
    /// Where each frame begins, and behind them where the last one ends.
    borders: Vec<Border>,
    /// The frame that is read next.
    next: usize,
    /// What is in the one before, and how much of that was read.
    content: Vec<u8>,
    read: usize,
}

/// A place between two frames, in bytes of the file and of the records.
#[derive(Clone, Copy, Debug, Default)]
struct Border {
    packed: u64,
    content: u64,
}

impl Frames {
    /// The records in the first `bytes` bytes of a file.
    pub(crate) fn open(mut file: File, bytes: u64) -> io::Result<Self> {
        let len = file.metadata()?.len();
        if len < bytes {
            let message = format!("has {len} bytes, {bytes} were written");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let borders = read_table(&mut file, bytes)?;
        Ok(Self { file, borders, next: 0, content: Vec::new(), read: 0 })
    }

    /// Bytes of the records.
    pub(crate) fn len(&self) -> u64 {
        self.borders.last().map_or(0, |end| end.content)
    }

    /// Goes to a byte of the records; behind the last, nothing more is read.
    pub(crate) fn seek(&mut self, to: u64) -> io::Result<()> {
        let frame = self.borders.partition_point(|border| border.content <= to) - 1;
        if frame + 1 != self.next {
            (self.next, self.read) = (frame, 0);
            self.content.clear();
            self.fill_buf()?;
        }
        let within = to.saturating_sub(self.borders[frame].content);
        self.read =
            usize::try_from(within).map_or(self.content.len(), |at| at.min(self.content.len()));
        Ok(())
    }

    /// Unpacks the frame that comes next, if there is one.
    fn unpack(&mut self) -> io::Result<()> {
        let [from, to, ..] = self.borders[self.next..] else { return Ok(()) };
        let damaged = |what: &dyn std::fmt::Display| {
            let message = format!(
                "what is compressed in bytes {} to {} is damaged: {what}",
                from.packed, to.packed
            );
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        let bytes = |from: u64, to: u64| {
            usize::try_from(to - from).expect("a table's numbers have 32 bits")
        };
        let mut frame = vec![0; bytes(from.packed, to.packed)];
        self.file.seek(SeekFrom::Start(from.packed))?;
        self.file.read_exact(&mut frame)?;
        let expected = bytes(from.content, to.content);
        (self.content, self.read) = (Vec::new(), 0);
        let content = zstd::bulk::decompress(&frame, expected).map_err(|error| damaged(&error))?;
        if content.len() != expected {
            return Err(damaged(&format!("{} bytes in place of {expected}", content.len())));
        }
        self.content = content;
        self.next += 1;
        Ok(())
    }
}

impl BufRead for Frames {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.content.len() {
            self.unpack()?;
        }
        Ok(&self.content[self.read..])
    }

    fn consume(&mut self, count: usize) {
        self.read += count;
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// Where the frames in the first `bytes` bytes of a file begin, and where the last one ends.
fn read_table(file: &mut File, bytes: u64) -> io::Result<Vec<Border>> {
    let damaged =
        || io::Error::new(io::ErrorKind::InvalidData, "the table of its frames is damaged");
    let number = |four: &[u8]| u32::from_le_bytes(*four.first_chunk().expect("four bytes"));
    let foot_at = bytes.checked_sub((HEAD + FOOT) as u64).ok_or_else(damaged)? + HEAD as u64;
    let mut foot = [0; FOOT];
    file.seek(SeekFrom::Start(foot_at))?;
    file.read_exact(&mut foot)?;
    let count = number(&foot);
    let entries = u64::from(count) * ENTRY as u64;
    let at = foot_at.checked_sub(entries + HEAD as u64).ok_or_else(damaged)?;
    let mut table = vec![0; HEAD + count as usize * ENTRY];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut table)?;
    let (head, entries) = table.split_at(HEAD);
    let as_written = number(head) == SKIPPABLE
        && number(&head[4..]) as usize == entries.len() + FOOT
        && foot[4] == 0
        && number(&foot[5..]) == SEEKABLE;
    let mut borders = vec![Border::default()];
    let mut end = Border::default();
    for entry in entries.chunks_exact(ENTRY) {
        end.packed += u64::from(number(entry));
        end.content += u64::from(number(&entry[4..]));
        borders.push(end);
    }
    if as_written && end.packed == at { Ok(borders) } else { Err(damaged()) }
}
