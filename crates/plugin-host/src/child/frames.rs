//! An article as a frame.

use document::{Document, Field};
use plugin_abi::frame::{FieldRef, Writer, kind};

/// Appends the frame of `doc`: all of its tables, as a native plugin is shown them.
pub(super) fn write(doc: &Document, sequence: u64, out: &mut Vec<u8>) {
    // Keys of `meta` are shown with their prefix, made in one go so that the writer can borrow them.
    let meta: Vec<(String, &str)> = doc
        .metadata
        .meta()
        .iter()
        .map(|(key, value)| (format!("meta.{key}"), value.as_str()))
        .collect();
    let fixed = Field::ALL
        .into_iter()
        .flat_map(|field| doc.metadata.values().iter().filter(move |value| value.field == field));
    let fixed = fixed.map(|value| FieldRef {
        key: value.field.key(),
        value: &value.value,
        from: &value.from,
        confidence: value.confidence,
        supplied: value.supplied,
    });
    let free = meta.iter().map(|(key, value)| FieldRef {
        key,
        value,
        from: "",
        confidence: 1.0,
        supplied: true,
    });
    Writer::new(out, kind::ARTICLE, sequence)
        .id(doc.id())
        .text(doc.text())
        .names(doc.names().iter().map(String::as_str))
        .fields(fixed.chain(free))
        .rows(doc.rows().iter().map(row))
        .relations(doc.relations().iter().map(relation))
        .values(doc.values())
        .finish();
}

/// A row of ours as the boundary has it; the same 32 bytes.
pub(crate) fn row(row: &document::Row) -> plugin_abi::Row {
    plugin_abi::Row {
        start: row.start,
        end: row.end,
        layer: row.layer.0,
        kind: row.kind.0,
        label: row.label.0,
        producer: row.producer.0,
        score: row.score,
        value_start: row.value_start,
        value_len: row.value_len,
        flags: row.flags,
    }
}

/// A relation of ours as the boundary has it.
pub(crate) fn relation(relation: &document::Relation) -> plugin_abi::Relation {
    plugin_abi::Relation {
        from: relation.from.0,
        to: relation.to.0,
        role: relation.role.0,
        producer: relation.producer.0,
    }
}
