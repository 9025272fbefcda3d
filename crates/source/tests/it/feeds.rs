//! RSS and Atom: an article for each entry that brings its text.

use document::{Document, Field};
use proptest::prelude::*;
use stage_api::Arrival;

use crate::drop::{Drop, gzip};

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Ostra\n Courier</title>\
         <image><title>Logo</title></image><language>en-gb</language>{items}</channel></rss>"
    )
}

fn atom(entries: &str) -> String {
    format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='sv'><title type='text'>Ostra Courier</title>\
         <author><name>Desk</name></author>{entries}</feed>"
    )
}

#[track_caller]
fn check(feed: impl AsRef<[u8]>, expected: &[&str]) {
    Drop::new().file("drop/a.xml", feed).check(expected);
}

#[track_caller]
fn only(feed: impl AsRef<[u8]>) -> Document {
    let mut docs = Drop::new().file("drop/a.xml", feed).documents();
    assert_eq!(docs.len(), 1);
    docs.remove(0)
}

/// Every supplied value as `field: value`.
fn supplied(doc: &Document) -> Vec<String> {
    let values = doc.metadata.values().iter();
    values
        .map(|value| {
            assert_eq!((value.supplied, &*value.from), (true, "feed"));
            format!("{}: {}", value.field.key(), value.value)
        })
        .collect()
}

#[test]
fn an_rss_item_with_its_text_is_an_article() {
    let feed = rss(
        "<item><title>Rain &amp; snow &#8217;31</title><link>https://ostra.example/rain#c</link>\
         <guid isPermaLink='false'>tag:7</guid><dc:creator><![CDATA[Ada Ek]]></dc:creator><dc:creator>Bo Alm</dc:creator>\
         <pubDate>Tue, 06 May 2031 07:08:09 +0200</pubDate><description>Short.</description>\
         <media:content><media:title>A photo</media:title></media:content>\
         <content:encoded><![CDATA[<p>Rain fell &amp; fell.]]></content:encoded></item>",
    );
    let doc = only(&feed);
    assert_eq!(doc.id(), "https://ostra.example/rain");
    assert_eq!(doc.payload(), b"<p>Rain fell &amp; fell.");
    assert_eq!(doc.form(), document::Form::Html);
    assert_eq!(doc.origin.member, Some(1));
    assert_eq!(doc.origin.offset, Some(feed.find("<item>").unwrap() as u64));
    assert_eq!(
        supplied(&doc),
        [
            "title: Rain & snow \u{2019}31",
            "byline: Ada Ek",
            "byline: Bo Alm",
            "published: Tue, 06 May 2031 07:08:09 +0200",
            "outlet: Ostra Courier",
            "url: https://ostra.example/rain#c",
            "language: en-gb",
        ]
    );
    assert_eq!(doc.metadata.meta(), [("feed_id".to_owned(), "\"tag:7\"".to_owned())]);
}

#[test]
fn an_atom_entry_with_its_text_is_an_article() {
    let doc = only(atom(
        "<entry><title type='html'>&lt;b>Rain&lt;/b> &amp;amp; snow</title><id>tag:7</id>\
         <link rel='self' href='https://ostra.example/7.atom'/><link href='https://ostra.example/rain?a=1&amp;b=2'/>\
         <author><email>ada@ostra.example</email><name>Ada Ek</name></author><author><name>Bo Alm</name></author>\
         <published>2031-05-06T07:08:09Z</published><updated>2031-05-07T00:00:00Z</updated>\
         <content type='html'>&lt;p>Rain fell.</content></entry>",
    ));
    assert_eq!(
        (doc.id(), doc.payload()),
        ("https://ostra.example/rain?a=1&b=2", &b"<p>Rain fell."[..])
    );
    assert_eq!(
        supplied(&doc),
        [
            "title: Rain & snow",
            "byline: Ada Ek",
            "byline: Bo Alm",
            "published: 2031-05-06T07:08:09Z",
            "modified: 2031-05-07T00:00:00Z",
            "outlet: Ostra Courier",
            "url: https://ostra.example/rain?a=1&b=2",
            "language: sv",
        ]
    );
}

