//! Words and features as numbers. The functions are fixed for good: models depend on them.

/// Hash of some bytes, never 0, so that 0 can stand for "none".
pub fn bytes(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        hash = step(hash, u64::from_le_bytes(*chunk));
    }
    if !rest.is_empty() {
        hash = step(hash, padded(rest));
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (hash ^ (hash >> 32)).max(1)
}

/// Fewer than eight bytes and zeros after them, as a little-endian number.
#[inline]
fn padded(rest: &[u8]) -> u64 {
    let (len, byte) = (rest.len(), |at: usize| u64::from(rest[at]) << (8 * at));
    match (rest.first_chunk(), rest.last_chunk()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            u64::from(first) | u64::from(last) << (8 * (len - 4))
        }
        _ if len == 0 => 0,
        _ => byte(0) | byte(len / 2) | byte(len - 1),
    }
}

fn step(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// As [`bytes`], in 32 bits.
pub fn short(of: &[u8]) -> u32 {
    shorter(bytes(of))
}

/// The 32 bits of [`short`] of what has this hash.
pub fn shorter(hash: u64) -> u32 {
    ((hash >> 32) as u32).max(1)
}

/// A feature: what `a` and `b` are to each other under the numbered template.
#[inline]
pub fn feature(template: u32, a: u32, b: u32) -> u64 {
    let mut hash = (u64::from(a) | u64::from(b) << 32)
        ^ u64::from(template).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 29)
}

/// Two values as one; 0 where both are 0.
#[inline]
pub fn pair(a: u32, b: u32) -> u32 {
    if a == 0 && b == 0 { 0 } else { ((feature(0, a, b) >> 32) as u32).max(1) }
}

/// A map whose keys are hashes already.
pub type ByHash<V> = std::collections::HashMap<u64, V, std::hash::BuildHasherDefault<Taken>>;

/// Takes a hash as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken(u64);

impl std::hash::Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = self::bytes(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_last_bytes_are_padded_with_zeros() {
        for len in 0..8 {
            let rest = &[1, 2, 3, 4, 5, 6, 7][..len];
            let mut all = [0; 8];
            all[..len].copy_from_slice(rest);
            assert_eq!(super::padded(rest), u64::from_le_bytes(all), "{len}");
        }
    }
}
