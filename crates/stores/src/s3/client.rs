//! The connections of this process, and the thread that waits for them.

use std::collections::BTreeMap;
use std::io;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use object_store::RetryConfig;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path as Key;
use tokio::runtime::Runtime;

use super::folder::Remembered;
use crate::address::Address;

/// How long, and how often, a request is tried again.
const PATIENCE: Duration = Duration::from_secs(60);
const TRIES: usize = 6;

/// What all calls share.
pub(super) struct Client {
    pub(super) runtime: Runtime,
    buckets: Mutex<BTreeMap<String, Arc<AmazonS3>>>,
    folders: Mutex<Remembered>,
}

/// That of this process, made when it is first asked for. Behind a fork there is another: a thread that waits is not copied.
///
/// # Errors
/// Where the system gives no thread.
pub(super) fn client() -> io::Result<&'static Client> {
    static CLIENT: Mutex<Option<(u32, &'static Client)>> = Mutex::new(None);
    let mut client = CLIENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((process, client)) = *client
        && process == process::id()
    {
        return Ok(client);
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let made = Client {
        runtime,
        buckets: Mutex::new(BTreeMap::new()),
        folders: Mutex::new(Remembered::default()),
    };
    let made: &'static Client = Box::leak(Box::new(made));
    *client = Some((process::id(), made));
    Ok(made)
}

impl Client {
    /// The folders that were listed last.
    pub(super) fn folders(&self) -> MutexGuard<'_, Remembered> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What speaks for a bucket.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] where the environment makes no sense.
    pub(super) fn bucket(&self, name: &str) -> io::Result<Arc<AmazonS3>> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get(name) {
            return Ok(bucket.clone());
        }
        let retry =
            RetryConfig { max_retries: TRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let builder = AmazonS3Builder::from_env().with_bucket_name(name).with_retry(retry);
        let bucket = builder.build().map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidInput, format!("the store's settings: {error}"))
        })?;
        Ok(buckets.entry(name.to_owned()).or_insert(Arc::new(bucket)).clone())
    }
}

/// See [`crate::check`].
pub(crate) fn check(address: &Address) -> io::Result<()> {
    let client = client()?;
    let bucket = client.bucket(&address.bucket)?;
    let one = PaginatedListOptions { max_keys: Some(1), ..PaginatedListOptions::default() };
    let answer = bucket.list_paginated(Some(&address.key), one);
    client.runtime.block_on(answer).map(drop).map_err(to_io)
}

/// The key in the store's own words.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] where it has a part that keys of folders and files have not, such as `..`.
pub(super) fn key_of(address: &Address) -> io::Result<Key> {
    Key::parse(&address.key).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

/// What a store said, as what a file system says.
pub(super) fn to_io(error: object_store::Error) -> io::Error {
    use object_store::Error;
    let kind = match &error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            io::ErrorKind::PermissionDenied
        }
        Error::AlreadyExists { .. } | Error::Precondition { .. } => io::ErrorKind::AlreadyExists,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
