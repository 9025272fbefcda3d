//! What of an article counts beside its payload.

use document::Metadata;
use sha2::Digest;

/// The digest under which supplied metadata is compared over drops; 0 where there is none.
pub fn fingerprint(metadata: &Metadata) -> u64 {
    if metadata.meta().is_empty() && !metadata.values().iter().any(|value| value.supplied) {
        return 0;
    }
    let mut hash = sha2::Sha256::new();
    let mut add = |key: &str, value: &str| {
        for text in [key, value] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    };
    // In an order of their own: a writer that orders its keys another way has corrected nothing.
    let mut fields: Vec<(&str, &str)> =
        metadata.meta().iter().map(|(key, value)| (&**key, &**value)).collect();
    fields.sort_unstable();
    let supplied = metadata.values().iter().filter(|value| value.supplied);
    let mut supplied: Vec<_> = supplied.map(|value| (value.field, &*value.value)).collect();
    supplied.sort_by_key(|(field, _)| *field); // stable: authors keep their order
    for (field, value) in supplied {
        add(field.key(), value);
    }
    for (key, value) in fields {
        add(key, value);
    }
    let digest = hash.finalize();
    u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}
