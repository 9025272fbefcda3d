//! The Python module, in both forms.

use std::path::Path;
use std::process::Command;

use document::{Document, Field, Span, symbol};
use stage_api::{BuiltStage, OrderedStage, Settings, Stage, StageSpec};

use crate::scripts::{has_python, load_command, shown};

const MODULE: &str = include_str!("../../kit/copydesk_plugin.py");

const SCRIPT: &str = r#"
import os, sys
import copydesk_plugin as copydesk

TERMS = {"terms": {"type": "array", "items": {"type": "string"}, "default": ["ferry"]}}

@copydesk.stage(reads=["text", "sentences", "mentions"], writes=["t.hit", "mentions", "values"], settings=TERMS)
def tag(doc, out, terms):
    "marks terms. And more."
    print("not an answer", doc.title)
    os.write(1, b"nor this\n")
    if "discard" in doc.text:
        out.value("t.lost", 1)
        raise copydesk.Discard("told to")
    if "retry" in doc.text:
        raise copydesk.Retry("busy")
    if "fatal" in doc.text:
        raise copydesk.Fatal("no licence")
    if "fail" in doc.text:
        raise copydesk.Fail("no idea")
    if "bug" in doc.text:
        return doc.text[1000]
    if "beyond" in doc.text:
        return out.annotate("t.hit", 0, 1000)
    if "circle" in doc.text:
        circle = []
        circle.append(circle)
        return out.value("t.circle", circle)
    if "endless" in doc.text:
        return out.annotate("t.hit", 0, 1, data=float("inf"))
    for term in terms:
        at = doc.text.find(term)
        if at >= 0:
            out.annotate("t.hit", at, at + len(term), label=term, score=0.5, data={"é": [1]})
    for old in doc.layer("mentions"):
        out.annotate("t.hit", old["start"], old["end"], label=old["label"], kind=old["kind"])
    out.mention(0, 1, "PER", score=0.25)
    out.value("t.sentences", len(doc.layer("sentences")))
    out.value("t.meta", [doc.title, doc.byline, doc.language, doc.meta])
    out.note("seen", 1, 3)

@copydesk.stage(name="sum", writes=["values"], settings={"from": {"type": "integer", "default": 0}}, ordered=True)
class Sum:
    def __init__(self, **settings):
        self.total = settings["from"]
        if self.total < 0:
            raise copydesk.SettingError("from", "is negative")
        if self.total > 1000:
            raise ValueError("too much")

    def restore(self, change):
        self.total += change["add"]

    def process(self, doc, out):
        add = len(doc.text)
        self.total += add
        out.value("t.sum", self.total)
        out.change({"add": add})
        if "fail" in doc.text:
            raise copydesk.Fail("counted all the same")

copydesk.run("t", "1.0", sys.argv[1])
"#;

fn stages(folder: &Path, form: &str) -> Vec<StageSpec> {
    std::fs::write(folder.join("copydesk_plugin.py"), MODULE).unwrap();
    std::fs::write(folder.join("tag.py"), SCRIPT).unwrap();
    load_command(folder, &["python3", "tag.py", form]).unwrap().stages
}

