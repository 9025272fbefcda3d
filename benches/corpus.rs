//! What the benches feed: articles from memory.
//!
//! Only the benches of this folder depend on it. `floor.rs` measures what the machinery costs without any
//! stage doing anything; `stages.rs` each stage and the four together.

use document::{Document, Form, Origin, Sha256};
use sha2::Digest;
use stage_api::{Arrival, Encode, Outcome, Sink, SinkError, Source, SourceError};

/// Articles from memory, the payloads repeated under new ids until there are enough.
#[derive(Debug)]
pub struct FromMemory {
    payloads: Vec<Vec<u8>>,
    next: usize,
    articles: usize,
}

impl FromMemory {
    /// `articles` articles over these payloads.
    ///
    /// # Panics
    /// If there are no payloads.
    pub fn new(payloads: Vec<Vec<u8>>, articles: usize) -> Self {
        assert!(!payloads.is_empty(), "there is something to feed");
        Self { payloads, next: 0, articles }
    }
}

/// A document as a source makes it, payload digest included.
pub fn article(number: usize, payload: &[u8]) -> Document {
    let id = format!("bench/{number}");
    let sha256 = Sha256(sha2::Sha256::digest(payload).into());
    let mut doc =
        Document::new(id, Origin { sha256, ..Origin::path("bench") }, payload.to_vec(), Form::Text);
    doc.explicit_id = true;
    doc
}

impl Source for FromMemory {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if self.next == self.articles {
            return Ok(None);
        }
        let payload = &self.payloads[self.next % self.payloads.len()];
        self.next += 1;
        Ok(Some(Arrival::Article(article(self.next, payload))))
    }
}

/// A sink that only counts.
#[derive(Debug, Default)]
pub struct Count(
    /// Outcomes so far.
    pub u64,
);

impl Sink for Count {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        None
    }

    fn write(&mut self, _: Outcome) -> Result<(), SinkError> {
        self.0 += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
