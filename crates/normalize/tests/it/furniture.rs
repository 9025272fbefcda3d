//! Lines around a body: each rule with a page that needs it, and bodies that look like one.

use document::{Field, Form};

use crate::article;

const FIRST: &str =
    "The old bridge over the river was opened again on Monday, after a year of repairs.";
const LAST: &str =
    "A second bridge is planned for next year, said the mayor, who had walked across twice.";

/// What is left of `head`, a body and `foot`, the body itself as `…`.
fn left(head: &str, foot: &str) -> String {
    let text = format!("{head}\n\n{FIRST}\n\n{LAST}\n\n{foot}");
    let doc = article(text.as_bytes(), Form::Text);
    assert!(doc.text().contains(&format!("{FIRST}\n\n{LAST}")), "{text}");
    doc.text().replace(&format!("{FIRST}\n\n{LAST}"), "…").replace("\n\n", " / ")
}

fn lines(text: &str) -> String {
    text.replace(" / ", "\n\n")
}

#[test]
fn what_stands_between_title_and_body_is_no_body() {
    let check = |head: &str, kept: &str| assert_eq!(left(&lines(head), ""), kept, "{head}");
    check("Old bridge opens again / By Ada Ek / Aller / 3 March 2021", "…");
    check("Old bridge opens again / Menu / Old bridge opens again / By Ada Ek / 3 March 2021", "…");
    check(
        "Old bridge opens again / Old bridge opens again / By Ada Ek / Roads correspondent / 3 March 2021, 7.30am",
        "…",
    );
    check(
        "Old bridge opens again / By Ada Ek / The mayor cuts the ribbon, and everybody cheers her on Monday. / Photograph: Tom Reed",
        "…",
    );
    check(
        "Old bridge opens again / The mayor (left) and a baker cut the ribbon on the bridge on Monday. / By Ada Ek",
        "…",
    );
    check(
        "Old bridge opens again / The mayor cuts the ribbon on the bridge on Monday morning. Photo: Tom Reed",
        "…",
    );
    check("Old bridge opens again / By our own reporter", "…");
    check(
        "Old bridge opens again / After a year, boats pass under the arches, and the town is glad. / By Ada Ek / 3 March 2021",
        "…",
    );
    check(
        "THE ALLER BELL - the voice of the river since 1901 / Old bridge opens / By a staff reporter",
        "…",
    );
}

#[test]
fn what_only_looks_like_a_head_is_body() {
    let check = |head: &str, kept: &str| assert_eq!(left(&lines(head), ""), kept, "{head}");
    // No title stands above it, or nothing marks it as a caption or a dek.
    check("The mayor (left) was glad.", "The mayor (left) was glad. / …");
    check("Old bridge opens again / The mayor was glad.", "The mayor was glad. / …");
    check(
        "Old bridge opens again / The mayor (who had left) was glad.",
        "The mayor (who had left) was glad. / …",
    );
    // A timeline's first date is no date of publication.
    check(
        "Old bridge opens again / This is how it came to be opened again. / 3 March 2021",
        "This is how it came to be opened again. / 3 March 2021 / …",
    );
}

#[test]
fn what_stands_below_the_body_is_no_body() {
    let check = |foot: &str, byline: Option<&str>| {
        let head = "Old bridge opens again\n\n3 March 2021";
        assert_eq!(left(head, &lines(foot)), "…", "{foot}");
        let text = format!("{head}\n\n{FIRST}\n\n{LAST}\n\n{}", lines(foot));
        let doc = article(text.as_bytes(), Form::Text);
        assert_eq!(doc.metadata.get(Field::Byline), byline, "{foot}");
    };
    check("This interview has been edited for length.", None);
    check("This article was first published in The Aller Review.", None);
    check("The views expressed here are the author’s own.", None);
    check("The Institute takes no positions as an institution.", None);
    check("(Reporting by Tom Reed in Aller; Editing by Ana Ruiz)", None);
    check(
        "Ada Ek holds the chair of bridges at Aller University. The views expressed here are her own. / The Institute does not take policy positions.",
        Some("Ada Ek"),
    );
    check(
        "Ada Ek is an editor of The Aller Review. / This conversation was edited for clarity.",
        Some("Ada Ek"),
    );
}

#[test]
fn an_author_has_a_life_below_the_body_and_others_do_not() {
    let check = |foot: &str, kept: &str| {
        assert_eq!(left("Old bridge opens again\n\nBy Professor Ada Ek", foot), kept, "{foot}");
    };
    check("Ada Ek teaches history and is fond of bridges.", "…");
    check("Ada Ek\n\nAda Ek teaches history and is fond of bridges.", "…");
    check(
        "Ana Ruiz teaches history and is fond of bridges.",
        "… / Ana Ruiz teaches history and is fond of bridges.",
    );
    check("Ada Ek", "… / Ada Ek");
}

#[test]
fn what_only_looks_like_a_foot_is_body() {
    let check = |foot: &str| {
        assert_eq!(left("Old bridge opens again\n\n3 March 2021", foot), format!("… / {foot}"));
    };
    check("The ministry takes no position on the bridge.");
    check("This story has been told in the town for many years.");
    check("Reporting by The Aller Review has shown that the stones came late.");
    check("The views from the bridge are the best of the town.");
    check("Opinions expressed at the meeting were many.");
    check("He holds the keys to the bridge.");
}

#[test]
fn a_title_that_came_with_the_article_is_no_body_whatever_its_last_mark() {
    use document::{Document, Origin};
    use stage_api::Stage;
    let payload = format!("The bridge is open.\n\n{FIRST}");
    let mut doc = Document::new("test", Origin::path("test"), payload.into(), Form::Text);
    doc.metadata.supply(Field::Title, "The bridge is open", "sidecar");
    normalize::Normalize::default().process(&mut doc).unwrap();
    assert_eq!(doc.text(), FIRST);
}

#[test]
fn a_dek_set_apart_from_the_body_of_a_page_is_no_part_of_it() {
    let dek = "After a year of repairs, boats pass again.";
    let check = |between: &str, kept: &str| {
        let page = format!(
            "<title>Old bridge opens again</title><meta name=description content='{dek}'>\
             <article><h1>Old bridge opens again</h1><p>{dek}</p>{between}<p>{FIRST}</p><p>{LAST}</p></article>"
        );
        let text = article(page.as_bytes(), Form::Html).text().replace(FIRST, "…");
        assert_eq!(text, format!("{kept}…\n\n{LAST}"), "{between}");
    };
    check("<p>By Ada Ek, roads correspondent</p>", "");
    check("<time>3 March 2021, 7.30am</time>", "");
    check("<p>By our own reporter</p>", "");
    // A description is often the first paragraph of the body.
    check("", &format!("{dek}\n\n"));
}
