//! The seal of a file: a digest of all its bytes, in its own metadata.
//!
//! The value is written as zeros, the file digested, and the digest put in their place. Who checks it takes it out
//! again. So there is no list of digests beside the files that a kill could leave behind or ahead of them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::Digest;
use sink::digest;

/// The key in the metadata.
pub(crate) const KEY: &str = "copydesk.seal";

/// What stands before the digest in the value, so that it is found in the bytes.
const MARK: &str = "copydesk seal: ";

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Bytes at the end of a file in which the value is looked for at a time.
const WINDOW: u64 = 1 << 20;

/// The value until the file is whole.
pub(crate) fn unsealed() -> String {
    format!("{MARK}{ZEROS}")
}

/// Puts the digest into a whole file. It must be open for reading and writing.
pub(crate) fn seal(file: &mut File) -> io::Result<()> {
    let at = find(file)?.ok_or_else(|| io::Error::other("the metadata has no room for a seal"))?;
    let digest = digest(file, at)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(digest.as_bytes())
}

/// Whether a file is as it was when it was sealed.
pub(crate) fn holds(file: &mut File) -> io::Result<bool> {
    let Some(at) = find(file)? else { return Ok(false) };
    let mut sealed = [0; ZEROS.len()];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut sealed)?;
    Ok(digest(file, at)?.as_bytes() == sealed)
}

/// Where the digest stands: behind the last mark.
fn find(file: &mut File) -> io::Result<Option<u64>> {
    let length = file.metadata()?.len();
    let whole = (MARK.len() + ZEROS.len()) as u64;
    let (mut start, mut bytes) = (length, Vec::new());
    while start > 0 {
        // Each window goes a value into the one behind it.
        let end = (start + whole).min(length);
        start = start.saturating_sub(WINDOW);
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        (&mut *file).take(end - start).read_to_end(&mut bytes)?;
        let found = bytes.windows(MARK.len()).rposition(|bytes| bytes == MARK.as_bytes());
        if let Some(at) = found.map(|at| start + at as u64).filter(|at| at + whole <= length) {
            return Ok(Some(at + MARK.len() as u64));
        }
    }
    Ok(None)
}

/// The digest of a file with zeros in place of the one at byte `at`.
fn digest(file: &mut File, at: u64) -> io::Result<String> {
    file.rewind()?;
    let mut digest = sha2::Sha256::new();
    digest::take_in(&mut digest, &mut (&mut *file).take(at))?;
    digest.update(ZEROS);
    file.seek(SeekFrom::Start(at + ZEROS.len() as u64))?;
    digest::take_in(&mut digest, file)?;
    Ok(digest::hex(digest))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::{holds, seal, unsealed};

    #[test]
    fn every_changed_byte_breaks_it() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes =
            [b"rows ".repeat(9), unsealed().into_bytes(), b" and the end".to_vec()].concat();
        file.write_all(&bytes).unwrap();
        assert!(!holds(&mut file).unwrap());
        seal(&mut file).unwrap();
        assert!(holds(&mut file).unwrap());
        for at in 0..bytes.len() as u64 {
            let mut flip = |to: u8| {
                file.seek(SeekFrom::Start(at)).unwrap();
                let mut byte = [0];
                std::io::Read::read_exact(&mut file, &mut byte).unwrap();
                file.seek(SeekFrom::Start(at)).unwrap();
                file.write_all(&[byte[0] ^ to]).unwrap();
                holds(&mut file).unwrap()
            };
            assert!(!flip(1), "byte {at}");
            assert!(flip(1));
        }
    }
}
