//! `s3://bucket/a/b` → a bucket and a key.

use std::io;
use std::path::{Component, Path};

/// Where an object lies, or objects whose keys begin alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) bucket: String,
    /// Parts with one stroke between them; empty for the bucket itself.
    pub(crate) key: String,
}

impl Address {
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] where it names no bucket of a store that is known, or is no UTF-8.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let wrong = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
        let mut parts = path.components().map(Component::as_os_str);
        let mut next = || match parts.next() {
            None => Ok(None),
            Some(part) => part.to_str().map(Some).ok_or_else(|| wrong("a key is UTF-8".to_owned())),
        };
        match next()? {
            Some("s3:") => {}
            _ => return Err(wrong("of stores, those with `s3://bucket/key` are known".to_owned())),
        }
        let Some(bucket) = next()? else {
            return Err(wrong("name the bucket: `s3://bucket/key`".to_owned()));
        };
        let mut key = String::new();
        while let Some(part) = next()? {
            if !key.is_empty() {
                key.push('/');
            }
            key += part;
        }
        Ok(Self { bucket: bucket.to_owned(), key })
    }

    /// The folder that it lies in, and its name there; nothing for the bucket itself.
    #[cfg(feature = "s3")]
    pub(crate) fn split(&self) -> Option<(Self, &str)> {
        let (folder, name) = self.key.rsplit_once('/').unwrap_or(("", &self.key));
        let folder = Self { bucket: self.bucket.clone(), key: folder.to_owned() };
        (!name.is_empty()).then_some((folder, name))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Address;

    #[test]
    fn an_address_is_a_bucket_and_a_key() {
        for (path, bucket, key) in [
            ("s3://news", "news", ""),
            ("s3://news/", "news", ""),
            ("s3://news/crawl/a.warc.gz", "news", "crawl/a.warc.gz"),
            ("s3://news/crawl/", "news", "crawl"),
            // What is left of it where two strokes became one.
            ("s3:/news/crawl/Zoë 1.txt", "news", "crawl/Zoë 1.txt"),
        ] {
            let address = Address::of(Path::new(path)).unwrap();
            assert_eq!((address.bucket.as_str(), address.key.as_str()), (bucket, key), "{path}");
        }
        for (path, says) in
            [("s3://", "name the bucket"), ("gs://news/a", "s3://"), ("news/a", "s3://")]
        {
            let error = Address::of(Path::new(path)).unwrap_err().to_string();
            assert!(error.contains(says), "{path}: {error}");
        }
    }
}
