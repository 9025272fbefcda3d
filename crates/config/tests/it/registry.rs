//! Stages, sources and sinks with the contracts of the real ones, and nothing behind them.

use std::path::{Path, PathBuf};

use document::{Document, Sha256};
use stage_api::{
    ArticleFactory, BuiltStage, Flow, Kind, Lane, LoadedPlugin, OrderedStage, Placement,
    PluginError, PluginFile, PluginKey, PluginLoader, PluginProgram, PluginRequest, Registry,
    Setting, SettingError, Settings, Stage, StageError, StageInfo, StageSpec, TableSpec, Threads,
};

struct Nothing;

impl Stage for Nothing {
    fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
        Ok(Flow::Keep)
    }
}

impl OrderedStage for Nothing {
    fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
        Ok(Flow::Keep)
    }
}

fn article(info: StageInfo, settings: Vec<Setting>) -> StageSpec {
    StageSpec::article(info, settings, |settings: &Settings| {
        if settings.get_text("language") == Some("xx") {
            return Err(SettingError::new(
                "language",
                "no such language; leave it out to have it told from the text",
            ));
        }
        Ok(Box::new(|| Box::new(Nothing) as Box<dyn Stage>) as Box<dyn ArticleFactory>)
    })
}

/// A stage with a setting of every kind.
fn scorer() -> StageSpec {
    let scorer = StageInfo::new("scorer", "0.1.0", "a stage with a setting of every kind")
        .reads("text")
        .writes("values");
    article(
        scorer,
        vec![
            Setting::new("threshold", Kind::Number { min: 0.0, max: 1.0 }, "least score")
                .default(0.5),
            Setting::new("budget", Kind::Size, "memory for models").default(1 << 20),
            Setting::new("window", Kind::Duration, "distance between two articles")
                .default(86_400_000_i64),
            Setting::new("strict", Kind::Bool, "whether to be strict").default(false),
            Setting::new("model", Kind::Path, "the model"),
            Setting::new(
                "weights",
                Kind::Map(Box::new(Kind::Number { min: 0.0, max: 10.0 })),
                "weights by layer",
            ),
            Setting::new(
                "limits",
                Kind::Table(vec![
                    Setting::new("nodes", Kind::count(1, 1_000_000), "nodes at most").default(1000),
                    Setting::new("depth", Kind::count(1, 100), "depth at most").default(10),
                ]),
                "bounds of the work",
            ),
            Setting::new("terms", Kind::List(Box::new(Kind::Text)), "words to look for"),
        ],
    )
}

/// An ordered stage with a file of drop records.
fn dedupe() -> StageSpec {
    let info = StageInfo::new("dedupe", "0.1.0", "discards what came before")
        .reads("text")
        .drop_file("duplicates");
    StageSpec::ordered(info, Vec::new(), |_: &Settings| {
        Ok(|| Box::new(Nothing) as Box<dyn OrderedStage>)
    })
}

fn table(name: &'static str, summary: &'static str, settings: Vec<Setting>) -> TableSpec {
    TableSpec { name: name.into(), summary: summary.into(), settings, follows: None }
}

fn sources() -> Vec<TableSpec> {
    let paths = |doc: &'static str| Setting::new("paths", Kind::List(Box::new(Kind::Path)), doc);
    let fields = Setting::new("fields", Kind::Map(Box::new(Kind::Text)), "our field by theirs");
    vec![
        table(
            "files",
            "folders, globs and files",
            vec![paths("files, folders and patterns"), fields],
        ),
        table("records", "records of earlier runs", vec![paths("output folders")]),
    ]
}

