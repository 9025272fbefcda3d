use document::symbol;

use crate::{document_of, gold, tagged};

/// The values of the text as `words = json`, joined by `; `; published on Monday, 6 February 2023.
#[track_caller]
fn check(text: &str, expected: &str) {
    let doc = tagged(text);
    let view = doc.view();
    let values = view.mentions().filter(|mention| mention.kind() == symbol::VALUE);
    let found: Vec<String> = values
        .map(|value| {
            format!("{} = {}", value.text(), value.value().unwrap_or("?").replace('"', ""))
        })
        .collect();
    assert_eq!(found.join("; "), expected, "{text}");
}

#[test]
fn dates_with_a_year_stand_for_themselves() {
    check(
        "On Jan. 31, 2023 and 29 January 2023.",
        "Jan. 31, 2023 = 2023-01-31; 29 January 2023 = 2023-01-29",
    );
    check("It was 2021-03-04.", "2021-03-04 = 2021-03-04");
    check(
        "In June 2022 and in 1998.",
        "June 2022 = 2022-06-01/2022-06-30; 1998 = 1998-01-01/1998-12-31",
    );
    check("From 12th to 17th July, 2022.", "12th to 17th July, 2022 = 2022-07-12/2022-07-17");
    check("In the 1990s.", "1990s = 1990-01-01/1999-12-31");
    check("The 30th of February 2022.", "30th of February 2022 = ?");
}

#[test]
fn dates_without_a_year_are_the_nearest_to_the_article() {
    check(
        "On January 29th to February 2nd.",
        "January 29th to February 2nd = 2023-01-29/2023-02-02",
    );
    check("On 20 December.", "20 December = 2022-12-20");
    check("In November.", "November = 2022-11-01/2022-11-30");
    check(
        "Since last February, in June last year.",
        "February = 2022-02-01/2022-02-28; June last year = 2022-06-01/2022-06-30",
    );
}

#[test]
fn weekdays_are_the_nearest_not_after_the_article() {
    check("On Monday.", "Monday = 2023-02-06");
    check("On Tuesday.", "Tuesday = 2023-01-31");
    check("Next week, or next Tuesday.", "Next week = 2023-02-13/2023-02-19; Tuesday = 2023-02-07");
    check("Last week, yesterday.", "Last week = 2023-01-30/2023-02-05; yesterday = 2023-02-05");
    check("Tuesday, January 31.", "Tuesday, January 31 = 2023-01-31");
}

#[test]
fn what_is_relative_has_no_value_in_an_undated_article() {
    let mut doc = document_of("On Tuesday, 6 May, and in 2020.");
    gold::stage().process(&mut doc).expect("the stage does not fail");
    let view = doc.view();
    let values: Vec<Option<&str>> = view.mentions().map(document::Mention::value).collect();
    assert_eq!(values, [None, Some("\"2020-01-01/2020-12-31\"")]);
}

#[test]
fn other_numbers_are_no_dates() {
    check("He may march 2000 metres with 1950 people.", "2000 metres = {amount:2000,unit:m}");
    check("Room 2022b, a 5-4 win.", "");
}

#[test]
fn money_has_a_currency_and_an_amount() {
    check("It cost $1.5 million.", "$1.5 million = {currency:USD,amount:1500000}");
    check(
        "It cost €2,500.50 or £30m.",
        "€2,500.50 = {currency:EUR,amount:2500.5}; £30m = {currency:GBP,amount:30000000}",
    );
    check("Some US$3 billion.", "US$3 billion = {currency:USD,amount:3000000000}");
    check(
        "About 10 billion baht, USD 200.",
        "10 billion baht = {currency:THB,amount:10000000000}; USD 200 = {currency:USD,amount:200}",
    );
}

#[test]
fn quantities_have_a_unit() {
    check("It is 4 km away.", "4 km = {amount:4,unit:km}");
    check(
        "A 6.51km bridge, a 100-metre drop.",
        "6.51km = {amount:6.51,unit:km}; 100-metre = {amount:100,unit:m}",
    );
    check(
        "Some 40 percent, 1.3 per cent, 5%.",
        "40 percent = {amount:40,unit:%}; 1.3 per cent = {amount:1.3,unit:%}; 5% = {amount:5,unit:%}",
    );
    check("Two men, three tonnes.", "three tonnes = {amount:3,unit:t}");
}
