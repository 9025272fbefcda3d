//! Whether a line is a record whose offsets lie where they say.

use serde::Deserialize;
use wire::{OffsetIndex, Offsets};

/// What of a record has a place in the text. Everything else is passed over unread: a number or a depth that came
/// with the input and was copied as it stood is no damage.
#[derive(Deserialize)]
struct Placed {
    id: String,
    revision: u64,
    offsets: Option<Offsets>,
    text: Option<String>,
    sentences: Option<Vec<Place>>,
    mentions: Option<Vec<Place>>,
    quotations: Option<Vec<Place>>,
    turns: Option<Vec<Place>>,
    summary: Option<Vec<Place>>,
    annotations: Option<Vec<Place>>,
    notes: Option<Vec<Place>>,
}

/// A place, maybe its words, and the parts of a quotation that have a place of their own.
#[derive(Deserialize)]
struct Place {
    start: Option<u64>,
    end: Option<u64>,
    text: Option<String>,
    cue: Option<Box<Place>>,
    speaker: Option<Box<Place>>,
    addressee: Option<Box<Place>>,
    occasion: Option<Box<Place>>,
    marked: Option<Vec<Place>>,
}

/// The id of a record.
///
/// # Errors
/// What is wrong with the line.
pub(crate) fn unsound(line: &[u8]) -> Result<String, String> {
    // Twice: readers must be able to read it back, which fills words in from the text; places and words are then held
    // against the text as they stand in the line, before anything is filled in.
    wire::Record::parse(line).map_err(|error| error.to_string())?;
    let record: Placed = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if record.revision == 0 {
        return Err("revision 0".to_owned());
    }
    // A sink may leave the text out; then there is nothing to check places against.
    let Some(text) = record.text.as_deref() else { return Ok(record.id) };
    let index = OffsetIndex::new(text, record.offsets.unwrap_or_default());
    let layers = [
        ("sentences", &record.sentences),
        ("mentions", &record.mentions),
        ("quotations", &record.quotations),
        ("turns", &record.turns),
        ("summary", &record.summary),
        ("annotations", &record.annotations),
        ("notes", &record.notes),
    ];
    for (layer, places) in layers {
        for (number, place) in places.iter().flatten().enumerate() {
            check_place(place, text, &index)
                .map_err(|wrong| format!("{layer}[{number}] {wrong}"))?;
        }
    }
    Ok(record.id)
}

/// Checks a place and those within it.
fn check_place(place: &Place, text: &str, index: &OffsetIndex<'_>) -> Result<(), String> {
    let within = [&place.cue, &place.speaker, &place.addressee, &place.occasion];
    for inner in within.into_iter().flatten() {
        check_place(inner, text, index)?;
    }
    for marked in place.marked.iter().flatten() {
        check_place(marked, text, index)?;
    }
    let (Some(start), Some(end)) = (place.start, place.end) else { return Ok(()) };
    let byte = |offset: u64| u32::try_from(offset).ok().and_then(|offset| index.byte_at(offset));
    let slice = match (byte(start), byte(end)) {
        (Some(from), Some(to)) if from <= to => &text[from as usize..to as usize],
        _ => return Err(format!("lies at {start}..{end}, outside of the text")),
    };
    match &place.text {
        Some(words) if words != slice => Err(format!("does not say what stands at {start}..{end}")),
        _ => Ok(()),
    }
}
