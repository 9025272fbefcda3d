//! Messages and saved pages: which part is the article, what the header supplies.

use document::{Document, Field, Form};
use proptest::prelude::*;

use crate::drop::{Drop, gzip};

const HEAD: &str = "From: Ada Ek <ada@ostra.example>\r\nDate: Tue, 6 May 2031 07:08:09 +0200\r\n\
                    Message-ID: <7@ostra.example>\r\nMIME-Version: 1.0\r\n";

fn mail(headers: &str, body: &str) -> Vec<u8> {
    format!("{HEAD}{headers}\r\n{body}").into_bytes()
}

/// A message of parts, each with its header lines.
fn parts(kind: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let part = |(headers, body): &(&str, &str)| format!("--x\r\n{headers}\r\n\r\n{body}\r\n");
    let body = parts.iter().map(part).collect::<Vec<_>>().concat();
    mail(&format!("Content-Type: multipart/{kind}; boundary=x\r\n"), &format!("{body}--x--\r\n"))
}

#[track_caller]
fn only(name: &str, bytes: impl AsRef<[u8]>) -> Document {
    let mut docs = Drop::new().file(&format!("drop/{name}"), bytes).documents();
    assert_eq!(docs.len(), 1);
    docs.remove(0)
}

fn shown(doc: &Document) -> String {
    let form = if doc.form() == Form::Html { "html" } else { "text" };
    format!("{form} {}", doc.payload().escape_ascii())
}

fn supplied(doc: &Document) -> Vec<String> {
    let values = doc.metadata.values().iter();
    values.map(|value| format!("{}: {} ({})", value.field.key(), value.value, value.from)).collect()
}

#[test]
fn a_message_is_an_article_with_its_header() {
    let headers = "Subject: =?utf-8?q?Rain_and_caf=C3=A9?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
                   Content-Transfer-Encoding: quoted-printable\r\n";
    let doc = only("a.eml", mail(headers, "Rain fell =E9=\r\nn.\r\n"));
    assert_eq!((doc.id(), doc.explicit_id), ("drop/a.eml", false));
    assert_eq!(shown(&doc), "text Rain fell \\xc3\\xa9n.\\r\\n");
    assert_eq!(
        supplied(&doc),
        [
            "title: Rain and caf\u{e9} (mail)",
            "byline: Ada Ek (mail)",
            "published: 2031-05-06T07:08:09+02:00 (mail)"
        ]
    );
    assert_eq!(doc.metadata.meta(), [("message_id".to_owned(), "\"7@ostra.example\"".to_owned())]);
    assert_eq!((doc.origin.member, doc.origin.offset), (None, None));
}

#[test]
fn a_subject_is_the_title_without_what_programs_put_before_it() {
    for (subject, title) in [
        ("Fwd: Re: Rain in Ostra", "Rain in Ostra"),
        ("AW[2]: WG: Rain in Ostra", "Rain in Ostra"),
        ("RE(3): FW:Rain: what now?", "Rain: what now?"),
        ("Rain: Re: Ostra", "Rain: Re: Ostra"),
        ("Reform: a year on", "Reform: a year on"),
        ("Re:", "Re:"),
    ] {
        let doc = only("a.eml", mail(&format!("Subject: {subject}\r\n"), "Rain fell."));
        assert_eq!(doc.metadata.get(Field::Title), Some(title), "{subject}");
    }
}

#[test]
fn a_list_is_the_outlet() {
    for (headers, expected) in [
        ("List-Id: Ostra Courier <courier.ostra.example>\r\n", "outlet: Ostra Courier (mail)"),
        ("List-Id: <courier.ostra.example>\r\n", "outlet: Ada Ek (mail)"),
        ("List-Unsubscribe: <https://ostra.example/>\r\n", "outlet: Ada Ek (mail)"),
        ("", "byline: Ada Ek (mail)"),
    ] {
        let doc = only("a.eml", mail(headers, "Rain."));
        assert!(supplied(&doc).contains(&expected.to_owned()), "{headers}: {:?}", supplied(&doc));
        assert_eq!(supplied(&doc).len(), 2);
    }
    let doc = only("a.eml", "From: ada@ostra.example\nSubject: Rain\n\nRain.");
    assert_eq!(supplied(&doc), ["title: Rain (mail)"]);
}

