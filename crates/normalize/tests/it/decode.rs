//! Bytes → characters.

use document::{Document, Form, Origin, Span, symbol};
use normalize::{Mode, Normalize};
use stage_api::{Flow, Stage};

use crate::{article, raw};

fn check(payload: &[u8], text: &str) {
    let doc = article(payload, Form::Text);
    assert_eq!(doc.text(), text);
    assert_eq!(doc.layer(symbol::NOTES).count(), 0, "{text}");
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn text_is_decoded_from_what_it_says_or_shows() {
    check("Zoë spoke.".as_bytes(), "Zoë spoke.");
    check(b"\xEF\xBB\xBFZo\xC3\xAB spoke.", "Zoë spoke.");
    check(
        b"Zo\xEB spoke; \x93yes\x94, said the mayor of the town.",
        "Zoë spoke; “yes”, said the mayor of the town.",
    );
    check(&utf16("\u{FEFF}Zoë spoke.", u16::to_le_bytes), "Zoë spoke.");
    check(&utf16("\u{FEFF}Zoë spoke.", u16::to_be_bytes), "Zoë spoke.");
    check(&utf16("Zoë spoke 😀.", u16::to_le_bytes), "Zoë spoke 😀.");
    check(&utf16("Zoë spoke.", u16::to_be_bytes), "Zoë spoke.");
    check(b"Nul\0 and bell\x07 go.", "Nul and bell go.");
    check("C1\u{80} goes, NEL\u{85}breaks.".as_bytes(), "C1 goes, NEL\n\nbreaks.");
}

#[test]
fn a_page_says_its_encoding_and_valid_utf8_knows_better() {
    let check = |payload: &[u8], text: &str| assert_eq!(article(payload, Form::Html).text(), text);
    check(b"<meta charset=windows-1252><p>Zo\xEB spoke.", "Zoë spoke.");
    check(b"<meta charset='Shift_JIS'><p>\x93\x8C\x8B\x9E.", "東京.");
    check(
        b"<meta http-equiv=content-type content=\"text/html; charset=koi8-r\"><p>\xEB\xCF\xD4.",
        "Кот.",
    );
    check("<meta charset=iso-8859-1><p>Zoë spoke.".as_bytes(), "Zoë spoke.");
    check(b"<meta charset=iso-2022-jp><p>\x1B$BEl5~\x1B(B.", "東京.");
}

#[test]
fn a_server_s_word_goes_before_the_page_s() {
    let text = |payload: &[u8], charset: &str| {
        let mut doc = Document::new("a", Origin::path("a"), payload.to_vec(), Form::Html);
        doc.metadata.set_meta("http_charset", format!("\"{charset}\""));
        assert_eq!(Normalize::new(Mode::Article).process(&mut doc).unwrap(), Flow::Keep);
        doc.text().to_owned()
    };
    assert_eq!(text(b"<p>\xEB\xCF\xD4.", "koi8-r"), "Кот.");
    assert_eq!(text(b"<meta charset=windows-1252><p>\xEB\xCF\xD4.", "KOI8-R"), "Кот.");
    assert_eq!(text("<p>Zoë spoke.".as_bytes(), "koi8-r"), "Zoë spoke.");
    assert_eq!(text(b"<meta charset=koi8-r><p>\xEB\xCF\xD4.", "utf-16"), "Кот.");
    assert_eq!(text(b"<meta charset=koi8-r><p>\xEB\xCF\xD4.", "no such set"), "Кот.");
}

#[test]
fn every_character_knows_its_bytes() {
    let doc = article(&utf16("Ada met Zoë 😀 in Paris.", u16::to_le_bytes), Form::Text);
    assert_eq!(raw(&doc, "Ada"), utf16("Ada", u16::to_le_bytes));
    assert_eq!(raw(&doc, "Zoë 😀 in"), utf16("Zoë 😀 in", u16::to_le_bytes));

    let doc = article(b"<meta charset=windows-1252><p>Zo\xEB met \x93Ada\x94.", Form::Html);
    assert_eq!(raw(&doc, "Zoë"), b"Zo\xEB");
    assert_eq!(raw(&doc, "“Ada”."), b"\x93Ada\x94.");
}

#[test]
fn broken_bytes_become_replacement_characters_with_a_note_at_the_first() {
    let doc = article(
        "Zoë and Chloë met Ren\u{E9}e in the caf\u{E9} – b\u{0}ad."
            .replace('\0', "\u{1}")
            .as_bytes(),
        Form::Text,
    );
    assert_eq!(doc.layer(symbol::NOTES).count(), 0);

    let mut payload =
        "Zoë, Chloë, Renée, Noël, André, José, Mañuel, Björn, Åsa and ".as_bytes().to_vec();
    payload.extend(b"b\xFFad.");
    let doc = article(&payload, Form::Text);
    assert!(doc.text().ends_with("Åsa and b\u{FFFD}ad."));
    assert_eq!(raw(&doc, "b\u{FFFD}a"), b"b\xFFa");
    let (id, note) = doc.layer(symbol::NOTES).next().unwrap();
    let at = doc.text().find('\u{FFFD}').unwrap();
    assert_eq!(note.span(), Some(Span::from_range(at..at + 3)));
    assert_eq!(doc.view().string_of(id), "1 place is not valid UTF-8 and became U+FFFD");
}
