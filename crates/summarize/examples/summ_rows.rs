//! Reads JSON Lines with `id`, `text` and perhaps `title` from standard input and writes, for each,
//! `id`, `summary` (a sentence a line) and `keyphrases`: the form that the scorers of summaries read.
//! The last line, on standard error, is the speed of the stage alone.
//!
//! `cargo run --release -p summarize --example summ_rows -- [SENTENCES] < articles.jsonl`

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use document::{Document, Field, Form, Origin, Text};
use serde_json::{Value, json};
use stage_api::{BuiltStage, Settings};

#[path = "../tests/it/split.rs"]
mod split;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spec = summarize::spec();
    let mut settings = Settings::defaults(&spec.settings);
    if let Some(sentences) = std::env::args().nth(1) {
        settings = settings.with("sentences", sentences.parse::<i64>()?);
    }
    let BuiltStage::Article(factory) = spec.build(&settings)? else {
        return Err("no article stage".into());
    };
    let mut stage = factory.instance();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut bytes, mut took) = (0, Duration::ZERO);
    for line in std::io::stdin().lock().lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let text = row["text"].as_str().unwrap_or_default();
        let mut doc = Document::new("row", Origin::path("row"), Vec::new(), Form::Text);
        doc.set_text(Text::verbatim(text));
        doc.metadata.extract(
            Field::Title,
            &[row["title"].as_str().unwrap_or_default()],
            "row",
            1.0,
        );
        split::add_sentences(&mut doc);
        #[expect(clippy::disallowed_methods, reason = "it measures")]
        let start = Instant::now();
        stage.process(&mut doc)?;
        took += start.elapsed();
        bytes += text.len();
        let view = doc.view();
        let summary: Vec<String> =
            view.summary().map(|(span, _)| doc.slice(span).replace('\n', " ")).collect();
        let keyphrases: Vec<String> =
            view.keyphrases().map(|phrase| phrase.text().into_owned()).collect();
        let line =
            json!({"id": row["id"], "summary": summary.join("\n"), "keyphrases": keyphrases});
        writeln!(out, "{line}")?;
    }
    let speed = bytes as f64 / took.as_secs_f64() / 1e6;
    writeln!(std::io::stderr(), "{bytes} bytes, {speed:.1} MB/s")?;
    Ok(())
}
