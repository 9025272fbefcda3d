//! The layers of records: as lists beside an article, or as tables of their own.
//!
//! Each function makes the columns of one layer's rows, and both layouts use it.

use arrow_schema::ArrowError;
use wire::{
    Annotation, Entity, FieldSource, Keyphrase, LayerSource, Mention, Note, Passage, Place,
    Quotation, Record, Speaker, SummarySentence, Turn,
};

use crate::Table;
use crate::articles::articles;
use crate::column::Columns;

type Made = Result<Columns, ArrowError>;

/// The lists of all layers, beside the columns of their articles.
fn nested(articles: Columns, records: &[&Record]) -> Made {
    let fields: Vec<_> = records.iter().map(|record| entries(&record.fields)).collect();
    let layers: Vec<_> = records.iter().map(|record| entries(&record.layers)).collect();
    articles
        .lists("fields", &present(&fields), field_sources)?
        .required()
        .lists("sentences", &all(records, |record| record.sentences.as_deref()), |rows| {
            Ok(places(rows))
        })?
        .lists("mentions", &all(records, |record| record.mentions.as_deref()), mentions)?
        .lists("entities", &all(records, |record| record.entities.as_deref()), entities)?
        .lists("quotations", &all(records, |record| record.quotations.as_deref()), quotations)?
        .lists("turns", &all(records, |record| record.turns.as_deref()), turns)?
        .lists("summary", &all(records, |record| record.summary.as_deref()), summary)?
        .lists("keyphrases", &all(records, |record| record.keyphrases.as_deref()), keyphrases)?
        .lists("annotations", &all(records, |record| record.annotations.as_deref()), annotations)?
        .lists("layers", &present(&layers), layer_sources)?
        .required()
        .lists("notes", &all(records, |record| Some(&record.notes)), notes)
        .map(Columns::required)
}

/// The rows of a table: those of a layer each with its article.
pub(crate) fn table(table: Table, records: &[&Record]) -> Made {
    match table {
        Table::Nested => nested(articles(records)?, records),
        Table::Articles => articles(records),
        Table::Fields => {
            let fields: Vec<_> = records.iter().map(|record| entries(&record.fields)).collect();
            rows(records, &present(&fields), false, field_sources)
        }
        Table::Layers => {
            let layers: Vec<_> = records.iter().map(|record| entries(&record.layers)).collect();
            rows(records, &present(&layers), false, layer_sources)
        }
        Table::Sentences => {
            rows(records, &all(records, |record| record.sentences.as_deref()), true, |rows| {
                Ok(places(rows))
            })
        }
        Table::Mentions => {
            rows(records, &all(records, |record| record.mentions.as_deref()), true, mentions)
        }
        Table::Entities => {
            rows(records, &all(records, |record| record.entities.as_deref()), false, entities)
        }
        Table::Quotations => {
            rows(records, &all(records, |record| record.quotations.as_deref()), false, quotations)
        }
        Table::Turns => rows(records, &all(records, |record| record.turns.as_deref()), true, turns),
        Table::Summary => {
            rows(records, &all(records, |record| record.summary.as_deref()), true, summary)
        }
        Table::Keyphrases => {
            rows(records, &all(records, |record| record.keyphrases.as_deref()), true, keyphrases)
        }
        Table::Annotations => {
            rows(records, &all(records, |record| record.annotations.as_deref()), true, annotations)
        }
        Table::Notes => rows(records, &all(records, |record| Some(&record.notes)), true, notes),
    }
}

/// The list of each record.
fn all<'r, T>(
    records: &[&'r Record],
    list: fn(&'r Record) -> Option<&'r [T]>,
) -> Vec<Option<&'r [T]>> {
    records.iter().map(|record| list(record)).collect()
}

/// Lists that are never absent.
fn present<T>(lists: &[Vec<T>]) -> Vec<Option<&[T]>> {
    lists.iter().map(|list| Some(&**list)).collect()
}

/// The entries of a map as a list.
fn entries<T>(map: &std::collections::BTreeMap<String, T>) -> Vec<(&str, &T)> {
    map.iter().map(|(key, value)| (&**key, value)).collect()
}

