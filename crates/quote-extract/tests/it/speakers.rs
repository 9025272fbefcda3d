//! Who is credited, by which words, and under which name.

use document::{Document, Span, layers::MentionDraft, symbol};

use crate::{check, document, drawn, run};

#[test]
fn titles_and_appositions_are_stepped_over() {
    insta::assert_snapshot!(drawn("“Ships will sail,” said Ada Ek, the harbour minister."), @"
“Ships will sail,” said Ada Ek, the harbour minister.
 ^^^^^^^^^^^^^^^^ direct by Ada Ek (name)
                   ^^^^ cue
                        ^^^^^^ speaker
");
    insta::assert_snapshot!(drawn("“Ships will sail,” harbour ministry spokeswoman Ada Ek said."), @"
“Ships will sail,” harbour ministry spokeswoman Ada Ek said.
 ^^^^^^^^^^^^^^^^ direct by Ada Ek (name)       ^^^^^^ speaker
                                                       ^^^^ cue
");
    check(&[
        (
            "Ada Ek, the harbour minister, said: “Ships will sail.”",
            &["direct Ada Ek: Ships will sail."],
        ),
        (
            "“Ships will sail,” said the harbour minister, Ada Ek.",
            &["direct Ada Ek: Ships will sail,"],
        ),
        (
            "Ada Ek, who runs the port, said ships would sail.",
            &["indirect Ada Ek: ships would sail"],
        ),
        (
            "“Ships will sail,” Prime Minister Ada Ek said Monday.",
            &["direct Ada Ek: Ships will sail,"],
        ),
        (
            "“Ships will sail,” a spokesman for Ada Ek said.",
            &["direct a spokesman for Ada Ek: Ships will sail,"],
        ),
        ("“Ships will sail,” Ada Ek told Bo Lind.", &["direct Ada Ek: Ships will sail,"]),
        (
            "“Ships will sail,” the ministry said in a statement.",
            &["direct the ministry: Ships will sail,"],
        ),
    ]);
}

#[test]
fn the_fullest_name_of_the_article_is_used() {
    check(&[(
        "Ada Ek arrived.| “Ships will sail,” Ek said.",
        &["direct Ada Ek: Ships will sail,"],
    )]);
}

#[test]
fn pronouns_mean_who_spoke_last_or_stay_themselves() {
    check(&[
        (
            "“One,” Ada Ek said, smiling.\n“Two,” she said.",
            &["direct Ada Ek: One,", "direct Ada Ek: Two,"],
        ),
        ("“It is a long way home,” he said.", &["direct he: It is a long way home,"]),
    ]);
}

/// By whole pipeline: who is a person the tagger says.
#[test]
fn a_relative_pronoun_means_the_person_before_it() {
    let doc = crate::tagged(
        "The board met Martin Olsen, who said that the well was dry.".to_owned(),
        None,
    );
    let view = doc.view();
    let names: Vec<_> =
        view.quotations().filter_map(|found| Some(found.speaker()?.name().into_owned())).collect();
    assert_eq!(names, ["Martin Olsen"]);
}

#[test]
fn speech_without_a_report_goes_on_from_the_speaker_before() {
    insta::assert_snapshot!(drawn("Ada Ek said the well was dry.| “There is not a drop left in it.”"), @"
Ada Ek said the well was dry. “There is not a drop left in it.”
^^^^^^ speaker                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct by Ada Ek (carried)
^^^^^^ speaker
       ^^^^ cue
            ^^^^^^^^^^^^^^^^ indirect by Ada Ek (name)
");
    check(&[(
        "“There is not one drop of water left in it.”",
        &["direct ?: There is not one drop of water left in it."],
    )]);
}

/// `Mara Quist` as a tagger would leave it, with `she` resolved and a day.
fn tagged(text: &str) -> Document {
    let mut doc = document(text);
    let place = |words: &str| {
        let start = doc.text().find(words).expect("the words stand in the text");
        Span::from_range(start..start + words.len())
    };
    let (name, pronoun, day) = (place("Quist"), place("she"), place("Tuesday"));
    let entity = doc.add_entity(symbol::PER, "per:mara-quist", "Mara Quist", None);
    let mention = doc.add_mention(&MentionDraft::name(name, symbol::PER, 0.9));
    doc.set_entity(mention, entity);
    let draft =
        MentionDraft { kind: symbol::PRONOUN, ..MentionDraft::name(pronoun, symbol::PER, 0.9) };
    let mention = doc.add_mention(&draft);
    doc.set_entity(mention, entity);
    let value = Some("\"2031-03-04\"");
    doc.add_mention(&MentionDraft {
        kind: symbol::VALUE,
        value,
        ..MentionDraft::name(day, symbol::DATE, 0.9)
    });
    doc
}

#[test]
fn mentions_give_entity_full_name_and_day() {
    let doc = run(tagged("“Ships will sail,” Quist said on Tuesday.| “All of them,” she added."));
    let view = doc.view();
    let found: Vec<_> = view.quotations().collect();
    let names: Vec<_> =
        found.iter().filter_map(|quotation| Some(quotation.speaker()?.name())).collect();
    assert_eq!(names, ["Mara Quist", "Mara Quist"]);
    assert!(
        found
            .iter()
            .all(|quotation| quotation.speaker().is_some_and(|speaker| speaker.entity().is_some()))
    );
    assert_eq!(found[0].said_on().as_deref(), Some("2031-03-04"));
}

#[test]
fn a_speaker_may_end_where_the_content_begins() {
    // The second bracket stands right behind the phrase and is the content's first token.
    let text = "Wardens.|According to reports Harbour (HNS) (PWs)and Pier Wards (PWs).|Ada";
    let mut doc = document(text);
    for name in ["HNS", "PWs", "Pier Wards"] {
        let start = doc.text().find(name).expect("the words stand in the text");
        let span = Span::from_range(start..start + name.len());
        doc.add_mention(&MentionDraft::name(span, symbol::ORG, 0.9));
    }
    let doc = run(doc);
    assert!(doc.view().quotations().all(|quotation| !quotation.span().is_empty()));
}
