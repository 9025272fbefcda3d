//! The archive of the sample drop: it has what the records have, field by field, and answers the questions that
//! docs/archive.md asks it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use crate::program::{copydesk, json_lines, records, workspace};

/// A run of the shipped pipeline with the archive over the sample drop.
fn run(dir: &Path) {
    let shipped = fs::read_to_string(workspace().join("pipeline.toml")).unwrap();
    let drop = workspace().join("examples/drop");
    let pipeline = shipped
        .replace("examples/drop", &drop.display().to_string().replace('\\', "/"))
        .replace("use = \"report\"", "use = \"sqlite\"");
    fs::write(dir.join("pipeline.toml"), pipeline).unwrap();
    let ran = copydesk(dir, &["run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("archive.sqlite"), "the closing line says where: {}", ran.stderr);
}

fn open(dir: &Path) -> Connection {
    Connection::open(dir.join("out/archive.sqlite")).unwrap()
}

/// The rows of a statement, each as an object.
fn rows(db: &Connection, sql: &str, article: i64) -> Vec<Value> {
    let mut statement = db.prepare(sql).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let row = |row: &rusqlite::Row<'_>| {
        let fields = names.iter().enumerate().map(|(at, name)| {
            let value = match row.get_ref(at)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => json!(number),
                ValueRef::Real(number) => json!(number),
                ValueRef::Text(text) => json!(std::str::from_utf8(text).unwrap()),
                ValueRef::Blob(_) => unreachable!("no column of an article is a blob"),
            };
            Ok((name.clone(), value))
        });
        fields.collect::<rusqlite::Result<serde_json::Map<_, _>>>().map(Value::Object)
    };
    statement.query_map([article], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The record of an article, put together from the tables.
fn record_from(db: &Connection, article: i64) -> Value {
    let mut record = rows(
        db,
        "SELECT a.*, l.stages FROM articles a JOIN layer_sets l USING (layers) WHERE article = ?1",
        article,
    )
    .remove(0);
    let fields = record.as_object_mut().unwrap();
    let parsed = |value: &Value| -> Value {
        value.as_str().map_or(Value::Null, |json| serde_json::from_str(json).unwrap())
    };
    for name in [
        "byline",
        "fields",
        "meta",
        "notes",
        "values",
        "turns",
        "summary",
        "keyphrases",
        "sentences",
    ] {
        fields[name] = parsed(&fields[name]);
    }
    let place = |pair: &Value| json!({"start": pair[0], "end": pair[1]});
    let places =
        |pairs: &Value| -> Value { pairs.as_array().into_iter().flatten().map(place).collect() };
    fields["sentences"] = places(&fields["sentences"]);
    fields["layers"] = parsed(&fields.remove("stages").unwrap());
    let mut origin = serde_json::Map::new();
    for name in ["path", "line", "member", "offset", "sha256"] {
        origin.insert(name.to_owned(), fields.remove(name).unwrap());
    }
    fields.insert("origin".to_owned(), origin.into());
    fields.insert("schema".to_owned(), "copydesk.article/1".into());

    let mut mentions = rows(db, "SELECT * FROM mentions WHERE article = ?1", article);
    let mut of_entity: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for mention in &mut mentions {
        mention["value"] = parsed(&mention["value"]);
        if let Some(entity) = mention["entity"].as_u64() {
            of_entity.entry(entity).or_default().push(mention["mention"].clone());
        }
    }
    let mut entities = rows(db, "SELECT entity AS id, * FROM entities WHERE article = ?1", article);
    for entity in &mut entities {
        entity["mentions"] =
            of_entity.remove(&entity["id"].as_u64().unwrap()).unwrap_or_default().into();
        entity["corrected"] = json!(entity["corrected"] == json!(1));
    }
    let mut quotations = rows(
        db,
        "SELECT number AS id, * FROM quotations WHERE article = ?1 ORDER BY number",
        article,
    );
    for quotation in &mut quotations {
        let passage = |text: &str, start: &str, end: &str| match &quotation[text] {
            Value::Null => Value::Null,
            words => json!({"start": quotation[start], "end": quotation[end], "text": words}),
        };
        let cue = passage("cue", "cue_start", "cue_end");
        let addressee = passage("addressee", "addressee_start", "addressee_end");
        let occasion = passage("occasion", "occasion_start", "occasion_end");
        let speaker = match &quotation["via"] {
            Value::Null => Value::Null,
            via => json!({
                "start": quotation["speaker_start"], "end": quotation["speaker_end"], "text": quotation["speaker_text"],
                "via": via, "entity": quotation["entity"], "name": quotation["speaker"], "role": quotation["role"],
            }),
        };
        let marked: Value = serde_json::from_str(quotation["marked"].as_str().unwrap()).unwrap();
        quotation["marked"] = places(&marked);
        for name in ["negated", "corrected"] {
            quotation[name] = json!(quotation[name] == json!(1));
        }
        for (name, value) in
            [("cue", cue), ("addressee", addressee), ("occasion", occasion), ("speaker", speaker)]
        {
            quotation[name] = value;
        }
    }
    let mut annotations = rows(db, "SELECT * FROM annotations WHERE article = ?1", article);
    for annotation in &mut annotations {
        annotation["data"] = parsed(&annotation["data"]);
    }
    for (name, layer) in [
        ("mentions", mentions),
        ("entities", entities),
        ("quotations", quotations),
        ("annotations", annotations),
    ] {
        record[name] = layer.into();
    }
    record
}

/// Every field of `expected` must be in `found`; absent, null and empty are the same.
fn assert_has(found: &Value, expected: &Value, at: &str) {
    let is_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    match expected {
        nothing if is_nothing(nothing) => assert!(is_nothing(found), "{at}: {found}"),
        Value::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, value)| assert_has(&found[name], value, &format!("{at}.{name}")));
        }
        Value::Array(values) => {
            assert_eq!(found.as_array().map(Vec::len), Some(values.len()), "{at}");
            let pairs = values.iter().enumerate();
            pairs.for_each(|(n, value)| assert_has(&found[n], value, &format!("{at}[{n}]")));
        }
        Value::Number(number) => assert_eq!(found.as_f64(), number.as_f64(), "{at}"),
        value => assert_eq!(found, value, "{at}"),
    }
}

