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
    "Fishing boats from Lower Ansel will pay the most.",
    "Fishing crews in Port Ansel call the plan a theft.",
];

#[test]
fn a_phrase_takes_the_place_of_its_words() {
    let doc = summary_of(&ARTICLE, &[("keyphrases", 3)]);
    assert_eq!(phrases(&doc), ["harbour tax", "Port Ansel", "fishing boats"]);
}

#[test]
fn a_name_is_one_phrase() {
    let text = "Ada Ek opened the Ansel Bridge Fund. Ek gave the bridge fund of Ansel a new roof.";
    let mut doc = testkit::doc_with_sentences(text, &[text]);
    let person = doc.add_entity(symbol::PER, "per:ada-ek", "Ada Ek", None);
    let fund = doc.add_entity(symbol::ORG, "org:ansel-bridge-fund", "Ansel Bridge Fund", None);
    for (start, end, label, entity) in
        [(0, 6, symbol::PER, person), (18, 35, symbol::ORG, fund), (37, 39, symbol::PER, person)]
    {
        let mention = doc.add_mention(&MentionDraft::name(Span::new(start, end), label, 1.0));
        doc.set_entity(mention, entity);
    }
    summarize(&mut doc, &[("keyphrases", 3)]);
    assert_eq!(phrases(&doc), ["Ada Ek", "Ansel Bridge Fund", "roof"]);
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
