//! What becomes of articles without an id of their own when their files are renamed, copied and replaced.

use std::collections::{BTreeMap, BTreeSet};

use document::{Document, Form, Origin, Revision, Sha256};
use proptest::prelude::*;
use runner::{Ledger, Options, Pipeline, Report};
use stage_api::{
    Arrival, Encode, Known, Outcome, OutcomeKind, Sink, SinkError, Source, SourceError,
};

/// Payloads, which are numbers, by name.
type Files = BTreeMap<u8, u8>;

/// Gives a drop in the order of its names; some of them are not read.
struct Names {
    articles: Vec<(u8, u8)>,
    passed_over: BTreeSet<u8>,
    at: usize,
    wanted: Option<BTreeSet<String>>,
}

fn id(name: u8) -> String {
    format!("drop/{name}.txt")
}

impl Source for Names {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        while let Some((name, payload)) = self.articles.get(self.at).copied() {
            self.at += 1;
            let id = id(name);
            match &self.wanted {
                Some(wanted) if !wanted.contains(&id) => continue,
                None if self.passed_over.contains(&name) => {
                    return Ok(Some(Arrival::Unchanged { id }));
                }
                _ => {}
            }
            let origin = Origin { sha256: Sha256([payload; 32]), ..Origin::path(&*id) };
            let text = payload.to_string().into_bytes();
            return Ok(Some(Arrival::Article(Document::new(id, origin, text, Form::Text))));
        }
        Ok(None)
    }

    fn can_repeat(&self) -> bool {
        true
    }

    fn again(&mut self, ids: BTreeSet<String>) {
        self.wanted = Some(ids);
        self.at = 0;
    }
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Put(u8, u8),
    Rename(u8, u8),
    Copy(u8, u8),
    Swap(u8, u8),
    Remove(u8),
}

fn apply(drop: &mut Files, change: Change) {
    match change {
        Change::Put(name, payload) => drop.extend([(name, payload)]),
        Change::Rename(from, to) => {
            let moved = drop.remove(&from);
            drop.extend(moved.map(|payload| (to, payload)));
        }
        Change::Copy(from, to) => {
            let copied = drop.get(&from).copied();
            drop.extend(copied.map(|payload| (to, payload)));
        }
        Change::Swap(one, other) => {
            if let (Some(first), Some(second)) =
                (drop.get(&one).copied(), drop.get(&other).copied())
            {
                drop.extend([(one, second), (other, first)]);
            }
        }
        Change::Remove(name) => drop.retain(|kept, _| *kept != name),
    }
}

fn changes() -> impl Strategy<Value = Change> {
    let (name, payload) = (0..6_u8, 0..5_u8);
    let two = (name.clone(), name.clone());
    prop_oneof![
        3 => (name.clone(), payload).prop_map(|(name, payload)| Change::Put(name, payload)),
        4 => two.clone().prop_map(|(from, to)| Change::Rename(from, to)),
        2 => two.clone().prop_map(|(from, to)| Change::Copy(from, to)),
        1 => two.prop_map(|(one, other)| Change::Swap(one, other)),
        1 => name.prop_map(Change::Remove),
    ]
}

/// A record: name, revision, payload and the payload before.
type Record = (u8, u32, u8, Option<u8>);

/// The rules, slowly.
#[derive(Default)]
struct Oracle {
    records: Vec<Record>,
    /// By name: the latest payload, its revision (0 where it was only moved), and whether it is a copy.
    latest: BTreeMap<u8, (u8, u32, bool)>,
}

impl Oracle {
    /// The last article that came with a payload and still has it.
    fn holder(&self, payload: u8) -> Option<u8> {
        let names = self.records.iter().rev().map(|record| record.0);
        let mut names = names.filter(|name| self.latest[name].0 == payload);
        names.find(|name| !self.latest[name].2)
    }

    fn record(&mut self, record: Record) {
        self.records.push(record);
        self.latest.insert(record.0, (record.2, record.1, false));
    }

