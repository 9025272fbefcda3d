//! Text that arrives decomposed, misread or cut: what becomes of it, and the way back.

use document::{Document, Form, Origin, symbol};
use normalize::{Mode, Normalize};
use proptest::prelude::*;
use stage_api::Stage;

use crate::{article, raw};

/// UTF-8 taken for windows-1252, or for Latin-1 where that has no character for a byte.
fn misread(text: &str) -> String {
    let byte = |byte: &u8| match byte {
        0x80 => '€',
        0x82 => '‚',
        0x84 => '„',
        0x93 => '“',
        0x94 => '”',
        0x98 => '˜',
        0x99 => '™',
        0x9C => 'œ',
        byte => char::from(*byte),
    };
    text.as_bytes().iter().map(byte).collect()
}

#[test]
fn what_was_read_in_a_wrong_encoding_is_repaired_and_noted() {
    let check = |meant: &str| {
        let once = misread(meant);
        for read in [&once, &misread(&once)] {
            let doc = article(read.as_bytes(), Form::Text);
            assert_eq!(doc.text(), meant, "{read}");
            let notes: Vec<_> = doc.layer(symbol::NOTES).collect();
            assert_eq!(notes.len(), 1, "{read}");
        }
    };
    check("“We won,” she said in the café – and it’s true…");
    check("Der Fluss führt über die Brücke, für 5 € je Boot.");
    check("Мост через реку снова открыт, сказала мэр.");
    check("大桥重新开放。");
}

#[test]
fn what_was_read_rightly_stays() {
    let check = |text: &str| {
        let doc = article(text.as_bytes(), Form::Text);
        assert_eq!(doc.text(), text);
        assert_eq!(doc.layer(symbol::NOTES).count(), 0, "{text}");
    };
    check("“We won,” she said in the café – and it’s true…");
    check("CAFÉ” stands on the sign, and ‘CAFÉ’ on the door.");
    check("Die Stadt «Å» liegt im Norden, und „Ä“ ist ein Buchstabe.");
    check("Das Wort „Fuß“ hat ein ß“.");
    check("São Paulo, NÃO, Ñandú, Łódź, Đorđe, œuvre, ½ km, 30 °C, § 5");
    check("Â and Ã are letters; so is â.");
}

#[test]
fn a_closing_mark_that_lost_a_byte_is_put_back() {
    let check = |payload: &str, text: &str| {
        assert_eq!(article(payload.as_bytes(), Form::Text).text(), text);
    };
    check("She said â€œyesâ€\u{FFFD} at once.", "She said “yes” at once.");
    check("She said â€œyesâ€ at once.", "She said “yes” at once.");
    check("She said â€œyes.â€\u{FFFD}", "She said “yes.”");
    check("She said â€œyesâ€\u{FFFD}â€”and left.", "She said “yes”—and left.");
    // What stands before a word opens, and no opening mark loses a byte.
    check("She said â€\u{FFFD}yes.", "She said â€\u{FFFD}yes.");
}

#[test]
fn the_way_back_leads_to_what_was_misread() {
    let payload = misread("She said “yes” at the café.");
    let doc = article(payload.as_bytes(), Form::Text);
    assert_eq!(raw(&doc, "yes"), b"yes");
    assert_eq!(raw(&doc, "“"), misread("“").as_bytes());
    assert_eq!(raw(&doc, "é"), misread("é").as_bytes());
}

#[test]
fn letters_and_their_accents_are_composed() {
    let payload = "Rene\u{301}e met A\u{30A}sa in Ha\u{302}\u{300} Nội; the ohm \u{2126} and ½ stay what they are.";
    let doc = article(payload.as_bytes(), Form::Text);
    assert_eq!(doc.text(), "Renée met Åsa in Hầ Nội; the ohm Ω and ½ stay what they are.");
    assert_eq!(raw(&doc, "é"), "e\u{301}".as_bytes());
    assert_eq!(raw(&doc, "sa in"), b"sa in");
    // A letter that is written in another way is not one with what stands before it.
    let doc = article(
        "The name (\u{F9E1}) was written over the door of the old bridge.".as_bytes(),
        Form::Text,
    );
    assert_eq!(raw(&doc, "\u{674E}"), "\u{F9E1}".as_bytes());
}

#[test]
fn words_cut_at_line_ends_are_put_together() {
    let payload = "\
The old bridge over the river Aller was opened again after repairs that had been long-
awaited by everybody in the town, for it had been closed to boats and to all other traf-
fic for more than one year, which nobody had thought possible when work on it was begun,
and which many called a scandal of long-awaited works in the town and in the wide coun\u{AD}
tryside around it, as the mayor said on Monday in the town hall, where she met the men of
the Franco-
German company.
";
    let doc = article(payload.as_bytes(), Form::Text);
    for word in ["long-awaited by", "traffic for", "countryside"] {
        assert!(doc.text().contains(word), "{word}: {}", doc.text());
    }
    assert_eq!(raw(&doc, "traffic"), b"traf-\nfic");
}

#[test]
fn verbatim_mends_nothing() {
    let payload = format!("{} e\u{301} \u{200B}\u{AD}", misread("“yes”"));
    let mut doc = Document::new("test", Origin::path("test"), payload.clone().into(), Form::Text);
    Normalize::new(Mode::Verbatim).process(&mut doc).unwrap();
    assert_eq!(doc.text(), payload);
}

proptest! {
    /// Whatever stands in a text, mending it twice is mending it once, and good text is left alone.
    #[test]
    fn mending_is_done_in_one_go(words in proptest::collection::vec("[a-zé’“”ÄÖüßÃ€â™œ\u{301}ñ0-9]{1,8}", 1..12)) {
        let text = format!("The bridge {} was opened.", words.join(" "));
        let once = article(text.as_bytes(), Form::Text);
        let twice = article(once.text().as_bytes(), Form::Text);
        prop_assert_eq!(once.text(), twice.text());
    }
}
