use std::sync::Arc;

use document::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
use document::{
    AlignmentBuilder, Document, Field, Form, Origin, Producer, Revision, Row, RowId, Sha256, Span,
    Text, symbol,
};
use wire::{Options, Record};

/// A document whose text is its payload.
pub(crate) fn verbatim(text: &str) -> Document {
    let mut doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), text.into(), Form::Text);
    doc.set_text(Text::verbatim(text));
    doc
}

/// The span of the first `words` in the text.
pub(crate) fn span_of(doc: &Document, words: &str) -> Span {
    let start = doc.text().find(words).expect("the words stand in the text");
    Span::from_range(start..start + words.len())
}

pub(crate) fn encoded(doc: &Document, options: Options) -> String {
    let mut out = Vec::new();
    wire::encode(doc, &options, &mut out).expect("the document is sound");
    String::from_utf8(out).expect("a record is UTF-8")
}

pub(crate) fn record(doc: &Document) -> Record {
    Record::parse(encoded(doc, Options::default())).expect("a record reads back")
}

pub(crate) const FULL_TEXT: &str =
    "“We’ll 🐟 until dawn”, said mayor Zoë Ek. “Then we sleep,” she added.\n\nIt cost $2m.";

/// Every layer, a payload with an entity and an insertion, a plugin's layer and a value.
pub(crate) fn full() -> Document {
    let mut doc = arrived();
    doc.begin_stage(stage("normalize"));
    normalize(&mut doc);
    doc.begin_stage(stage("entity-tag"));
    let zoe = tag(&mut doc);
    doc.begin_stage(stage("quote-extract"));
    quote(&mut doc, zoe);
    doc.begin_stage(stage("summarize"));
    doc.add_summary_sentence(span_of(&doc, "It cost $2m."), 0.123_45);
    doc.add_keyphrase("until dawn", 0.4);
    doc.mark_written(symbol::SUMMARY);
    doc.mark_written(symbol::KEYPHRASES);
    doc.begin_stage(stage("watch"));
    watch(&mut doc);
    doc
}

fn stage(name: &str) -> Arc<Producer> {
    Arc::new(Producer {
        stage: name.into(),
        version: "0.1.0".into(),
        key: format!("key of {name}"),
    })
}

fn payload() -> String {
    FULL_TEXT.replace('’', "&rsquo;").replace("\n\n", "<br>")
}

fn arrived() -> Document {
    let origin = Origin {
        path: "drop/a.jsonl".into(),
        line: Some(3),
        member: None,
        offset: Some(4096),
        sha256: Sha256([0xab; 32]),
    };
    let mut doc = Document::new("mayor-1", origin, payload().into_bytes(), Form::Html);
    doc.explicit_id = true;
    doc.revision = Revision { number: 2, supersedes: Some(Sha256([0x0f; 32])) };
    doc.metadata.supply(Field::Title, "Mayor \"fishes\"", "json-ld");
    doc.metadata.supply(Field::Byline, "Ann Lund", "sidecar");
    doc.metadata.supply(Field::Byline, "Bo Lund", "sidecar");
    doc.metadata.set_meta("desk", "{\"n\":  1.50}".to_owned());
    doc
}

fn normalize(doc: &mut Document) {
    let (before, after) = FULL_TEXT.split_once('’').expect("the sample has an apostrophe");
    let (first, second) = after.split_once("\n\n").expect("the sample has two paragraphs");
    let [before, first, second, payload] = [before, first, second, &payload()]
        .map(|text| u32::try_from(text.len()).expect("the sample is short"));
    let mut alignment = AlignmentBuilder::new();
    alignment.same(0, before);
    alignment.whole(before..before + 7, 3);
    alignment.same(before + 7, first);
    alignment.inserted(2);
    alignment.same(payload - second, second);
    doc.set_text(Text::new(FULL_TEXT.into(), alignment.finish()));
    for sentence in
        ["“We’ll 🐟 until dawn”, said mayor Zoë Ek.", "“Then we sleep,” she added.", "It cost $2m."]
    {
        doc.add_sentence(span_of(doc, sentence));
    }
    doc.metadata.extract(Field::Language, &["en"], "text", 0.987_65);
    doc.note(Some(span_of(doc, "🐟")), "a fish");
    doc.mark_written(symbol::TEXT);
    doc.mark_written(symbol::SENTENCES);
}

/// Adds mentions and entities; returns the speaker's entity.
fn tag(doc: &mut Document) -> RowId {
    let zoe = doc.add_mention(&MentionDraft::name(span_of(doc, "Zoë Ek"), symbol::PER, 0.98));
    let amount = "{\"currency\":\"USD\",\n\"amount\":\"2000000\"}";
    doc.add_mention(&MentionDraft {
        span: span_of(doc, "$2m"),
        kind: symbol::VALUE,
        label: symbol::MONEY,
        score: 1.0,
        value: Some(amount),
    });
    let she = MentionDraft::name(span_of(doc, "she"), symbol::PER, 0.666_666);
    let she = doc.add_mention(&MentionDraft { kind: symbol::PRONOUN, ..she });
    let entity = doc.add_entity(symbol::PER, "per:zoe-ek", "Zoë Ek", None);
    doc.add_entity(symbol::LOC, "nu", "Niue", Some("NU"));
    doc.set_entity(zoe, entity);
    doc.set_entity(she, entity);
    doc.mark_written(symbol::MENTIONS);
    doc.mark_written(symbol::ENTITIES);
    entity
}

/// Adds one quotation in two parts.
fn quote(doc: &mut Document, entity: RowId) {
    let content = span_of(doc, "We’ll 🐟 until dawn");
    let speaker = SpeakerDraft {
        span: Some(span_of(doc, "Zoë Ek")),
        via: symbol::NAME,
        entity: Some(entity),
        name: "Zoë Ek",
        role: Some("mayor"),
    };
    let first = QuotationDraft {
        span: content,
        kind: symbol::DIRECT,
        marked: &[content],
        cue: Some(span_of(doc, "said")),
        speaker: Some(speaker),
        addressee: None,
        occasion: None,
        said_on: Some("2023-02-06"),
        negated: false,
        score: 0.97,
    };
    let content = span_of(doc, "Then we sleep,");
    let carried = SpeakerDraft { span: None, via: symbol::CARRIED, role: None, ..speaker };
    let second = QuotationDraft {
        span: content,
        marked: &[content],
        cue: None,
        speaker: Some(carried),
        said_on: None,
        negated: true,
        ..first
    };
    let first = doc.add_quotation(&first);
    let second = doc.add_quotation(&second);
    doc.set_part_of(first, first);
    doc.set_part_of(second, first);
    doc.mark_written(symbol::QUOTATIONS);
    doc.mark_written(symbol::TURNS);
}

/// Adds what a plugin would: a layer of its own and a value.
fn watch(doc: &mut Document) {
    let (layer, label) = (doc.intern("watchlist.hit"), doc.intern("dawn"));
    doc.add(Row::new(layer).at(span_of(doc, "dawn")).label(label));
    doc.add_with_value(Row::new(layer).score(0.5), "{\"why\":\"length\"}");
    doc.mark_written(layer);
    let name = doc.intern("readability.flesch");
    doc.add_with_value(Row::new(symbol::VALUES).kind(name), "52.1");
    doc.mark_written(symbol::VALUES);
}
