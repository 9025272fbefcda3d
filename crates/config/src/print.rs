//! Values as TOML.

use std::fmt::Write as _;

use stage_api::{Kind, Value};

use crate::units::Amount;

/// A string in double quotation marks.
pub(crate) fn text_literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key, in quotation marks where it needs them.
pub(crate) fn key_text(key: &str) -> String {
    let bare = !key.is_empty()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if bare { key.to_owned() } else { text_literal(key) }
}

/// A value as the file would have it, on one line. A `$` before `{` is doubled, so that it is
/// read back as it is.
pub(crate) fn value_text(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Size, Value::Integer(bytes)) => text_literal(&Amount::Size.show(*bytes)),
        (Kind::Duration, Value::Integer(millis)) => text_literal(&Amount::Time.show(*millis)),
        (_, Value::Bool(value)) => value.to_string(),
        (_, Value::Integer(value)) => value.to_string(),
        (_, Value::Number(value)) => format!("{value:?}"),
        (_, Value::Text(text)) => text_literal(&text.replace("${", "$${")),
        (_, Value::List(items)) => {
            let inner = if let Kind::List(inner) = kind { inner } else { kind };
            let items: Vec<_> = items.iter().map(|item| value_text(inner, item)).collect();
            format!("[{}]", items.join(", "))
        }
        (_, Value::Table(entries)) if entries.is_empty() => "{}".to_owned(),
        (_, Value::Table(entries)) => {
            let inner = |key: &str| match kind {
                Kind::Map(inner) => inner,
                Kind::Table(declared) => declared
                    .iter()
                    .find(|setting| setting.name == key)
                    .map_or(kind, |setting| &setting.kind),
                _ => kind,
            };
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| {
                    format!("{} = {}", key_text(key), value_text(inner(key), value))
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
