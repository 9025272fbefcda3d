//! What an article is about.

use document::{Document, Field, Span, layers::MentionDraft, symbol};

use crate::{summarize, summary_of};

fn phrases(doc: &Document) -> Vec<String> {
    doc.view().keyphrases().map(|phrase| phrase.text().into_owned()).collect()
}

const ARTICLE: [&str; 5] = [
    "Port Ansel will raise its harbour tax in May.",
    "The harbour tax was last raised nine years ago.",
    "Ferries pay no harbour tax, but fishing boats do.",
    "Fishing boats from Lower Quay will pay the most.",
    "Crews in Port Ansel call the plan a theft.",
];

#[test]
fn a_phrase_takes_the_place_of_its_words() {
    let doc = summary_of(&ARTICLE, &[("keyphrases", 3)]);
    assert_eq!(phrases(&doc), ["harbour tax", "Port Ansel", "fishing boats"]);
}

/// The three best phrases of a text with these names; mentions of the same name in the second
/// place are of one entity.
fn with_names(text: &str, mentions: &[(&str, &str)]) -> Vec<String> {
    let mut doc = testkit::doc_with_sentences(text, &[text]);
    let mut entities: Vec<(&str, _)> = Vec::new();
    let mut from = 0;
    for (words, name) in mentions {
        let start = from + text[from..].find(words).expect("the name stands in the text");
        from = start + words.len();
        let known = entities.iter().find(|(known, _)| known == name).map(|(_, entity)| *entity);
        let entity = known.unwrap_or_else(|| doc.add_entity(symbol::PER, name, name, None));
        entities.push((name, entity));
        let span = Span::from_range(start..from);
        let mention = doc.add_mention(&MentionDraft::name(span, symbol::PER, 1.0));
        doc.set_entity(mention, entity);
    }
    summarize(&mut doc, &[("keyphrases", 3)]);
    phrases(&doc)
}

#[test]
fn a_name_is_one_phrase() {
    let text =
        "Ada Ek opened the Ansel Bridge Fund. Ada Ek gave the bridge fund of Ansel a new roof.";
    let names = [("Ada Ek", "Ada Ek"), ("Ansel Bridge Fund", "Fund"), ("Ada Ek", "Ada Ek")];
    assert_eq!(with_names(text, &names), ["Ada Ek", "Ansel Bridge Fund", "roof"]);
}

#[test]
fn a_name_stands_in_its_usual_form() {
    // all forms count for it: it comes before the nets
    let text = "Ada Ek mends nets. Ek sells nets. Ek hates nets, and A. Ek knows why.";
    let names = ["Ada Ek", "Ek", "Ek", "A. Ek"].map(|words| (words, "Ada Ek"));
    assert_eq!(with_names(text, &names)[..2], ["Ek", "nets"]);
    // of equals the short one
    assert_eq!(with_names(text, &names[..2])[..2], ["nets", "Ek"]);
}

#[test]
fn a_name_counts_no_more_than_a_word() {
    let text = "Nets are what Ada Ek mends: nets by day and nets by night.";
    assert_eq!(with_names(text, &[("Ada Ek", "Ada Ek")])[0], "nets");
}

#[test]
fn people_of_one_name_are_one_phrase() {
    let text = "Ek and Ek were with Ida Ek.";
    let names = [("Ek", "Ada Ek"), ("Ek", "Bo Ek"), ("Ida Ek", "Ida Ek")];
    assert_eq!(with_names(text, &names), ["Ek", "Ida Ek"]);
}

#[test]
fn the_headline_counts() {
    let sentences = ["Crews repaired lanterns and nets all winter.", "Nets cost the most to mend."];
    let mut doc = testkit::doc_with_sentences(&sentences.join(" "), &sentences);
    doc.metadata.supply(Field::Title, "A town of lanterns", "test");
    summarize(&mut doc, &[("keyphrases", 2)]);
    assert_eq!(phrases(&doc), ["nets", "lanterns"]);
}

#[test]
fn no_phrase_is_asked_for_and_none_given() {
    assert!(phrases(&summary_of(&ARTICLE, &[("keyphrases", 0)])).is_empty());
}
