//! The stage `names`: the people of a list as mentions and entities, in place of `entity-tag`.

use std::collections::BTreeMap;
use std::ops::Range;

use plugin_sdk::{
    Contract, Document, Error, Flow, Host, Output, RowId, Setting, SettingError, Stage,
};
use serde::Deserialize;

/// Where the names of a list stand in a text, in its order, each with its number in the list. Of two
/// that overlap the earlier one counts, of these the longer one.
pub fn find(text: &str, names: &[String]) -> Vec<(Range<usize>, usize)> {
    let mut found: Vec<_> = names
        .iter()
        .enumerate()
        .flat_map(|(number, name)| {
            text.match_indices(name.as_str()).map(move |(at, _)| (at..at + name.len(), number))
        })
        .collect();
    found.sort_by_key(|(span, number)| (span.start, usize::MAX - span.len(), *number));
    let mut end = 0;
    found.retain(|(span, _)| {
        let kept = span.start >= end;
        end = if kept { span.end } else { end };
        kept
    });
    found
}

/// The key of a person's entity: `per:ada-ek`.
pub fn key(name: &str) -> String {
    format!("per:{}", name.to_lowercase().replace(' ', "-"))
}

pub(crate) struct Names(Settings);

#[derive(Deserialize)]
pub(crate) struct Settings {
    names: Vec<String>,
}

impl Stage for Names {
    type Settings = Settings;

    fn contract() -> Contract {
        Contract::article("names", "the people of a list as mentions and entities")
            .reads("text")
            .writes("mentions")
            .writes("entities")
            .setting(Setting::texts("names", "the people").required())
            .pure()
    }

    fn new(settings: Settings, _host: &Host) -> Result<Self, SettingError> {
        if settings.names.iter().any(String::is_empty) {
            return Err(SettingError::new("names", "an empty name stands everywhere"));
        }
        Ok(Self(settings))
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        let mut entities: BTreeMap<usize, RowId> = BTreeMap::new();
        for (span, number) in find(doc.text(), &self.0.names) {
            let mention = out.mention(span, "name", "PER", 0.75);
            let name = &self.0.names[number];
            let entity =
                *entities.entry(number).or_insert_with(|| out.entity("PER", &key(name), name));
            out.set_entity(mention, entity);
        }
        Ok(Flow::Keep)
    }
}
