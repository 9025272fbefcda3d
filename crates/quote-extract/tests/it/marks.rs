//! Quotation marks: which styles are understood, and what is only an apostrophe.

use crate::{check, drawn};

#[test]
fn every_style_of_mark_gives_the_same_words() {
    let styles = [
        ("“", "”"),
        ("\"", "\""),
        ("‘", "’"),
        ("'", "'"),
        ("''", "''"),
        ("``", "''"),
        ("«", "»"),
        ("„", "“"),
        ("„", "”"),
    ];
    for (open, close) in styles {
        let text = format!("{open}The ferry leaves at noon,{close} said Ada Ek.");
        check(&[(&text, &["direct Ada Ek: The ferry leaves at noon,"])]);
    }
}

#[test]
fn apostrophes_are_no_marks() {
    check(&[
        ("Ada Ek’s boat was the miners’ pride in the ’90s.", &[]),
        ("The town ‘s mayor, Bo O’Neill, didn't answer the unions' letter.", &[]),
        (
            "‘The miners’ boats won’t wait,’ said Ada Ek.",
            &["direct Ada Ek: The miners’ boats won’t wait,"],
        ),
        (
            "'It isn't the ships' fault,' Bo Lind said.",
            &["direct Bo Lind: It isn't the ships' fault,"],
        ),
        ("‘[T]he harbour is full,’ Bo Lind said.", &["direct Bo Lind: [T]he harbour is full,"]),
    ]);
}

/// A paragraph may end with the possessive mark of a plural: there is no letter behind it to look at.
#[test]
fn an_apostrophe_may_be_the_last_character() {
    check(&[
        ("The quay is the sailors’", &[]),
        ("The quay is the sailors'\nAda Ek left it to them.", &[]),
    ]);
}

#[test]
fn a_quotation_inside_a_quotation_is_part_of_its_words() {
    check(&[
        (
            "“My father said ‘never sail on Fridays’ and I listened,” Ada Ek said.",
            &["direct Ada Ek: My father said ‘never sail on Fridays’ and I listened,"],
        ),
        (
            "‘They call it “the wall” here,’ Bo Lind said.",
            &["direct Bo Lind: They call it “the wall” here,"],
        ),
    ]);
}

#[test]
fn an_opening_mark_repeated_in_each_paragraph_continues_the_quotation() {
    insta::assert_snapshot!(drawn("“We built the pier,” Ada Ek said.| “It took nine years.\n“Nobody paid us.\n“Now they want it back.”"), @"
“We built the pier,” Ada Ek said. “It took nine years.
 ^^^^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (name)
                     ^^^^^^ speaker
                     ^^^^^^ speaker
                     ^^^^^^ speaker
                     ^^^^^^ speaker
                            ^^^^ cue
                                   ^^^^^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (carried)
“Nobody paid us.
 ^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (carried)
“Now they want it back.”
 ^^^^^^^^^^^^^^^^^^^^^^ direct part of 0 by Ada Ek (carried)
");
}

#[test]
fn a_missing_close_is_repaired_and_noted() {
    insta::assert_snapshot!(drawn("Ada Ek said: “The storm took every roof on the island.\nThe island has forty houses."), @"
Ada Ek said: “The storm took every roof on the island.
^^^^^^ speaker
       ^^^^ cue
             ^ quotation mark without a partner
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ direct by Ada Ek (name)
The island has forty houses.
");
    insta::assert_snapshot!(drawn("She continued: “The roof went at dawn…and noted the “cost of the loss” in a letter."), @"
She continued: “The roof went at dawn…and noted the “cost of the loss” in a letter.
^^^ speaker    ^ quotation mark without a partner    ^^^^^^^^^^^^^^^^ marked
^^^ speaker     ^^^^^^^^^^^^^^^^^^^^^^ direct by She (pronoun)            ^^^^^^^^ occasion
    ^^^^^^^^^ cue                         ^^^^^ cue
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed by She (pronoun)
");
}

#[test]
fn a_mark_that_opens_no_speech_is_noted_and_skipped() {
    insta::assert_snapshot!(drawn("The “ship lay in the harbour for a month"), @"
The “ship lay in the harbour for a month
    ^ quotation mark without a partner
");
    insta::assert_snapshot!(drawn("The ship” lay in the harbour."), @"
The ship” lay in the harbour.
        ^ quotation mark without a partner
");
}
