//! What could not be read or done, and the figures of the last run.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::gather::Gathered;
use crate::page::{Room, Shell, counted};

/// What `run.json` says of a stage.
const STAGE_FIGURES: [&str; 6] = ["in", "kept", "discarded", "failed", "skipped", "seconds"];

pub(crate) fn page(gathered: &Gathered) -> Markup {
    let content = html! {
        h1 { "Run" }
        (figures(&gathered.run))
        h2 { "Dead letters" }
        @if gathered.letters.is_empty() {
            p { "None: everything that was read has its record, or was left out on purpose." }
        } @else {
            p.facts { (counted(gathered.letters.len(), "article", "articles")) " without a record" }
            div.scroll { table {
                thead { tr { th scope="col" { "Article" } th scope="col" { "Where" } th scope="col" { "What happened" } } }
                tbody {
                    @for letter in &gathered.letters {
                        tr {
                            td { bdi { (letter.id) } }
                            td { (letter.stage.as_deref().unwrap_or("reading")) ", " (letter.class) }
                            td { bdi { (letter.message) } }
                        }
                    }
                }
            } }
        }
    };
    Shell::top(Room::Letters, "Run").around(&content)
}

fn figures(run: &Map<String, Value>) -> Markup {
    let counts = |key: &str| run.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    let (last, total) = (counts("run"), counts("total"));
    let stages = run.get("stages").and_then(Value::as_array).cloned().unwrap_or_default();
    html! {
        @if !total.is_empty() {
            h2 { "Counts" }
            div.scroll { table {
                thead { tr { th scope="col" { "articles" } th.n scope="col" { "last run" } th.n scope="col" { "in all" } } }
                tbody {
                    @for key in ["read", "written", "discarded", "failed", "unchanged"] {
                        tr { th scope="row" { (key) } td.n { (shown(last.get(key))) } td.n { (shown(total.get(key))) } }
                    }
                }
            } }
        }
        @let discards = counts("total_discards");
        @if !discards.is_empty() {
            h2 { "Left out on purpose" }
            div.scroll { table { tbody { @for (reason, count) in &discards { tr { th scope="row" { bdi { (reason) } } td.n { (shown(Some(count))) } } } } } }
        }
        @if !stages.is_empty() {
            h2 { "Stages of the last run" }
            div.scroll { table {
                thead { tr { th scope="col" { "stage" } @for key in STAGE_FIGURES { th.n scope="col" { (key) } } } }
                tbody { @for stage in &stages { tr { th scope="row" { (shown(stage.get("stage"))) } @for key in STAGE_FIGURES { td.n { (shown(stage.get(key))) } } } } }
            } }
        }
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_f64() => {
            format!("{:.3}", number.as_f64().unwrap_or_default())
        }
        Some(other) => other.to_string(),
    }
}
