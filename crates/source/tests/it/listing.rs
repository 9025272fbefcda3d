//! Several runs over one drop, each over its share of the files.

use source::{Listing, Share};
use stage_api::{Arrival, Source};

use crate::drop::Drop;

fn many_files() -> Drop {
    let drop = Drop::new().file("drop/b.jsonl", "{\"text\": \"b1\"}\n{\"text\": \"b2\"}\n");
    let drop = drop.file("drop/sub/none.jsonl", "\n").file("drop/c.txt.gz", "\x1fno gzip");
    ["a", "d", "e", "sub/a", "sub/b"].iter().fold(drop, |drop, name| {
        drop.file(&format!("drop/{name}.txt"), format!("The words of {name}."))
    })
}

/// The ids of what arrives, each with the number of its file.
fn arrivals(source: &mut dyn Source) -> Vec<(u64, String)> {
    let mut arrivals = Vec::new();
    while let Some(arrival) = source.next().unwrap() {
        let id = match arrival {
            Arrival::Article(doc) => doc.id().to_owned(),
            Arrival::Failed(failure) => failure.id,
            other => panic!("{other:?}"),
        };
        arrivals.push((source.file().expect("files are counted"), id));
    }
    arrivals
}

fn share(drop: &Drop, number: u32, of: u32, first: u64) -> Vec<(u64, String)> {
    let opened = drop.open(&["drop"]).unwrap();
    arrivals(&mut opened.sharing(Share { number, of, first }))
}

#[test]
fn every_file_is_in_one_share() {
    let drop = many_files();
    let whole = share(&drop, 0, 1, 0);
    assert_eq!(whole.len(), 8);
    for of in [2, 3, 20] {
        let mut all: Vec<_> = (0..of).flat_map(|number| share(&drop, number, of, 0)).collect();
        all.sort_by_key(|(file, _)| *file); // stable: a file's articles keep their order
        assert_eq!(all, whole, "{of} shares");
    }
    // Behind another source, the numbers go on.
    let behind = share(&drop, 1, 2, 3);
    assert_eq!(behind.first(), Some(&(3, "drop/a.txt".to_owned())), "{behind:?}");
}

#[test]
fn a_listing_tells_other_files() {
    let list = |drop: &Drop| {
        let mut listing = Listing::default();
        drop.open(&["drop"]).unwrap().list(&mut listing);
        (listing.files(), listing.sha256())
    };
    let drop = many_files();
    let before = list(&drop);
    assert_eq!(before.0, 8);
    let drop = drop.file("drop/a.txt", "Other words.");
    assert_eq!(list(&drop), before, "what is in a file is not looked at");
    std::fs::rename(drop.path("drop/d.txt"), drop.path("drop/f.txt")).unwrap();
    assert_ne!(list(&drop).1, before.1);
    assert_eq!(list(&drop).0, 8);
}
