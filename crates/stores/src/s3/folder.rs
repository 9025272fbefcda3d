//! What lies in a folder, asked for once.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::client::{client, key_of, to_io};
use crate::address::Address;
use crate::{Folder, Info};

/// Folders that are remembered: those around what is being read.
const REMEMBERED: usize = 64;

/// Folders by their addresses, the last used in front.
#[derive(Default)]
pub(super) struct Remembered(VecDeque<(Address, Arc<Folder>)>);

impl Remembered {
    fn get(&mut self, address: &Address) -> Option<Arc<Folder>> {
        let at = self.0.iter().position(|(known, _)| known == address)?;
        let found = self.0.remove(at)?;
        let folder = found.1.clone();
        self.0.push_front(found);
        Some(folder)
    }

    fn put(&mut self, address: Address, folder: Arc<Folder>) {
        self.0.retain(|(known, _)| *known != address);
        self.0.push_front((address, folder));
        self.0.truncate(REMEMBERED);
    }

    /// A folder is not what it was.
    pub(super) fn forget(&mut self, bucket: &str) {
        self.0.retain(|(known, _)| known.bucket != bucket);
    }
}

/// See [`crate::list`].
pub(crate) fn list(address: Address) -> io::Result<Arc<Folder>> {
    let client = client()?;
    let bucket = client.bucket(&address.bucket)?;
    let prefix = key_of(&address)?;
    let found =
        client.runtime.block_on(bucket.list_with_delimiter(Some(&prefix))).map_err(to_io)?;
    // What consoles make for a folder: an object of its own name in it.
    let is_marker = |object: &ObjectMeta| object.location == prefix;
    let name = |key: &object_store::path::Path| key.filename().map(str::to_owned);
    let objects = found.objects.into_iter().filter(|object| !is_marker(object));
    let files = objects.filter_map(|object| Some((name(&object.location)?, info_of(object))));
    let folders = found.common_prefixes.iter().filter_map(name);
    let listed = Arc::new(Folder { files: files.collect(), folders: folders.collect() });
    client.folders().put(address, listed.clone());
    Ok(listed)
}

/// See [`crate::forget`].
pub(crate) fn forget(address: &Address) {
    if let Ok(client) = client() {
        client.folders().forget(&address.bucket);
    }
}

/// See [`crate::info`].
pub(crate) fn info(address: &Address) -> io::Result<Option<Info>> {
    let Some((folder, name)) = address.split() else { return Ok(None) };
    let client = client()?;
    let known = client.folders().get(&folder);
    if let Some(known) = known {
        return Ok(known.files.get(name).cloned());
    }
    let bucket = client.bucket(&address.bucket)?;
    match client.runtime.block_on(bucket.head(&key_of(address)?)) {
        Ok(object) => Ok(Some(info_of(object))),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(to_io(error)),
    }
}

fn info_of(object: ObjectMeta) -> Info {
    let ObjectMeta { last_modified, size, e_tag, .. } = object;
    let nanoseconds = i128::from(last_modified.timestamp()) * 1_000_000_000;
    let written = nanoseconds + i128::from(last_modified.timestamp_subsec_nanos());
    Info { len: size, written, tag: e_tag }
}
