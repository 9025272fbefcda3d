//! Web archives: which records are articles, what is passed over, what damage costs.

use document::{Document, Field};
use proptest::prelude::*;
use stage_api::Arrival;

use crate::drop::{Drop, gzip, zstd};

const LENGTH: &str = "the record is longer or shorter than its `Content-Length` says";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

/// A record of `kind` with the header lines `more`.
fn record(kind: &str, uri: &str, more: &str, block: impl AsRef<[u8]>) -> Vec<u8> {
    let block = block.as_ref();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\n\
         WARC-Date: 2031-05-06T07:08:09Z\r\n{more}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A response record for a page of Ostra.
fn response(path: &str, http: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let block = [http.as_bytes(), b"\r\n", body.as_ref()].concat();
    record("response", &format!("https://ostra.example/{path}"), "", block)
}

fn page(name: &str) -> Vec<u8> {
    response(name, OK, format!("<p>{name}"))
}

#[track_caller]
fn check(archive: &[u8], expected: &[&str]) {
    Drop::new().file("drop/a.warc", archive).check(expected);
}

#[track_caller]
fn only(archive: &[u8]) -> Document {
    let mut docs = Drop::new().file("drop/a.warc", archive).documents();
    assert_eq!(docs.len(), 1);
    docs.remove(0)
}

#[test]
fn a_page_is_an_article_under_its_address() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: Text/HTML; Charset=\"Windows-1252\"\r\n";
    let archive = [
        record("warcinfo", "", "", "software: a\r\n"),
        response("rain?page=1#top", head, b"<p>caf\xe9"),
    ]
    .concat();
    let arrivals = Drop::new().file("drop/a.warc", &archive).arrivals(&["drop"]);
    let Arrival::Article(doc) = &arrivals[1] else { panic!("{:?}", arrivals[1]) };
    assert_eq!(doc.id(), "https://ostra.example/rain?page=1");
    assert!(doc.explicit_id);
    assert_eq!(doc.payload(), b"<p>caf\xe9");
    assert_eq!(doc.origin.path, "drop/a.warc");
    assert_eq!((doc.origin.line, doc.origin.member), (None, Some(2)));
    let offset = usize::try_from(doc.origin.offset.unwrap()).unwrap();
    assert!(archive[offset..].starts_with(b"WARC/1.0\r\nWARC-Type: response"));
    let url = doc.metadata.find(Field::Url).unwrap();
    assert_eq!((url.value.as_str(), &*url.from), ("https://ostra.example/rain?page=1#top", "warc"));
    let meta = |key: &str, json: &str| (key.to_owned(), json.to_owned());
    assert_eq!(
        doc.metadata.meta(),
        [
            meta("warc_record_id", "\"urn:uuid:response\""),
            meta("fetched", "\"2031-05-06T07:08:09Z\""),
            meta("http_charset", "\"windows-1252\""),
        ]
    );
}

