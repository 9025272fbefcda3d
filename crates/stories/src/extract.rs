//! From a document to what is kept of it.

use std::collections::BTreeMap;

use document::{Document, Field, RowId, Span, Symbol, View, json, symbol};

use crate::article::{Article, Date, Entity, Label, Quotation, QuotationKind, Speaker};
use crate::days;

/// Bytes of text kept of an article: the whole of nearly every one.
const TEXT: usize = 16 << 10;

/// Bytes of text kept of a transcript, against which what others quote of it is held.
const TRANSCRIPT: usize = 256 << 10;

/// Places at which an entity is named that are kept.
const NAMES: usize = 8;

impl Article {
    /// What is kept of a document; `group` is the `meta` field that gives stories, if one does.
    pub(crate) fn of(doc: &Document, group: Option<&str>) -> Self {
        let view = doc.view();
        let field = |field| doc.metadata.get(field).unwrap_or_default().to_owned();
        let meta = |name: &str| doc.metadata.meta().iter().find(|(key, _)| key == name);
        let text_of = |json: &str| json::as_str(json).map_or_else(|| json.to_owned(), Into::into);
        let transcript = meta("role")
            .is_some_and(|(_, value)| text_of(value).eq_ignore_ascii_case("transcript"));
        let published = field(Field::Published);
        let (text, sentences) = kept_text(&view, if transcript { TRANSCRIPT } else { TEXT });
        let (entities, places) = entities(&view, text.len());
        Self {
            id: doc.id().to_owned(),
            title: field(Field::Title),
            outlet: field(Field::Outlet),
            day: days::of_date(&published),
            published,
            group: group
                .and_then(meta)
                .filter(|(_, value)| value != "null")
                .map(|(_, value)| text_of(value))
                .filter(|group| !group.trim().is_empty()),
            transcript,
            quotations: quotations(&view, &places, text.len()),
            dates: dates(&view, text.len()),
            text: text.to_owned(),
            sentences,
            entities,
        }
    }
}

/// The text from its start up to the end of the last sentence that ends within `most` bytes, and its sentences.
fn kept_text<'d>(view: &View<'d>, most: usize) -> (&'d str, Vec<Span>) {
    let text = view.doc().text();
    let sentences: Vec<Span> =
        view.sentences().take_while(|sentence| sentence.end() as usize <= most).collect();
    let end = if text.len() <= most {
        text.len()
    } else {
        let start_of_character = |at: &usize| text.is_char_boundary(*at);
        let within = || (0..=most).rev().find(start_of_character).unwrap_or(0);
        sentences.last().map_or_else(within, |sentence| sentence.end() as usize)
    };
    (&text[..end], sentences)
}

/// The entities, and for the row of each its index among them.
fn entities(view: &View<'_>, text: usize) -> (Vec<Entity>, BTreeMap<RowId, u32>) {
    let mut places = BTreeMap::new();
    let mut entities = Vec::new();
    for entity in view.entities() {
        places.insert(entity.id(), entities.len() as u32);
        entities.push(Entity {
            key: entity.key().into_owned(),
            name: entity.name().into_owned(),
            label: label(entity.label()),
            country: entity.country().map(Into::into),
            names: Vec::new(),
            mentions: 0,
        });
    }
    for mention in view.mentions() {
        let Some(place) = mention.entity().and_then(|row| places.get(&row)) else { continue };
        let entity = &mut entities[*place as usize];
        entity.mentions += 1;
        let named = mention.kind() == symbol::NAME && mention.span().end() as usize <= text;
        if named && entity.names.len() < NAMES {
            entity.names.push(mention.span());
        }
    }
    (entities, places)
}

fn label(label: Symbol) -> Label {
    match label {
        symbol::PER => Label::Per,
        symbol::ORG => Label::Org,
        symbol::LOC => Label::Loc,
        _ => Label::Misc,
    }
}

/// The quotations that end within the first `text` bytes, numbered as the record numbers them.
fn quotations(view: &View<'_>, entities: &BTreeMap<RowId, u32>, text: usize) -> Vec<Quotation> {
    let numbers: BTreeMap<RowId, u32> =
        view.quotations().map(document::Quotation::id).zip(0..).collect();
    let within = |span: &Span| span.end() as usize <= text;
    view.quotations()
        .zip(0..)
        .filter(|(quotation, _)| within(&quotation.span()))
        .map(|(quotation, number)| Quotation {
            number,
            span: quotation.span(),
            kind: match quotation.kind() {
                symbol::MIXED => QuotationKind::Mixed,
                symbol::INDIRECT => QuotationKind::Indirect,
                _ => QuotationKind::Direct,
            },
            marked: quotation.marked().filter(within).collect(),
            part_of: quotation.part_of().and_then(|first| numbers.get(&first).copied()),
            speaker: quotation.speaker().map(|speaker| Speaker {
                entity: speaker.entity().and_then(|row| entities.get(&row).copied()),
                name: speaker.name().into_owned(),
                role: speaker.role().map(Into::into),
            }),
            occasion: quotation.occasion().filter(within),
            said_on: quotation.said_on().map(Into::into),
            negated: quotation.negated(),
        })
        .collect()
}

fn dates(view: &View<'_>, text: usize) -> Vec<Date> {
    view.mentions()
        .filter(|mention| mention.label() == symbol::DATE && mention.kind() == symbol::VALUE)
        .filter(|mention| mention.span().end() as usize <= text)
        .filter_map(|mention| {
            let value = mention.value().and_then(json::as_str)?;
            Some(Date { span: mention.span(), value: value.into_owned() })
        })
        .collect()
}
