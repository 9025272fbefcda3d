//! Objects in stores that speak S3, read and written as if they were files.
//!
//! `source` reads articles through this crate and `cli` keeps output folders with it. Names are
//! [addresses](stage_api::is_address) such as `s3://bucket/crawl/2024/a.warc.gz`, in a [`Path`] like names of files. A
//! `/` in a key makes folders, as everybody's tools show them: [`list`] gives what lies in one.
//!
//! With the feature `s3` it brings an HTTP client and TLS along, more than a hundred crates; without it, which is the default,
//! every call says that it cannot.
//!
//! Which server, and who asks, is in the environment, by the names that other tools have: `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL`; with `AWS_ALLOW_HTTP=true` a
//! server without TLS, with `AWS_SKIP_SIGNATURE=true` a bucket that is open to all. Roles of machines, containers and
//! Kubernetes accounts count where no key is given. Files in `~/.aws` do not.
//!
//! Every call waits for its answer; what fails on the way is tried again for up to a minute. Connections are kept for the
//! process, and so is what lies in the folders that were listed last.

mod address;
#[cfg_attr(not(feature = "s3"), path = "none.rs")]
mod s3;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use address::Address;

/// What is known of an object without its bytes. Another version of it differs in one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Bytes.
    pub len: u64,
    /// When it was written, in nanoseconds since 1970.
    pub written: i128,
    /// What the store calls this version, where it does.
    pub tag: Option<String>,
}

/// What lies in a folder, by the bytes of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// The objects.
    pub files: BTreeMap<String, Info>,
    /// The folders.
    pub folders: BTreeSet<String>,
}

/// What must be at an address for something to be put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before<'t> {
    /// Whatever it is.
    Anything,
    /// Nothing.
    Nothing,
    /// The version with this [tag](Info::tag).
    Version(&'t str),
}

/// That a connection broke while an object was read, or another version was written meanwhile. What unpacks an object hands
/// on what it is told, and this tells it from damage.
#[derive(Debug)]
struct Broken(io::Error);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Broken {}

/// Whether reading failed because the store did, however often the error was handed on.
pub fn is_broken(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Broken>()).is_some()
}

/// What to do about an error of [`check`] or of what follows it; empty where the error says that itself.
pub fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported => "",
        _ => {
            "; which server is asked, and for whom, is in the environment: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID …"
        }
    }
}

/// Forgets what lies in the folders of an address's bucket: whoever looks again wants what is there now.
pub fn forget(path: &Path) {
    if let Ok(address) = Address::of(path) {
        s3::forget(&address);
    }
}

/// Whether the store of an address answers; what lies there, if anything does, is another matter.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] where the address names no bucket of a store that is known, or the environment is wrong;
/// [`io::ErrorKind::Unsupported`] without the feature `s3`; others where the store cannot be asked or refuses.
/// All that follow fail in these ways, too.
pub fn check(path: &Path) -> io::Result<()> {
    s3::check(&Address::of(path)?)
}

/// What lies in a folder now; nothing where there is none, for a store knows objects alone. It is held as a whole.
///
/// # Errors
/// Those of [`check`].
pub fn list(folder: &Path) -> io::Result<Arc<Folder>> {
    s3::list(Address::of(folder)?)
}

/// What is known of an object; nothing where there is none. If its folder was [listed](list), the store is not asked.
///
/// # Errors
/// Those of [`check`].
pub fn info(path: &Path) -> io::Result<Option<Info>> {
    s3::info(&Address::of(path)?)
}

/// The bytes of an object from the first on, one version of it, and how many there are. They are fetched from now on,
/// while somebody reads the ones before; at most two pieces of some MiB are in memory.
///
/// # Errors
/// [`io::ErrorKind::NotFound`] where there is none, and those of [`check`]. Reading fails, too, where another version was
/// written meanwhile.
pub fn open(path: &Path) -> io::Result<(Box<dyn Read + Send>, u64)> {
    let address = Address::of(path)?;
    let info = s3::info(&address)?.ok_or(io::ErrorKind::NotFound)?;
    let len = info.len;
    Ok((s3::read(&address, info)?, len))
}

/// The last bytes of an object, at most `count`, and how many it has.
///
/// # Errors
/// Those of [`open`].
pub fn end(path: &Path, count: u64) -> io::Result<(Vec<u8>, u64)> {
    let address = Address::of(path)?;
    let info = s3::info(&address)?.ok_or(io::ErrorKind::NotFound)?;
    let len = info.len;
    Ok((s3::end(&address, info, count)?, len))
}

/// Writes the bytes of an object into a file; returns what is known of it.
///
/// # Errors
/// Those of [`open`], and where the file cannot be written.
pub fn copy_here(from: &Path, file: &mut File) -> io::Result<Info> {
    let address = Address::of(from)?;
    let info = s3::info(&address)?.ok_or(io::ErrorKind::NotFound)?;
    io::copy(&mut s3::read(&address, info.clone())?, file)?;
    Ok(info)
}

/// Writes a file as an object, which is there as a whole or not at all; returns what the store calls this version. With a
/// condition, the file is held in memory and has at most 5 GB.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where something else is there than `before` says; others where the file cannot be read, and those
/// of [`check`].
pub fn put(file: &Path, to: &Path, before: Before<'_>) -> io::Result<Option<String>> {
    s3::put(file, &Address::of(to)?, before)
}

/// Removes an object; that there is none is no error.
///
/// # Errors
/// Those of [`check`].
pub fn remove(path: &Path) -> io::Result<()> {
    s3::remove(&Address::of(path)?)
}
