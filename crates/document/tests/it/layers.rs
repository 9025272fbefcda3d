//! What the drafts write is what a view reads.

use document::layers::{MentionDraft, QuotationDraft, SpeakerDraft};
use document::{Document, Form, Origin, Span, Text, symbol};

const TEXT: &str = "“We won,” the mayor, Ada Ek, told reporters. “At last.”";

fn span(words: &str) -> Span {
    let start = TEXT.find(words).unwrap();
    Span::from_range(start..start + words.len())
}

#[test]
fn a_quotation_is_read_back_whole() {
    let mut doc = Document::new("test", Origin::path("test"), TEXT.into(), Form::Text);
    doc.set_text(Text::verbatim(TEXT));
    let mention = doc.add_mention(&MentionDraft::name(span("Ada Ek"), symbol::PER, 0.9));
    let entity = doc.add_entity(symbol::PER, "per:ada-ek", "Ada Ek", Some("SE"));
    doc.set_entity(mention, entity);
    let speaker = SpeakerDraft {
        span: Some(span("Ada Ek")),
        via: symbol::NAME,
        entity: Some(entity),
        name: "Ada Ek",
        role: Some("mayor"),
    };
    let content = [span("We won,")];
    let first = QuotationDraft {
        span: content[0],
        kind: symbol::DIRECT,
        marked: &content,
        cue: Some(span("told")),
        speaker: Some(speaker),
        addressee: Some(span("reporters")),
        occasion: None,
        said_on: Some("2024-03-12"),
        negated: true,
        score: 0.8,
    };
    let second = QuotationDraft {
        span: span("At last."),
        marked: &[],
        cue: None,
        speaker: None,
        negated: false,
        ..first
    };
    let (first, second) = (doc.add_quotation(&first), doc.add_quotation(&second));
    doc.set_part_of(first, first);
    doc.set_part_of(second, first);

    let view = doc.view();
    let quotations: Vec<_> = view.quotations().collect();
    let [one, two] = quotations[..] else { panic!("two quotations") };
    assert_eq!(
        (one.kind(), one.cue(), one.addressee()),
        (symbol::DIRECT, Some(span("told")), Some(span("reporters")))
    );
    assert_eq!(
        (one.occasion(), one.said_on().as_deref(), one.negated()),
        (None, Some("2024-03-12"), true)
    );
    assert_eq!(one.marked().collect::<Vec<_>>(), content);
    let speaker = one.speaker().unwrap();
    assert_eq!((speaker.name().as_ref(), speaker.role().as_deref()), ("Ada Ek", Some("mayor")));
    assert_eq!(
        (speaker.via(), speaker.span(), speaker.entity()),
        (symbol::NAME, Some(span("Ada Ek")), Some(entity))
    );
    assert_eq!((one.part_of(), two.part_of()), (Some(first), Some(first)));
    assert!(two.speaker().is_none() && !two.negated());
    let entity = view.entity(entity);
    assert_eq!((entity.key().as_ref(), entity.country().as_deref()), ("per:ada-ek", Some("SE")));
    assert_eq!(view.mentions().next().unwrap().text(), "Ada Ek");
}
