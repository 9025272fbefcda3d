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

#[test]
fn an_article_in_a_script_is_found_behind_a_teaser() {
    let sentence = |n: u32| {
        format!(
            "Sentence {n} of the story of the bridge says that \\\"nobody\\\" knows who paid for it. "
        )
    };
    let story = (1..9).map(sentence).collect::<String>();
    let check = |script: &str, kept: bool| {
        let page = format!(
            "<title>Who paid for the bridge</title><p>The bridge has been paid for, but who did it?</p>{script}"
        );
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.text().starts_with("Sentence 1 of"), kept, "{script}");
        if kept {
            assert!(doc.text().contains("that \"nobody\" knows"));
            assert_eq!(raw(&doc, "\"nobody\" knows"), b"\\\"nobody\\\" knows");
        }
    };
    let ld = format!(
        "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"Who paid for the bridge\",\"articleBody\":\"{story}\"}}</script>"
    );
    check(&ld, true);
    check(
        &format!("<script>var state = {{\"contentHtml\": \"\\u003cp>{story}<\\/p>\"}}</script>"),
        true,
    );
    check(&format!("<script>var state = {{\"content\": [\"{story}\"]}}</script>"), true);
    check(&format!("<script>var state = {{\"cookies\": \"{story}\"}}</script>"), false);
    let other = story.replace("bridge", "market").replace("paid", "came");
    check(&format!("<script>var state = {{\"content\": \"{other}\"}}</script>"), false);
    check(&format!("<script>var broken = {{\"content\": \"{story}</script>"), false);
    check(
        &format!("<script>window.__NUXT__={{data:[{{articleBody:\"{story}\"}}]}}</script>"),
        true,
    );
    // What the page declares as its text is that, whatever its title says.
    let declared = format!(
        "<script type=application/ld+json>{{\"@type\":\"Article\",\"articleBody\":\"{other}\"}}</script>"
    );
    check(&declared, true);
}

#[test]
fn a_quotation_set_apart_is_part_of_the_body_unless_it_repeats_it() {
    let line = |n: u32| {
        format!(
            "<p>Paragraph {n} tells at some length how the people of the town came to the bridge, and why.</p>"
        )
    };
    let lines = |numbers: std::ops::Range<u32>| numbers.map(line).collect::<String>();
    let page = |quotation: &str| {
        let page = format!(
            "<title>The bridge</title><body><article><h1>The bridge</h1>{}<blockquote class=post><p>{quotation}</p></blockquote>{}</article>",
            lines(1..5),
            lines(5..9),
        );
        article(page.as_bytes(), Form::Html).text().to_owned()
    };
    assert!(page("We shall cross it together. bridge.example/pic").contains("cross it together"));
    let text = page("the people of the town came to the bridge");
    assert_eq!(text.matches("the people of the town came").count(), 8);
}

#[test]
fn authors_stand_in_one_place_or_in_several() {
    let check = |page: &str, expected: &[&str]| {
        let story = "<p>The old bridge over the river Aller was opened again on Monday, after repairs of a year.</p>".to_owned()
            + "<p>Boats may pass it in the mornings, said the mayor, who had come with half of the town.</p>";
        let doc = article(page.replace("STORY", &story).as_bytes(), Form::Html);
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), expected, "{page}");
    };
    let declared = |author: &str| {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"Bridge\",\"author\":{author}}}</script>"
        )
    };
    let one = declared("{\"@type\":\"Person\",\"name\":\"Ada Ek\"}");
    // The page shows one more than it declares.
    check(
        &format!(
            "{one}<div class=byline><a rel=author>Ada Ek</a></div><div class=byline><a rel=author>Tom Reed</a></div><article>STORY</article>"
        ),
        &["Ada Ek", "Tom Reed"],
    );
    // Who took the picture is not said to be an author.
    check(
        &format!(
            "{one}<a rel=author>Ada Ek</a><div class=author-photo>Tom Reed</div><article>STORY</article>"
        ),
        &["Ada Ek"],
    );
    // A site that is filled under one account says above the article who wrote it.
    let account =
        declared("{\"name\":\"Aller Desk\",\"@id\":\"https://aller.example/author/admin/\"}");
    check(
        &format!("{account}<h1>Bridge</h1><article><p><b>ADA EK/TOM REED</b></p>STORY</article>"),
        &["ADA EK", "TOM REED"],
    );
    check(&format!("{one}<article><p><b>TOM REED</b></p>STORY</article>"), &["Ada Ek"]);
}

#[test]
fn a_title_loses_what_was_put_around_it() {
    let check = |head: &str, title: &str| {
        let page = format!("{head}<p>The old bridge over the river was opened again on Monday.");
        assert_eq!(article(page.as_bytes(), Form::Html).metadata.get(Field::Title), Some(title));
    };
    let ld = |headline: &str| {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"{headline}\"}}</script>"
        )
    };
    let og = "<meta property=og:title content='Bridge opens again'>";
    check(&format!("{}{og}", ld("Bridge opens again | Region")), "Bridge opens again");
    check(&format!("{}{og}", ld("Aller valley: Bridge opens again")), "Bridge opens again");
    check(&format!("{}{og}", ld("The Bridge opens again")), "The Bridge opens again");
    check(
        &format!("{}<h1>Bridge opens again</h1>", ld("Aller valley: Bridge opens again")),
        "Aller valley: Bridge opens again",
    );
    check(
        "<h1>Bridge – opens</h1><title>Bridge – opens – The Aller Review</title>",
        "Bridge – opens",
    );
}