    fn run(&mut self, files: &Files) {
        let (mut seen, mut waiting) = (BTreeSet::new(), Vec::new());
        for (name, payload) in files.iter().map(|(name, payload)| (*name, *payload)) {
            let before = self.latest.get(&name).copied();
            // What was moved never came as itself.
            let before = before.filter(|(before, revision, _)| *before == payload || *revision > 0);
            match before {
                Some((before, _, false)) if before == payload => {}
                Some((before, revision, _)) if before != payload => {
                    self.record((name, revision + 1, payload, Some(before)));
                }
                copied => {
                    let holder = self.holder(payload);
                    if holder.is_some_and(|holder| seen.contains(&holder)) {
                        self.latest.insert(name, copied.unwrap_or((payload, 1, true)));
                    } else if self.records.iter().any(|record| record.2 == payload) {
                        waiting.push((name, payload, copied.is_some()));
                    } else {
                        self.record((name, 1, payload, None));
                    }
                }
            }
            seen.insert(name);
        }
        for (name, payload, is_copy) in waiting {
            match self.holder(payload) {
                None => self.record((name, 1, payload, None)),
                Some(_) if is_copy => {}
                Some(holder) => {
                    let revision = u32::from(files.contains_key(&holder));
                    self.latest.insert(name, (payload, revision, true));
                }
            }
        }
    }
}

/// What runs committed, each outcome by itself.
#[derive(Default)]
struct Kept {
    ledger: Vec<Known>,
    records: Vec<Record>,
    /// Outcomes until the next kill.
    left: usize,
}

impl Sink for Kept {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        None
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        self.left = self.left.checked_sub(1).ok_or(SinkError::Closed)?;
        let (receipt, kind) = match &outcome {
            Outcome::Unchanged => return Ok(()),
            Outcome::Written { receipt, .. } => (receipt, OutcomeKind::Written),
            Outcome::Moved { receipt } => (receipt, OutcomeKind::Moved),
            Outcome::Discarded { receipt, .. } => (receipt, OutcomeKind::Discarded),
            Outcome::Restored { .. } | Outcome::Failed { .. } => panic!("nothing fails here"),
        };
        self.ledger.push(Known::new(receipt, kind));
        if kind == OutcomeKind::Written {
            let name = receipt.id.strip_prefix("drop/").unwrap().strip_suffix(".txt").unwrap();
            let Revision { number, supersedes } = receipt.revision;
            let payload = receipt.origin.sha256.0[0];
            let before = supersedes.map(|sha256| sha256.0[0]);
            self.records.push((name.parse().unwrap(), number, payload, before));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

fn run(source: Names, kept: &mut Kept, left: usize, options: Options) -> Report {
    let mut ledger = Ledger::default();
    for known in &kept.ledger {
        ledger.remember(known).unwrap();
    }
    kept.left = left;
    let pipeline = Pipeline { source: Box::new(source), segments: Vec::new(), sink: kept };
    runner::run(pipeline, Options { ledger, ..options })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_payload_in_a_drop_has_a_current_record(
        drops in prop::collection::vec(
            (prop::collection::vec(changes(), 1..6), prop::option::of(0..8_usize), any::<u8>()),
            1..8,
        ),
        workers in 1..4_usize,
        batch in 1..5_usize,
    ) {
        let (mut drop, mut known) = (Files::new(), Files::new());
        let (mut oracle, mut kept) = (Oracle::default(), Kept::default());
        for (changes, kill, reread) in drops {
            for change in changes {
                apply(&mut drop, change);
            }
            let mut run = |left: usize, known: &Files| {
                let unchanged = drop.iter().filter(|(name, payload)| known.get(name) == Some(payload));
                let passed_over = unchanged.map(|(name, _)| *name).filter(|name| reread >> name & 1 == 0);
                let source = Names {
                    articles: drop.iter().map(|(name, payload)| (*name, *payload)).collect(),
                    passed_over: passed_over.collect(),
                    at: 0,
                    wanted: None,
                };
                run(source, &mut kept, left, Options { workers, batch, ..Options::default() })
            };
            if let Some(left) = kill {
                run(left, &known);
            }
            let report = run(usize::MAX, &known);
            prop_assert!(report.is_complete());
            let again = run(usize::MAX, &drop);
            prop_assert_eq!((again.counts.read, again.counts.unchanged), (0, drop.len() as u64));
            known = drop.clone();
            oracle.run(&drop);
            prop_assert_eq!(&kept.records, &oracle.records);
            let current: BTreeMap<u8, u8> =
                kept.records.iter().map(|record| (record.0, record.2)).collect();
            for (name, payload) in &drop {
                prop_assert!(current.values().any(|held| held == payload), "{name} lost {payload}");
            }
        }
    }
}
