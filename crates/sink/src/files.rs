//! Files that survive a crash whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{At, FileError};

/// Makes `content` the file at `path`: after a crash it has the old or the new content.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace_with(path, |file| file.write_all(content))
}

/// As [`replace`], for content that is better written piece by piece.
pub(crate) fn replace_with(
    path: &Path,
    write: impl FnOnce(&mut io::BufWriter<File>) -> io::Result<()>,
) -> Result<(), FileError> {
    let mut name = path.file_name().expect("a file has a name").to_owned();
    name.push(TEMPORARY);
    let temporary = path.with_file_name(name);
    let mut file = io::BufWriter::new(File::create(&temporary).at(&temporary)?);
    let written =
        write(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_data());
    written.at(&temporary)?;
    fs::rename(&temporary, path).at(path)?;
    sync_folder(path.parent().expect("a file lies in a folder"))
}

/// The end of the name of a file that is being written.
pub(crate) const TEMPORARY: &str = ".tmp";

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), FileError> {
    // Only Unix can open a folder; elsewhere the file system keeps names by itself.
    if cfg!(unix) { File::open(path).and_then(|folder| folder.sync_all()).at(path) } else { Ok(()) }
}

/// Removes a file that may be absent.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.at(path),
    }
}