#[test]
fn declared_authors_are_persons_and_agencies_but_not_the_paper() {
    let check = |author: &str, rest: &str, authors: &[&str]| {
        let page = format!(
            "<script type=application/ld+json>{{\"@type\":\"Article\",\"author\":{author},\"publisher\":{{\"name\":\"The Aller Review\"}}}}</script>\
             {rest}<p>The old bridge over the river was opened again on Monday."
        );
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), authors, "{author} {rest}");
    };
    let person = |name: &str| format!("{{\"@type\":\"Person\",\"name\":\"{name}\"}}");
    let house = |name: &str| format!("{{\"@type\":\"Organization\",\"name\":\"{name}\"}}");
    check(&person("dpa"), "", &["dpa"]);
    check(&person("Ada Ek und Tom Reed, dpa"), "", &["Ada Ek", "Tom Reed", "dpa"]);
    check(&format!("[{}, [{}]]", person("Ada Ek"), house("AFP")), "", &["Ada Ek", "AFP"]);
    check(&format!("[{}, {}]", person("Ada Ek"), person("ada-ek")), "", &["Ada Ek"]);
    check(&house("The Aller Review"), "", &[]);
    check(&format!("[{}, {}]", person("Ada Ek"), house("The Aller Review")), "", &["Ada Ek"]);
    check(&person("The Aller-Review"), "", &["The Aller-Review"]);
    let byline = "<div class=byline>By Ada Ek</div>";
    check(&person("The Aller Review"), byline, &["Ada Ek"]);
    check(&person("https://aller.example/ada"), "", &[]);
    check(&person("admin"), "", &[]);
}

#[test]
fn an_address_may_tell_the_day() {
    let check = |url: &str, day: Option<&str>| {
        let page = format!("<link rel=canonical href={url}><p>The old bridge was opened again.");
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.metadata.get(Field::Published), day, "{url}");
    };
    check("https://aller.example/2021/03/04/bridge", Some("2021-03-04"));
    check("https://aller.example/bridge-20210304.html", Some("2021-03-04"));
    check("https://aller.example/2021/03/bridge", None);
    check("https://aller.example/2021/13/04/bridge", None);
    check("https://aller.example/bridge-12345678", None);
}

#[test]
fn a_name_above_the_first_paragraph_is_the_author() {
    let text =
        "The old bridge over the river Aller was opened again on Monday, after a year of repairs.";
    let check = |line: &str, authors: &[&str]| {
        let paragraphs = format!("<p>{text}</p><p>{}</p>", text.replace("old", "new"));
        let page = format!("<h1>Bridge opens</h1><article><p>{line}</p>{paragraphs}</article>");
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), authors, "{line}");
        assert!(doc.text().contains(text) && !doc.text().starts_with("Ada Ek"), "{line}");
    };
    check("<b>Ada Ek</b>", &["Ada Ek"]);
    check("Ada Ek and Tom Reed", &["Ada Ek", "Tom Reed"]);
    check("The band of the school played, and everybody cheered on both banks of the river.", &[]);
}

#[test]
fn an_article_in_a_stream_of_rows_is_found_behind_a_teaser() {
    let sentence = |n: u32| {
        format!("Sentence {n} of the story of the bridge says that “nobody” knows who paid for it.")
    };
    let sentences: Vec<String> = (1..9).map(sentence).collect();
    let push = |row: &str| {
        let quoted = row
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
            .replace('<', "\\u003c");
        format!("<script>self.__next_f.push([1,\"{quoted}\"])</script>")
    };
    let check = |stream: &str| {
        let page = format!(
            "<title>Who paid for the bridge</title><p>The bridge has been paid for, but who did it?</p>{stream}"
        );
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.text(), sentences.join("\n\n"), "{stream}");
        assert_eq!(raw(&doc, "Sentence 8 of"), b"Sentence 8 of");
    };
    let elements: Vec<String> = sentences
        .iter()
        .map(|sentence| format!("[\"$\",\"p\",null,{{\"children\":\"{sentence}\"}}]"))
        .collect();
    let menu = push("1:[\"$\",\"a\",null,{\"href\":\"/\",\"children\":\"News\"}]\n");
    // Rows are cut wherever the server sent what it had.
    let row = format!("2:[{}]\n", elements.join(","));
    let (one, other) = row.split_at(row.find("Sentence 3").expect("a third sentence"));
    check(&format!("{menu}{}{}", push(one), push(other)));
    let html = format!("<p>{}</p>", sentences.join("</p><p>"));
    check(&format!(
        "{menu}{}{}",
        push(&format!("a:T{:x},{html}", html.len())),
        push("b:[\"$\",\"i\",null,{}]\n")
    ));
}

#[test]
fn what_is_announced_below_the_body_is_no_part_of_it() {
    let story = "<p>The old bridge over the river Aller was opened again on Monday, after a year of repairs.</p><p>Boats may pass it in the mornings, said the mayor, who had come with half of the town.</p>";
    let other = |n: u32| {
        format!(
            "<h3><a href=/{n}>Story number {n} of the day</a></h3><p>It tells of the people of the valley, of their boats, their bees and their {n} bakeries.</p>"
        )
    };
    let others: String = [other(3), other(4), other(5)].concat();
    let text = |related: &str, others: &str| {
        let page = format!(
            "<title>Bridge opens</title><div class=content><h1>Bridge opens</h1>{story}<h2>{related}</h2>{others}</div>"
        );
        article(page.as_bytes(), Form::Html).text().to_owned()
    };
    for related in ["You may also like…", "Das könnte Sie auch interessieren:", "Lire aussi"] {
        assert!(text(related, &others).ends_with("half of the town."), "{related}");
    }
    // Words such as these may as well open a paragraph's heading.
    let own = "<p>Related to the repairs, the road along the river was closed for a year, and nobody missed it.</p><p>It will be opened in May.</p>";
    assert!(text("Related questions", own).ends_with("in May."));
}
