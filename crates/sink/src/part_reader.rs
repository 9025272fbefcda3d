//! The records of a part, read on or from any place, whichever form the part lies in.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::path::{Path, PathBuf};

use crate::frames::Frames;
use crate::parts::PACKED;

/// Reads the records that count, and nothing behind them. Places are bytes of the records, compressed or not.
#[derive(Debug)]
pub(crate) struct PartReader {
    form: Take<Form>,
    /// How many bytes count.
    bytes: u64,
}

#[derive(Debug)]
enum Form {
    Plain(BufReader<File>),
    Packed(Frames),
}

impl PartReader {
    /// Reads the first `bytes` bytes of a plain file. Where it is gone, it was compressed since somebody was told of it, and
    /// the same records are read from there.
    pub(crate) fn open_plain(path: &Path, bytes: u64) -> io::Result<Self> {
        match File::open(path) {
            Ok(file) => Ok(Self::new(Form::Plain(BufReader::with_capacity(BUFFER, file)), bytes)),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {
                let file = File::open(packed_path(path)).map_err(|_| gone)?;
                let stored = file.metadata()?.len();
                Ok(Self::new(Form::Packed(Frames::open(file, stored)?), bytes))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the `bytes` bytes of records in the first `stored` bytes of a compressed file.
    pub(crate) fn open_packed(path: &Path, stored: u64, bytes: u64) -> io::Result<Self> {
        let frames = Frames::open(File::open(path)?, stored)?;
        if frames.len() != bytes {
            let message = format!("has {} bytes of records in place of {bytes}", frames.len());
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(Self::new(Form::Packed(frames), bytes))
    }

    fn new(form: Form, bytes: u64) -> Self {
        Self { form: form.take(bytes), bytes }
    }

    /// Goes to a byte of the records.
    pub(crate) fn seek(&mut self, to: u64) -> io::Result<()> {
        match self.form.get_mut() {
            Form::Plain(file) => file.seek(SeekFrom::Start(to)).map(drop)?,
            Form::Packed(frames) => frames.seek(to)?,
        }
        self.form.set_limit(self.bytes.saturating_sub(to));
        Ok(())
    }
}

const BUFFER: usize = 64 << 10;

/// Where the compressed form of a plain file lies.
pub(crate) fn packed_path(plain: &Path) -> PathBuf {
    let mut name = OsString::from(plain);
    name.push(PACKED);
    name.into()
}

impl Read for Form {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Packed(frames) => frames.read(buffer),
        }
    }
}

impl BufRead for Form {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(file) => file.fill_buf(),
            Self::Packed(frames) => frames.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Self::Plain(file) => file.consume(count),
            Self::Packed(frames) => frames.consume(count),
        }
    }
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.form.read(buffer)
    }
}

impl BufRead for PartReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.form.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.form.consume(count);
    }
}