#[test]
fn the_text_is_what_the_entry_brings_whole() {
    let long = "Rain fell. ".repeat(100);
    let expected = format!("u text {}", long.trim_end());
    let item = |inner: &str| rss(&format!("<item><link>u</link>{inner}</item>"));
    let entry = |inner: &str| atom(&format!("<entry><link href='u'/>{inner}</entry>"));
    for (feed, line) in [
        (item("<description>Rain fell.</description>"), "u discarded feed entry without its text"),
        (item(&format!("<description>{}</description>", long.trim_end())), expected.as_str()),
        (item("<content:encoded> </content:encoded>"), "u discarded feed entry without its text"),
        (item("<content:encoded><p>Rain</p></content:encoded>"), "u html <p>Rain</p>"),
        (
            item("<content:encoded>&lt;p>A&amp;nbsp;b&nbsp;c</content:encoded>"),
            "u html <p>A&nbsp;b&nbsp;c",
        ),
        (entry("<summary>Rain fell.</summary>"), "u discarded feed entry without its text"),
        (entry("<content>Rain &amp; snow</content>"), "u text Rain & snow"),
        (
            entry("<content type='xhtml'><div><p>Rain</p></div></content>"),
            "u html <div><p>Rain</p></div>",
        ),
        (
            entry("<content type='image/png'>iVBO</content>"),
            "u discarded feed entry without its text",
        ),
        (entry("<content type='html' src='v'/>"), "u discarded feed entry without its text"),
        (rss("<item><description>Rain fell.</description></item>"), "drop/a.xml#1 text Rain fell."),
        (
            rss(
                "<item><guid isPermaLink='false'>g7</guid><description>A &lt;b>c</description></item>",
            ),
            "g7 html A <b>c",
        ),
        (
            rss("<item><guid>https://u.example/</guid><content:encoded>A</content:encoded></item>"),
            "https://u.example/ html A",
        ),
        (rss("<item/>"), "drop/a.xml#1 discarded feed entry without its text"),
    ] {
        check(feed, &[line]);
    }
}

#[test]
fn an_address_with_a_name_is_the_name() {
    for (author, expected) in [
        ("ada@ostra.example (Ada Ek)", Some("Ada Ek")),
        ("ada@ostra.example", None),
        ("Ada Ek", Some("Ada Ek")),
        ("<email>ada@ostra.example</email>", None),
        ("", None),
    ] {
        let doc = only(rss(&format!(
            "<item><author>{author}</author><description>A</description></item>"
        )));
        assert_eq!(doc.metadata.get(Field::Byline), expected, "{author}");
    }
}

#[test]
fn a_bad_entry_costs_itself() {
    let item = |name: &str| {
        format!(
            "<item><guid isPermaLink='false'>{name}</guid><description>{name}</description></item>"
        )
    };
    let (a, c) = (item("a"), item("c"));
    let at = rss("").find("</channel>").unwrap() + a.len();
    for (bad, message) in [
        (
            "<item><title>b</titel></item>",
            "the entry is no sound XML: ill-formed document: expected `</title>`, but `</titel>` was found",
        ),
        ("<item><title>b", "the entry has no end before the next one"),
    ] {
        check(
            rss(&format!("{a}{bad}{c}")),
            &["a text a", &format!("drop/a.xml#2 @{at} malformed: {message}"), "c text c"],
        );
    }
    // Tags in comments and sections are none.
    check(
        rss(&format!(
            "<!-- <item> -->{a}<item><description><![CDATA[</item><b>]]></description></item>{c}"
        )),
        &["a text a", "drop/a.xml#2 html </item><b>", "c text c"],
    );
    let feed = rss(&format!("{a}{c}"));
    let cut = &feed[..feed.find("</description></item></channel>").unwrap()];
    check(
        cut,
        &[
            "a text a",
            &format!("drop/a.xml#2 @{at} malformed: the feed ends within the entry; get it again"),
        ],
    );
    check(
        rss(&format!("{a}<!-- {c}")),
        &[
            "a text a",
            &format!(
                "drop/a.xml#2 @{} malformed: the feed ends within a comment or a section",
                feed_end(&a, &c)
            ),
        ],
    );
    let packed = gzip(feed.as_bytes());
    let arrivals = Drop::new().file("drop/a.gz", &packed[..packed.len() - 20]).arrivals(&["drop"]);
    assert!(matches!(arrivals.last(), Some(Arrival::Failed(_))), "{arrivals:?}");
}

