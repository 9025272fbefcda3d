//! Puts the words of spans back into a record that was written without them.

use std::cell::LazyCell;

use crate::{OffsetIndex, Passage, Record, Speaker};

/// Gives every span that lacks its words those that stand there; nothing where the record has no text.
pub(crate) fn restore(record: &mut Record) {
    let Some(text) = record.text.take() else { return };
    let offsets = record.offsets;
    let index = LazyCell::new(|| OffsetIndex::new(&text, offsets));
    let slice = |start: u32, end: u32| {
        let range = index.byte_at(start)? as usize..index.byte_at(end)? as usize;
        text.get(range).map(str::to_owned)
    };
    let fill = |start: Option<u32>, end: Option<u32>, words: &mut Option<String>| {
        if let (Some(start), Some(end), None) = (start, end, &words) {
            *words = slice(start, end);
        }
    };
    let fill_passage = |passage: &mut Option<Passage>| {
        if let Some(passage) = passage.as_mut().filter(|passage| passage.text.is_empty()) {
            passage.text = slice(passage.start, passage.end).unwrap_or_default();
        }
    };
    let fill_speaker = |speaker: &mut Option<Speaker>| {
        if let Some(speaker) = speaker {
            fill(speaker.start, speaker.end, &mut speaker.text);
        }
    };
    for mention in record.mentions.iter_mut().flatten() {
        fill(mention.start, mention.end, &mut mention.text);
    }
    for quotation in record.quotations.iter_mut().flatten() {
        fill(quotation.start, quotation.end, &mut quotation.text);
        fill_speaker(&mut quotation.speaker);
        for part in [&mut quotation.cue, &mut quotation.addressee, &mut quotation.occasion] {
            fill_passage(part);
        }
    }
    for turn in record.turns.iter_mut().flatten() {
        fill_speaker(&mut turn.speaker);
    }
    for sentence in record.summary.iter_mut().flatten() {
        fill(sentence.start, sentence.end, &mut sentence.text);
    }
    record.text = Some(text);
}
