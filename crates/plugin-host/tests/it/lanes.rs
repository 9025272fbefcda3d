//! One stage, written once for each lane, in place of `entity-tag`: the same records everywhere, and
//! `quote-extract` finds its speakers in all of them.

use std::path::Path;
use std::sync::Arc;

use document::layers::MentionDraft;
use document::{Document, Form, Origin, Producer, RowId, Span, symbol};
use misbehave::names::{find, key};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stage_api::{
    BuiltStage, Flow, Placement, PluginLoader, Settings, Stage, StageError, StageSpec,
};

use crate::native::{library, request, stage};
use crate::scripts::{has_python, load_command};

const NAMES: [&str; 4] = ["Zoë Lind", "Ada Ek", "Ada", "Öræfa Hall"];

/// The same in Python, an article a line. Its names come from the settings, as everywhere.
const SCRIPT: &str = r#"
import json, re, sys

def say(message):
    print(json.dumps(message), flush=True)

def tag(text):
    mentions, entities, known = [], [], {}
    longest = sorted(names, key=len, reverse=True)
    for found in re.finditer("|".join(map(re.escape, longest)), text):
        name = found.group()
        if name not in known:
            known[name] = len(known)
            entities.append({"name": name, "label": "PER", "key": "per:" + name.lower().replace(" ", "-")})
        mentions.append({"start": found.start(), "end": found.end(), "label": "PER", "score": 0.75, "entity": known[name]})
    return {"mentions": mentions, "entities": entities}

stage = {"name": "names", "reads": ["text"], "writes": ["mentions", "entities"],
         "settings": {"properties": {"names": {"type": "array", "items": {"type": "string"}}}}}
say({"copydesk_plugin": 1, "name": "tags", "version": "0.1.0", "stages": [stage]})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        names = message["settings"]["names"]
        say({"ready": True})
    elif "id" in message:
        say({"id": message["id"], **tag(message["text"])})
"#;

fn settings() -> Settings {
    Settings::default().with("names", NAMES.to_vec())
}

/// The stage as one of this program's own would be.
struct BuiltIn(Vec<String>);

impl Stage for BuiltIn {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let mut entities: Vec<Option<RowId>> = vec![None; self.0.len()];
        for (span, number) in find(doc.text(), &self.0) {
            let span = Span::from_range(span);
            let mention = doc.add_mention(&MentionDraft::name(span, symbol::PER, 0.75));
            let name = &self.0[number];
            let entity = *entities[number]
                .get_or_insert_with(|| doc.add_entity(symbol::PER, &key(name), name, None));
            doc.set_entity(mention, entity);
        }
        Ok(Flow::Keep)
    }
}

fn instance(spec: &StageSpec, settings: &Settings, isolate: bool) -> Box<dyn Stage> {
    let placement = Placement { isolate, ..Placement::named("names") };
    match spec.build_at(settings, &placement).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

/// The stage in every lane that this machine has, each with its name.
fn lanes(folder: &Path) -> Vec<(&'static str, Box<dyn Stage>)> {
    let native = crate::serve::loader().load(&request(&library())).unwrap();
    let spec = stage(&native, "names");
    let names = NAMES.map(str::to_owned).to_vec();
    let mut lanes: Vec<(_, Box<dyn Stage>)> = vec![
        ("built-in", Box::new(BuiltIn(names))),
        ("native", instance(&spec, &settings(), false)),
        ("isolated", instance(&spec, &settings(), true)),
    ];
    if has_python() {
        std::fs::write(folder.join("names.py"), SCRIPT).unwrap();
        let script = load_command(folder, &["python3", "names.py"]).unwrap();
        lanes.push(("python", instance(&script.stages[0], &settings(), false)));
    }
    lanes
}

/// The record of an article after `normalize`, the stage, and `quote-extract`.
fn record(text: &str, names: &mut dyn Stage) -> String {
    let origin = Origin::path("sample.txt");
    let mut doc = Document::new("sample", origin, text.as_bytes().to_vec(), Form::Text);
    let own = |spec: StageSpec| instance(&spec, &Settings::defaults(&spec.settings), false);
    let (mut normalize, mut quotes) = (own(normalize::spec()), own(quote_extract::spec()));
    let steps: [(&str, &mut dyn Stage, &[document::Symbol]); 3] = [
        ("normalize", normalize.as_mut(), &[symbol::TEXT, symbol::SENTENCES]),
        ("names", names, &[symbol::MENTIONS, symbol::ENTITIES]),
        ("quote-extract", quotes.as_mut(), &[symbol::QUOTATIONS, symbol::TURNS]),
    ];
    for (name, stage, layers) in steps {
        let producer = Producer { stage: name.into(), version: "0".into(), key: String::new() };
        doc.begin_stage(Arc::new(producer));
        assert_eq!(stage.process(&mut doc), Ok(Flow::Keep), "{name}");
        for layer in layers {
            doc.mark_written(*layer);
        }
    }
    let mut out = Vec::new();
    wire::encode(&doc, &wire::Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_plugin_in_place_of_entity_tag_feeds_quote_extract() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Ada Ek said the bridge at Öræfa Hall would open in May.\n\n\
                “We have what we came for,” said Zoë Lind.";
    for (lane, mut stage) in lanes(folder.path()) {
        let record = wire::Record::parse(record(text, stage.as_mut()).as_bytes()).unwrap();
        let speakers: Vec<_> = record
            .quotations
            .iter()
            .flatten()
            .map(|quotation| quotation.speaker.as_ref().and_then(|speaker| speaker.name.clone()))
            .collect();
        assert_eq!(speakers, [Some("Ada Ek".into()), Some("Zoë Lind".into())], "{lane}");
        let entities: Vec<_> =
            record.entities.iter().flatten().map(|entity| entity.key.clone()).collect();
        assert_eq!(entities, ["per:ada-ek", "per:öræfa-hall", "per:zoë-lind"], "{lane}");
    }
}

/// Articles that have names, quotations of every kind, and characters of every length.
fn article() -> impl Strategy<Value = String> {
    let sentence = prop_oneof![
        Just("“The river is high,” Ada Ek said."),
        Just("Zoë Lind denied that the mill burned. 🐟"),
        Just("Ada, who is nine, saw it — and Öræfa Hall, too."),
        Just("‘No,’ said Zoë Lind, ‘and never again.’"),
        Just("Adamant, they waited in Zoë Lindens street."),
        Just("“An open mark, Ada Ek thought."),
        Just("Rain fell."),
        Just(""),
    ];
    let paragraph = prop::collection::vec(sentence, 0..5).prop_map(|all| all.join(" "));
    prop::collection::vec(paragraph, 0..5)
        .prop_map(|all| format!("It rained at Öræfa Hall.\n\n{}", all.join("\n\n")))
}

/// Many articles through one instance of each: what is asked is the same, whatever came before.
#[test]
fn every_lane_gives_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let lanes = std::cell::RefCell::new(lanes(folder.path()));
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let checked = runner.run(&article(), |text| {
        let mut lanes = lanes.borrow_mut();
        let (own, others) = lanes.split_first_mut().expect("the built-in one is first");
        let expected = record(&text, own.1.as_mut());
        for (lane, stage) in others {
            prop_assert_eq!(record(&text, stage.as_mut()), expected.as_str(), "{}", lane);
        }
        Ok(())
    });
    checked.unwrap();
}
