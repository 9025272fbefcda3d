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
#[inline]
pub(crate) fn check(hash: u64) -> [u8; 2] {
    ((hash >> 48) as u16).max(1).to_le_bytes()
}

/// The slot where a search for the hash starts.
#[inline]
pub(crate) fn start(checks: &[[u8; 2]], hash: u64) -> usize {
    ((u64::from(hash as u32) * checks.len() as u64) >> 32) as usize
}

/// The slot of a hash in a table with a free one.
pub(crate) fn find(checks: &[[u8; 2]], hash: u64) -> Option<usize> {
    find_from(checks, start(checks, hash), check(hash))
}

/// The slot of a check, searched from a slot on, in a table with a free one.
pub(crate) fn find_from(checks: &[[u8; 2]], mut slot: usize, check: [u8; 2]) -> Option<usize> {
    loop {
        if slot >= checks.len() {
            slot = 0;
        }
        match row(checks, slot) {
            Some(row) => {
                let end = search(row, check);
                slot += end;
                if end < ROW {
                    return (checks[slot] == check).then_some(slot);
                }
            }
            None if checks[slot] == check => return Some(slot),
            None if checks[slot] == FREE => return None,
            None => slot += 1,
        }
    }
}

/// The check of a slot that holds nothing.
const FREE: [u8; 2] = [0; 2];

/// Slots that are compared at once.
pub(crate) const ROW: usize = 8;

/// The checks of the slots from one on; `None` where the table ends before them.
#[inline]
pub(crate) fn row(checks: &[[u8; 2]], slot: usize) -> Option<u128> {
    let row = checks[slot..].as_flattened().first_chunk()?;
    Some(u128::from_le_bytes(*row))
}

/// The first of the slots of a row that holds a check or nothing; [`ROW`] if there is none.
#[inline]
pub(crate) fn search(row: u128, check: [u8; 2]) -> usize {
    const ONES: u128 = 0x0001_0001_0001_0001_0001_0001_0001_0001;
    // The top bit of the lowest sixteen that are all 0, and perhaps of some above them (Mycroft 1987).
    let zero = |row: u128| row.wrapping_sub(ONES) & !row & (ONES << 15);
    let own = row ^ (ONES * u128::from(u16::from_le_bytes(check)));
    (zero(row) | zero(own)).trailing_zeros() as usize / 16
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
