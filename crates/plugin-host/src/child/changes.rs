//! What a fresh child of an ordered stage must be told: every change of its state, in their order.

use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};

use tempfile::SpooledTempFile;

/// Bytes of changes that are kept in memory; more of them lie in a file without a name.
const IN_MEMORY: usize = 1 << 20;

/// Changes of state, one behind the other, each with its length in front.
#[derive(Debug)]
pub(super) struct Changes {
    kept: SpooledTempFile,
    /// Why one of them could not be kept.
    lost: Option<String>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { kept: tempfile::spooled_tempfile(IN_MEMORY), lost: None }
    }
}

impl Changes {
    /// Adds one. That it cannot be kept matters once it is needed, and is said by [`each`](Self::each).
    pub(super) fn push(&mut self, change: &[u8]) {
        let length = (change.len() as u64).to_le_bytes();
        let written = self.kept.write_all(&length).and_then(|()| self.kept.write_all(change));
        if let Err(error) = written {
            self.lost.get_or_insert(error.to_string());
        }
    }

    /// Tells each of them, the first one first.
    ///
    /// # Errors
    /// Why not all of them are there.
    pub(super) fn each(&mut self, tell: impl FnMut(&[u8])) -> Result<(), String> {
        match &self.lost {
            Some(lost) => Err(lost.clone()),
            None => self.read(tell).map_err(|error| error.to_string()),
        }
    }

    fn read(&mut self, mut tell: impl FnMut(&[u8])) -> io::Result<()> {
        let mut left = self.kept.stream_position()?;
        self.kept.rewind()?;
        let mut kept = BufReader::new(&mut self.kept);
        let mut change = Vec::new();
        while left > 0 {
            let mut length = [0; 8];
            kept.read_exact(&mut length)?;
            let length = u64::from_le_bytes(length);
            change.clear();
            kept.by_ref().take(length).read_to_end(&mut change)?;
            if change.len() as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            tell(&change);
            left -= 8 + length;
        }
        drop(kept);
        self.kept.seek(SeekFrom::End(0)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_memory_is_told_in_its_order() {
        let mut changes = Changes::default();
        let change = |number: u8| vec![number; usize::from(number) * 1000];
        for (until, in_file) in [(20, false), (100, true), (120, true)] {
            let told = |changes: &mut Changes| {
                let mut told = Vec::new();
                changes.each(|change| told.push(change.to_vec())).unwrap();
                told
            };
            let known = told(&mut changes).len() as u8;
            (known..until).for_each(|number| changes.push(&change(number)));
            assert_eq!(changes.kept.is_rolled(), in_file);
            assert_eq!(told(&mut changes), (0..until).map(change).collect::<Vec<_>>());
        }
    }
}
