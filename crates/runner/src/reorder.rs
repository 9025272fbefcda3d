//! Back into input order.

use std::collections::VecDeque;

/// Holds what arrived early until everything before it has come.
///
/// Bounded by the bytes in flight: every held item has reserved its share at the source.
#[derive(Debug)]
pub(crate) struct Reorder<T> {
    next: u64,
    held: VecDeque<Option<T>>,
}

impl<T> Reorder<T> {
    /// Expects number 0 first.
    pub(crate) fn new() -> Self {
        Self { next: 0, held: VecDeque::new() }
    }

    /// Takes an item with its number; each number comes once.
    pub(crate) fn push(&mut self, number: u64, item: T) {
        let slot =
            usize::try_from(number - self.next).expect("no more items in flight than memory holds");
        if slot >= self.held.len() {
            self.held.resize_with(slot + 1, || None);
        }
        self.held[slot] = Some(item);
    }

    /// The next item in order, if it has come.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let item = self.held.front_mut()?.take()?;
        self.held.pop_front();
        self.next += 1;
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Reorder;

    proptest! {
        #[test]
        fn any_order_in_is_input_order_out(numbers in Just((0..60_u64).collect::<Vec<_>>()).prop_shuffle()) {
            let mut reorder = Reorder::new();
            let mut out = Vec::new();
            for number in numbers {
                reorder.push(number, number);
                while let Some(next) = reorder.pop() {
                    out.push(next);
                }
            }
            prop_assert_eq!(out, (0..60).collect::<Vec<_>>());
        }
    }
}
