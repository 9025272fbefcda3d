//! A document as a plugin is shown it: a table of pointers into the document's own tables.

use document::Document;
use plugin_abi::{Bytes, Field};

use crate::rows;

/// Buffers for what a document does not have in the boundary's form; reused from article to article.
#[derive(Debug, Default)]
pub(super) struct Shown {
    names: Vec<Bytes>,
    fields: Vec<Field>,
    /// The keys of the `meta` fields, `meta.NAME`, one behind the other.
    keys: String,
}

// SAFETY: the pointers in the buffers are used only while `document`'s result is, on one thread; what is
// left of them later is never read.
unsafe impl Send for Shown {}

impl Shown {
    /// The document's table; valid as long as the document and these buffers stay as they are.
    pub(super) fn document(&mut self, doc: &Document) -> plugin_abi::Document {
        self.names.clear();
        self.names.extend(doc.names().iter().map(|name| Bytes::new(name)));
        self.show_fields(doc);
        plugin_abi::Document {
            size: size_of::<plugin_abi::Document>() as u32,
            row_size: size_of::<plugin_abi::Row>() as u32,
            relation_size: size_of::<plugin_abi::Relation>() as u32,
            field_size: size_of::<Field>() as u32,
            id: Bytes::new(doc.id()),
            text: Bytes::new(doc.text()),
            rows: rows::shown(doc.rows()).as_ptr(),
            row_count: doc.rows().len(),
            relations: rows::shown_relations(doc.relations()).as_ptr(),
            relation_count: doc.relations().len(),
            values: Bytes::new(doc.values()),
            names: self.names.as_ptr(),
            name_count: self.names.len(),
            fields: self.fields.as_ptr(),
            field_count: self.fields.len(),
        }
    }

    /// The fields in the order of records, then those of `meta`.
    fn show_fields(&mut self, doc: &Document) {
        let Self { fields, keys, .. } = self;
        fields.clear();
        let values = doc.metadata.values();
        for field in document::Field::ALL {
            let of_field = values.iter().filter(|value| value.field == field);
            fields.extend(of_field.map(|value| Field {
                key: Bytes::new(field.key()),
                value: Bytes::new(&value.value),
                from: Bytes::new(&value.from),
                confidence: value.confidence,
                supplied: u32::from(value.supplied),
            }));
        }
        let meta = doc.metadata.meta();
        if meta.is_empty() {
            return;
        }
        keys.clear();
        for (key, _) in meta {
            keys.push_str("meta.");
            keys.push_str(key);
        }
        let mut start = 0; // all keys are there, so they move no more
        for (key, value) in meta {
            let end = start + "meta.".len() + key.len();
            fields.push(Field {
                key: Bytes::new(&keys[start..end]),
                value: Bytes::new(value),
                from: Bytes::EMPTY,
                confidence: 1.0,
                supplied: 1,
            });
            start = end;
        }
    }
}
