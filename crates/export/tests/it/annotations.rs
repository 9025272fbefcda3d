use export::{Filter, Format, What};
use serde_json::{Value, json};

use crate::{bridge, exported, record};

fn annotations(records: &[Value], what: What) -> Vec<Value> {
    let (text, count) = exported(records, what, Format::W3c, &Filter::default());
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len() as u64, count);
    lines.iter().for_each(assert_model);
    lines
}

/// What <https://www.w3.org/TR/annotation-model/> requires of what is there.
fn assert_model(annotation: &Value) {
    assert_eq!(annotation["@context"], "http://www.w3.org/ns/anno.jsonld");
    assert_eq!(annotation["type"], "Annotation");
    assert_iri(&annotation["id"]);
    let motivations = [
        "assessing",
        "bookmarking",
        "classifying",
        "commenting",
        "describing",
        "editing",
        "highlighting",
        "identifying",
        "linking",
        "moderating",
        "questioning",
        "replying",
        "tagging",
    ];
    let motivation =
        |value: &Value| assert!(motivations.contains(&value.as_str().unwrap()), "{value}");
    motivation(&annotation["motivation"]);
    for body in annotation["body"].as_array().into_iter().flatten() {
        assert_eq!(body["type"], "TextualBody");
        assert!(body["value"].is_string());
        motivation(&body["purpose"]);
    }
    let targets = annotation["target"].as_array().unwrap();
    assert!(!targets.is_empty(), "there must be one or more targets");
    for target in targets {
        if target.get("source").is_none() {
            assert_iri(&target["id"]);
            continue;
        }
        assert_iri(&target["source"]);
        for selector in target["selector"].as_array().unwrap() {
            match selector["type"].as_str().unwrap() {
                "TextQuoteSelector" => {
                    let keys = ["exact", "prefix", "suffix"];
                    assert!(keys.iter().all(|key| selector[key].is_string()), "{selector}");
                }
                "TextPositionSelector" => {
                    let (start, end) = (selector["start"].as_u64(), selector["end"].as_u64());
                    assert!(start.unwrap() <= end.unwrap(), "{selector}");
                }
                other => panic!("a selector of type {other}"),
            }
        }
    }
}

fn assert_iri(value: &Value) {
    let (scheme, rest) = value.as_str().unwrap().split_once(':').expect("a scheme");
    assert!(["https", "urn"].contains(&scheme) && !rest.contains([' ', '<', '>', '"']), "{value}");
}

#[test]
fn a_quotation_says_who_of_each_of_its_parts() {
    let annotations = annotations(&[bridge()], What::Quotations);
    assert_eq!(annotations.len(), 2);
    insta::assert_snapshot!(serde_json::to_string_pretty(&annotations[0]).unwrap(), @r#"
    {
      "@context": "http://www.w3.org/ns/anno.jsonld",
      "body": [
        {
          "purpose": "identifying",
          "type": "TextualBody",
          "value": "Ada Ek"
        },
        {
          "purpose": "identifying",
          "type": "TextualBody",
          "value": "per:ada-maria-ek"
        },
        {
          "language": "en",
          "purpose": "describing",
          "type": "TextualBody",
          "value": "mayor"
        },
        {
          "purpose": "classifying",
          "type": "TextualBody",
          "value": "direct"
        }
      ],
      "id": "urn:copydesk:bridge:1:quotation-0",
      "motivation": "identifying",
      "target": [
        {
          "selector": [
            {
              "exact": "It will last,",
              "prefix": "Ostrel – A “good” day.\n\n“",
              "suffix": "” said Ada Ek, the mayor. “We tr",
              "type": "TextQuoteSelector"
            },
            {
              "end": 38,
              "start": 25,
              "type": "TextPositionSelector"
            }
          ],
          "source": "https://bell.example/bridge#top"
        },
        {
          "selector": [
            {
              "exact": "We tried it.",
              "prefix": "last,” said Ada Ek, the mayor. “",
              "suffix": "” “It will last,” a boy sang.",
              "type": "TextQuoteSelector"
            },
            {
              "end": 77,
              "start": 65,
              "type": "TextPositionSelector"
            }
          ],
          "source": "https://bell.example/bridge#top"
        }
      ],
      "type": "Annotation"
    }
    "#);
}

#[test]
fn selectors_select_what_they_say() {
    let bridge = bridge();
    let text: Vec<char> = bridge["text"].as_str().unwrap().chars().collect();
    let mut seen = 0;
    for what in [What::Quotations, What::Entities] {
        for annotation in annotations(std::slice::from_ref(&bridge), what) {
            for target in annotation["target"].as_array().unwrap() {
                let [quote, position] = &target["selector"].as_array().unwrap()[..] else {
                    panic!()
                };
                let at = |key: &str| position[key].as_u64().unwrap() as usize;
                let slice = |from: usize, to: usize| text[from..to].iter().collect::<String>();
                assert_eq!(quote["exact"], slice(at("start"), at("end")));
                assert_eq!(quote["prefix"], slice(at("start").saturating_sub(32), at("start")));
                assert_eq!(quote["suffix"], slice(at("end"), (at("end") + 32).min(text.len())));
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 5);
}

#[test]
fn an_article_without_page_and_text_is_pointed_at_by_name() {
    let mut bare = bridge();
    let keys = bare.as_object_mut().unwrap();
    keys.remove("text");
    keys.insert("url".to_owned(), "javascript:alert(1)".into());
    keys.insert("id".to_owned(), "drop/a b.html#2".into());
    let said = &annotations(std::slice::from_ref(&bare), What::Quotations)[0];
    assert_eq!(said["id"], "urn:copydesk:drop/a%20b.html%232:1:quotation-0");
    assert_eq!(
        said["target"],
        json!([{"id": "urn:copydesk:drop/a%20b.html%232", "type": "Text", "language": "en"}])
    );
}

#[test]
fn an_article_is_described_by_its_summary() {
    let nothing = record("nothing", json!({}));
    let annotations = annotations(&[bridge(), nothing], What::Articles);
    let bodies: Vec<_> = annotations[0]["body"]
        .as_array()
        .unwrap()
        .iter()
        .map(|body| (body["purpose"].as_str().unwrap(), body["value"].as_str().unwrap()))
        .collect();
    let expected =
        [("describing", "Ostrel – A “good” day."), ("tagging", "bridge"), ("tagging", "-day")];
    assert_eq!(bodies, expected);
    assert!(annotations[1].get("body").is_none());
}
