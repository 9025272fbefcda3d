//! Direct, mixed and indirect reports, and what is none.

use crate::{check, drawn, run};

#[test]
fn direct_reports_in_every_order() {
    check(&[
        ("“The well is dry,” Ada Ek said.", &["direct Ada Ek: The well is dry,"]),
        ("“The well is dry,” said Ada Ek on Tuesday.", &["direct Ada Ek: The well is dry,"]),
        ("Ada Ek said, “The well is dry.”", &["direct Ada Ek: The well is dry."]),
        ("Ada Ek said: “The well is dry.”", &["direct Ada Ek: The well is dry."]),
        (
            "Ada Ek told reporters in Northport: “The well is dry.”",
            &["direct Ada Ek: The well is dry."],
        ),
        ("Ada Ek said:\n“The well is dry.”", &["direct Ada Ek: The well is dry."]),
        ("“Is the well dry?” Ada Ek asked.", &["direct Ada Ek: Is the well dry?"]),
        ("“Is the well dry?”| Ada Ek asked.", &["direct Ada Ek: Is the well dry?"]),
        ("Ada Ek: “The well is dry.”", &["direct Ada Ek: The well is dry."]),
        ("“The well is dry.” — Ada Ek", &["direct Ada Ek: The well is dry."]),
        ("“It rained.| It poured,” she said.", &["direct she: It rained. It poured,"]),
    ]);
}

