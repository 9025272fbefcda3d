//! What became of the articles, in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stage_api::reason_class;

/// Outcomes by kind; [`read`](Self::read) is always the sum of the first three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Articles with a record.
    pub written: u64,
    /// Articles dropped on purpose.
    pub discarded: u64,
    /// Dead letters.
    pub failed: u64,
    /// Articles known from before, with which nothing was done.
    #[serde(skip)]
    pub unchanged: u64,
    /// Discards by the words of their reason before a colon.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub discards: BTreeMap<String, u64>,
}

impl Counts {
    /// Articles taken in.
    pub fn read(&self) -> u64 {
        self.written + self.discarded + self.failed
    }

    /// Counts one discard.
    pub(crate) fn discard(&mut self, reason: &str) {
        let class = reason_class(reason);
        self.discarded += 1;
        *self.discards.entry(class.to_owned()).or_default() += 1;
    }

    /// As in `run.json`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "read": self.read(),
            "written": self.written,
            "discarded": self.discarded,
            "failed": self.failed,
            "unchanged": self.unchanged,
        })
    }
}
