//! Files wherever they lie: on this machine, or in a store.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use stage_api::is_address;

use crate::failure::Trouble;

/// A file being read from its beginning.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn Read + Send>,
    /// Bytes as stored.
    pub(crate) len: u64,
}

/// What tells one content of a file from another without reading it.
pub(crate) struct Version {
    pub(crate) bytes: Vec<u8>,
    /// When it was changed; `None` for what changes as a whole or not at all.
    pub(crate) changed: Option<SystemTime>,
}

/// Opens a file. One in a store is fetched from now on, in the background.
pub(crate) fn open(path: &Path) -> io::Result<Opened> {
    if is_address(path) {
        let (reader, len) = stores::open(path)?;
        return Ok(Opened { reader, len });
    }
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    Ok(Opened { reader: Box::new(file), len })
}

/// The same to be read anywhere in it: of one in a store, a copy that has no name and is gone with the last handle.
pub(crate) fn open_here(path: &Path) -> io::Result<File> {
    if !is_address(path) {
        return File::open(path);
    }
    let mut file = tempfile::tempfile()?;
    stores::copy_here(path, &mut file)?;
    Ok(file)
}

/// A file beside articles; `None` where there is none. A pipe or a device may never end.
pub(crate) fn open_beside(path: &Path) -> Result<Option<Box<dyn Read + Send>>, Trouble> {
    let unreadable = |error: io::Error| Trouble::io(path, &error);
    if is_address(path) {
        return match stores::info(path).map_err(unreadable)? {
            None => Ok(None),
            Some(_) => Ok(Some(open(path).map_err(unreadable)?.reader)),
        };
    }
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Ok(metadata) if !metadata.is_file() => Err(Trouble::not_regular(path)),
        Ok(_) => Ok(Some(Box::new(File::open(path).map_err(unreadable)?))),
        Err(error) => Err(unreadable(error)),
    }
}

/// Bytes of a file as stored; 0 for what is not there.
pub(crate) fn len(path: &Path) -> u64 {
    if is_address(path) {
        return stores::info(path).ok().flatten().map_or(0, |info| info.len);
    }
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// The one name of a place that has several.
pub(crate) fn place(path: &Path) -> io::Result<PathBuf> {
    if is_address(path) { Ok(path.to_owned()) } else { fs::canonicalize(path) }
}

/// The version of a file that is there now; `None` for what is no file.
pub(crate) fn version(path: &Path) -> Option<Version> {
    let mut bytes = Vec::new();
    if is_address(path) {
        let stores::Info { len, written, tag } = stores::info(path).ok()??;
        bytes.extend(len.to_le_bytes());
        bytes.extend(written.to_le_bytes());
        bytes.extend(tag.unwrap_or_default().into_bytes());
        return Some(Version { bytes, changed: None });
    }
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?;
    bytes.extend(metadata.len().to_le_bytes());
    bytes.extend(changed.duration_since(UNIX_EPOCH).ok()?.as_nanos().to_le_bytes());
    #[cfg(unix)]
    {
        // Who copies a file over another may keep the time of the change, but not this one.
        use std::os::unix::fs::MetadataExt;
        bytes.extend(metadata.ctime().to_le_bytes());
        bytes.extend(metadata.ctime_nsec().to_le_bytes());
    }
    metadata.is_file().then_some(Version { bytes, changed: Some(changed) })
}
