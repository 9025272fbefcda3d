use document::{Document, Form, Origin, Row, symbol};
use wire::{Key, Offsets, Options, Record};

use crate::sample::{encoded, full, record, verbatim};

#[test]
fn an_article_nobody_worked_on_has_no_layers() {
    let doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), b"x".to_vec(), Form::Text);
    insta::assert_snapshot!(encoded(&doc, Options::default()), @r#"{"schema":"copydesk.article/1","id":"drop/a.txt","revision":1,"supersedes":null,"origin":{"path":"drop/a.txt","line":null,"member":null,"offset":null,"sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"title":null,"dek":null,"byline":[],"published":null,"modified":null,"outlet":null,"url":null,"language":null,"fields":{},"layers":{},"meta":{},"notes":[]}"#);
}

#[test]
fn a_written_layer_is_there_even_if_empty() {
    let mut doc = verbatim("x");
    for layer in
        [symbol::SENTENCES, symbol::MENTIONS, symbol::ENTITIES, symbol::QUOTATIONS, symbol::TURNS]
    {
        doc.mark_written(layer);
    }
    doc.mark_written(symbol::VALUES);
    let own = doc.intern("watchlist.hit");
    doc.mark_written(own);
    let record = record(&doc);
    assert_eq!(record.text.as_deref(), Some("x"));
    assert_eq!(record.sentences, Some(vec![]));
    assert_eq!(record.mentions, Some(vec![]));
    assert_eq!(record.entities, Some(vec![]));
    assert_eq!(record.quotations, Some(vec![]));
    assert_eq!(record.turns, Some(vec![]));
    assert_eq!(record.annotations, Some(vec![]));
    assert!(record.values.is_some_and(|values| values.is_empty()));
    assert_eq!((record.summary, record.keyphrases, record.story), (None, None, None));
}

