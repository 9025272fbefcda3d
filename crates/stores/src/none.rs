//! What stands for the connections without the feature `s3`: there are none.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::address::Address;
use crate::{Before, Folder, Info};

pub(crate) fn check(_: &Address) -> io::Result<()> {
    none()
}

pub(crate) fn list(_: Address) -> io::Result<Arc<Folder>> {
    none()
}

pub(crate) fn info(_: &Address) -> io::Result<Option<Info>> {
    none()
}

pub(crate) fn read(_: &Address, _: Info) -> io::Result<Box<dyn Read + Send>> {
    none()
}

pub(crate) fn end(_: &Address, _: Info, _: u64) -> io::Result<Vec<u8>> {
    none()
}

pub(crate) fn forget(_: &Address) {}

pub(crate) fn put(_: &Path, _: &Address, _: Before<'_>) -> io::Result<Option<String>> {
    none()
}

pub(crate) fn remove(_: &Address) -> io::Result<()> {
    none()
}

fn none<T>() -> io::Result<T> {
    let message = "this copydesk was built without stores; build it with `--features stores`, or name a folder here";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}