#[test]
fn the_archive_agrees_with_the_records_field_by_field() {
    let dir = tempfile::tempdir().unwrap();
    let speech = "drop/meridian-renn-speech.txt";
    let rename = json!({"article": speech, "entity": "Halvard Renn", "rename": "Halvard Renn-Oss"});
    fs::write(dir.path().join("corrections.jsonl"), format!("{rename}\n")).unwrap();
    run(dir.path());
    let db = open(dir.path());
    let records = records(&dir.path().join("out"));
    let corrected = records.iter().flat_map(|record| record["entities"].as_array().unwrap());
    assert_eq!(corrected.filter(|entity| entity["corrected"] == true).count(), 1);
    for (article, record) in (1..).zip(&records) {
        assert_has(&record_from(&db, article), record, record["id"].as_str().unwrap());
    }
    let count: usize = db.query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap();
    assert_eq!(count, records.len());
    // The stories: who is who, and which words are the same.
    let stories = json_lines(&fs::read_to_string(dir.path().join("out/stories.jsonl")).unwrap());
    let versions: usize = stories
        .iter()
        .flat_map(|story| story["quotations"].as_array().unwrap())
        .map(|quotation| quotation["members"].as_array().unwrap().len())
        .sum();
    let kept: usize = db
        .query_row("SELECT count(*) FROM versions WHERE id IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, versions);
    for person in stories.iter().flat_map(|story| story["people"].as_array().unwrap()) {
        for article in person["articles"].as_array().unwrap() {
            let sql = "SELECT count(*) FROM named WHERE id = ?1 AND person = ?2";
            let named: usize = db
                .query_row(sql, [article.as_str(), person["key"].as_str()], |row| row.get(0))
                .unwrap();
            assert!(named > 0, "{person} in {article}");
        }
    }
}

#[test]
fn every_question_of_the_guide_has_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path());
    let db = open(dir.path());
    let guide = fs::read_to_string(workspace().join("docs/archive.md")).unwrap();
    let questions: Vec<&str> =
        guide.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(questions.len() >= 5);
    for question in questions {
        let mut statement =
            db.prepare(question).unwrap_or_else(|error| panic!("{question}\n{error}"));
        let answers = statement.query_map([], |row| row.get_ref(0).map(|_| ())).unwrap();
        assert!(answers.map(Result::unwrap).count() > 0, "no answer to\n{question}");
    }
}

