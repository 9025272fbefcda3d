//! Pasted pages: the body stays, the rest of the page goes to its fields or nowhere.

use document::{Field, Form};

use crate::{article, sheet};

fn sheet_of(payload: &str) -> String {
    sheet(&article(payload.as_bytes(), Form::Text))
}

#[test]
fn a_page_with_everything_around_it() {
    insta::assert_snapshot!(sheet_of("\
The Aller Review
About | Authors | Contact
March 3, 2021

Old bridge over the Aller opens again
• Ada Ek
    Senior Fellow, Institute for Rivers and Roads

Boats pass under the old bridge on Monday.
Photo: Tom Reed

The old bridge over the river Aller was opened again on Monday, after a year of repairs that cost more than planned. “We are glad,” said the mayor, Ana Ruiz.

The repairs took longer than anyone thought they would

Work began in the spring, and the repairs took longer than anyone thought they would, because the stones had to come from far away. She thanked all who had helped.

Advertisement

A second bridge is planned for next year.

Dr Ada Ek is a senior fellow at the Institute for Rivers and Roads. She writes about bridges.

Join our mailing list!
Get all the news from the river
Leave a Reply
Your email address will not be published. Required fields are marked *
"), @"
    title: Old bridge over the Aller opens again (first lines, 0.8)
    byline: Ada Ek (first lines, 0.85)
    published: 2021-03-03 (first lines, 0.85)
    outlet: The Aller Review (first lines, 0.6)
    language: en (detected, 0.95)

    The old bridge over the river Aller was opened again on Monday, after a year of repairs that cost more than planned. “We are glad,” said the mayor, Ana Ruiz.

    Work began in the spring, and the repairs took longer than anyone thought they would, because the stones had to come from far away. She thanked all who had helped.

    A second bridge is planned for next year.
    ");
}

#[test]
fn a_title_that_stands_several_times() {
    insta::assert_snapshot!(sheet_of("\
City News

Old Bridge Over the Aller Opens Again

Recent Features

City News | Roads | Rivers

Old Bridge Over the Aller Opens Again

A year of repairs has come to its end, and boats can pass under the arches once more.

Old Bridge Over the Aller Opens Again

The mayor (left) cuts the ribbon on Monday.

Credit: City of Aller

The old bridge over the river Aller was opened again on Monday, after a year of repairs.

You might also like
Back to Top
"), @"
    title: Old Bridge Over the Aller Opens Again (first lines, 0.9)
    dek: A year of repairs has come to its end, and boats can pass under the arches once more. (first lines, 0.6)
    language: en (detected, 0.95)

    The old bridge over the river Aller was opened again on Monday, after a year of repairs.
    ");
}

/// Text without any furniture comes out whole.
#[test]
fn bodies_alone_lose_nothing() {
    let check = |text: &str| {
        let doc = article(text.as_bytes(), Form::Text);
        assert_eq!(doc.text(), text);
        assert_eq!(doc.metadata.get(Field::Title), None);
    };
    check("One short line");
    check("“We won,” she said.");
    check("Apples\n\nPears and plums\n\nCherries");
    check(
        "She said “No.”\n\n“Yes,” he said, and then they talked about it for a long while in the garden.",
    );
    check(
        "1- Can you say how the bridge was built?\n\nIt was built with stones that came from far away, over many years, by many hands.",
    );
    check(
        "The bridge was built with stones from far away, over many years.\n\nThe cost\n\nIt cost more than anyone had thought it would, the mayor said.",
    );
    check(
        "The mayor of the town spoke about the bridge on Monday, in the old hall.\n\nAna Ruiz is the mayor and a former reporter of a paper here, as everybody in the town knows.\n\nThe bridge, Ana Ruiz said, will stay.",
    );
}

#[test]
fn a_first_line_can_be_the_title_and_a_byline_is_one_only_if_it_says_so() {
    let body = "The bridge over the river was opened again on Monday, after a year of repairs.";
    let check = |head: &str, title: Option<&str>, byline: &[&str]| {
        let doc = article(format!("{head}\n\n{body}").as_bytes(), Form::Text);
        assert_eq!(doc.metadata.get(Field::Title), title, "{head}");
        assert_eq!(doc.metadata.all(Field::Byline).collect::<Vec<_>>(), byline, "{head}");
        assert!(doc.text().ends_with(body));
    };
    check("Old bridge opens again", Some("Old bridge opens again"), &[]);
    check(
        "Old bridge opens again\nBy Ada Ek and Tom van Reed",
        Some("Old bridge opens again"),
        &["Ada Ek", "Tom van Reed"],
    );
    check(
        "Old bridge opens again\nBy ADA EK, Roads Editor",
        Some("Old bridge opens again"),
        &["ADA EK"],
    );
    check("Old bridge opens again\nBy the river", Some("Old bridge opens again"), &[]);
    check("Background", None, &[]);
    check("The mayor said this.", None, &[]);
}

#[test]
fn a_known_title_is_not_part_of_the_body_and_no_other_line_takes_its_place() {
    use document::{Document, Origin};
    use stage_api::Stage;
    let payload = "Old bridge opens again\n\nThe cost of it\n\nThe bridge over the river was opened again on Monday, after a year.";
    let mut doc = Document::new("test", Origin::path("test"), payload.into(), Form::Text);
    doc.metadata.supply(Field::Title, "Old Bridge Opens Again", "sidecar");
    normalize::Normalize::default().process(&mut doc).unwrap();
    assert_eq!(
        doc.text(),
        "The cost of it\n\nThe bridge over the river was opened again on Monday, after a year."
    );
    assert_eq!(doc.metadata.get(Field::Title), Some("Old Bridge Opens Again"));
}

#[test]
fn dates_are_read_only_where_day_and_month_are_sure() {
    let check = |line: &str, date: Option<&str>| {
        let text = format!(
            "Old bridge opens again\n{line}\n\nThe bridge over the river was opened again on Monday, after a year of repairs."
        );
        assert_eq!(
            article(text.as_bytes(), Form::Text).metadata.get(Field::Published),
            date,
            "{line}"
        );
    };
    check("Feb 07, 2023", Some("2023-02-07"));
    check("Feb. 7, 2023", Some("2023-02-07"));
    check("Monday, February 6th, 2023", Some("2023-02-06"));
    check("6 February 2023", Some("2023-02-06"));
    check("Published on 6 Sept 2023, 10:15 am", Some("2023-09-06"));
    check("2023-02-06", Some("2023-02-06"));
    check("2023-02-06T10:00:00.5+0100", Some("2023-02-06T10:00:00+01:00"));
    check("2023-02-06 10:00", Some("2023-02-06"));
    check("Mon, 06 Feb 2023 10:00:00 GMT", Some("2023-02-06T10:00:00Z"));
    check("29 February 2023", None);
    check("2023-13-01", None);
    check("02/03/2023", None);
    check("February 2023", None);
}
