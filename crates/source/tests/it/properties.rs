//! What holds for any bytes.

use proptest::prelude::*;
use stage_api::Arrival;

use crate::drop::{Drop, gzip, zstd};

/// Bytes that often look like something.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..20),
        "[ -~\n]{0,20}".prop_map(String::into_bytes),
        proptest::sample::select(vec![
            &b"{\"text\": \"Rain\"}\n"[..],
            b"{\"text\": ",
            b"{\n",
            b"[",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"<!--",
            b"<?xml ?>",
            b"<p>",
            b"\r\n",
            b"\0",
            b"\x1f\x8b\x08",
            b"\x28\xb5\x2f\xfd",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// What arrives, without what depends on the file's name.
fn shape(bytes: &[u8], name: &str) -> Vec<String> {
    let drop = Drop::new().max_article(64).file(&format!("drop/{name}"), bytes);
    let place = |arrival: &Arrival| match arrival {
        Arrival::Article(doc) => format!("{:?} {:?}", doc.origin.line, doc.payload()),
        Arrival::Failed(failure) => format!("{:?} {}", failure.origin.line, failure.class.word()),
        Arrival::Discarded { reason, .. } => reason.clone(),
        Arrival::Unchanged { id } => id.clone(),
        Arrival::Ended { .. } => unreachable!("files bring none"),
    };
    drop.arrivals(&["drop"]).iter().map(place).collect()
}

proptest! {
    #[test]
    fn any_file_gives_arrivals_and_no_panic(
        bytes in content(),
        name in proptest::sample::select(vec!["a", "a.txt", "a.html", "a.json", "a.jsonl", "a.jsonl.gz"]),
    ) {
        let arrivals = shape(&bytes, name);
        prop_assert!(!arrivals.is_empty() || name.contains("jsonl"), "a file that is no list gives one arrival");
        prop_assert_eq!(&arrivals, &shape(&bytes, name));
    }

    #[test]
    fn compression_changes_nothing(bytes in content(), name in proptest::sample::select(vec!["a.txt", "a.jsonl", "a.json"])) {
        let packed_already = bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd");
        prop_assume!(!packed_already);
        let bare = shape(&bytes, name);
        prop_assert_eq!(&bare, &shape(&gzip(&bytes), &format!("{name}.gz")));
        prop_assert_eq!(&bare, &shape(&zstd(&bytes), &format!("{name}.zst")));
    }
}
