//! "Correct this": the part that writes a line for `corrections.jsonl`.
//!
//! It is shown by the script of the page in the card of the selected quotation, and there once, so that it costs
//! each page little.

use maud::{Markup, html};
use wire::{OffsetIndex, Offsets, Quotation, Record};

/// What can be wrong, by the word for it.
const WRONG: [(&str, &str); 6] = [
    ("speaker", "who said it"),
    ("role", "their role"),
    ("remove", "this is no quotation"),
    ("rename", "the name"),
    ("merge", "two names, one person or thing"),
    ("split", "one name too many"),
];

/// The part with its fields, for the script to put where it is wanted.
pub(crate) fn part(record: &Record) -> Markup {
    let entities = record.entities.as_deref().unwrap_or_default();
    html! {
        template id="correct" data-article=(record.id) {
            div.correct {
                h4 { "Correct this" }
                label { "What is wrong" select name="wrong" { @for (word, told) in WRONG { option value=(word) { (told) } } } }
                label data-for="rename merge split" { "Name as found" input name="name" list="names" autocomplete="off"; }
                label data-for="speaker role rename merge split" { span {} input name="value" list="names" autocomplete="off"; }
                label { "Line for corrections.jsonl" textarea name="line" readonly rows="4" spellcheck="false" {} }
                button type="button" { "Copy" } " " output aria-live="polite" {}
                p.soft { "Paste it as a line of " code { "corrections.jsonl" } ", beside " code { "pipeline.toml" } " or where you run, and run the same command again." }
            }
        }
        datalist id="names" { @for entity in entities { option value=(entity.name) {} } }
    }
}

/// Where a quotation begins, in code points of the text, if its words alone do not tell it from others.
pub(crate) fn start(record: &Record, quotation: &Quotation) -> Option<u32> {
    let same = |other: &&Quotation| other.text == quotation.text;
    if record.quotations.iter().flatten().filter(same).count() < 2 {
        return None;
    }
    let text = record.text.as_deref()?;
    let byte = OffsetIndex::new(text, record.offsets).byte_at(quotation.start?)?;
    Some(OffsetIndex::new(text, Offsets::CodePoints).unit_at(byte))
}
