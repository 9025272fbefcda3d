//! Interviews set as questions and answers.

use document::symbol;

use crate::{document, run};

fn turns(text: &str) -> String {
    testkit::underlined(&run(document(text)), &[symbol::TURNS])
}

#[test]
fn letters_head_the_turns() {
    insta::assert_snapshot!(turns("Q: Where do you fish?\nA: Off the cape.\nAnd in the bay.\nQ: With whom?\nA: Alone."), @"
Q: Where do you fish?
^^^^^^^^^^^^^^^^^^^^^ turns question
A: Off the cape.
^^^^^^^^^^^^^^^^ turns answer
And in the bay.
^^^^^^^^^^^^^^^
Q: With whom?
^^^^^^^^^^^^^ turns question
A: Alone.
^^^^^^^^^ turns answer
");
}

#[test]
fn numbered_questions_are_answered_by_what_follows() {
    insta::assert_snapshot!(turns("We spoke to a fisher.\n1- Where do you fish?\nOff the cape.\nAnd in the bay.\n2- With whom?\nAlone."), @"
We spoke to a fisher.
1- Where do you fish?
^^^^^^^^^^^^^^^^^^^^^ turns question
Off the cape.
^^^^^^^^^^^^^ turns answer
And in the bay.
^^^^^^^^^^^^^^^
2- With whom?
^^^^^^^^^^^^^ turns question
Alone.
^^^^^^ turns answer
");
}

#[test]
fn names_by_turns() {
    insta::assert_snapshot!(turns("Harbour Post: Where do you fish?\nAda Ek: Off the cape.\nHarbour Post: With whom?\nAda Ek: Alone."), @"
Harbour Post: Where do you fish?
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns question
Ada Ek: Off the cape.
^^^^^^^^^^^^^^^^^^^^^ turns answer
Harbour Post: With whom?
^^^^^^^^^^^^^^^^^^^^^^^^ turns question
Ada Ek: Alone.
^^^^^^^^^^^^^^ turns answer
");
}

#[test]
fn a_list_or_one_question_is_no_interview() {
    for text in [
        "1. Nets\n2. Hooks\nBuy them.",
        "Q: Where do you fish?\nA: Off the cape.",
        "Note: bring nets.\nTime: noon.",
    ] {
        assert_eq!(run(document(text)).view().turns().count(), 0, "in: {text}");
    }
}

#[test]
fn a_question_may_be_two_and_the_answer_begin_beside_it() {
    insta::assert_snapshot!(turns("1. Where do you fish? With whom? Off the cape, alone.\nAlways.\n2. Why? For my dinner."), @"
1. Where do you fish? With whom? Off the cape, alone.
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns question
                                 ^^^^^^^^^^^^^^^^^^^^ turns answer
Always.
^^^^^^^
2. Why? For my dinner.
^^^^^^^ turns question
        ^^^^^^^^^^^^^^ turns answer
");
}

#[test]
fn numbered_letters_and_named_answers() {
    insta::assert_snapshot!(turns("Q1: Where do you fish?\nEk: Off the cape.\nQ2: With whom?\nEk: Alone."), @"
Q1: Where do you fish?
^^^^^^^^^^^^^^^^^^^^^^ turns question
Ek: Off the cape.
^^^^^^^^^^^^^^^^^ turns answer
Q2: With whom?
^^^^^^^^^^^^^^ turns question
Ek: Alone.
^^^^^^^^^^ turns answer
");
}
