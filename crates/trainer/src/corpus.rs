//! Reading labelled and unlabelled texts.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use document::{Document, Form, Origin, Span, symbol};
use entity_tag::training::LABELS;
use flate2::read::GzDecoder;
use normalize::{Mode, Normalize};
use serde_json::Value;
use stage_api::Stage;

/// A text with its sentences, as `normalize` gives them.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) sentences: Vec<Span>,
}

/// A text with the names in it.
pub(crate) struct Labelled {
    pub(crate) text: Text,
    /// Bytes and class of each name.
    pub(crate) names: Vec<(Range<usize>, usize)>,
    /// How often each of its sentences counts.
    pub(crate) weight: f32,
}

/// The lines of a file of JSON Lines, or of the same file with `.gz` behind its name.
pub(crate) fn lines(path: &Path) -> Result<Vec<Value>> {
    let mut text = String::new();
    let packed = path.with_extension("jsonl.gz");
    if path.exists() {
        File::open(path)?.read_to_string(&mut text)?;
    } else {
        let file = File::open(&packed).with_context(|| path.display().to_string())?;
        GzDecoder::new(file).read_to_string(&mut text)?;
    }
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// The labelled texts of one part of a set.
pub(crate) fn labelled(data: &Path, name: &str, part: &str) -> Result<Vec<Labelled>> {
    let path = data.join(format!("ner/{name}.{part}.jsonl"));
    let read = |line: &Value| {
        let text = line["text"].as_str().context("a line has a text")?;
        let names = names(line, text).with_context(|| format!("{}: offsets", path.display()))?;
        Ok(Labelled { text: sentences(text), names, weight: 1.0 })
    };
    lines(&path)?.iter().map(read).collect()
}

fn names(line: &Value, text: &str) -> Option<Vec<(Range<usize>, usize)>> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let byte = |value: &Value| bytes.get(usize::try_from(value.as_u64()?).ok()?).copied();
    let mut names = Vec::new();
    for entity in line["entities"].as_array()? {
        let class = LABELS.iter().position(|label| Some(*label) == entity["coarse"].as_str());
        if let Some(class) = class {
            names.push((byte(&entity["start"])?..byte(&entity["end"])?, class));
        }
    }
    Some(names)
}

/// Unlabelled texts of a file, each once.
pub(crate) fn unlabelled(data: &Path, files: &[&str]) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for file in files {
        for line in lines(&data.join(file))? {
            texts.extend(line["text"].as_str().map(str::to_owned));
        }
    }
    texts.sort();
    texts.dedup();
    Ok(texts.iter().map(|text| sentences(text)).collect())
}

/// A text as the stage before gives it.
fn sentences(text: &str) -> Text {
    let mut doc = Document::new("", Origin::path(""), text.as_bytes().to_vec(), Form::Text);
    let kept = Normalize::new(Mode::Verbatim).process(&mut doc).is_ok();
    let text = if kept { doc.text().to_owned() } else { text.to_owned() };
    let sentences = doc.layer(symbol::SENTENCES).filter_map(|(_, row)| row.span()).collect();
    Text { text, sentences }
}
