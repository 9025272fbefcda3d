//! The checksums that commits have of what they added to a file, held against what is read of it.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Where each commit ends in a file, in bytes, and the CRC-32 of what it added; none where a version before the
/// checksums wrote it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums(VecDeque<(u64, Option<u32>)>);

impl Sums {
    pub(crate) fn push(&mut self, end: u64, crc32: Option<u32>) {
        self.0.push_back((end, crc32));
    }

    /// A file read from its start, checked commit by commit.
    pub(crate) fn check<R: Read>(&self, file: R) -> Checked<R> {
        Checked { file, left: self.0.clone(), at: 0, began: 0, hasher: crc32fast::Hasher::new() }
    }
}

/// A reader that ends with an error of the kind `InvalidData` where a commit is not what was written. Behind the last
/// commit nothing is checked.
#[derive(Debug)]
pub(crate) struct Checked<R> {
    file: R,
    left: VecDeque<(u64, Option<u32>)>,
    at: u64,
    /// Where the commit began that is being read.
    began: u64,
    hasher: crc32fast::Hasher,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left.front().is_some_and(|(end, _)| *end <= self.at) {
            self.left.pop_front(); // it added nothing
        }
        let end = self.left.front().map_or(u64::MAX, |(end, _)| *end);
        let room = usize::try_from(end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..room])?;
        self.hasher.update(&buffer[..read]);
        self.at += read as u64;
        if self.at == end {
            let found = std::mem::take(&mut self.hasher).finalize();
            let from = std::mem::replace(&mut self.began, end);
            if let Some((_, Some(crc32))) = self.left.pop_front()
                && crc32 != found
            {
                let message = format!("bytes {from} to {end} are not what was written");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Sums;

    #[test]
    fn a_commit_that_changed_is_told_where_it_ends() {
        let bytes = b"firstsecondthird, not committed";
        let mut sums = Sums::default();
        for (end, part) in
            [(5, Some(&b"first"[..])), (5, Some(b"")), (11, Some(b"second")), (16, None)]
        {
            sums.push(end, part.map(crc32fast::hash));
        }
        let read = |bytes: &[u8]| {
            let mut read = Vec::new();
            let result = sums.check(bytes).read_to_end(&mut read);
            result.map(|_| read).map_err(|error| error.to_string())
        };
        assert_eq!(read(bytes).unwrap(), bytes);
        for at in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[at] ^= 4;
            let told = ["bytes 0 to 5", "bytes 5 to 11"];
            match read(&changed) {
                Ok(_) => assert!(at >= 11, "byte {at}"),
                Err(error) => {
                    assert!(error.starts_with(told[usize::from(at >= 5)]), "{at}: {error}");
                }
            }
        }
    }
}