/// The whole record, one top-level key a line.
#[test]
fn every_key_has_its_name_and_place() {
    let line = encoded(&full(), Options::default());
    let mut rest = line.as_str();
    let mut shown = String::new();
    let keys = [
        "origin",
        "title",
        "fields",
        "text",
        "sentences",
        "mentions",
        "entities",
        "quotations",
        "turns",
        "summary",
        "keyphrases",
        "annotations",
        "values",
        "layers",
        "meta",
        "notes",
    ];
    for key in keys {
        let at =
            rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("`{key}` has its place"));
        shown.push_str(&rest[..at]);
        shown.push('\n');
        rest = &rest[at..];
    }
    shown.push_str(rest);
    insta::assert_snapshot!(shown, @r#"
    {"schema":"copydesk.article/1","id":"mayor-1","revision":2,"supersedes":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
    "origin":{"path":"drop/a.jsonl","line":3,"member":null,"offset":4096,"sha256":"abababababababababababababababababababababababababababababababab"},
    "title":"Mayor \"fishes\"","dek":null,"byline":["Ann Lund","Bo Lund"],"published":null,"modified":null,"outlet":null,"url":null,"language":"en",
    "fields":{"title":{"from":"json-ld","confidence":1.0},"byline":{"from":"sidecar","confidence":1.0},"language":{"from":"text","confidence":0.9876}},
    "text":"“We’ll 🐟 until dawn”, said mayor Zoë Ek. “Then we sleep,” she added.\n\nIt cost $2m.",
    "sentences":[{"start":0,"end":40},{"start":41,"end":68},{"start":70,"end":82}],
    "mentions":[{"start":33,"end":39,"text":"Zoë Ek","kind":"name","label":"PER","entity":0,"value":null,"score":0.98},{"start":78,"end":81,"text":"$2m","kind":"value","label":"MONEY","entity":null,"value":{"currency":"USD", "amount":"2000000"},"score":1.0},{"start":58,"end":61,"text":"she","kind":"pronoun","label":"PER","entity":0,"value":null,"score":0.6667}],
    "entities":[{"id":0,"key":"per:zoe-ek","name":"Zoë Ek","label":"PER","country":null,"mentions":[0,2]},{"id":1,"key":"nu","name":"Niue","label":"LOC","country":"NU","mentions":[]}],
    "quotations":[{"id":0,"start":1,"end":19,"raw_start":3,"raw_end":30,"text":"We’ll 🐟 until dawn","kind":"direct","marked":[{"start":1,"end":19}],"part_of":0,"cue":{"start":22,"end":26,"text":"said"},"speaker":{"start":33,"end":39,"text":"Zoë Ek","via":"name","entity":0,"name":"Zoë Ek","role":"mayor"},"addressee":null,"occasion":null,"said_on":"2023-02-06","negated":false,"score":0.97},{"id":1,"start":42,"end":56,"raw_start":58,"raw_end":72,"text":"Then we sleep,","kind":"direct","marked":[{"start":42,"end":56}],"part_of":0,"cue":null,"speaker":{"start":null,"end":null,"text":null,"via":"carried","entity":0,"name":"Zoë Ek","role":null},"addressee":null,"occasion":null,"said_on":null,"negated":true,"score":0.97}],
    "turns":[],
    "summary":[{"start":70,"end":82,"raw_start":90,"raw_end":102,"text":"It cost $2m.","score":0.1235}],
    "keyphrases":[{"text":"until dawn","score":0.4}],
    "annotations":[{"layer":"watchlist.hit","start":15,"end":19,"label":"dawn","data":{}},{"layer":"watchlist.hit","start":null,"end":null,"label":null,"score":0.5,"data":{"why":"length"}}],
    "values":{"readability.flesch":52.1},
    "layers":{"text":{"stage":"normalize","version":"0.1.0","key":"key of normalize"},"sentences":{"stage":"normalize","version":"0.1.0","key":"key of normalize"},"mentions":{"stage":"entity-tag","version":"0.1.0","key":"key of entity-tag"},"entities":{"stage":"entity-tag","version":"0.1.0","key":"key of entity-tag"},"quotations":{"stage":"quote-extract","version":"0.1.0","key":"key of quote-extract"},"turns":{"stage":"quote-extract","version":"0.1.0","key":"key of quote-extract"},"summary":{"stage":"summarize","version":"0.1.0","key":"key of summarize"},"keyphrases":{"stage":"summarize","version":"0.1.0","key":"key of summarize"},"watchlist.hit":{"stage":"watch","version":"0.1.0","key":"key of watch"},"values":{"stage":"watch","version":"0.1.0","key":"key of watch"}},
    "meta":{"desk":{"n":  1.50}},
    "notes":[{"stage":"normalize","start":7,"end":8,"message":"a fish"}]}
    "#);
}

#[test]
fn ids_in_a_record_are_its_own_indices() {
    let record = record(&full());
    let quotations = record.quotations.unwrap();
    assert_eq!(
        quotations.iter().map(|quotation| quotation.part_of).collect::<Vec<_>>(),
        [Some(0), Some(0)]
    );
    assert_eq!(quotations[1].speaker.as_ref().unwrap().entity, Some(0));
    assert_eq!(quotations[1].speaker.as_ref().unwrap().start, None);
    let entities = record.entities.unwrap();
    assert_eq!(entities[0].mentions, [0, 2]);
    assert_eq!((entities[1].mentions.len(), entities[1].country.as_deref()), (0, Some("NU")));
    assert_eq!(record.mentions.unwrap()[2].entity, Some(0));
}

#[test]
fn foreign_json_stays_byte_for_byte_on_one_line() {
    let line = encoded(&full(), Options::default());
    assert!(!line.contains('\n'));
    let record = Record::parse(&line).unwrap();
    assert_eq!(record.meta["desk"].get(), "{\"n\":  1.50}");
    let mention = &record.mentions.unwrap()[1];
    assert_eq!(
        mention.value.as_ref().unwrap().get(),
        "{\"currency\":\"USD\", \"amount\":\"2000000\"}"
    );
}

