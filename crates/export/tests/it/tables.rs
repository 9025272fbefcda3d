use export::{Filter, Format, What};
use serde_json::json;

use crate::{bridge, exported, record};

/// The table without the byte order mark, with `\n` for line ends.
fn table(records: &[serde_json::Value], what: What, filter: &Filter) -> String {
    let (csv, count) = exported(records, what, Format::Csv, filter);
    let rows = csv.strip_prefix('\u{feff}').expect("a byte order mark");
    assert_eq!(
        rows.matches("\r\n").count() as u64,
        count + 1,
        "a header, and CRLF after each line"
    );
    rows.replace("\r\n", "\n")
}

#[test]
fn a_row_is_a_whole_quotation() {
    insta::assert_snapshot!(table(&[bridge()], What::Quotations, &Filter::default()), @r#"
    outlet,date,title,speaker,role,kind,quotation,context,url,line,start,end,confidence,cue,known by,addressee,occasion,said on,denied,corrected,parts,speaker key,language,article,revision,quotation id
    The Bell,2023-02-06,'=A bridge,Ada Ek,mayor,direct,"It will last, … We tried it.","“It will last,” said Ada Ek, the mayor.",https://bell.example/bridge#top:~:text=It%20will%20last%2C,3,25,77,0.97,said,name,,,,no,no,2,per:ada-maria-ek,en,bridge,1,0
    The Bell,2023-02-06,'=A bridge,,,direct,"It will last,","“It will last,” a boy sang.","https://bell.example/bridge#top:~:text=it.%E2%80%9D%20%E2%80%9C-,It%20will%20last%2C,-%E2%80%9D%20a",3,80,93,0.5,sang,,,,,no,no,1,,en,bridge,1,2
    "#);
}

#[test]
fn a_row_is_an_entity_of_an_article() {
    insta::assert_snapshot!(table(&[bridge()], What::Entities, &Filter::default()), @"
    outlet,date,title,name,label,country,mentions,quotations,url,line,start,end,key,language,article,revision,entity id
    The Bell,2023-02-06,'=A bridge,Ostrel,LOC,,1,0,https://bell.example/bridge#top:~:text=Ostrel,1,0,6,loc:ostrel-upon-tarn,en,bridge,1,0
    The Bell,2023-02-06,'=A bridge,Ada Ek,PER,,1,1,https://bell.example/bridge#top:~:text=Ada%20Ek,3,45,51,per:ada-maria-ek,en,bridge,1,1
    ");
}

#[test]
fn a_row_is_an_article() {
    insta::assert_snapshot!(table(&[bridge()], What::Articles, &Filter::default()), @"
    outlet,date,title,dek,byline,language,url,quotations,with speaker,entities,characters,summary,keyphrases,story,article,revision,file
    The Bell,2023-02-06,'=A bridge,,Ann Lund; Bo Lund,en,https://bell.example/bridge#top,2,1,2,106,Ostrel – A “good” day.,bridge; -day,s1,bridge,1,drop/a.txt
    ");
}

#[test]
fn what_was_left_out_of_records_leaves_cells_empty() {
    let mut bare = bridge();
    let keys = bare.as_object_mut().unwrap();
    for key in ["text", "sentences", "entities", "mentions", "url"] {
        keys.remove(key);
    }
    let none = record("none", json!({}));
    let rows = table(&[bare, none], What::Quotations, &Filter::default());
    insta::assert_snapshot!(rows.lines().skip(1).collect::<Vec<_>>().join("\n"), @r#"
    The Bell,2023-02-06,'=A bridge,Ada Ek,mayor,direct,"It will last, … We tried it.",,,,25,77,0.97,said,name,,,,no,no,2,,en,bridge,1,0
    The Bell,2023-02-06,'=A bridge,,,direct,"It will last,",,,,80,93,0.5,sang,,,,,no,no,1,,en,bridge,1,2
    "#);
}

#[test]
fn offsets_are_code_points_whatever_the_record_counts() {
    let mut utf16 = record(
        "fish",
        json!({
            "text": "🐟 “Hello.”", "quotations": [
                {"id": 0, "start": 4, "end": 10, "text": "Hello.", "kind": "direct", "marked": [], "negated": false},
            ],
        }),
    );
    utf16["offsets"] = "utf16".into();
    let rows = table(&[utf16], What::Quotations, &Filter::default());
    assert!(rows.contains(",Hello.,,,1,3,9,,"), "{rows}");
}

#[test]
fn the_latest_revision_alone_counts() {
    let mut second = bridge();
    second["revision"] = 2.into();
    second["quotations"] = json!([]);
    assert_eq!(table(&[bridge(), second], What::Quotations, &Filter::default()).lines().count(), 1);
}

#[test]
fn filters_limit_rows() {
    let undated = record("undated", json!({"outlet": "Gull", "text": "x", "quotations": []}));
    let records = [bridge(), undated];
    let rows = |what: What, filter: Filter| table(&records, what, &filter).lines().count() - 1;
    let some = |text: &str| Some(text.to_owned());
    let all = Filter::default();
    let cases = [
        (What::Articles, all.clone(), 2),
        (What::Articles, Filter { outlet: some("bell"), ..all.clone() }, 1),
        (What::Articles, Filter { since: some("2023-02-06"), ..all.clone() }, 1),
        (What::Articles, Filter { since: some("2023-02-07"), ..all.clone() }, 0),
        (What::Articles, Filter { since: some("2022"), until: some("2023-02"), ..all.clone() }, 1),
        (What::Articles, Filter { until: some("2023-01"), ..all.clone() }, 0),
        (What::Articles, Filter { person: some("ada ek"), ..all.clone() }, 1),
        (What::Articles, Filter { person: some("nobody"), ..all.clone() }, 0),
        (What::Quotations, Filter { person: some("ADA MARIA"), ..all.clone() }, 1),
        (What::Quotations, Filter { person: some("Ostrel"), ..all.clone() }, 0),
        (What::Entities, Filter { person: some("per:ada-maria-ek"), ..all.clone() }, 1),
        (What::Entities, Filter { person: some("ostrel"), ..all.clone() }, 1),
        (What::Entities, Filter { person: some("loc:ostrel-upon-tarn"), ..all.clone() }, 1),
        (What::Entities, Filter { person: some("Ostr"), ..all.clone() }, 0),
        (What::Entities, Filter { person: some("per"), ..all.clone() }, 0),
        (What::Entities, Filter { person: some("ek ada"), ..all.clone() }, 1),
        (What::Articles, Filter { outlet: some("bell the"), ..all }, 1),
    ];
    for (what, filter, expected) in cases {
        assert_eq!(rows(what, filter.clone()), expected, "{what:?} {filter:?}");
    }
}
