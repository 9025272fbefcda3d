//! What may stand in a summary.

use document::{Field, Span, layers::QuotationDraft, symbol};

use crate::{chosen, notes, summarize, summary_of};

const LEAD: &str =
    "The council of Port Ansel voted on Monday to close the old harbour to all cargo ships.";

/// Whether a summary of two takes the second of two sentences after [`LEAD`], which it cannot lean on.
fn check(sentence: &str, stands: bool) {
    let between =
        "A vote had been put off twice since the spring because too few members came to the hall.";
    let doc = summary_of(&[LEAD, between, sentence], &[("sentences", 3)]);
    // the one before is left out by a turn of an interviewer
    let mut doc_with_turn = testkit::doc_with_sentences(doc.text(), &[LEAD, between, sentence]);
    let start = LEAD.len() as u32 + 1;
    doc_with_turn.add_turn(Span::new(start, start + between.len() as u32), symbol::QUESTION, None);
    summarize(&mut doc_with_turn, &[("sentences", 3)]);
    let expected = if stands { vec![LEAD, sentence] } else { vec![LEAD] };
    assert_eq!(chosen(&doc_with_turn), expected, "{sentence}");
}

#[test]
fn a_sentence_has_to_stand_on_its_own() {
    check("Dockers plan a march to the customs house with drums and banners.", true);
    check("He plans a march to the customs house with drums and banners.", false);
    check("However, dockers plan a march to the customs house.", false);
    check("At the same time dockers plan a march to the customs house.", false);
    check("“They plan a march,” said Ines Varro, who leads the dockers.", false);
    check("Thirty dockers marched to the customs house with drums.", true);
}

#[test]
fn a_sentence_that_leans_on_the_one_before_follows_it() {
    let next = "It also set aside 3 million crowns for a new quay at Lower Ansel.";
    let doc = summary_of(&[LEAD, next], &[("sentences", 2)]);
    assert_eq!(chosen(&doc), [LEAD, next]);
    assert!(notes(&doc).is_empty());
}

#[test]
fn a_quotation_is_never_cut() {
    check("“Dockers were never asked, said Ines Varro of the union.", false);
    check("Dockers were never asked,” said Ines Varro of the union.", false);
    check("“Dockers were never asked,” said Ines Varro of the union.", true);
    check("‘Dockers were never asked,’ said Ines Varro of the union.", true);
    check("‘The dockers’ plan was never read,’ said Ines Varro of the union.", true);
    check("The dockers’ plan was never read, Ines Varro of the union said.", true);
    check("\"Dockers were never asked,\" said Ines Varro of the union.", true);
    check("Ines Varro of the union said: \"Dockers were never asked.", false);
    check("Ines Varro of the union spoke of the '90s as a golden age.", true);
}

#[test]
fn a_sentence_inside_a_longer_quotation_is_left_out() {
    let open = "“Dockers were never asked about any of this.";
    let middle = "Ships feed four hundred families in this town.";
    let close = "Nobody in the hall has ever loaded one,” said Ines Varro.";
    let doc = summary_of(&[LEAD, open, middle, close], &[]);
    assert_eq!(chosen(&doc), [LEAD]);
    assert_eq!(
        notes(&doc),
        ["the summary has 1 of 3 sentences: left out are those that cut a quotation (3)"]
    );

    // straight from the layer, where marks tell nothing
    let sentences = [LEAD, middle];
    let mut doc = testkit::doc_with_sentences(&sentences.join("\n"), &sentences);
    let span = Span::from_range(LEAD.len() + 1..doc.text().len());
    doc.add_quotation(&QuotationDraft {
        span,
        kind: symbol::DIRECT,
        marked: &[span],
        cue: None,
        speaker: None,
        addressee: None,
        occasion: None,
        said_on: None,
        negated: false,
        score: 1.0,
    });
    summarize(&mut doc, &[]);
    assert_eq!(chosen(&doc), [LEAD]);
}

#[test]
fn furniture_and_fragments_are_left_out() {
    check("A crane over the empty harbour of Port Ansel", false);
    check("Photo: a crane stands over the empty harbour basin.", false);
    check("Ines Varro (left) speaks to dockers at the customs house.", false);
    check("Sign up for the harbour letter, every Friday at noon.", false);
    check("and four hundred families live off the harbour.", false);
    check("Not now.", false);
}