fn article(spec: &StageSpec) -> Box<dyn Stage> {
    match spec.build(&Settings::defaults(&spec.settings)).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

fn ordered(spec: &StageSpec) -> Box<dyn OrderedStage> {
    match spec.build(&Settings::defaults(&spec.settings)).unwrap() {
        BuiltStage::Ordered(make) => make(),
        BuiltStage::Article(_) => panic!("an ordered stage"),
    }
}

fn doc(text: &str) -> Document {
    let mut doc = testkit::doc_with_sentences(text, &[]);
    doc.metadata.supply(Field::Title, "Über", "sidecar");
    doc.metadata.supply(Field::Byline, "Ann Lund", "sidecar");
    doc.metadata.supply(Field::Byline, "Bo Lund", "sidecar");
    doc.metadata.set_meta("desk", "[\"é\"]".to_owned());
    if let Some(at) = text.find("Zoë") {
        let span = Span::new(at as u32, at as u32 + 4);
        let draft = document::layers::MentionDraft::name(span, symbol::ORG, 0.5);
        doc.add_mention(&draft);
        doc.mark_written(symbol::MENTIONS);
    }
    doc
}

const TEXTS: [&str; 11] = [
    "“Good” said Zoë on the ferry.",
    "a ferry",
    "discard this",
    "retry this",
    "fail this",
    "a bug",
    "beyond it",
    "🐟🐟 ferry ferry 🐟",
    "a circle",
    "endless",
    "fatal",
];

#[test]
fn both_forms_say_the_same() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |form: &str| {
        let stages = stages(folder.path(), form);
        assert_eq!(
            (stages[0].info.name.as_ref(), stages[0].info.summary.as_ref()),
            ("p/tag", "marks terms. And more")
        );
        let mut docs = TEXTS.map(doc);
        let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
        let outcomes = article(&stages[0]).process_batch(&mut batch);
        let row = |doc: &Document, row: &document::Row| {
            let names =
                [row.layer, row.kind, row.label].map(|symbol| doc.name_of(symbol).to_owned());
            let words = row.span().map(|span| doc.slice(span).to_owned());
            let value = doc
                .value(row)
                .map(|value| serde_json::from_str::<serde_json::Value>(value).unwrap());
            format!("{names:?} {words:?} {} {value:?}", row.score)
        };
        let outcomes = outcomes.iter().zip(&docs).map(|(outcome, doc)| {
            let mut rows: Vec<_> = doc.rows().iter().map(|one| row(doc, one)).collect();
            rows.sort();
            (shown(outcome, doc), rows)
        });
        outcomes.collect::<Vec<_>>()
    };
    let lines = run("jsonl");
    let words: Vec<&str> = lines.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert!(words[0].ends_with("row") && words[1].ends_with("row") && words[7].ends_with("row"));
    assert_eq!(
        words[2..6],
        [
            "discard: told to",
            "retry: `p/tag`: busy",
            "fail: `p/tag`: no idea",
            "fail: `p/tag`: IndexError: string index out of range (tag.py:22)",
        ]
    );
    assert!(words[6].starts_with("contract: `p/tag`: answered what it may not: "));
    for no_json in &words[8..10] {
        assert!(no_json.starts_with("fail: `p/tag`: what it adds is no JSON: "), "{no_json}");
    }
    assert_eq!(words[10], "fatal: `p/tag`: no licence");
    let frames = run("frame");
    for (at, (lines, frames)) in lines.iter().zip(&frames).enumerate() {
        if at != 6 {
            assert_eq!(lines, frames);
        }
    }
    assert_eq!(
        frames[6].0,
        "contract: `p/tag`: answered what it may not: `t.hit` row 0: the end 1000 lies beyond the text (9 bytes)"
    );
}

#[test]
fn a_class_keeps_a_state_in_both_forms() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for form in ["jsonl", "frame"] {
        let spec = &stages(folder.path(), form)[1];
        let mut changes: Vec<Vec<u8>> = Vec::new();
        let mut sums = Vec::new();
        for texts in [["a", "fail"], ["bcd", ""]] {
            let mut stage = ordered(spec);
            for change in &changes {
                stage.restore(change).unwrap();
            }
            for text in texts {
                let mut doc = testkit::doc(text);
                let outcome = stage.process(&mut doc);
                changes.extend(stage.take_change());
                sums.push(
                    outcome.map_or_else(|error| error.to_string(), |_| doc.values().to_owned()),
                );
            }
        }
        assert_eq!(sums, ["1", "`p/sum`: counted all the same", "8", "8"], "{form}");
        let mut stage = ordered(spec);
        stage.restore(b"{\"other\": 1}").unwrap();
        let error = stage.process(&mut testkit::doc("x")).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "`p/sum`: the state of an earlier run cannot be restored: KeyError: 'add'"
            ),
            "{error}"
        );
    }
}

#[test]
fn settings_are_refused_by_name() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let spec = &stages(folder.path(), "jsonl")[1];
    let refusal = |from: i32| spec.build(&Settings::default().with("from", from)).unwrap_err();
    assert_eq!(refusal(-1).to_string(), "`from`: is negative");
    assert_eq!(refusal(1001).to_string(), "`use`: ValueError: too much (tag.py:49)");
}

/// What the protocol's page promises to work in ten minutes.
#[test]
fn the_example_of_the_protocol_works() {
    if !has_python() {
        return;
    }
    let page = include_str!("../../../../docs/plugin-protocol.md");
    let (_, rest) = page.split_once("```python\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shout.py"), script).unwrap();
    let plugin = load_command(folder.path(), &["python3", "shout.py"]).unwrap();
    let mut docs = ["Zoë: BREAKING news", "no news"].map(testkit::doc);
    let mut batch: Vec<&mut Document> = docs.iter_mut().collect();
    let outcomes = article(&plugin.stages[0]).process_batch(&mut batch);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let found: Vec<&str> =
        docs[0].rows().iter().map(|row| docs[0].slice(row.span().unwrap())).collect();
    assert_eq!((found, docs[1].rows().len()), (vec!["BREAKING"], 0));
}

/// The numbers of names stand in the module once more.
#[test]
fn the_module_knows_our_names() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("copydesk_plugin.py"), MODULE).unwrap();
    let print = "import copydesk_plugin as c; print(*(f'{n} {t or str()}' for n, t in sorted(c._NAMES.items())), c.ABI, sep='\\n')";
    let printed = Command::new("python3").args(["-c", print]).current_dir(folder.path()).output();
    let names = symbol::RESERVED.iter().map(|(symbol, name)| format!("{} {name}\n", symbol.0));
    let expected = format!("{}{}\n", names.collect::<String>(), plugin_abi::ABI);
    assert_eq!(String::from_utf8(printed.unwrap().stdout).unwrap(), expected);
}
