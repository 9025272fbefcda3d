//! Bodies and metadata of the pages in a folder (`ID.html.gz`, `ID.html`), in the form that the scorers read; beside them how sure
//! it is that the page is an article at all.
//!
//! `cargo run --release -p normalize --example read_pages -- FOLDER > predictions.json`
#![expect(clippy::print_stdout, reason = "a program whose output is the predictions")]

use std::io::Read;
use std::path::{Path, PathBuf};

use document::{Document, Field, Form, Origin, symbol};
use normalize::{Mode, Normalize};
use serde_json::{Map, Value, json};
use stage_api::Stage;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: read_pages FOLDER > predictions.json")?;
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    files.sort();
    let mut predictions = Map::new();
    let mut stage = Normalize::new(Mode::Article);
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let Some(id) = name.strip_suffix(".html") else { continue };
        predictions.insert(id.to_owned(), prediction(&mut stage, file)?);
    }
    println!("{}", Value::Object(predictions));
    Ok(())
}

fn prediction(stage: &mut Normalize, file: &Path) -> Result<Value, Box<dyn std::error::Error>> {
    let mut page = Vec::new();
    let mut bytes = std::fs::File::open(file)?;
    if file.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut page)?;
    } else {
        bytes.read_to_end(&mut page)?;
    }
    let mut doc = Document::new("page", Origin::path("page"), page, Form::Html);
    stage.process(&mut doc)?;
    let values = doc.layer(symbol::VALUES);
    let mut scores = values.filter(|(_, row)| doc.name_of(row.kind) == "normalize.article");
    let score = scores.next().and_then(|(_, row)| doc.value(row)?.parse::<f64>().ok());
    Ok(json!({
        "article": score,
        "articleBody": doc.text(),
        "title": doc.metadata.get(Field::Title),
        "authors": doc.metadata.all(Field::Byline).collect::<Vec<_>>(),
        "date": doc.metadata.get(Field::Published),
    }))
}
