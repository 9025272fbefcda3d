//! What stands beside a report: its occasion and day, the speaker's office, whom it was said to, and whether it was not said.

use document::{Document, Quotation};

/// Asserts what the first quotation of each text has, when the article is of Thursday, 6 March 2031.
fn check(cases: &[(&str, Option<&str>)], of: impl Fn(&Document, Quotation<'_>) -> Option<String>) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let doc = crate::tagged((*text).to_owned(), Some("2031-03-06"));
        let view = doc.view();
        let found = view.quotations().next().map(|quotation| of(&doc, quotation));
        if found.as_ref().map(Option::as_deref) != Some(*expected) {
            wrong.push(format!("{text}\n    {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_occasion_is_where_it_was_said() {
    check(
        &[
            (
                "In an interview with the Harbour Post, Ada Ek said the well was dry.",
                Some("an interview with the Harbour Post"),
            ),
            ("“The well is dry,” Ada Ek said in a statement.", Some("a statement")),
            (
                "“The well is dry,” Ada Ek said at a news conference on Tuesday.",
                Some("a news conference"),
            ),
            (
                "“The well is dry,” Ada Ek told reporters at a press briefing in Tarn.",
                Some("a press briefing in Tarn"),
            ),
            ("During a hearing on Monday, Ada Ek said that the well was dry.", Some("a hearing")),
            (
                "Speaking at the Tarn Water Forum, Ada Ek said the well was dry.",
                Some("the Tarn Water Forum"),
            ),
            (
                "“The well is dry,” Ada Ek wrote in a letter to the council.",
                Some("a letter to the council"),
            ),
            ("“The well is dry,” Ada Ek wrote on Facebook.", None),
            (
                "Ada Ek said in a televised debate that the well was dry.",
                Some("a televised debate"),
            ),
            (
                "“The well is dry,” Ada Ek said at the annual meeting of the council.",
                Some("the annual meeting of the council"),
            ),
            ("Ada Ek said that the ministers would talk about it at a meeting in May.", None),
            ("Ada Ek said she had read about the well in a letter.", None),
            ("“The well is dry,” Ada Ek said in an email.", Some("an email")),
            ("“The well is dry,” Ada Ek said in her opening remarks.", Some("her opening remarks")),
            ("“The well is dry,” Ada Ek said in the house.", None),
        ],
        |doc, quotation| quotation.occasion().map(|span| doc.slice(span).to_owned()),
    );
}

#[test]
fn the_day_is_when_it_was_said() {
    check(
        &[
            ("“The well is dry,” Ada Ek said on Tuesday.", Some("2031-03-04")),
            ("“The well is dry,” Ada Ek said Thursday.", Some("2031-03-06")),
            ("“The well is dry,” Ada Ek said yesterday.", Some("2031-03-05")),
            ("“The well is dry,” Ada Ek said today.", Some("2031-03-06")),
            ("On Monday, Ada Ek said the well was dry.", Some("2031-03-03")),
            ("On 12 February, Ada Ek said the well was dry.", Some("2031-02-12")),
            ("“The well is dry,” Ada Ek said on March 1, 2031.", Some("2031-03-01")),
            ("Ada Ek told the council on Sunday that the well was dry.", Some("2031-03-02")),
            ("Ada Ek said that the well had been dry on Sunday.", None),
            ("“We dig on Friday,” Ada Ek said.", None),
            ("“The well is dry,” Ada Ek said.", None),
            ("“The well is dry,” Ada Ek said Wednesday in Tarn.", Some("2031-03-05")),
            ("“The well is dry,” said Ada Ek, who was elected on Sunday.", None),
            (
                "Ada Ek, who leads the board, said on Tuesday that the well was dry.",
                Some("2031-03-04"),
            ),
            ("Ada Ek said on Tuesday the well would be deepened on Friday.", Some("2031-03-04")),
        ],
        |_, quotation| quotation.said_on().map(std::borrow::Cow::into_owned),
    );
}

#[test]
fn the_office_is_as_stated() {
    check(
        &[
            ("“The well is dry,” said Ada Ek, the water minister.", Some("the water minister")),
            (
                "“The well is dry,” said Ada Ek, head of the Tarn Water Board.",
                Some("head of the Tarn Water Board"),
            ),
            ("“The well is dry,” Prime Minister Ada Ek said.", Some("Prime Minister")),
            ("“The well is dry,” said Senator Ada Ek.", Some("Senator")),
            ("Ada Ek, a farmer in Tarn, said the well was dry.", Some("a farmer in Tarn")),
            (
                "“The well is dry,” said water ministry spokeswoman Ada Ek.",
                Some("water ministry spokeswoman"),
            ),
            ("“The well is dry,” said the mayor, Ada Ek.", Some("the mayor")),
            ("The mayor of Tarn, Ada Ek, said the well was dry.", Some("The mayor of Tarn")),
            ("Ada Ek, 43, said the well was dry.", None),
            ("“The well is dry,” Ada Ek said.", None),
            ("“The well is dry,” said Ada Ek, smiling.", None),
            (
                "“The well is dry,” said Dr. Ada Ek, chief engineer of the water board.",
                Some("chief engineer of the water board"),
            ),
            (
                "Ada Ek, the board’s president, said that the well was dry.",
                Some("the board’s president"),
            ),
            ("“The well is dry,” said Ada Ek, 43, a farmer.", Some("a farmer")),
            ("Mr. Ek said that the well was dry.", None),
            (
                "“The well is dry,” said Ada Ek, acting president of the board.",
                Some("acting president of the board"),
            ),
        ],
        |_, quotation| quotation.speaker()?.role().map(std::borrow::Cow::into_owned),
    );
}

#[test]
fn the_addressee_is_whom_it_was_said_to() {
    check(
        &[
            ("Ada Ek told the council that the well was dry.", Some("the council")),
            ("“The well is dry,” Ada Ek told the Harbour Post.", Some("the Harbour Post")),
            ("“The well is dry,” she told me.", Some("me")),
            ("“The well is dry,” Ada Ek told a crowd of farmers.", Some("a crowd of farmers")),
            ("“The well is dry,” Ada Ek said to Bo Lind.", Some("Bo Lind")),
            ("Ada Ek assured voters that the well was not dry.", Some("voters")),
            ("Ada Ek warned the farmers that the well was dry.", Some("the farmers")),
            ("Ada Ek reminded the ministry that the well was dry.", Some("the ministry")),
            ("“The well is dry,” Ada Ek said.", None),
            ("“The well is dry,” Ada Ek said on Tuesday.", None),
            ("Ada Ek said that she had told Bo Lind the well was dry.", None),
            ("According to Ada Ek, the well was dry.", None),
            ("Ada Ek told her colleagues that the well was dry.", Some("her colleagues")),
            ("Ada Ek reminded Bo Lind that the well was dry.", Some("Bo Lind")),
            ("“The well is dry,” Ada Ek told journalists in Tarn.", Some("journalists")),
            ("Ada Ek told her that the well was dry.", Some("her")),
        ],
        |doc, quotation| quotation.addressee().map(|span| doc.slice(span).to_owned()),
    );
}

#[test]
fn what_was_not_said_is_negated() {
    check(
        &[
            ("Ada Ek denied that the well was dry.", Some("not said")),
            ("Ada Ek did not say that the well was dry.", Some("not said")),
            ("Ada Ek didn’t say that the well was dry.", Some("not said")),
            ("Ada Ek would not say whether the well was dry.", Some("not said")),
            ("Ada Ek has never said that the well was dry.", Some("not said")),
            ("Ada Ek never denied that the well was dry.", None),
            ("Ada Ek said that the well was not dry.", None),
            ("“The well is not dry,” Ada Ek said.", None),
            ("Ada Ek has repeatedly denied that the well was dry.", Some("not said")),
            ("Ada Ek did not immediately say whether the well was dry.", Some("not said")),
            ("Ada Ek stopped short of saying that the well was dry.", Some("not said")),
            ("Ada Ek could not say when the well would be deepened.", Some("not said")),
            ("Ada Ek, who is not a farmer, said the well was dry.", None),
            ("Ada Ek neither confirmed nor denied that the well was dry.", None),
            ("Ada Ek did not comment on the well, but said that the river was dry.", None),
        ],
        |_, quotation| quotation.negated().then(|| "not said".to_owned()),
    );
}

/// The model takes no notice of most of these; where it does, the quotation must say that it was not said.
#[test]
fn what_was_withheld_is_never_taken_as_said() {
    let cases = [
        "Ada Ek declined to say whether the well was dry.",
        "Ada Ek refused to say whether the well was dry.",
        "A spokesman for the water board declined to say whether the well was dry.",
        "The ministry declined to say how much the well had cost.",
        "The mayor refused to say who had paid for the well.",
        "Ek declined to say when she would resign.",
    ];
    for text in cases {
        let doc = crate::tagged(text.to_owned(), None);
        assert!(doc.view().quotations().all(Quotation::negated), "in: {text}");
    }
}
