//! Files that survive a crash whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::Digest;

use crate::digest;
use crate::disk::{Disk, DiskFile};
use crate::error::{At, FileError};
use crate::parts::Content;

/// Makes `content` the file at `path`: after a crash it has the old or the new content.
pub(crate) fn replace(disk: &Disk, path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace_with(disk, path, |file| file.write_all(content))
}

/// As [`replace`], for content that is better written piece by piece.
pub(crate) fn replace_with(
    disk: &Disk,
    path: &Path,
    write: impl FnOnce(&mut io::BufWriter<DiskFile>) -> io::Result<()>,
) -> Result<(), FileError> {
    let temporary = prepare(disk, path, write)?;
    put(disk, &temporary, path)
}

/// Writes what is to be the file at `path` beside it and makes it durable; [`put`] gives it the name.
pub(crate) fn prepare(
    disk: &Disk,
    path: &Path,
    write: impl FnOnce(&mut io::BufWriter<DiskFile>) -> io::Result<()>,
) -> Result<PathBuf, FileError> {
    let temporary = temporary(path);
    let mut file = io::BufWriter::new(disk.create(&temporary).at(&temporary)?);
    let written = write(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync());
    written.at(&temporary)?;
    Ok(temporary)
}

/// As [`prepare`], and says what was written.
pub(crate) fn prepare_digested(
    disk: &Disk,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(PathBuf, Content), FileError> {
    let (mut bytes, mut digest) = (0, sha2::Sha256::new());
    let temporary = prepare(disk, path, |file| {
        let mut digesting = Digesting { inner: file, bytes: &mut bytes, digest: &mut digest };
        write(&mut digesting)
    })?;
    Ok((temporary, Content { bytes, sha256: digest::hex(digest) }))
}

/// A writer that counts and digests what passes through it.
struct Digesting<'d, W> {
    inner: W,
    bytes: &'d mut u64,
    digest: &'d mut sha2::Sha256,
}

impl<W: Write> Write for Digesting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        *self.bytes += written as u64;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().expect("a file has a name").to_owned();
    name.push(TEMPORARY);
    path.with_file_name(name)
}

/// Gives a finished file its name.
pub(crate) fn put(disk: &Disk, temporary: &Path, path: &Path) -> Result<(), FileError> {
    disk.rename(temporary, path).at(path)?;
    sync_folder(disk, path.parent().expect("a file lies in a folder"))
}

/// Makes the content of one file that of another, too, which is replaced whole or not at all. Either
/// may be replaced later without touching the other.
pub(crate) fn show(disk: &Disk, from: &Path, at: &Path) -> Result<(), FileError> {
    let temporary = temporary(at);
    remove(disk, &temporary)?;
    // A second name costs nothing; some file systems have none.
    if disk.link(from, &temporary).is_err() {
        let mut source = File::open(from).at(from)?;
        let mut copy = disk.create(&temporary).at(&temporary)?;
        io::copy(&mut source, &mut copy).and_then(|_| copy.sync()).at(&temporary)?;
    }
    put(disk, &temporary, at)
}

/// The digest of a file in hexadecimal; `None` where there is no such file.
pub(crate) fn digest(path: &Path) -> Result<Option<String>, FileError> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => Ok(Some(digest::of(&mut opened.at(path)?).at(path)?)),
    }
}

/// The end of the name of a file that is being written.
pub(crate) const TEMPORARY: &str = ".tmp";

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(disk: &Disk, path: &Path) -> Result<(), FileError> {
    disk.sync_folder(path).at(path)
}

/// Removes a file that may be absent.
pub(crate) fn remove(disk: &Disk, path: &Path) -> Result<(), FileError> {
    match disk.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.at(path),
    }
}
