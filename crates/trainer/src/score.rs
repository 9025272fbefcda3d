//! Exact-span scores by set and class.

use std::collections::BTreeSet;
use std::fmt::Write;

use entity_tag::training::LABELS;

/// Matched, found and labelled names.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    matched: usize,
    found: usize,
    labelled: usize,
}

impl Count {
    fn f1(self) -> f64 {
        200.0 * self.matched as f64 / (self.found + self.labelled).max(1) as f64
    }
}

/// The scores of one set: by class, then over all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score([Count; 5]);

/// A name: first byte, byte after the last, class.
pub(crate) type Name = (usize, usize, usize);

impl Score {
    /// Counts one text.
    pub(crate) fn count(&mut self, found: &BTreeSet<Name>, labelled: &BTreeSet<Name>) {
        for name in found {
            for class in [name.2, LABELS.len()] {
                self.0[class].found += 1;
                self.0[class].matched += usize::from(labelled.contains(name));
            }
        }
        for name in labelled {
            for class in [name.2, LABELS.len()] {
                self.0[class].labelled += 1;
            }
        }
    }

    /// `84.2 (PER 90.1, …)`.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{:.2} (", self.0[LABELS.len()].f1());
        for (label, count) in LABELS.iter().zip(&self.0) {
            write!(line, "{label} {:.1} ", count.f1()).expect("a string takes it");
        }
        line.trim_end().to_owned() + ")"
    }
}
