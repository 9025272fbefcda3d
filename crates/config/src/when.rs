//! Conditions: which articles a stage sees.

use document::Field;
use stage_api::{Condition, Kind, Subject, Value, When};

use crate::Mistake;
use crate::checker::Checker;
use crate::host;
use crate::print::{key_text, text_literal, value_text};
use crate::suggest::nearest;
use crate::tree::{Data, Entry, Node, Table};

/// Whether no article can pass both: they ask for different values of a field that has only one.
pub(crate) fn exclude_each_other(a: &When, b: &When) -> bool {
    a.conditions.iter().any(|mine| {
        mine.subject != Subject::Field(Field::Byline)
            && b.conditions.iter().any(|theirs| {
                let shared = mine.values.iter().any(|value| theirs.values.contains(value));
                mine.subject == theirs.subject && !shared
            })
    })
}

/// A condition as an inline table.
pub(crate) fn when_text(when: &When) -> String {
    let line = |condition: &Condition| {
        let values = Value::List(condition.values.iter().cloned().map(Value::Text).collect());
        format!("{} = {}", key_text(&condition.subject.key()), value_text(&Kind::Text, &values))
    };
    format!("{{ {} }}", when.conditions.iter().map(line).collect::<Vec<_>>().join(", "))
}

impl Checker<'_> {
    /// Checks the value of `when`.
    pub(crate) fn when(&mut self, node: &Node) -> When {
        let table = match &node.data {
            Data::Table(table) => table,
            Data::Hole => return When::default(),
            _ => {
                let mistake = Mistake::error(
                    &node.span,
                    format!("`when` must be a table, not {}", node.what()),
                )
                .label("expected a table")
                .help("write for example `when = { language = [\"en\"] }`");
                self.report(mistake);
                return When::default();
            }
        };
        let mut conditions = Vec::new();
        for entry in &table.entries {
            match (entry.key.as_str(), &entry.node.data) {
                ("meta", Data::Table(fields)) => self.meta(fields, "", &mut conditions),
                ("meta", _) => {
                    let mistake =
                        Mistake::error(&entry.node.span, "`meta` needs the name of a field")
                            .label("which field?")
                            .help("write for example `when = { meta.section = [\"politics\"] }`");
                    self.report(mistake);
                }
                (key, _) => match (
                    key.strip_prefix("meta.").filter(|name| !name.is_empty()),
                    Field::from_key(key),
                ) {
                    (Some(name), _) => {
                        self.condition(Subject::Meta(name.to_owned()), entry, &mut conditions);
                    }
                    (None, Some(field)) => {
                        self.condition(Subject::Field(field), entry, &mut conditions);
                    }
                    (None, None) => self.unknown_condition(entry),
                },
            }
        }
        conditions.sort_by(|a, b| a.subject.cmp(&b.subject));
        When { conditions }
    }

    /// Fields of `meta`; a dot in a field's name makes tables in tables.
    fn meta(&mut self, fields: &Table, prefix: &str, conditions: &mut Vec<Condition>) {
        for entry in &fields.entries {
            let name = format!("{prefix}{}", entry.key);
            if let Data::Table(inner) = &entry.node.data {
                self.meta(inner, &format!("{name}."), conditions);
            } else {
                self.condition(Subject::Meta(name), entry, conditions);
            }
        }
    }

    fn unknown_condition(&mut self, entry: &Entry) {
        let key = &entry.key;
        let keys = host::when_keys();
        let help = match nearest(key, keys.iter().copied()).or_else(|| field_alias(key)) {
            Some("meta") | None
                if host::elsewhere(self.registry, key, "`when`", false).is_some() =>
            {
                host::elsewhere(self.registry, key, "`when`", false).unwrap_or_default()
            }
            Some(near) if near != "meta" => format!("did you mean `{near}`?"),
            _ => format!("other fields of the input are written `meta.{key}`"),
        };
        let mistake = Mistake::error(&entry.key_span, format!("unknown key `{key}` in `when`"))
            .label("not a metadata field")
            .help(help);
        self.report(mistake);
    }

    fn condition(&mut self, subject: Subject, entry: &Entry, conditions: &mut Vec<Condition>) {
        let key = subject.key();
        let Data::List(items) = &entry.node.data else {
            if !entry.node.is_hole() {
                let fix = match &entry.node.data {
                    Data::Text(text) => format!("write `{key} = [{}]`", text_literal(text)),
                    _ => format!("write for example `{key} = [\"…\"]`"),
                };
                let mistake = Mistake::error(
                    &entry.node.span,
                    format!("`{key}` must be a list of strings, not {}", entry.node.what()),
                )
                .label("expected a list")
                .help(fix);
                self.report(mistake);
            }
            return;
        };
        if items.is_empty() {
            let mistake = Mistake::error(
                &entry.node.span,
                format!("no article can match: `{key}` lists nothing"),
            )
            .label("an empty list")
            .help("name the values that may pass, or leave the key out");
            self.report(mistake);
            return;
        }
        let mut values = Vec::new();
        for item in items {
            match item.text() {
                Some(text) => {
                    if subject == Subject::Field(Field::Language) {
                        self.language(item, text);
                    }
                    values.push(text.to_owned());
                }
                None if item.is_hole() => {}
                None => {
                    let help = self
                        .quote(&item.span)
                        .map(|text| format!("write `{}`", text_literal(text)));
                    let mistake = Mistake::error(
                        &item.span,
                        format!("`{key}` must be a list of strings; this is {}", item.what()),
                    )
                    .label("expected a string")
                    .maybe_help(help);
                    self.report(mistake);
                }
            }
        }
        if !values.is_empty() {
            conditions.push(Condition { subject, values });
        }
    }

    /// A language that no article can have is a mistake, not a condition.
    fn language(&mut self, item: &Node, text: &str) {
        if (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase()) {
            return;
        }
        let lower = text.to_lowercase();
        let primary = lower.split(['-', '_']).next().unwrap_or_default();
        let code = LANGUAGES.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code);
        let code = code.or_else(|| (2..=3).contains(&primary.len()).then_some(primary));
        let mistake = Mistake::error(&item.span, format!("`{text}` is no language code"))
            .label("expected two or three small letters")
            .help(code.map_or_else(
                || "write for example `\"en\"`".to_owned(),
                |code| format!("did you mean `\"{code}\"`?"),
            ));
        self.report(mistake);
    }
}

/// Fields by the names that other systems give them.
fn field_alias(key: &str) -> Option<&'static str> {
    Some(match key.to_lowercase().as_str() {
        "lang" | "locale" => "language",
        "source" | "publisher" | "site" | "paper" => "outlet",
        "author" | "authors" => "byline",
        "date" => "published",
        "headline" => "title",
        _ => return None,
    })
}

/// Languages that people write out.
const LANGUAGES: [(&str, &str); 8] = [
    ("english", "en"),
    ("german", "de"),
    ("french", "fr"),
    ("spanish", "es"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("chinese", "zh"),
];
