//! What pages say in the attributes of their elements.

use document::{Field, Form};

use crate::{article, sheet};

const STORY: &str = "<div itemprop=articleBody><p>The old bridge over the river Aller was opened again on Monday, after repairs of a year.</p>\
     <p>Boats may pass it in the mornings, said the mayor, who had come with half of the town.</p></div>";

#[test]
fn items_may_stand_in_items() {
    let page = format!(
        "<html itemscope itemtype='https://schema.org/WebPage'><meta itemprop=name content='The Aller Review'>
        <article itemscope itemtype='http://schema.org/NewsArticle'>
        <link itemprop=mainEntityOfPage href='https://aller.example/bridge'>
        <h1 itemprop='headline name'>Old bridge <i>opens</i> again</h1><meta itemprop=inLanguage content=en-GB>
        <p itemprop=description>After a year of repairs, boats pass again.</p>
        <div itemprop=author itemscope itemtype='https://schema.org/Person'><a href=/ada itemprop=url><span itemprop=name>Ada Ek</span></a></div>
        <div itemprop=author itemscope itemtype='https://schema.org/Person'><span itemprop=name>Tom Reed</span></div>
        <div itemprop=publisher itemscope itemtype='https://schema.org/Organization'><meta itemprop=name content='Aller Review'></div>
        <time itemprop=datePublished datetime='2021-03-03T08:30:00+01:00'>yesterday</time>
        <time itemprop=dateModified datetime='2021-03-04'></time>{STORY}</article>
        <article itemscope itemtype='http://schema.org/NewsArticle'><h3 itemprop=headline>Another story</h3><span itemprop=author>Ann Orr</span></article>"
    );
    insta::assert_snapshot!(sheet(&article(page.as_bytes(), Form::Html)), @"
    title: Old bridge opens again (microdata, 0.75)
    dek: After a year of repairs, boats pass again. (microdata, 0.65)
    byline: Ada Ek (microdata, 0.85)
    byline: Tom Reed (microdata, 0.85)
    published: 2021-03-03T08:30:00+01:00 (microdata, 0.92)
    modified: 2021-03-04 (microdata, 0.92)
    outlet: Aller Review (microdata, 0.8)
    url: https://aller.example/bridge (microdata, 0.8)
    language: en (detected, 0.95)

    The old bridge over the river Aller was opened again on Monday, after repairs of a year.

    Boats may pass it in the mornings, said the mayor, who had come with half of the town.
    ");
}

#[test]
fn the_article_is_the_one_that_has_the_text_or_the_only_one() {
    let check = |page: &str, authors: &[&str]| {
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), authors, "{page}");
    };
    let item = |inner: &str| format!("<div itemscope itemtype=//schema.org/Article>{inner}</div>");
    let by = |name: &str| format!("<meta itemprop=author content='{name}'>");
    let hidden = |name: &str| {
        format!("<div itemprop=author itemscope><meta itemprop=name content='{name}'></div>")
    };
    check(&item(&format!("{}{STORY}", hidden("Ada Ek"))), &["Ada Ek"]);
    check(&format!("{}{STORY}", item(&hidden("Ada Ek"))), &["Ada Ek"]);
    check(
        &format!("{}{}", item(&hidden("Ann Orr")), item(&format!("{}{STORY}", hidden("Ada Ek")))),
        &["Ada Ek"],
    );
    check(
        &format!("{}{}<p>{STORY}", item(&hidden("Ann Orr")), item(&hidden("Ada Ek")))
            .replace("itemprop=articleBody", ""),
        &[],
    );
    check(&format!("{}{STORY}", by("Ada Ek")), &["Ada Ek"]);
    check(
        &item(&format!(
            "<div itemprop=author itemscope itemtype=//schema.org/Organization><b itemprop=name>AFP</b></div>{STORY}"
        )),
        &["AFP"],
    );
}

#[test]
fn items_without_end_cost_no_more_than_their_bytes() {
    let page =
        format!("{STORY}{}", "<div itemscope itemprop=author><b itemprop=name>a".repeat(100_000));
    assert!(article(page.as_bytes(), Form::Html).text().starts_with("The old bridge"));
}