pub(crate) fn registry() -> Registry {
    let normalize = StageInfo::new("normalize", "0.1.0", "payload to clean text and sentences")
        .writes("text")
        .writes("sentences");
    let normalize = article(
        normalize,
        vec![
            Setting::new(
                "mode",
                Kind::choice(&["article", "verbatim"]),
                "what is kept of the text",
            )
            .default("article"),
            Setting::new(
                "language",
                Kind::Text,
                "the language of every article, where it is known",
            ),
        ],
    );
    let entity_tag = StageInfo::new("entity-tag", "0.1.0", "text to mentions and entities")
        .reads("text")
        .reads("sentences")
        .writes("mentions")
        .writes("entities");
    let entity_tag = article(
        entity_tag,
        vec![Setting::new("lists", Kind::List(Box::new(Kind::Path)), "lists of names")],
    );
    let quote_extract = StageInfo::new("quote-extract", "0.1.0", "text and mentions to quotations")
        .reads("text")
        .reads("sentences")
        .reads_if_present("mentions")
        .reads_if_present("entities")
        .writes("quotations")
        .writes("turns");
    let summarize = StageInfo::new("summarize", "0.1.0", "text and layers to a summary")
        .reads("text")
        .reads("sentences")
        .reads_if_present("mentions")
        .reads_if_present("entities")
        .reads_if_present("quotations")
        .writes("summary")
        .writes("keyphrases");
    let summarize = article(
        summarize,
        vec![Setting::new("sentences", Kind::count(1, 100), "sentences of the summary").default(3)],
    );
    let linker = StageInfo::new("linker", "0.1.0", "mentions to the entities of a list")
        .reads("mentions")
        .writes("values");
    let linker = article(linker, vec![Setting::new("list", Kind::Text, "the list").required()]);

    Registry {
        sources: sources(),
        stages: vec![
            normalize,
            entity_tag,
            article(quote_extract, Vec::new()),
            summarize,
            scorer(),
            linker,
            dedupe(),
        ],
        sinks: vec![
            table(
                "jsonl",
                "records as lines of JSON",
                vec![
                    Setting::new(
                        "offsets",
                        Kind::choice(&["codepoints", "bytes", "utf16"]),
                        "unit of offsets",
                    )
                    .default("codepoints"),
                    Setting::new("raw_offsets", Kind::Bool, "offsets into the payload everywhere")
                        .default(false),
                ],
            ),
            table("null", "nothing", Vec::new()),
            TableSpec { follows: Some("jsonl".into()), ..table("pages", "pages", Vec::new()) },
        ],
    }
}

/// A loader that knows one library and one script, and gives stages with nothing behind them.
pub(crate) struct FakeLoader;

/// The digest of the library.
pub(crate) const DIGEST: Sha256 = Sha256([0xab; 32]);

impl PluginLoader for FakeLoader {
    fn load(&self, request: &PluginRequest) -> Result<LoadedPlugin, PluginError> {
        if request.sha256.is_some_and(|wanted| wanted != DIGEST) {
            return Err(PluginError::new(PluginKey::Sha256, "the file has another digest")
                .help(format!("write `sha256 = \"{DIGEST}\"`, if it is the right file")));
        }
        match &request.program {
            PluginProgram::File { written, resolved } => {
                if request.lane == Some(Lane::Child) {
                    return Err(PluginError::new(PluginKey::Lane, "this file is a library"));
                }
                if written.file_name() != Some("libwatchlist".as_ref()) {
                    let path = resolved.display();
                    return Err(PluginError::new(PluginKey::Path, format!("there is no `{path}`")));
                }
                let path = resolved.with_extension("so");
                Ok(loaded(watchlist(&request.name), path, Lane::Native))
            }
            PluginProgram::Command { words, folder } => {
                assert_ne!(folder, Path::new(""), "a folder to run in");
                if words[0] != "python3" {
                    let message = format!("there is no program `{}`", words[0]);
                    return Err(PluginError::new(PluginKey::Command, message));
                }
                let tag =
                    StageInfo::new(format!("{}/tag", request.name), "0.1.0", "a model's mentions")
                        .reads("text")
                        .writes("mentions")
                        .writes("entities");
                let tag = article(tag, Vec::new()).threads(Threads::Own);
                Ok(loaded(vec![tag], folder.join(&words[1]), Lane::Child))
            }
        }
    }
}

fn loaded(stages: Vec<StageSpec>, path: PathBuf, lane: Lane) -> LoadedPlugin {
    LoadedPlugin { stages, file: PluginFile { path, digest: DIGEST, lane } }
}

fn watchlist(plugin: &str) -> Vec<StageSpec> {
    let named = |stage: &str, summary: &'static str| {
        StageInfo::new(format!("{plugin}/{stage}"), "0.2.0", summary).reads("text")
    };
    let terms =
        Setting::new("terms", Kind::List(Box::new(Kind::Text)), "what to look for").required();
    // A stage that only a place without a clock lets be built: what the plan says must get through.
    let flag = |settings: &Settings, placement: &Placement| {
        if placement.isolate && placement.timeout.is_none() {
            let message = format!("`{}` needs a timeout to be isolated", placement.stage);
            return Err(SettingError::new("terms", message));
        }
        assert!(settings.get("terms").is_some(), "a required setting is there");
        let factory = || Box::new(Nothing) as Box<dyn Stage>;
        Ok(BuiltStage::Article(std::sync::Arc::new(factory)))
    };
    let remember = named("remember", "what was seen before");
    vec![
        StageSpec::placed(
            named("flag", "marks the terms of a list").writes("watchlist.hit"),
            false,
            vec![terms],
            flag,
        ),
        article(
            named("names", "the names of a list").writes("mentions").writes("entities"),
            Vec::new(),
        ),
        article(named("serial", "one at a time").writes("values"), Vec::new())
            .threads(Threads::One),
        StageSpec::ordered(remember, Vec::new(), |_: &Settings| {
            Ok(|| Box::new(Nothing) as Box<dyn OrderedStage>)
        }),
    ]
}
