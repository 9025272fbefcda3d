//! Whether a line is a record whose offsets lie where they say.

use serde_json::Value;
use wire::{OffsetIndex, Offsets};

/// The layers whose entries have a place in the text, and maybe its words.
const PLACED: [&str; 7] =
    ["sentences", "mentions", "quotations", "turns", "summary", "annotations", "notes"];

/// The parts of a quotation with a place of their own.
const WITHIN: [&str; 4] = ["cue", "speaker", "addressee", "occasion"];

/// The id of a record.
///
/// # Errors
/// What is wrong with the line.
pub(crate) fn unsound(line: &[u8]) -> Result<String, String> {
    let record: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    wire::Record::parse(line).map_err(|error| error.to_string())?;
    let id = record["id"].as_str().unwrap_or_default().to_owned();
    if record["revision"] == 0 {
        return Err("revision 0".to_owned());
    }
    let unit: Offsets =
        serde_json::from_value(record["offsets"].clone()).unwrap_or(Offsets::CodePoints);
    let text = record["text"].as_str().unwrap_or_default();
    let index = OffsetIndex::new(text, unit);
    for layer in PLACED {
        let entries = record[layer].as_array().map_or(&[][..], Vec::as_slice);
        for (number, entry) in entries.iter().enumerate() {
            let inner = WITHIN.iter().map(|key| &entry[*key]);
            let marked = entry["marked"].as_array().map_or(&[][..], Vec::as_slice);
            for place in std::iter::once(entry).chain(inner).chain(marked) {
                check_place(place, text, &index)
                    .map_err(|wrong| format!("{layer}[{number}] {wrong}"))?;
            }
        }
    }
    Ok(id)
}

fn check_place(place: &Value, text: &str, index: &OffsetIndex<'_>) -> Result<(), String> {
    let (Some(start), Some(end)) = (place["start"].as_u64(), place["end"].as_u64()) else {
        return Ok(());
    };
    let byte = |offset: u64| u32::try_from(offset).ok().and_then(|offset| index.byte_at(offset));
    let slice = match (byte(start), byte(end)) {
        (Some(from), Some(to)) if from <= to => &text[from as usize..to as usize],
        _ => return Err(format!("lies at {start}..{end}, outside of the text")),
    };
    match place["text"].as_str() {
        Some(words) if words != slice => Err(format!("does not say what stands at {start}..{end}")),
        _ => Ok(()),
    }
}
