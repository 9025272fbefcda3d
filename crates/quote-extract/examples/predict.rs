//! Quotations of articles in JSON Lines (`{"id", "text"}`), in the form that the scorers read:
//! the shipped stages one after the other, the text kept to the character.
//!
//! `cargo run --release -p quote-extract --example predict < articles.jsonl > quotes.jsonl`
#![expect(clippy::print_stdout, reason = "a program whose output is the predictions")]

use std::io::BufRead;

use document::{Document, Form, Origin, Span};
use serde_json::{Value, json};
use stage_api::{BuiltStage, Settings, Stage, StageSpec};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let normalize = normalize::spec();
    let settings = Settings::defaults(&normalize.settings).with("mode", "verbatim");
    let mut stages = vec![instance(&normalize, &settings)?];
    for spec in [entity_tag::spec(), quote_extract::spec()] {
        stages.push(instance(&spec, &Settings::defaults(&spec.settings))?);
    }
    for line in std::io::stdin().lock().lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().unwrap_or_default();
        let payload = text.as_bytes().to_vec();
        let mut doc = Document::new("article", Origin::path("-"), payload, Form::Text);
        for stage in &mut stages {
            stage.process(&mut doc)?;
        }
        println!("{}", json!({"id": article["id"], "quotes": quotes(&doc)}));
    }
    Ok(())
}

fn instance(
    spec: &StageSpec,
    settings: &Settings,
) -> Result<Box<dyn Stage>, Box<dyn std::error::Error>> {
    match spec.build(settings)? {
        BuiltStage::Article(factory) => Ok(factory.instance()),
        BuiltStage::Ordered(_) => Err(format!("`{}` is no article stage", spec.info.name).into()),
    }
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
        quote["score"] = quotation.row().score.into();
        quote["via"] = quotation.speaker().map(|speaker| doc.name_of(speaker.via())).into();
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
