//! Whole files: bare and compressed, readable and not.

use document::{Origin, Sha256};

use crate::drop::{Drop, gzip, zstd};

#[test]
fn text_and_html_arrive_as_their_bytes() {
    Drop::new()
        .file("drop/a.txt", "Rain fell.\r\n")
        .file("drop/b.html", "Rain <b>fell</b>.")
        .file("drop/c", "<!doctype html><title>Rain</title>")
        .file("drop/d.txt", "")
        .file("drop/e.html", "")
        .file("drop/f.jsonl", "")
        .file("drop/g.txt", b"caf\xe9 \0 au lait, and a little more of it")
        .file("drop/h.txt", b"\xff\xfeR\0a\0i\0n\0")
        .check(&[
            "drop/a.txt text Rain fell.\\r\\n",
            "drop/b.html html Rain <b>fell</b>.",
            "drop/c html <!doctype html><title>Rain</title>",
            "drop/d.txt text ",
            "drop/e.html html ",
            "drop/g.txt text caf\\xe9 \\x00 au lait, and a little more of it",
            "drop/h.txt text \\xff\\xfeR\\x00a\\x00i\\x00n\\x00",
        ]);
}

#[test]
fn compressed_files_are_read_to_their_last_member() {
    let members = [gzip(b"Rain fell. "), gzip(b"Snow followed.")].concat();
    let frames = [zstd(b"Rain fell. "), zstd(b"Snow followed.")].concat();
    Drop::new()
        .file("drop/a.txt.gz", members)
        .file("drop/b.zst", frames)
        .file("drop/c.gz", gzip(b""))
        .file("drop/d.gz", "not packed")
        .file("drop/e.html.gz", gzip(b"Rain"))
        .check(&[
            "drop/a.txt.gz text Rain fell. Snow followed.",
            "drop/b.zst text Rain fell. Snow followed.",
            "drop/c.gz text ",
            "drop/d.gz text not packed",
            "drop/e.html.gz html Rain",
        ]);
}

#[test]
fn a_short_first_member_does_not_hide_the_format() {
    let lines = [gzip(b"{"), gzip(b"\"text\": \"Rain\"}\n{\"text\": \"Snow\"}\n")].concat();
    Drop::new().file("drop/a", lines).check(&["drop/a#1 text Rain", "drop/a#2 text Snow"]);
}

#[test]
fn the_digest_is_that_of_the_payload() {
    let drop = Drop::new().file("drop/a.txt.gz", gzip(b"abc"));
    let doc = &drop.documents()[0];
    assert_eq!(doc.origin, Origin { sha256: doc.origin.sha256, ..Origin::path("drop/a.txt.gz") });
    assert_eq!(
        doc.origin.sha256.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_ne!(doc.origin.sha256, Sha256::default());
    assert!(!doc.explicit_id);
}

#[test]
fn what_is_no_article_fails_by_its_name() {
    Drop::new()
        .file("drop/a.txt", "%PDF-1.7")
        .file("drop/c", b"\0\x01\x02\x03\0\0\0\0\x01\0\0\0\0\0\x02")
        .check(&[
            "drop/a.txt malformed: it looks like a PDF; copydesk reads text, HTML, JSON Lines, Parquet, WARC, feeds and mail",
            "drop/c malformed: it looks like binary data; copydesk reads text, HTML, JSON Lines, Parquet, WARC, feeds and mail",
        ]);
}

#[test]
fn larger_articles_than_allowed_are_refused() {
    let large = [b'x'; 101];
    Drop::new()
        .max_article(100)
        .file("drop/a.txt", large)
        .file("drop/b.txt.gz", gzip(&large))
        .file("drop/c.txt", &large[1..])
        .file("drop/d.json", format!("{{\n\"text\": \"{}\"}}", "x".repeat(100)))
        .check(&[
            "drop/a.txt too-large: the file has 101 bytes, more than the 100 bytes that `run.max_article` allows; raise \
             it to take it in",
            "drop/b.txt.gz too-large: the file has more than the 100 bytes that `run.max_article` allows; raise it to \
             take it in",
            &format!("drop/c.txt text {}", "x".repeat(100)),
            "drop/d.json too-large: the file has 113 bytes, more than the 100 bytes that `run.max_article` allows; raise \
             it to take it in",
        ]);
}

#[test]
fn a_sparse_giant_is_not_read() {
    let drop = Drop::new().max_article(1 << 20).file("drop/a.txt", "Rain fell.");
    let file = std::fs::OpenOptions::new().write(true).open(drop.path("drop/a.txt")).unwrap();
    file.set_len(1 << 40).unwrap();
    let arrivals = drop.arrivals(&["drop"]);
    assert_eq!(arrivals.len(), 1);
}

#[test]
fn broken_compression_fails() {
    let text = "Rain fell on the harbour. ".repeat(200);
    let (gz, zst) = (gzip(text.as_bytes()), zstd(text.as_bytes()));
    let drop = Drop::new()
        .file("drop/a.txt.gz", &gz[..gz.len() / 2])
        .file("drop/b.txt.zst", &zst[..zst.len() / 2])
        .file("drop/c.gz", b"\x1f\x8b");
    let arrivals = drop.arrivals(&["drop"]);
    assert_eq!(arrivals.len(), 3);
    for (arrival, name) in arrivals.iter().zip(["gzip", "zstd", "gzip"]) {
        let stage_api::Arrival::Failed(failure) = arrival else { panic!("{arrival:?}") };
        assert_eq!(failure.class.word(), "malformed");
        assert!(
            failure.message.starts_with(&format!("the {name} data breaks off or is damaged")),
            "{failure:?}"
        );
    }
}