#[test]
fn the_article_is_the_plain_part_unless_it_is_a_stub() {
    let long = "Rain fell on the harbour all night. ".repeat(10);
    let html = ("Content-Type: text/html; charset=utf-8", "<p>Rain");
    let plain = |text| ("Content-Type: text/plain", text);
    for (message, expected) in [
        (parts("alternative", &[plain(long.as_str()), html]), format!("text {long}")),
        (parts("alternative", &[plain("Open in a browser."), html]), "html <p>Rain".to_owned()),
        (parts("alternative", &[html]), "html <p>Rain".to_owned()),
        (parts("mixed", &[plain("Rain."), plain("Snow.")]), "text Rain.\\n\\nSnow.".to_owned()),
        (
            parts(
                "mixed",
                &[
                    plain("Rain."),
                    ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", "aWJvdw=="),
                ],
            ),
            "text Rain.".to_owned(),
        ),
        (
            mail(
                "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n",
                "PHA+UmFpbg==",
            ),
            "html <p>Rain".to_owned(),
        ),
    ] {
        let doc = only("a.eml", message);
        assert_eq!(shown(&doc), expected);
    }
}

#[test]
fn a_part_that_names_no_character_set_comes_as_its_bytes() {
    let mut message = mail("Content-Type: text/html\r\n", "<meta charset=windows-1252><p>caf");
    message.push(0xe9);
    assert!(only("a.eml", message).payload().ends_with(b"caf\xe9"));
    let coded = mail(
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        "<p>caf=E9 au =\r\nlait",
    );
    assert!(only("a.eml", coded).payload().ends_with(b"<p>caf\xe9 au lait"));
}

#[test]
fn a_saved_page_comes_under_its_address() {
    let page =
        ("Content-Type: text/html\r\nContent-Location: https://ostra.example/rain#c", "<p>Rain");
    let style = ("Content-Type: text/css\r\nContent-Location: https://ostra.example/a.css", "p {}");
    let saved = parts(
        "related; type=\"text/html\"",
        &[page, style, ("Content-Type: text/html", "<p>Frame")],
    );
    for name in ["a.mhtml", "a.mht", "a"] {
        let doc = only(name, &saved);
        assert_eq!((doc.id(), doc.explicit_id), ("https://ostra.example/rain", true));
        assert_eq!(shown(&doc), "html <p>Rain");
        assert_eq!(supplied(&doc), ["url: https://ostra.example/rain#c (mail)"]);
        assert_eq!(
            doc.metadata.meta(),
            [("saved".to_owned(), "\"2031-05-06T07:08:09+02:00\"".to_owned())]
        );
    }
    let snapshot = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://ostra.example/snow\r\n\
                    Subject: Snow\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Snow";
    let doc = only("a", snapshot);
    assert_eq!((doc.id(), doc.metadata.get(Field::Title)), ("https://ostra.example/snow", None));
}

#[test]
fn a_sidecar_wins_over_the_header() {
    let docs = Drop::new()
        .file("drop/a.eml", mail("Subject: Rain\r\n", "Rain."))
        .file("drop/a.meta.json", r#"{"title": "Snow", "id": "7"}"#)
        .documents();
    assert_eq!(docs[0].id(), "7");
    assert_eq!(
        supplied(&docs[0]),
        [
            "title: Snow (sidecar)",
            "byline: Ada Ek (mail)",
            "published: 2031-05-06T07:08:09+02:00 (mail)"
        ]
    );
}

#[test]
fn mail_without_words_fails() {
    let image = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n";
    Drop::new()
        .file("drop/a.eml", mail(image, "aWJvdw=="))
        .file("drop/b.eml", "")
        .file("drop/c.eml.gz", gzip(&mail("", "Rain.")))
        .check(&[
            "drop/a.eml malformed: the mail has neither a text nor an HTML part",
            "drop/b.eml malformed: the file is no mail: it has no header",
            "drop/c.eml.gz text Rain.",
        ]);
}

#[test]
fn nesting_has_no_depth_that_hurts() {
    let nested = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".repeat(20_000);
    let forwarded = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    let alike =
        format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{}", "--x\r\n".repeat(20_000));
    for message in [nested, forwarded, alike] {
        Drop::new().file("drop/a.eml", message).arrivals(&["drop"]);
    }
}

/// Pieces of messages in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "Content-Type: multipart/mixed; boundary=x\r\n",
            "Content-Type: multipart/alternative; boundary=\"x\"\r\n",
            "Content-Type: multipart/related; boundary=\r\n",
            "Content-Type: message/rfc822\r\n",
            "Content-Type: text/html\r\n",
            "Content-Type: text/plain; charset=utf-7\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Content-Location: https://ostra.example/\r\n",
            "Date: Tue, 99 May 99999 07:08:09 +0200\r\n",
            "From: \"Ada <ada@ostra.example\r\n",
            "Subject: =?utf-8?b?////?=\r\n",
            "List-Id: \r\n",
            "\r\n",
            "--x\r\n",
            "--x--\r\n",
            "=E9=\r\n",
            "UmFpbg==",
            "<p>Rain",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..10),
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_message_gives_one_arrival(message in pieces()) {
        let arrivals = Drop::new().file("drop/a.eml", [b"A: b\r\n".to_vec(), message].concat()).arrivals(&["drop"]);
        prop_assert_eq!(arrivals.len(), 1);
    }
}
