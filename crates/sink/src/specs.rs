//! The sinks' part of `pipeline.toml`.

use stage_api::{Kind, Setting, Settings, TableSpec};
use wire::{Offsets, Options};

/// The sinks that a pipeline may name: `jsonl`, `report` and `null`.
pub fn specs() -> Vec<TableSpec> {
    let offsets = Setting::new(
        "offsets",
        Kind::choice(&["codepoints", "bytes", "utf16"]),
        "what offsets into the text count",
    )
    .default("codepoints");
    let raw_offsets = Setting::new(
        "raw_offsets",
        Kind::Bool,
        "whether everything with a span says where it stands in the payload",
    )
    .default(false);
    vec![
        TableSpec {
            name: "jsonl".into(),
            summary: "records as JSON Lines, in the output folder or on standard output".into(),
            settings: vec![offsets, raw_offsets],
            follows: None,
        },
        TableSpec {
            name: "report".into(),
            summary: "pages to read in a browser, made from the records at the end of a run".into(),
            settings: Vec::new(),
            follows: Some("jsonl".into()),
        },
        TableSpec {
            name: "null".into(),
            summary: "no records".into(),
            settings: Vec::new(),
            follows: None,
        },
    ]
}

/// How records are written, from the checked settings of the sink `jsonl`.
///
/// # Panics
/// If the settings are not those that [`specs`] declares.
pub fn record_options(settings: &Settings) -> Options {
    let offsets = match settings.text("offsets") {
        "codepoints" => Offsets::CodePoints,
        "bytes" => Offsets::Bytes,
        "utf16" => Offsets::Utf16,
        other => panic!("`offsets` is declared without `{other}`"),
    };
    Options { offsets, raw_offsets: settings.bool("raw_offsets") }
}
