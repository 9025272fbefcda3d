//! The stage `@NAME@/mark`: marks the words of a list, and counts them.

use plugin_sdk::{Contract, Document, Error, Flow, Host, New, Output, Setting, SettingError, Stage};
use serde::Deserialize;

plugin_sdk::export_plugin! {
    name: "@NAME@",
    version: env!("CARGO_PKG_VERSION"),
    stages: [Mark],
}

struct Mark {
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Settings {
    words: Vec<String>,
}

impl Stage for Mark {
    type Settings = Settings;

    fn contract() -> Contract {
        Contract::article("mark", "marks the words of a list, and counts them")
            .reads("text")
            .writes("@NAME@.word")
            .writes("values")
            .setting(Setting::texts("words", "the words to mark").required())
            .pure()
    }

    fn new(settings: Settings, _host: &Host) -> Result<Self, SettingError> {
        // What the contract cannot say is said here, and shown with a caret in pipeline.toml.
        if settings.words.iter().any(String::is_empty) {
            return Err(SettingError::new("words", "an empty word stands everywhere"));
        }
        Ok(Self { words: settings.words })
    }

    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
        let mut count = 0;
        for word in &self.words {
            for (at, found) in doc.text().match_indices(word) {
                out.add(New::row("@NAME@.word").at(at..at + found.len()).label(word));
                count += 1;
            }
        }
        out.value("@NAME@.words", count);
        Ok(Flow::Keep)
    }
}
