//! Names of places that are not on this machine.

use std::path::{Component, Path, PathBuf};

/// Whether a path is an address in a store, such as `s3://bucket/key`: it begins with a word and `:/`.
///
/// ```
/// use std::path::Path;
/// use stage_api::is_address;
///
/// assert!(is_address(Path::new("s3://bucket/key")));
/// assert!(!is_address(Path::new("/drops/s3")) && !is_address(Path::new("C:/drops")));
/// ```
pub fn is_address(path: &Path) -> bool {
    let mut parts = path.components();
    let Some(Component::Normal(scheme)) = parts.next() else { return false };
    let scheme = scheme.to_str().and_then(|scheme| scheme.strip_suffix(':'));
    let is_word =
        |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    scheme.is_some_and(is_word) && path.as_os_str().as_encoded_bytes().contains(&b'/')
}

/// A path as it is meant in a folder: a relative one below it, an absolute one and an [address](is_address) as
/// they are.
pub fn seen_from(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    if is_address(path) { path.to_owned() } else { folder.join(path) }
}
