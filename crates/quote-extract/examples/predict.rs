//! Quotations of articles in JSON Lines (`{"id", "text"}`), in the form that the scorers read.
//!
//! `cargo run --release -p quote-extract --example predict < articles.jsonl > quotes.jsonl`
#![expect(clippy::print_stdout, reason = "a program whose output is the predictions")]

use std::io::BufRead;

use document::{Document, Form, Origin, Span, Text};
use serde_json::{Value, json};
use stage_api::{BuiltStage, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let BuiltStage::Article(factory) = quote_extract::spec().build(&Settings::default())? else {
        return Err("quote-extract is an article stage".into());
    };
    let mut stage = factory.instance();
    for line in std::io::stdin().lock().lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().unwrap_or_default();
        let mut doc = Document::new("article", Origin::path("-"), Vec::new(), Form::Text);
        doc.set_text(Text::verbatim(text));
        for sentence in sentences(text) {
            doc.add_sentence(sentence);
        }
        stage.process(&mut doc)?;
        println!("{}", json!({"id": article["id"], "quotes": quotes(&doc)}));
    }
    Ok(())
}

fn quotes(doc: &Document) -> Vec<Value> {
    let view = doc.view();
    let code_points = code_points(doc.text());
    let place = |span: Span| json!({"start": code_points[span.start() as usize], "end": code_points[span.end() as usize], "text": doc.slice(span)});
    let mut quotes = Vec::new();
    for quotation in view.quotations() {
        let mut quote = place(quotation.span());
        quote["kind"] = doc.name_of(quotation.kind()).into();
        quote["marked"] = quotation.marked().map(place).collect();
        quote["cue"] = quotation.cue().map(place).into();
        if let Some(speaker) = quotation.speaker() {
            quote["speaker"] = speaker
                .span()
                .map_or_else(|| json!({"start": null, "end": null, "text": speaker.name()}), place);
            quote["speaker_resolved"] = speaker.name().into();
        }
        quotes.push(quote);
    }
    quotes
}

/// For each byte offset of a text its offset in code points.
fn code_points(text: &str) -> Vec<usize> {
    let mut offsets = vec![0; text.len() + 1];
    for (count, (at, character)) in text.char_indices().enumerate() {
        offsets[at..=at + character.len_utf8()].fill(count);
        offsets[at + character.len_utf8()] = count + 1;
    }
    offsets
}

/// Sentences by a rule of thumb: a full stop, closing marks, a blank, then no lower-case letter.
fn sentences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let mut from = start;
        for (at, _) in line.match_indices([' ', '\n']) {
            let before = line[from - start..at].trim_end_matches(['”', '"', '’', '\'', ')']);
            let last = before.rsplit(' ').next().unwrap_or_default();
            let abbreviation = last.len() <= 5
                && last.trim_end_matches('.').len() <= 4
                && last.ends_with('.')
                && last.starts_with(char::is_uppercase);
            let next = line[at..].trim_start().chars().next();
            let opens = next.is_none_or(|next| !next.is_lowercase());
            if before.ends_with(['.', '!', '?']) && !abbreviation && opens
                || line[at..].starts_with('\n')
            {
                push(text, from, start + at, &mut found);
                from = start + at + 1;
            }
        }
        push(text, from.min(end), end, &mut found);
        start = end;
    }
    found
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let slice = &text[start..end];
    let start = start + (slice.len() - slice.trim_start().len());
    if !slice.trim().is_empty() {
        found.push(Span::from_range(start..start + slice.trim().len()));
    }
}
