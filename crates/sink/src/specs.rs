//! The sinks' part of `pipeline.toml`.

use stage_api::{Kind, Setting, Settings, TableSpec};
use wire::{Key, Offsets, Options};

use crate::parts::Compression;

/// At how many bytes a part is closed, by default.
pub(crate) const PART_BYTES: u64 = 64 << 20;

/// The sinks that a pipeline may name: `jsonl`, those that follow it, and `null`.
pub fn specs() -> Vec<TableSpec> {
    let offsets = Setting::new(
        "offsets",
        Kind::choice(&Offsets::ALL.map(Offsets::word)),
        "what offsets into the text count",
    )
    .default(Offsets::default().word());
    let raw_offsets = Setting::new(
        "raw_offsets",
        Kind::Bool,
        "whether everything with a span says where it stands in the payload",
    )
    .default(false);
    let keys = |span_texts: bool| {
        let keys = Key::ALL.into_iter().filter(|key| span_texts || *key != Key::SpanTexts);
        Kind::List(Box::new(Kind::Choice(keys.map(|key| key.name().into()).collect())))
    };
    let only = Setting::new(
        "only",
        keys(false),
        "what records have beside id, origin, metadata and story; without it everything",
    );
    let omit = Setting::new(
        "omit",
        keys(true),
        "what records do not have; `span-texts` is the text beside start and end",
    );
    let part_size =
        Setting::new("part_size", Kind::Size, "a part that has this many bytes is closed")
            .default(PART_BYTES.cast_signed());
    let compression = Setting::new(
        "compression",
        Kind::choice(&["none", "zstd"]),
        "the form of a part that is closed",
    )
    .default("none");
    let layout = Setting::new(
        "layout",
        Kind::choice(&["nested", "tables"]),
        "one row an article with lists of all in it, or a table for each layer",
    )
    .default("nested");
    vec![
        TableSpec {
            name: "jsonl".into(),
            summary: "records as JSON Lines, in the output folder or on standard output".into(),
            settings: vec![offsets, raw_offsets, only, omit, part_size, compression],
            follows: None,
        },
        TableSpec {
            name: "report".into(),
            summary: "pages to read in a browser, made from the records at the end of a run".into(),
            settings: Vec::new(),
            follows: Some("jsonl".into()),
        },
        TableSpec {
            name: "sqlite".into(),
            summary:
                "an archive to search and to ask in SQL, made from the records at the end of a run"
                    .into(),
            settings: Vec::new(),
            follows: Some("jsonl".into()),
        },
        TableSpec {
            name: "parquet".into(),
            summary: "columns of the records as Parquet files, at the end of a run".into(),
            settings: vec![layout],
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
    let word = settings.text("offsets");
    let offsets = Offsets::ALL.into_iter().find(|unit| unit.word() == word);
    let offsets = offsets.unwrap_or_else(|| panic!("`offsets` is declared without `{word}`"));
    let (only, omit) = (settings.texts("only"), settings.texts("omit"));
    // Of an empty list nothing is left; without a list everything is.
    let limited = settings.get("only").is_some();
    let left_out = |key: &Key| {
        let unlisted = limited && *key != Key::SpanTexts && !only.contains(&key.name());
        unlisted || omit.contains(&key.name())
    };
    let omit = Key::ALL.into_iter().filter(left_out).collect();
    Options { offsets, raw_offsets: settings.bool("raw_offsets"), omit, exact: false }
}

/// At how many bytes a part is closed, from the checked settings of the sink `jsonl`.
///
/// # Panics
/// If the settings are not those that [`specs`] declares.
pub fn part_bytes(settings: &Settings) -> u64 {
    settings.count("part_size") as u64
}

/// The form of closed parts, from the checked settings of the sink `jsonl`.
///
/// # Panics
/// If the settings are not those that [`specs`] declares.
pub fn compression(settings: &Settings) -> Compression {
    match settings.text("compression") {
        "none" => Compression::None,
        "zstd" => Compression::Zstd,
        other => panic!("`compression` is declared without `{other}`"),
    }
}
