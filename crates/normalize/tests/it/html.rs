//! Pages: the body among the blocks, what the page says, the way back to its bytes.

use document::{Field, Form};

use crate::{article, raw, sheet};

const PAGE: &str = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Old bridge opens again | The Aller Review</title>
<meta property="og:site_name" content="The Aller Review"><link rel="canonical" href="https://aller.example/bridge">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle",
"headline": "Old bridge &amp; new road open", "description": "After a year of repairs, boats pass again.",
"datePublished": "2021-03-03T08:30:00+01:00", "dateModified": "2021-03-04", "inLanguage": "en-GB",
"author": [{"@type": "Person", "name": "Ada Ek"}, {"name": "Tom Reed"}], "publisher": {"name": "The Aller Review"}}]}</script>
<style>p { color: red }</style></head><body>
<nav><ul><li><a href="/">Home</a><li><a href="/news">News from all the towns along the river, every day</a></ul></nav>
<div class="page-wrap"><article><header><h1>Old bridge opens again</h1><p class="byline">By Ada Ek</p></header>
<figure><img src="a.jpg"><figcaption>The mayor cuts a ribbon, and the band of the school plays on the old bridge.</figcaption></figure>
<div class="article-body">
<p>The old bridge over the river Aller was opened <b>again</b> on <a href="/monday">Monday</a>, after a year of repairs, which cost more than planned.</p>
<p>&ldquo;We are glad,&rdquo; said the mayor, Ana Ruiz, &amp; cut the ribbon; the band of the school played, and everybody cheered.
<p>Work began in spring.<br><br>It took longer than anyone had thought, because the stones had to come from far away, over the hills.</p>
<div class="related"><h3>Related</h3><p>A story about another bridge, and about the people, old and young, who cross it every day.</p></div>
<h2>What comes next</h2>
<p>A second bridge, for bicycles, is planned for next year, but nobody knows who will pay for it, the mayor said.</p>
<p>Read more: <a href="/x">Bridges of the Aller</a></p>
</div></article>
<aside><p>Subscribe to our newsletter, and get all the news from the river, every morning, for nothing at all.</p></aside></div>
<footer><p>© 2021 The Aller Review. All rights reserved, in all towns, on both banks, and on the bridges as well.</p></footer>"#;

#[test]
fn a_page_with_everything_around_it() {
    insta::assert_snapshot!(sheet(&article(PAGE.as_bytes(), Form::Html)), @"
    title: Old bridge & new road open (json-ld, 0.95)
    dek: After a year of repairs, boats pass again. (json-ld, 0.8)
    byline: Ada Ek (json-ld, 0.9)
    byline: Tom Reed (json-ld, 0.9)
    published: 2021-03-03T08:30:00+01:00 (json-ld, 0.95)
    modified: 2021-03-04 (json-ld, 0.95)
    outlet: The Aller Review (json-ld, 0.95)
    url: https://aller.example/bridge (canonical link, 0.95)
    language: en (detected, 0.95)

    The old bridge over the river Aller was opened again on Monday, after a year of repairs, which cost more than planned.

    “We are glad,” said the mayor, Ana Ruiz, & cut the ribbon; the band of the school played, and everybody cheered.

    Work began in spring.

    It took longer than anyone had thought, because the stones had to come from far away, over the hills.

    What comes next

    A second bridge, for bicycles, is planned for next year, but nobody knows who will pay for it, the mayor said.
    ");
}

#[test]
fn every_word_knows_its_bytes() {
    let doc = article(PAGE.as_bytes(), Form::Html);
    let check = |words: &str, bytes: &str| {
        assert_eq!(std::str::from_utf8(raw(&doc, words)).unwrap(), bytes);
    };
    check("Aller was", "Aller was");
    check("“We are glad,” said", "&ldquo;We are glad,&rdquo; said");
    check("Ruiz, & cut", "Ruiz, &amp; cut");
    check("again on Monday,", "again</b> on <a href=\"/monday\">Monday</a>,");
    check("spring.\n\nIt", "spring.<br><br>It");
}

#[test]
fn the_fields_have_several_sources() {
    let body = "<p>The old bridge over the river Aller was opened again on Monday, after a year of repairs.";
    let check = |head: &str, field: Field, value: Option<&str>, from: &str| {
        let doc = article(format!("{head}{body}").as_bytes(), Form::Html);
        assert_eq!(doc.metadata.get(field), value, "{head}");
        assert_eq!(
            doc.metadata.find(field).map_or("", |known| known.from.as_ref()),
            from,
            "{head}"
        );
    };
    check("<title>A &amp; B</title>", Field::Title, Some("A & B"), "title");
    check("<title>Long title</title><h1>A  title</h1>", Field::Title, Some("A title"), "h1");
    check(
        "<h1>A title</h1><meta property=og:title content='The title'>",
        Field::Title,
        Some("The title"),
        "meta",
    );
    check(
        "<meta property=og:title content='The title – Aller'><meta property=og:site_name content=Aller>",
        Field::Title,
        Some("The title"),
        "meta",
    );
    check("<meta name=author content='By Ada Ek'>", Field::Byline, Some("Ada Ek"), "meta");
    check("<meta name=author content='https://aller.example/ada'>", Field::Byline, None, "");
    check(
        "<div class=article-byline>By <a rel=author>Ada Ek</a>, Roads Editor</div>",
        Field::Byline,
        Some("Ada Ek"),
        "byline",
    );
    check(
        "<meta property=article:published_time content=2021-03-03T08:30:00Z>",
        Field::Published,
        Some("2021-03-03T08:30:00Z"),
        "meta",
    );
    check(
        "<time datetime=2021-03-03>yesterday</time>",
        Field::Published,
        Some("2021-03-03"),
        "time",
    );
    check("<time datetime=yesterday>yesterday</time>", Field::Published, None, "");
    check("<meta property=og:url content=/relative>", Field::Url, None, "");
    check(
        "<script type=application/ld+json>{\"@type\": \"Person\", \"name\": \"Ada\"}</script>",
        Field::Title,
        None,
        "",
    );
    check(
        "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Two\nlines\"}</script>",
        Field::Title,
        Some("Two lines"),
        "json-ld",
    );
    check(
        "<script type=application/ld+json>{\"@type\":\"Article\",</script>",
        Field::Title,
        None,
        "",
    );
}

#[test]
fn paragraphs_in_boxes_of_their_own_are_one_body() {
    let paragraphs: Vec<String> = (1..9)
        .map(|n| format!("Paragraph {n} tells, as the others do, of the old bridge over the river, its stones, and those who cross it."))
        .collect();
    let boxes = paragraphs.join("</p></div></div><div><div class=card><p>");
    let page = format!(
        "<body><div id=story><div><div class=card><p>{boxes}</p></div></div></div><div><p>Somebody else's words, short.</p></div>"
    );
    assert_eq!(article(page.as_bytes(), Form::Html).text(), paragraphs.join("\n\n"));
}

#[test]
fn a_page_that_is_one_paragraph_is_its_own_body() {
    assert_eq!(article(b"The mayor <i>spoke</i>.", Form::Html).text(), "The mayor spoke.");
    assert_eq!(article(b"<form><p>The mayor spoke.</form>", Form::Html).text(), "The mayor spoke.");
}