#[test]
fn split_quotations_are_joined() {
    insta::assert_snapshot!(drawn("“The pier,” Ada Ek said, “belongs to the town.”"), @"
“The pier,” Ada Ek said, “belongs to the town.”
 ^^^^^^^^^ direct part of 0 by Ada Ek (name)
            ^^^^^^ speaker
            ^^^^^^ speaker
                   ^^^^ cue
                   ^^^^ cue
                          ^^^^^^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (name)
");
    insta::assert_snapshot!(drawn("“The pier is ours,” said Ada Ek.| “We built it.”"), @"
“The pier is ours,” said Ada Ek. “We built it.”
 ^^^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (name)
                    ^^^^ cue      ^^^^^^^^^^^^ direct part of 0 by Ada Ek (carried)
                         ^^^^^^ speaker
                         ^^^^^^ speaker
");
}

#[test]
fn mixed_reports_span_the_whole_content() {
    insta::assert_snapshot!(drawn("Bo Lind said the plan was “a disaster” for the island."), @"
Bo Lind said the plan was “a disaster” for the island.
^^^^^^^ speaker            ^^^^^^^^^^ marked
        ^^^^ cue
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed by Bo Lind (name)
");
    insta::assert_snapshot!(drawn("Bo Lind called the plan “a disaster” on Monday."), @"
Bo Lind called the plan “a disaster” on Monday.
^^^^^^^ speaker          ^^^^^^^^^^ marked
        ^^^^^^ cue
               ^^^^^^^^^^^^^^^^^^^^^ mixed by Bo Lind (name)
");
}

#[test]
fn indirect_reports() {
    check(&[
        ("Ada Ek said that the well was dry.", &["indirect Ada Ek: that the well was dry"]),
        ("Ada Ek said the well was dry.", &["indirect Ada Ek: the well was dry"]),
        ("The well was dry again, Ada Ek said.", &["indirect Ada Ek: The well was dry again"]),
        (
            "According to Ada Ek, the well was dry and nobody knew why.",
            &["indirect Ada Ek: the well was dry and nobody knew why"],
        ),
        (
            "The well was dry again, according to Ada Ek.",
            &["indirect Ada Ek: The well was dry again"],
        ),
        ("The well, Ada Ek said, was dry.", &["indirect Ada Ek: was dry"]),
        ("She’s claiming that the well was dry.", &["indirect She: that the well was dry"]),
        ("Ada Ek pointed out that the well was dry.", &["indirect Ada Ek: that the well was dry"]),
        ("Ada Ek asked whether the well was dry.", &["indirect Ada Ek: whether the well was dry"]),
        (
            "Ada Ek urged the council to dig a well.",
            &["indirect Ada Ek: the council to dig a well"],
        ),
        (
            "Ada Ek said the well was dry, adding that the river was low.",
            &["indirect Ada Ek: the well was dry", "indirect Ada Ek: that the river was low"],
        ),
        (
            "While Ada Ek said the well was dry, the council went on digging.",
            &["indirect Ada Ek: the well was dry"],
        ),
    ]);
}

#[test]
fn terms_titles_and_scare_quotes_are_no_quotations() {
    check(&[
        ("The so-called “quiet fleet” sailed at noon.", &[]),
        ("She read “The Long Winter” on the ferry.", &[]),
        ("Bo “The Anchor” Lind won again.", &[]),
        ("The term “deep harbour” stands on every chart.", &[]),
        ("The report was long.| The claims were not.", &[]),
        ("Ada Ek was told to wait.| The stated aim was peace.", &[]),
    ]);
}

#[test]
fn what_was_not_said_is_marked_so() {
    insta::assert_snapshot!(drawn("Ada Ek did not say that the well was dry."), @"
Ada Ek did not say that the well was dry.
^^^^^^ speaker ^^^ cue
                   ^^^^^^^^^^^^^^^^^^^^^ indirect by Ada Ek (name) negated
");
    insta::assert_snapshot!(drawn("Ada Ek never said that the well was dry."), @"
Ada Ek never said that the well was dry.
^^^^^^ speaker    ^^^^^^^^^^^^^^^^^^^^^ indirect by Ada Ek (name) negated
             ^^^^ cue
");
}

#[test]
fn addressee_and_occasion() {
    insta::assert_snapshot!(drawn("In a speech at the Harbour Institute, Ada Ek told reporters that the well was dry."), @"
In a speech at the Harbour Institute, Ada Ek told reporters that the well was dry.
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ occasion     ^^^^^^^^^ addressee
                                      ^^^^^^ speaker        ^^^^^^^^^^^^^^^^^^^^^ indirect by Ada Ek (name)
                                             ^^^^ cue
");
}

#[test]
fn another_language_gets_a_note_and_nothing_else() {
    let mut doc = crate::document("« Le puits est sec », a dit Ada Ek.");
    doc.metadata.supply(document::Field::Language, "fr", "test");
    insta::assert_snapshot!(testkit::underlined(&run(doc), &[document::symbol::QUOTATIONS, document::symbol::NOTES]), @"
« Le puits est sec », a dit Ada Ek.
no quotations: the language is `fr`, and only English is spoken here
");
}

/// Each with whether it is negated, and to whom it was said.
#[test]
fn what_was_denied_and_to_whom_it_was_said() {
    let cases = [
        ("Ada Ek denied that the well was dry.", true, None),
        ("Ada Ek said that the well was not dry.", false, None),
        ("“The well is dry,” Ada Ek said to the council.", false, Some("the council")),
        ("“The well is dry,” Ada Ek told Bo Lind.", false, Some("Bo Lind")),
        ("“The well is dry,” Ada Ek told reporters on Tuesday.", false, Some("reporters")),
        ("According to Ada Ek, the well was dry.", false, None),
    ];
    for (text, negated, addressee) in cases {
        let doc = run(crate::document(text));
        let view = doc.view();
        let found: Vec<_> = view.quotations().collect();
        let [quotation] = found[..] else { panic!("one quotation in: {text}") };
        assert_eq!(quotation.negated(), negated, "in: {text}");
        assert_eq!(quotation.addressee().map(|span| doc.slice(span)), addressee, "in: {text}");
    }
}

#[test]
fn a_headline_that_a_quotation_repeats_is_none() {
    check(&[(
        "Harbour Chief Calls For More ‘Boats’ This Winter\nBo Lind rowed out.| “We need boats,” Ada Ek said.",
        &["direct Ada Ek: We need boats,"],
    )]);
}

#[test]
fn a_transcript_in_marks_has_its_heads() {
    check(&[(
        "The talk went on.\n“EK: Is the well dry?\n“LIND: It has been dry since spring.”",
        &["direct EK: Is the well dry?", "direct LIND: It has been dry since spring."],
    )]);
}