#[test]
fn search_finds_shows_and_explains() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir);
    fs::remove_file(dir.join("out/archive.sqlite")).unwrap(); // it is made again
    let ran = copydesk(dir, &["search", "out", "accord", "--limit", "2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout.to_lowercase().matches("**accord**").count().min(2), 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("the first 2 hits; `--limit` shows more"), "{}", ran.stderr);
    assert!(dir.join("out/archive.sqlite").exists());

    let ran = copydesk(dir, &["search", "out", "--person", "toldevin", "--json"]);
    let hits = json_lines(&ran.stdout);
    assert!(!hits.is_empty());
    for hit in &hits {
        assert_eq!(hit["kind"], "quotation");
        assert_eq!(hit["person"], "per:marisa-toldevin");
        assert!(hit["snippet"]["text"].is_string() && hit["id"].is_string(), "{hit}");
    }
    let ran = copydesk(dir, &["search", "out", "renn", "--kind", "name"]);
    assert!(ran.stdout.starts_with("Halvard Renn  PER  "), "{}", ran.stdout);
    let ran = copydesk(dir, &["search", "out", "zeppelins"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "", "nothing found\n")
    );

    for (args, message) in [
        (&["search", "out", "\"accord"][..], "a quotation mark without a partner"),
        (&["search", "out"], "name words to look for"),
        (&["search", "out", "accord", "--since", "March"], "2023-02-06, 2023-02 or 2023"),
        (&["search", "out", "accord", "--since", "2023-02-31"], "the calendar has no such day"),
        (&["search", "out", "accord", "--limit", "0"], "0 is not in 1..=1000000"),
        (
            &["search", "out", "accord", "--limit", "18446744073709551615"],
            "18446744073709551615 is not in 1..=1000000",
        ),
        (
            &["search", "out", "accord", "--person", "Nobody Atall"],
            "nobody here is called `Nobody Atall`",
        ),
        (&["search", "elsewhere", "accord"], "no output folder"),
    ] {
        let ran = copydesk(dir, args);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
}

#[test]
fn an_archive_that_cannot_be_written_costs_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(
        dir.join("pipeline.toml"),
        "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n\
         [[sink]]\nuse = \"jsonl\"\n[[sink]]\nuse = \"sqlite\"\n[[sink]]\nuse = \"report\"\n",
    )
    .unwrap();
    fs::create_dir(dir.join("drop")).unwrap();
    fs::write(dir.join("drop/a.txt"), "The ferry sails at noon.").unwrap();
    assert_eq!(copydesk(dir, &["run"]).code, Some(0));
    fs::write(dir.join("out/archive.sqlite"), "not a database, and not ours").unwrap();
    fs::write(dir.join("drop/b.txt"), "The ferry sails at midnight.").unwrap();
    let ran = copydesk(dir, &["run"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("is no archive of copydesk"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the records are safe, and the next run catches up"),
        "{}",
        ran.stderr
    );
    assert_eq!(records(&dir.join("out")).len(), 2);
    assert!(
        fs::read_to_string(dir.join("out/report/articles.html")).unwrap().contains("drop/b.txt"),
        "the other followers did their work"
    );
    fs::remove_file(dir.join("out/archive.sqlite")).unwrap();
    assert_eq!(copydesk(dir, &["run"]).code, Some(0), "with nothing new in the drop");
    let count: i64 =
        open(dir).query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2);
}
