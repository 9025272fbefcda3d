use std::fmt::Write as _;

use columns::{Layout, Table};
use parquet_sink::catch_up;
use sink::Disk;

use crate::rows::{assert_nested, assert_tables, rows};
use crate::{bare, full, write_folder};

#[test]
fn everything_that_records_say_is_there_in_both_layouts() {
    let dir = tempfile::tempdir().unwrap();
    let mut records = vec![full()];
    records.extend(bare("first"));
    let mut later = full();
    later["id"] = "another".into();
    let second = vec![later.clone()];
    write_folder(
        dir.path(),
        &[("articles-00000000.jsonl", records.clone()), ("articles-00000001.jsonl", second)],
    );
    records.push(later);
    let folder = catch_up(dir.path(), Layout::Nested, &Disk::default()).unwrap().folder;
    assert_nested(&folder, &records);
    let days: Vec<_> =
        rows(&folder, "articles").iter().map(|row| row["published_day"].clone()).collect();
    assert_eq!(
        days,
        [19_394.into(), serde_json::Value::Null, serde_json::Value::Null, 19_394.into()]
    );
    let folder = catch_up(dir.path(), Layout::Tables, &Disk::default()).unwrap().folder;
    assert_tables(&folder, &records);
}

#[test]
fn many_records_are_many_batches() {
    let dir = tempfile::tempdir().unwrap();
    let records: Vec<_> = (0..700).flat_map(|n| bare(&format!("a{n}"))).chain([full()]).collect();
    write_folder(dir.path(), &[("articles-00000000.jsonl", records.clone())]);
    let folder = catch_up(dir.path(), Layout::Tables, &Disk::default()).unwrap().folder;
    assert_tables(&folder, &records);
}

/// The schema is a promise: this is changed together with `columns::VERSION`, or by columns that are added.
#[test]
fn the_schema_is_stable() {
    let mut shown = String::new();
    for table in [Layout::Nested.tables(), Layout::Tables.tables()].concat() {
        let name = if table == Table::Nested { "nested" } else { table.name() };
        writeln!(shown, "{name}").unwrap();
        for field in columns::schema(table).fields() {
            describe(field, 1, &mut shown);
        }
    }
    insta::assert_snapshot!(shown);
}

fn describe(field: &arrow_schema::Field, depth: usize, out: &mut String) {
    use arrow_schema::DataType;
    let may = if field.is_nullable() { "?" } else { "" };
    let (kind, inner) = match field.data_type() {
        DataType::List(item) => match item.data_type() {
            DataType::Struct(fields) => ("list of".to_owned(), fields.to_vec()),
            plain => (format!("list of {plain}"), Vec::new()),
        },
        DataType::Struct(fields) => ("struct of".to_owned(), fields.to_vec()),
        plain => (plain.to_string(), Vec::new()),
    };
    writeln!(out, "{}{}{may}: {kind}", "  ".repeat(depth), field.name()).unwrap();
    for field in inner {
        describe(&field, depth + 1, out);
    }
}
