use std::collections::BTreeSet;
use std::fs;

use document::{Document, symbol};
use proptest::prelude::*;

use crate::properties::{check_rows, whole};
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
        "February = 2022-02-01/2022-02-28; June = 2022-06-01/2022-06-30",
    );
}

#[test]
fn words_that_say_which_month_is_meant_stay_outside() {
    check("In June this year.", "June = 2023-06-01/2023-06-30");
    check("On 25 March last year.", "25 March = 2022-03-25");
    check(
        "Next March, last February.",
        "March = 2023-03-01/2023-03-31; February = 2022-02-01/2022-02-28",
    );
    check(
        "In early June, in mid-December.",
        "June = 2023-06-01/2023-06-30; December = 2022-12-01/2022-12-31",
    );
    check("He came in May.", "May = 2022-05-01/2022-05-31");
}

#[test]
fn a_weekday_tells_the_year_of_a_day() {
    check("On Saturday, 7 May.", "Saturday, 7 May = 2022-05-07");
    check("On Tuesday the 31st of January.", "Tuesday the 31st of January = 2023-01-31");
    check("On Friday 22nd July, 2022.", "Friday 22nd July, 2022 = 2022-07-22");
}

#[test]
fn days_given_by_number_are_read_where_they_can_be_told() {
    check("As of 28.01.2022.", "28.01.2022 = 2022-01-28");
    check("Filed 31-08-2021 or 1/28/2022.", "31-08-2021 = 2021-08-31; 1/28/2022 = 2022-01-28");
    check("Filed 05-08-2021 and 5/5/2021.", "05-08-2021 = ?; 5/5/2021 = 2021-05-05");
    check("Filed 2/1/2023 here.", "2/1/2023 = 2023-02-01");
    check("Version 1.2.2023.1, call 05-08-2021-7, 32.13.2022.", "");
}

#[test]
fn ranges_of_days_are_one_date() {
    check("From January 29 to February 2.", "January 29 to February 2 = 2023-01-29/2023-02-02");
    check("From 29 January to 2 February.", "29 January to 2 February = 2023-01-29/2023-02-02");
    check("Held July 12-17, 2022.", "July 12-17, 2022 = 2022-07-12/2022-07-17");
    check("Between 4 and 11 May.", "4 and 11 May = 2023-05-04/2023-05-11");
    check("On January 20 and 21.", "January 20 and 21 = 2023-01-20/2023-01-21");
    check(
        "From 1 May 2022 to 2 January this year.",
        "1 May 2022 to 2 January = 2022-05-01/2023-01-02",
    );
    check("On January 5 and 21.", "January 5 = 2023-01-05");
    check(
        "On 1 October 2021 to 31 May 2022.",
        "1 October 2021 to 31 May 2022 = 2021-10-01/2022-05-31",
    );
}

#[test]
fn years_stand_alone_unless_they_count_something() {
    check("Between 1914 and 1918.", "1914 = 1914-01-01/1914-12-31; 1918 = 1918-01-01/1918-12-31");
    check("Since 2014 it grew.", "2014 = 2014-01-01/2014-12-31");
    check("The 2021 elections.", "2021 = 2021-01-01/2021-12-31");
    check(
        "Early 2021 was cold (2020 too).",
        "2021 = 2021-01-01/2021-12-31; 2020 = 2020-01-01/2020-12-31",
    );
    check(
        "The 2021-22 season, the 2019/20 one.",
        "2021-22 = 2021-01-01/2022-12-31; 2019/20 = 2019-01-01/2020-12-31",
    );
    check("From 2015 to 2016.", "2015 = 2015-01-01/2015-12-31; 2016 = 2016-01-01/2016-12-31");
    check(
        "In the 1960s and 70s, a man in his 60s.",
        "1960s = 1960-01-01/1969-12-31; 70s = 1970-01-01/1979-12-31",
    );
    check("Killed 1950 soldiers at 2000 GMT, in 1999 BC.", "");
    check("The flight 2022-B, section Vision 2030.", "");
    check("From 1445 to 1870.", "1445 = 1445-01-01/1445-12-31; 1870 = 1870-01-01/1870-12-31");
    check("In 1100 villages and 1750 towns.", "");
}

#[test]
fn a_half_or_a_quarter_of_a_year_is_read_for_its_value() {
    check("In the first half of 2021.", "2021 = 2021-01-01/2021-06-30");
    check(
        "In the third quarter of 2021 and in Q4 2020.",
        "2021 = 2021-07-01/2021-09-30; 2020 = 2020-10-01/2020-12-31",
    );
    check("In the third quarter of fiscal 2021.", "2021 = 2021-01-01/2021-12-31");
}

#[test]
fn weekdays_are_the_nearest_not_after_the_article() {
    check("On Monday.", "Monday = 2023-02-06");
    check("On Tuesday.", "Tuesday = 2023-01-31");
    check("Next week, or next Tuesday.", "Next week = 2023-02-13/2023-02-19; Tuesday = 2023-02-07");
    check("Last week, yesterday.", "Last week = 2023-01-30/2023-02-05; yesterday = 2023-02-05");
    check("Tuesday, January 31.", "Tuesday, January 31 = 2023-01-31");
    check("On Mondays.", "Mondays = ?");
}

