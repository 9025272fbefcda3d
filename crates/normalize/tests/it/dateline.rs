//! What opens and closes a report beside its words: datelines and corrections, as values.

use document::{Form, symbol};

use crate::article;

/// The values of a text but for its score, as a person would note them.
fn values(text: &str) -> Vec<String> {
    let doc = article(text.as_bytes(), Form::Text);
    let rows = doc.layer(symbol::VALUES).map(|(_, row)| {
        format!("{} {}", doc.name_of(row.kind), doc.value(row).expect("a value has one"))
    });
    rows.filter(|value| !value.starts_with("normalize.article")).collect()
}

#[test]
fn datelines_are_places_before_a_dash() {
    let check = |opening: &str, place: Option<&str>, agency: Option<&str>| {
        let text = format!(
            "{opening} The bridge over the river was opened again on Monday, after a year of repairs."
        );
        let place = place.map(|place| format!("normalize.dateline \"{place}\""));
        let agency = agency.map(|agency| format!("normalize.agency \"{agency}\""));
        assert_eq!(values(&text), place.into_iter().chain(agency).collect::<Vec<_>>(), "{opening}");
    };
    check("OSTRA (AP) —", Some("OSTRA"), Some("AP"));
    check("OSTRA, Velland (Wire One) --", Some("OSTRA"), Some("Wire One"));
    check("PORT LISK, Feb. 6 (Reuters) -", Some("PORT LISK"), Some("Reuters"));
    check("KORVIA/OSTRA –", Some("KORVIA/OSTRA"), None);
    check("Ostra (dpa) -", Some("Ostra"), Some("dpa"));
    check("The mayor — who is new —", None, None);
    check("Ostra –", None, None);
    check("OK —", None, None);
    check("AT 5 P.M. —", None, None);
    check("The Harbour Wall (1952) –", None, None);
}

#[test]
fn corrections_stand_beside_the_body() {
    let body = "The bridge over the river was opened again on Monday, after a year of repairs. It is 80 metres long.";
    for correction in [
        "Correction: The bridge is 80 metres long. An earlier version said 800.",
        "This article was amended on 7 February 2023 to give the length of the bridge.",
        "Editor’s note: The name of the bridge was wrong at first.",
    ] {
        let text = format!("{body}\n\n{body} Boats pass under it.\n\n{correction}");
        assert_eq!(values(&text), [format!("normalize.correction \"{correction}\"")]);
        let doc = article(text.as_bytes(), Form::Text);
        assert!(!doc.text().contains(correction), "{}", doc.text());
    }
    assert!(
        values(&format!("{body}\n\nThe correction: nobody knows.\n\n{body} And so on.")).is_empty()
    );
}
