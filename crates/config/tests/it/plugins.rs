//! Plans with plugins: their stages are stages like any other.

use std::path::Path;

use config::{
    GraphFormat, Options, Plan, SegmentKind, Severity, check_table, explain, graph, plan_json,
    registry_with_plugins, schema, stages, stages_json,
};
use serde_json::Value as Json;

use crate::registry::{DIGEST, FakeLoader, registry};

const WHOLE: &str = r#"version = 1

[[plugin]]
name = "watchlist"
path = "plugins/libwatchlist"

[[plugin]]
name = "model"
command = ["python3", "tag.py", "--fast"]

[[source]]
use = "files"
paths = ["drop"]

[[stage]]
use = "normalize"

[[stage]]
use = "model/tag"

[[stage]]
use = "quote-extract"

[[stage]]
use = "watchlist/flag"
terms = ["truce"]

[[stage]]
use = "watchlist/flag"
name = "flag-places"
when = { language = ["en"] }
run = { workers = 2, timeout = "5s", isolate = true }
terms = ["harbour"]

[[stage]]
use = "watchlist/serial"

[[stage]]
use = "watchlist/remember"
"#;

fn options() -> Options<'static> {
    Options { plugins: &FakeLoader, ..Options::run() }
}

fn plan(text: &str) -> Plan {
    Plan::from_text("pipeline.toml", text, Path::new("base"), &registry(), &options())
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

#[test]
fn the_check_table_shows_plugins_and_their_stages() {
    insta::assert_snapshot!(check_table(&plan(WHOLE)), @"
    plugin watchlist: base/plugins/libwatchlist.so (native)
    plugin model: base/tag.py (child)
    sources: files
    stage               kind     reads                                                        writes              workers       memory
    normalize           article  –                                                            text, sentences     one per core  –
    model/tag           article  text (normalize)                                             mentions, entities  1             –
    quote-extract       article  text, sentences (normalize), mentions, entities (model/tag)  quotations, turns   one per core  –
    watchlist/flag      article  text (normalize)                                             watchlist.hit       one per core  –
    flag-places         article  text (normalize)                                             watchlist.hit       2             –
    watchlist/serial    article  text (normalize)                                             values              1             –
    watchlist/remember  ordered  text (normalize)                                             –                   1, in order   –
    sinks: jsonl
    segment 1: one worker pool: normalize
    segment 2: a thread of its own: model/tag
    segment 3: one worker pool: quote-extract → watchlist/flag
    segment 4: 2 threads of its own: flag-places
    segment 5: a thread of its own: watchlist/serial
    segment 6: one thread, in input order: watchlist/remember
    ");
}

#[test]
fn explain_shows_the_file_of_each_plugin() {
    let shown = explain(&plan(WHOLE));
    let plugins = shown.split("\n\n").filter(|table| table.contains("plugin"));
    insta::assert_snapshot!(plugins.collect::<Vec<_>>().join("\n\n"), @r#"
    [[plugin]]
    name = "watchlist"                       # pipeline.toml:4
    path = "base/plugins/libwatchlist.so"    # pipeline.toml:5
    lane = "native"                          # default

    [[plugin]]
    name = "model"                           # pipeline.toml:8
    command = ["python3", "tag.py", "--fast"] # pipeline.toml:9
    lane = "child"                           # default
    "#);
    let run = shown.lines().find(|line| line.starts_with("run = ")).expect("a run table");
    insta::assert_snapshot!(run, @r#"run = { workers = 2, on_error = "dead-letter", retries = 0, timeout = "5s", isolate = true } # pipeline.toml:32"#);
}

#[test]
fn explain_is_a_file_with_the_same_key() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("tag.py"), "").expect("written");
    let of = |text: &str, base: &Path| {
        Plan::from_text("p.toml", text, base, &registry(), &options())
            .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
    };
    // The path is the one that was loaded, with the suffix that the file leaves out.
    let first = of(WHOLE, folder.path());
    let shown = explain(&first).replace("libwatchlist.so", "libwatchlist");
    let script = folder.path().join("tag.py");
    assert!(
        shown.contains(&format!("[\"python3\", \"{}\", \"--fast\"]", script.display())),
        "{shown}"
    );
    let again = of(&shown, Path::new("elsewhere"));
    assert_eq!(first.key, again.key);
    let absolute = explain(&plan(WHOLE).with_absolute_paths(Path::new("/desk")));
    assert!(absolute.contains("path = \"/desk/base/plugins/libwatchlist.so\""), "{absolute}");
}

#[test]
fn the_graph_and_the_segments_treat_them_like_any_stage() {
    let plan = plan(WHOLE);
    let kinds: Vec<_> =
        plan.segments().into_iter().map(|segment| (segment.stages, segment.kind)).collect();
    let expected = vec![
        (0..1, SegmentKind::Pool),
        (1..2, SegmentKind::Own(1)),
        (2..4, SegmentKind::Pool),
        (4..5, SegmentKind::Own(2)),
        (5..6, SegmentKind::Own(1)),
        (6..7, SegmentKind::Ordered),
    ];
    assert_eq!(kinds, expected);
    let drawn = graph(&plan, GraphFormat::Text);
    assert!(drawn.contains("mentions from model/tag"), "{drawn}");
    let json = plan_json(&plan);
    assert_eq!(json["plugins"][0]["path"], "base/plugins/libwatchlist.so");
    assert_eq!(json["plugins"][1]["lane"], "child");
    assert_eq!(json["stages"][4]["plugin"], "watchlist");
    assert_eq!(json["stages"][4]["run"]["timeout"], 5000);
    assert_eq!(json["stages"][0]["plugin"], Json::Null);
}

#[test]
fn the_key_of_a_stage_has_its_plugin_in_it() {
    let plan = plan(WHOLE);
    let built_in = registry().stage("entity-tag").expect("a stage").plugin.clone();
    assert_eq!(built_in, None);
    assert!(
        plan.stages
            .iter()
            .filter(|stage| stage.plugin().is_some())
            .all(|stage| { stage.spec.plugin.as_ref().is_some_and(|file| file.digest == DIGEST) })
    );
    assert_ne!(plan.stages[3].key, plan.stages[4].key);
}

#[test]
fn lists_and_schema_have_the_stages_of_a_file_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pipeline.toml");
    let write = |text: &str| std::fs::write(&file, text).expect("written");
    let load = || registry_with_plugins(&file, &registry(), &options());
    write(
        "version = 1\n[[plugin]]\nname = \"watchlist\"\npath = \"libwatchlist\"\n[[stage]]\nuse = \"\n",
    );
    let found = load().expect("only the stages are wrong");
    let flag = stages(&found)
        .split_inclusive('\n')
        .skip_while(|line| !line.contains("watchlist/flag"))
        .take(5)
        .collect::<String>()
        .replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(flag, @"
    stage watchlist/flag 0.2.0: marks the terms of a list
      from FOLDER/libwatchlist.so (native)
      reads text
      writes watchlist.hit
      terms (required): list of text, what to look for
    ");
    let json = stages_json(&found);
    let listed = json["stages"].as_array().expect("a list");
    let flag = listed.iter().find(|stage| stage["name"] == "watchlist/flag").expect("listed");
    assert!(flag["plugin"].as_str().is_some_and(|path| path.ends_with("libwatchlist.so")));
    let schema: Json = serde_json::from_str(&schema(&found)).expect("JSON");
    let stages = schema["properties"]["stage"]["items"]["allOf"].as_array().expect("a list");
    let of_flag = stages
        .iter()
        .find(|stage| stage["if"]["properties"]["use"]["const"] == "watchlist/flag")
        .expect("in the schema");
    assert_eq!(of_flag["then"]["required"][0], "terms");
    write("[[plugin]]\nname = \"watchlist\"\npath = \"libother\"\n");
    let mistakes = load().expect_err("a mistake").render(false);
    assert!(mistakes.contains("pipeline.toml:3:8: error: there is no `"), "{mistakes}");
}

#[test]
fn a_program_without_a_loader_says_so() {
    let mistakes =
        Plan::from_text("p.toml", WHOLE, Path::new("base"), &registry(), &Options::run())
            .expect_err("no loader");
    let shown = mistakes.render(false);
    assert!(shown.contains("p.toml:5:8: error: this program loads no plugins"), "{shown}");
    let errors = mistakes.list().iter().filter(|mistake| mistake.severity == Severity::Error);
    assert_eq!(errors.count(), 2, "one for each plugin, none for their stages: {shown}");
}
