//! `filter` as a pipeline sees it: settings in, articles kept or discarded with a reason.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use document::{Document, Field, Form, Origin, Row, Text, symbol};
use proptest::prelude::*;
use stage_api::{BuiltStage, Flow, SettingError, Settings, Stage, Value};

/// An article in English with an address, a day and a score.
fn article(text: &str) -> Document {
    let mut doc = Document::new("test", Origin::path("test"), text.into(), Form::Text);
    doc.set_text(Text::verbatim(text));
    doc.metadata.supply(Field::Language, "en", "test");
    doc.metadata.supply(Field::Url, "https://News.Example.org:8080/a?b#c", "test");
    doc.metadata.supply(Field::Published, "2023-02-06T23:30:00+09:00", "test");
    let name = doc.intern("normalize.article");
    doc.add_with_value(Row::new(symbol::VALUES).kind(name), "0.4000");
    doc
}

fn stage(settings: &Settings) -> Result<Box<dyn Stage>, SettingError> {
    let BuiltStage::Article(factory) = filter::spec().build(settings)? else {
        panic!("filter is an article stage")
    };
    Ok(factory.instance())
}

fn set(name: &str, value: impl Into<Value>) -> Settings {
    Settings::default().with(name, value)
}

fn list(values: &[&str]) -> Value {
    Value::List(values.iter().map(|value| (*value).into()).collect())
}

fn flow(settings: &Settings, doc: &mut Document) -> Flow {
    stage(settings).unwrap().process(doc).unwrap()
}

#[test]
fn each_wish_has_its_reason() {
    let check = |settings: Settings, reason: Option<&'static str>| {
        let expected = reason.map_or(Flow::Keep, |reason| Flow::Discard(reason.into()));
        assert_eq!(flow(&settings, &mut article("Rain fell.")), expected, "{settings:?}");
    };
    check(Settings::default(), None);
    check(set("languages", list(&["de", "EN"])), None);
    check(set("languages", list(&["en-GB"])), None);
    check(set("languages", list(&["de"])), Some("language: en"));
    check(set("min_characters", 10), None);
    check(set("min_characters", 11), Some("too short: 10 characters"));
    check(set("max_characters", 9), Some("too long: 10 characters"));
    check(set("min_article", 0.4), None);
    check(set("min_article", 0.5), Some("no article: score 0.4"));
    check(set("hosts", list(&["example.org"])), None);
    check(set("hosts", list(&["*.example.org"])), None);
    check(set("hosts", list(&["News.EXAMPLE.org."])), None);
    check(set("hosts", list(&["s.example.org", "example.com"])), Some("host: news.example.org"));
    check(set("not_hosts", list(&["news.example.org"])), Some("host: news.example.org"));
    check(set("not_hosts", list(&["ample.org"])), None);
    check(set("from", "2023-02-06").with("to", "2023-02-06"), None);
    check(set("from", "2023-02-07"), Some("too early: 2023-02-06"));
    check(set("to", "2023-02-05"), Some("too late: 2023-02-06"));
}

#[test]
fn a_language_is_one_wherever_it_is_spoken() {
    let mut doc = article("Rain fell.");
    doc.metadata.clear(Field::Language);
    doc.metadata.supply(Field::Language, "en-GB", "test");
    assert_eq!(flow(&set("languages", list(&["en"])), &mut doc), Flow::Keep);
    let discarded = Flow::Discard("language: en-GB".into());
    assert_eq!(flow(&set("languages", list(&["de"])), &mut doc), discarded);
}

#[test]
fn a_leap_day_is_a_day() {
    assert_eq!(flow(&set("from", "2020-02-29"), &mut article("Rain fell.")), Flow::Keep);
}

#[test]
fn what_an_article_does_not_say() {
    let bare = || {
        let mut doc = Document::new("test", Origin::path("test"), b"Rain.".to_vec(), Form::Text);
        doc.set_text(Text::verbatim("Rain."));
        doc
    };
    let discarded = |reason: &'static str| Flow::Discard(reason.into());
    assert_eq!(flow(&set("languages", list(&["en"])), &mut bare()), discarded("language: unknown"));
    assert_eq!(
        flow(&set("hosts", list(&["example.org"])), &mut bare()),
        discarded("host: unknown")
    );
    assert_eq!(flow(&set("not_hosts", list(&["example.org"])), &mut bare()), Flow::Keep);
    assert_eq!(flow(&set("from", "2023-02-07"), &mut bare()), Flow::Keep);
    assert_eq!(flow(&set("min_article", 1.0), &mut bare()), Flow::Keep);
}

#[test]
fn mistakes_name_their_setting() {
    let check = |settings: Settings, message: &str| {
        let Err(error) = stage(&settings) else { panic!("it is a mistake: {message}") };
        assert_eq!(error.to_string(), message);
    };
    check(
        set("languages", list(&["English"])),
        "`languages`: `English` is no language code; write one such as `en`",
    );
    check(
        set("languages", list(&[])),
        "`languages`: the list is empty; leave the key out to keep all",
    );
    check(
        set("hosts", list(&["https://example.org/"])),
        "`hosts`: `https://example.org/` is no host; write one such as `example.org`, without scheme or path",
    );
    check(set("from", "February"), "`from`: `February` is no day; write one such as `2023-02-06`");
    check(
        set("from", "2023-02-29"),
        "`from`: `2023-02-29` is no day; write one such as `2023-02-06`",
    );
    check(set("to", "2023-13-01"), "`to`: `2023-13-01` is no day; write one such as `2023-02-06`");
    check(
        set("from", "2023-02-07").with("to", "2023-02-06"),
        "`from`: it is after `to`, 2023-02-06",
    );
    check(
        set("min_characters", 10).with("max_characters", 9),
        "`min_characters`: it is more than `max_characters`, 9",
    );
}

proptest! {
    /// Whatever an article says of itself, it is kept or discarded, and nothing in it changes.
    #[test]
    fn odd_metadata_is_judged_too(url in ".{0,30}", published in ".{0,14}", language in ".{0,4}") {
        let mut doc = Document::new("test", Origin::path("test"), b"Rain.".to_vec(), Form::Text);
        doc.set_text(Text::verbatim("Rain."));
        doc.metadata.supply(Field::Url, &format!("http://{url}"), "test");
        doc.metadata.supply(Field::Published, &published, "test");
        doc.metadata.supply(Field::Language, &language, "test");
        let before = doc.metadata.clone();
        let settings = set("hosts", list(&["example.org"])).with("from", "2023-01-01").with("min_article", 0.5);
        flow(&settings, &mut doc);
        prop_assert_eq!(doc.metadata, before);
    }
}
