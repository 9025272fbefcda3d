//! SHA-256 digests as the files of a folder state them: in hexadecimal.

use std::io::{self, Read};

use document::Sha256;
use sha2::Digest;

const BUFFER: usize = 256 << 10;

/// Takes in what a reader gives.
///
/// # Errors
/// If it cannot be read.
pub fn take_in(digest: &mut sha2::Sha256, from: &mut impl Read) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            read => digest.update(&buffer[..read]),
        }
    }
}

/// The digest of what a reader gives.
pub(crate) fn of(from: &mut impl Read) -> io::Result<String> {
    let mut digest = sha2::Sha256::new();
    take_in(&mut digest, from)?;
    Ok(hex(digest))
}

/// What was taken in.
pub fn hex(digest: sha2::Sha256) -> String {
    Sha256(digest.finalize().into()).to_string()
}
