//! How sure it is that a text is an article.

use document::{Document, Form, symbol};

use crate::article;

fn score(doc: &Document) -> f64 {
    let (_, row) = doc.layer(symbol::VALUES).next().expect("a score");
    assert_eq!(doc.name_of(row.kind), "normalize.article");
    doc.value(row).expect("a value").parse().expect("a number")
}

fn scored(text: &str) -> f64 {
    score(&article(text.as_bytes(), Form::Text))
}

const STORY: &str = "\
Old bridge over the Aller opens again
By Ada Ek
6 February 2023

The old bridge over the river Aller was opened again on Monday, after a year of repairs that cost more than the town had planned for them.

“We are glad,” said the mayor, Ana Ruiz, who cut a ribbon at the southern end of the bridge. The repairs took longer than anyone had thought.

Work on the bridge began in the spring, and the stones for the repairs had to come from far away. The mayor thanked all who had helped the town.

A second bridge is planned for next year, Ruiz said, but the council of the town has not yet found the money for it.
";

#[test]
fn an_article_is_told_from_lists_errors_and_notices() {
    assert!(scored(STORY) > 0.8);
    for other in [
        "Page not found\n\nSorry, the page that you were looking for could not be found.",
        "We value your privacy\n\nWe and our partners store cookies on your device.\nAccept all\nReject all\nSettings",
        "Latest news\nRoads\nOld bridge opens again\n2 hours ago\nHarbour to be dredged\nMarkets fall\nMore\nSports\nRovers win at home\nCup draw made\nWeather",
        "Log in\nEmail\nPassword\nForgot your password?\nNot a member yet? Subscribe now.",
    ] {
        assert!(scored(other) < 0.3, "{other}: {}", scored(other));
    }
}

#[test]
fn pages_have_a_score_too_and_verbatim_texts_none() {
    let paragraphs: Vec<&str> = STORY.split("\n\n").skip(1).collect();
    let paragraphs = paragraphs.join("</p><p>");
    let page = format!(
        "<title>Old bridge over the Aller opens again</title><article><p>{paragraphs}</p></article>"
    );
    assert!(score(&article(page.as_bytes(), Form::Html)) > 0.8);
    let (doc, _) = crate::process(STORY.as_bytes(), Form::Text, normalize::Mode::Verbatim);
    assert_eq!(doc.layer(symbol::VALUES).count(), 0);
}

#[test]
fn pages_that_are_no_articles_score_below_the_border() {
    /// Its summaries stand in one block with their headlines, and what they tell is alike.
    const TAKEN_FOR_ONE: &str = "wire-list";
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).expect("a folder that can be read") {
        let path = entry.expect("an entry that can be read").path();
        if path.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        pages += 1;
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name in UTF-8");
        let page = std::fs::read(&path).expect("a page that can be read");
        let (doc, flow) = crate::process(&page, Form::Html, normalize::Mode::Article);
        // A page without any text is discarded before it is judged.
        let score = if flow == stage_api::Flow::Keep { score(&doc) } else { 0.0 };
        assert_eq!(score >= 0.5, name == TAKEN_FOR_ONE, "{name}: {score}");
    }
    assert_eq!(pages, 42);
}

#[test]
fn an_article_below_a_headline_that_is_a_link_stays_one() {
    let paragraphs: Vec<&str> = STORY.split("\n\n").skip(1).collect();
    let paragraphs = paragraphs.join("</p><p>");
    let page = format!(
        "<title>Old bridge opens</title><h2><a href=/b>Old bridge over the Aller opens again</a></h2><time>6 February 2023</time><p>{paragraphs}</p>"
    );
    assert!(score(&article(page.as_bytes(), Form::Html)) > 0.8);
}
