//! Lines that are dates, as papers write them.

use document::{Field, Form};

use crate::article;

/// The day that a line between title and body is read as.
fn day(line: &str) -> Option<String> {
    let body =
        "The old bridge over the river Aller was opened again on Monday, after a year of repairs.";
    let text = format!(
        "Old bridge over the Aller opens again\n{line}\n\n{body}\n\n{body} Boats pass under it."
    );
    article(text.as_bytes(), Form::Text).metadata.get(Field::Published).map(str::to_owned)
}

#[test]
fn a_line_of_a_date_is_read_in_any_language() {
    for (line, expected) in [
        ("6 February 2023", "2023-02-06"),
        ("Monday, Feb. 6, 2023, 7.30am ET", "2023-02-06"),
        ("Published 6 February 2023 at 10:00 GMT", "2023-02-06T10:00:00Z"),
        ("Mo 06.02.23 | 14:07", "2023-02-06"),
        ("06.02.2023, 14.07 Uhr", "2023-02-06"),
        ("Stand: 6. Februar 2023, 17 Uhr", "2023-02-06"),
        ("Publié le lundi 6 février 2023 à 17h", "2023-02-06"),
        ("Publié le 06/02/2023 à 10h05", "2023-02-06"),
        ("6 de febrero de 2023", "2023-02-06"),
        ("1º de março de 2023 às 10h30", "2023-03-01"),
        ("lunedì 6 febbraio 2023 alle ore 10:30", "2023-02-06"),
        ("Gepubliceerd op 6 februari 2023 om 10.30", "2023-02-06"),
        ("6. helmikuuta 2023 klo 10.30", "2023-02-06"),
        ("6 lutego 2023, godz. 10:30", "2023-02-06"),
        ("25/04/2024", "2024-04-25"),
        ("04/25/2024", "2024-04-25"),
        ("2023/02/06 10:30", "2023-02-06"),
        ("2023. 2. 6. 10:30", "2023-02-06"),
        ("2023年2月6日（月）10時30分 更新", "2023-02-06"),
        ("입력 2023.02.06 10:30", "2023-02-06"),
    ] {
        assert_eq!(day(line).as_deref(), Some(expected), "{line}");
    }
}

#[test]
fn what_may_be_two_days_or_none_is_no_date() {
    for line in [
        "02/03/2023",
        "06.02.23",
        "13/13/2023",
        "30 February 2023",
        "6 February",
        "2023",
        "Bridge 6 February 2023",
        "1.2.3.2023",
        "99 Uhr 6. Februar 2023",
        "10:30",
    ] {
        assert_eq!(day(line), None, "{line}");
    }
}

#[test]
fn a_page_may_have_its_date_between_headline_and_body() {
    let check = |lines: &str, expected: Option<&str>| {
        let body = "<p>The old bridge over the river Aller was opened again on Monday, after a year of repairs.</p>";
        let page = format!(
            "<p>5 May 2001</p><h1>Bridge opens</h1>{lines}<article>{body}{body}</article><p>7 July 2007</p>"
        );
        let doc = article(page.as_bytes(), Form::Html);
        assert_eq!(doc.metadata.get(Field::Published), expected, "{lines}");
    };
    check("<div>Mo 06.02.23 | 14:07 Uhr | Von Ada Ek</div>", Some("2023-02-06"));
    check(
        "<div>After a year of repairs</div><div><b>6 February</b> 2023</div>",
        Some("2023-02-06"),
    );
    check("<div>It was closed on 6 February 2022.</div>", None);
    check("<time datetime=2023-02-07></time><div>6 February 2023</div>", Some("2023-02-07"));
}