#[test]
fn what_is_said_already_is_not_said_again() {
    let again = "On Monday the council of Port Ansel voted to close the harbour to cargo ships.";
    let other = "Dockers plan a march to the customs house with drums and banners on Friday.";
    let doc = summary_of(&[LEAD, again, other], &[("sentences", 2)]);
    assert_eq!(chosen(&doc), [LEAD, other]);
}

#[test]
fn words_are_kept_within_their_limit() {
    let short = "Dockers plan a march on Friday.";
    let doc = summary_of(&[LEAD, short], &[("max_words", 8)]);
    assert_eq!(chosen(&doc), [short]);
    assert_eq!(
        notes(&doc),
        [
            "the summary has 1 of 3 sentences: left out are those that are longer than `max_words` leaves room for (1)"
        ]
    );
    let doc = summary_of(&[LEAD], &[("max_words", 8)]);
    assert_eq!(chosen(&doc), [LEAD]);
    assert_eq!(
        notes(&doc),
        ["no sentence is as short as `max_words` asks; the summary is the best one all the same"]
    );
}

#[test]
fn an_article_with_a_sentence_has_a_summary() {
    let doc = summary_of(&["He left early."], &[]);
    assert_eq!(chosen(&doc), ["He left early."]);
    assert_eq!(
        notes(&doc),
        ["no sentence stands on its own; the summary takes some that are no whole statement"]
    );
    assert_eq!(chosen(&summary_of(&["!"], &[])), ["!"]);
    assert!(chosen(&summary_of(&[], &[])).is_empty());
    let doc = summary_of(&[LEAD], &[]);
    assert_eq!(notes(&doc), ["the summary has 1 of 3 sentences: the article has no more"]);
}

#[test]
fn an_interview_is_told_without_its_questions_and_the_answers_that_need_them() {
    let sentences = [
        "Ines Varro has led the dockers of Port Ansel through the closure of the harbour.",
        "Q: Will the dockers of Port Ansel take the offer of the council to open the harbour?",
        "A: The council of Port Ansel knows what the dockers want.",
        "Nine ships wait outside the harbour, and no crane has moved since the spring.",
    ];
    let text = sentences.join("\n");
    let mut doc = testkit::doc_with_sentences(&text, &sentences);
    let question = text.find("Q:").expect("a question");
    let answer = text.find("A:").expect("an answer");
    doc.add_turn(Span::from_range(question..answer - 1), symbol::QUESTION, None);
    doc.add_turn(Span::from_range(answer..text.len()), symbol::ANSWER, None);
    summarize(&mut doc, &[]);
    assert_eq!(chosen(&doc), [sentences[0], sentences[3]]);
}

#[test]
fn another_language_is_left_alone() {
    let text = "Der Rat von Port Ansel stimmte am Montag für die Schließung des Hafens.";
    let mut doc = testkit::doc_with_sentences(text, &[text]);
    doc.metadata.supply(Field::Language, "de", "test");
    summarize(&mut doc, &[]);
    assert!(chosen(&doc).is_empty());
    assert_eq!(doc.view().keyphrases().count(), 0);
    assert_eq!(notes(&doc), ["summarize speaks English; the article is in `de`"]);

    let mut doc = testkit::doc_with_sentences(LEAD, &[LEAD]);
    doc.metadata.supply(Field::Language, "en-GB", "test");
    summarize(&mut doc, &[]);
    assert_eq!(chosen(&doc), [LEAD]);
}

#[test]
fn sentences_come_in_text_order_with_their_scores() {
    let sentences = [
        "Nobody in the market square of Port Ansel would talk to strangers about the weather.",
        LEAD,
        "Dockers say the closed harbour will cost the council of Port Ansel 400 jobs.",
    ];
    let doc = summary_of(&sentences, &[("sentences", 2)]);
    let shown: Vec<String> = doc
        .view()
        .summary()
        .map(|(span, score)| format!("{score:.2} {}", doc.slice(span)))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    0.44 Nobody in the market square of Port Ansel would talk to strangers about the weather.
    0.29 The council of Port Ansel voted on Monday to close the old harbour to all cargo ships.
    ");
}
