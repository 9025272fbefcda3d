//! Characters → clean paragraphs.

use document::Form;

use crate::{article, raw};

fn check(payload: &str, text: &str) {
    assert_eq!(article(payload.as_bytes(), Form::Text).text(), text, "{payload:?}");
}

#[test]
fn white_space_is_tidied_and_paragraphs_stand_apart() {
    check("  One.  Two.\t\tThree. \n", "One. Two. Three.");
    check("One.\r\n\r\n\r\nTwo.\rThree.", "One.\n\nTwo.\n\nThree.");
    check("One\u{A0}two\u{2003}three\u{3000}four.", "One two three four.");
    check("One\u{2028}Two\u{2029}Three\u{C}Four.", "One\n\nTwo\n\nThree\n\nFour.");
    check("\u{FEFF}in\u{AD}vi\u{200B}sible\u{2060}.", "invisible.");
    check("‘Curly’ “stays” – and … too.", "‘Curly’ “stays” – and … too.");
    check("Joiners in می\u{200C}خواهم stay.", "Joiners in می\u{200C}خواهم stay.");
}

#[test]
fn hard_wrapped_lines_are_joined() {
    check(
        "The old bridge over the river was opened again on\nMonday, after a year of repairs that had cost the\ntown more than it had planned.\n\nThe mayor cut a ribbon, and the band of the school\nplayed.",
        "The old bridge over the river was opened again on Monday, after a year of repairs that had cost the town more than it had planned.\n\nThe mayor cut a ribbon, and the band of the school played.",
    );
}

#[test]
fn lines_that_were_not_wrapped_stay_paragraphs() {
    check("Apples.\nPears.\nPlums.", "Apples.\n\nPears.\n\nPlums.");
    check(
        "The mayor spoke.\nShe had much to say about the bridge and its cost.\nNobody asked.",
        "The mayor spoke.\n\nShe had much to say about the bridge and its cost.\n\nNobody asked.",
    );
}

#[test]
fn cleaned_text_knows_its_bytes() {
    let payload = "He\u{A0} said  “a co\u{AD}lon”\n\nand  left.";
    let doc = article(payload.as_bytes(), Form::Text);
    assert_eq!(doc.text(), "He said “a colon”\n\nand left.");
    assert_eq!(raw(&doc, "said “a colon”"), "said  “a co\u{AD}lon”".as_bytes());
    assert_eq!(raw(&doc, "colon”\n\nand"), "co\u{AD}lon”\n\nand".as_bytes());
    assert_eq!(raw(&doc, " "), "\u{A0} ".as_bytes());
}
