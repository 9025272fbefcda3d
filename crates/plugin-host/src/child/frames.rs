//! An article and its answer as frames, on either side of the pipes: the host writes the article and reads the
//! answer ([`link`](super::link)), a library's process does the reverse.

use document::{Document, Field, Form, Metadata, Origin, Row, Text};
use plugin_abi::frame::{CONTRACT, FieldRef, Frame, Writer, kind};
use plugin_abi::outcome;
use stage_api::{FailureClass, Flow, StageError};

use crate::rows;

/// Appends the frame of `doc`: all of its tables, as a native plugin is shown them.
pub(super) fn write(doc: &Document, sequence: u64, out: &mut Vec<u8>) {
    // Keys of `meta` are shown with their prefix, made in one go so that the writer can borrow them.
    let meta: Vec<(String, &str)> = doc
        .metadata
        .meta()
        .iter()
        .map(|(key, value)| (format!("meta.{key}"), value.as_str()))
        .collect();
    let values = doc.metadata.values();
    let mut fields = Vec::with_capacity(values.len() + meta.len());
    for field in Field::ALL {
        let of_field = values.iter().filter(|value| value.field == field);
        fields.extend(of_field.map(|value| FieldRef {
            key: value.field.key(),
            value: &value.value,
            from: &value.from,
            confidence: value.confidence,
            supplied: value.supplied,
        }));
    }
    fields.extend(meta.iter().map(|(key, value)| FieldRef {
        key,
        value,
        from: "",
        confidence: 1.0,
        supplied: true,
    }));
    Writer::new(out, kind::ARTICLE, sequence)
        .id(doc.id())
        .text(doc.text())
        .names(doc.names().iter().map(String::as_str))
        .fields(fields.iter().copied())
        .rows(rows::shown(doc.rows()).iter().copied())
        .relations(rows::shown_relations(doc.relations()).iter().copied())
        .values(doc.values())
        .finish();
}

/// The document of a frame, in which every row and name has the number it has there. `buffer` is reused from
/// article to article.
///
/// # Errors
/// What is wrong with the article.
pub(crate) fn article(frame: &Frame<'_>, buffer: &mut Vec<Row>) -> Result<Document, String> {
    let text = frame.text;
    let mut doc = Document::new(frame.id, Origin::path(frame.id), Vec::new(), Form::Text);
    doc.set_text(Text::verbatim(text));
    for name in frame.names.iter() {
        doc.intern(name);
    }
    metadata(frame, &mut doc.metadata);
    buffer.clear();
    buffer.extend(frame.rows.iter().map(rows::row));
    for row in &*buffer {
        if row.span().is_some_and(|span| text.get(span.range()).is_none()) {
            return Err("a row of the article lies beyond its text".to_owned());
        }
        let value = row.value_start as usize..row.value_start as usize + row.value_len as usize;
        if row.value_len > 0 && frame.values.get(value).is_none() {
            return Err("a value of the article is missing".to_owned());
        }
    }
    doc.append(buffer, frame.values);
    for relation in frame.relations.iter().map(rows::relation) {
        if relation.from.0.max(relation.to.0) as usize >= buffer.len() {
            return Err("a relation of the article leads nowhere".to_owned());
        }
        doc.relate(relation.from, relation.role, relation.to);
    }
    Ok(doc)
}

fn metadata(frame: &Frame<'_>, metadata: &mut Metadata) {
    let fields: Vec<_> = frame.fields.iter().collect();
    for values in fields.chunk_by(|a, b| (a.key, a.supplied) == (b.key, b.supplied)) {
        let Some(field) = Field::from_key(values[0].key) else { continue };
        let from = values[0].from.to_owned();
        if values[0].supplied {
            for value in values {
                metadata.supply(field, value.value, from.clone());
            }
        } else {
            let texts: Vec<_> = values.iter().map(|value| value.value).collect();
            metadata.extract(field, &texts, from, values[0].confidence);
        }
    }
    let free = fields.iter().filter_map(|field| {
        Some((field.key.strip_prefix("meta.")?.to_owned(), field.value.to_owned()))
    });
    metadata.extend_meta(free.collect());
}

/// Appends the answer of stage `name`: what it added to the document of `frame`, or why it did not.
pub(crate) fn answer(
    frame: &Frame<'_>,
    doc: &Document,
    result: &Result<Flow, StageError>,
    name: &str,
    change: &[u8],
    out: &mut Vec<u8>,
) {
    let what = match result {
        Ok(Flow::Keep) => outcome::KEEP,
        Ok(Flow::Discard(_)) => outcome::DISCARD,
        Err(StageError::Retry(_)) => outcome::RETRY,
        Err(StageError::Fatal(_)) => outcome::FATAL,
        Err(StageError::Foreign(FailureClass::Panic, _)) => outcome::PANIC,
        Err(StageError::Foreign(FailureClass::Contract, _)) => CONTRACT,
        Err(_) => outcome::FAIL,
    };
    let message = match result {
        Ok(Flow::Keep) => String::new(),
        Ok(Flow::Discard(reason)) => reason.to_string(),
        Err(error) => error.to_string(),
    };
    // The host says by itself whose message it is.
    let own = message.strip_prefix(&format!("`{name}`: ")).unwrap_or(&message);
    let writer = Writer::new(out, what, frame.sequence).message(own).change(change);
    if what != outcome::KEEP {
        return writer.finish();
    }
    // What was added stands behind what came, in every table.
    let values = frame.values.len();
    let added = rows::shown(&doc.rows()[frame.rows.len()..]).iter().map(|row| {
        let value_start = row.value_start.saturating_sub(values as u32);
        plugin_abi::Row { value_start, ..*row }
    });
    let relations = &doc.relations()[frame.relations.len()..];
    writer
        .rows(added)
        .relations(rows::shown_relations(relations).iter().copied())
        .values(&doc.values()[values..])
        .names(doc.names().iter().map(String::as_str))
        .finish();
}