#[test]
fn scores_have_four_decimals_and_nan_is_none() {
    let mut doc = verbatim("x");
    for score in [0.666_666, 1.0, 0.98, Row::NO_SCORE, f32::NAN] {
        doc.add_keyphrase("x", score);
    }
    doc.mark_written(symbol::KEYPHRASES);
    let scores: Vec<_> =
        record(&doc).keyphrases.unwrap().into_iter().map(|phrase| phrase.score).collect();
    assert_eq!(scores, [Some(0.6667), Some(1.0), Some(0.98), None, None]);
}

#[test]
fn of_two_values_with_one_name_the_later_counts() {
    let mut doc = verbatim("x");
    let name = doc.intern("words");
    doc.add_with_value(Row::new(symbol::VALUES).kind(name), "1");
    doc.add_with_value(Row::new(symbol::VALUES).kind(name), "2");
    doc.mark_written(symbol::VALUES);
    assert!(encoded(&doc, Options::default()).contains(r#""values":{"words":2}"#));
}

#[test]
fn a_value_that_is_no_json_is_refused_and_leaves_no_trace() {
    let mut doc = verbatim("x");
    let layer = doc.intern("plugin.layer");
    doc.add_with_value(Row::new(layer), "{\"a\":");
    let mut out = b"before".to_vec();
    let error = wire::encode(&doc, &Options::default(), &mut out).unwrap_err();
    assert_eq!(out, b"before");
    insta::assert_snapshot!(error, @r#"the value of layer `plugin.layer` is no JSON: EOF while parsing a value at line 1 column 5"#);
}

#[test]
fn deeply_nested_json_costs_no_stack() {
    let depth = 200_000;
    let mut doc = verbatim("x");
    doc.metadata.set_meta("deep", "[".repeat(depth) + &"]".repeat(depth));
    assert_eq!(record(&doc).meta["deep"].get().len(), 2 * depth);
}

#[test]
fn unknown_keys_are_passed_over_and_other_schemas_are_not() {
    let line = encoded(&verbatim("x"), Options::default());
    assert!(Record::parse(line.replacen('{', r#"{"later":[1,{}],"#, 1) + "\n").is_ok());
    assert!(Record::parse(line.replace("\"byline\":[]", "\"byline\":null")).is_ok());
    let check = |line: &str, expected: &str| {
        assert_eq!(Record::parse(line).unwrap_err().to_string(), expected);
    };
    check(
        &line.replace("article/1", "article/2"),
        "schema is `copydesk.article/2`, expected `copydesk.article/1`",
    );
    check("{}", "no record: missing field `schema` at line 1 column 2");
}

/// What a stage outside the process is told: no provenance, and of the layers those it reads.
#[test]
fn an_excerpt_has_the_layers_that_were_asked_for() {
    let doc = full();
    let excerpt = |layers: &[&str]| {
        let mut out = Vec::new();
        wire::encode_excerpt(&doc, layers, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    insta::assert_snapshot!(excerpt(&[]), @r#"{"id":"mayor-1","title":"Mayor \"fishes\"","dek":null,"byline":["Ann Lund","Bo Lund"],"published":null,"modified":null,"outlet":null,"url":null,"language":"en","text":"“We’ll 🐟 until dawn”, said mayor Zoë Ek. “Then we sleep,” she added.\n\nIt cost $2m.","meta":{"desk":{"n":  1.50}}}"#);
    insta::assert_snapshot!(excerpt(&["sentences", "watchlist.hit", "no.such"]), @r#"{"id":"mayor-1","title":"Mayor \"fishes\"","dek":null,"byline":["Ann Lund","Bo Lund"],"published":null,"modified":null,"outlet":null,"url":null,"language":"en","text":"“We’ll 🐟 until dawn”, said mayor Zoë Ek. “Then we sleep,” she added.\n\nIt cost $2m.","sentences":[{"start":0,"end":40},{"start":41,"end":68},{"start":70,"end":82}],"annotations":[{"layer":"watchlist.hit","start":15,"end":19,"label":"dawn","data":{}},{"layer":"watchlist.hit","start":null,"end":null,"label":null,"score":0.5,"data":{"why":"length"}}],"meta":{"desk":{"n":  1.50}}}"#);
}

/// The keys of a record, without those that are always there.
fn optional_keys(record: &str) -> Vec<String> {
    let always = [
        "schema",
        "id",
        "revision",
        "supersedes",
        "origin",
        "title",
        "dek",
        "byline",
        "published",
        "modified",
        "outlet",
        "url",
        "language",
    ];
    let record: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(record).expect("a record is an object");
    assert!(always.iter().all(|key| record.contains_key(*key)));
    record.keys().filter(|key| !always.contains(&key.as_str())).cloned().collect()
}

#[test]
fn each_key_can_be_left_out_alone_and_the_others_stay() {
    let all = optional_keys(&encoded(&full(), Options::default()));
    for key in Key::ALL.into_iter().filter(|key| *key != Key::SpanTexts) {
        let omit = [key].into_iter().collect();
        let line = encoded(&full(), Options { omit, ..Options::default() });
        let expected: Vec<_> = all.iter().filter(|other| *other != key.name()).cloned().collect();
        assert_eq!(optional_keys(&line), expected, "{key:?}");
        let record = Record::parse(&line).unwrap();
        let layer = if key == Key::Annotations { "watchlist.hit" } else { key.name() };
        assert!(!record.layers.contains_key(layer), "{layer} is written by nobody");
    }
    let omit = Key::ALL.into_iter().collect();
    assert_eq!(optional_keys(&encoded(&full(), Options { omit, ..Options::default() })), [""; 0]);
}

#[test]
fn words_of_spans_are_put_back_from_the_text() {
    let whole = record(&full());
    for offsets in [Offsets::CodePoints, Offsets::Bytes, Offsets::Utf16] {
        let omit = [Key::SpanTexts].into_iter().collect();
        let line = encoded(&full(), Options { offsets, omit, ..Options::default() });
        assert_eq!(line.matches("until dawn").count(), 2, "in the text, and as a keyphrase");
        let record = Record::parse(&line).unwrap();
        let words = |record: &Record| {
            let mentions = record.mentions.iter().flatten().map(|mention| mention.text.clone());
            let quotations = record.quotations.iter().flatten().flat_map(|quotation| {
                let speaker = quotation.speaker.as_ref().and_then(|speaker| speaker.text.clone());
                let cue = quotation.cue.as_ref().map(|cue| cue.text.clone());
                [quotation.text.clone(), speaker, cue]
            });
            let summary = record.summary.iter().flatten().map(|sentence| sentence.text.clone());
            mentions.chain(quotations).chain(summary).collect::<Vec<_>>()
        };
        assert_eq!(words(&record), words(&whole), "{offsets:?}");
    }
}

#[test]
fn without_text_and_words_the_places_stay() {
    let omit = [Key::SpanTexts, Key::Text].into_iter().collect();
    let record = Record::parse(encoded(&full(), Options { omit, ..Options::default() })).unwrap();
    let quotation = &record.quotations.as_ref().unwrap()[0];
    assert_eq!((quotation.start, &quotation.text), (Some(1), &None));
    assert_eq!(quotation.cue.as_ref().unwrap().text, "");
}

#[test]
fn lines_of_corrections_are_never_left_out() {
    let mut doc = full();
    let layer = doc.intern("corrections");
    doc.add_with_value(Row::new(layer), r#"{"line":{"remove":true},"applied":false,"why":"gone"}"#);
    doc.mark_written(layer);
    for omit in [vec![Key::Annotations], Key::ALL.to_vec()] {
        let omit = omit.into_iter().collect();
        let line = encoded(&doc, Options { omit, ..Options::default() });
        let record = Record::parse(&line).unwrap();
        let told: Vec<_> = record.corrections().map(|correction| correction.why).collect();
        assert_eq!(told, [Some("gone".to_owned())], "{line}");
        assert!(!line.contains("watchlist"), "{line}");
    }
}
