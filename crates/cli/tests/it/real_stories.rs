//! The story of the shared real articles: found by places and counts, for none of their words stands here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{copydesk, json_lines, records};

/// The built-in stages and their settings of the shipped pipeline, with the stories at the end.
const PIPELINE: &str = "\
version = 1
[[source]]
use = \"files\"
paths = [\".\"]
[[stage]]
use = \"normalize\"
[[stage]]
use = \"entity-tag\"
[[stage]]
use = \"quote-extract\"
[[stage]]
use = \"summarize\"
[[stage]]
use = \"stories\"
[[sink]]
use = \"jsonl\"
";

/// Records by the number that their file's name begins with, and the stories.
struct Drop {
    records: Vec<Value>,
    stories: Vec<Value>,
}

fn run(inputs: &[&Path], out: &Path) -> Option<i32> {
    let pipeline = out.join("pipeline.toml");
    fs::write(&pipeline, PIPELINE).unwrap();
    let folder = out.join("out");
    let mut args = vec!["run", pipeline.to_str().unwrap(), "--output", folder.to_str().unwrap()];
    for input in inputs {
        args.extend(["--input", input.to_str().unwrap()]);
    }
    copydesk(out, &args).code
}

fn real_drop() -> Option<Drop> {
    let drop = testkit::shared("drops/indo-pacific")?;
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(&[&drop], dir.path()), Some(0));
    let out = dir.path().join("out");
    let stories = json_lines(&fs::read_to_string(out.join("stories.jsonl")).unwrap());
    Some(Drop { records: records(&out), stories })
}

/// The number that an article's file name begins with: its place in the drop.
fn place(id: &Value) -> usize {
    let name = id.as_str().unwrap().rsplit('/').next().unwrap();
    name.split('_').next().unwrap().parse().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The members of each group of several: place of the article and relation, in order.
fn shapes(story: &Value) -> Vec<Vec<(usize, &str)>> {
    let members = |group: &'_ Value| -> Vec<(usize, &str)> {
        let of = |member: &Value| place(&member["article"]);
        let members = list(&group["members"]).iter();
        members.map(|member| (of(member), relation(member))).collect()
    };
    list(&story["quotations"]).iter().map(members).filter(|members| members.len() > 1).collect()
}

fn relation(member: &Value) -> &'static str {
    match member["relation"].as_str().unwrap() {
        "same" => "same",
        "variant" => "variant",
        "unmarked" => "unmarked",
        other => panic!("no relation is called {other}"),
    }
}

#[test]
fn the_drop_is_one_story_with_what_several_outlets_quoted() {
    let Some(drop) = real_drop() else { return };
    assert_eq!(drop.stories.len(), 1);
    let story = &drop.stories[0];
    assert_eq!(list(&story["articles"]).len(), 5);
    let shapes = shapes(story);
    // One sentence in three outlets, whole, from the middle, and two words of it.
    assert!(shapes.contains(&vec![(0, "same"), (1, "same"), (4, "same")]), "{shapes:?}");
    // Words in marks in one outlet, reported without marks in another.
    assert!(shapes.contains(&vec![(1, "same"), (2, "unmarked")]), "{shapes:?}");
    // One thing said, in two wordings.
    let two = |shape: &&Vec<(usize, &str)>| {
        shape.len() == 2
            && shape[0].0 == 3
            && shape[1].0 == 4
            && shape.iter().any(|member| member.1 == "variant")
    };
    assert_eq!(shapes.iter().filter(two).count(), 1, "{shapes:?}");
    // Little else: a name for its partners that the same organization is quoted with in two outlets.
    assert!(shapes.len() <= 4, "{shapes:?}");
}

#[test]
fn every_member_is_its_slice_and_its_speaker_is_the_groups() {
    let Some(drop) = real_drop() else { return };
    let story = &drop.stories[0];
    let mut key_of: BTreeMap<&str, &str> = BTreeMap::new();
    for named in list(&story["people"]).iter().chain(list(&story["names"])) {
        for key in list(&named["keys"]) {
            key_of.insert(key.as_str().unwrap(), named["key"].as_str().unwrap());
        }
    }
    let mut told = 0;
    for group in list(&story["quotations"]) {
        for member in list(&group["members"]) {
            let record = &drop.records[place(&member["article"])];
            let text: Vec<char> = record["text"].as_str().unwrap().chars().collect();
            let at = |key: &str| member[key].as_u64().unwrap() as usize;
            let slice: String = text[at("start")..at("end")].iter().collect();
            assert_eq!(member["text"], slice);
            let Some(number) = member["quotation"].as_u64() else { continue };
            let quotation = &record["quotations"][number as usize];
            assert_eq!(
                (&quotation["start"], &quotation["end"]),
                (&member["start"], &member["end"])
            );
            told += usize::from(relation(member) != "unmarked");
            if let Some(entity) = quotation["speaker"]["entity"].as_u64() {
                let key = record["entities"][entity as usize]["key"].as_str().unwrap();
                assert_eq!(Some(key_of[key]), group["key"].as_str());
            }
        }
    }
    let marked = |record: &Value| {
        list(&record["quotations"])
            .iter()
            .filter(|quotation| quotation["kind"] != "indirect")
            .count()
    };
    assert_eq!(told, drop.records.iter().map(marked).sum::<usize>());
}

#[test]
fn every_person_has_one_key() {
    let Some(drop) = real_drop() else { return };
    let people = list(&drop.stories[0]["people"]);
    // Two spellings or orders of a name, a family name alone: each joined to the full name.
    let several = people.iter().filter(|person| list(&person["keys"]).len() > 1).count();
    assert!(several >= 3, "{several} persons of several spellings");
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for person in people {
        for word in person["name"].as_str().unwrap().split(' ').filter(|word| word.len() > 3) {
            assert!(seen.insert(word), "two persons share a name");
        }
    }
    // Countries have their code, whatever they are called.
    let names = list(&drop.stories[0]["names"]);
    let coded = names.iter().filter(|named| {
        let code = named["country"].as_str().unwrap_or("-").to_lowercase();
        named["key"].as_str().unwrap() == format!("loc:{code}")
    });
    assert!(coded.count() >= 10);
}
