//! Small facts by hash: a table of 16-bit values that is read as it lies in a file.

use crate::file::ModelError;

/// Values of 16 bits by 64-bit hash, open addressing: an array of checks (0 for a free slot), then one of values.
///
/// A hash that was never put in is found by mistake about once in 30,000 times.
#[derive(Clone, Copy, Debug, Default)]
pub struct Codes<'a> {
    checks: &'a [[u8; 2]],
    values: &'a [[u8; 2]],
}

impl<'a> Codes<'a> {
    /// Reads a table from its bytes.
    ///
    /// # Errors
    /// If their number fits no table.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let slots = pairs.len() / 2;
        if !rest.is_empty() || !pairs.len().is_multiple_of(2) {
            return Err(ModelError::damaged("a table of codes has an odd length"));
        }
        let (checks, values) = pairs.split_at(slots);
        if slots > 0 && !checks.contains(&[0; 2]) {
            return Err(ModelError::damaged("a table of codes has no free slot"));
        }
        Ok(Self { checks, values })
    }

    /// The value of `hash`.
    pub fn get(&self, hash: u64) -> Option<u16> {
        if self.checks.is_empty() {
            return None;
        }
        let slot = find(self.checks, hash)?;
        Some(u16::from_le_bytes(self.values[slot]))
    }

    /// The bytes of a table of these values; of two with one hash the first counts.
    pub fn build(entries: impl IntoIterator<Item = (u64, u16)>) -> Vec<u8> {
        let entries: Vec<(u64, u16)> = entries.into_iter().collect();
        if entries.is_empty() {
            return Vec::new();
        }
        let mut checks = free_slots(entries.len());
        let mut values = vec![[0; 2]; checks.len()];
        for (hash, value) in entries {
            if let Some(slot) = claim(&mut checks, hash) {
                values[slot] = value.to_le_bytes();
            }
        }
        checks.into_iter().chain(values).flatten().collect()
    }
}

/// A check for each slot of a table of so many entries, a quarter more than those.
pub(crate) fn free_slots(entries: usize) -> Vec<[u8; 2]> {
    vec![[0; 2]; entries + entries / 4 + 1]
}

/// What tells hashes of one slot apart; never 0.
pub(crate) fn check(hash: u64) -> [u8; 2] {
    ((hash >> 48) as u16).max(1).to_le_bytes()
}

/// The slot where a search for the hash starts.
pub(crate) fn start(checks: &[[u8; 2]], hash: u64) -> usize {
    ((u64::from(hash as u32) * checks.len() as u64) >> 32) as usize
}

/// The slot of a hash in a table with a free one.
pub(crate) fn find(checks: &[[u8; 2]], hash: u64) -> Option<usize> {
    let check = check(hash);
    let mut slot = start(checks, hash);
    while checks[slot] != check {
        if checks[slot] == [0; 2] {
            return None;
        }
        slot = if slot + 1 == checks.len() { 0 } else { slot + 1 };
    }
    Some(slot)
}

/// A free slot for a hash, taken now; `None` if it has one.
pub(crate) fn claim(checks: &mut [[u8; 2]], hash: u64) -> Option<usize> {
    let mut slot = start(checks, hash);
    while checks[slot] != [0; 2] {
        if checks[slot] == check(hash) {
            return None;
        }
        slot = if slot + 1 == checks.len() { 0 } else { slot + 1 };
    }
    checks[slot] = check(hash);
    Some(slot)
}
