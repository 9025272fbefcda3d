//! The form of lines can say all that our own stages say: else no plugin in it could take their place.

use document::{Document, Form, Origin, symbol};
use stage_api::{BuiltStage, Settings, Stage, StageSpec};

use crate::scripts::{has_python, load_command};

const LAYERS: [&str; 6] = ["mentions", "entities", "quotations", "turns", "summary", "keyphrases"];

/// Answers each article with what stands for it in a file.
const SCRIPT: &str = r#"
import json, sys
def say(message):
    print(json.dumps(message), flush=True)
layers = ["mentions", "entities", "quotations", "turns", "summary", "keyphrases"]
say({"copydesk_plugin": 1, "name": "t", "version": "1", "stages": [{"name": "all", "writes": layers}]})
for line in sys.stdin:
    message = json.loads(line)
    if "start" in message:
        say({"ready": True})
    elif "id" in message:
        with open(message["id"] + ".json", encoding="utf-8") as found:
            found = json.load(found)
        say({"id": message["id"], **{layer: found[layer] for layer in layers}})
"#;

fn instance(spec: &StageSpec) -> Box<dyn Stage> {
    match spec.build(&Settings::defaults(&spec.settings)).unwrap() {
        BuiltStage::Article(factory) => factory.instance(),
        BuiltStage::Ordered(_) => panic!("an article stage"),
    }
}

fn excerpt(doc: &Document) -> String {
    let mut out = Vec::new();
    wire::encode_excerpt(doc, &LAYERS, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_our_own_stages_write_comes_back_the_same() {
    if !has_python() {
        return;
    }
    let articles = [
        "Harbour strike ends\n\nBy Ines Falk\n\nÖRNVIK — The harbour of Örnvik opened again on 6 February 2023 after \
         dockers and the port agreed on a raise of $1.5 million. “We have what we came for,” said union leader \
         Mira Holt. “And we,” she added, “will not strike again this year.”\n\nPort director Jon Ask said the deal was \
         “fair to both sides”. He denied that the port had lost customers. Ms Holt told the Örnvik Post that talks took 14 days in Norway.",
        "Q: Why did you leave?\n\nA: I was tired, and the work was done.\n\nQ: What comes next?\n\nA: Sleep.",
        "“Unclosed, and nobody speaks.",
    ];
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("all.py"), SCRIPT).unwrap();
    let plugin = load_command(folder.path(), &["python3", "all.py"]).unwrap();
    let mut child = instance(&plugin.stages[0]);
    let mut quotations = 0;
    for (number, text) in articles.into_iter().enumerate() {
        let id = number.to_string();
        let mut ours =
            Document::new(id, Origin::path("sample.txt"), text.as_bytes().to_vec(), Form::Text);
        instance(&normalize::spec()).process(&mut ours).unwrap();
        ours.mark_written(symbol::TEXT);
        ours.mark_written(symbol::SENTENCES);
        let mut theirs = ours.clone();
        for spec in [entity_tag::spec(), quote_extract::spec(), summarize::spec()] {
            instance(&spec).process(&mut ours).unwrap();
        }
        for layer in LAYERS {
            let layer = symbol::reserved(layer).unwrap();
            ours.mark_written(layer);
            theirs.mark_written(layer);
        }
        let expected = excerpt(&ours);
        std::fs::write(folder.path().join(format!("{number}.json")), &expected).unwrap();
        child.process(&mut theirs).unwrap();
        assert_eq!(excerpt(&theirs), expected);
        quotations += theirs.view().quotations().count();
    }
    assert!(quotations >= 4, "{quotations}");
}
