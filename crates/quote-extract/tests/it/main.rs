//! Tests of the stage as the pipeline runs it. All names and sentences are made up.

mod details;
mod drop;
mod hostile;
mod marks;
mod pronouns;
mod properties;
mod reports;
mod speakers;
mod turns;

use std::sync::{Arc, LazyLock};

use document::{Document, Field, Form, Origin, Span, symbol};
use stage_api::{ArticleFactory, BuiltStage, Flow, Settings, Stage};

/// A fresh instance of the stage; the model is opened once.
fn stage() -> Box<dyn Stage> {
    static FACTORY: LazyLock<Arc<dyn ArticleFactory>> = LazyLock::new(|| {
        let built =
            quote_extract::spec().build(&Settings::default()).expect("no settings, no mistakes");
        let BuiltStage::Article(factory) = built else { panic!("an article stage") };
        factory
    });
    FACTORY.instance()
}

/// Runs the stage over a document that has its sentences.
fn run(mut doc: Document) -> Document {
    assert_eq!(stage().process(&mut doc), Ok(Flow::Keep));
    doc
}

/// A text after the stages that run before this one, and this one: names are those that `entity-tag` finds, days are
/// counted from `published`.
fn tagged(text: String, published: Option<&str>) -> Document {
    let mut doc = Document::new("article", Origin::path("-"), text.into_bytes(), Form::Text);
    if let Some(published) = published {
        doc.metadata.supply(Field::Published, published, "test");
    }
    let normalize = normalize::spec();
    let verbatim = Settings::defaults(&normalize.settings).with("mode", "verbatim");
    let tag = entity_tag::spec();
    let before = [(&normalize, verbatim), (&tag, Settings::defaults(&tag.settings))];
    for (spec, settings) in before {
        let BuiltStage::Article(factory) = spec.build(&settings).expect("the settings fit") else {
            panic!("an article stage")
        };
        factory.instance().process(&mut doc).expect("a plain article");
    }
    run(doc)
}

/// A document with a sentence border at each `|` (which is removed) and each line end.
fn document(marked: &str) -> Document {
    let text: String = marked.replace('|', "");
    let mut doc = testkit::doc(&text);
    let mut at = 0;
    for line in marked.split('\n') {
        for sentence in line.split('|') {
            let trimmed = sentence.trim();
            if !trimmed.is_empty() {
                let start = at + (sentence.len() - sentence.trim_start().len());
                doc.add_sentence(Span::from_range(start..start + trimmed.len()));
            }
            at += sentence.len();
        }
        at += 1;
    }
    doc.mark_written(symbol::SENTENCES);
    doc
}

/// Quotations and notes of a text, drawn under it.
fn drawn(marked: &str) -> String {
    testkit::underlined(&run(document(marked)), &[symbol::QUOTATIONS, symbol::NOTES])
}

/// The words of each quotation of a text, its kind, and its speaker's name.
fn told(marked: &str) -> Vec<String> {
    let doc = run(document(marked));
    let view = doc.view();
    let line = |quotation: document::Quotation<'_>| {
        let speaker =
            quotation.speaker().map_or("?".to_owned(), |speaker| speaker.name().into_owned());
        format!("{} {speaker}: {}", doc.name_of(quotation.kind()), doc.slice(quotation.span()))
    };
    view.quotations().map(line).collect()
}

/// Asserts what [`told`] says of each text.
fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(told(text), *expected, "in: {text}");
    }
}
