//! Files into objects.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use object_store::{
    ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, UpdateVersion,
    WriteMultipart,
};

use super::client::{client, key_of, to_io};
use crate::Before;
use crate::address::Address;

/// Bytes of a file above which it is sent in pieces of as many.
const PIECE: usize = 16 << 20;

/// Pieces on the way at a time.
const PIECES: usize = 4;

/// See [`crate::put`].
pub(crate) fn put(file: &Path, to: &Address, before: Before<'_>) -> io::Result<Option<String>> {
    let client = client()?;
    let (bucket, key) = (client.bucket(&to.bucket)?, key_of(to)?);
    let mode = match before {
        Before::Anything => PutMode::Overwrite,
        Before::Nothing => PutMode::Create,
        Before::Version(tag) => {
            PutMode::Update(UpdateVersion { e_tag: Some(tag.to_owned()), version: None })
        }
    };
    let is_small = fs::metadata(file)?.len() <= PIECE as u64;
    let tag = if is_small || before != Before::Anything {
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = bucket.put_opts(&key, fs::read(file)?.into(), options);
        client.runtime.block_on(put).map_err(to_io)?.e_tag
    } else {
        let mut file = File::open(file)?;
        let mut piece = vec![0; PIECE];
        client.runtime.block_on(async {
            let options = PutMultipartOptions::default();
            let upload = bucket.put_multipart_opts(&key, options).await.map_err(to_io)?;
            let mut upload = WriteMultipart::new_with_chunk_size(upload, PIECE);
            loop {
                let count = match file.read(&mut piece) {
                    Ok(0) => break upload.finish().await.map(|put| put.e_tag).map_err(to_io),
                    Ok(count) => count,
                    Err(error) => {
                        // The pieces that were sent are not kept; if that fails, too, the store's own rules remove them.
                        let _ = upload.abort().await;
                        break Err(error);
                    }
                };
                if let Err(error) = upload.wait_for_capacity(PIECES).await {
                    let _ = upload.abort().await;
                    break Err(to_io(error));
                }
                upload.write(&piece[..count]);
            }
        })?
    };
    client.folders().forget(&to.bucket);
    Ok(tag)
}

/// See [`crate::remove`].
pub(crate) fn remove(address: &Address) -> io::Result<()> {
    let client = client()?;
    let bucket = client.bucket(&address.bucket)?;
    let removed = client.runtime.block_on(bucket.delete(&key_of(address)?)).map_err(to_io);
    client.folders().forget(&address.bucket);
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}
