//! Bytes that are appended once and rarely looked at again: in memory while they are few, then in a
//! temporary file without a name, which the system removes with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes kept in memory before they go to the file.
const HELD: usize = 1 << 20;

/// A store of bytes that only grows.
#[derive(Debug, Default)]
pub(crate) struct Spill {
    file: Option<File>,
    flushed: u64,
    held: Vec<u8>,
}

impl Spill {
    /// Bytes stored.
    pub(crate) fn len(&self) -> u64 {
        self.flushed + self.held.len() as u64
    }

    /// Adds bytes and returns where they begin.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        if self.held.len() + bytes.len() > HELD {
            self.flush()?;
        }
        let start = self.len();
        self.held.extend_from_slice(bytes);
        Ok(start)
    }

    /// Reads bytes that one call of [`append`](Self::append) stored.
    pub(crate) fn read(&mut self, start: u64, out: &mut [u8]) -> io::Result<()> {
        if let Some(at) = start.checked_sub(self.flushed) {
            let at = usize::try_from(at).expect("what is held fits into memory");
            out.copy_from_slice(&self.held[at..at + out.len()]);
            return Ok(());
        }
        let file = self.file.as_mut().expect("flushed bytes are in the file");
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(out)
    }

    /// Puts bytes in the place of as many that one call of [`append`](Self::append) stored.
    pub(crate) fn overwrite(&mut self, start: u64, bytes: &[u8]) -> io::Result<()> {
        if let Some(at) = start.checked_sub(self.flushed) {
            let at = usize::try_from(at).expect("what is held fits into memory");
            self.held[at..at + bytes.len()].copy_from_slice(bytes);
            return Ok(());
        }
        let file = self.file.as_mut().expect("flushed bytes are in the file");
        file.seek(SeekFrom::Start(start))?;
        file.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.seek(SeekFrom::Start(self.flushed))?;
        file.write_all(&self.held)?;
        self.flushed += self.held.len() as u64;
        self.held.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{HELD, Spill};

    #[test]
    fn what_is_appended_can_be_read_from_memory_and_file() {
        let mut spill = Spill::default();
        let pieces: Vec<Vec<u8>> = (0..9_u8).map(|n| vec![n; HELD / 4 + usize::from(n)]).collect();
        let starts: Vec<u64> = pieces.iter().map(|piece| spill.append(piece).unwrap()).collect();
        for (start, piece) in starts.iter().copied().zip(&pieces) {
            let mut read = vec![0; piece.len()];
            spill.read(start, &mut read).unwrap();
            assert!(read == *piece);
        }
        for (n, start) in (100..).zip(&starts) {
            spill.overwrite(start + 7, &[n; 3]).unwrap();
        }
        for ((n, start), piece) in (100..).zip(&starts).zip(&pieces) {
            let mut read = vec![0; piece.len()];
            spill.read(*start, &mut read).unwrap();
            assert!(read[..7] == piece[..7] && read[7..10] == [n; 3] && read[10..] == piece[10..]);
        }
    }
}
