//! The same library in this process and in one of its own.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use document::Document;
use plugin_host::{Loader, serve_over};
use stage_api::{BuiltStage, OrderedStage, Placement, PluginLoader, Settings, Stage, StageSpec};

use crate::native::{doc, library, request, stage, wrong};
use crate::scripts::shown;

const LIBRARY: &str = "PLUGIN_HOST_TEST_LIBRARY";

/// What the child does: the test starts itself again, its answers going to a third pipe, since the
/// test harness prints to standard output. Does nothing in a run of all tests.
#[test]
fn in_another_process() {
    let Some(library) = std::env::var_os(LIBRARY) else { return };
    let output = File::options().write(true).open("/dev/fd/3").unwrap();
    serve_over(&PathBuf::from(library), std::io::stdin(), output).unwrap();
}

pub(crate) fn loader() -> Loader {
    let test = std::env::current_exe().unwrap();
    let script = format!(
        "{LIBRARY}=\"$1\" exec \"$0\" --exact serve::in_another_process --nocapture 3>&1 1>&2"
    );
    Loader::new(vec!["sh".into(), "-c".into(), script.into(), test.into()])
}

fn placement(isolate: bool) -> Placement {
    Placement { isolate, timeout: Some(Duration::from_secs(2)), ..Placement::named("bad") }
}

fn article(spec: &StageSpec, settings: &Settings, isolate: bool) -> Box<dyn Stage> {
    match spec.build_at(settings, &placement(isolate)).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

fn ordered(spec: &StageSpec, isolate: bool) -> Box<dyn OrderedStage> {
    match spec.build_at(&Settings::default(), &placement(isolate)).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => panic!("an ordered stage"),
    }
}

/// An article with mentions, entities, a quotation and metadata, as the stages before would leave it.
fn worked_on(text: &str) -> Document {
    use document::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
    use document::{Field, Span, symbol};

    let mut doc = doc(text);
    doc.metadata.supply(Field::Title, "Ferries", "sidecar");
    doc.metadata.extract(Field::Byline, &["Ann Lund", "Bo Lund"], "json-ld", 0.9);
    doc.metadata.set_meta("desk", "{\"n\": 1.50}".to_owned());
    let name = Span::new(0, text.find(' ').unwrap_or(text.len()) as u32);
    if name.is_empty() {
        return doc;
    }
    let mention = doc.add_mention(&MentionDraft::name(name, symbol::PER, 0.875));
    let entity = doc.add_entity(symbol::PER, "per:zoe", "Zoë", Some("NO"));
    doc.set_entity(mention, entity);
    doc.add_quotation(&QuotationDraft {
        span: name,
        kind: symbol::DIRECT,
        marked: &[name],
        cue: Some(name),
        speaker: Some(SpeakerDraft {
            span: Some(name),
            via: symbol::NAME,
            entity: Some(entity),
            name: "Zoë",
            role: Some("mayor"),
        }),
        addressee: None,
        occasion: None,
        said_on: Some("2031-05-01"),
        negated: true,
        score: 0.5,
    });
    let own = doc.intern("watch.hit");
    let label = doc.intern("ferry");
    doc.add_with_value(document::Row::new(own).at(name).label(label), "{\"a\": [1, 2.0]}");
    doc
}

/// Everything that a stage can have changed.
fn tables(doc: &Document) -> String {
    format!("{:?}\n{:?}\n{}\n{:?}", doc.rows(), doc.relations(), doc.values(), doc.names())
}

#[test]
fn a_library_gives_the_same_in_a_process_of_its_own() {
    let loaded = loader().load(&request(&library())).unwrap();
    let terms = Settings::default().with("terms", vec!["now", "and"]).with("least", 0);
    for (name, settings) in [("mark", terms), ("copy", Settings::default())] {
        let spec = stage(&loaded, name);
        let run = |isolate| {
            let mut docs: Vec<Document> =
                ["Zoë and the ferry now", "", "one", "now “and” now — 🐟 now"]
                    .into_iter()
                    .map(worked_on)
                    .collect();
            let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
            let mut stage = article(&spec, &settings, isolate);
            let outcomes = stage.process_batch(&mut batch);
            (outcomes, docs.iter().map(tables).collect::<Vec<_>>())
        };
        let (here, there) = (run(false), run(true));
        assert!(here.1.iter().any(|tables| tables.contains("misbehave.")), "{name} does something");
        assert_eq!(here, there, "{name}");
    }
}

#[test]
fn a_library_fails_the_same_in_a_process_of_its_own() {
    let loaded = loader().load(&request(&library())).unwrap();
    let spec = stage(&loaded, "wrong");
    let run = |how: &str, isolate| {
        let mut stage = article(&spec, &wrong(how), isolate);
        let mut docs: Vec<Document> = ["before", "now", "after"].map(doc).into();
        let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
        let outcomes = stage.process_batch(&mut batch);
        outcomes.iter().zip(&docs).map(|(outcome, doc)| shown(outcome, doc)).collect::<Vec<_>>()
    };
    let ways = [
        "nothing",
        "panic",
        "fail",
        "retry",
        "fatal",
        "discard",
        "end",
        "split",
        "backwards",
        "undeclared",
        "no-name",
        "score",
        "json",
        "relation",
        "layout",
        "leak",
    ];
    for how in ways {
        assert_eq!(run(how, true), run(how, false), "{how}");
    }
    for (how, expected) in [
        ("abort", "crash: `bad/wrong`: the child died on this article: it was killed by SIGABRT"),
        ("exit", "crash: `bad/wrong`: the child died on this article: it exited with code 0"),
        ("overflow", "crash: `bad/wrong`: the child died on this article: it was killed by SIG"),
        ("deaf", "timeout: `bad/wrong`: no answer within 2 s"),
    ] {
        let outcomes = run(how, true);
        assert!(outcomes[1].starts_with(expected), "{how}: {outcomes:?}");
        assert_eq!((outcomes[0].as_str(), outcomes[2].as_str()), ("0 row", "0 row"), "{how}");
    }
}

#[test]
fn settings_are_refused_from_there_too() {
    let loaded = loader().load(&request(&library())).unwrap();
    let spec = stage(&loaded, "wrong");
    let refusal = |isolate| {
        let settings = wrong("nothing").with("on", "refuse");
        spec.build_at(&settings, &placement(isolate)).unwrap_err()
    };
    assert_eq!(refusal(true), refusal(false));
    assert_eq!(refusal(true).setting, "on");
}

#[test]
fn a_state_is_the_same_in_a_process_of_its_own() {
    let loaded = loader().load(&request(&library())).unwrap();
    let spec = stage(&loaded, "tally");
    let run = |isolate| {
        let mut changes: Vec<Vec<u8>> = Vec::new();
        let mut seen = Vec::new();
        for texts in [["a", "b"], ["c", "d"]] {
            let mut stage = ordered(&spec, isolate);
            for change in &changes {
                stage.restore(change).unwrap();
            }
            for text in texts {
                let mut doc = doc(text);
                stage.process(&mut doc).unwrap();
                changes.extend(stage.take_change());
                seen.push(tables(&doc));
            }
        }
        (changes, seen)
    };
    assert_eq!(run(true), run(false));
}
