//! What came with an article beside its words: the id and the metadata.

use std::collections::BTreeMap;

use document::{Document, Field, Form, Metadata, Origin, Sha256};
use sha2::Digest;

use crate::columns::Target;

/// Metadata from the fields of a JSON object or from a sidecar.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supplied {
    id: Option<String>,
    fields: BTreeMap<Field, Given>,
    meta: Vec<(String, String)>,
}

/// The values of a field.
#[derive(Clone, Debug)]
struct Given {
    values: Vec<String>,
    /// Where they came from, if not from where the whole did.
    from: Option<&'static str>,
}

impl Supplied {
    /// Sets what `target` names, where there is a value; text and HTML are no metadata.
    pub(crate) fn set(&mut self, target: Target, values: Vec<String>) {
        if values.is_empty() {
            return;
        }
        match target {
            Target::Id => self.id = values.into_iter().next(),
            Target::Field(field) => {
                self.fields.insert(field, Given { values, from: None });
            }
            Target::Text | Target::Html => {}
        }
    }

    /// Whether a field has been set.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.fields.contains_key(&field)
    }

    /// Adds a field without a fixed meaning, as JSON on one line.
    pub(crate) fn add_meta(&mut self, key: String, json: String) {
        // Between the tokens of JSON a line end is a blank, and inside of them there is none.
        let json = if json.contains(['\n', '\r']) { json.replace(['\n', '\r'], " ") } else { json };
        self.meta.push((key, json));
    }

    /// Names of the fields without a fixed meaning.
    pub(crate) fn meta_names(&self) -> impl Iterator<Item = &str> {
        self.meta.iter().map(|(key, _)| key.as_str())
    }

    /// The id that came with the article: the explicit one, else the URL without its fragment.
    pub(crate) fn explicit_id(&self) -> Option<&str> {
        let url = self.fields.get(&Field::Url).and_then(|urls| urls.values.first());
        let url = url.map(|url| url.split_once('#').map_or(url.as_str(), |(page, _)| page).trim());
        self.id.as_deref().filter(|id| !id.trim().is_empty()).or(url.filter(|url| !url.is_empty()))
    }

    /// The same, its fields known to come from `from`, whatever is put over them.
    pub(crate) fn known_from(mut self, from: &'static str) -> Self {
        for given in self.fields.values_mut() {
            given.from = Some(from);
        }
        self
    }

    /// Puts `other` over this, field by field.
    pub(crate) fn overlay(&mut self, other: Self) {
        let is_given = |given: &Given| given.values.iter().any(|value| !value.trim().is_empty());
        self.id = other.id.or(self.id.take());
        self.fields.extend(other.fields.into_iter().filter(|(_, given)| is_given(given)));
        self.meta.extend(other.meta);
    }

    fn into_metadata(self, from: &'static str) -> Metadata {
        let mut metadata = Metadata::default();
        for (field, given) in &self.fields {
            for value in &given.values {
                metadata.supply(*field, value, given.from.unwrap_or(from));
            }
        }
        metadata.extend_meta(self.meta);
        metadata
    }

    /// The article; `place` is its id where none came with it, `from` says where its metadata did.
    pub(crate) fn into_document(
        self,
        place: &str,
        mut origin: Origin,
        payload: Vec<u8>,
        form: Form,
        from: &'static str,
    ) -> Document {
        origin.sha256 = Sha256(sha2::Sha256::digest(&payload).into());
        let explicit = self.explicit_id().map(str::to_owned);
        let mut doc = Document::new(explicit.as_deref().unwrap_or(place), origin, payload, form);
        doc.explicit_id = explicit.is_some();
        doc.metadata = self.into_metadata(from);
        doc
    }
}
