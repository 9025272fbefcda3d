//! A reading: arrivals known by their place in it, and ends that earlier work came to.

use document::{Document, Form, Origin};
use runner::{Ending, Ledger, Options, Reading};
use stage_api::{
    Arrival, End, Failure, FailureClass, IdHash, Known, OutcomeKind, PlaceHash, Source, SourceError,
};

use crate::pipelines::{article, fused, run, set_text};

/// Arrivals from a list.
struct Listed(std::vec::IntoIter<Arrival>);

impl Source for Listed {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        Ok(self.0.next())
    }
}

fn listed(arrivals: Vec<Arrival>) -> Box<dyn Source> {
    Box::new(Listed(arrivals.into_iter()))
}

fn numbered(numbers: &[u64]) -> Box<dyn Source> {
    listed(numbers.iter().map(|number| Arrival::Article(article(*number))).collect())
}

fn known(doc: &Document) -> Known {
    Known {
        id: IdHash::of(doc.id()),
        place: PlaceHash::of(&doc.origin),
        payload: doc.origin.sha256,
        fingerprint: 0,
        revision: 1,
        kind: OutcomeKind::Discarded,
        explicit_id: false,
    }
}

fn behind(numbers: &[u64]) -> Options {
    let known: Vec<_> = numbers.iter().map(|number| Ok(known(&article(*number)))).collect();
    Options { reading: Some(Reading::behind(known.into_iter())), ..Options::default() }
}

#[test]
fn a_reading_goes_on_behind_what_it_has() {
    let (lines, report) = run(numbered(&[1, 2, 2, 3]), fused(vec![set_text()]), behind(&[1, 2]));
    assert_eq!(lines[..2], ["unchanged", "unchanged"]);
    assert!(lines[2].starts_with("2 ") && lines[3].starts_with("3 "), "{lines:?}");
    assert_eq!((report.counts.unchanged, report.counts.written), (2, 2));
}

#[test]
fn a_reading_of_something_else_ends() {
    let (lines, report) = run(numbered(&[1, 7, 3]), fused(vec![set_text()]), behind(&[1, 2]));
    assert_eq!(lines, ["unchanged"]);
    let Ending::Failed(error) = report.ending else { panic!("{:?}", report.ending) };
    assert!(error.to_string().starts_with("drop/7.txt is not what stood there"), "{error}");
}

/// What came to its end before is what it was, where the rules would have had it processed.
#[test]
fn ends_of_earlier_work_are_outcomes() {
    let ended = |path: &str, payload: u64, end: End| {
        let origin = Origin { path: path.to_owned(), ..article(payload).origin };
        let mut doc = Document::new(path, origin, Vec::new(), Form::Text);
        doc.fingerprint = Some(0);
        Arrival::Ended { doc, end }
    };
    let failed = |path: &str, payload: u64| {
        let (id, origin) = (path.to_owned(), article(payload).origin);
        let mut failure = Failure::of_source(id, origin, FailureClass::Stage, "it went wrong");
        failure.stage = Some("early".to_owned());
        ended(path, payload, End::Failed(Box::new(failure)))
    };
    let discarded = |path: &str, payload| ended(path, payload, End::Discarded("empty".to_owned()));
    let arrivals = || {
        listed(vec![
            failed("a", 1),
            discarded("b", 1), // it has the payload of one that failed
            discarded("c", 2),
            Arrival::Article(article(2)), // a duplicate of one that was discarded
            failed("a", 1),
        ])
    };
    let (lines, report) = run(arrivals(), fused(vec![set_text()]), Options::default());
    assert_eq!(
        lines,
        [
            "a stage in early: it went wrong",
            "b stage in : duplicate of: a, which failed",
            "c discarded: empty",
            "drop/2.txt discarded: duplicate of: c",
            "unchanged",
        ]
    );
    assert_eq!((report.counts.failed, report.counts.discarded), (2, 2));
    // In a later run they are known.
    let mut ledger = Ledger::default();
    let origin = Origin { path: "a".to_owned(), ..article(1).origin };
    ledger.remember(&known(&Document::new("a", origin, Vec::new(), Form::Text))).unwrap();
    let options = Options { ledger, ..Options::default() };
    assert_eq!(run(arrivals(), fused(vec![set_text()]), options).0[0], "unchanged");
}
