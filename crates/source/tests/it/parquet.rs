//! Parquet files: rows as articles, columns as fields.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use document::Field;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use stage_api::{Arrival, Settings, Source, Value};

const SCHEMA: &str = "message articles {
    required binary maintext (UTF8);
    optional binary title (UTF8);
    optional int64 date_publish (TIMESTAMP_MILLIS);
    optional group authors (LIST) { repeated group list { required binary element (UTF8); } }
    optional group place { required binary town (UTF8); required double lat; }
    required int32 words;
}";

/// Writes `groups` row groups of two articles each.
fn write(path: &Path, schema: &str, groups: usize, packing: Compression) {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(packing).build();
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, properties.into()).unwrap();
    for group in 0..groups {
        let mut rows = writer.next_row_group().unwrap();
        let mut column = 0;
        while let Some(mut next) = rows.next_column().unwrap() {
            let text = |text: &str| ByteArray::from(text);
            match (next.untyped(), column) {
                (ColumnWriter::ByteArrayColumnWriter(out), 0) => {
                    let texts = [
                        text(&format!("Rain fell on Ostra, group {group}.")),
                        text("The river rose."),
                    ];
                    out.write_batch(&texts, None, None).unwrap();
                }
                (ColumnWriter::ByteArrayColumnWriter(out), 1) => {
                    out.write_batch(&[text("Rain")], Some(&[1, 0]), None).unwrap();
                }
                (ColumnWriter::Int64ColumnWriter(out), _) => {
                    out.write_batch(&[1_675_677_600_000], Some(&[1, 0]), None).unwrap();
                }
                (ColumnWriter::ByteArrayColumnWriter(out), 3) => {
                    let names = [text("Ada Ek"), text("Tom Reed")];
                    out.write_batch(&names, Some(&[2, 2, 0]), Some(&[0, 1, 0])).unwrap();
                }
                (ColumnWriter::ByteArrayColumnWriter(out), _) => {
                    out.write_batch(&[text("Ostra")], Some(&[1, 0]), None).unwrap();
                }
                (ColumnWriter::DoubleColumnWriter(out), _) => {
                    out.write_batch(&[52.5], Some(&[1, 0]), None).unwrap();
                }
                (ColumnWriter::Int32ColumnWriter(out), _) => {
                    out.write_batch(&[4, 3], None, None).unwrap();
                }
                _ => panic!("no such column"),
            }
            next.close().unwrap();
            column += 1;
        }
        rows.close().unwrap();
    }
    writer.close().unwrap();
}

/// What a file gives: a line for each arrival.
fn read(path: &Path, settings: Settings) -> Vec<String> {
    let settings = settings.with("paths", Value::List(vec![path.to_str().unwrap().into()]));
    let mut source =
        source::open_files(&settings, &source::Context { max_article: 1 << 20 }).unwrap();
    let mut lines = Vec::new();
    while let Some(arrival) = source.next().unwrap() {
        lines.push(match arrival {
            Arrival::Article(doc) => {
                let names: Vec<&str> = doc.metadata.all(Field::Byline).collect();
                let meta: Vec<String> =
                    doc.metadata.meta().iter().map(|(key, json)| format!("{key}={json}")).collect();
                format!(
                    "{} {:?} [{}] {:?} {:?} {:?} {}",
                    doc.id(),
                    doc.origin.member,
                    String::from_utf8_lossy(doc.payload()),
                    doc.metadata.get(Field::Title),
                    doc.metadata.get(Field::Published),
                    names,
                    meta.join(" ")
                )
            }
            Arrival::Failed(failure) => {
                format!("{} {:?} failed: {}", failure.id, failure.origin.member, failure.message)
            }
            Arrival::Unchanged { id, .. } => format!("{id} unchanged"),
            Arrival::Ended { .. } => unreachable!("files bring none"),
            Arrival::Discarded { id, reason, .. } => format!("{id} discarded: {reason}"),
        });
    }
    lines
}

#[test]
fn rows_are_articles_and_columns_their_fields() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    for packing in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(parquet::basic::ZstdLevel::default()),
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::LZ4_RAW,
    ] {
        write(&path, SCHEMA, 2, packing);
        let lines = read(&path, Settings::default().with("preset", "news-please"));
        assert_eq!(
            lines,
            [
                r#"a.parquet#1 Some(1) [Rain fell on Ostra, group 0.] Some("Rain") Some("2023-02-06 10:00:00.000 +00:00") ["Ada Ek", "Tom Reed"] place={"town":"Ostra","lat":52.5} words=4"#,
                r"a.parquet#2 Some(2) [The river rose.] None None [] place=null words=3",
                r#"a.parquet#3 Some(3) [Rain fell on Ostra, group 1.] Some("Rain") Some("2023-02-06 10:00:00.000 +00:00") ["Ada Ek", "Tom Reed"] place={"town":"Ostra","lat":52.5} words=4"#,
                r"a.parquet#4 Some(4) [The river rose.] None None [] place=null words=3",
            ]
        );
    }
}

