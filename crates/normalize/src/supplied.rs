//! What came with an article, brought into the forms that records promise.

use document::{Document, Field, json};

use crate::{dates, language};

/// Writes supplied dates as ISO days or date-times with a zone, and the supplied language as its
/// primary subtag. What is no date or no language goes to `meta` under the same key, with a note.
pub(crate) fn canonicalize(doc: &mut Document) {
    for (field, read) in [
        (Field::Published, dates::parse as fn(&str) -> Option<String>),
        (Field::Modified, dates::parse),
        (Field::Language, language::primary),
    ] {
        let Some(supplied) = doc.metadata.find(field).filter(|value| value.supplied).cloned()
        else {
            continue;
        };
        let canonical = read(&supplied.value);
        if canonical.as_ref() == Some(&supplied.value) {
            continue;
        }
        doc.metadata.clear(field);
        if let Some(canonical) = canonical {
            doc.metadata.supply(field, &canonical, supplied.from);
            continue;
        }
        let mut value = String::new();
        json::push_string(&mut value, &supplied.value);
        doc.metadata.set_meta(field.key(), value);
        let what = if field == Field::Language { "language" } else { "date" };
        doc.note(None, &format!("the supplied `{}` is no {what} and went to `meta`", field.key()));
    }
}
