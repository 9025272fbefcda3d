//! What a plugin says and the host lets stand is what later stages and the encoder work on: whatever
//! it is, they come through.

use document::{Document, Symbol, symbol as s};
use plugin_abi::{Relation, Row};
use plugin_host::check::{Answer, Contract};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use stage_api::{Settings, Stage, StageSpec};

use crate::native::article;

const TEXT: &str = "Harbour strike ends, said Mira Holt. “We have what we came for,” she said on 6 February 2023. é “And \
                    we,” she added, “will not strike.”\n\nPort director Jon Ask said the deal was “fair to both”.";
/// Entities that an answer may have: name and key, in JSON.
const ENTITIES: [(&str, &str); 3] =
    [(r#""Mira Holt""#, r#""per:mira-holt""#), (r#""\u0000x""#, r#""k""#), (r#""é""#, r#""1:2""#)];
/// Values of mentions, as odd as their shape allows and odder.
const DATES: [&str; 5] =
    [r#""2023-02-06""#, r#""2023-01-29/2023-02-02""#, r#""x""#, r#""""#, r#""2023-13-99""#];
const AMOUNTS: [&str; 5] = [
    "{}",
    r#"{"currency":"USD","amount":"1500000"}"#,
    r#"{"amount":"","unit":""}"#,
    r#"{"amount":4}"#,
    r#"{"amount":"-9e99999","unit":"km"}"#,
];

/// Something that an answer says; entities by their number.
#[derive(Clone, Debug)]
enum Item {
    Sentence,
    Mention { kind: Symbol, label: Symbol, entity: Option<usize> },
    Value { label: Symbol, value: &'static str },
    Quotation { kind: Symbol, negated: bool, speaker: Option<Speaker>, part_of_itself: bool },
    Turn { kind: Symbol },
}

#[derive(Clone, Debug)]
struct Speaker {
    kind: Symbol,
    name: &'static str,
    spanless: bool,
    entity: Option<usize>,
}

/// A span of the text: any border of characters, and one a little later or the same.
fn span() -> impl Strategy<Value = (u32, u32)> {
    let border = |at: usize| {
        let at = at.min(TEXT.len());
        (at..=TEXT.len()).find(|at| TEXT.is_char_boundary(*at)).unwrap()
    };
    (0..TEXT.len(), 0..40_usize).prop_map(move |(start, len)| {
        let start = border(start);
        (start as u32, border(start + len) as u32)
    })
}

fn item() -> impl Strategy<Value = Item> {
    let entity = || prop::option::of(0..ENTITIES.len());
    let name = || select(vec![s::NAME, s::DESCRIPTION, s::PRONOUN]);
    let speaker = || {
        (name(), select(vec![r#""""#, r#""M""#]), any::<bool>(), entity())
            .prop_map(|(kind, name, spanless, entity)| Speaker { kind, name, spanless, entity })
    };
    prop_oneof![
        Just(Item::Sentence),
        (name(), select(vec![s::PER, s::ORG, s::LOC, s::MISC]), entity())
            .prop_map(|(kind, label, entity)| Item::Mention { kind, label, entity }),
        select(DATES.to_vec()).prop_map(|value| Item::Value { label: s::DATE, value }),
        (select(vec![s::MONEY, s::QUANTITY]), select(AMOUNTS.to_vec()))
            .prop_map(|(label, value)| Item::Value { label, value }),
        (
            select(vec![s::DIRECT, s::MIXED, s::INDIRECT]),
            any::<bool>(),
            prop::option::of(speaker()),
            prop::bool::weighted(0.1)
        )
            .prop_map(|(kind, negated, speaker, part_of_itself)| Item::Quotation {
                kind,
                negated,
                speaker,
                part_of_itself
            }),
        select(vec![s::QUESTION, s::ANSWER]).prop_map(|kind| Item::Turn { kind }),
    ]
}

/// The tables of an answer.
#[derive(Default)]
struct Tables {
    rows: Vec<Row>,
    relations: Vec<Relation>,
    values: String,
}

impl Tables {
    /// Adds a row; its number.
    fn row(&mut self, layer: Symbol, row: Row) -> u32 {
        self.rows.push(Row { layer: layer.0, ..row });
        self.rows.len() as u32 - 1
    }

    /// Adds a row that `of` leads to by this role.
    fn part(&mut self, of: u32, role: Symbol, row: Row) -> u32 {
        let part = self.row(s::PARTS, row);
        self.relate(of, role, part);
        part
    }

    fn relate(&mut self, from: u32, role: Symbol, to: u32) {
        self.relations.push(Relation { from, to, role: role.0, producer: 0 });
    }

    /// A row without a span that has this value.
    fn valued(&mut self, value: &str) -> Row {
        let value_start = self.values.len() as u32;
        self.values.push_str(value);
        Row { value_start, value_len: value.len() as u32, ..Row::EMPTY }
    }

    fn add(&mut self, (start, end): (u32, u32), item: &Item) {
        // The entities are the first rows, each with its key behind it.
        let of_entity = |number: usize| 2 * number as u32;
        let here = Row { start, end, ..Row::EMPTY };
        match *item {
            Item::Sentence => {
                self.row(s::SENTENCES, here);
            }
            Item::Mention { kind, label, entity } => {
                let row = Row { kind: kind.0, label: label.0, ..here };
                let mention = self.row(s::MENTIONS, row);
                if let Some(of) = entity {
                    self.relate(mention, s::ENTITY, of_entity(of));
                }
            }
            Item::Value { label, value } => {
                let valued = self.valued(value);
                let row = Row { start, end, kind: s::VALUE.0, label: label.0, ..valued };
                self.row(s::MENTIONS, row);
            }
            Item::Quotation { kind, negated, ref speaker, part_of_itself } => {
                let row = Row { kind: kind.0, flags: u32::from(negated), ..here };
                let quotation = self.row(s::QUOTATIONS, row);
                if kind != s::INDIRECT {
                    self.part(quotation, s::MARKED, Row { kind: s::MARKED.0, ..here });
                }
                if let Some(Speaker { kind, name, spanless, entity }) = speaker {
                    let valued = Row { kind: kind.0, ..self.valued(name) };
                    let row = if *spanless { valued } else { Row { start, end, ..valued } };
                    let speaker = self.part(quotation, s::SPEAKER, row);
                    if let Some(of) = entity {
                        self.relate(speaker, s::ENTITY, of_entity(*of));
                    }
                }
                if part_of_itself {
                    self.relate(quotation, s::PART_OF, quotation);
                }
            }
            Item::Turn { kind } => {
                self.row(s::TURNS, Row { kind: kind.0, ..here });
            }
        }
    }
}

/// The article with an answer of these items, where it stands.
fn answered(items: &[((u32, u32), Item)]) -> Option<Document> {
    let mut tables = Tables::default();
    for (number, (name, key)) in ENTITIES.into_iter().enumerate() {
        let label = s::PER.0 + number as u16;
        let named = Row { label, ..tables.valued(name) };
        let entity = tables.row(s::ENTITIES, named);
        let keyed = Row { kind: s::KEY.0, ..tables.valued(key) };
        tables.part(entity, s::KEY, keyed);
    }
    // Sentences and names must not overlap: one that would is left out.
    let mut ends = [0; 2];
    for (span, item) in items {
        let ordered = match item {
            Item::Sentence => ends.first_mut(),
            Item::Mention { kind: s::NAME, .. } | Item::Value { .. } => ends.last_mut(),
            _ => None,
        };
        if let Some(end) = ordered {
            if span.0 < *end {
                continue;
            }
            *end = span.1;
        }
        tables.add(*span, item);
    }
    let mut doc = testkit::doc(TEXT);
    doc.metadata.extract(document::Field::Language, &["en"], "x", 1.0);
    let mut answer = Answer::default();
    answer.add(tables.rows, tables.relations, tables.values.as_bytes(), []).unwrap();
    let layers = ["sentences", "mentions", "entities", "quotations", "turns"];
    answer.apply(&mut doc, &Contract::new(layers)).ok()?;
    for layer in layers {
        mark_written(&mut doc, layer);
    }
    Some(doc)
}

fn mark_written(doc: &mut Document, layer: &str) {
    let layer = doc.intern(layer);
    doc.mark_written(layer);
}

#[test]
fn later_stages_and_the_encoder_live_with_what_stands() {
    let specs = [entity_tag::spec(), quote_extract::spec(), summarize::spec()];
    let stage = |spec: &StageSpec| article(spec, &Settings::defaults(&spec.settings));
    let stages: [Box<dyn Stage>; 3] = specs.each_ref().map(stage);
    let stages = std::cell::RefCell::new(stages);
    let items = prop::collection::vec((span(), item()), 0..14).prop_map(|mut items| {
        items.sort_by_key(|(span, _)| *span);
        items
    });
    let config = Config { cases: 200, max_global_rejects: 20_000, ..Config::default() };
    let ran = TestRunner::new(config).run(&items, |items| {
        let Some(answered) = answered(&items) else {
            return Err(TestCaseError::reject("the answer does not stand"));
        };
        for first in 0..specs.len() {
            let mut doc = answered.clone();
            for (spec, stage) in specs.iter().zip(stages.borrow_mut().iter_mut()).skip(first) {
                let _whatever = stage.process(&mut doc);
                spec.info.writes.iter().for_each(|layer| mark_written(&mut doc, layer));
            }
            for raw_offsets in [false, true] {
                let mut record = Vec::new();
                let options = wire::Options { raw_offsets, ..wire::Options::default() };
                wire::encode(&doc, &options, &mut record).unwrap();
                wire::Record::parse(&record).unwrap();
            }
        }
        Ok(())
    });
    ran.unwrap();
}