#[test]
fn a_weekday_to_come_is_the_next_one() {
    check("They will meet on Friday.", "Friday = 2023-02-10");
    check("The vote is scheduled for Thursday.", "Thursday = 2023-02-09");
    check("She said on Friday that they will meet.", "Friday = 2023-02-03");
    check("They will meet, she said on Friday.", "Friday = 2023-02-03");
}

#[test]
fn a_sentence_of_the_past_gives_days_of_the_past() {
    check("On April 6 ministers met in Oslo.", "April 6 = 2022-04-06");
    check("In May the mill was sold.", "May = 2022-05-01/2022-05-31");
    check("They met to say it will open on April 6.", "April 6 = 2023-04-06");
    check("Planned for April 6.", "April 6 = 2023-04-06");
}

#[test]
fn today_within_quotation_marks_is_of_the_speech() {
    check("“We met today,” she said today.", "today = 2023-02-06");
    check("‘We met last week,’ she said. Yesterday it rained.", "Yesterday = 2023-02-05");
    check("“We built it last year.”", "last year = 2022-01-01/2022-12-31");
    check("“We begin\nIt was yesterday.", "yesterday = 2023-02-05");
}

#[test]
fn a_weekday_in_a_name_is_no_date() {
    check("The Sunday Times wrote of Easter Sunday.", "");
}

#[test]
fn what_is_ago_is_its_unit_as_a_whole() {
    check("Three days ago.", "Three days ago = 2023-02-03");
    check("It was two weeks ago.", "two weeks ago = 2023-01-23/2023-01-29");
    check("It was a month ago.", "a month ago = 2023-01-01/2023-01-31");
    check("It was 10 years ago.", "10 years ago = 2013-01-01/2013-12-31");
    check(
        "He spoke this morning and last night.",
        "this morning = 2023-02-06; last night = 2023-02-05",
    );
    check("On the last weekend.", "last weekend = 2023-02-04/2023-02-05");
}

