use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use document::{Origin, Revision, Sha256};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};
use sink::{Disk, Folder, FolderOptions};
use stage_api::{Outcome, Receipt, Sink, Tally};

/// An article about a ferry, in which somebody speaks.
pub(crate) struct Article {
    pub(crate) id: String,
    pub(crate) revision: u32,
    pub(crate) outlet: &'static str,
    pub(crate) day: &'static str,
    pub(crate) story: Option<&'static str>,
    /// Name and key of the speaker.
    pub(crate) speaker: (&'static str, &'static str),
    pub(crate) said: String,
}

impl Article {
    pub(crate) fn new(n: usize) -> Self {
        let speakers = [("Ada Ek", "per:ada-ek"), ("Ek", "per:ek"), ("Bo Lind", "per:bo-lind")];
        let outlets = ["Harbour Post", "Quay Ledger"];
        let days = ["2024-03-12", "2024-03-13", "2024-04-01"];
        let ends = ["in summer", "in winter", "never"];
        Self {
            id: format!("drop/{n}.txt"),
            revision: 1,
            outlet: outlets[n % 2],
            day: days[n % 3],
            story: Some(if n % 4 < 2 { "s-ferry" } else { "s-other" }),
            speaker: speakers[n % 3],
            said: format!("the ferry number {n} sails {}", ends[n % 3]),
        }
    }

    /// The record, with everything that an archive keeps in it.
    pub(crate) fn record(&self) -> Value {
        let Self { id, revision, outlet, day, story, speaker: (name, key), said } = self;
        let text = format!("Café owners wait. {name} said “{said}”. Port Ansel was quiet.");
        let place = |words: &str| {
            let start = text[..text.find(words).unwrap()].chars().count();
            (start, start + words.chars().count())
        };
        let (name_at, said_at, cue_at, port_at) =
            (place(name), place(said), place("said"), place("Port Ansel"));
        let supersedes = (*revision > 1).then(|| "ab".repeat(32));
        json!({
            "schema": "copydesk.article/1", "id": id, "revision": revision, "supersedes": supersedes,
            "origin": {"path": id, "line": 3, "member": null, "offset": 77, "sha256": "cd".repeat(32)},
            "title": format!("Ferries of {outlet}"), "dek": "A short line", "byline": ["Mo Roe"], "published": day,
            "modified": null, "outlet": outlet, "url": format!("https://news.example/{id}"), "language": "en",
            "fields": {"outlet": {"from": "sidecar", "confidence": 1.0}},
            "text": text, "sentences": [{"start": 0, "end": 17}, {"start": 18, "end": 40}],
            "mentions": [
                {"start": name_at.0, "end": name_at.1, "text": name, "kind": "name", "label": "PER", "entity": 0, "value": null, "score": 0.9},
                {"start": port_at.0, "end": port_at.1, "text": "Port Ansel", "kind": "name", "label": "LOC", "entity": 1, "value": null, "score": 0.8},
                {"start": 0, "end": 4, "text": "Café", "kind": "value", "label": "DATE", "entity": null, "value": "2024-03-12", "score": null},
            ],
            "entities": [
                {"id": 0, "key": key, "name": name, "label": "PER", "country": null, "mentions": [0]},
                {"id": 1, "key": "loc:port-ansel", "name": "Port Ansel", "label": "LOC", "country": "VL", "mentions": [1]},
            ],
            "quotations": [{
                "id": 0, "start": said_at.0, "end": said_at.1, "raw_start": 5, "raw_end": null, "text": said, "kind": "direct",
                "marked": [{"start": said_at.0, "end": said_at.1}], "part_of": null,
                "cue": {"start": cue_at.0, "end": cue_at.1, "text": "said"},
                "speaker": {"start": name_at.0, "end": name_at.1, "text": name, "via": "name", "entity": 0, "name": name, "role": "captain"},
                "addressee": null, "occasion": {"start": 0, "end": 4, "text": "Café"}, "said_on": day, "negated": false, "score": 0.97,
            }],
            "turns": [], "summary": [{"start": 0, "end": 17, "raw_start": 0, "raw_end": 18, "text": "Café owners wait.", "score": 0.5}],
            "keyphrases": [{"text": "ferry", "score": 1.0}],
            "annotations": [{"layer": "watch.hit", "start": 0, "end": 4, "label": "café", "kind": null, "score": 0.25, "data": {"by": [1, 2]}}],
            "values": {"ease": 52.1}, "story": story,
            "layers": {"quotations": {"stage": "quote-extract", "version": "1", "key": "k"}},
            "meta": {"desk": {"n": 1.50}}, "notes": [{"stage": "normalize", "start": null, "end": null, "message": "odd"}],
        })
    }
}

/// Writes records into an output folder, as a run over all of its sources would.
pub(crate) fn write(dir: &Path, key: &str, records: &[Value], stories: &[Value]) {
    write_with(dir, key, records, stories, false);
}

