//! What `explain`, `graph`, `check` and `stages` print.

use config::{GraphFormat, check_table, explain, graph, plan_json, stages, stages_json};

use crate::plans::{WHOLE, plan};
use crate::registry::registry;

#[test]
fn explain_tells_where_each_value_came_from() {
    insta::assert_snapshot!(explain(&plan(WHOLE)), @r#"
    version = 1                              # pipeline.toml:1

    [run]
    name = "gull"                            # pipeline.toml:4
    workers = 4                              # pipeline.toml:5
    memory = "32 MiB"                        # pipeline.toml:6
    max_article = "16 MiB"                   # default
    order = "input"                          # default
    corrections = "base/corrections.jsonl"   # default
    on_error = "dead-letter"                 # default
    metrics = ""                             # default
    max_failures = "5%"                      # pipeline.toml:7
    output = "base/out"                      # default

    [[source]]
    use = "files"                            # pipeline.toml:10
    paths = ["base/drop", "base/more/*.html"] # pipeline.toml:11
    fields = { text = "body" }               # pipeline.toml:12

    [[stage]]
    use = "normalize"                        # pipeline.toml:15
    name = "normalize"                       # default
    mode = "article"                         # default

    [[stage]]
    use = "entity-tag"                       # pipeline.toml:18
    name = "entity-tag"                      # default
    run = { on_error = "skip-stage", retries = 1, isolate = false } # pipeline.toml:19

    [[stage]]
    use = "dedupe"                           # pipeline.toml:22
    name = "dedupe"                          # default

    [[stage]]
    use = "scorer"                           # pipeline.toml:25
    name = "scores"                          # pipeline.toml:26
    when = { language = ["en", "de"], "meta.section" = ["politics"] } # pipeline.toml:27
    run = { workers = 2, on_error = "dead-letter", retries = 0, isolate = false } # pipeline.toml:28
    threshold = 0.5                          # default
    budget = "1 MiB"                         # default
    window = "90m"                           # pipeline.toml:29
    strict = false                           # default
    weights = { "quoted key" = 0.25, text = 1.0 } # pipeline.toml:30
    limits = { depth = 3, nodes = 1000 }     # pipeline.toml:31

    [[sink]]
    use = "jsonl"                            # pipeline.toml:34
    offsets = "bytes"                        # pipeline.toml:35
    raw_offsets = false                      # default
    "#);
}

#[test]
fn the_check_table_tells_who_writes_what_a_stage_reads() {
    insta::assert_snapshot!(check_table(&plan(WHOLE)), @"
    sources: files
    stage       kind     reads                        writes              workers      memory
    normalize   article  –                            text, sentences     4            –
    entity-tag  article  text, sentences (normalize)  mentions, entities  4            –
    dedupe      ordered  text (normalize)             –                   1, in order  –
    scores      article  text (normalize)             values              2            –
    sinks: jsonl
    segment 1: one worker pool: normalize → entity-tag
    segment 2: one thread, in input order: dedupe
    segment 3: 2 threads of its own: scores
    ");
}

#[test]
fn the_graph_as_text() {
    insta::assert_snapshot!(graph(&plan(WHOLE), GraphFormat::Text), @r#"
    source files
      ↓
    one worker pool: normalize → entity-tag
        normalize: writes text, sentences
        entity-tag: writes mentions, entities; reads text from normalize, sentences from normalize
      ↓
    one thread, in input order: dedupe
        dedupe: writes nothing; reads text from normalize
      ↓
    2 threads of its own: scores
        scores: writes values; reads text from normalize; when { language = ["en", "de"], "meta.section" = ["politics"] }
      ↓
    sink jsonl
    "#);
}

#[test]
fn the_graph_as_mermaid() {
    insta::assert_snapshot!(graph(&plan(WHOLE), GraphFormat::Mermaid), @r#"
    flowchart TD
      subgraph g0["sources"]
        source0["files"]
      end
      subgraph g1["one worker pool"]
        stage0["normalize (article)"]
        stage1["entity-tag (article)"]
      end
      subgraph g2["one thread, in input order"]
        stage2["dedupe (ordered)"]
      end
      subgraph g3["2 of its own"]
        stage3["scores (article)"]
      end
      subgraph g4["sinks"]
        sink0["jsonl"]
      end
      source0 --> |"articles"| stage0
      stage1 --> stage2
      stage2 --> stage3
      stage0 --> |"text, sentences"| stage1
      stage0 --> |"text"| stage2
      stage0 --> |"text"| stage3
      stage3 --> |"records"| sink0
    "#);
}

#[test]
fn the_graph_as_dot() {
    insta::assert_snapshot!(graph(&plan(WHOLE), GraphFormat::Dot), @r#"
    digraph pipeline {
      node [shape=box];
      subgraph cluster0 {
        label="sources";
        source0 [label="files"];
      }
      subgraph cluster1 {
        label="one worker pool";
        stage0 [label="normalize (article)"];
        stage1 [label="entity-tag (article)"];
      }
      subgraph cluster2 {
        label="one thread, in input order";
        stage2 [label="dedupe (ordered)"];
      }
      subgraph cluster3 {
        label="2 of its own";
        stage3 [label="scores (article)"];
      }
      subgraph cluster4 {
        label="sinks";
        sink0 [label="jsonl"];
      }
      source0 -> stage0 [label="articles"];
      stage1 -> stage2 [label=""];
      stage2 -> stage3 [label=""];
      stage0 -> stage1 [label="text, sentences"];
      stage0 -> stage2 [label="text"];
      stage0 -> stage3 [label="text"];
      stage3 -> sink0 [label="records"];
    }
    "#);
}

#[test]
fn the_catalog_has_a_line_for_each_setting() {
    insta::assert_snapshot!(stages(&registry()), @r#"
    stage normalize 0.1.0: payload to clean text and sentences
      writes text, sentences
      mode = "article": article|verbatim, what is kept of the text
      language: text, the language of every article, where it is known
    stage entity-tag 0.1.0: text to mentions and entities
      reads text, sentences
      writes mentions, entities
      lists: list of path, lists of names
    stage quote-extract 0.1.0: text and mentions to quotations
      reads text, sentences
      reads if present mentions, entities
      writes quotations, turns
    stage summarize 0.1.0: text and layers to a summary
      reads text, sentences
      reads if present mentions, entities, quotations
      writes summary, keyphrases
      sentences = 3: a whole number from 1 to 100, sentences of the summary
    stage scorer 0.1.0: a stage with a setting of every kind
      reads text
      writes values
      threshold = 0.5: a number from 0 to 1, least score
      budget = "1 MiB": size, memory for models
      window = "1d": duration, distance between two articles
      strict = false: true or false, whether to be strict
      model: path, the model
      weights: table of a number from 0 to 10, weights by layer
      limits: table with nodes, depth, bounds of the work
      terms: list of text, words to look for
    stage linker 0.1.0: mentions to the entities of a list
      reads mentions
      writes values
      list (required): text, the list
    ordered stage dedupe 0.1.0: discards what came before
      reads text
      writes the file duplicates.jsonl
    source files: folders, globs and files
      paths: list of path, files, folders and patterns
      fields: table of text, our field by theirs
    source records: records of earlier runs
      paths: list of path, output folders
    sink jsonl: records as lines of JSON
      offsets = "codepoints": codepoints|bytes|utf16, unit of offsets
      raw_offsets = false: true or false, offsets into the payload everywhere
    sink null: nothing
    sink pages: pages
    "#);
}

#[test]
fn the_json_forms_say_the_same() {
    let plan = plan(WHOLE);
    let json = plan_json(&plan);
    assert_eq!(json["configuration"], plan.key.as_str());
    assert_eq!(json["stages"][1]["reads"][0]["from"], "normalize");
    assert_eq!(json["stages"][3]["when"]["language"][1], "de");
    assert_eq!(json["segments"][0]["stages"][1], "entity-tag");
    assert_eq!(json["run"]["max_failures"], "5%");
    let catalog = stages_json(&registry());
    assert_eq!(catalog["stages"][3]["settings"][0]["default"], 3);
    assert_eq!(catalog["sinks"][1]["name"], "null");
}
