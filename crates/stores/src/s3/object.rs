//! The bytes of an object.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::aws::AmazonS3;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStore};
use tokio::task::JoinHandle;

use super::client::{Client, client, key_of, to_io};
use crate::address::Address;
use crate::{Broken, Info};

/// Bytes that are asked for first: an article, or enough to tell what it is.
const FIRST: u64 = 1 << 20;

/// Bytes that are asked for at a time after them.
const NEXT: u64 = 8 << 20;

/// See [`crate::open`].
pub(crate) fn read(address: &Address, info: Info) -> io::Result<Box<dyn Read + Send>> {
    let client = client()?;
    let bucket = client.bucket(&address.bucket)?;
    let object = Object { bucket, key: key_of(address)?, info };
    let mut reader = Reader {
        client,
        address: address.clone(),
        object,
        asked: 0,
        coming: None,
        held: Bytes::new(),
        is_broken: false,
    };
    reader.ask(FIRST);
    Ok(Box::new(reader))
}

/// See [`crate::end`].
pub(crate) fn end(address: &Address, info: Info, count: u64) -> io::Result<Vec<u8>> {
    let client = client()?;
    let bucket = client.bucket(&address.bucket)?;
    let range = info.len.saturating_sub(count)..info.len;
    let object = Object { bucket, key: key_of(address)?, info };
    Ok(client.runtime.block_on(object.get(range))?.into())
}

/// One version of an object.
#[derive(Clone)]
struct Object {
    bucket: Arc<AmazonS3>,
    key: Key,
    info: Info,
}

impl Object {
    async fn get(self, range: Range<u64>) -> io::Result<Bytes> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range.clone())),
            if_match: self.info.tag,
            ..GetOptions::default()
        };
        let get = async { self.bucket.get_opts(&self.key, options).await?.bytes().await };
        let bytes = get.await.map_err(|error| match error {
            object_store::Error::Precondition { .. } => {
                io::Error::other("it was written anew while it was read; run again")
            }
            error => to_io(error),
        })?;
        if bytes.len() as u64 == range.end - range.start {
            Ok(bytes)
        } else {
            Err(io::Error::other("the store sent fewer bytes than it has"))
        }
    }
}

/// An object read from its beginning to its end.
struct Reader {
    client: &'static Client,
    address: Address,
    object: Object,
    /// Bytes that were asked for so far.
    asked: u64,
    coming: Option<JoinHandle<io::Result<Bytes>>>,
    held: Bytes,
    is_broken: bool,
}

impl Reader {
    fn ask(&mut self, count: u64) {
        let end = self.asked.saturating_add(count).min(self.object.info.len);
        if self.asked < end {
            let get = self.object.clone().get(self.asked..end);
            self.coming = Some(self.client.runtime.spawn(get));
            self.asked = end;
        }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.held.is_empty()
            && !buffer.is_empty()
            && let Some(coming) = self.coming.take()
        {
            let came = self.client.runtime.block_on(coming).map_err(io::Error::other);
            match came.and_then(|came| came) {
                Ok(came) => self.held = came,
                Err(error) => {
                    self.is_broken = true;
                    super::forget(&self.address);
                    return Err(io::Error::new(error.kind(), Broken(error)));
                }
            }
            self.ask(NEXT);
        }
        if self.is_broken {
            return Err(io::Error::other(Broken(io::Error::other("the connection broke before"))));
        }
        let count = buffer.len().min(self.held.len());
        buffer[..count].copy_from_slice(&self.held.split_to(count));
        Ok(count)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(coming) = &self.coming {
            coming.abort();
        }
    }
}
