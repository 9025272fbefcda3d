//! A piece of metadata that was found in a payload.

use document::{Field, Metadata};

/// Values for one field, with where they stood and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) field: Field,
    pub(crate) values: Vec<String>,
    pub(crate) from: &'static str,
    pub(crate) confidence: f32,
}

impl Finding {
    pub(crate) fn new(
        field: Field,
        value: impl Into<String>,
        from: &'static str,
        confidence: f32,
    ) -> Self {
        Self { field, values: vec![value.into()], from, confidence }
    }

    pub(crate) fn put(self, metadata: &mut Metadata) {
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        metadata.extract(self.field, &values, self.from, self.confidence);
    }
}