#[test]
fn a_file_without_a_text_says_which_columns_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, SCHEMA, 1, Compression::SNAPPY);
    assert_eq!(
        read(&path, Settings::default()),
        [
            "a.parquet None failed: it has no column `text` or `html`, but `maintext`, `title`, `date_publish`, `authors`, `place`, `words`; if one of them is the text, say so in `fields`"
        ]
    );
    let fields = Value::Table([("text".to_owned(), "title".into())].into());
    let lines =
        read(&path, Settings::default().with("preset", "news-please").with("fields", fields));
    assert!(lines[0].contains("[Rain]") && lines[0].contains("maintext="), "{lines:?}");
}

#[test]
fn bytes_that_are_no_text_cost_their_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = Arc::new(
        parse_message_type("message a { required binary html; required binary scan; }").unwrap(),
    );
    let file = File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for columns in [[&b"<p>Rain"[..], b"<p>Sn\xf6", b"<p>Hail"], [b"\x89", b"\x89", b"\x89"]] {
        let mut next = rows.next_column().unwrap().unwrap();
        let ColumnWriter::ByteArrayColumnWriter(out) = next.untyped() else { panic!("bytes") };
        out.write_batch(&columns.map(ByteArray::from), None, None).unwrap();
        next.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
    assert_eq!(
        read(&path, Settings::default()),
        [
            "a.parquet#1 Some(1) [<p>Rain] None None [] scan=null",
            "a.parquet#2 Some(2) failed: the bytes in column `html` are not UTF-8; decode them before they are written",
            "a.parquet#3 Some(3) [<p>Hail] None None [] scan=null",
        ]
    );
}

#[test]
fn a_packing_that_is_not_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, SCHEMA, 1, Compression::UNCOMPRESSED);
    let bytes = std::fs::read(&path).unwrap();
    // The codec of a column, field 4 of its metadata in Thrift's compact protocol: 0 none, 4 brotli.
    let path_in_schema = b"\x19\x18\x08maintext\x15\x00";
    let codec = bytes.windows(path_in_schema.len()).rposition(|window| window == path_in_schema);
    let mut packed = bytes.clone();
    packed[codec.unwrap() + path_in_schema.len() - 1] = 8;
    std::fs::write(&path, packed).unwrap();
    assert_eq!(
        read(&path, Settings::default().with("preset", "news-please")),
        [
            "a.parquet None failed: its columns are packed with brotli, which is not read; write the file again with zstd, gzip, snappy or lz4"
        ]
    );
}

#[test]
fn damage_costs_its_row_group_or_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, SCHEMA, 3, Compression::SNAPPY);
    let whole = std::fs::read(&path).unwrap();
    let settings = || Settings::default().with("preset", "news-please");
    let mark = b"group 1.";
    let at = whole.windows(mark.len()).position(|window| window == mark).unwrap();
    let mut damaged = whole.clone();
    damaged[at - 40..at].fill(0xFF);
    std::fs::write(&path, damaged).unwrap();
    let lines = read(&path, settings());
    assert!(
        lines[0].starts_with("a.parquet#1 ") && lines[1].starts_with("a.parquet#2 "),
        "{lines:?}"
    );
    assert!(lines[2].starts_with("a.parquet#3 Some(3) failed: 2 rows are damaged: "), "{lines:?}");
    assert!(
        lines[3].starts_with("a.parquet#5 Some(5) [Rain fell on Ostra, group 2.]"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 5);
    std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let lines = read(&path, settings());
    assert!(
        lines.len() == 1
            && lines[0]
                .starts_with("a.parquet None failed: the index of the Parquet file is damaged: "),
        "{lines:?}"
    );
}

#[test]
fn rows_that_are_declared_and_never_come_are_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, SCHEMA, 4, Compression::SNAPPY);
    let mut bytes = std::fs::read(&path).unwrap();
    let mark = b"group 1.";
    let at = bytes.windows(mark.len()).position(|window| window == mark).unwrap();
    bytes[at - 40..at].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    let settings = Settings::default()
        .with("preset", "news-please")
        .with("paths", Value::List(vec![path.to_str().unwrap().into()]));
    let mut source =
        source::open_files(&settings, &source::Context { max_article: 1 << 20 }).unwrap();
    for _ in 0..2 {
        assert!(matches!(source.next().unwrap(), Some(Arrival::Article(_))));
    }
    std::fs::File::create(&path).unwrap(); // somebody writes it anew
    for (id, why) in [
        ("a.parquet#3", "2 rows are damaged: "),
        ("a.parquet#5", "the rest of the file cannot be opened again: "),
    ] {
        let Some(Arrival::Failed(failure)) = source.next().unwrap() else { panic!("{id}") };
        assert_eq!(failure.id, id);
        assert!(failure.message.starts_with(why), "{}", failure.message);
    }
    assert!(source.next().unwrap().is_none());
}
