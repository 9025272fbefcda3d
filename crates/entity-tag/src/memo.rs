//! Sums of weights that were added up before.

use learner::WIDTH;

use crate::vocabulary::Both;

/// What the features look at whose weights are kept; never all zeros.
pub(crate) type Key = [u32; 4];

/// Keeps sums, each in the one slot that its key may have: what comes later takes the place of what was there.
pub(crate) struct Memo {
    slots: Vec<(Key, Both)>,
}

impl Memo {
    /// With `1 << bits` slots.
    pub(crate) fn new(bits: u32) -> Self {
        Self { slots: vec![([0; 4], [0; 2 * WIDTH]); 1 << bits] }
    }

    /// The sums of a key, which `make` adds up where they are not kept.
    pub(crate) fn get(&mut self, key: Key, make: impl FnOnce(&mut Both)) -> &Both {
        let (low, high) = (
            u64::from(key[0]) | u64::from(key[1]) << 32,
            u64::from(key[2]) | u64::from(key[3]) << 32,
        );
        let mixed =
            (low.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ high).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let slot = (mixed >> 32) as usize & (self.slots.len() - 1);
        let (kept, sums) = &mut self.slots[slot];
        if *kept != key {
            *kept = key;
            *sums = [0; 2 * WIDTH];
            make(sums);
        }
        sums
    }
}