#[test]
fn an_undated_article_has_named_days_without_value_and_no_yesterday() {
    let mut doc = document_of("Yesterday, on Tuesday, 6 May, and in 2020, two years ago.");
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
fn money_is_written_in_many_ways() {
    check(
        "Some US $1.5 billion and A$20.",
        "US $1.5 billion = {currency:USD,amount:1500000000}; A$20 = {currency:AUD,amount:20}",
    );
    check(
        "It paid €2bn, ten million dollars.",
        "€2bn = {currency:EUR,amount:2000000000}; ten million dollars = {currency:USD,amount:10000000}",
    );
    check(
        "He got 500,000 naira, 10 cents, 50 pence.",
        "500,000 naira = {currency:NGN,amount:500000}; 10 cents = {currency:USD,amount:0.1}; 50 pence = {currency:GBP,amount:0.5}",
    );
    check(
        "RM750mil, Dh2,500, GHS6.2billion.",
        "RM750mil = {currency:MYR,amount:750000000}; Dh2,500 = {currency:AED,amount:2500}; GHS6.2billion = {currency:GHS,amount:6200000000}",
    );
    check(
        "Some N$200 000 and R92 million.",
        "N$200 000 = {currency:NAD,amount:200000}; R92 million = {currency:ZAR,amount:92000000}",
    );
    check(
        "A 30-million-dollar house, 40m euros.",
        "30-million-dollar = {currency:USD,amount:30000000}; 40m euros = {currency:EUR,amount:40000000}",
    );
    check(
        "Two million Hong Kong dollars, $3 million US dollars.",
        "Two million Hong Kong dollars = {currency:HKD,amount:2000000}; $3 million US dollars = {currency:USD,amount:3000000}",
    );
    check("A million U.S. dollars.", "A million U.S. dollars = {currency:USD,amount:1000000}");
}

#[test]
fn the_article_tells_whose_money_it_is() {
    check("It cost 300 pesos.", "300 pesos = {currency:null,amount:300}");
    check("Shops in Chile ask 300 pesos.", "300 pesos = {currency:CLP,amount:300}");
    check("Shops in Chile ask 300 Mexican pesos.", "300 Mexican pesos = {currency:MXN,amount:300}");
    check("In Pakistan: Rs 20 crore.", "Rs 20 crore = {currency:PKR,amount:200000000}");
    check("He walked the R92 with an N95 mask.", "");
    check("It weighs 20 pounds.", "20 pounds = {amount:20,unit:lb}");
    check("In London it costs 20 pounds.", "20 pounds = {currency:GBP,amount:20}");
}

#[test]
fn ranges_have_a_lower_and_an_upper_end() {
    check("It costs $2-3 million.", "$2-3 million = {currency:USD,amount:2000000,to:3000000}");
    check(
        "It costs $2 to 3 million.",
        "$2 to 3 million = {currency:USD,amount:2000000,to:3000000}",
    );
    check("He gave $5 to 10 people.", "$5 = {currency:USD,amount:5}");
    check("Some 10 to 15 percent.", "10 to 15 percent = {amount:10,to:15,unit:%}");
    check("Between 20 and 30 km.", "20 and 30 km = {amount:20,to:30,unit:km}");
    check("It rose from 3 to 5 percent.", "5 percent = {amount:5,unit:%}");
    check(
        "It rose in 2019 to 14 percent.",
        "2019 = 2019-01-01/2019-12-31; 14 percent = {amount:14,unit:%}",
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
    check(
        "Twenty-five hectares, 30 degrees Celsius.",
        "Twenty-five hectares = {amount:25,unit:ha}; 30 degrees Celsius = {amount:30,unit:°C}",
    );
    check(
        "40 square miles, 90 kilometers per hour, 5km2, 38°C.",
        "40 square miles = {amount:40,unit:sq mi}; 90 kilometers per hour = {amount:90,unit:km/h}; 5km2 = {amount:5,unit:km²}; 38°C = {amount:38,unit:°C}",
    );
    check("Three years, 500 people, a 12-year-old, half a mile.", "");
}

/// The values of a document as start, end (code points) and label.
fn labelled(doc: &Document) -> BTreeSet<(usize, usize, String)> {
    let point = |at: u32| doc.text()[..at as usize].chars().count();
    let view = doc.view();
    let values = view.mentions().filter(|mention| mention.kind() == symbol::VALUE);
    values
        .map(|value| {
            let span = value.span();
            (point(span.start()), point(span.end()), doc.name_of(value.label()).to_owned())
        })
        .collect()
}

#[test]
fn dates_and_money_of_world_news_stay_above_their_floor() {
    let Some(path) = testkit::shared("data/ner/enww.dev.jsonl") else { return };
    let lines = fs::read_to_string(&path).expect("the file is readable");
    let mut stage = gold::stage();
    for (label, floor) in [("DATE", 0.92), ("MONEY", 0.92)] {
        let mut counts = gold::Counts::default();
        for (gold, line) in gold::read(&path).iter().zip(lines.lines()) {
            let object: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            let number = |value: &serde_json::Value| value.as_u64().expect("an offset") as usize;
            let entities = object["entities"].as_array().expect("entities").iter();
            let people: BTreeSet<_> = entities
                .map(|entity| {
                    let name = entity["label"].as_str().expect("a label").to_uppercase();
                    (number(&entity["start"]), number(&entity["end"]), name)
                })
                .filter(|(.., name)| name == label)
                .collect();
            let mut doc = gold::document(gold);
            stage.process(&mut doc).expect("the stage does not fail");
            let mut found = labelled(&doc);
            found.retain(|(.., name)| name == label);
            counts.gold += people.len();
            counts.predicted += found.len();
            counts.matched += found.intersection(&people).count();
        }
        assert!(counts.f1() >= floor, "{label}: {:.3} is below {floor}: {counts:?}", counts.f1());
    }
}

proptest! {
    #[test]
    fn any_row_of_dates_and_amounts_gives_sound_values(
        words in prop::collection::vec(prop::sample::select(vec![
            "May", "June.", "31", "29", "30th", "2", "2022", "1066", "1990", "s", "last", "next", "this", "year", "of", "and", "to", "-", "–", "/", ",",
            ".", "between", "from", "Sunday", "Tuesday", "the", "on", "will", "two", "weeks", "ago", "a", "half", "hundred", "twenty", "million", "m", "crore",
            "$", "US", "N$", "R", "Rs", "Dh2", "500", "000", "1.5", "99999999999999999999999", "pesos", "Chile", "Hong", "Kong", "dollars", "U.S.", "cents",
            "km", "per", "cent", "hour", "%", "°C", "square", "quarter", "first", "Q1", "é", "’", "(", "\n",
        ]), 0..40),
        glue in prop::collection::vec(any::<bool>(), 40),
    ) {
        let mut text = String::new();
        for (word, glued) in words.iter().zip(glue) {
            if !glued {
                text.push(' ');
            }
            text.push_str(word);
        }
        check_rows(&tagged(&text));
        check_rows(&whole(&text));
    }
}

#[test]
fn hostile_dates_and_amounts_take_linear_time() {
    let bytes = if cfg!(debug_assertions) { 100_000 } else { 2_000_000 };
    // Each of these is far beyond a minute where any step is quadratic.
    let patterns = [
        "1 to ",
        "1-",
        "1 000 ",
        "1,000,",
        "a hundred and ",
        "one ",
        "300 pesos ",
        "$5 pesos ",
        "R5 ",
        "A./",
        "May 1 and 2, ",
        "1 May to ",
        "2022-",
        "2022 and ",
        "1960s and 70s and ",
        "Sunday, ",
        "will Sunday ",
        "last week ",
        "two weeks ago ",
    ];
    for pattern in patterns {
        check_rows(&tagged(&pattern.repeat(bytes / pattern.len())));
    }
    check_rows(&tagged(&format!("5 pesos {}", "Chile".repeat(bytes / 5))));
}