#[test]
fn every_record_is_an_article_or_counted_under_a_reason() {
    let image = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n";
    let archive = [
        record("warcinfo", "", "", "software: a\r\n"),
        record("request", "https://ostra.example/a", "", "GET /a HTTP/1.1\r\n\r\n"),
        page("a"),
        record("metadata", "https://ostra.example/a", "", "via: b\r\n"),
        record("revisit", "https://ostra.example/a", "", ""),
        record("postcard", "https://ostra.example/a", "", ""),
        response("b", "HTTP/1.1 301 Moved\r\nLocation: /a\r\n", ""),
        response("c", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n", "<p>no"),
        response("robots.txt", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", "User-agent: *"),
        response("d.png", image, "\u{89}PNG"),
        response("e", OK, b"\x89PNG\r\n\x1a\n"),
        response("f", "HTTP/1.1 200 OK\r\n", "rain"),
        response("g", "HTTP/1.1 200 OK\r\n", "<!doctype html><p>rain"),
        response("h.txt", "HTTP/1.0 200\r\nContent-Type: text/plain; a=b\r\n", "Rain."),
        record("response", "dns:ostra.example", "", "20310506 192.0.2.1"),
    ]
    .concat();
    let expected = [
        "drop/a.warc#1 discarded WARC warcinfo record",
        "drop/a.warc#2 discarded WARC request record",
        "https://ostra.example/a html <p>a",
        "drop/a.warc#4 discarded WARC metadata record",
        "drop/a.warc#5 discarded WARC revisit record",
        "drop/a.warc#6 discarded WARC record of another type: postcard",
        "drop/a.warc#7 discarded redirect: 301",
        "drop/a.warc#8 discarded no success: 404",
        "drop/a.warc#9 discarded robots.txt",
        "drop/a.warc#10 discarded no web page: image/png",
        "drop/a.warc#11 discarded no web page: other content",
        "drop/a.warc#12 discarded no web page: no content type",
        "https://ostra.example/g html <!doctype html><p>rain",
        "https://ostra.example/h.txt text Rain.",
        "drop/a.warc#15 discarded no web page: no HTTP address",
    ];
    check(&archive, &expected);
}

#[test]
fn any_packing_gives_the_same_records() {
    let records =
        [page("a"), record("request", "https://ostra.example/b", "", "GET /b"), page("b")];
    let expected = [
        "https://ostra.example/a html <p>a",
        "x#2 discarded WARC request record",
        "https://ostra.example/b html <p>b",
    ];
    let members: Vec<u8> = records.iter().flat_map(|record| gzip(record)).collect();
    let whole = records.concat();
    let lines = String::from_utf8(whole.clone()).unwrap().replace("\r\n", "\n");
    for (name, bytes) in [
        ("x", whole.clone()),
        ("x", members),
        ("x", gzip(&whole)),
        ("x", zstd(&whole)),
        // Members that have nothing to do with the records.
        ("x", whole.chunks(50).flat_map(gzip).collect()),
    ] {
        Drop::new().file(name, bytes).check_paths(&[name], &expected);
    }
    // Bare line feeds also shorten the HTTP headers, so the lengths no longer fit: nothing is lost in silence.
    let arrivals = Drop::new().file("drop/a.warc", lines).arrivals(&["drop"]);
    assert!(arrivals.iter().all(|arrival| !matches!(arrival, Arrival::Article(_))));
    assert_eq!(arrivals.len(), 3);
}

#[test]
fn transfer_and_content_codings_are_undone() {
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n";
    let coded = |coding: &str| format!("{OK}Content-Encoding: {coding}\r\n");
    let deflated = |zlib: bool| {
        use std::io::Write;
        let (level, mut out) = (flate2::Compression::default(), Vec::new());
        if zlib {
            let mut encoder = flate2::write::ZlibEncoder::new(&mut out, level);
            encoder.write_all(b"<p>rain").unwrap();
            encoder.finish().unwrap();
        } else {
            let mut encoder = flate2::write::DeflateEncoder::new(&mut out, level);
            encoder.write_all(b"<p>rain").unwrap();
            encoder.finish().unwrap();
        }
        out
    };
    for (head, body) in [
        (chunked.to_owned(), b"3\r\n<p>\r\n4;note=x\r\nrain\r\n0\r\n\r\n".to_vec()),
        // A crawler that undid the chunks and kept the header.
        (chunked.to_owned(), b"<p>rain".to_vec()),
        (coded("gzip"), gzip(b"<p>rain")),
        (coded("x-gzip"), [gzip(b"<p>"), gzip(b"rain")].concat()),
        (coded("gzip"), b"<p>rain".to_vec()),
        (coded("deflate"), deflated(true)),
        (coded("deflate"), deflated(false)),
        (coded("deflate"), b"<p>rain".to_vec()),
        (coded("zstd"), zstd(b"<p>rain")),
        // The bytes of `<p>rain` behind the header of an uncompressed brotli block.
        (coded("br"), b"\x0b\x03\x80<p>rain\x03".to_vec()),
        (coded("br"), b"<p>rain".to_vec()),
        (coded("identity"), b"<p>rain".to_vec()),
        (coded("gzip, gzip"), gzip(&gzip(b"<p>rain"))),
    ] {
        let shown = format!("{head}{}", body.escape_ascii());
        assert_eq!(only(&response("a", &head, body)).payload(), b"<p>rain", "{shown}");
    }
}

#[test]
fn a_page_that_the_crawler_cut_off_is_kept_and_says_so() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
    let block = format!("{head}ff\r\n<p>rain");
    let uri = "https://ostra.example/a";
    let doc = only(&record("response", uri, "WARC-Truncated: length\r\n", &block));
    assert_eq!(doc.payload(), b"<p>rain");
    assert_eq!(doc.metadata.meta()[2], ("warc_truncated".to_owned(), "\"length\"".to_owned()));
    check(
        &record("response", uri, "", &block),
        &[
            "https://ostra.example/a @0 malformed: the body's chunks break off or are damaged at byte 0 of the body",
        ],
    );
}

#[test]
fn damage_costs_its_record() {
    let lying = |length: &str| {
        let text = String::from_utf8(page("b")).unwrap();
        let at = text.find("Content-Length").unwrap();
        let end = at + text[at..].find("\r\n").unwrap();
        format!("{}{length}{}", &text[..at], &text[end..]).into_bytes()
    };
    for (damaged, id, message) in [
        (lying("Content-Length: 3"), "https://ostra.example/b", LENGTH),
        (lying("Content-Length: 200"), "https://ostra.example/b", LENGTH),
        (
            lying("Content-Length: 9999"),
            "https://ostra.example/b",
            "the archive ends within the record; get the file again",
        ),
        (
            lying("Content-Length: -1"),
            "https://ostra.example/b",
            "the record has no valid `Content-Length`",
        ),
        (lying("X: y"), "https://ostra.example/b", "the record has no valid `Content-Length`"),
        (b"rubbish\r\n\r\n".to_vec(), "drop/a.warc#2", "no WARC record begins here"),
        (
            b"WARC/1.0\r\nWARC-Type: response\r\n".to_vec(),
            "drop/a.warc#2",
            "the record's headers do not end",
        ),
        (
            response("b", "HTTP/1.1 200 OK\r\n\r", ""),
            "https://ostra.example/b",
            "the HTTP response has no end of its headers",
        ),
        (
            response("b", "rubbish\r\n", ""),
            "https://ostra.example/b",
            "the response begins with `rubbish`, which is no HTTP status",
        ),
    ] {
        let archive = [page("a"), damaged, page("c"), page("d")].concat();
        let offset = page("a").len();
        check(
            &archive,
            &[
                "https://ostra.example/a html <p>a",
                &format!("{id} @{offset} malformed: {message}"),
                "https://ostra.example/c html <p>c",
                "https://ostra.example/d html <p>d",
            ],
        );
    }
}

#[test]
fn a_broken_gzip_member_costs_its_record() {
    let words: Vec<String> = (0..400).map(|word| format!("{:x}", word * word * 7919)).collect();
    let text = words.join(" ");
    let sound = gzip(&response("b", OK, &text));
    let in_the_middle = {
        let mut member = sound.clone();
        let middle = member.len() / 2;
        member[middle..middle + 40].fill(0xff);
        member
    };
    let checksum = {
        let mut member = sound.clone();
        let at = member.len() - 8;
        member[at] ^= 1;
        member
    };
    for damaged in [
        in_the_middle,
        checksum,
        sound[..sound.len() / 2].to_vec(),
        sound[..sound.len() - 3].to_vec(),
        sound[..5].to_vec(),
        b"rubbish \x1f\x8b\x08 and more of it, longer than a header".to_vec(),
    ] {
        let archive = [gzip(&page("a")), damaged, gzip(&page("c"))].concat();
        let arrivals = Drop::new().file("drop/a.warc.gz", archive).arrivals(&["drop"]);
        assert_eq!(arrivals.len(), 3, "{arrivals:?}");
        let Arrival::Failed(failure) = &arrivals[1] else { panic!("{:?}", arrivals[1]) };
        assert_eq!(failure.origin.offset, Some(page("a").len() as u64));
        assert_eq!(failure.origin.member, Some(2));
        let stored = gzip(&page("a")).len();
        assert!(
            failure.message.contains(&format!("in the member at byte {stored}")),
            "{failure:?}"
        );
        let Arrival::Article(doc) = &arrivals[2] else { panic!("{:?}", arrivals[2]) };
        assert_eq!(doc.id(), "https://ostra.example/c");
    }
}

#[test]
fn an_archive_that_breaks_off_keeps_what_came_before() {
    let whole = [page("a"), page("b")].concat();
    let cut = &whole[..whole.len() - 20];
    check(
        cut,
        &[
            "https://ostra.example/a html <p>a",
            &format!(
                "https://ostra.example/b @{} malformed: the archive ends within the record; get the file again",
                page("a").len()
            ),
        ],
    );
    for packed in [gzip(&whole), zstd(&whole)] {
        let arrivals = Drop::new().file("drop/a", &packed[..packed.len() - 30]).arrivals(&["drop"]);
        assert!(matches!(arrivals.last(), Some(Arrival::Failed(_))), "{arrivals:?}");
    }
}

#[test]
fn what_is_too_large_is_not_held() {
    let large = "x".repeat(200);
    let packed = format!("{OK}Content-Encoding: gzip\r\n");
    let huge = vec![b'x'; 200_000];
    let archive = [
        response("a", OK, &large),
        response("b", &packed, gzip(large.as_bytes())),
        response("c", OK, &huge),
        record("request", "https://ostra.example/d", "", &huge),
        page("e"),
    ]
    .concat();
    let at = |record: usize| {
        [response("a", OK, &large), response("b", &packed, gzip(large.as_bytes()))][..record]
            .concat()
            .len()
    };
    let more = "more than the 100 bytes that `run.max_article` allows; raise it to take it in";
    Drop::new().max_article(100).file("drop/a.warc", archive).check(&[
        &format!("https://ostra.example/a @0 too-large: the page has {more}"),
        &format!("https://ostra.example/b @{} too-large: the page has {more}", at(1)),
        &format!("https://ostra.example/c @{} too-large: the record has {more}", at(2)),
        "drop/a.warc#4 discarded WARC request record",
        "https://ostra.example/e html <p>e",
    ]);
}

/// Records, damaged ones among them.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[a-d]".prop_map(|name| page(&name)),
        ("[a-d]", any::<proptest::sample::Index>(), any::<u8>()).prop_map(|(name, at, byte)| {
            let mut record = page(&name);
            let at = at.index(record.len());
            record[at] = byte;
            record
        }),
        ("[a-d]", any::<proptest::sample::Index>())
            .prop_map(|(name, at)| page(&name)[..at.index(200)].to_vec()),
        proptest::sample::select(vec![
            &b"WARC/1.0\r\n"[..],
            b"WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\n",
            b"WARC/1.0\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"\r\n\r\n",
            b"\x1f\x8b\x08\x00",
        ])
        .prop_map(<[u8]>::to_vec),
        proptest::collection::vec(any::<u8>(), 0..40),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn shape(bytes: &[u8]) -> Vec<String> {
    let line = |arrival: Arrival| match arrival {
        Arrival::Article(doc) => format!("{} {:?}", doc.id(), doc.payload()),
        Arrival::Failed(failure) => format!("{} {:?}", failure.id, failure.origin.offset),
        Arrival::Discarded { id, reason, .. } => format!("{id} {reason}"),
        Arrival::Unchanged { id } => format!("{id} unchanged"),
        Arrival::Ended { .. } => unreachable!("files bring none"),
    };
    let drop = Drop::new().max_article(300).file("drop/a", bytes);
    drop.arrivals(&["drop"]).into_iter().map(line).collect()
}

proptest! {
    #[test]
    fn any_archive_is_read_to_its_end(archive in pieces(), size in 1_usize..400) {
        let archive = [page("first"), archive, b"\r\n".to_vec(), page("last")].concat();
        let arrivals = shape(&archive);
        prop_assert!(arrivals[0].starts_with("https://ostra.example/first"));
        prop_assert_eq!(&arrivals, &shape(&gzip(&archive)));
        let members: Vec<u8> = archive.chunks(size).flat_map(gzip).collect();
        prop_assert_eq!(&arrivals, &shape(&members));
    }

    #[test]
    fn damaged_packing_never_panics_and_always_ends(
        archive in pieces(),
        size in 1_usize..400,
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..5),
    ) {
        let archive = [page("first"), archive].concat();
        let mut members: Vec<u8> = archive.chunks(size).flat_map(gzip).collect();
        for (at, byte) in damage {
            let at = at.index(members.len());
            members[at] = byte;
        }
        shape(&members);
    }
}