/// The items of all lists, each with id and revision of its record. Items without an `id` of their own get
/// one where they are `counted`: their place in the list.
fn rows<'t, T>(
    records: &[&Record],
    lists: &[Option<&'t [T]>],
    counted: bool,
    columns: impl FnOnce(&[&'t T]) -> Made,
) -> Made {
    let of = || {
        let lists = records.iter().zip(lists);
        lists.flat_map(|(record, list)| list.iter().copied().flatten().map(move |_| record))
    };
    let items: Vec<&T> = lists.iter().copied().flatten().flatten().collect();
    let mut key = Columns::new()
        .text("article", of().map(|record| Some(&*record.id)))?
        .required()
        .whole("revision", of().map(|record| Some(record.revision)))
        .required();
    if counted {
        let places = lists.iter().flat_map(|list| 0..list.map_or(0, <[T]>::len));
        key = key.whole("id", places.map(Some)).required();
    }
    Ok(key.and(columns(&items)?))
}

fn field_sources(rows: &[&(&str, &FieldSource)]) -> Made {
    Ok(Columns::new()
        .text("field", rows.iter().map(|(field, _)| Some(*field)))?
        .required()
        .text("from", rows.iter().map(|(_, source)| Some(&*source.from)))?
        .required()
        .number("confidence", rows.iter().map(|(_, source)| source.confidence)))
}

fn layer_sources(rows: &[&(&str, &LayerSource)]) -> Made {
    Ok(Columns::new()
        .text("layer", rows.iter().map(|(layer, _)| Some(*layer)))?
        .required()
        .text("stage", rows.iter().map(|(_, source)| Some(&*source.stage)))?
        .required()
        .text("version", rows.iter().map(|(_, source)| Some(&*source.version)))?
        .required()
        .text("key", rows.iter().map(|(_, source)| Some(&*source.key)))?
        .required())
}

fn places(rows: &[&Place]) -> Columns {
    Columns::new()
        .whole("start", rows.iter().map(|row| Some(row.start)))
        .required()
        .whole("end", rows.iter().map(|row| Some(row.end)))
        .required()
}

fn mentions(rows: &[&Mention]) -> Made {
    Ok(Columns::new()
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .text("text", rows.iter().map(|row| row.text.as_deref()))?
        .text("kind", rows.iter().map(|row| row.kind.as_deref()))?
        .text("label", rows.iter().map(|row| row.label.as_deref()))?
        .whole("entity", rows.iter().map(|row| row.entity))
        .text("value", rows.iter().map(|row| row.value.as_ref().map(wire::Json::get)))?
        .number("score", rows.iter().map(|row| row.score)))
}

fn entities(rows: &[&Entity]) -> Made {
    let mentions: Vec<&[u32]> = rows.iter().map(|row| &*row.mentions).collect();
    Ok(Columns::new()
        .whole("id", rows.iter().map(|row| Some(row.id)))
        .required()
        .text("key", rows.iter().map(|row| Some(&*row.key)))?
        .required()
        .text("name", rows.iter().map(|row| Some(&*row.name)))?
        .required()
        .text("label", rows.iter().map(|row| row.label.as_deref()))?
        .text("country", rows.iter().map(|row| row.country.as_deref()))?
        .whole_lists("mentions", &mentions)?
        .required()
        .truth("corrected", rows.iter().map(|row| row.corrected))
        .required())
}

fn quotations(rows: &[&Quotation]) -> Made {
    let marked: Vec<Option<&[Place]>> = rows.iter().map(|row| Some(&*row.marked)).collect();
    let speakers: Vec<_> = rows.iter().map(|row| row.speaker.as_ref()).collect();
    let cues: Vec<_> = rows.iter().map(|row| row.cue.as_ref()).collect();
    let addressees: Vec<_> = rows.iter().map(|row| row.addressee.as_ref()).collect();
    let occasions: Vec<_> = rows.iter().map(|row| row.occasion.as_ref()).collect();
    Ok(Columns::new()
        .whole("id", rows.iter().map(|row| Some(row.id)))
        .required()
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .whole("raw_start", rows.iter().map(|row| row.raw_start))
        .whole("raw_end", rows.iter().map(|row| row.raw_end))
        .text("text", rows.iter().map(|row| row.text.as_deref()))?
        .text("kind", rows.iter().map(|row| row.kind.as_deref()))?
        .lists("marked", &marked, |marked| Ok(places(marked)))?
        .required()
        .whole("part_of", rows.iter().map(|row| row.part_of))
        .structs("cue", there(&cues), passages(&cues)?)?
        .structs("speaker", there(&speakers), speaker(&speakers)?)?
        .structs("addressee", there(&addressees), passages(&addressees)?)?
        .structs("occasion", there(&occasions), passages(&occasions)?)?
        .text("said_on", rows.iter().map(|row| row.said_on.as_deref()))?
        .truth("negated", rows.iter().map(|row| row.negated))
        .required()
        .number("score", rows.iter().map(|row| row.score))
        .truth("corrected", rows.iter().map(|row| row.corrected))
        .required())
}

/// Words with their place, where there are some.
fn passages(passages: &[Option<&Passage>]) -> Made {
    let each = || passages.iter().copied();
    Columns::new()
        .whole("start", each().map(|passage| Some(passage?.start)))
        .whole("end", each().map(|passage| Some(passage?.end)))
        .text("text", each().map(|passage| Some(&*passage?.text)))
}

fn speaker(speakers: &[Option<&Speaker>]) -> Made {
    let each = || speakers.iter().copied();
    Columns::new()
        .whole("start", each().map(|speaker| speaker?.start))
        .whole("end", each().map(|speaker| speaker?.end))
        .text("text", each().map(|speaker| speaker?.text.as_deref()))?
        .text("via", each().map(|speaker| speaker?.via.as_deref()))?
        .whole("entity", each().map(|speaker| speaker?.entity))
        .text("name", each().map(|speaker| speaker?.name.as_deref()))?
        .text("role", each().map(|speaker| speaker?.role.as_deref()))
}

fn there<T>(optional: &[Option<T>]) -> Vec<bool> {
    optional.iter().map(Option::is_some).collect()
}

fn turns(rows: &[&Turn]) -> Made {
    let speakers: Vec<_> = rows.iter().map(|row| row.speaker.as_ref()).collect();
    Columns::new()
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .text("role", rows.iter().map(|row| row.role.as_deref()))?
        .structs("speaker", there(&speakers), speaker(&speakers)?)
}

fn summary(rows: &[&SummarySentence]) -> Made {
    Ok(Columns::new()
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .whole("raw_start", rows.iter().map(|row| row.raw_start))
        .whole("raw_end", rows.iter().map(|row| row.raw_end))
        .text("text", rows.iter().map(|row| row.text.as_deref()))?
        .number("score", rows.iter().map(|row| row.score)))
}

fn keyphrases(rows: &[&Keyphrase]) -> Made {
    Ok(Columns::new()
        .text("text", rows.iter().map(|row| Some(&*row.text)))?
        .required()
        .number("score", rows.iter().map(|row| row.score)))
}

fn annotations(rows: &[&Annotation]) -> Made {
    Columns::new()
        .text("layer", rows.iter().map(|row| Some(&*row.layer)))?
        .required()
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .text("label", rows.iter().map(|row| row.label.as_deref()))?
        .text("kind", rows.iter().map(|row| row.kind.as_deref()))?
        .number("score", rows.iter().map(|row| row.score))
        .text("data", rows.iter().map(|row| row.data.as_ref().map(wire::Json::get)))
}

fn notes(rows: &[&Note]) -> Made {
    Ok(Columns::new()
        .text("stage", rows.iter().map(|row| row.stage.as_deref()))?
        .whole("start", rows.iter().map(|row| row.start))
        .whole("end", rows.iter().map(|row| row.end))
        .text("message", rows.iter().map(|row| Some(&*row.message)))?
        .required())
}