/// Where a feed of an item, an open comment and another item ends.
fn feed_end(a: &str, c: &str) -> usize {
    rss(&format!("{a}<!-- {c}")).len()
}

#[test]
fn entries_over_the_limit_fail_and_the_feed_has_no_limit() {
    let item = |name: &str, text: &str| {
        format!("<item><title>{name}</title><description>{text}</description></item>")
    };
    let small: String = (0..50).map(|_| item("a", "Rain")).collect();
    let feed = rss(&format!("{}{small}", item("b", &"x".repeat(500))));
    let arrivals = Drop::new().max_article(200).file("drop/a.xml", feed).arrivals(&["drop"]);
    assert_eq!(arrivals.len(), 51);
    let Arrival::Failed(failure) = &arrivals[0] else { panic!("{:?}", arrivals[0]) };
    assert_eq!(failure.class.word(), "too-large");
    assert!(arrivals[1..].iter().all(|arrival| matches!(arrival, Arrival::Article(_))));
}

#[test]
fn a_declared_encoding_is_undone() {
    let feed =
        b"<?xml version='1.0' encoding='ISO-8859-1'?><rss><channel><item><title>caf\xe9</title>\
        <description>caf\xe9</description></item></channel></rss>";
    let doc = only(feed);
    assert_eq!(
        (doc.payload(), doc.metadata.get(Field::Title)),
        ("caf\u{e9}".as_bytes(), Some("caf\u{e9}"))
    );
}

/// Pieces of feeds in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "<item>",
        "</item>",
        "<item a='b",
        "<entry>",
        "</entry >",
        "<title>",
        "</title>",
        "<content:encoded>",
        "</content:encoded>",
        "<content type='html'>",
        "<content type='xhtml'>",
        "</content>",
        "<author>",
        "<name>",
        "</name>",
        "<link href='u'/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&amp;",
        "&",
        "&#x;",
        "&#55555555;",
        "<",
        ">",
        "Rain",
        "\u{e9}",
        "<guid>",
        "</guid>",
        "<?",
        "?>",
        "<!DOCTYPE a [",
    ]);
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_feed_is_read_to_its_end(feed in pieces(), limit in 10_u64..300) {
        let arrivals = |bytes: &[u8]| {
            let drop = Drop::new().max_article(limit).file("drop/a.xml", bytes);
            let line = |arrival: &Arrival| match arrival {
                Arrival::Article(doc) => format!("{} {:?}", doc.id(), doc.payload()),
                Arrival::Failed(failure) => format!("{} {:?} {}", failure.id, failure.origin.offset, failure.class.word()),
                Arrival::Discarded { id, reason, .. } => format!("{id} {reason}"),
                Arrival::Unchanged { id } => format!("{id} unchanged"),
            Arrival::Ended { .. } => unreachable!("files bring none"),
            };
            drop.arrivals(&["drop"]).iter().map(line).collect::<Vec<_>>()
        };
        let feed = rss(&feed);
        prop_assert_eq!(arrivals(feed.as_bytes()), arrivals(&gzip(feed.as_bytes())));
    }
}