pub(crate) fn write_with(dir: &Path, key: &str, records: &[Value], stories: &[Value], fresh: bool) {
    let options = FolderOptions { part_bytes: 20_000, fresh, ..FolderOptions::new(dir, key, "") };
    let mut folder = Folder::open(options).unwrap();
    for record in records {
        let id = record["id"].as_str().unwrap();
        let receipt = Receipt {
            id: id.to_owned(),
            explicit_id: true,
            revision: Revision { number: 1, supersedes: None },
            origin: Origin { sha256: Sha256([1; 32]), ..Origin::path(id) },
            fingerprint: 0,
        };
        let record = format!("{record}\n").into_bytes();
        folder.write(Outcome::Written { receipt, record, tally: Tally::default() }).unwrap();
    }
    if !stories.is_empty() {
        let mut write_all = |out: &mut dyn std::io::Write| {
            stories.iter().try_for_each(|story| writeln!(out, "{story}"))
        };
        folder.drop_file("stories", &mut write_all).unwrap();
    }
    folder.finish().unwrap();
    folder.complete().unwrap();
}

/// The story of a few articles, in which one person has two keys.
pub(crate) fn story(id: &str, articles: &[&str]) -> Value {
    let members: Vec<_> = articles
        .iter()
        .map(|id| json!({"relation": "same", "article": id, "quotation": 0, "start": 24, "end": 30, "text": "the f"}))
        .collect();
    json!({
        "schema": "copydesk.story/1", "id": id, "merged_into": null, "headline": "Ferries", "articles": articles,
        "digest": [{"article": articles[0], "start": 0, "end": 17, "text": "Café owners wait."}],
        "people": [{"key": "per:ada-ek", "keys": ["per:ada-ek", "per:ek"], "name": "Ada Ek", "articles": articles}],
        "quotations": [{"speaker": "Ada Ek", "key": "per:ada-ek", "fullest": 0, "members": members}],
        "timeline": [{"date": "2024-03-12", "article": articles[0], "start": 0, "end": 17, "text": "Café owners wait."}],
    })
}

pub(crate) fn catch_up(dir: &Path) -> archive::CaughtUp {
    archive::catch_up(dir, &Disk::default()).unwrap()
}

pub(crate) fn database(dir: &Path) -> Connection {
    Connection::open(dir.join(archive::FILE)).unwrap()
}

/// One value of each row.
pub(crate) fn list(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok(shown(row.get_ref(0)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Every row of every table, and what the full-text indexes find, but for the numbers that only tell rows apart.
pub(crate) fn content(dir: &Path) -> BTreeMap<String, Vec<String>> {
    let db = database(dir);
    let mut content = BTreeMap::new();
    for (name, sql) in [
        ("parts", "SELECT * FROM parts"),
        ("state", "SELECT * FROM state"),
        (
            "articles",
            "SELECT a.*, l.stages FROM articles a JOIN layer_sets l ON l.layers = a.layers",
        ),
        ("revisions", "SELECT * FROM revisions"),
        ("mentions", "SELECT * FROM mentions"),
        ("entities", "SELECT * FROM entities"),
        ("names", "SELECT person, name, label FROM names ORDER BY person"),
        ("quotations", "SELECT * FROM quotations"),
        ("annotations", "SELECT * FROM annotations"),
        ("stories", "SELECT * FROM stories ORDER BY story"),
        ("story_articles", "SELECT * FROM story_articles"),
        ("story_keys", "SELECT * FROM story_keys"),
        ("story_quotations", "SELECT * FROM story_quotations"),
        ("story_versions", "SELECT * FROM story_versions"),
        ("unsettled", "SELECT * FROM unsettled"),
        ("stale_names", "SELECT * FROM stale_names"),
        ("article_words", "SELECT rowid FROM article_words WHERE article_words MATCH 'ferries'"),
        (
            "quotation_words",
            "SELECT rowid FROM quotation_words WHERE quotation_words MATCH 'ferry'",
        ),
        (
            "name_words",
            "SELECT n.person FROM name_words w JOIN names n ON n.number = w.rowid WHERE name_words MATCH 'ek' ORDER BY 1",
        ),
    ] {
        let mut statement = db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| {
                let values = (0..columns).map(|at| row.get_ref(at).map(shown));
                Ok(values.collect::<Result<Vec<_>, _>>()?.join("|"))
            })
            .unwrap();
        content.insert(name.to_owned(), rows.collect::<Result<_, _>>().unwrap());
    }
    for words in ["article_words", "quotation_words", "name_words"] {
        db.execute_batch(&format!(
            "INSERT INTO {words}({words}, rank) VALUES ('integrity-check', 1)"
        ))
        .unwrap_or_else(|error| panic!("{words}: {error}"));
    }
    assert_eq!(list(&db, "PRAGMA integrity_check"), ["ok"]);
    content
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// A copy of an output folder without its archive.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.path().is_file() && !name.to_string_lossy().starts_with(archive::FILE) {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}
