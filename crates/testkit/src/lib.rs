//! For the tests of the other crates: small documents, snapshots drawn as underlined text, and
//! the shared data where a checkout has it beside it.
//!
//! Only `[dev-dependencies]` and benches name this crate.
//!
//! ```
//! use document::{Span, layers::MentionDraft, symbol};
//!
//! let mut doc = testkit::doc("Ada Ek spoke.");
//! doc.add_mention(&MentionDraft::name(Span::new(0, 6), symbol::PER, 0.9));
//! assert_eq!(testkit::underlined(&doc, &[symbol::MENTIONS]), "\
//! Ada Ek spoke.
//! ^^^^^^ PER
//! ");
//! ```

use std::path::{Path, PathBuf};

use document::{Document, Form, Origin, RowId, Symbol, Text, View, json, symbol};
use serde_json::Value;
use underline::Mark;

/// A plain-text document `test` whose text is its payload.
pub fn doc(text: &str) -> Document {
    let mut doc = Document::new("test", Origin::path("test"), text.as_bytes().to_vec(), Form::Text);
    doc.set_text(Text::verbatim(text));
    doc.mark_written(symbol::TEXT);
    doc
}

/// A JSON Schema that allows no keys but those it names, at any depth: with it a test finds what is written
/// and not described. Objects with free keys stay free.
///
/// # Panics
/// If it is no JSON.
pub fn closed(schema: &str) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(keys) => {
                keys.values_mut().for_each(close);
                if keys.contains_key("properties") && keys.get("type").is_some_and(Value::is_string)
                {
                    keys.entry("additionalProperties").or_insert(false.into());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema = serde_json::from_str(schema).expect("a schema is JSON");
    close(&mut schema);
    schema
}

/// The same with sentences given as pieces of the text, in order.
///
/// # Panics
/// If a piece does not follow the one before it.
pub fn doc_with_sentences(text: &str, sentences: &[&str]) -> Document {
    let mut doc = doc(text);
    let mut from = 0;
    for sentence in sentences {
        let start = from + text[from..].find(sentence).expect("the sentence stands in the text");
        from = start + sentence.len();
        doc.add_sentence(document::Span::from_range(start..from));
    }
    doc.mark_written(symbol::SENTENCES);
    doc
}

/// The text with the rows of these layers drawn under it; rows without a span follow as lines.
pub fn underlined(doc: &Document, layers: &[Symbol]) -> String {
    let view = doc.view();
    let mut marks = Vec::new();
    let mut spanless = String::new();
    for layer in layers {
        for (id, row) in doc.layer(*layer) {
            let label = label(&view, id);
            match row.span() {
                Some(span) => marks.push(Mark::new(span.range(), label)),
                None => spanless.extend([label.as_str(), "\n"]),
            }
        }
        if *layer == symbol::QUOTATIONS {
            marks.extend(quotation_parts(&view));
        }
    }
    underline::draw(doc.text(), &marks) + &spanless
}

/// What is written behind the carets of a row.
fn label(view: &View<'_>, id: RowId) -> String {
    let doc = view.doc();
    let row = doc.row(id);
    let name = |symbol| doc.name_of(symbol).to_owned();
    let string = || {
        doc.value(row).map(|value| json::as_str(value).map_or_else(|| value.to_owned(), Into::into))
    };
    let parts: Vec<String> = match row.layer {
        symbol::SENTENCES => vec!["sentence".to_owned()],
        symbol::MENTIONS => {
            let mention =
                view.mentions().find(|mention| mention.id() == id).expect("a row of the layer");
            let kind = (row.kind != symbol::NAME).then(|| name(row.kind));
            let entity = mention.entity().map(|entity| format!("#{}", view.entity(entity).key()));
            let value = mention.value().map(str::to_owned);
            [Some(name(row.label)), kind, entity, value].into_iter().flatten().collect()
        }
        symbol::ENTITIES => {
            vec![name(row.label), view.entity(id).key().into(), view.entity(id).name().into()]
        }
        symbol::QUOTATIONS => {
            let quotation = view
                .quotations()
                .find(|quotation| quotation.id() == id)
                .expect("a row of the layer");
            let part = quotation.part_of().map(|first| {
                let number = doc
                    .layer(symbol::QUOTATIONS)
                    .position(|(id, _)| id == first)
                    .expect("a quotation");
                format!("part of {number}")
            });
            let speaker = quotation.speaker().map_or("by ?".to_owned(), |speaker| {
                format!("by {} ({})", speaker.name(), doc.name_of(speaker.via()))
            });
            let negated = quotation.negated().then(|| "negated".to_owned());
            [Some(name(row.kind)), part, Some(speaker), negated].into_iter().flatten().collect()
        }
        symbol::SUMMARY => vec!["summary".to_owned()],
        symbol::NOTES => vec![string().unwrap_or_default()],
        _ => [Some(name(row.layer)), Some(name(row.kind)), Some(name(row.label)), string()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect(),
    };
    parts.join(" ")
}

/// The cues, speakers and marked stretches of all quotations.
fn quotation_parts(view: &View<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for quotation in view.quotations() {
        let mut add = |span: Option<document::Span>, label: &str| {
            marks.extend(span.map(|span| Mark::new(span.range(), label)));
        };
        add(quotation.cue(), "cue");
        add(quotation.speaker().and_then(document::Speaker::span), "speaker");
        add(quotation.addressee(), "addressee");
        add(quotation.occasion(), "occasion");
        for span in quotation.marked().filter(|span| *span != quotation.span()) {
            add(Some(span), "marked");
        }
    }
    marks
}

/// A path below the shared folder beside the workspace, or `None`, said on standard output, where a
/// checkout has none: the test that asked is then skipped.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/testkit has a workspace");
    let path = workspace.parent()?.join("shared").join(relative);
    if path.exists() {
        return Some(path);
    }
    say_skipped(relative);
    None
}

#[expect(clippy::print_stdout, reason = "a skipped test says so in the test output")]
fn say_skipped(relative: &str) {
    println!("skipped: ../shared/{relative} is not here");
}
