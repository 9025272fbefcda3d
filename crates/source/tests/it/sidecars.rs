//! Metadata from `drop.csv` and `NAME.meta.json`.

use document::Field;

use crate::drop::Drop;

#[test]
fn a_table_supplies_metadata_for_its_folder_and_below() {
    let drop = Drop::new()
        .file("drop/a.html", "<p>Rain")
        .file("drop/b.txt", "Snow")
        .file("drop/sub/c.txt", "Hail")
        .file(
            "drop/drop.csv",
            "\u{feff}title,file, url ,byline,desk\n\"Rain, again\",a.html,https://ostra.example/rain#top,Ada Ek; Bo Alm,\nHail,sub/c.txt,,,metro\n",
        );
    let docs = drop.documents();
    assert_eq!(docs[0].id(), "https://ostra.example/rain");
    assert!(docs[0].explicit_id);
    assert_eq!(docs[0].metadata.get(Field::Title), Some("Rain, again"));
    assert_eq!(docs[0].metadata.all(Field::Byline).collect::<Vec<_>>(), ["Ada Ek", "Bo Alm"]);
    assert!(
        docs[0].metadata.values().iter().all(|value| value.supplied && value.from == "sidecar")
    );
    assert!(docs[0].metadata.meta().is_empty());
    assert_eq!((docs[1].id(), docs[1].metadata.values().len()), ("drop/b.txt", 0));
    assert_eq!(
        (docs[2].id(), docs[2].metadata.get(Field::Title)),
        ("drop/sub/c.txt", Some("Hail"))
    );
    assert_eq!(docs[2].metadata.meta(), [("desk".to_owned(), "\"metro\"".to_owned())]);
}

#[test]
fn a_file_s_own_metadata_wins_over_tables() {
    let drop = Drop::new()
        .file("drop/a.html", "<p>Rain")
        .file(
            "drop/a.meta.json",
            r#"{"title": "Own", "id": 7, "byline": ["Ada Ek"], "desk": {"of": "metro"}}"#,
        )
        .file("drop/b.html", "<p>Snow")
        .file("drop/b.html.meta.json", r#"{"title": "By full name"}"#)
        .file("drop/b.meta.json", r#"{"title": "By stem"}"#)
        .file("drop/drop.csv", "file,title,outlet\na.html,Table,Ostra Courier\n");
    let docs = drop.documents();
    assert_eq!(docs[0].id(), "7");
    assert_eq!(docs[0].metadata.get(Field::Title), Some("Own"));
    assert_eq!(docs[0].metadata.get(Field::Outlet), Some("Ostra Courier"));
    assert_eq!(docs[0].metadata.get(Field::Byline), Some("Ada Ek"));
    assert_eq!(docs[0].metadata.meta(), [("desk".to_owned(), r#"{"of": "metro"}"#.to_owned())]);
    assert_eq!(docs[1].metadata.get(Field::Title), Some("By full name"));
}

#[test]
fn a_file_named_alone_has_the_table_beside_it() {
    let drop =
        Drop::new().file("drop/a.txt", "Rain").file("drop/drop.csv", "file,title\na.txt,Table\n");
    let docs = crate::drop::documents(drop.arrivals(&["drop/a.txt"]));
    assert_eq!((docs[0].id(), docs[0].metadata.get(Field::Title)), ("a.txt", Some("Table")));
    let docs = crate::drop::documents(drop.arrivals(&["drop/*.txt"]));
    assert_eq!((docs[0].id(), docs[0].metadata.get(Field::Title)), ("drop/a.txt", Some("Table")));
}

#[test]
fn broken_sidecars_fail_once_and_the_articles_come() {
    Drop::new()
        .file("drop/a.txt", "Rain")
        .file("drop/a.meta.json", "{\n\"title\": 7}")
        .file("drop/b.txt", "Snow")
        .file("drop/b.meta.json", r#"{"text": "Snow"}"#)
        .file("drop/drop.csv", "outlet;file\n")
        .file("drop/sub/c.txt", "Hail")
        .file("drop/sub/drop.csv", "file,title\nc.txt\nc.txt,Hail,of,many\n")
        .check(&[
            "drop/drop.csv malformed: the first row must name the columns, `file` among them: \
             file,outlet,url,published,title,byline",
            "drop/a.meta.json malformed: line 2, column 10: invalid type: integer `7`, expected `title` to be a string",
            "drop/a.txt text Rain",
            "drop/b.meta.json malformed: a sidecar holds metadata, and neither `text` nor `html`; remove them",
            "drop/b.txt text Snow",
            "drop/sub/drop.csv malformed: the row has 1 fields and the first row 2; put values with commas in quotation \
             marks",
            "drop/sub/c.txt text Hail",
        ]);
}

/// A pipe under the name of a sidecar made the run wait for ever, a device filled the memory.
#[cfg(unix)]
#[test]
fn sidecars_that_are_no_regular_files_are_not_opened() {
    let drop = Drop::new().file("drop/a.txt", "Rain").file("drop/b.txt", "Snow");
    for name in ["drop.csv", "b.meta.json"] {
        let path = drop.path("drop").join(name);
        std::os::unix::fs::symlink("/dev/zero", path).expect("links can be made");
    }
    drop.check(&[
        "drop/drop.csv unreadable: `drop/drop.csv` is no regular file; only those are read",
        "drop/a.txt text Rain",
        "drop/b.meta.json unreadable: `drop/b.meta.json` is no regular file; only those are read",
        "drop/b.txt text Snow",
    ]);
}

#[test]
fn rows_beside_a_broken_one_count() {
    let drop = Drop::new()
        .file("drop/a.txt", "Rain")
        .file("drop/drop.csv", b"file,title\nx.txt,caf\xe9\na.txt,Rain\n");
    let arrivals = drop.arrivals(&["drop"]);
    let stage_api::Arrival::Failed(failure) = &arrivals[0] else { panic!("{arrivals:?}") };
    assert_eq!((failure.origin.line, failure.id.as_str()), (Some(2), "drop/drop.csv"));
    assert_eq!(failure.message, "the row is no UTF-8; save the table as UTF-8");
    let stage_api::Arrival::Article(doc) = &arrivals[1] else { panic!("{arrivals:?}") };
    assert_eq!(doc.metadata.get(Field::Title), Some("Rain"));
}

/// A mark without its partner takes everything up to the next one, or to the end, into one value.
#[test]
fn a_quotation_mark_that_swallows_rows_is_told() {
    let swallowed = "drop/drop.csv malformed: a quotation mark is not closed, and took the rows after it in; \
                     close it, or double it if it is meant";
    for (table, expected) in [
        ("file,title\na.txt,\"Rain\nb.txt,Snow\n", &[swallowed, "drop/a.txt text Rain"][..]),
        ("file,title\na.txt,\"Rain\nb.txt,\"Snow\"\n", &[swallowed, "drop/a.txt text Rain"]),
        ("file,title\na.txt,\"Rain\nand snow\"\n", &["drop/a.txt text Rain"]),
        ("file,title\na.txt,5\" of rain\n", &["drop/a.txt text Rain"]),
    ] {
        Drop::new().file("drop/a.txt", "Rain").file("drop/drop.csv", table).check(expected);
    }
}
