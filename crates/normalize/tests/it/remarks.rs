//! What pages say beside metadata: section, corrections, that they are live or paid for.

use document::{Form, symbol};

use crate::article;

/// The values of a page but for its score, as a person would note them.
fn values(head: &str, foot: &str) -> Vec<String> {
    let page = format!(
        "<title>Bridge opens</title>{head}<article><h1>Bridge opens</h1>\
         <p>The old bridge over the river Aller was opened again on Monday, after repairs of a year.</p>\
         <p>Boats may pass it in the mornings, said the mayor, who had come with half of the town.</p>{foot}</article>"
    );
    let doc = article(page.as_bytes(), Form::Html);
    let rows = doc.layer(symbol::VALUES).map(|(_, row)| {
        format!("{} {}", doc.name_of(row.kind), doc.value(row).expect("a value has one"))
    });
    rows.filter(|value| !value.starts_with("normalize.article")).collect()
}

fn ld(inner: &str) -> String {
    format!("<script type=application/ld+json>{{\"@type\":\"Article\",{inner}}}</script>")
}

#[test]
fn a_page_names_its_section() {
    let expected = ["normalize.section \"Roads & rails\""];
    assert_eq!(values(&ld("\"articleSection\":[\"Roads &amp; rails\",\"News\"]"), ""), expected);
    assert_eq!(values("<meta property=article:section content='Roads &amp; rails'>", ""), expected);
    assert_eq!(values("<meta itemprop=articleSection content='Roads &amp; rails'>", ""), expected);
    assert!(values("<meta property=article:section content=' '>", "").is_empty());
}

#[test]
fn a_page_for_those_who_pay_says_so() {
    let paid = ["normalize.paid true"];
    for head in [
        ld("\"isAccessibleForFree\":false"),
        ld("\"isAccessibleForFree\":\"False\""),
        ld("\"hasPart\":[{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false}]"),
        "<meta itemprop=isAccessibleForFree content=false>".to_owned(),
        "<meta property=article:content_tier content=locked>".to_owned(),
    ] {
        assert_eq!(values(&head, ""), paid, "{head}");
    }
    for head in [
        ld("\"isAccessibleForFree\":true"),
        ld("\"isAccessibleForFree\":\"True\""),
        "<meta property=article:content_tier content=metered>".to_owned(),
    ] {
        assert!(values(&head, "").is_empty(), "{head}");
    }
    let page = format!("{}<p>The bridge was opened again.", ld("\"isAccessibleForFree\":false"));
    assert!(article(page.as_bytes(), Form::Html).layer(symbol::NOTES).next().is_some());
}

#[test]
fn a_page_may_be_live() {
    let live = "<script type=application/ld+json>{\"@type\":[\"LiveBlogPosting\"]}</script>";
    assert_eq!(values(live, ""), ["normalize.live true"]);
    let items = "<div itemscope itemtype='https://schema.org/LiveBlogPosting'></div>";
    assert_eq!(values(items, ""), ["normalize.live true"]);
}

#[test]
fn a_page_tells_what_it_has_corrected() {
    let correction = "An earlier version said that the bridge was 800 metres long. It is 80.";
    let expected = [format!("normalize.correction \"{correction}\"")];
    for foot in [
        format!("<div class=article-correction><p>{correction}</p></div>"),
        format!("<aside id=corrections>{correction}</aside>"),
    ] {
        assert_eq!(values("", &foot), expected, "{foot}");
    }
    assert_eq!(values(&ld(&format!("\"correction\":\"{correction}\"")), ""), expected);
    let object =
        format!("\"correction\":{{\"@type\":\"CorrectionComment\",\"text\":\"{correction}\"}}");
    assert_eq!(values(&ld(&object), ""), expected);
    let line = "Correction: The bridge is 80 metres long.";
    assert_eq!(values("", &format!("<p>{line}</p>")), [format!("normalize.correction \"{line}\"")]);
    assert!(values(&ld("\"correction\":\"https://aller.example/corrections\""), "").is_empty());
    assert!(values("", &format!("<p class=note>{correction}</p>")).is_empty());
}
