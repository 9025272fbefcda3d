//! Standard input.

use source::{Context, open_stdin};
use stage_api::{Arrival, Settings, Value};

use crate::drop::{all, gzip};

fn ids(bytes: Vec<u8>) -> Vec<String> {
    let mut source = open_stdin(
        std::io::Cursor::new(bytes),
        &Settings::default(),
        &Context { max_article: 1000 },
    )
    .unwrap();
    let id = |arrival| match arrival {
        Arrival::Article(doc) => format!("{} {}", doc.id(), doc.origin),
        Arrival::Failed(failure) => format!("{} {} failed", failure.id, failure.origin),
        Arrival::Discarded { id, .. } | Arrival::Unchanged { id } => id,
        Arrival::Ended { .. } => unreachable!("files bring none"),
    };
    all(&mut source).into_iter().map(id).collect()
}

#[test]
fn lines_are_articles_of_the_path_dash() {
    let lines = b"{\"text\": \"Rain\"}\n\n{\"text\": \"Snow\", \"id\": \"s\"}\nhail\n";
    let expected = ["-#1 -:1", "s -:3", "-#4 -:4 failed"];
    assert_eq!(ids(lines.to_vec()), expected);
    assert_eq!(ids(gzip(lines)), expected);
    assert_eq!(ids(Vec::new()), [""; 0]);
}

#[test]
fn unknown_fields_are_refused() {
    let settings =
        Settings::default().with("fields", Value::Table([("body".to_owned(), "b".into())].into()));
    assert!(open_stdin(std::io::empty(), &settings, &Context { max_article: 1000 }).is_err());
}

#[test]
fn a_reader_that_fails_is_a_failure() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the other end has gone"))
        }
    }
    let mut source =
        open_stdin(Broken, &Settings::default(), &Context { max_article: 1000 }).unwrap();
    assert!(matches!(&all(&mut source)[..], [Arrival::Failed(_)]));
}
